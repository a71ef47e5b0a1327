/**
 * @file
 * Slow and simple second opinions in 113-bit arithmetic: least squares by Gram-Schmidt, the
 * eigenvalues of a symmetric matrix by Jacobi rotations. They share no code with the library.
 */
#ifndef TESTS_REFERENCE_QUAD_ORACLE_H
#define TESTS_REFERENCE_QUAD_ORACLE_H

#include <stdbool.h>
#include <stddef.h>

#include "reference/core/quad.h"

enum { ORACLE_MAX = 24 };

/**
 * Least squares of y on [1 X] (X alone without @p intercept): theta and the diagonal of the inverse
 * Gram matrix (at most ORACLE_MAX entries each), and the residual sum of squares.
 */
void oracle_least_squares(const double *x, const double *y, size_t n, size_t d, bool intercept,
                          quad *theta, quad *inverse, quad *squares);

/** Covariance about the column means (about 0 without @p centred) with @p divisor. */
void oracle_covariance(const double *x, size_t n, size_t d, bool centred, quad divisor, quad *c);

/** Eigenvalues of a symmetric matrix, largest first; the matrix is destroyed. vectors as columns.
 */
void oracle_eigen(quad *a, size_t n, quad *values, quad *vectors);

/** -log10 of the relative error, at most 15; negative when nothing is right. */
double digits(double value, double truth);

#endif
