#include "statistics/special_functions.h"

#include "core/elementary.h"

enum { FRACTION_STEPS_MAX = 400000, NEWTON_STEPS_MAX = 400 };

/* Stirling's series beyond 40, where its 14th term is below 1e-35; x is shifted up to there. */
quad quad_log_gamma(quad x)
{
    static const double bernoulli[][2] = {
        {1, 6},        {-1, 30},
        {1, 42},       {-1, 30},
        {5, 66},       {-691, 2730},
        {7, 6},        {-3617, 510},
        {43867, 798},  {-174611, 330},
        {854513, 138}, {-236364091, 2730},
        {8553103, 6},  {-23749461029.0, 870},
    };
    quad shift = 1;
    quad logs = 0;
    for (; x < 40; x += 1) {
        shift *= x;
        if (shift > (quad)1e200) {
            logs += logf128(shift);
            shift = 1;
        }
    }
    logs += logf128(shift);
    quad series = 0;
    quad square = x * x;
    for (int k = 14; k >= 1; k--)
        series = series / square +
                 (quad)bernoulli[k - 1][0] / (quad)bernoulli[k - 1][1] / (2 * k * (2 * k - 1));
    return (x - (quad)0.5) * logf128(x) - x + logf128(2 * quad_pi()) / 2 + series / x - logs;
}

/* Continued fraction of I_x(a, b) by the modified method of Lentz; x below (a + 1)/(a + b + 2). */
static quad beta_fraction(quad x, quad a, quad b)
{
    const quad tiny = (quad)1e-300 * (quad)1e-300;
    quad c = 1;
    quad d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabsf128(d) < tiny ? tiny : d);
    quad value = d;
    for (int step = 1; step <= FRACTION_STEPS_MAX; step++) {
        quad m = step;
        quad even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabsf128(d) < tiny ? tiny : d);
        c = fabsf128(c) < tiny ? tiny : c;
        value *= d * c;
        quad odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabsf128(d) < tiny ? tiny : d);
        c = fabsf128(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabsf128(d * c - 1) < 1024 * QUAD_EPSILON)
            break;
    }
    return value;
}

quad quad_incomplete_beta(quad x, quad y, quad a, quad b)
{
    if (x <= 0)
        return 0;
    if (y <= 0)
        return 1;
    quad log_front = a * logf128(x) + b * logf128(y) + quad_log_gamma(a + b) - quad_log_gamma(a) -
                     quad_log_gamma(b);
    if (x < (a + 1) / (a + b + 2))
        return expf128(log_front) * beta_fraction(x, a, b) / a;
    return 1 - expf128(log_front) * beta_fraction(y, b, a) / b;
}

static quad gamma_series(quad a, quad x)
{
    quad term = 1 / a;
    quad sum = term;
    for (int k = 1; k <= FRACTION_STEPS_MAX && term > sum * QUAD_EPSILON; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum;
}

static quad gamma_fraction(quad a, quad x)
{
    const quad tiny = (quad)1e-300 * (quad)1e-300;
    quad b = x + 1 - a;
    quad c = 1 / tiny;
    quad d = 1 / b;
    quad value = d;
    for (int step = 1; step <= FRACTION_STEPS_MAX; step++) {
        quad numerator = -(quad)step * ((quad)step - a);
        b += 2;
        d = numerator * d + b;
        d = 1 / (fabsf128(d) < tiny ? tiny : d);
        c = b + numerator / c;
        c = fabsf128(c) < tiny ? tiny : c;
        value *= d * c;
        if (fabsf128(d * c - 1) < 1024 * QUAD_EPSILON)
            break;
    }
    return value;
}

quad quad_incomplete_gamma(quad a, quad x, int upper)
{
    if (x <= 0)
        return upper ? 1 : 0;
    if (isinf((double)x) && x > 1)
        return upper ? 0 : 1;
    quad front = expf128(a * logf128(x) - x - quad_log_gamma(a));
    if (x < a + 1) {
        quad lower = front * gamma_series(a, x);
        return upper ? 1 - lower : lower;
    }
    quad tail = front * gamma_fraction(a, x);
    return upper ? tail : 1 - tail;
}

quad quad_normal_sf(quad z)
{
    return erfcf128(z / sqrtf128((quad)2)) / 2;
}

static quad normal_density(quad z)
{
    return expf128(-z * z / 2) / sqrtf128(2 * quad_pi());
}

quad quad_normal_upper_quantile(quad q)
{
    if (q > (quad)0.5)
        return -quad_normal_upper_quantile(1 - q);
    quad central = (quad)0.5 - q;
    double guess = (double)q;
    quad z = guess > 1e-300 && guess < 0.5 ? (quad)-exact_normal_quantile(guess)
                                           : sqrtf128(-2 * logf128(2 * q));
    for (int step = 0; step < 12; step++) {
        quad move;
        if (central < (quad)0.25) {
            move = (central - erff128(z / sqrtf128((quad)2)) / 2) / normal_density(z);
        } else {
            quad tail = quad_normal_sf(z);
            move = logf128(tail / q) * tail / normal_density(z);
        }
        z += move;
        if (fabsf128(move) <= (quad)1e-13 * fabsf128(z))
            break;
    }
    return z;
}

quad quad_solve(quad_curve *curve, const void *law, quad target, quad start)
{
    quad u = logf128(start);
    quad move = 0;
    quad limit = 1;
    for (int step = 0; step < NEWTON_STEPS_MAX; step++) {
        quad x = expf128(u);
        quad slope;
        quad value = curve(x, law, &slope);
        if (!(value > 0) || slope == 0) { // underflow: half way back
            move /= 2;
            u -= move;
            continue;
        }
        move = logf128(target / value) * value / (x * slope);
        if (fabsf128(move) > limit) {
            move = move > 0 ? limit : -limit;
            limit *= 2;
        }
        u += move;
        if (fabsf128(move) < (quad)1e-13)
            break;
    }
    return expf128(u);
}
