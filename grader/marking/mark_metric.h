/**
 * @file
 * Judges predictions on held-out rows by their error against the hidden truth. Private to
 * grader/marking.
 */
#ifndef GRADER_MARKING_MARK_METRIC_H
#define GRADER_MARKING_MARK_METRIC_H

#include "grader/cases/test_case.h"
#include "grader/grading/grading.h"

/**
 * Root mean square error of @p got (the shape of the expected output) against the truth. Right when
 * it is not larger than the reference's own by more than the margin, nor than the best constant
 * prediction's. The comparison is paired by row, so the luck of the held-out rows cancels: a
 * difference within two standard errors of the paired differences counts as none.
 */
void mark_metric(const struct rubric *rubric, const struct test_case *test_case,
                 const struct task_output *output, const struct ref_array *got,
                 struct evidence *evidence);

#endif
