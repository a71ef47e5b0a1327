#include "grader/base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/utf8.h"

static bool reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed || more > buffer->maximum || buffer->size > buffer->maximum - more) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->size + more + 1;
    if (needed <= buffer->capacity)
        return true;
    size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
    while (capacity < needed)
        capacity *= 2;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    if (!reserve(buffer, size))
        return;
    if (size > 0)
        memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0) {
        buffer->failed = true;
        return;
    }
    buffer_append(buffer, text, (size_t)size);
    free(text);
}

/* C1 controls and bidirectional overrides change what a terminal shows. */
static bool is_hidden_control(const unsigned char *p, size_t length)
{
    if (length == 1)
        return p[0] < 0x20 || p[0] == 0x7f;
    if (length == 2)
        return p[0] == 0xc2 && p[1] < 0xa0;
    if (length == 3 && p[0] == 0xe2)
        return (p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae) ||
               (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9);
    return false;
}

void buffer_append_escaped(struct buffer *buffer, const void *bytes, size_t size, bool multiline)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_character_size((const char *)p + i, size - i);
        bool kept_control = multiline && (p[i] == '\n' || p[i] == '\t');
        if (length == 0 || (is_hidden_control(p + i, length) && !kept_control)) {
            buffer_append_format(buffer, "\\x%02x", (unsigned)p[i]);
            i++;
            continue;
        }
        buffer_append(buffer, p + i, length);
        i += length;
    }
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer_append(buffer, "", 0);
}

bool buffer_failed(const struct buffer *buffer)
{
    return buffer->failed;
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->data == NULL ? "" : buffer->data;
}

char *buffer_steal(struct buffer *buffer)
{
    if (buffer->data == NULL)
        buffer_append(buffer, "", 0);
    char *data = buffer->data;
    buffer->data = NULL;
    buffer->size = buffer->capacity = 0;
    return data;
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    buffer->data = NULL;
    buffer->size = buffer->capacity = 0;
}
