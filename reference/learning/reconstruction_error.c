#include <stdlib.h>

#include "core/double_double.h"
#include "core/validate.h"
#include "learning/pca_axes.h"
#include "reference/descriptive.h"
#include "reference/pca.h"

/* Of one row: scores s = x W, residual r = x - s W', image t = r W. */
struct row_work {
    struct dd *score;
    struct dd *residual;
    struct dd *image;
};

static void row_terms(const double *row, size_t d, const double *w, size_t k, struct row_work *work)
{
    for (size_t l = 0; l < k; l++) {
        work->score[l] = dd_dot(row, 1, w + l, k, d);
        work->image[l] = (struct dd){0.0, 0.0};
    }
    for (size_t j = 0; j < d; j++) {
        struct dd residual = {row[j], 0.0};
        for (size_t l = 0; l < k; l++)
            residual = dd_subtract(residual, dd_multiply_double(work->score[l], w[j * k + l]));
        for (size_t l = 0; l < k; l++)
            work->image[l] = dd_add(work->image[l], dd_multiply_double(residual, w[j * k + l]));
        work->residual[j] = residual;
    }
}

static void add_gradient(const double *row, size_t d, size_t k, const struct row_work *work,
                         int terms, struct dd *sum)
{
    for (size_t j = 0; j < d; j++)
        for (size_t l = 0; l < k; l++) {
            struct dd *entry = &sum[j * k + l];
            if (terms & RECONSTRUCTION_ENCODER)
                *entry = dd_add(*entry, dd_multiply_double(work->image[l], row[j]));
            if (terms & RECONSTRUCTION_DECODER)
                *entry = dd_add(*entry, dd_multiply(work->residual[j], work->score[l]));
        }
}

int reconstruction_sums(const double *data, size_t n, size_t d, const double *w, size_t k,
                        int terms, double *error, double *gradient)
{
    struct dd *sum = calloc(d * k + d + 2 * k, sizeof *sum);
    if (sum == NULL)
        return REF_ERROR_MEMORY;
    struct row_work work = {sum + d * k, sum + d * k + 2 * k, sum + d * k + k};
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        row_terms(data + i * d, d, w, k, &work);
        for (size_t j = 0; j < d; j++)
            total = dd_add(total, dd_multiply(work.residual[j], work.residual[j]));
        add_gradient(data + i * d, d, k, &work, terms, sum);
    }
    *error = dd_value(total);
    for (size_t i = 0; i < d * k; i++)
        gradient[i] = -2.0 * dd_value(sum[i]);
    free(sum);
    int status = validate_result(error, 1);
    return status == REF_OK ? validate_result(gradient, d * k) : status;
}

int ref_reconstruction_gradient(const double *x, size_t n, size_t d, const double *w, size_t k,
                                double *error, double *gradient)
{
    int status = validate_matrix(x, n, d);
    if (status == REF_OK && k == 0)
        status = REF_ERROR_DOMAIN;
    if (status == REF_OK)
        status = validate_matrix(w, d, k);
    if (status != REF_OK)
        return status;
    double *centred = new_numbers(n, d);
    if (centred == NULL)
        return REF_ERROR_MEMORY;
    status = ref_centre(x, n, d, centred);
    if (status == REF_OK)
        status = reconstruction_sums(
            centred, n, d, w, k, RECONSTRUCTION_ENCODER | RECONSTRUCTION_DECODER, error, gradient);
    free(centred);
    if (status != REF_OK)
        return status;
    *error /= (double)n;
    for (size_t i = 0; i < d * k; i++)
        gradient[i] /= (double)n;
    return REF_OK;
}
