/* Covariance and principal component analysis, right and wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learning/pca_axes.h"
#include "linear_algebra/matrix_product.h"
#include "operations/operation_support.h"
#include "reference/descriptive.h"
#include "reference/linear_algebra.h"
#include "reference/pca.h"
#include "statistics/moments.h"

#define X_INPUT MATRIX("X", "n", "d", "data, one row per observation")
#define K_INPUT COUNT("k", "number of components, in 1..d")

static const struct ref_argument x_inputs[] = {X_INPUT};
static const struct ref_argument x_k_inputs[] = {X_INPUT, K_INPUT};

enum covariance_way {
    COVARIANCE_RIGHT,
    COVARIANCE_RAW,
    COVARIANCE_ROW_MEANS,
    COVARIANCE_GRAND_MEAN,
    COVARIANCE_N,
    COVARIANCE_UNDIVIDED,
    COVARIANCE_OF_ROWS,
    CORRELATION
};

static void subtract_row_means(double *x, size_t n, size_t d)
{
    for (size_t i = 0; i < n; i++) {
        double mean = 0.0;
        for (size_t j = 0; j < d; j++)
            mean += x[i * d + j] / (double)d;
        for (size_t j = 0; j < d; j++)
            x[i * d + j] -= mean;
    }
}

static void subtract_grand_mean(double *x, size_t n, size_t d)
{
    double mean = 0.0;
    for (size_t i = 0; i < n * d; i++)
        mean += x[i] / (double)(n * d);
    for (size_t i = 0; i < n * d; i++)
        x[i] -= mean;
}

/* Products of columns that were not centred, or centred by another mean than their own. */
static int other_centring(const struct ref_array *x, enum covariance_way way, double *c)
{
    struct ref_array copy = REF_ARRAY_EMPTY;
    int status = ref_array_copy(&copy, x);
    if (status == REF_OK) {
        if (way == COVARIANCE_ROW_MEANS)
            subtract_row_means(copy.data, x->rows, x->columns);
        if (way == COVARIANCE_GRAND_MEAN)
            subtract_grand_mean(copy.data, x->rows, x->columns);
        cross_products(copy.data, x->rows, x->columns, (double)(x->rows - 1), c);
    }
    ref_array_release(&copy);
    return status;
}

static int covariance_of_rows(const struct ref_array *x, double *c)
{
    struct ref_array transposed = REF_ARRAY_EMPTY;
    if (x->columns < 2)
        return REF_ERROR_DOMAIN;
    int status = ref_array_init(&transposed, x->columns, x->rows);
    for (size_t i = 0; status == REF_OK && i < x->rows; i++)
        for (size_t j = 0; j < x->columns; j++)
            transposed.data[j * x->rows + i] = x->data[i * x->columns + j];
    if (status == REF_OK)
        status = ref_covariance(transposed.data, x->columns, x->rows, c);
    ref_array_release(&transposed);
    return status;
}

/* In place; REF_ERROR_DOMAIN when a variance is 0. */
static int to_correlation(double *c, size_t d)
{
    for (size_t i = 0; i < d; i++)
        if (!(c[i * d + i] > 0.0))
            return REF_ERROR_DOMAIN;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            if (i != j)
                c[i * d + j] /= sqrt(c[i * d + i]) * sqrt(c[j * d + j]);
    for (size_t i = 0; i < d; i++)
        c[i * d + i] = 1.0;
    return REF_OK;
}

static int covariance(const struct ref_array *in, struct ref_array *out, enum covariance_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    if (n < 2)
        return REF_ERROR_DOMAIN;
    size_t size = way == COVARIANCE_OF_ROWS ? n : d;
    int status = ref_array_init(out, size, size);
    if (status != REF_OK)
        return status;
    if (way == COVARIANCE_RAW || way == COVARIANCE_ROW_MEANS || way == COVARIANCE_GRAND_MEAN)
        status = other_centring(&in[0], way, out->data);
    else if (way == COVARIANCE_OF_ROWS)
        status = covariance_of_rows(&in[0], out->data);
    else
        status = ref_covariance(in[0].data, n, d, out->data);
    if (status == REF_OK && way == COVARIANCE_N)
        scale_output(out, (double)(n - 1) / (double)n);
    if (status == REF_OK && way == COVARIANCE_UNDIVIDED)
        scale_output(out, (double)(n - 1));
    if (status == REF_OK && way == CORRELATION)
        status = to_correlation(out->data, d);
    return finish(finite_output(status, out), out, 1);
}

COMPUTE(covariance_right, covariance, COVARIANCE_RIGHT)
COMPUTE(covariance_raw, covariance, COVARIANCE_RAW)
COMPUTE(covariance_row_means, covariance, COVARIANCE_ROW_MEANS)
COMPUTE(covariance_grand_mean, covariance, COVARIANCE_GRAND_MEAN)
COMPUTE(covariance_n, covariance, COVARIANCE_N)
COMPUTE(covariance_undivided, covariance, COVARIANCE_UNDIVIDED)
COMPUTE(covariance_rows, covariance, COVARIANCE_OF_ROWS)
COMPUTE(covariance_correlation, covariance, CORRELATION)

static const struct ref_argument covariance_outputs[] = {
    MATRIX("C", "d", "d", "sample covariance of the columns, divisor n - 1"),
};
static const struct ref_variant covariance_variants[] = {
    {"DI16", "rows taken for variables: n x n", covariance_rows},
    {"PC01", "columns not centred", covariance_raw},
    {"PC02/grand", "centred by the mean of all entries", covariance_grand_mean},
    {"PC02/rows", "centred by row means", covariance_row_means},
    {"PC03/n", "divided by n", covariance_n},
    {"PC03/undivided", "not divided", covariance_undivided},
    {"PC06", "correlation matrix", covariance_correlation},
};
const struct ref_operation operation_covariance = {
    "covariance",
    "(X - mean)'(X - mean) / (n - 1)",
    "Mathematics for Machine Learning, 6.4.2 (there divided by n)",
    x_inputs,
    LENGTH(x_inputs),
    covariance_outputs,
    LENGTH(covariance_outputs),
    covariance_right,
    covariance_variants,
    LENGTH(covariance_variants),
};

/* Copies columns of V (d x d): the first k, or the last k with the last one first. */
static void copy_axes(const double *axes, size_t d, size_t k, bool smallest, double *v)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < k; j++)
            v[i * k + j] = axes[i * d + (smallest ? d - 1 - j : j)];
}

enum axes_way {
    AXES_RIGHT,
    AXES_AS_ROWS,
    AXES_ASCENDING,
    AXES_UNCENTRED,
    AXES_OF_CORRELATION,
    AXES_OF_ROWS
};

static enum pca_preparation axes_preparation(enum axes_way way)
{
    if (way == AXES_UNCENTRED)
        return PCA_RAW;
    return way == AXES_OF_CORRELATION ? PCA_STANDARDISED : PCA_CENTRED;
}

static int components_of(const struct ref_array *in, size_t k, enum axes_way way,
                         struct ref_array *out)
{
    size_t n = in[0].rows, d = in[0].columns;
    struct pca pca;
    int status = pca_init(&pca, in[0].data, n, d, axes_preparation(way));
    if (status != REF_OK)
        return status;
    status = way == AXES_AS_ROWS ? ref_array_init(out, k, d) : ref_array_init(out, d, k);
    if (status == REF_OK && way == AXES_AS_ROWS) {
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < d; j++)
                out->data[i * d + j] = pca.axes[j * d + i];
    } else if (status == REF_OK) {
        copy_axes(pca.axes, d, k, way == AXES_ASCENDING, out->data);
    }
    pca_release(&pca);
    return status;
}

/* Eigenvectors of the n x n covariance of the rows. */
static int components_of_rows(const struct ref_array *in, size_t k, struct ref_array *out)
{
    size_t n = in[0].rows, d = in[0].columns;
    if (k > n || k >= d) // one direction less than columns has variance
        return REF_ERROR_DOMAIN;
    struct ref_array transposed[2] = {REF_ARRAY_EMPTY, in[1]};
    int status = ref_array_init(&transposed[0], d, n);
    for (size_t i = 0; status == REF_OK && i < n; i++)
        for (size_t j = 0; j < d; j++)
            transposed[0].data[j * n + i] = in[0].data[i * d + j];
    if (status == REF_OK)
        status = components_of(transposed, k, AXES_RIGHT, out);
    ref_array_release(&transposed[0]);
    return status;
}

static int components(const struct ref_array *in, struct ref_array *out, enum axes_way way)
{
    int status = check_rank(&in[1], in[0].columns);
    if (status != REF_OK)
        return status;
    size_t k = count_value(&in[1]);
    if (way == AXES_ASCENDING && in[0].columns == 1)
        return REF_ERROR_DOMAIN;
    status = way == AXES_OF_ROWS ? components_of_rows(in, k, out) : components_of(in, k, way, out);
    return finish(status, out, 1);
}

COMPUTE(components_right, components, AXES_RIGHT)
COMPUTE(components_as_rows, components, AXES_AS_ROWS)
COMPUTE(components_ascending, components, AXES_ASCENDING)
COMPUTE(components_uncentred, components, AXES_UNCENTRED)
COMPUTE(components_correlation, components, AXES_OF_CORRELATION)
COMPUTE(components_rows, components, AXES_OF_ROWS)

static const struct ref_argument components_outputs[] = {
    MATRIX("V", "d", "k", "components as columns, by decreasing variance; signs are free"),
};
static const struct ref_variant components_variants[] = {
    {"DI16", "axes of the covariance of the rows: n x k", components_rows},
    {"LA26/rows", "components as rows: k x d", components_as_rows},
    {"LA27/ascending", "smallest variance first", components_ascending},
    {"PC01", "axes of the data that was not centred", components_uncentred},
    {"PC06", "axes of the correlation matrix", components_correlation},
};
const struct ref_operation operation_pca_components = {
    "pca_components",
    "unit eigenvectors of the covariance for its k largest eigenvalues, as columns",
    "Mathematics for Machine Learning, 10.2",
    x_k_inputs,
    LENGTH(x_k_inputs),
    components_outputs,
    LENGTH(components_outputs),
    components_right,
    components_variants,
    LENGTH(components_variants),
};

enum variance_way {
    VARIANCE_UNCENTRED,
    VARIANCE_N,
    VARIANCE_UNDIVIDED,
    VARIANCE_SINGULAR,
    VARIANCE_SQUARED,
    VARIANCE_ROOT,
    VARIANCE_RATIO_IS_VALUES,
    VARIANCE_ASCENDING,
    VARIANCE_OF_CORRELATION
};

static double variance_entry(const struct pca *pca, size_t i, enum variance_way way)
{
    double n = (double)pca->n;
    switch (way) {
    case VARIANCE_N:
        return pca_variance(pca, i, n);
    case VARIANCE_UNDIVIDED:
    case VARIANCE_SQUARED:
        return pca_variance(pca, i, 1.0);
    case VARIANCE_SINGULAR:
        return pca->singular[i];
    case VARIANCE_ROOT:
        return sqrt(pca_variance(pca, i, n - 1.0));
    case VARIANCE_ASCENDING:
        return pca_variance(pca, pca->d - 1 - i, n - 1.0);
    default:
        return pca_variance(pca, i, n - 1.0);
    }
}

static int explained(const struct ref_array *in, struct ref_array *out, enum variance_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    enum pca_preparation preparation = PCA_CENTRED;
    if (way == VARIANCE_UNCENTRED)
        preparation = PCA_RAW;
    if (way == VARIANCE_OF_CORRELATION)
        preparation = PCA_STANDARDISED;
    struct pca pca;
    int status = pca_init(&pca, in[0].data, n, d, preparation);
    if (status != REF_OK)
        return status;
    status = ref_array_init(&out[0], d, 1);
    if (status == REF_OK)
        status = ref_array_init(&out[1], d, 1);
    double total = 0.0;
    for (size_t i = 0; status == REF_OK && i < d; i++) {
        out[0].data[i] = variance_entry(&pca, i, way);
        total += out[0].data[i];
    }
    for (size_t i = 0; status == REF_OK && i < d; i++)
        out[1].data[i] = out[0].data[i] / (way == VARIANCE_RATIO_IS_VALUES ? 1.0 : total);
    pca_release(&pca);
    return finish(finite_output(finite_output(status, &out[0]), &out[1]), out, 2);
}

static int explained_right(const struct ref_array *in, struct ref_array *out)
{
    size_t d = in[0].columns;
    int status = ref_array_init(&out[0], d, 1);
    if (status == REF_OK)
        status = ref_array_init(&out[1], d, 1);
    if (status == REF_OK)
        status = ref_pca_explained_variance(in[0].data, in[0].rows, d, out[0].data, out[1].data);
    return finish(status, out, 2);
}

COMPUTE(explained_uncentred, explained, VARIANCE_UNCENTRED)
COMPUTE(explained_n, explained, VARIANCE_N)
COMPUTE(explained_undivided, explained, VARIANCE_UNDIVIDED)
COMPUTE(explained_singular, explained, VARIANCE_SINGULAR)
COMPUTE(explained_squared, explained, VARIANCE_SQUARED)
COMPUTE(explained_root, explained, VARIANCE_ROOT)
COMPUTE(explained_values, explained, VARIANCE_RATIO_IS_VALUES)
COMPUTE(explained_ascending, explained, VARIANCE_ASCENDING)
COMPUTE(explained_correlation, explained, VARIANCE_OF_CORRELATION)

static const struct ref_argument explained_outputs[] = {
    VECTOR("variance", "d", "variance along every component, divisor n - 1, largest first"),
    VECTOR("ratio", "d", "share of the total variance, sums to 1"),
};
static const struct ref_variant explained_variants[] = {
    {"LA27/ascending", "smallest variance first", explained_ascending},
    {"PC01", "data not centred", explained_uncentred},
    {"PC03/n", "divided by n; the shares are right", explained_n},
    {"PC03/undivided", "not divided; the shares are right", explained_undivided},
    {"PC04/root", "standard deviations, and their shares", explained_root},
    {"PC04/singular", "singular values of the centred data, and their shares", explained_singular},
    {"PC04/squared", "squared singular values: the same numbers as PC03/undivided",
     explained_squared},
    {"PC05/values", "shares not divided by the total: the variances again", explained_values},
    {"PC06", "eigenvalues of the correlation matrix", explained_correlation},
};
const struct ref_operation operation_pca_explained_variance = {
    "pca_explained_variance",
    "eigenvalues of the covariance (n - 1), largest first, and their shares of the sum",
    "Mathematics for Machine Learning, 10.2.2",
    x_inputs,
    LENGTH(x_inputs),
    explained_outputs,
    LENGTH(explained_outputs),
    explained_right,
    explained_variants,
    LENGTH(explained_variants),
};
