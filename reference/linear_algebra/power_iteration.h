/**
 * @file
 * One step of the power iteration, for the iteration and for its wrong variants. Internal.
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_POWER_ITERATION_H
#define REFERENCE_LINEAR_ALGEBRA_POWER_ITERATION_H

#include <stddef.h>

/** image (d) = A v for A (d x d); returns its length, 0 or not finite when it has none. */
double power_step(const double *a, size_t d, const double *v, double *image);

/** v'Av / v'v for v not zero. */
double rayleigh_quotient(const double *a, size_t d, const double *v);

#endif
