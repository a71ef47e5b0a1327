#include "grader/exchange/text_fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "grader/base/buffer.h"

size_t text_mark_size(const char *bytes, size_t size)
{
    return size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

int text_fault(const struct text_source *source, size_t offset, struct error *error,
               const char *format, ...)
{
    size_t line = 1, column = 1;
    for (size_t i = text_mark_size(source->bytes, source->size); i < offset; i++) {
        if (source->bytes[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)source->bytes[i] & 0xc0) != 0x80) {
            column++; // not for the second and later bytes of a character
        }
    }
    char message[ERROR_MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(error, source->kind, "%s:%zu:%zu: %s", source->file, line, column, message);
}

const char *text_quote(char *quoted, const char *token, size_t size)
{
    size_t kept = size;
    if (size > TEXT_QUOTE_BYTES) {
        kept = TEXT_QUOTE_BYTES;
        while (kept > TEXT_QUOTE_BYTES - 4 && ((unsigned char)token[kept] & 0xc0) == 0x80)
            kept--; // not in the middle of a character
    }
    AUTO_BUFFER struct buffer text = BUFFER_INIT(TEXT_QUOTE_MAX - 1);
    buffer_append_text(&text, "\"");
    buffer_append_escaped(&text, token, kept, false);
    buffer_append_text(&text, size > kept ? "...\"" : "\"");
    snprintf(quoted, TEXT_QUOTE_MAX, "%s", buffer_text(&text));
    return quoted;
}
