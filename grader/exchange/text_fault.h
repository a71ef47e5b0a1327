/**
 * @file
 * Messages about a fault in a text that somebody else wrote: where it lies, and what stands there.
 */
#ifndef GRADER_EXCHANGE_TEXT_FAULT_H
#define GRADER_EXCHANGE_TEXT_FAULT_H

#include <stddef.h>
#include "grader/base/error.h"

struct text_source {
    const char *bytes;
    size_t size;
    const char *file; /**< as messages name it */
    enum error_kind kind;
};

/** Sets "file:line:column: message" for the byte at @p offset and returns the kind of the source.
 * Lines and columns start at 1; a column is a character, not a byte, and the byte order mark does
 * not count, so that the place is the one an editor shows. */
int text_fault(const struct text_source *source, size_t offset, struct error *error,
               const char *format, ...) __attribute__((format(printf, 4, 5)));

enum { TEXT_QUOTE_BYTES = 24, TEXT_QUOTE_MAX = 4 * TEXT_QUOTE_BYTES + 8 };

/** Writes the token in double quotes, made printable, cut after TEXT_QUOTE_BYTES bytes (then "..."
 * follows inside the quotes). @p quoted has TEXT_QUOTE_MAX bytes. Returns @p quoted. */
const char *text_quote(char *quoted, const char *token, size_t size);

/** Bytes of a UTF-8 byte order mark at the start: 3 or 0. */
size_t text_mark_size(const char *bytes, size_t size);

#endif
