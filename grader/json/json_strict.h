/**
 * @file
 * JSON as RFC 8259 has it, and a little less: what the document parser would let pass is refused
 * here first, with its place.
 */
#ifndef GRADER_JSON_JSON_STRICT_H
#define GRADER_JSON_JSON_STRICT_H

#include "grader/exchange/text_fault.h"

enum { JSON_DEPTH_MAX = 64 };

/** 0 when the text is exactly one JSON value: UTF-8 without byte order mark, at most
 * JSON_DEPTH_MAX levels of arrays and objects, no \u0000, no lone surrogates, no number that
 * overflows. Otherwise "file:line:column: message". Duplicate keys are not looked for. */
int json_check_text(const struct text_source *source, struct error *error);

#endif
