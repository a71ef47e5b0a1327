/**
 * @file
 * Least squares by a Householder QR factorisation that is used over and over: for the solution, its
 * refinement in twice the working precision, and the inverse of the Gram matrix. Internal.
 *
 *     struct least_squares ls;
 *     status = least_squares_init(&ls, x, n, d, true);    // with a column of ones in front
 *     status = least_squares_solve(&ls, y, theta, &sum_of_squares);
 *     least_squares_release(&ls);
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_LEAST_SQUARES_H
#define REFERENCE_LINEAR_ALGEBRA_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

struct least_squares {
    size_t rows;
    size_t columns;
    double *a;  /**< the design, column-major, columns scaled by powers of two */
    double *qr; /**< its factorisation as dgeqrt leaves it */
    double *t;  /**< block x columns: the triangular factors of the reflections */
    size_t block;
    double *scale; /**< a(:, j) = design(:, j) * scale[j] */
    double rcond;  /**< reciprocal condition number of the scaled R, 1-norm, estimated */
};

/**
 * Copies, scales and factors X (rows x d, row-major), with ones in front when @p intercept.
 * REF_ERROR_SINGULAR when the columns depend on each other to rounding (also when there are fewer
 * rows than columns), REF_ERROR_SHAPE, _NOT_FINITE, _MEMORY. On failure nothing needs releasing.
 */
int least_squares_init(struct least_squares *ls, const double *x, size_t rows, size_t d,
                       bool intercept);

void least_squares_release(struct least_squares *ls);

/** argmin |b - A x|; @p squares (or NULL) receives the minimum of |b - A x|^2. */
int least_squares_solve(const struct least_squares *ls, const double *b, double *x,
                        double *squares);

/** Diagonal of the inverse of A'A (columns entries). */
int least_squares_gram_inverse(const struct least_squares *ls, double *diagonal);

#endif
