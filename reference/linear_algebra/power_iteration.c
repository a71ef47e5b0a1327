#include <math.h>

#include "core/double_double.h"
#include "core/validate.h"
#include "linear_algebra/orientation.h"
#include "linear_algebra/power_iteration.h"
#include "reference/linear_algebra.h"

double power_step(const double *a, size_t d, const double *v, double *image)
{
    double largest = 0.0;
    for (size_t i = 0; i < d; i++) {
        image[i] = dd_value(dd_dot(a + i * d, 1, v, 1, d));
        largest = fmax(largest, fabs(image[i]));
    }
    if (!(largest > 0.0) || !isfinite(largest))
        return largest;
    struct dd square = {0.0, 0.0};
    for (size_t i = 0; i < d; i++)
        square = dd_add(square, dd_two_product(image[i] / largest, image[i] / largest));
    return largest * sqrt(dd_value(square));
}

double rayleigh_quotient(const double *a, size_t d, const double *v)
{
    struct dd above = {0.0, 0.0};
    for (size_t i = 0; i < d; i++)
        above = dd_add(above, dd_multiply_double(dd_dot(a + i * d, 1, v, 1, d), v[i]));
    return dd_value(above) / dd_value(dd_dot(v, 1, v, 1, d));
}

int ref_power_iteration(const double *a, size_t d, const double *v0, size_t iterations,
                        double *eigenvalues, double *vector)
{
    int status = validate_symmetric(a, d);
    if (status != REF_OK)
        return status;
    if (!all_finite(v0, d))
        return REF_ERROR_NOT_FINITE;
    double largest = 0.0;
    for (size_t i = 0; i < d; i++)
        largest = fmax(largest, fabs(v0[i]));
    if (iterations == 0 || largest == 0.0)
        return REF_ERROR_DOMAIN;
    double *image = new_numbers(d, 1);
    double *v = new_numbers(d, 1);
    if (image == NULL || v == NULL)
        status = REF_ERROR_MEMORY;
    for (size_t i = 0; status == REF_OK && i < d; i++)
        v[i] = v0[i] / largest;
    for (size_t step = 0; status == REF_OK && step < iterations; step++) {
        double length = power_step(a, d, v, image);
        if (length == 0.0)
            status = REF_ERROR_SINGULAR;
        else if (!isfinite(length))
            status = REF_ERROR_DOMAIN;
        for (size_t i = 0; status == REF_OK && i < d; i++)
            v[i] = image[i] / length;
        if (status == REF_OK)
            eigenvalues[step] = rayleigh_quotient(a, d, v);
    }
    for (size_t i = 0; status == REF_OK && i < d; i++)
        vector[i] = v[i];
    free(image);
    free(v);
    return status;
}
