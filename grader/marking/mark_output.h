/**
 * @file
 * The judgement of one output of one case, in a fixed order: present, readable, shape, finite,
 * invariants, value within tolerance, equivalence, accepted convention, named misconception,
 * numerically degraded, a constant factor or offset away, unexplained.
 */
#ifndef GRADER_MARKING_MARK_OUTPUT_H
#define GRADER_MARKING_MARK_OUTPUT_H

#include "grader/cases/test_case.h"
#include "grader/exchange/output_folder.h"
#include "grader/grading/grading.h"

/**
 * Fills @p evidence for output @p index (into the task's outputs) of the case.
 * @p again is the reading of a second run of the same case, for COMPARE_DETERMINISTIC; NULL when
 * there was none.
 */
void mark_output(const struct rubric *rubric, const struct test_case *test_case, size_t index,
                 const struct output_reading *reading, const struct output_reading *again,
                 struct evidence *evidence);

/** True when two readings of the same output are the same numbers (NaN equals NaN). */
bool readings_equal(const struct output_reading *a, const struct output_reading *b);

#endif
