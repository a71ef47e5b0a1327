/**
 * @file
 * What a batch needs to know of a finished report.
 */
#ifndef GRADER_BATCH_BATCH_REPORT_H
#define GRADER_BATCH_BATCH_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"

struct batch_report {
    char identity[256]; /**< equal for two gradings that must give the same marks */
    char outcome[32];   /**< "graded", "not_runnable", "not_fetched" */
    int64_t points;     /**< milli-points, like the next two */
    int64_t maximum;
    int64_t pending;
};

/** ERROR_BUG when the bytes are no report: only the grader writes such files. */
int batch_report_parse(const char *bytes, size_t size, struct batch_report *report,
                       struct error *error);

#endif
