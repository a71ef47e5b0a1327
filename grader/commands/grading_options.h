/**
 * @file
 * What `grader check` and `grader grade` share: options, the run itself, and how it is shown.
 */
#ifndef GRADER_COMMANDS_GRADING_OPTIONS_H
#define GRADER_COMMANDS_GRADING_OPTIONS_H

#include <argp.h>
#include <stdint.h>
#include "grader/commands/commands.h"
#include "grader/grade.h"
#include "grader/reporting/report.h"

struct grading_options {
    struct grade_request request;
    const char *out; /**< file for the JSON report; NULL: none */
    int format;      /**< enum report_format for standard output; -1: decide */
    int64_t pass;    /**< milli-points */
    bool quiet;
    bool print_identity;
};

/** Child parser for argp: state->input is a struct grading_options. */
extern const struct argp grading_argp;

void grading_options_init(struct grading_options *options);

/** Grades, writes the report, shows it, and returns the exit status. */
int grading_options_run(struct grading_options *options);

#endif
