#include "least_squares.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct table design(const struct table *X)
{
    struct table A = table_make(X->rows, X->columns + 1);
    for (int i = 0; i < A.rows; i++) {
        A.at[i * A.columns] = 1;
        memcpy(A.at + i * A.columns + 1, X->at + i * X->columns, X->columns * sizeof(double));
    }
    return A;
}

/* Turns rows k..n-1 of column j by the reflection along v (v[k..n-1], v'v = size). */
static void reflect(double *a, int n, int stride, int j, int k, const double *v, double size)
{
    double sum = 0;
    for (int i = k; i < n; i++)
        sum += v[i] * a[i * stride + j];
    for (int i = k; i < n; i++)
        a[i * stride + j] -= 2 * sum / size * v[i];
}

void least_squares(const struct table *A, const double *y, double *theta, double *inverse)
{
    int n = A->rows, p = A->columns, w = p + 1;
    double *a = malloc((size_t)n * w * sizeof *a), *v = malloc(n * sizeof *v);
    for (int i = 0; i < n; i++) {
        memcpy(a + i * w, A->at + i * p, p * sizeof *a);
        a[i * w + p] = y[i];
    }
    for (int k = 0; k < p; k++) {
        double length = 0, size = 0;
        for (int i = k; i < n; i++)
            length = hypot(length, a[i * w + k]);
        for (int i = k; i < n; i++)
            v[i] = a[i * w + k];
        v[k] += v[k] >= 0 ? length : -length;
        for (int i = k; i < n; i++)
            size += v[i] * v[i];
        for (int j = k; j < w && size > 0; j++)
            reflect(a, n, w, j, k, v, size);
    }
    for (int i = p - 1; i >= 0; i--) {
        double sum = a[i * w + p];
        for (int j = i + 1; j < p; j++)
            sum -= a[i * w + j] * theta[j];
        theta[i] = sum / a[i * w + i];
    }
    for (int c = 0; inverse && c < p; c++) {
        for (int i = p - 1; i >= 0; i--) {
            double sum = i == c;
            for (int j = i + 1; j < p; j++)
                sum -= a[i * w + j] * inverse[j * p + c];
            inverse[i * p + c] = sum / a[i * w + i];
        }
    }
    free(v);
    free(a);
}

double prediction(const struct table *A, int i, const double *theta)
{
    double sum = 0;
    for (int j = 0; j < A->columns; j++)
        sum += A->at[i * A->columns + j] * theta[j];
    return sum;
}

double residual_sum(const struct table *A, const double *y, const double *theta)
{
    double sum = 0;
    for (int i = 0; i < A->rows; i++) {
        double r = prediction(A, i, theta) - y[i];
        sum += r * r;
    }
    return sum;
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

void symmetric_eigenvalues(double *S, int p, double *eigenvalues)
{
    for (int sweep = 0; sweep < 60; sweep++) {
        double off = 0;
        for (int i = 0; i < p; i++)
            for (int j = i + 1; j < p; j++) {
                double s = S[i * p + j];
                off += s * s;
                if (s == 0)
                    continue;
                double ratio = (S[j * p + j] - S[i * p + i]) / (2 * s);
                double t = (ratio >= 0 ? 1 : -1) / (fabs(ratio) + sqrt(ratio * ratio + 1));
                double c = 1 / sqrt(t * t + 1), d = t * c;
                for (int k = 0; k < p; k++) {
                    double x = S[k * p + i], y = S[k * p + j];
                    S[k * p + i] = c * x - d * y;
                    S[k * p + j] = d * x + c * y;
                }
                for (int k = 0; k < p; k++) {
                    double x = S[i * p + k], y = S[j * p + k];
                    S[i * p + k] = c * x - d * y;
                    S[j * p + k] = d * x + c * y;
                }
            }
        if (off == 0)
            break;
    }
    for (int i = 0; i < p; i++)
        eigenvalues[i] = S[i * p + i];
    qsort(eigenvalues, p, sizeof *eigenvalues, descending);
}
