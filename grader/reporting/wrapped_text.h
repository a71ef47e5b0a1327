/**
 * @file
 * Text in columns: how wide it is on a terminal, and where its lines break. All texts here are
 * printable UTF-8 (buffer_append_escaped has seen them).
 */
#ifndef GRADER_REPORTING_WRAPPED_TEXT_H
#define GRADER_REPORTING_WRAPPED_TEXT_H

#include <stddef.h>
#include "grader/base/buffer.h"

/** Columns that @p size bytes take: 2 for wide East Asian characters, 0 for combining ones. */
size_t text_columns(const char *text, size_t size);

/** Bytes of the first line of @p text in at most @p columns: up to a blank if there is one, else as
 * many characters as fit, at least one. Nothing but blanks left: 0. */
size_t text_fit(const char *text, size_t columns);

/** Appends the text wrapped at @p width, every line behind @p indent blanks, each ended by a
 * newline. Line breaks in the text count as blanks. Nothing is appended for an empty text. */
void text_wrap(struct buffer *out, const char *text, size_t indent, size_t width);

/** The same when @p lead (for example "Asked: ") opens the first line; later lines start below the
 * text behind it. */
void text_wrap_behind(struct buffer *out, const char *lead, const char *text, size_t indent,
                      size_t width);

/** Appends at most @p columns of the first line of the text, the last one "…" when there is more.
 */
void text_cut(struct buffer *out, const char *text, size_t columns);

/** Appends @p count blanks. */
void text_blanks(struct buffer *out, size_t count);

#endif
