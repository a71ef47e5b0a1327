/**
 * @file
 * A report as renderers read it. The file may be anything: absent members and members of another
 * type read as nothing, and only what is no report at all is refused. Private to grader/reporting.
 */
#ifndef GRADER_REPORTING_REPORT_READER_H
#define GRADER_REPORTING_REPORT_READER_H

#include <stdbool.h>
#include <stdint.h>
#include "grader/json/json_document.h"

/** Parses a report and checks what renderers rely on: the schema's name and version, and that score
 * is an object and criteria an array. ERROR_USAGE with the place. */
int report_parse(const char *json, size_t size, const char *file, cJSON **root,
                 struct error *error);

/** Member of an object; NULL when absent or @p object is none. */
const cJSON *report_member(const cJSON *object, const char *key);

/** Text of a member; "" when it is no string. Borrowed. */
const char *report_text(const cJSON *object, const char *key);

/** Number of a member; @p otherwise when it is no number. */
double report_number(const cJSON *object, const char *key, double otherwise);

/** Milli-points of a member, 0 when it is no whole number of a sane size. */
int64_t report_points(const cJSON *object, const char *key);

/** What a verdict means for a reader. */
enum report_sign {
    SIGN_RIGHT,
    SIGN_PARTLY,
    SIGN_WRONG,
    SIGN_BROKEN,  /**< did not build or run */
    SIGN_NOT_RUN, /**< skipped */
    SIGN_PENDING, /**< waits for a person */
    SIGN_OURS     /**< grader_error */
};

enum report_sign report_sign_of(const char *verdict);

/** "covariance wrong" reads better than "malformed_output": the verdict in words. */
const char *report_verdict_words(const char *verdict);

#endif
