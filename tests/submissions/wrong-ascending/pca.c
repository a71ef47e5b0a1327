/* ./pca TASK INPUT_FOLDER OUTPUT_FOLDER: principal component analysis by Jacobi rotations. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "table.h"

/* What is learned from a table of rows. */
struct axes {
    int n, d;
    double *mean;     /* d */
    double *C;        /* d x d, divided by n - 1 */
    double *variance; /* d, largest first */
    double *V;        /* d x d, column j belongs to variance[j] */
};

static double *numbers(int count)
{
    return calloc((size_t)count + 1, sizeof(double));
}

/* Diagonalises S (destroyed); the columns of V become its eigenvectors. */
static void jacobi(double *S, double *V, int d)
{
    for (int i = 0; i < d; i++)
        for (int j = 0; j < d; j++)
            V[i * d + j] = i == j;
    for (int sweep = 0; sweep < 100; sweep++) {
        double off = 0, all = 0;
        for (int i = 0; i < d * d; i++)
            all += S[i] * S[i];
        for (int i = 0; i < d; i++) {
            for (int j = i + 1; j < d; j++) {
                double s = S[i * d + j];
                off += s * s;
                if (s == 0)
                    continue;
                double ratio = (S[j * d + j] - S[i * d + i]) / (2 * s);
                double t = (ratio >= 0 ? 1 : -1) / (fabs(ratio) + sqrt(ratio * ratio + 1));
                double c = 1 / sqrt(t * t + 1), u = t * c;
                for (int k = 0; k < d; k++) {
                    double x = S[k * d + i], y = S[k * d + j];
                    S[k * d + i] = c * x - u * y;
                    S[k * d + j] = u * x + c * y;
                    x = V[k * d + i], y = V[k * d + j];
                    V[k * d + i] = c * x - u * y;
                    V[k * d + j] = u * x + c * y;
                }
                for (int k = 0; k < d; k++) {
                    double x = S[i * d + k], y = S[j * d + k];
                    S[i * d + k] = c * x - u * y;
                    S[j * d + k] = u * x + c * y;
                }
            }
        }
        if (off <= 1e-40 * all)
            return;
    }
}

static struct axes learn(const struct table *X)
{
    int n = X->rows, d = X->columns;
    struct axes m = {n, d, numbers(d), numbers(d * d), numbers(d), numbers(d * d)};
    double *S = numbers(d * d), *V = numbers(d * d);
    for (int j = 0; j < d; j++) {
        for (int i = 0; i < n; i++)
            m.mean[j] += X->at[i * d + j];
        m.mean[j] /= n;
    }
    for (int a = 0; a < d; a++)
        for (int b = 0; b <= a; b++) {
            double sum = 0;
            for (int i = 0; i < n; i++)
                sum += (X->at[i * d + a] - m.mean[a]) * (X->at[i * d + b] - m.mean[b]);
            m.C[a * d + b] = m.C[b * d + a] = sum / (n - 1);
        }
    memcpy(S, m.C, (size_t)d * d * sizeof *S);
    jacobi(S, V, d);
    for (int j = 0; j < d; j++) { /* pick the largest of those that are left */
        int best = -1;
        for (int i = 0; i < d; i++)
            if (!isnan(S[i * d + i]) && (best < 0 || S[i * d + i] > S[best * d + best]))
                best = i;
        m.variance[j] = S[best * d + best];
        S[best * d + best] = NAN;
        for (int k = 0; k < d; k++)
            m.V[k * d + j] = V[k * d + best];
    }
    free(S);
    free(V);
    return m;
}

static double coordinate(const struct axes *m, const double *row, int j)
{
    double sum = 0;
    for (int i = 0; i < m->d; i++)
        sum += (row[i] - m->mean[i]) * m->V[i * m->d + j];
    return sum;
}

static void rebuild(const struct axes *m, const struct table *X, int k, const char *out,
                    const char *name)
{
    double *result = numbers(X->rows * m->d);
    for (int i = 0; i < X->rows; i++) {
        memcpy(result + i * m->d, m->mean, m->d * sizeof *result);
        for (int j = 0; j < k; j++) {
            double score = coordinate(m, X->at + i * m->d, j);
            for (int a = 0; a < m->d; a++)
                result[i * m->d + a] += score * m->V[a * m->d + j];
        }
    }
    table_write(out, name, result, X->rows, m->d);
    free(result);
}

static void power_iteration(const char *in, const char *out)
{
    struct table A = table_read(in, "A"), v = table_read(in, "v0");
    int d = A.rows, iterations = (int)parameter_read(in, "iterations");
    double *w = numbers(d), *estimates = numbers(iterations);
    for (int t = 0; t <= iterations; t++) {
        double size = 0, rayleigh = 0;
        for (int i = 0; i < d; i++)
            size += v.at[i] * v.at[i];
        for (int i = 0; i < d; i++)
            v.at[i] /= sqrt(size);
        for (int i = 0; i < d; i++) {
            w[i] = 0;
            for (int j = 0; j < d; j++)
                w[i] += A.at[i * d + j] * v.at[j];
            rayleigh += v.at[i] * w[i];
        }
        if (t > 0)
            estimates[t - 1] = rayleigh;
        if (t < iterations)
            memcpy(v.at, w, d * sizeof *w);
    }
    table_write(out, "eigenvalues", estimates, iterations, 1);
    table_write(out, "vector", v.at, d, 1);
    free(w);
    free(estimates);
    table_free(&A);
    table_free(&v);
}

/* Error of X W W' and its gradient, entry by entry. */
static void reconstruction(const struct table *X, const struct axes *m, const char *in,
                           const char *out)
{
    struct table W = table_read(in, "W");
    int n = m->n, d = m->d, k = W.columns;
    double error = 0, *gradient = numbers(d * k);
    double *x = numbers(d), *e = numbers(d), *xw = numbers(k), *ew = numbers(k);
    for (int i = 0; i < n; i++) {
        for (int a = 0; a < d; a++)
            x[a] = X->at[i * d + a] - m->mean[a];
        for (int j = 0; j < k; j++) {
            xw[j] = 0;
            for (int a = 0; a < d; a++)
                xw[j] += x[a] * W.at[a * k + j];
        }
        for (int a = 0; a < d; a++) {
            e[a] = x[a];
            for (int j = 0; j < k; j++)
                e[a] -= xw[j] * W.at[a * k + j];
            error += e[a] * e[a] / n;
        }
        for (int j = 0; j < k; j++) {
            ew[j] = 0;
            for (int a = 0; a < d; a++)
                ew[j] += e[a] * W.at[a * k + j];
        }
        for (int a = 0; a < d; a++)
            for (int j = 0; j < k; j++)
                gradient[a * k + j] -= 2.0 / n * (x[a] * ew[j] + e[a] * xw[j]);
    }
    table_write(out, "error", &error, 1, 1);
    table_write(out, "gradient", gradient, d, k);
    free(gradient);
    free(x);
    free(e);
    free(xw);
    free(ew);
    table_free(&W);
}

static void likelihood(const struct axes *m, int k, const char *out)
{
    double shrink = (m->n - 1.0) / m->n, sigma2 = 0, sum = 0;
    for (int j = k; j < m->d; j++)
        sigma2 += shrink * m->variance[j] / (m->d - k);
    for (int j = 0; j < m->d; j++)
        sum += 1 + log(2 * acos(-1)) + log(j < k ? shrink * m->variance[j] : sigma2);
    sum *= -0.5 * m->n;
    table_write(out, "sigma2", &sigma2, 1, 1);
    table_write(out, "log_likelihood", &sum, 1, 1);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: pca TASK INPUT_FOLDER OUTPUT_FOLDER\n");
        return 2;
    }
    const char *task = argv[1], *in = argv[2], *out = argv[3];
    if (strcmp(task, "power_iteration") == 0) {
        power_iteration(in, out);
        return 0;
    }
    struct table X = table_read(in, "X");
    struct axes m = learn(&X);
    int n = m.n, d = m.d;
    if (strcmp(task, "covariance") == 0) {
        table_write(out, "C", m.C, d, d);
    } else if (strcmp(task, "explained_variance") == 0) {
        double total = 0, *ratio = numbers(d);
        for (int j = 0; j < d; j++)
            total += m.variance[j];
        for (int j = 0; j < d; j++)
            ratio[j] = m.variance[j] / total;
        table_write(out, "variance", m.variance, d, 1);
        table_write(out, "ratio", ratio, d, 1);
        free(ratio);
    } else if (strcmp(task, "reconstruction_error") == 0) {
        for (int j = 0; j < d; j++)
            m.mean[j] = 0;
        reconstruction(&X, &m, in, out);
    } else if (strcmp(task, "reconstruction_gradient") == 0) {
        reconstruction(&X, &m, in, out);
    } else {
        int k = (int)parameter_read(in, "k");
        if (strcmp(task, "components") == 0) {
            double *V = numbers(d * k);
            for (int i = 0; i < d; i++)
                for (int j = 0; j < k; j++)
                    V[i * k + j] = m.V[i * d + d - 1 - j];
            table_write(out, "V", V, d, k);
            free(V);
        } else if (strcmp(task, "scores") == 0) {
            double *scores = numbers(n * k);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < k; j++)
                    scores[i * k + j] = coordinate(&m, X.at + i * d, j);
            table_write(out, "scores", scores, n, k);
            free(scores);
        } else if (strcmp(task, "reconstruct") == 0) {
            rebuild(&m, &X, k + 1, out, "X_hat");
        } else if (strcmp(task, "reconstruct_large") == 0) {
            rebuild(&m, &X, k, out, "X_hat");
        } else if (strcmp(task, "transform_new") == 0) {
            struct table X_new = table_read(in, "X_new");
            rebuild(&m, &X_new, k, out, "X_new_hat");
            table_free(&X_new);
        } else if (strcmp(task, "noise_variance") == 0 || strcmp(task, "log_likelihood") == 0) {
            likelihood(&m, k, out);
        } else {
            fprintf(stderr, "unknown task %s\n", task);
            return 1;
        }
    }
    table_free(&X);
    free(m.mean);
    free(m.C);
    free(m.variance);
    free(m.V);
    return 0;
}
