/* Wording and misconception messages: looked up by key, placeholders filled in. */
#include "grader/rubric/rubric.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_key(const void *key, const void *entry)
{
    return strcmp(key, ((const struct text_entry *)entry)->key);
}

static const char *lookup(const struct text_entry *entries, size_t count, const char *key)
{
    if (count == 0)
        return NULL;
    const struct text_entry *found = bsearch(key, entries, count, sizeof *entries, compare_key);
    return found == NULL ? NULL : found->text;
}

const char *rubric_misconception(const struct rubric *rubric, const char *id)
{
    const char *text = lookup(rubric->misconceptions, rubric->misconception_count, id);
    const char *slash = strchr(id, '/');
    if (text != NULL || slash == NULL)
        return text;
    char base[32];
    snprintf(base, sizeof base, "%.*s", (int)(slash - id), id);
    return lookup(rubric->misconceptions, rubric->misconception_count, base);
}

enum { PLACEHOLDERS_MAX = 16 };

struct placeholder {
    const char *name;
    const char *value;
};

static const char *placeholder_value(const struct placeholder *list, size_t count, const char *name,
                                     size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i].name) == length && memcmp(list[i].name, name, length) == 0)
            return list[i].value;
    return NULL;
}

static void append(char *text, size_t size, size_t *used, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && *used + 1 < size; i++)
        text[(*used)++] = bytes[i];
    text[*used] = '\0';
}

/* Cuts a UTF-8 sequence that the end of the buffer left incomplete. */
static void trim_partial_sequence(char *text, size_t used)
{
    size_t start = used;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (used - (start - 1) < wanted)
        text[start - 1] = '\0';
}

static void fill(char *text, size_t size, const char *pattern, const struct placeholder *list,
                 size_t count)
{
    size_t used = 0;
    text[0] = '\0';
    while (*pattern != '\0') {
        const char *close = *pattern == '{' ? strchr(pattern, '}') : NULL;
        size_t length = close == NULL ? 0 : (size_t)(close - pattern - 1);
        const char *value =
            close == NULL ? NULL : placeholder_value(list, count, pattern + 1, length);
        if (value == NULL) {
            append(text, size, &used, pattern++, 1);
            continue;
        }
        append(text, size, &used, value, strlen(value));
        pattern = close + 1;
    }
    trim_partial_sequence(text, used);
}

void rubric_say(const struct rubric *rubric, char *text, size_t size, const char *key, ...)
{
    struct placeholder list[PLACEHOLDERS_MAX];
    size_t count = 0;
    va_list arguments;
    va_start(arguments, key);
    const char *name;
    while (count < PLACEHOLDERS_MAX && (name = va_arg(arguments, const char *)) != NULL) {
        const char *value = va_arg(arguments, const char *);
        list[count++] = (struct placeholder){name, value == NULL ? "" : value};
    }
    va_end(arguments);
    const char *pattern = lookup(rubric->wording, rubric->wording_count, key);
    fill(text, size, pattern == NULL ? key : pattern, list, count);
}
