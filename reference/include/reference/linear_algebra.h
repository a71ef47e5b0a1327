/**
 * @file
 * Least squares, eigenvalues of symmetric matrices, singular values, power iteration.
 *
 * Matrices are row-major and contiguous. All memory is the caller's; inputs are never written and
 * must not overlap outputs; after a failure outputs hold unspecified numbers. Functions allocate
 * their workspace and free it. Thread-safe as far as the BLAS is. Every function returns
 * REF_ERROR_SHAPE for a size of zero, REF_ERROR_NOT_FINITE for NaN or infinity in an input,
 * REF_ERROR_MEMORY, and what its own comment adds.
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_H
#define REFERENCE_LINEAR_ALGEBRA_H

#include <stddef.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The @p x (n) that minimises |b - A x| for A (m x n, m >= n) and @p b (m); no column of ones is
 * added. With m = n it solves the square system. Householder QR on columns scaled by powers of two,
 * then refinement of the augmented system with residuals in twice the working precision: the
 * result is the exact minimiser for these doubles to about 1e-15 per component while the condition
 * number of the scaled A is below 1e12. Cost 2 m n^2, and 20 m n flops per refinement.
 * REF_ERROR_SINGULAR when A lacks full column rank to rounding (or m < n).
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., 5.3; Björck 1967; Mathematics for Machine
 * Learning, 3.8.2.
 */
REF_API REF_MUST_USE int ref_least_squares(const double *a, size_t m, size_t n, const double *b,
                                           double *x);

/**
 * Eigenvalues of a symmetric A (n x n), largest first, in @p values (n); unit eigenvectors as
 * COLUMNS of @p vectors (n x n, may be NULL), the entry of largest size in each one positive.
 * Absolute error of a value: a few eps |A|. REF_ERROR_DOMAIN when A is not symmetric to 1e-12 of
 * its largest entry; REF_ERROR_CONVERGENCE. Cost 9 n^3. Source: LAPACK dsyevd; Mathematics for
 * Machine Learning, 4.2.
 */
REF_API REF_MUST_USE int ref_symmetric_eigen(const double *a, size_t n, double *values,
                                             double *vectors);

/**
 * Singular values of A (m x n), largest first, in @p values (n; zeros at the end when m < n), and
 * the right singular vectors as COLUMNS of @p axes (n x n, may be NULL), the entry of largest size
 * in each one positive. Absolute error: a few eps times the largest. REF_ERROR_CONVERGENCE.
 * Cost about 2 m n^2 + 11 n^3. Source: LAPACK dgesvd; Mathematics for Machine Learning, 4.5.
 */
REF_API REF_MUST_USE int ref_singular_values(const double *a, size_t m, size_t n, double *values,
                                             double *axes);

/**
 * Power iteration on a symmetric A (d x d) from @p v0 (d, not zero, any length). Each of the
 * @p iterations steps is v := A v / |A v|; @p eigenvalues (iterations) receives the Rayleigh
 * quotient v'Av after each, @p vector (d) the last v, of unit length with the sign that came out.
 * REF_ERROR_DOMAIN when A is not symmetric, v0 is zero or iterations is 0; REF_ERROR_SINGULAR when
 * an iterate falls into the null space. Source: Golub & Van Loan, 8.2.1; Mathematics for Machine
 * Learning, 10.4.2.
 */
REF_API REF_MUST_USE int ref_power_iteration(const double *a, size_t d, const double *v0,
                                             size_t iterations, double *eigenvalues,
                                             double *vector);

#ifdef __cplusplus
}
#endif
#endif
