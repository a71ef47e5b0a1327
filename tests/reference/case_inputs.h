/**
 * @file
 * Fresh inputs for any operation of the registry, from its signature.
 */
#ifndef TESTS_REFERENCE_CASE_INPUTS_H
#define TESTS_REFERENCE_CASE_INPUTS_H

#include <stddef.h>
#include <stdint.h>

#include "reference/generator.h"
#include "reference/operation.h"

/** Sizes and scales of one case. */
struct case_plan {
    size_t n; /**< rows of X */
    size_t d; /**< columns of X */
    size_t m; /**< rows of X_new */
    size_t k; /**< components */
    double mean;
};

/** Array made by a generator with parameters "rows=20 columns=3"; fails the test when it cannot. */
struct ref_array generated(struct ref_rng *rng, const char *generator, const char *parameters);

/** Array of one number. */
struct ref_array number(double value);

/** Fills @p inputs (REF_ARGUMENTS_MAX) for the operation. */
void make_inputs(const struct ref_operation *operation, const struct case_plan *plan, uint64_t seed,
                 struct ref_array *inputs);

void release_arrays(struct ref_array *arrays, size_t count);

#endif
