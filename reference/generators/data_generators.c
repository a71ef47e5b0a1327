/* Data matrices and responses. */
#include <math.h>

#include "generators/generator_support.h"

#define ROWS                                                                                       \
    {                                                                                              \
        "rows", (double)NAN, 1, 1e7, true, "number of rows"                                        \
    }

void fill_normal(struct ref_rng *rng, double *q, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows * columns; i++)
        q[i] = ref_rng_normal(rng);
}

static int normal(struct ref_rng *rng, const double *values,
                  const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    int status = ref_array_init(out, (size_t)values[0], (size_t)values[1]);
    size_t count = ref_array_size(out);
    for (size_t i = 0; i < count; i++)
        out->data[i] = values[2] + values[3] * ref_rng_normal(rng);
    return status;
}

static const struct ref_generator_parameter normal_parameters[] = {
    ROWS,
    {"columns", 1, 1, 1e5, true, "number of columns"},
    {"mean", 0, -1e100, 1e100, false, "mean of every entry"},
    {"sd", 1, 0, 1e100, false, "standard deviation of every entry"},
};
const struct ref_generator generator_normal = {
    "normal", "independent normal entries", normal_parameters, LENGTH(normal_parameters), NULL, 0,
    normal};

static int uniform(struct ref_rng *rng, const double *values,
                   const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    if (values[2] > values[3])
        return REF_ERROR_DOMAIN;
    int status = ref_array_init(out, (size_t)values[0], (size_t)values[1]);
    size_t count = ref_array_size(out);
    for (size_t i = 0; i < count; i++)
        out->data[i] = values[2] + (values[3] - values[2]) * ref_rng_uniform(rng);
    return status;
}

static const struct ref_generator_parameter uniform_parameters[] = {
    ROWS,
    {"columns", 1, 1, 1e5, true, "number of columns"},
    {"low", 0, -1e100, 1e100, false, "lower end"},
    {"high", 1, -1e100, 1e100, false, "upper end, not below the lower"},
};
const struct ref_generator generator_uniform = {"uniform",
                                                "independent uniform entries",
                                                uniform_parameters,
                                                LENGTH(uniform_parameters),
                                                NULL,
                                                0,
                                                uniform};

/* 1, -1/2, 2, 1, ...: no two neighbours alike, none zero. */
static double mean_pattern(size_t column)
{
    static const double pattern[] = {1.0, -0.5, 2.0};
    return pattern[column % LENGTH(pattern)];
}

static int correlated_normal(struct ref_rng *rng, const double *values,
                             const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    double mean = values[2], spread = values[3], correlation = values[4];
    double fresh = sqrt(1.0 - correlation * correlation);
    int status = ref_array_init(out, (size_t)values[0], (size_t)values[1]);
    for (size_t i = 0; i < out->rows; i++) {
        double z = 0.0;
        for (size_t j = 0; j < out->columns; j++) {
            double innovation = ref_rng_normal(rng);
            z = j == 0 ? innovation : correlation * z + fresh * innovation;
            out->data[i * out->columns + j] =
                mean * mean_pattern(j) + spread * (1.0 + 0.35 * (double)j) * z;
        }
    }
    return status;
}

static const struct ref_generator_parameter correlated_parameters[] = {
    ROWS,
    {"columns", (double)NAN, 1, 1e5, true, "number of columns"},
    {"mean", 3, -1e100, 1e100, false, "column means are 1, -0.5, 2, 1, ... times this"},
    {"spread", 1, 0, 1e100, false, "standard deviation of column j is this times 1 + 0.35 j"},
    {"correlation", 0.5, -0.999, 0.999, false, "correlation of neighbouring columns"},
};
const struct ref_generator generator_correlated_normal = {
    "correlated_normal",
    "normal rows with unequal column means and scales, correlation falling with distance",
    correlated_parameters,
    LENGTH(correlated_parameters),
    NULL,
    0,
    correlated_normal};

static int linear_response(struct ref_rng *rng, const double *values,
                           const struct ref_array *const *dependencies, struct ref_array *out)
{
    const struct ref_array *x = dependencies[0], *theta = dependencies[1];
    if (ref_array_size(theta) != x->columns + 1)
        return REF_ERROR_SHAPE;
    int status = ref_array_init(out, x->rows, 1);
    for (size_t i = 0; i < out->rows; i++) {
        double value = theta->data[0];
        for (size_t j = 0; j < x->columns; j++)
            value += theta->data[j + 1] * x->data[i * x->columns + j];
        out->data[i] = value + values[0] * ref_rng_normal(rng);
    }
    return status;
}

static const struct ref_generator_parameter response_parameters[] = {
    {"noise", 1, 0, 1e100, false, "standard deviation of the noise"},
};
static const char *const response_dependencies[] = {"X", "theta"};
const struct ref_generator generator_linear_response = {
    "linear_response",     "y = theta[0] + X theta[1..d] + noise, noise normal",
    response_parameters,   LENGTH(response_parameters),
    response_dependencies, LENGTH(response_dependencies),
    linear_response};

/* Row i: means + sum over factors of sd_r z_ir q_r' + noise. */
static void low_rank_row(struct ref_rng *rng, const double *values, const double *axes, size_t d,
                         size_t rank, double *row)
{
    for (size_t j = 0; j < d; j++)
        row[j] = values[4] * mean_pattern(j);
    double sd = 3.0;
    for (size_t r = 0; r < rank; r++) {
        double score = sd * ref_rng_normal(rng);
        for (size_t j = 0; j < d; j++)
            row[j] += score * axes[j * rank + r];
        sd *= values[5];
    }
    for (size_t j = 0; j < d; j++)
        row[j] += values[3] * ref_rng_normal(rng);
}

static int low_rank(struct ref_rng *rng, const double *values,
                    const struct ref_array *const *dependencies, struct ref_array *out)
{
    (void)dependencies;
    size_t n = (size_t)values[0], d = (size_t)values[1], rank = (size_t)values[2];
    if (rank > d)
        return REF_ERROR_DOMAIN;
    struct ref_array axes = REF_ARRAY_EMPTY;
    int status = ref_array_init(&axes, d, rank);
    if (status == REF_OK) {
        fill_normal(rng, axes.data, d, rank);
        status = orthonormalise(axes.data, d, rank, 0);
    }
    if (status == REF_OK)
        status = ref_array_init(out, n, d);
    for (size_t i = 0; status == REF_OK && i < n; i++)
        low_rank_row(rng, values, axes.data, d, rank, out->data + i * d);
    ref_array_release(&axes);
    return status;
}

static const struct ref_generator_parameter low_rank_parameters[] = {
    ROWS,
    {"columns", (double)NAN, 1, 1e4, true, "number of columns"},
    {"rank", (double)NAN, 1, 1e4, true, "number of factors, at most columns"},
    {"noise", 0.1, 0, 1e100, false, "standard deviation of the noise in every entry"},
    {"mean", 2, -1e100, 1e100, false, "column means are 1, -0.5, 2, 1, ... times this"},
    {"decay", 0.6, 1e-6, 1, false, "factor r has standard deviation 3 decay^r, r from 0"},
};
const struct ref_generator generator_low_rank = {
    "low_rank",
    "few factors of separated variance along orthonormal directions, column means, noise",
    low_rank_parameters,
    LENGTH(low_rank_parameters),
    NULL,
    0,
    low_rank};
