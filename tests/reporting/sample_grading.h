/**
 * @file
 * Gradings to report on: one with everything that a report can hold, one with nothing, one whose
 * every text is made by an attacker.
 */
#ifndef TESTS_REPORTING_SAMPLE_GRADING_H
#define TESTS_REPORTING_SAMPLE_GRADING_H

#include "grader/base/buffer.h"
#include "grader/grading/grading.h"

enum { SAMPLE_CRITERIA = 3, SAMPLE_CHECKS = SAMPLE_CRITERIA * VERDICT_COUNT };

/** A graded submission with every verdict, and evidence with finite and non-finite numbers. The
 * feedback level is "full". Release it. */
void sample_grading_full(struct grading *grading);

/** The same with one criterion and three checks: correct, partly correct, wrong. */
void sample_grading_small(struct grading *grading);

/** A repository that could not be fetched: no criteria, no checks, no runs. */
void sample_grading_not_fetched(struct grading *grading);

/** The full one, with @p text (cut to fit) wherever a learner or a repository can put text. */
void sample_grading_hostile(struct grading *grading, const char *text);

/** The JSON report of the grading; fails the test when there is none. */
void sample_report(const struct grading *grading, struct buffer *json);

#endif
