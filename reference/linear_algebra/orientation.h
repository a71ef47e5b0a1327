/**
 * @file
 * Conventions that the matrix routines share: symmetry of inputs, signs of vectors. Internal.
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_ORIENTATION_H
#define REFERENCE_LINEAR_ALGEBRA_ORIENTATION_H

#include <stddef.h>

/** REF_OK, or REF_ERROR_DOMAIN when A (n x n) is not symmetric to 1e-12 of its largest entry. */
int validate_symmetric(const double *a, size_t n);

/** Flips columns of V (rows x columns, row-major) so that the entry of largest size is positive. */
void orient_columns(double *v, size_t rows, size_t columns);

#endif
