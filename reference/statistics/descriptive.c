#include "reference/descriptive.h"

#include <cblas.h>
#include <string.h>

#include "core/double_double.h"
#include "core/validate.h"
#include "statistics/moments.h"

int ref_column_means(const double *x, size_t n, size_t d, double *mean)
{
    int status = validate_matrix(x, n, d);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j < d; j++)
        mean[j] = dd_value(dd_divide_double(dd_sum(x + j, d, n), (double)n));
    return validate_result(mean, d);
}

int ref_centre(const double *x, size_t n, size_t d, double *centred)
{
    int status = validate_matrix(x, n, d);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j < d; j++) {
        struct dd mean = dd_divide_double(dd_sum(x + j, d, n), (double)n);
        for (size_t i = 0; i < n; i++)
            centred[i * d + j] = (x[i * d + j] - mean.hi) - mean.lo;
    }
    return validate_result(centred, n * d);
}

void cross_products(const double *x, size_t n, size_t d, double divisor, double *c)
{
    static const double many = 2e7; // products: beyond, speed counts more than the last digit
    if ((double)n * (double)d * (double)d > many) {
        cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)d, (int)n, 1.0 / divisor, x, (int)d,
                    0.0, c, (int)d);
    } else {
        for (size_t i = 0; i < d; i++)
            for (size_t j = i; j < d; j++)
                c[i * d + j] = dd_value(dd_divide_double(dd_dot(x + i, d, x + j, d, n), divisor));
    }
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < i; j++)
            c[i * d + j] = c[j * d + i];
}

int ref_covariance(const double *x, size_t n, size_t d, double *c)
{
    if (n == 1)
        return REF_ERROR_DOMAIN;
    double *centred = new_numbers(n, d);
    if (centred == NULL)
        return REF_ERROR_MEMORY;
    int status = ref_centre(x, n, d, centred);
    if (status == REF_OK) {
        cross_products(centred, n, d, (double)(n - 1), c);
        status = validate_result(c, d * d);
    }
    free(centred);
    return status;
}
