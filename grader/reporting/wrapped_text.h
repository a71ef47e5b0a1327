/**
 * @file
 * Paragraphs wrapped at a width, with an indentation. Private to grader/reporting.
 */
#ifndef GRADER_REPORTING_WRAPPED_TEXT_H
#define GRADER_REPORTING_WRAPPED_TEXT_H

#include "grader/base/buffer.h"

/**
 * Appends @p text (UTF-8, untrusted: control characters are escaped) filled to @p width columns.
 * The first line starts with @p first, the others with as many blanks as @p first has columns.
 * Words longer than a line stand alone.
 */
void wrapped_append(struct buffer *out, const char *first, const char *text, unsigned width);

/** Appends each line of @p text behind @p prefix, cut at @p width columns, at most the last
 * @p most_lines lines. */
void lines_append(struct buffer *out, const char *prefix, const char *text, unsigned most_lines,
                  unsigned width);

/** Columns that a UTF-8 text takes: its characters. */
size_t text_columns(const char *text);

#endif
