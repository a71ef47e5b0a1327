/* Projection on principal components and reconstruction, right and wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learning/pca_axes.h"
#include "linear_algebra/matrix_product.h"
#include "operations/operation_support.h"
#include "reference/descriptive.h"
#include "reference/pca.h"

#define X_INPUT MATRIX("X", "n", "d", "data, one row per observation")
#define K_INPUT COUNT("k", "number of components, in 1..d")

static const struct ref_argument x_k_inputs[] = {X_INPUT, K_INPUT};

enum project_way {
    PROJECT_RIGHT,
    PROJECT_NEVER_CENTRED,
    PROJECT_UNCENTRED_AXES,
    PROJECT_UNCENTRED,
    PROJECT_STANDARDISED,
    PROJECT_WHITENED,
    PROJECT_WHITENED_BY_VARIANCE,
    PROJECT_ASCENDING
};

/* Divides scores (n x k) by the standard deviation of their axis, or by its variance. */
static int whiten(const struct pca *pca, size_t k, bool by_variance, double *scores)
{
    for (size_t j = 0; j < k; j++) {
        double variance = pca_variance(pca, j, (double)(pca->n - 1));
        if (!(pca->singular[j] > 1e-14 * pca->singular[0]))
            return REF_ERROR_DOMAIN;
        for (size_t i = 0; i < pca->n; i++)
            scores[i * k + j] /= by_variance ? variance : sqrt(variance);
    }
    return REF_OK;
}

static int project_data(const struct pca *pca, const double *x, size_t k, enum project_way way,
                        double *scores)
{
    size_t n = pca->n, d = pca->d;
    double *centred = malloc(n * d * sizeof *centred);
    double *reversed = malloc(d * d * sizeof *reversed);
    int status =
        centred != NULL && reversed != NULL ? ref_centre(x, n, d, centred) : REF_ERROR_MEMORY;
    const double *data = pca->data;
    const double *axes = pca->axes;
    if (way == PROJECT_UNCENTRED)
        data = x;
    if (way == PROJECT_UNCENTRED_AXES)
        data = centred;
    if (status == REF_OK && way == PROJECT_ASCENDING) {
        for (size_t i = 0; i < d * d; i++)
            reversed[i] = axes[i - i % d + (d - 1 - i % d)];
        axes = reversed;
    }
    if (status == REF_OK)
        matrix_product(data, n, d, axes, d, k, scores);
    if (status == REF_OK && (way == PROJECT_WHITENED || way == PROJECT_WHITENED_BY_VARIANCE))
        status = whiten(pca, k, way == PROJECT_WHITENED_BY_VARIANCE, scores);
    free(centred);
    free(reversed);
    return status;
}

static int project(const struct ref_array *in, struct ref_array *out, enum project_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    int status = check_rank(&in[1], d);
    if (status != REF_OK)
        return status;
    if (d == 1 && (way == PROJECT_ASCENDING || way == PROJECT_UNCENTRED_AXES))
        return REF_ERROR_DOMAIN; // no other axis to take
    enum pca_preparation preparation = PCA_CENTRED;
    if (way == PROJECT_NEVER_CENTRED || way == PROJECT_UNCENTRED_AXES)
        preparation = PCA_RAW;
    if (way == PROJECT_STANDARDISED)
        preparation = PCA_STANDARDISED;
    struct pca pca;
    status = pca_init(&pca, in[0].data, n, d, preparation);
    if (status != REF_OK)
        return status;
    size_t k = count_value(&in[1]);
    status = ref_array_init(out, n, k);
    if (status == REF_OK)
        status = project_data(&pca, in[0].data, k, way, out->data);
    pca_release(&pca);
    return finish(finite_output(status, out), out, 1);
}

static int project_right(const struct ref_array *in, struct ref_array *out)
{
    int status = check_rank(&in[1], in[0].columns);
    if (status == REF_OK)
        status = ref_array_init(out, in[0].rows, count_value(&in[1]));
    if (status == REF_OK)
        status =
            ref_pca_project(in[0].data, in[0].rows, in[0].columns, count_value(&in[1]), out->data);
    return finish(status, out, 1);
}

COMPUTE(project_never_centred, project, PROJECT_NEVER_CENTRED)
COMPUTE(project_uncentred_axes, project, PROJECT_UNCENTRED_AXES)
COMPUTE(project_uncentred, project, PROJECT_UNCENTRED)
COMPUTE(project_standardised, project, PROJECT_STANDARDISED)
COMPUTE(project_whitened, project, PROJECT_WHITENED)
COMPUTE(project_whitened_by_variance, project, PROJECT_WHITENED_BY_VARIANCE)
COMPUTE(project_ascending, project, PROJECT_ASCENDING)

static const struct ref_argument project_outputs[] = {
    MATRIX("scores", "n", "k", "coordinates of the centred rows; column signs are free"),
};
static const struct ref_variant project_variants[] = {
    {"LA27/ascending", "on the axes of smallest variance", project_ascending},
    {"PC01", "no centring at all: X times the axes of X", project_never_centred},
    {"PC01/axes", "centred rows on the axes of the data that was not centred",
     project_uncentred_axes},
    {"PC06", "standardised columns and their axes", project_standardised},
    {"PC07/uncentred", "rows not centred, right axes", project_uncentred},
    {"PC08/variance", "whitened by the variances", project_whitened_by_variance},
    {"PC08/whitened", "whitened scores where plain ones are asked", project_whitened},
};
const struct ref_operation operation_pca_project = {
    "pca_project",
    "(X - mean) V for the first k components V",
    "Mathematics for Machine Learning, 10.3.2",
    x_k_inputs,
    LENGTH(x_k_inputs),
    project_outputs,
    LENGTH(project_outputs),
    project_right,
    project_variants,
    LENGTH(project_variants),
};

enum rebuild_way {
    REBUILD_NO_MEAN,
    REBUILD_NEVER_CENTRED,
    REBUILD_K_PLUS_1,
    REBUILD_K_MINUS_1,
    REBUILD_SMALLEST
};

/* Reverses the order of the axes. */
static void reverse_axes(struct pca *pca)
{
    size_t d = pca->d;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d / 2; j++) {
            double swap = pca->axes[i * d + j];
            pca->axes[i * d + j] = pca->axes[i * d + d - 1 - j];
            pca->axes[i * d + d - 1 - j] = swap;
        }
}

static int rebuild(const struct ref_array *in, struct ref_array *out, enum rebuild_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    int status = check_rank(&in[1], d);
    if (status != REF_OK)
        return status;
    size_t k = count_value(&in[1]);
    if (k == d && way != REBUILD_NO_MEAN && way != REBUILD_K_MINUS_1)
        return REF_ERROR_DOMAIN; // all axes: nothing is lost, so nothing shows
    struct pca pca;
    status = pca_init(&pca, in[0].data, n, d, way == REBUILD_NEVER_CENTRED ? PCA_RAW : PCA_CENTRED);
    if (status != REF_OK)
        return status;
    k = way == REBUILD_K_PLUS_1 ? k + 1 : way == REBUILD_K_MINUS_1 ? k - 1 : k;
    if (way == REBUILD_SMALLEST)
        reverse_axes(&pca);
    status = ref_array_init(out, n, d);
    if (status == REF_OK)
        status = pca_rebuild(&pca, pca.data, n, k, out->data);
    if (status == REF_OK && way != REBUILD_NO_MEAN && way != REBUILD_NEVER_CENTRED)
        add_row(out->data, n, d, pca.mean);
    pca_release(&pca);
    return finish(finite_output(status, out), out, 1);
}

static int rebuild_right(const struct ref_array *in, struct ref_array *out)
{
    int status = check_rank(&in[1], in[0].columns);
    if (status == REF_OK)
        status = ref_array_init(out, in[0].rows, in[0].columns);
    if (status == REF_OK)
        status = ref_pca_reconstruct(in[0].data, in[0].rows, in[0].columns, count_value(&in[1]),
                                     out->data);
    return finish(status, out, 1);
}

COMPUTE(rebuild_no_mean, rebuild, REBUILD_NO_MEAN)
COMPUTE(rebuild_never_centred, rebuild, REBUILD_NEVER_CENTRED)
COMPUTE(rebuild_k_plus_1, rebuild, REBUILD_K_PLUS_1)
COMPUTE(rebuild_k_minus_1, rebuild, REBUILD_K_MINUS_1)
COMPUTE(rebuild_smallest, rebuild, REBUILD_SMALLEST)

static const struct ref_argument rebuild_outputs[] = {
    MATRIX("X_hat", "n", "d", "data rebuilt from k components, in the unit of X"),
};
static const struct ref_variant rebuild_variants[] = {
    {"LA35/k_minus_1", "one component too few", rebuild_k_minus_1},
    {"LA35/k_plus_1", "one component too many", rebuild_k_plus_1},
    {"LA35/smallest", "the k components of smallest variance", rebuild_smallest},
    {"PC01", "no centring at all: best rank k of X itself", rebuild_never_centred},
    {"PC09", "mean not added back", rebuild_no_mean},
};
const struct ref_operation operation_pca_reconstruct = {
    "pca_reconstruct",
    "(X - mean) V V' + mean for the first k components V",
    "Mathematics for Machine Learning, 10.3",
    x_k_inputs,
    LENGTH(x_k_inputs),
    rebuild_outputs,
    LENGTH(rebuild_outputs),
    rebuild_right,
    rebuild_variants,
    LENGTH(rebuild_variants),
};

enum transform_way { TRANSFORM_OWN_MEAN, TRANSFORM_NO_MEAN, TRANSFORM_NEVER_CENTRED };

static int rebuild_new(const struct pca *pca, const struct ref_array *x_new, size_t k,
                       enum transform_way way, double *out)
{
    size_t m = x_new->rows, d = pca->d;
    struct ref_array data = REF_ARRAY_EMPTY, mean = REF_ARRAY_EMPTY;
    int status = ref_array_copy(&data, x_new);
    if (status == REF_OK)
        status = ref_array_from(&mean, d, 1, pca->mean);
    if (status == REF_OK && way == TRANSFORM_OWN_MEAN)
        status = ref_column_means(x_new->data, m, d, mean.data);
    for (size_t i = 0; status == REF_OK && way != TRANSFORM_NEVER_CENTRED && i < m * d; i++)
        data.data[i] -= mean.data[i % d];
    if (status == REF_OK)
        status = pca_rebuild(pca, data.data, m, k, out);
    if (status == REF_OK && way == TRANSFORM_OWN_MEAN)
        add_row(out, m, d, mean.data);
    ref_array_release(&data);
    ref_array_release(&mean);
    return status;
}

static int transform(const struct ref_array *in, struct ref_array *out, enum transform_way way)
{
    size_t d = in[0].columns;
    int status = check_rank(&in[2], d);
    if (status != REF_OK)
        return status;
    size_t k = count_value(&in[2]);
    if (k == d && way != TRANSFORM_NO_MEAN)
        return REF_ERROR_DOMAIN; // all axes: nothing is lost, so nothing shows
    struct pca pca;
    status = pca_init(&pca, in[0].data, in[0].rows, d,
                      way == TRANSFORM_NEVER_CENTRED ? PCA_RAW : PCA_CENTRED);
    if (status != REF_OK)
        return status;
    status = ref_array_init(out, in[1].rows, d);
    if (status == REF_OK)
        status = rebuild_new(&pca, &in[1], k, way, out->data);
    pca_release(&pca);
    return finish(finite_output(status, out), out, 1);
}

static int transform_right(const struct ref_array *in, struct ref_array *out)
{
    int status = check_rank(&in[2], in[0].columns);
    if (status == REF_OK)
        status = ref_array_init(out, in[1].rows, in[1].columns);
    if (status == REF_OK)
        status = ref_pca_transform_new(in[0].data, in[0].rows, in[1].data, in[1].rows,
                                       in[0].columns, count_value(&in[2]), out->data);
    return finish(status, out, 1);
}

COMPUTE(transform_own_mean, transform, TRANSFORM_OWN_MEAN)
COMPUTE(transform_no_mean, transform, TRANSFORM_NO_MEAN)
COMPUTE(transform_never_centred, transform, TRANSFORM_NEVER_CENTRED)

static const struct ref_argument transform_inputs[] = {
    MATRIX("X", "n", "d", "training data, one row per observation"),
    MATRIX("X_new", "m", "d", "new rows"),
    K_INPUT,
};
static const struct ref_argument transform_outputs[] = {
    MATRIX("X_new_hat", "m", "d", "new rows rebuilt from k components of the training data"),
};
static const struct ref_variant transform_variants[] = {
    {"PC01", "no centring at all: axes of X itself", transform_never_centred},
    {"PC09", "mean not added back", transform_no_mean},
    {"PC10", "centred by the mean of the new rows", transform_own_mean},
};
const struct ref_operation operation_pca_transform_new = {
    "pca_transform_new",
    "(X_new - mean) V V' + mean with mean and first k components V of the training data X",
    "Mathematics for Machine Learning, 10.6",
    transform_inputs,
    LENGTH(transform_inputs),
    transform_outputs,
    LENGTH(transform_outputs),
    transform_right,
    transform_variants,
    LENGTH(transform_variants),
};
