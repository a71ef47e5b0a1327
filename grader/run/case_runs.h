/**
 * @file
 * Gives every case its chance: one run for all where the program can do that, then one at a time
 * for the cases that it left out, so that one bad task never costs the others.
 */
#ifndef GRADER_RUN_CASE_RUNS_H
#define GRADER_RUN_CASE_RUNS_H

#include "grader/cases/test_case.h"
#include "grader/exchange/output_folder.h"
#include "grader/run/program.h"

/** What came back for one case. */
struct case_run {
    struct failure failure; /**< VERDICT_CORRECT: it ran; its readings are to be judged */
    struct output_reading readings[REF_OUTPUTS_MAX]; /**< in the task's order of outputs */
};

/**
 * Runs all cases and reads their outputs. @p runs has one zeroed entry per case. @p scratch is a
 * folder for inputs, made and left to the caller to remove; @p what names the pass in the records
 * ("cases", "cases again").
 */
int case_runs_execute(const struct program *program, const char *scratch, const char *what,
                      const struct test_case *const *cases, size_t count, struct case_run *runs,
                      struct error *error);

void case_runs_release(struct case_run *runs, size_t count);

#endif
