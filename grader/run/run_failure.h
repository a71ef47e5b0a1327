/**
 * @file
 * Turns the end of a sandbox run into a verdict with a message. Private to grader/run.
 */
#ifndef GRADER_RUN_RUN_FAILURE_H
#define GRADER_RUN_RUN_FAILURE_H

#include "grader/run/program.h"

/** VERDICT_CORRECT when the program ended by itself with exit status 0. */
void run_failure_of(const struct rubric *rubric, const struct sandbox_result *result,
                    const struct step_limits *limits, struct failure *failure);

/** VERDICT_DENIED_OPERATION for the first denied system call of the run; call it when something is
 * missing from what the run should have left. False when nothing was denied. */
bool run_failure_denied(const struct rubric *rubric, const struct sandbox_result *result,
                        struct failure *failure);

#endif
