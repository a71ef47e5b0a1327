#include "quad_oracle.h"

#include <stdlib.h>

static quad entry(const double *x, size_t d, size_t i, size_t j, bool intercept)
{
    if (!intercept)
        return (quad)x[i * d + j];
    return j == 0 ? 1 : (quad)x[i * d + j - 1];
}

/* Gram-Schmidt, every column twice: a (n x p, column by column) becomes Q, r (p x p) is R. */
static void gram_schmidt(quad *a, size_t n, size_t p, quad *r)
{
    for (size_t j = 0; j < p; j++)
        for (int pass = 0; pass < 2; pass++)
            for (size_t k = 0; k <= j; k++) {
                quad product = 0;
                for (size_t i = 0; i < n; i++)
                    product += a[k * n + i] * a[j * n + i];
                if (k < j) {
                    r[k * p + j] += product;
                    for (size_t i = 0; i < n; i++)
                        a[j * n + i] -= product * a[k * n + i];
                } else {
                    quad length = sqrtf128(product);
                    r[j * p + j] = pass == 0 ? length : r[j * p + j] * length;
                    for (size_t i = 0; i < n; i++)
                        a[j * n + i] /= length;
                }
            }
}

/* x = R^-1 b for upper triangular R (p x p). */
static void back_substitute(const quad *r, size_t p, const quad *b, quad *x)
{
    for (size_t j = p; j-- > 0;) {
        x[j] = b[j];
        for (size_t k = j + 1; k < p; k++)
            x[j] -= r[j * p + k] * x[k];
        x[j] /= r[j * p + j];
    }
}

void oracle_least_squares(const double *x, const double *y, size_t n, size_t d, bool intercept,
                          quad *theta, quad *inverse, quad *squares)
{
    size_t p = d + (intercept ? 1 : 0);
    quad *q = calloc(n * p, sizeof *q), *r = calloc(p * p, sizeof *r);
    quad moment[ORACLE_MAX] = {0}, column[ORACLE_MAX];
    for (size_t j = 0; j < p; j++)
        for (size_t i = 0; i < n; i++)
            q[j * n + i] = entry(x, d, i, j, intercept);
    gram_schmidt(q, n, p, r);
    for (size_t j = 0; j < p; j++)
        for (size_t i = 0; i < n; i++)
            moment[j] += q[j * n + i] * (quad)y[i];
    back_substitute(r, p, moment, theta);
    for (size_t j = 0; j < p; j++)
        inverse[j] = 0;
    for (size_t k = 0; k < p; k++) { // row sums of squares of R^-1, column by column
        for (size_t j = 0; j < p; j++)
            moment[j] = j == k ? 1 : 0;
        back_substitute(r, p, moment, column);
        for (size_t j = 0; j < p; j++)
            inverse[j] += column[j] * column[j];
    }
    *squares = 0;
    for (size_t i = 0; i < n; i++) {
        quad residual = (quad)y[i];
        for (size_t j = 0; j < p; j++)
            residual -= entry(x, d, i, j, intercept) * theta[j];
        *squares += residual * residual;
    }
    free(q);
    free(r);
}

void oracle_covariance(const double *x, size_t n, size_t d, bool centred, quad divisor, quad *c)
{
    quad mean[ORACLE_MAX] = {0};
    for (size_t j = 0; j < d && centred; j++) {
        for (size_t i = 0; i < n; i++)
            mean[j] += (quad)x[i * d + j];
        mean[j] /= n;
    }
    for (size_t j = 0; j < d; j++)
        for (size_t k = 0; k < d; k++) {
            quad sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += ((quad)x[i * d + j] - mean[j]) * ((quad)x[i * d + k] - mean[k]);
            c[j * d + k] = sum / divisor;
        }
}

static void rotate(quad *a, size_t n, size_t p, size_t q, quad *v)
{
    quad off = a[p * n + q];
    if (off == 0)
        return;
    quad theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
    quad t = 1 / (fabsf128(theta) + sqrtf128(theta * theta + 1));
    if (theta < 0)
        t = -t;
    quad c = 1 / sqrtf128(t * t + 1), s = t * c;
    for (size_t i = 0; i < n; i++) {
        quad left = a[i * n + p], right = a[i * n + q];
        a[i * n + p] = c * left - s * right;
        a[i * n + q] = s * left + c * right;
    }
    for (size_t i = 0; i < n; i++) {
        quad left = a[p * n + i], right = a[q * n + i];
        a[p * n + i] = c * left - s * right;
        a[q * n + i] = s * left + c * right;
    }
    for (size_t i = 0; i < n; i++) {
        quad left = v[i * n + p], right = v[i * n + q];
        v[i * n + p] = c * left - s * right;
        v[i * n + q] = s * left + c * right;
    }
}

void oracle_eigen(quad *a, size_t n, quad *values, quad *vectors)
{
    for (size_t i = 0; i < n * n; i++)
        vectors[i] = i % (n + 1) == 0 ? 1 : 0;
    for (int sweep = 0; sweep < 30; sweep++)
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++)
                rotate(a, n, p, q, vectors);
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            if (a[i * n + i] > a[best * n + best])
                best = i;
        quad swap = a[k * n + k];
        a[k * n + k] = a[best * n + best];
        a[best * n + best] = swap;
        for (size_t i = 0; i < n; i++) {
            swap = vectors[i * n + k];
            vectors[i * n + k] = vectors[i * n + best];
            vectors[i * n + best] = swap;
        }
        values[k] = a[k * n + k];
    }
}

double digits(double value, double truth)
{
    if (value == truth)
        return 15.0;
    double error = fabs(value - truth) / (truth != 0.0 ? fabs(truth) : 1.0);
    return isnan(error) ? -99.0 : fmin(15.0, -log10(error));
}
