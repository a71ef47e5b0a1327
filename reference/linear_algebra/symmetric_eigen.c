#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "core/validate.h"
#include "linear_algebra/orientation.h"
#include "reference/linear_algebra.h"

int validate_symmetric(const double *a, size_t n)
{
    int status = validate_matrix(a, n, n);
    if (status != REF_OK)
        return status;
    double largest = 0.0;
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(a[i]));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (fabs(a[i * n + j] - a[j * n + i]) > 1e-12 * largest)
                return REF_ERROR_DOMAIN;
    return REF_OK;
}

void orient_columns(double *v, size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        double peak = 0.0;
        for (size_t i = 0; i < rows; i++)
            if (fabs(v[i * columns + j]) > fabs(peak))
                peak = v[i * columns + j];
        for (size_t i = 0; i < rows && peak < 0.0; i++)
            v[i * columns + j] = -v[i * columns + j];
    }
}

static int lapack_status(lapack_int info)
{
    if (info == 0)
        return REF_OK;
    if (info > 0)
        return REF_ERROR_CONVERGENCE;
    return info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR
               ? REF_ERROR_MEMORY
               : REF_ERROR_INTERNAL;
}

int ref_symmetric_eigen(const double *a, size_t n, double *values, double *vectors)
{
    int status = validate_symmetric(a, n);
    if (status != REF_OK)
        return status;
    lapack_int order = (lapack_int)n;
    double *work = new_numbers(n, n);
    double *ascending = new_numbers(n, 1);
    if (work == NULL || ascending == NULL) {
        status = REF_ERROR_MEMORY;
        goto out;
    }
    memcpy(work, a, n * n * sizeof *work);
    status = lapack_status(LAPACKE_dsyevd(LAPACK_COL_MAJOR, vectors != NULL ? 'V' : 'N', 'U', order,
                                          work, order, ascending));
    if (status != REF_OK)
        goto out;
    for (size_t j = 0; j < n; j++) {
        values[j] = ascending[n - 1 - j];
        for (size_t i = 0; i < n && vectors != NULL; i++)
            vectors[i * n + j] = work[(n - 1 - j) * n + i];
    }
    if (vectors != NULL)
        orient_columns(vectors, n, n);
out:
    free(work);
    free(ascending);
    return status;
}

int ref_singular_values(const double *a, size_t m, size_t n, double *values, double *axes)
{
    int status = validate_matrix(a, m, n);
    if (status != REF_OK)
        return status;
    size_t count = m < n ? m : n;
    // Row-major A is column-major A', whose LEFT singular vectors are the axes.
    double *work = new_numbers(m, n);
    double *left = new_numbers(axes != NULL ? n : 1, axes != NULL ? n : 1);
    double *superdiagonal = new_numbers(count, 1);
    double unused;
    if (work == NULL || left == NULL || superdiagonal == NULL) {
        status = REF_ERROR_MEMORY;
        goto out;
    }
    memcpy(work, a, m * n * sizeof *work);
    status = lapack_status(LAPACKE_dgesvd(
        LAPACK_COL_MAJOR, axes != NULL ? 'A' : 'N', 'N', (lapack_int)n, (lapack_int)m, work,
        (lapack_int)n, values, left, axes != NULL ? (lapack_int)n : 1, &unused, 1, superdiagonal));
    if (status != REF_OK)
        goto out;
    for (size_t j = count; j < n; j++)
        values[j] = 0.0;
    for (size_t i = 0; i < n && axes != NULL; i++)
        for (size_t j = 0; j < n; j++)
            axes[i * n + j] = left[j * n + i];
    if (axes != NULL)
        orient_columns(axes, n, n);
out:
    free(work);
    free(left);
    free(superdiagonal);
    return status;
}
