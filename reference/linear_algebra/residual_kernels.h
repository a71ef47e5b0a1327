/**
 * @file
 * The two inner loops of the refinement of least squares, on double-double vectors stored as two
 * arrays. Internal.
 *
 * They are compiled for several processors and the best is chosen when the program is loaded. The
 * results are the same to the last bit or so of 106, whichever it is.
 */
#ifndef REFERENCE_LINEAR_ALGEBRA_RESIDUAL_KERNELS_H
#define REFERENCE_LINEAR_ALGEBRA_RESIDUAL_KERNELS_H

#include <stddef.h>

#include "core/double_double.h"

/** f := f - x a for a vector a of n doubles. */
void subtract_multiple(const double *restrict a, size_t n, struct dd x, double *restrict f_hi,
                       double *restrict f_lo);

/** a . r for a vector a of n doubles. */
struct dd dot_with(const double *restrict a, size_t n, const double *restrict r_hi,
                   const double *restrict r_lo);

#endif
