/**
 * @file
 * Linear regression by least squares, with its inference, its loss, and gradient descent on it.
 *
 * The model is y = theta[0] + theta[1] x_1 + ... + theta[d] x_d. The library adds the column of
 * ones: X is n x d, row-major, WITHOUT it, y has n entries, theta has p = d + 1 with the intercept
 * first. A stands for [1 X].
 *
 * All memory is the caller's; inputs are never written and must not overlap outputs; after a
 * failure outputs hold unspecified numbers. Functions allocate their workspace and free it. Every
 * function returns REF_ERROR_SHAPE for a size of zero, REF_ERROR_NOT_FINITE for NaN or infinity in
 * an input, REF_ERROR_DOMAIN when a result overflows, REF_ERROR_MEMORY, and what its own comment
 * adds. Functions that fit return REF_ERROR_SINGULAR when the columns of A depend on each other to
 * rounding, also when n < p. Thread-safe as far as the BLAS is.
 *
 * Sources: Mathematics for Machine Learning, chapter 9 and section 7.1; Golub & Van Loan, Matrix
 * Computations, chapter 5; Björck 1967.
 */
#ifndef REFERENCE_LINEAR_REGRESSION_H
#define REFERENCE_LINEAR_REGRESSION_H

#include <stddef.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * theta (p) that minimises |y - A theta|, the exact minimiser for these doubles to about 1e-15 per
 * entry while the condition number of A with scaled columns is below 1e12.
 */
REF_API REF_MUST_USE int ref_ols_fit(const double *x, const double *y, size_t n, size_t d,
                                     double *theta);

/** y_new (m) = [1 X_new] theta, each entry to about one rounding. */
REF_API REF_MUST_USE int ref_ols_predict(const double *x_new, size_t m, size_t d,
                                         const double *theta, double *y_new);

/** loss = 1/(2n) sum (A theta - y)^2, in the squared unit of y. */
REF_API REF_MUST_USE int ref_ols_loss(const double *x, const double *y, size_t n, size_t d,
                                      const double *theta, double *loss);

/** gradient (p) = 1/n A'(A theta - y), the gradient of ref_ols_loss in theta. */
REF_API REF_MUST_USE int ref_ols_gradient(const double *x, const double *y, size_t n, size_t d,
                                          const double *theta, double *gradient);

/**
 * Gradient descent on ref_ols_loss from theta0 (p) with a fixed learning_rate, all entries updated
 * together: losses (iterations + 1) holds the loss at theta0 and after every step, theta (p) the
 * last iterate. iterations may be 0. REF_ERROR_DOMAIN when it diverges beyond the double range.
 */
REF_API REF_MUST_USE int ref_ols_descent(const double *x, const double *y, size_t n, size_t d,
                                         const double *theta0, double learning_rate,
                                         size_t iterations, double *losses, double *theta);

/**
 * Standard errors se (p) of the fit, and sigma, the residual standard deviation with divisor
 * n - p; theta (p) may be NULL. REF_ERROR_DOMAIN unless n > p.
 */
REF_API REF_MUST_USE int ref_ols_standard_errors(const double *x, const double *y, size_t n,
                                                 size_t d, double *theta, double *se,
                                                 double *sigma);

/**
 * t statistics t (p) of theta[j] = 0 and their two-sided p-values in p (p), from Student's law with
 * n - p degrees of freedom. REF_ERROR_DOMAIN unless n > p, and when the fit is exact.
 */
REF_API REF_MUST_USE int ref_ols_t_tests(const double *x, const double *y, size_t n, size_t d,
                                         double *t, double *p);

/**
 * Two-sided confidence intervals [lower, upper] (p each) for theta at @p level in (0, 1).
 * REF_ERROR_DOMAIN unless n > p and 0 < level < 1.
 */
REF_API REF_MUST_USE int ref_ols_confidence_intervals(const double *x, const double *y, size_t n,
                                                      size_t d, double level, double *lower,
                                                      double *upper);

/** r2 = 1 - SSE/SST, SST about the mean of y. REF_ERROR_DOMAIN when y is constant. */
REF_API REF_MUST_USE int ref_ols_r_squared(const double *x, const double *y, size_t n, size_t d,
                                           double *r2);

/**
 * Eigenvalues (p, largest first) of the Hessian A'A/n of ref_ols_loss, from the singular values of
 * A, and condition = largest / smallest. REF_ERROR_SINGULAR when the smallest vanishes to rounding.
 */
REF_API REF_MUST_USE int ref_ols_hessian_spectrum(const double *x, size_t n, size_t d,
                                                  double *eigenvalues, double *condition);

#ifdef __cplusplus
}
#endif
#endif
