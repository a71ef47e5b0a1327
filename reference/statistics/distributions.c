#include "reference/distributions.h"

#include <float.h>

#include "statistics/special_functions.h"

/* Degrees of freedom from which Student's law is computed through the normal law. */
static const double many_degrees = 1e7;

double ref_log_gamma(double x)
{
    if (isnan(x) || x <= 0.0)
        return (double)NAN;
    return isinf(x) ? x : (double)quad_log_gamma((quad)x);
}

double ref_incomplete_beta(double x, double a, double b)
{
    if (!(x >= 0.0 && x <= 1.0 && a > 0.0 && b > 0.0) || isinf(a) || isinf(b))
        return (double)NAN;
    return (double)quad_incomplete_beta((quad)x, 1 - (quad)x, (quad)a, (quad)b);
}

double ref_incomplete_gamma(double a, double x)
{
    return a > 0.0 && x >= 0.0 && !isinf(a) ? (double)quad_incomplete_gamma((quad)a, (quad)x, 0)
                                            : (double)NAN;
}

double ref_incomplete_gamma_upper(double a, double x)
{
    return a > 0.0 && x >= 0.0 && !isinf(a) ? (double)quad_incomplete_gamma((quad)a, (quad)x, 1)
                                            : (double)NAN;
}

double ref_normal_cdf(double z)
{
    return (double)quad_normal_sf(-(quad)z);
}

double ref_normal_sf(double z)
{
    return (double)quad_normal_sf((quad)z);
}

double ref_normal_log_cdf(double z)
{
    if (z > 0.0)
        return (double)log1pf128(-quad_normal_sf((quad)z));
    if (z > -100.0 || isnan(z))
        return (double)logf128(quad_normal_sf(-(quad)z));
    // log of the asymptotic series of Mills' ratio; the terms fall by 1e4 / k
    quad x = -(quad)z;
    quad series = 1;
    for (int k = 12; k >= 1; k--)
        series = 1 - (2 * k - 1) / (x * x) * series;
    return (double)(-x * x / 2 - logf128(x) - logf128(2 * quad_pi()) / 2 + logf128(series));
}

double ref_normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -(double)INFINITY : (double)INFINITY;
    if (p == 0.5)
        return 0.0;
    return p < 0.5 ? -(double)quad_normal_upper_quantile((quad)p)
                   : (double)quad_normal_upper_quantile(1 - (quad)p);
}

/* Hill's transformation of t > 0 to a normal deviate (ACM algorithm 395, equation 1). */
static quad hill_deviate(quad t, quad df)
{
    quad a = df - (quad)0.5;
    quad b = 48 * a * a;
    quad y = a * log1pf128(t / df * t);
    quad inner = (((quad)-0.4 * y - (quad)3.3) * y - 24) * y - (quad)85.5;
    return ((inner / ((quad)0.8 * y * y + 100 + b) + y + 3) / b + 1) * sqrtf128(y);
}

static quad t_upper_tail(quad t, quad df)
{
    if (df > (quad)DBL_MAX)
        return quad_normal_sf(t);
    if (df > (quad)many_degrees)
        return quad_normal_sf(hill_deviate(t, df));
    quad total = df + t * t;
    return quad_incomplete_beta(df / total, t / total * t, df / 2, (quad)0.5) / 2;
}

static quad t_centre(quad t, quad df)
{
    if (df > (quad)many_degrees)
        return (quad)0.5 - t_upper_tail(t, df);
    quad total = df + t * t;
    return quad_incomplete_beta(t / total * t, df / total, (quad)0.5, df / 2) / 2;
}

static quad t_density(quad t, quad df)
{
    if (df > (quad)many_degrees) // only the speed of an iteration depends on it
        return expf128(-(df > (quad)DBL_MAX ? t * t / 2 : (df + 1) / 2 * log1pf128(t / df * t))) /
               sqrtf128(2 * quad_pi());
    return expf128(quad_log_gamma((df + 1) / 2) - quad_log_gamma(df / 2) -
                   (df + 1) / 2 * log1pf128(t / df * t)) /
           sqrtf128(df * quad_pi());
}

double ref_student_t_sf(double t, double df)
{
    if (isnan(t) || !(df > 0.0))
        return (double)NAN;
    if (isinf(t))
        return t > 0.0 ? 0.0 : 1.0;
    quad tail = t_upper_tail(fabsf128((quad)t), (quad)df);
    return (double)(t >= 0.0 ? tail : 1 - tail);
}

double ref_student_t_cdf(double t, double df)
{
    return ref_student_t_sf(-t, df);
}

static quad t_tail_curve(quad t, const void *law, quad *slope)
{
    const quad *df = law;
    *slope = -t_density(t, *df);
    return t_upper_tail(t, *df);
}

static quad t_centre_curve(quad t, const void *law, quad *slope)
{
    const quad *df = law;
    *slope = t_density(t, *df);
    return t_centre(t, *df);
}

double ref_student_t_quantile(double p, double df)
{
    if (!(p >= 0.0 && p <= 1.0) || !(df > 0.0))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? -(double)INFINITY : (double)INFINITY;
    if (p == 0.5)
        return 0.0;
    quad freedom = (quad)df;
    quad q = p < 0.5 ? (quad)p : 1 - (quad)p;
    quad start = quad_normal_upper_quantile(q);
    quad t = q < (quad)0.25 ? quad_solve(t_tail_curve, &freedom, q, start)
                            : quad_solve(t_centre_curve, &freedom, (quad)0.5 - q, start);
    return (double)(p < 0.5 ? -t : t);
}

double ref_chi_square_cdf(double x, double df)
{
    if (isnan(x) || !(df > 0.0) || isinf(df))
        return (double)NAN;
    return x <= 0.0 ? 0.0 : (double)quad_incomplete_gamma((quad)df / 2, (quad)x / 2, 0);
}

double ref_chi_square_sf(double x, double df)
{
    if (isnan(x) || !(df > 0.0) || isinf(df))
        return (double)NAN;
    return x <= 0.0 ? 1.0 : (double)quad_incomplete_gamma((quad)df / 2, (quad)x / 2, 1);
}

struct chi_square {
    quad shape;
    int upper;
};

static quad chi_square_curve(quad x, const void *law, quad *slope)
{
    const struct chi_square *c = law;
    quad density = expf128((c->shape - 1) * logf128(x / 2) - x / 2 - quad_log_gamma(c->shape)) / 2;
    *slope = c->upper ? -density : density;
    return quad_incomplete_gamma(c->shape, x / 2, c->upper);
}

double ref_chi_square_quantile(double p, double df)
{
    if (!(p >= 0.0 && p <= 1.0) || !(df > 0.0) || isinf(df))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? 0.0 : (double)INFINITY;
    struct chi_square law = {(quad)df / 2, p > 0.5};
    return (double)quad_solve(chi_square_curve, &law, law.upper ? 1 - (quad)p : (quad)p, (quad)df);
}

struct f_law {
    quad df1;
    quad df2;
    int upper;
};

static quad f_curve(quad x, const void *law, quad *slope)
{
    const struct f_law *f = law;
    quad a = f->df1 / 2, b = f->df2 / 2;
    quad total = f->df1 * x + f->df2;
    quad below = f->df1 * x / total, above = f->df2 / total;
    quad density = expf128(a * logf128(below) + b * logf128(above) + quad_log_gamma(a + b) -
                           quad_log_gamma(a) - quad_log_gamma(b)) /
                   x;
    *slope = f->upper ? -density : density;
    return f->upper ? quad_incomplete_beta(above, below, b, a)
                    : quad_incomplete_beta(below, above, a, b);
}

static double f_probability(double x, double df1, double df2, int upper)
{
    if (isnan(x) || !(df1 > 0.0) || !(df2 > 0.0) || isinf(df1) || isinf(df2))
        return (double)NAN;
    if (x <= 0.0 || isinf(x))
        return (x <= 0.0) == (upper != 0) ? 1.0 : 0.0;
    struct f_law law = {(quad)df1, (quad)df2, upper};
    quad slope;
    return (double)f_curve((quad)x, &law, &slope);
}

double ref_f_cdf(double x, double df1, double df2)
{
    return f_probability(x, df1, df2, 0);
}

double ref_f_sf(double x, double df1, double df2)
{
    return f_probability(x, df1, df2, 1);
}

double ref_f_quantile(double p, double df1, double df2)
{
    if (!(p >= 0.0 && p <= 1.0) || !(df1 > 0.0) || !(df2 > 0.0) || isinf(df1) || isinf(df2))
        return (double)NAN;
    if (p == 0.0 || p == 1.0)
        return p == 0.0 ? 0.0 : (double)INFINITY;
    struct f_law law = {(quad)df1, (quad)df2, p > 0.5};
    return (double)quad_solve(f_curve, &law, law.upper ? 1 - (quad)p : (quad)p, (quad)1);
}
