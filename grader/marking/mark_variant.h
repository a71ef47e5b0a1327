/**
 * @file
 * Looks for the known wrong way (or accepted convention) that gives the learner's numbers.
 * Private to grader/marking.
 */
#ifndef GRADER_MARKING_MARK_VARIANT_H
#define GRADER_MARKING_MARK_VARIANT_H

#include "grader/cases/test_case.h"
#include "grader/grading/grading.h"

enum { VARIANT_MATCHES_MAX = 4 };

/**
 * Variants of @p list whose output equals @p got (shape and values, within the case's tolerance).
 * Variants that agree with the right answer on this case are passed over: they explain nothing.
 * Returns how many stand in @p matches, at most VARIANT_MATCHES_MAX, different catalogue IDs only.
 */
size_t mark_find_variants(const struct test_case *test_case, const struct task_output *output,
                          const struct ref_array *got, const struct ref_variant *const *list,
                          size_t count, const struct ref_variant **matches);

/** A view of @p got in the shape rows x columns when both are vectors of the same length, else
 * @p got itself. */
struct ref_array mark_oriented(const struct ref_array *got, size_t rows, size_t columns);

#endif
