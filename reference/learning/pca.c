#include "reference/pca.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "core/double_double.h"
#include "core/validate.h"
#include "learning/pca_axes.h"
#include "linear_algebra/matrix_product.h"
#include "reference/descriptive.h"
#include "reference/linear_algebra.h"

static int validate_rank(size_t k, size_t d)
{
    return k >= 1 && k <= d ? REF_OK : REF_ERROR_DOMAIN;
}

/* Divides columns by their standard deviation (n - 1). */
static int standardise(double *data, size_t n, size_t d)
{
    for (size_t j = 0; j < d; j++) {
        double variance = dd_value(dd_dot(data + j, d, data + j, d, n)) / (double)(n - 1);
        if (!(variance > 0.0))
            return REF_ERROR_DOMAIN;
        for (size_t i = 0; i < n; i++)
            data[i * d + j] /= sqrt(variance);
    }
    return REF_OK;
}

static int prepare(struct pca *pca, const double *x, enum pca_preparation preparation)
{
    int status = ref_column_means(x, pca->n, pca->d, pca->mean);
    if (status != REF_OK)
        return status;
    if (preparation == PCA_RAW) {
        memcpy(pca->data, x, pca->n * pca->d * sizeof *x);
        return REF_OK;
    }
    status = ref_centre(x, pca->n, pca->d, pca->data);
    if (status == REF_OK && preparation == PCA_STANDARDISED)
        status = standardise(pca->data, pca->n, pca->d);
    return status;
}

int pca_init(struct pca *pca, const double *x, size_t n, size_t d, enum pca_preparation preparation)
{
    *pca = (struct pca){.n = n, .d = d};
    int status = validate_matrix(x, n, d);
    if (status != REF_OK)
        return status;
    if (n < 2)
        return REF_ERROR_DOMAIN;
    pca->mean = new_numbers(d, 1);
    pca->data = new_numbers(n, d);
    pca->singular = new_numbers(d, 1);
    pca->axes = new_numbers(d, d);
    if (pca->mean == NULL || pca->data == NULL || pca->singular == NULL || pca->axes == NULL)
        status = REF_ERROR_MEMORY;
    if (status == REF_OK)
        status = prepare(pca, x, preparation);
    if (status == REF_OK)
        status = ref_singular_values(pca->data, n, d, pca->singular, pca->axes);
    if (status != REF_OK)
        pca_release(pca);
    return status;
}

void pca_release(struct pca *pca)
{
    free(pca->mean);
    free(pca->data);
    free(pca->singular);
    free(pca->axes);
    *pca = (struct pca){0};
}

double pca_variance(const struct pca *pca, size_t i, double divisor)
{
    return pca->singular[i] * (pca->singular[i] / divisor);
}

int pca_rebuild(const struct pca *pca, const double *data, size_t m, size_t k, double *out)
{
    double *scores = new_numbers(m, k);
    if (scores == NULL)
        return REF_ERROR_MEMORY;
    matrix_product(data, m, pca->d, pca->axes, pca->d, k, scores);
    matrix_product_transposed(scores, m, k, pca->axes, pca->d, pca->d, out);
    free(scores);
    return REF_OK;
}

void add_row(double *x, size_t m, size_t d, const double *row)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < d; j++)
            x[i * d + j] += row[j];
}

int ref_pca(const double *x, size_t n, size_t d, double *variance, double *components)
{
    struct pca pca;
    int status = pca_init(&pca, x, n, d, PCA_CENTRED);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j < d; j++)
        variance[j] = pca_variance(&pca, j, (double)(n - 1));
    if (components != NULL)
        memcpy(components, pca.axes, d * d * sizeof *components);
    pca_release(&pca);
    return validate_result(variance, d);
}

/* The axes of the centred rows, for the first k of them. */
static int centred_axes(struct pca *pca, const double *x, size_t n, size_t d, size_t k)
{
    int status = validate_rank(k, d);
    return status != REF_OK ? status : pca_init(pca, x, n, d, PCA_CENTRED);
}

int ref_pca_components(const double *x, size_t n, size_t d, size_t k, double *v)
{
    struct pca pca;
    int status = centred_axes(&pca, x, n, d, k);
    if (status != REF_OK)
        return status;
    for (size_t i = 0; i < d; i++)
        memcpy(v + i * k, pca.axes + i * d, k * sizeof *v);
    pca_release(&pca);
    return REF_OK;
}

int ref_pca_explained_variance(const double *x, size_t n, size_t d, double *variance, double *ratio)
{
    int status = ref_pca(x, n, d, variance, NULL);
    if (status != REF_OK)
        return status;
    double total = dd_value(dd_sum(variance, 1, d));
    if (!(total > 0.0))
        return REF_ERROR_DOMAIN;
    for (size_t j = 0; j < d; j++)
        ratio[j] = variance[j] / total;
    return validate_result(ratio, d);
}

int ref_pca_project(const double *x, size_t n, size_t d, size_t k, double *scores)
{
    struct pca pca;
    int status = centred_axes(&pca, x, n, d, k);
    if (status != REF_OK)
        return status;
    matrix_product(pca.data, n, d, pca.axes, d, k, scores);
    pca_release(&pca);
    return validate_result(scores, n * k);
}

int ref_pca_reconstruct(const double *x, size_t n, size_t d, size_t k, double *x_hat)
{
    struct pca pca;
    int status = centred_axes(&pca, x, n, d, k);
    if (status != REF_OK)
        return status;
    status = pca_rebuild(&pca, pca.data, n, k, x_hat);
    if (status == REF_OK)
        add_row(x_hat, n, d, pca.mean);
    pca_release(&pca);
    return status == REF_OK ? validate_result(x_hat, n * d) : status;
}

int ref_pca_transform_new(const double *x, size_t n, const double *x_new, size_t m, size_t d,
                          size_t k, double *x_new_hat)
{
    int status = validate_matrix(x_new, m, d);
    if (status == REF_OK)
        status = validate_rank(k, d);
    if (status != REF_OK)
        return status;
    struct pca pca;
    status = pca_init(&pca, x, n, d, PCA_CENTRED);
    if (status != REF_OK)
        return status;
    double *centred = new_numbers(m, d);
    if (centred == NULL)
        status = REF_ERROR_MEMORY;
    for (size_t i = 0; status == REF_OK && i < m; i++)
        for (size_t j = 0; j < d; j++)
            centred[i * d + j] = x_new[i * d + j] - pca.mean[j];
    if (status == REF_OK)
        status = pca_rebuild(&pca, centred, m, k, x_new_hat);
    if (status == REF_OK)
        add_row(x_new_hat, m, d, pca.mean);
    free(centred);
    pca_release(&pca);
    return status == REF_OK ? validate_result(x_new_hat, m * d) : status;
}
