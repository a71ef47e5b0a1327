#include "grader/base/error.h"

#include <stdio.h>
#include <string.h>

static void clean(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++)
        if (*c < 0x20 || *c == 0x7f)
            *c = '?';
}

/* Appends what fits; a message that is too long is cut on purpose. */
static void append(struct error *error, const char *separator, const char *text)
{
    size_t used = strlen(error->message);
    const char *const parts[] = {separator, text};
    for (size_t i = 0; i < 2; i++)
        for (const char *c = parts[i]; *c != '\0' && used + 1 < sizeof error->message; c++)
            error->message[used++] = *c;
    error->message[used] = '\0';
}

int error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    clean(error->message);
    error->kind = kind;
    return kind;
}

int error_context(struct error *error, const char *format, ...)
{
    char reason[ERROR_MESSAGE_MAX];
    memcpy(reason, error->message, sizeof reason);
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (used < 0)
        used = 0;
    size_t room = (size_t)used < sizeof error->message ? sizeof error->message - (size_t)used : 0;
    if (room > 0 && snprintf(error->message + used, room, ": %s", reason) < 0)
        error->message[used] = '\0';
    clean(error->message);
    return error->kind;
}

int error_memory(struct error *error)
{
    return error_set(error, ERROR_BUG, "out of memory");
}

int error_errno(struct error *error, enum error_kind kind, int errnum, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    append(error, ": ", strerror(errnum));
    clean(error->message);
    error->kind = kind;
    return kind;
}

const char *error_kind_name(enum error_kind kind)
{
    switch (kind) {
    case ERROR_NONE:
        return "none";
    case ERROR_USAGE:
        return "usage";
    case ERROR_SUBMISSION:
        return "submission";
    case ERROR_ENVIRONMENT:
        return "environment";
    case ERROR_BUG:
        return "bug";
    case ERROR_CANCELLED:
        return "cancelled";
    }
    return "unknown";
}
