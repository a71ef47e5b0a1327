/**
 * @file
 * Finds the formulas of a Markdown text. Markdown has no syntax for them, so this follows what
 * GitHub and pandoc accept. Private to grader/casestudy.
 */
#ifndef GRADER_CASESTUDY_FORMULAS_H
#define GRADER_CASESTUDY_FORMULAS_H

#include <stddef.h>
#include "grader/base/buffer.h"

/**
 * Copies @p markdown to @p text without its formulas, and returns how many there were:
 * $..$ (no blank just inside, no digit after the closing sign: "$5 and $6" is money), $$..$$,
 * \(..\),
 * \[..\], \begin{..}..\end{..}, and ```math fences. Code spans and other code fences are copied as
 * they are: a dollar sign in code is no formula. So are comments.
 */
size_t formulas_remove(const char *markdown, size_t size, struct buffer *text);

#endif
