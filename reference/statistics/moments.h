/**
 * @file
 * Sums of products of columns, for callers that have centred or scaled their data. Internal.
 */
#ifndef REFERENCE_STATISTICS_MOMENTS_H
#define REFERENCE_STATISTICS_MOMENTS_H

#include <stddef.h>

/** c (d x d) = X'X / divisor, exactly symmetric. X is n x d. */
void cross_products(const double *x, size_t n, size_t d, double divisor, double *c);

#endif
