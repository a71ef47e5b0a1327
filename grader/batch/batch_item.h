/**
 * @file
 * One line of the roster on its way through a batch, and its files in the output folder.
 */
#ifndef GRADER_BATCH_BATCH_ITEM_H
#define GRADER_BATCH_BATCH_ITEM_H

#include <stdbool.h>
#include <stdint.h>
#include "grader/base/error.h"
#include "grader/base/file.h"
#include "grader/batch/batch_report.h"
#include "grader/batch/roster.h"
#include "grader/batch/worker_pool.h"

enum batch_step {
    BATCH_IDENTIFY, /**< a report is there: is it of the same grading? */
    BATCH_GRADE,
    BATCH_DONE
};

enum batch_failure {
    BATCH_NO_FAILURE,
    BATCH_REFUSED,     /**< worker's exit status 2: trying again would not help */
    BATCH_ENVIRONMENT, /**< 3 */
    BATCH_GRADER_ERROR /**< 4, a signal, no end, no valid report */
};

struct batch_item {
    const struct roster_entry *entry;
    enum batch_step step;
    unsigned attempts; /**< gradings begun */
    bool already;
    enum batch_failure failure;
    struct batch_report report;    /**< when done without failure */
    char reason[256];              /**< of the failure, one line */
    char temporary[FILE_PATH_MAX]; /**< of the running worker */
    uint64_t wall_ms;              /**< all attempts */
};

/** "graded", "not_runnable", ... or "refused", "environment_error", "grader_error",
 * "waiting". */
const char *batch_item_outcome(const struct batch_item *item);

/** OUT/reports/LEARNER.json; @p path has FILE_PATH_MAX bytes. */
int batch_item_report_path(const struct batch_item *item, const char *out, char *path,
                           struct error *error);

/** Reads the report that is there. ERROR_USAGE: none. ERROR_BUG: not a report. */
int batch_item_read(struct batch_item *item, const char *out, struct error *error);

/** Checks what the worker left and publishes it. Sets failure and reason if it may not be.
 * Nonzero only when the output folder cannot be written. */
int batch_item_take(struct batch_item *item, const char *out, const struct worker_end *end,
                    struct error *error);

/** Writes OUT/errors/LEARNER.txt and moves an outdated report there. */
int batch_item_fail(const struct batch_item *item, const char *out, const struct worker_end *end,
                    struct error *error);

/** OUT/summary.csv over all items. */
int batch_summary_write(const struct batch_item *items, size_t count, const char *out,
                        struct error *error);

#endif
