#include <float.h>
#include <math.h>

#include "core/double_double.h"
#include "core/quad.h"
#include "core/validate.h"
#include "learning/pca_axes.h"
#include "reference/pca.h"

double ppca_noise(const double *variance, size_t d, size_t k, double divisor)
{
    double sum = dd_value(dd_sum(variance + k, 1, d - k));
    double rounding = 64.0 * DBL_EPSILON * DBL_EPSILON * (double)d * variance[0];
    return sum > rounding ? sum / divisor : 0.0;
}

double ppca_value(size_t n, size_t d, size_t k, const double *variance, double sigma2,
                  double constant, double weight)
{
    struct dd log_det = dd_two_product((double)(d - k), log(sigma2));
    for (size_t i = 0; i < k; i++)
        log_det = dd_add_double(log_det, log(variance[i]));
    double discarded = dd_value(dd_sum(variance + k, 1, d - k));
    double trace = (double)k + discarded / sigma2;
    return -0.5 * (double)n * (constant + weight * dd_value(log_det) + trace);
}

int ref_ppca_log_likelihood(const double *x, size_t n, size_t d, size_t k, double *sigma2,
                            double *log_likelihood)
{
    if (k == 0 || k >= d)
        return d == 0 ? REF_ERROR_SHAPE : REF_ERROR_DOMAIN;
    struct pca pca;
    int status = pca_init(&pca, x, n, d, PCA_CENTRED);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j < d; j++)
        pca.singular[j] = pca_variance(&pca, j, (double)n);
    *sigma2 = ppca_noise(pca.singular, d, k, (double)(d - k));
    if (*sigma2 > 0.0) {
        double constant = (double)d * log(2.0 * (double)quad_pi());
        *log_likelihood = ppca_value(n, d, k, pca.singular, *sigma2, constant, 1.0);
        status = validate_result(log_likelihood, 1);
    } else {
        status = REF_ERROR_SINGULAR;
    }
    pca_release(&pca);
    return status;
}
