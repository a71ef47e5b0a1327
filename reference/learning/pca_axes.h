/**
 * @file
 * The steps of principal component analysis, one by one, for its functions and for the wrong
 * variants that do one of them differently. Internal.
 */
#ifndef REFERENCE_LEARNING_PCA_AXES_H
#define REFERENCE_LEARNING_PCA_AXES_H

#include <stddef.h>

/** What is done to the columns before the axes are sought. */
enum pca_preparation { PCA_CENTRED, PCA_RAW, PCA_STANDARDISED };

/** Arrays of one analysis; all owned. */
struct pca {
    size_t n;
    size_t d;
    double *mean;     /**< d: column means, whatever the preparation */
    double *data;     /**< n x d: prepared data */
    double *singular; /**< d: singular values of the prepared data */
    double *axes;     /**< d x d: its right singular vectors as columns */
};

/** Analyses X. On failure nothing needs releasing. REF_ERROR_DOMAIN when n < 2. */
int pca_init(struct pca *pca, const double *x, size_t n, size_t d,
             enum pca_preparation preparation);

void pca_release(struct pca *pca);

/** singular[i]^2 / divisor. */
double pca_variance(const struct pca *pca, size_t i, double divisor);

/** out (m x d) = data V V' for the first k axes. */
int pca_rebuild(const struct pca *pca, const double *data, size_t m, size_t k, double *out);

/** Adds @p row (d) to every row of x (m x d). */
void add_row(double *x, size_t m, size_t d, const double *row);

/** Terms of the derivative of the reconstruction error. */
enum reconstruction_terms { RECONSTRUCTION_ENCODER = 1, RECONSTRUCTION_DECODER = 2 };

/**
 * error = |D - D W W'|_F^2 and gradient (d x k) = -2 (D'R W [encoder] + R'D W [decoder]), for data
 * D (n x d) as it is; no division by n.
 */
int reconstruction_sums(const double *data, size_t n, size_t d, const double *w, size_t k,
                        int terms, double *error, double *gradient);

/**
 * Log likelihood of n rows under probabilistic PCA with covariance eigenvalues @p variance (d) of
 * the data and noise @p sigma2: -n/2 (constant + weight * log det C + trace).
 */
double ppca_value(size_t n, size_t d, size_t k, const double *variance, double sigma2,
                  double constant, double weight);

/** Mean of the discarded eigenvalues, or not positive when they vanish to rounding. */
double ppca_noise(const double *variance, size_t d, size_t k, double divisor);

#endif
