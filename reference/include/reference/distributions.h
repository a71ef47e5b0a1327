/**
 * @file
 * Probability distributions: distribution functions, upper tails, quantiles.
 *
 * cdf(x) = P(X <= x); sf(x) = P(X > x), accurate where cdf is close to 1; quantile(p) = the x with
 * cdf(x) = p, for p in [0, 1]. Probabilities are in [0, 1]. Evaluated with 113 bits and rounded
 * once: 15 digits over the whole double range, tails included (results below 2.2e-308 lose digits
 * as doubles do). NaN in gives NaN out; a parameter outside its range gives NaN. Pure functions,
 * thread-safe.
 *
 * Sources: Abramowitz & Stegun, chapters 6 and 26; Johnson, Kotz & Balakrishnan, Continuous
 * Univariate Distributions; Lentz 1976 for continued fractions; Wichura, AS 241, for the first
 * guess of a normal quantile; Hill, ACM algorithms 395, for Student's law with many degrees of
 * freedom.
 */
#ifndef REFERENCE_DISTRIBUTIONS_H
#define REFERENCE_DISTRIBUTIONS_H

#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Standard normal law. */
REF_API double ref_normal_cdf(double z);
REF_API double ref_normal_sf(double z);
REF_API double ref_normal_log_cdf(double z);
REF_API double ref_normal_quantile(double p);

/** Student's t law with @p df > 0 degrees of freedom (not necessarily whole; may be infinite). */
REF_API double ref_student_t_cdf(double t, double df);
REF_API double ref_student_t_sf(double t, double df);
REF_API double ref_student_t_quantile(double p, double df);

/** Chi-square law with @p df > 0 degrees of freedom. */
REF_API double ref_chi_square_cdf(double x, double df);
REF_API double ref_chi_square_sf(double x, double df);
REF_API double ref_chi_square_quantile(double p, double df);

/** F law with @p df1 > 0 and @p df2 > 0 degrees of freedom. */
REF_API double ref_f_cdf(double x, double df1, double df2);
REF_API double ref_f_sf(double x, double df1, double df2);
REF_API double ref_f_quantile(double p, double df1, double df2);

/** log Gamma(x) for x > 0. */
REF_API double ref_log_gamma(double x);

/** Regularised incomplete beta function I_x(a, b), a > 0, b > 0, x in [0, 1]. */
REF_API double ref_incomplete_beta(double x, double a, double b);

/** Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, a > 0, x >= 0. */
REF_API double ref_incomplete_gamma(double a, double x);
REF_API double ref_incomplete_gamma_upper(double a, double x);

#ifdef __cplusplus
}
#endif
#endif
