#include "linear_algebra/matrix_product.h"

#include <cblas.h>

#include "core/double_double.h"

static const double many = 2e7; // products: beyond, speed counts more than the last digit

void matrix_product(const double *a, size_t n, size_t d, const double *b, size_t columns, size_t k,
                    double *c)
{
    if ((double)n * (double)d * (double)k > many) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, (int)k, (int)d, 1.0, a,
                    (int)d, b, (int)columns, 0.0, c, (int)k);
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++)
            c[i * k + j] = dd_value(dd_dot(a + i * d, 1, b + j, columns, d));
}

void matrix_product_transposed(const double *a, size_t n, size_t k, const double *b, size_t columns,
                               size_t d, double *c)
{
    if ((double)n * (double)d * (double)k > many) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)d, (int)k, 1.0, a, (int)k,
                    b, (int)columns, 0.0, c, (int)d);
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++)
            c[i * d + j] = dd_value(dd_dot(a + i * k, 1, b + j * columns, 1, k));
}
