/**
 * @file
 * From what happened to points: evidence -> checks -> criteria -> total. Whole thousandths only, so
 * that sums are exact. Manual items stay pending: the score is an interval until a human fills it.
 */
#ifndef GRADER_SCORING_SCORING_H
#define GRADER_SCORING_SCORING_H

#include "grader/casestudy/case_study.h"
#include "grader/marking/mark_output.h"
#include "grader/run/case_runs.h"

/** Makes one check per thing of the rubric that earns points for this project, in the rubric's
 * order, all SKIPPED with no points, manual items PENDING. @p project may be NULL (unknown): then
 * there are no tasks. */
int scoring_prepare(const struct rubric *rubric, const struct project *project,
                    struct grading *grading, struct error *error);

/** The check of that name, or NULL. */
struct check *scoring_find(struct grading *grading, const char *name);

/** Sets a check that is all or nothing: full points for VERDICT_CORRECT, else none. */
void scoring_set(struct check *check, enum verdict verdict, const char *message);

/** Gives every check that was not reached the message why. */
void scoring_explain_skipped(struct grading *grading, const char *message);

/**
 * Marks one task from the runs of its cases and fills its check: each output earns an equal share,
 * and only when it is right in every case. @p cases and @p runs are those of this task only;
 * @p again the second run of case 1, or NULL.
 */
int scoring_task(const struct rubric *rubric, const struct test_case *const *cases,
                 const struct case_run *const *runs, size_t count, const struct case_run *again,
                 struct check *check, struct error *error);

/** The case study's checks; @p facts NULL: there is no report (or not a readable one: @p problem).
 */
void scoring_case_study(const struct rubric *rubric, const struct case_study_facts *facts,
                        const char *problem, struct grading *grading);

/** Adds up checks to criteria and criteria to the total. */
void scoring_total(const struct rubric *rubric, struct grading *grading);

#endif
