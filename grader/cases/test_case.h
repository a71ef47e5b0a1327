/**
 * @file
 * One case of a task: fresh inputs from a seed, the reference's answer, and how far from it a right
 * answer may lie.
 *
 * Expected values live in this struct only: they are never written to a file.
 */
#ifndef GRADER_CASES_TEST_CASE_H
#define GRADER_CASES_TEST_CASE_H

#include "grader/base/error.h"
#include "grader/cases/seed_key.h"
#include "grader/rubric/rubric.h"

struct test_case {
    const struct task *task;
    unsigned number;                            /**< 1, 2, ... */
    struct ref_array inputs[RUBRIC_INPUTS_MAX]; /**< owned, in the task's order */
    struct ref_array
        arguments[REF_ARGUMENTS_MAX];            /**< views of the inputs, the operation's order */
    struct ref_array expected[REF_OUTPUTS_MAX];  /**< owned, the operation's order */
    struct ref_array tolerance[REF_OUTPUTS_MAX]; /**< owned; allowed absolute error per entry of
                                                      expected; empty for outputs not asked */
};

/**
 * Makes case @p index (0-based) of @p task. The data is a function of (rubric name, project, task,
 * case, learner) under the key, nothing else: the same on every machine. ERROR_USAGE when the
 * rubric's data cannot be solved (its author's mistake).
 */
int test_case_make(const struct rubric *rubric, const struct project *project,
                   const struct task *task, unsigned index, const char *learner,
                   const struct seed_key *key, struct test_case *test_case, struct error *error);

void test_case_release(struct test_case *test_case);

/**
 * What a learner with that misconception would hand in for this case. @p outputs has
 * REF_OUTPUTS_MAX entries, empty on entry. False when the variant is not defined on these inputs.
 */
bool test_case_variant(const struct test_case *test_case, const struct ref_variant *variant,
                       struct ref_array *outputs);

/** What a failure of the reference means: the rubric asks for something that has no answer
 * (ERROR_USAGE), or the library itself failed (ERROR_BUG). */
enum error_kind reference_error_kind(int status);

void outputs_release(struct ref_array *outputs);

#endif
