/**
 * @file
 * Grades every line of a roster in worker processes and keeps the reports.
 *
 *   OUT/reports/LEARNER.json   the finished report, there as a whole or not at all
 *   OUT/errors/LEARNER.txt     why there is none: never the learner's fault, never marks
 *   OUT/summary.csv            one line per learner of the roster
 *
 * A learner whose report is there already, made by the same grader with the same rubric, key and
 * address, is not graded again: that is how an interrupted batch continues. What changed behind an
 * address is not looked at; @c again does.
 */
#ifndef GRADER_BATCH_BATCH_H
#define GRADER_BATCH_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "grader/base/buffer.h"
#include "grader/base/error.h"

struct batch_options {
    const char *roster;   /**< file */
    const char *out;      /**< folder; made when missing */
    const char *rubric;   /**< NULL: the grader's own */
    const char *key;      /**< file with the secret key; NULL: public data */
    const char *feedback; /**< level or audience of the reports; NULL: the rubric's for learners */
    unsigned jobs;        /**< workers at once; 0: as many as processors are allowed */
    unsigned timeout_s;   /**< for one grading as a whole; 0: 3600 */
    bool again;           /**< grade all, reports or not */
    bool keep_going;      /**< even when the machine seems to lack something */
    FILE *progress;       /**< for people; NULL: silent */
    int (*stopped)(void); /**< number of the signal that asks to stop, else 0; NULL: never */
    const char *worker;   /**< program whose "grade" is called; NULL: this one */
};

struct batch_totals {
    size_t total;         /**< lines of the roster */
    size_t reports;       /**< have a report now */
    size_t already;       /**< of these, from an earlier run */
    size_t refused;       /**< the worker refused address, ref or options */
    size_t environment;   /**< the machine or network lacks something */
    size_t grader_errors; /**< our defects */
    size_t waiting;       /**< not reached, because of a signal or a broken environment */
    int signal;           /**< what stopped it; 0: nothing */
    bool gave_up;         /**< too many environment errors in a row */
    char counts[320];     /**< in words */
};

/** Problems of the roster, one per line, are appended to @p problems. 0 means that the batch ran;
 * how it went stands in @p totals. */
int batch_run(const struct batch_options *options, struct batch_totals *totals,
              struct buffer *problems, struct error *error);

#endif
