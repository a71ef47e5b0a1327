/**
 * @file
 * What the functions of linear regression, and the wrong variants of them, have in common.
 * Internal.
 */
#ifndef REFERENCE_LEARNING_OLS_SUMS_H
#define REFERENCE_LEARNING_OLS_SUMS_H

#include <stddef.h>

#include "core/double_double.h"

/** theta[0] + row . theta[1..d] - y in double-double. */
struct dd ols_residual(const double *row, double y, size_t d, const double *theta);

/**
 * gradient (d + 1, may be NULL) = A'(A theta - y) and squares (may be NULL) = |A theta - y|^2,
 * neither divided by anything.
 */
void ols_sums(const double *x, const double *y, size_t n, size_t d, const double *theta,
              struct dd *gradient, struct dd *squares);

/** Fit for inference. Arrays of d + 1 entries are the caller's. */
struct ols_summary {
    double *theta;
    double *inverse; /**< diagonal of the inverse of A'A */
    double squares;  /**< residual sum of squares */
};

/** Fills @p summary. REF_ERROR_DOMAIN unless n > d + 1, else as ref_ols_fit. */
int ols_summarise(const double *x, const double *y, size_t n, size_t d,
                  struct ols_summary *summary);

/** Sum of squares of y about its mean. */
double total_squares(const double *y, size_t n);

#endif
