/* Matrices with prescribed structure. */
#include <math.h>

#include "core/elementary.h"
#include "generators/generator_support.h"

/* Subtracts from column j its parts along the columns before it. */
static void remove_earlier(double *q, size_t rows, size_t columns, size_t j)
{
    for (size_t k = 0; k < j; k++) {
        double product = 0.0;
        for (size_t i = 0; i < rows; i++)
            product += q[i * columns + k] * q[i * columns + j];
        for (size_t i = 0; i < rows; i++)
            q[i * columns + j] -= product * q[i * columns + k];
    }
}

static void remove_mean(double *q, size_t rows, size_t columns, size_t j)
{
    double sum = 0.0;
    for (size_t i = 0; i < rows; i++)
        sum += q[i * columns + j];
    for (size_t i = 0; i < rows; i++)
        q[i * columns + j] -= sum / (double)rows;
}

int orthonormalise(double *q, size_t rows, size_t columns, int centred)
{
    for (size_t j = 0; j < columns; j++) {
        for (int pass = 0; pass < 2; pass++) {
            if (centred)
                remove_mean(q, rows, columns, j);
            remove_earlier(q, rows, columns, j);
            double square = 0.0;
            for (size_t i = 0; i < rows; i++)
                square += q[i * columns + j] * q[i * columns + j];
            double length = sqrt(square);
            if (!(length > 1e-10))
                return REF_ERROR_SINGULAR;
            for (size_t i = 0; i < rows; i++)
                q[i * columns + j] /= length;
        }
    }
    return REF_OK;
}

static int orthonormal(struct ref_rng *rng, const double *values,
                       const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    size_t rows = (size_t)values[0], columns = (size_t)values[1];
    if (columns > rows)
        return REF_ERROR_DOMAIN;
    int status = ref_array_init(out, rows, columns);
    if (status != REF_OK)
        return status;
    fill_normal(rng, out->data, rows, columns);
    return orthonormalise(out->data, rows, columns, 0);
}

static const struct ref_generator_parameter orthonormal_parameters[] = {
    {"rows", (double)NAN, 1, 1e5, true, "number of rows"},
    {"columns", (double)NAN, 1, 1e4, true, "number of columns, at most rows"},
};
const struct ref_generator generator_orthonormal = {"orthonormal",
                                                    "random orthonormal columns",
                                                    orthonormal_parameters,
                                                    LENGTH(orthonormal_parameters),
                                                    NULL,
                                                    0,
                                                    orthonormal};

static int symmetric_spectrum(struct ref_rng *rng, const double *values,
                              const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    size_t n = (size_t)values[0];
    struct ref_array q = REF_ARRAY_EMPTY;
    int status = ref_array_init(&q, n, n);
    if (status == REF_OK) {
        fill_normal(rng, q.data, n, n);
        status = orthonormalise(q.data, n, n, 0);
    }
    if (status == REF_OK)
        status = ref_array_init(out, n, n);
    double eigenvalue = values[1];
    for (size_t k = 0; status == REF_OK && k < n; k++) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = i; j < n; j++)
                out->data[i * n + j] += eigenvalue * (q.data[i * n + k] * q.data[j * n + k]);
        eigenvalue *= -values[2];
    }
    for (size_t i = 0; status == REF_OK && i < n; i++)
        for (size_t j = 0; j < i; j++)
            out->data[i * n + j] = out->data[j * n + i];
    ref_array_release(&q);
    return status;
}

static const struct ref_generator_parameter spectrum_parameters[] = {
    {"size", (double)NAN, 1, 2000, true, "rows and columns"},
    {"top", -4, -1e100, 1e100, false, "eigenvalue of largest size, may be negative"},
    {"ratio", 0.6, 1e-6, 1, false, "size of each eigenvalue relative to the one before"},
};
const struct ref_generator generator_symmetric_spectrum = {
    "symmetric_spectrum",
    "symmetric matrix with eigenvalues top (-ratio)^i along random directions",
    spectrum_parameters,
    LENGTH(spectrum_parameters),
    NULL,
    0,
    symmetric_spectrum};

static int ill_conditioned(struct ref_rng *rng, const double *values,
                           const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    size_t n = (size_t)values[0], d = (size_t)values[1];
    if (d >= n)
        return REF_ERROR_DOMAIN;
    struct ref_array u = REF_ARRAY_EMPTY, v = REF_ARRAY_EMPTY;
    int status = ref_array_init(&u, n, d);
    if (status == REF_OK)
        status = ref_array_init(&v, d, d);
    if (status == REF_OK) {
        fill_normal(rng, u.data, n, d);
        fill_normal(rng, v.data, d, d);
        status = orthonormalise(u.data, n, d, 1);
    }
    if (status == REF_OK)
        status = orthonormalise(v.data, d, d, 0);
    if (status == REF_OK)
        status = ref_array_init(out, n, d);
    double singular = sqrt((double)n);
    double ratio = d > 1 ? exact_root(values[2], (unsigned)(d - 1)) : 1.0;
    for (size_t k = 0; status == REF_OK && k < d; k++) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < d; j++)
                out->data[i * d + j] += singular * (u.data[i * d + k] * v.data[j * d + k]);
        singular /= ratio;
    }
    for (size_t i = 0; status == REF_OK && i < n * d; i++)
        out->data[i] += values[3];
    ref_array_release(&u);
    ref_array_release(&v);
    return status;
}

static const struct ref_generator_parameter ill_conditioned_parameters[] = {
    {"rows", (double)NAN, 2, 1e5, true, "number of rows, more than columns"},
    {"columns", (double)NAN, 1, 2000, true, "number of columns"},
    {"condition", 1e6, 1, 1e14, false, "condition number of the centred columns"},
    {"mean", 1, -1e100, 1e100, false, "mean of every column"},
};
const struct ref_generator generator_ill_conditioned = {
    "ill_conditioned",
    "centred part with singular values from sqrt(rows) down by the condition number, plus a mean",
    ill_conditioned_parameters,
    LENGTH(ill_conditioned_parameters),
    NULL,
    0,
    ill_conditioned};
