/**
 * @file
 * Principal component analysis and its relatives.
 *
 * X is n x d, row-major, one row per observation. Columns are centred, never scaled. Components are
 * unit vectors, the COLUMNS of a matrix, ordered by decreasing variance; the entry of largest size
 * in each one is positive. Variances have divisor n - 1 unless a function says otherwise.
 *
 * All memory is the caller's; inputs are never written and must not overlap outputs; after a
 * failure outputs hold unspecified numbers. Functions allocate their workspace and free it. Every
 * function returns REF_ERROR_SHAPE for a size of zero, REF_ERROR_NOT_FINITE for NaN or infinity in
 * an input, REF_ERROR_DOMAIN when a result overflows, k is not in 1..d, or n < 2,
 * REF_ERROR_CONVERGENCE, REF_ERROR_MEMORY. Thread-safe as far as the BLAS is.
 *
 * The singular value decomposition of the centred data gives all of it: variances are right to
 * about 1e-14 relative while above 1e-6 of the largest. Cost about 2 n d^2.
 *
 * Sources: Mathematics for Machine Learning, chapter 10; Tipping & Bishop, "Probabilistic principal
 * component analysis", 1999.
 */
#ifndef REFERENCE_PCA_H
#define REFERENCE_PCA_H

#include <stddef.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** variance (d, largest first, zeros when n <= d) and components (d x d, may be NULL). */
REF_API REF_MUST_USE int ref_pca(const double *x, size_t n, size_t d, double *variance,
                                 double *components);

/** v (d x k) = the first k components. */
REF_API REF_MUST_USE int ref_pca_components(const double *x, size_t n, size_t d, size_t k,
                                            double *v);

/** variance (d) as ref_pca, ratio (d) = variance / sum. REF_ERROR_DOMAIN when all rows are equal.
 */
REF_API REF_MUST_USE int ref_pca_explained_variance(const double *x, size_t n, size_t d,
                                                    double *variance, double *ratio);

/** scores (n x k) = (X - mean) V. */
REF_API REF_MUST_USE int ref_pca_project(const double *x, size_t n, size_t d, size_t k,
                                         double *scores);

/** x_hat (n x d) = (X - mean) V V' + mean. */
REF_API REF_MUST_USE int ref_pca_reconstruct(const double *x, size_t n, size_t d, size_t k,
                                             double *x_hat);

/** x_new_hat (m x d) = (X_new - mean) V V' + mean, mean and V of the training data X. */
REF_API REF_MUST_USE int ref_pca_transform_new(const double *x, size_t n, const double *x_new,
                                               size_t m, size_t d, size_t k, double *x_new_hat);

/**
 * error = 1/n |Xc - Xc W W'|_F^2 for centred Xc and any W (d x k), and its gradient (d x k)
 * -2/n (Xc'R W + R'Xc W) with R = Xc - Xc W W'. Any n >= 1 and k >= 1.
 */
REF_API REF_MUST_USE int ref_reconstruction_gradient(const double *x, size_t n, size_t d,
                                                     const double *w, size_t k, double *error,
                                                     double *gradient);

/**
 * Probabilistic PCA at its maximum of likelihood: sigma2, the mean of the d - k discarded
 * eigenvalues of the covariance with divisor n, and the log likelihood of all n rows,
 * -n/2 (d log 2pi + log det C + d). REF_ERROR_DOMAIN when k >= d, REF_ERROR_SINGULAR when sigma2
 * vanishes to rounding. Source: Tipping & Bishop 1999, section 3.2.
 */
REF_API REF_MUST_USE int ref_ppca_log_likelihood(const double *x, size_t n, size_t d, size_t k,
                                                 double *sigma2, double *log_likelihood);

#ifdef __cplusplus
}
#endif
#endif
