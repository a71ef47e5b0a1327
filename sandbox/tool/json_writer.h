/** @file Writes the result of a run as JSON. */
#ifndef SANDBOX_TOOL_JSON_WRITER_H
#define SANDBOX_TOOL_JSON_WRITER_H

#include <sandbox/sandbox.h>

#include <stdio.h>

/** A JSON string. Bytes that are not valid UTF-8 become U+FFFD, control characters are escaped. */
void json_write_string(FILE *file, const char *bytes, size_t size);

/** One object, indented, with a newline at its end. */
void json_write_result(FILE *file, const struct sandbox_result *result);

void json_write_layers(FILE *file, unsigned layers);

#endif
