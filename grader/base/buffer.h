/**
 * @file
 * A growing byte string that knows its maximum from birth and stays NUL-terminated.
 *
 * Failure is sticky: after the first append that does not fit (or out of memory) all others do
 * nothing, and buffer_failed() is asked once at the end.
 */
#ifndef GRADER_BASE_BUFFER_H
#define GRADER_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /**< owned; never NULL after a successful append; data[size] is NUL */
    size_t size;
    size_t capacity;
    size_t maximum;
    bool failed;
};

#define BUFFER_INIT(maximum_bytes)                                                                 \
    {                                                                                              \
        NULL, 0, 0, (maximum_bytes), false                                                         \
    }
#define AUTO_BUFFER __attribute__((cleanup(buffer_release)))

void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Appends untrusted bytes as one-line printable UTF-8: control characters and invalid bytes become
 * \xNN; newlines and tabs stay when @p multiline. */
void buffer_append_escaped(struct buffer *buffer, const void *bytes, size_t size, bool multiline);

/** Empties the text and keeps the allocation. Failure stays. */
void buffer_clear(struct buffer *buffer);

bool buffer_failed(const struct buffer *buffer);

/** The text; "" when nothing was appended. Valid until the next append. */
const char *buffer_text(const struct buffer *buffer);

/** Hands the allocation to the caller (free with free()) and empties the buffer. */
char *buffer_steal(struct buffer *buffer);
void buffer_release(struct buffer *buffer);

#endif
