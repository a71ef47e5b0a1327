/**
 * @file
 * The report: one JSON document per grading, and every other format rendered from that JSON alone.
 */
#ifndef GRADER_REPORTING_REPORT_H
#define GRADER_REPORTING_REPORT_H

#include "grader/base/buffer.h"
#include "grader/base/error.h"
#include "grader/grading/grading.h"

enum { REPORT_SCHEMA_VERSION = 1, REPORT_BYTES_MAX = 16 * 1024 * 1024 };

/** Appends the report (schema version 1, rubrics/schemas/report.schema.json) to @p json. Identical
 * for two runs of the same submission apart from the member "measured". */
int report_write_json(const struct grading *grading, struct buffer *json, struct error *error);

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_JUNIT, REPORT_MARKDOWN };

/** "text", "json", "junit", "markdown"; -1 when unknown. */
int report_format_by_name(const char *name);

struct report_style {
    bool colour;    /**< ANSI colours, text only; never the only sign */
    unsigned width; /**< columns to wrap at, text only; 0: 80 */
    bool brief;     /**< text only: totals, criteria and failed checks in a few lines (hooks) */
    size_t maximum_bytes; /**< markdown only: cut with a note; 0: 60 000 */
};

/** Renders a report read from @p json bytes (untrusted: a report file may be anything).
 * ERROR_USAGE when it is not a report of a version that we know. */
int report_render(const char *json, size_t size, const char *file, enum report_format format,
                  const struct report_style *style, struct buffer *out, struct error *error);

#endif
