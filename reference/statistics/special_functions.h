/**
 * @file
 * The special functions behind the distributions, in 113-bit arithmetic. Internal.
 */
#ifndef REFERENCE_STATISTICS_SPECIAL_FUNCTIONS_H
#define REFERENCE_STATISTICS_SPECIAL_FUNCTIONS_H

#include "core/quad.h"

/** log Gamma(x), x > 0; relative error below 1e-30 away from its zeros 1 and 2. */
quad quad_log_gamma(quad x);

/** I_x(a, b) for x + y = 1; pass both so that neither loses digits. */
quad quad_incomplete_beta(quad x, quad y, quad a, quad b);

/** P(a, x) when !upper, else Q(a, x). */
quad quad_incomplete_gamma(quad a, quad x, int upper);

/** Standard normal P(Z > z), and its quantile for the upper tail probability q in (0, 1). */
quad quad_normal_sf(quad z);
quad quad_normal_upper_quantile(quad q);

/** Value and derivative of a distribution function or an upper tail at x > 0. */
typedef quad quad_curve(quad x, const void *law, quad *slope);

/**
 * The x > 0 at which a monotone positive curve takes the value @p target, by Newton's method on
 * log curve against log x, where the tails of the laws here are concave (so that it converges from
 * anywhere). @p start > 0 is any guess.
 */
quad quad_solve(quad_curve *curve, const void *law, quad target, quad start);

#endif
