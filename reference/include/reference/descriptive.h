/**
 * @file
 * Means, centring and covariance of the columns of a data matrix.
 *
 * A data matrix X is n x d, row-major and contiguous: one row per observation, one column per
 * feature. All memory is the caller's; inputs are never written; inputs and outputs must not
 * overlap unless a function says so; after a failure outputs hold unspecified numbers.
 * Thread-safe.
 */
#ifndef REFERENCE_DESCRIPTIVE_H
#define REFERENCE_DESCRIPTIVE_H

#include <stddef.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Column means, @p mean (d). Sums in twice the working precision: each mean is correctly rounded
 * but for rare cases. REF_ERROR_SHAPE when a size is 0, REF_ERROR_NOT_FINITE.
 */
REF_API REF_MUST_USE int ref_column_means(const double *x, size_t n, size_t d, double *mean);

/**
 * @p centred (n x d) = X minus its column means, each entry to about one rounding; may be @p x
 * itself. Errors as ref_column_means.
 */
REF_API REF_MUST_USE int ref_centre(const double *x, size_t n, size_t d, double *centred);

/**
 * Sample covariance @p c (d x d, symmetric) with divisor n - 1. Needs n >= 2 (REF_ERROR_DOMAIN).
 * Two passes, never the difference of large sums. Source: Mathematics for Machine Learning,
 * section 6.4.2 (there with divisor n).
 */
REF_API REF_MUST_USE int ref_covariance(const double *x, size_t n, size_t d, double *c);

#ifdef __cplusplus
}
#endif
#endif
