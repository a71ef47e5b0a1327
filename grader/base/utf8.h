/**
 * @file
 * Well-formed UTF-8 (RFC 3629).
 */
#ifndef GRADER_BASE_UTF8_H
#define GRADER_BASE_UTF8_H

#include <stddef.h>

/** Bytes of the well-formed character at @p bytes, of which @p left > 0 are there; 0 if none. */
size_t utf8_character_size(const char *bytes, size_t left);

#endif
