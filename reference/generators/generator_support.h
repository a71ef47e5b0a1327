/**
 * @file
 * What the files that define generators have in common. Internal.
 *
 * Everything here and in the generators is plain loops of correctly rounded operations in a fixed
 * order, so that the same seed gives the same bytes on every machine.
 */
#ifndef REFERENCE_GENERATORS_GENERATOR_SUPPORT_H
#define REFERENCE_GENERATORS_GENERATOR_SUPPORT_H

#include <stddef.h>

#include "reference/generator.h"

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

/** Fills q (rows x columns, row-major) with standard normals, row by row. */
void fill_normal(struct ref_rng *rng, double *q, size_t rows, size_t columns);

/**
 * Makes the columns of q (rows x columns, columns <= rows) orthonormal by Gram-Schmidt, done twice,
 * and when @p centred orthogonal to the constant vector first (then columns < rows).
 * REF_ERROR_SINGULAR when a column vanishes.
 */
int orthonormalise(double *q, size_t rows, size_t columns, int centred);

extern const struct ref_generator generator_correlated_normal;
extern const struct ref_generator generator_ill_conditioned;
extern const struct ref_generator generator_linear_response;
extern const struct ref_generator generator_low_rank;
extern const struct ref_generator generator_normal;
extern const struct ref_generator generator_orthonormal;
extern const struct ref_generator generator_symmetric_spectrum;
extern const struct ref_generator generator_uniform;

#endif
