/**
 * @file
 * Numbers of about 106 bits as an unevaluated sum of two doubles (Dekker 1971; Hida, Li, Bailey
 * 2001), for residuals and sums of products. Internal to the reference library.
 *
 * Invariant: hi is the sum hi + lo rounded to double. Overflow shows as NaN or infinity.
 */
#ifndef REFERENCE_CORE_DOUBLE_DOUBLE_H
#define REFERENCE_CORE_DOUBLE_DOUBLE_H

#include <math.h>
#include <stddef.h>

struct dd {
    double hi;
    double lo;
};

/** a + b exactly. */
static inline struct dd dd_two_sum(double a, double b)
{
    double s = a + b;
    double t = s - a;
    return (struct dd){s, (a - (s - t)) + (b - t)};
}

/** a + b exactly when |a| >= |b|. */
static inline struct dd dd_quick_two_sum(double a, double b)
{
    double s = a + b;
    return (struct dd){s, b - (s - a)};
}

/** a * b exactly (without underflow). */
static inline struct dd dd_two_product(double a, double b)
{
    double p = a * b;
    return (struct dd){p, fma(a, b, -p)};
}

static inline struct dd dd_add(struct dd a, struct dd b)
{
    struct dd s = dd_two_sum(a.hi, b.hi);
    struct dd t = dd_two_sum(a.lo, b.lo);
    s = dd_quick_two_sum(s.hi, s.lo + t.hi);
    return dd_quick_two_sum(s.hi, s.lo + t.lo);
}

static inline struct dd dd_negate(struct dd a)
{
    return (struct dd){-a.hi, -a.lo};
}

static inline struct dd dd_subtract(struct dd a, struct dd b)
{
    return dd_add(a, dd_negate(b));
}

static inline struct dd dd_add_double(struct dd a, double b)
{
    struct dd s = dd_two_sum(a.hi, b);
    return dd_quick_two_sum(s.hi, s.lo + a.lo);
}

static inline struct dd dd_multiply(struct dd a, struct dd b)
{
    struct dd p = dd_two_product(a.hi, b.hi);
    return dd_quick_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static inline struct dd dd_multiply_double(struct dd a, double b)
{
    struct dd p = dd_two_product(a.hi, b);
    return dd_quick_two_sum(p.hi, p.lo + a.lo * b);
}

/** a / b to about 104 bits. */
static inline struct dd dd_divide_double(struct dd a, double b)
{
    double q = a.hi / b;
    struct dd r = dd_subtract(a, dd_two_product(q, b));
    return dd_quick_two_sum(q, (r.hi + r.lo) / b);
}

static inline double dd_value(struct dd a)
{
    return a.hi + a.lo;
}

/** Sum of n numbers that lie @p stride apart. */
static inline struct dd dd_sum(const double *x, size_t stride, size_t n)
{
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++)
        total = dd_add_double(total, x[i * stride]);
    return total;
}

/** Inner product of two strided vectors. */
static inline struct dd dd_dot(const double *x, size_t x_stride, const double *y, size_t y_stride,
                               size_t n)
{
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++)
        total = dd_add(total, dd_two_product(x[i * x_stride], y[i * y_stride]));
    return total;
}

#endif
