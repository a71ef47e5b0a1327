/* The spectrum of the Hessian of linear regression, and power iteration, right and wrong. */
#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "linear_algebra/power_iteration.h"
#include "operations/operation_support.h"
#include "reference/linear_algebra.h"
#include "reference/linear_regression.h"

enum spectrum_way {
    SPECTRUM_RIGHT,
    SPECTRUM_ASCENDING,
    SPECTRUM_SQUARED,
    SPECTRUM_ROOT,
    SPECTRUM_SUM,
    SPECTRUM_NO_COLUMN
};

static void reverse(double *x, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        double swap = x[i];
        x[i] = x[count - 1 - i];
        x[count - 1 - i] = swap;
    }
}

/* Spectrum of X'X/n, from singular values. */
static int spectrum_without_ones(const struct ref_array *x, double *eigenvalues, double *condition)
{
    size_t d = x->columns;
    int status = ref_singular_values(x->data, x->rows, d, eigenvalues, NULL);
    if (status != REF_OK)
        return status;
    if (!(eigenvalues[d - 1] > 1e-15 * (double)d * eigenvalues[0]))
        return REF_ERROR_SINGULAR;
    *condition = pow(eigenvalues[0] / eigenvalues[d - 1], 2.0);
    for (size_t j = 0; j < d; j++)
        eigenvalues[j] *= eigenvalues[j] / (double)x->rows;
    return REF_OK;
}

static int spectrum(const struct ref_array *in, struct ref_array *out, enum spectrum_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    double condition = 0.0;
    int status = ref_array_init(&out[0], way == SPECTRUM_NO_COLUMN ? d : d + 1, 1);
    if (status == REF_OK)
        status = way == SPECTRUM_NO_COLUMN
                     ? spectrum_without_ones(&in[0], out[0].data, &condition)
                     : ref_ols_hessian_spectrum(in[0].data, n, d, out[0].data, &condition);
    if (status != REF_OK)
        return finish(status, out, 2);
    if (way == SPECTRUM_ASCENDING)
        reverse(out[0].data, d + 1);
    if (way == SPECTRUM_SQUARED)
        condition *= condition;
    if (way == SPECTRUM_ROOT)
        condition = sqrt(condition);
    if (way == SPECTRUM_SUM)
        scale_output(&out[0], (double)n);
    status = finite_output(real_output(status, &out[1], condition), &out[1]);
    return finish(finite_output(status, &out[0]), out, 2);
}

COMPUTE(spectrum_right, spectrum, SPECTRUM_RIGHT)
COMPUTE(spectrum_ascending, spectrum, SPECTRUM_ASCENDING)
COMPUTE(spectrum_squared, spectrum, SPECTRUM_SQUARED)
COMPUTE(spectrum_root, spectrum, SPECTRUM_ROOT)
COMPUTE(spectrum_sum, spectrum, SPECTRUM_SUM)
COMPUTE(spectrum_no_column, spectrum, SPECTRUM_NO_COLUMN)

static const struct ref_argument spectrum_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
};
static const struct ref_argument spectrum_outputs[] = {
    VECTOR("eigenvalues", "d+1", "eigenvalues of the Hessian, largest first"),
    REAL("condition", "largest divided by smallest eigenvalue, at least 1"),
};
static const struct ref_variant spectrum_variants[] = {
    {"GD02/sum", "A'A not divided by n", spectrum_sum},
    {"LA27/ascending", "smallest eigenvalue first", spectrum_ascending},
    {"LA38/root", "condition number of A instead of A'A/n", spectrum_root},
    {"LA38/squared", "condition number squared", spectrum_squared},
    {"LR01/no_column", "no column of ones: d eigenvalues", spectrum_no_column},
};
const struct ref_operation operation_ols_hessian_spectrum = {
    "ols_hessian_spectrum",
    "eigenvalues of A'A/n with A = [1 X], largest first, and their condition number",
    "Mathematics for Machine Learning, 4.2 and 7.1.1",
    spectrum_inputs,
    LENGTH(spectrum_inputs),
    spectrum_outputs,
    LENGTH(spectrum_outputs),
    spectrum_right,
    spectrum_variants,
    LENGTH(spectrum_variants),
};

enum power_way {
    POWER_RIGHT,
    POWER_NORM,
    POWER_UNNORMALISED,
    POWER_BEFORE,
    POWER_ONE_LESS,
    POWER_ONE_MORE
};

static double quadratic_form(const double *a, size_t d, const double *v)
{
    double value = 0.0;
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            value += v[i] * a[i * d + j] * v[j];
    return value;
}

/* The iteration with another estimate than the Rayleigh quotient after the step. */
static int other_estimates(const struct ref_array *in, struct ref_array *out, enum power_way way)
{
    size_t d = in[0].columns;
    const double *a = in[0].data;
    double *v = out[1].data;
    struct ref_array image = REF_ARRAY_EMPTY;
    int status = ref_array_init(&image, d, 1);
    double start = cblas_dnrm2((int)d, in[1].data, 1);
    for (size_t i = 0; i < d; i++)
        v[i] = way == POWER_UNNORMALISED ? in[1].data[i] : in[1].data[i] / start;
    for (size_t step = 0; status == REF_OK && step < out[0].rows; step++) {
        double length = power_step(a, d, v, image.data);
        if (!(length > 0.0) || !isfinite(length)) {
            status = length == 0.0 ? REF_ERROR_SINGULAR : REF_ERROR_DOMAIN;
            break;
        }
        out[0].data[step] = way == POWER_NORM ? length : rayleigh_quotient(a, d, v);
        for (size_t i = 0; i < d; i++)
            v[i] = way == POWER_UNNORMALISED ? image.data[i] : image.data[i] / length;
        if (way == POWER_UNNORMALISED)
            out[0].data[step] = quadratic_form(a, d, v);
    }
    ref_array_release(&image);
    return status;
}

static int power(const struct ref_array *in, struct ref_array *out, enum power_way way)
{
    size_t d = in[0].columns, iterations = count_value(&in[2]);
    iterations += (way == POWER_ONE_MORE ? 1 : 0);
    if (way == POWER_ONE_LESS && iterations > 0)
        iterations--;
    int status = iterations > 0 ? ref_array_init(&out[0], iterations, 1) : REF_ERROR_DOMAIN;
    if (status == REF_OK)
        status = ref_array_init(&out[1], d, 1);
    if (status == REF_OK) // the right answer first: it checks the inputs
        status =
            ref_power_iteration(in[0].data, d, in[1].data, iterations, out[0].data, out[1].data);
    if (status == REF_OK && (way == POWER_NORM || way == POWER_UNNORMALISED || way == POWER_BEFORE))
        status = other_estimates(in, out, way);
    status = finite_output(finite_output(status, &out[0]), &out[1]);
    return finish(status, out, 2);
}

COMPUTE(power_right, power, POWER_RIGHT)
COMPUTE(power_norm, power, POWER_NORM)
COMPUTE(power_unnormalised, power, POWER_UNNORMALISED)
COMPUTE(power_before, power, POWER_BEFORE)
COMPUTE(power_one_less, power, POWER_ONE_LESS)
COMPUTE(power_one_more, power, POWER_ONE_MORE)

static const struct ref_argument power_inputs[] = {
    MATRIX("A", "d", "d", "symmetric matrix"),
    VECTOR("v0", "d", "start, not zero"),
    COUNT("iterations", "number of steps, at least 1"),
};
static const struct ref_argument power_outputs[] = {
    VECTOR("eigenvalues", "iterations", "Rayleigh quotient after every step"),
    VECTOR("vector", "d", "last iterate, of unit length; its sign is free"),
};
static const struct ref_variant power_variants[] = {
    {"LA30", "length of A v for the unit iterate v: the sign of the eigenvalue is lost",
     power_norm},
    {"LA30/unnormalised", "iterates not normalised: v'Av grows with the length of v",
     power_unnormalised},
    {"LA31/one_less", "one step too few", power_one_less},
    {"LA31/one_more", "one step too many", power_one_more},
    {"LA31/shifted", "entry i is the Rayleigh quotient before step i + 1", power_before},
};
const struct ref_operation operation_power_iteration = {
    "power_iteration",
    "v := A v / |A v|, with the Rayleigh quotient v'Av after every step",
    "Mathematics for Machine Learning, 10.4.2; Golub & Van Loan, 8.2.1",
    power_inputs,
    LENGTH(power_inputs),
    power_outputs,
    LENGTH(power_outputs),
    power_right,
    power_variants,
    LENGTH(power_variants),
};
