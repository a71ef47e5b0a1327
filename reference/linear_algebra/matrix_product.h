/**
 * @file
 * Products of row-major matrices: entries to about one rounding while they are few, BLAS when they
 * are many. Internal.
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_MATRIX_PRODUCT_H
#define REFERENCE_LINEAR_ALGEBRA_MATRIX_PRODUCT_H

#include <stddef.h>

/** c (n x k) = A B for A (n x d) and the first k of @p columns columns of B (d x columns). */
void matrix_product(const double *a, size_t n, size_t d, const double *b, size_t columns, size_t k,
                    double *c);

/** c (n x d) = A B' for A (n x k) and the first k of @p columns columns of B (d x columns). */
void matrix_product_transposed(const double *a, size_t n, size_t k, const double *b, size_t columns,
                               size_t d, double *c);

#endif
