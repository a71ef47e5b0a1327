/**
 * @file
 * One function per format; each reads the parsed report only. Private to grader/reporting.
 */
#ifndef GRADER_REPORTING_REPORT_FORMATS_H
#define GRADER_REPORTING_REPORT_FORMATS_H

#include "grader/json/json_document.h"
#include "grader/reporting/report.h"

void report_render_text(const cJSON *report, const struct report_style *style, struct buffer *out);
void report_render_markdown(const cJSON *report, const struct report_style *style,
                            struct buffer *out);
void report_render_junit(const cJSON *report, struct buffer *out);

#endif
