/**
 * @file
 * Elementary functions out of correctly rounded operations alone (+ - * / sqrt and bit moves): the
 * same bits on every machine, whatever its mathematical library. Internal.
 */
#ifndef REFERENCE_CORE_ELEMENTARY_H
#define REFERENCE_CORE_ELEMENTARY_H

/** Natural logarithm of a positive normal number; error below 1 ulp. */
double exact_log(double x);

/** Standard normal quantile of p in (0, 1), Wichura's AS 241; relative error below 1e-15. */
double exact_normal_quantile(double p);

/** The r > 0 with r^n = x, for x > 0 and n >= 1, by Newton's method; error of a few ulp. */
double exact_root(double x, unsigned n);

#endif
