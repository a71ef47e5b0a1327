/**
 * @file
 * Tolerances that come from the problem: the reference is solved again on inputs perturbed at the
 * rounding level of single precision, and the spread says how many digits anyone can be asked for.
 */
#ifndef GRADER_CASES_CONDITIONED_TOLERANCE_H
#define GRADER_CASES_CONDITIONED_TOLERANCE_H

#include "grader/cases/test_case.h"

/** How many perturbed problems are solved. */
enum { CONDITIONED_SAMPLES = 12 };

/**
 * Fills test_case->tolerance for every output that asks for it. Per entry: ten times the root mean
 * square deviation over the samples, and not less than 1e-5 of the scale (the array's largest
 * entry, or the entry itself): six printed digits are always enough where the problem is well
 * conditioned.
 *
 * Each real input entry x becomes x (1 + u 2^-24), u uniform in (-1, 1); whole numbers stay, and a
 * symmetric matrix stays symmetric.
 * Columns that are free in sign are aligned before they are compared.
 */
int conditioned_tolerance(struct test_case *test_case, const uint64_t seed[2], struct error *error);

#endif
