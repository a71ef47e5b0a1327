/* Standard errors, t tests, confidence intervals and R squared of a fit, right and wrong. */
#include <math.h>
#include <stdlib.h>

#include "learning/ols_sums.h"
#include "operations/operation_support.h"
#include "reference/distributions.h"
#include "reference/linear_regression.h"

static const struct ref_argument data_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
    VECTOR("y", "n", "responses"),
};

/* Everything that can go wrong between a fit and its inference. */
enum inference_way {
    WAY_RIGHT,
    WAY_VARIANCE,           /* root missing in the standard error */
    WAY_SIGMA_FOR_VARIANCE, /* s where s^2 is due */
    WAY_DIVISOR_N,
    WAY_DIVISOR_N_MINUS_1,
    WAY_ONE_SIDED,
    WAY_LOWER_TAIL,
    WAY_SIGNED,
    WAY_NORMAL,
    WAY_DF_N,
    WAY_ONE_TAIL_ALPHA
};

static double residual_sd(const struct ols_summary *summary, const struct ref_array *x,
                          enum inference_way way)
{
    double divisor = (double)(x->rows - x->columns - 1);
    if (way == WAY_DIVISOR_N)
        divisor = (double)x->rows;
    if (way == WAY_DIVISOR_N_MINUS_1)
        divisor = (double)(x->rows - 1);
    return sqrt(summary->squares / divisor);
}

/* theta and se (p entries each) and sigma, with the misconception. */
static int estimate(const struct ref_array *in, enum inference_way way, double *theta, double *se,
                    double *sigma)
{
    size_t d = in[0].columns;
    struct ols_summary summary = {.theta = theta, .inverse = se};
    int status = ols_summarise(in[0].data, in[1].data, in[0].rows, d, &summary);
    if (status != REF_OK)
        return status;
    *sigma = residual_sd(&summary, &in[0], way);
    if (!(*sigma > 0.0))
        return REF_ERROR_DOMAIN;
    for (size_t j = 0; j <= d; j++) {
        if (way == WAY_VARIANCE)
            se[j] = *sigma * *sigma * se[j];
        else if (way == WAY_SIGMA_FOR_VARIANCE)
            se[j] = sqrt(*sigma * se[j]);
        else
            se[j] = *sigma * sqrt(se[j]);
    }
    return REF_OK;
}

static int two_vectors(struct ref_array *out, size_t rows)
{
    int status = ref_array_init(&out[0], rows, 1);
    return status == REF_OK ? ref_array_init(&out[1], rows, 1) : status;
}

static int standard_errors(const struct ref_array *in, struct ref_array *out,
                           enum inference_way way)
{
    size_t d = in[0].columns;
    struct ref_array theta = REF_ARRAY_EMPTY;
    double sigma = 0.0;
    int status = ref_array_init(&theta, d + 1, 1);
    if (status == REF_OK)
        status = ref_array_init(&out[0], d + 1, 1);
    if (status == REF_OK)
        status = estimate(in, way, theta.data, out[0].data, &sigma);
    ref_array_release(&theta);
    status = real_output(status, &out[1], sigma);
    return finish(finite_output(status, &out[0]), out, 2);
}

static int errors_right(const struct ref_array *in, struct ref_array *out)
{
    size_t d = in[0].columns;
    double sigma = 0.0;
    int status = ref_array_init(&out[0], d + 1, 1);
    if (status == REF_OK)
        status = ref_ols_standard_errors(in[0].data, in[1].data, in[0].rows, d, NULL, out[0].data,
                                         &sigma);
    return finish(real_output(status, &out[1], sigma), out, 2);
}

COMPUTE(errors_variance, standard_errors, WAY_VARIANCE)
COMPUTE(errors_sigma_for_variance, standard_errors, WAY_SIGMA_FOR_VARIANCE)
COMPUTE(errors_n, standard_errors, WAY_DIVISOR_N)
COMPUTE(errors_n_minus_1, standard_errors, WAY_DIVISOR_N_MINUS_1)

static const struct ref_argument errors_outputs[] = {
    VECTOR("se", "d+1", "standard errors of the intercept and the slopes"),
    REAL("sigma", "residual standard deviation with divisor n - p, p = d + 1"),
};
static const struct ref_variant errors_variants[] = {
    {"IN11/n", "residual variance divided by n", errors_n},
    {"IN11/n_minus_1", "residual variance divided by n - 1", errors_n_minus_1},
    {"LR04/sigma_for_variance", "s where s^2 is due under the root", errors_sigma_for_variance},
    {"LR04/variance", "variances of the estimates: the root is missing", errors_variance},
};
const struct ref_operation operation_ols_standard_errors = {
    "ols_standard_errors",
    "square roots of the diagonal of s^2 (A'A)^-1 with A = [1 X], and s = sqrt(SSE/(n - p))",
    "Mathematics for Machine Learning, 9.3.3; Golub & Van Loan, 5.3",
    data_inputs,
    LENGTH(data_inputs),
    errors_outputs,
    LENGTH(errors_outputs),
    errors_right,
    errors_variants,
    LENGTH(errors_variants),
};

static double p_value(double t, double df, enum inference_way way)
{
    switch (way) {
    case WAY_ONE_SIDED:
        return ref_student_t_sf(fabs(t), df);
    case WAY_LOWER_TAIL:
        return 2.0 * ref_student_t_cdf(t, df);
    case WAY_SIGNED:
        return ref_student_t_sf(t, df);
    case WAY_NORMAL:
        return 2.0 * ref_normal_sf(fabs(t));
    default:
        return 2.0 * ref_student_t_sf(fabs(t), df);
    }
}

static int t_tests(const struct ref_array *in, struct ref_array *out, enum inference_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    double sigma;
    int status = two_vectors(out, d + 1);
    if (status == REF_OK)
        status = estimate(in, way, out[0].data, out[1].data, &sigma);
    for (size_t j = 0; status == REF_OK && j <= d; j++) {
        out[0].data[j] /= out[1].data[j];
        out[1].data[j] = p_value(out[0].data[j], (double)(n - d - 1), way);
    }
    return finish(finite_output(finite_output(status, &out[0]), &out[1]), out, 2);
}

static int tests_right(const struct ref_array *in, struct ref_array *out)
{
    size_t d = in[0].columns;
    int status = two_vectors(out, d + 1);
    if (status == REF_OK)
        status = ref_ols_t_tests(in[0].data, in[1].data, in[0].rows, d, out[0].data, out[1].data);
    return finish(status, out, 2);
}

COMPUTE(tests_one_sided, t_tests, WAY_ONE_SIDED)
COMPUTE(tests_lower_tail, t_tests, WAY_LOWER_TAIL)
COMPUTE(tests_signed, t_tests, WAY_SIGNED)
COMPUTE(tests_normal, t_tests, WAY_NORMAL)
COMPUTE(tests_n, t_tests, WAY_DIVISOR_N)
COMPUTE(tests_n_minus_1, t_tests, WAY_DIVISOR_N_MINUS_1)
COMPUTE(tests_variance, t_tests, WAY_VARIANCE)

static const struct ref_argument tests_outputs[] = {
    VECTOR("t", "d+1", "estimate divided by its standard error"),
    VECTOR("p", "d+1", "two-sided p-value, in [0, 1]"),
};
static const struct ref_variant tests_variants[] = {
    {"HT01/lower_tail", "p = 2 cdf(t), above 1 when t > 0", tests_lower_tail},
    {"HT01/one_sided", "p = P(T > |t|), not doubled", tests_one_sided},
    {"HT01/signed", "p = P(T > t), not doubled and without |t|", tests_signed},
    {"HT05/normal", "p from the normal law", tests_normal},
    {"IN11/n", "residual variance divided by n", tests_n},
    {"IN11/n_minus_1", "residual variance divided by n - 1", tests_n_minus_1},
    {"LR04/variance", "estimate divided by its variance", tests_variance},
};
const struct ref_operation operation_ols_t_tests = {
    "ols_t_tests",
    "t = theta / se and two-sided p from Student's law with n - p degrees of freedom",
    "Seber & Lee, Linear Regression Analysis, 4.3",
    data_inputs,
    LENGTH(data_inputs),
    tests_outputs,
    LENGTH(tests_outputs),
    tests_right,
    tests_variants,
    LENGTH(tests_variants),
};

static double interval_quantile(double level, double n, double df, enum inference_way way)
{
    double tail = 0.5 * (1.0 - level);
    switch (way) {
    case WAY_NORMAL:
        return -ref_normal_quantile(tail);
    case WAY_DF_N:
        return -ref_student_t_quantile(tail, n);
    case WAY_ONE_TAIL_ALPHA:
        return ref_student_t_quantile(level, df);
    default:
        return -ref_student_t_quantile(tail, df);
    }
}

static int confidence_intervals(const struct ref_array *in, struct ref_array *out,
                                enum inference_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    double level = in[2].data[0];
    if (!(level > 0.0 && level < 1.0))
        return REF_ERROR_DOMAIN;
    double sigma;
    int status = two_vectors(out, d + 1);
    if (status == REF_OK)
        status = estimate(in, way, out[0].data, out[1].data, &sigma);
    if (status == REF_OK) {
        double quantile = interval_quantile(level, (double)n, (double)(n - d - 1), way);
        for (size_t j = 0; j <= d; j++) {
            double centre = out[0].data[j], half = quantile * out[1].data[j];
            out[0].data[j] = centre - half;
            out[1].data[j] = centre + half;
        }
    }
    return finish(finite_output(finite_output(status, &out[0]), &out[1]), out, 2);
}

static int intervals_right(const struct ref_array *in, struct ref_array *out)
{
    size_t d = in[0].columns;
    int status = two_vectors(out, d + 1);
    if (status == REF_OK)
        status = ref_ols_confidence_intervals(in[0].data, in[1].data, in[0].rows, d, in[2].data[0],
                                              out[0].data, out[1].data);
    return finish(status, out, 2);
}

COMPUTE(intervals_normal, confidence_intervals, WAY_NORMAL)
COMPUTE(intervals_df_n, confidence_intervals, WAY_DF_N)
COMPUTE(intervals_one_tail, confidence_intervals, WAY_ONE_TAIL_ALPHA)
COMPUTE(intervals_n, confidence_intervals, WAY_DIVISOR_N)
COMPUTE(intervals_n_minus_1, confidence_intervals, WAY_DIVISOR_N_MINUS_1)
COMPUTE(intervals_variance, confidence_intervals, WAY_VARIANCE)

static const struct ref_argument intervals_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
    VECTOR("y", "n", "responses"),
    REAL("level", "confidence level, in (0, 1)"),
};
static const struct ref_argument intervals_outputs[] = {
    VECTOR("lower", "d+1", "lower ends for the intercept and the slopes"),
    VECTOR("upper", "d+1", "upper ends"),
};
static const struct ref_variant intervals_variants[] = {
    {"IN04/df_n", "t quantile with n degrees of freedom", intervals_df_n},
    {"IN04/normal", "normal quantile instead of Student's", intervals_normal},
    {"IN05/one_tail_alpha", "whole alpha in each tail", intervals_one_tail},
    {"IN11/n", "residual variance divided by n", intervals_n},
    {"IN11/n_minus_1", "residual variance divided by n - 1", intervals_n_minus_1},
    {"LR04/variance", "variance of the estimate instead of its standard error", intervals_variance},
};
const struct ref_operation operation_ols_confidence_intervals = {
    "ols_confidence_intervals",
    "theta -+ q se with the (1 + level)/2 quantile q of Student's law, n - p degrees of freedom",
    "Seber & Lee, Linear Regression Analysis, 5.1",
    intervals_inputs,
    LENGTH(intervals_inputs),
    intervals_outputs,
    LENGTH(intervals_outputs),
    intervals_right,
    intervals_variants,
    LENGTH(intervals_variants),
};

enum r2_way { R2_RIGHT, R2_ROOT, R2_ADJUSTED, R2_UNCENTRED, R2_SSR_OVER_N, R2_UNEXPLAINED };

static double raw_squares(const struct ref_array *y)
{
    return dd_value(dd_dot(y->data, 1, y->data, 1, y->rows));
}

static int r_squared(const struct ref_array *in, struct ref_array *out, enum r2_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    double r2 = 0.0;
    int status = ref_ols_r_squared(in[0].data, in[1].data, n, d, &r2);
    double total = total_squares(in[1].data, n);
    double value = r2;
    switch (way) {
    case R2_RIGHT:
        break;
    case R2_ROOT:
        value = sqrt(fmax(r2, 0.0));
        break;
    case R2_ADJUSTED:
        if (status == REF_OK && n <= d + 1)
            status = REF_ERROR_DOMAIN;
        else
            value = 1.0 - (1.0 - r2) * (double)(n - 1) / (double)(n - d - 1);
        break;
    case R2_UNCENTRED:
        value = 1.0 - (1.0 - r2) * total / raw_squares(&in[1]);
        break;
    case R2_SSR_OVER_N:
        value = r2 * total / (double)n;
        break;
    case R2_UNEXPLAINED:
        value = 1.0 - r2;
        break;
    }
    return finish(finite_output(real_output(status, out, value), out), out, 1);
}

COMPUTE(r2_right, r_squared, R2_RIGHT)
COMPUTE(r2_root, r_squared, R2_ROOT)
COMPUTE(r2_adjusted, r_squared, R2_ADJUSTED)
COMPUTE(r2_uncentred, r_squared, R2_UNCENTRED)
COMPUTE(r2_ssr_over_n, r_squared, R2_SSR_OVER_N)
COMPUTE(r2_unexplained, r_squared, R2_UNEXPLAINED)

static const struct ref_argument r2_outputs[] = {
    REAL("r2", "share of the variance of y that the fit explains, in [0, 1]"),
};
static const struct ref_variant r2_variants[] = {
    {"IN10/adjusted", "adjusted for the number of features", r2_adjusted},
    {"IN10/r", "its square root", r2_root},
    {"IN10/ssr_over_n", "explained sum of squares divided by n", r2_ssr_over_n},
    {"IN10/uncentred", "total sum of squares not about the mean of y", r2_uncentred},
    {"IN10/unexplained", "SSE/SST, the share that is not explained", r2_unexplained},
};
const struct ref_operation operation_ols_r_squared = {
    "ols_r_squared",
    "1 - SSE/SST, SST about the mean of y",
    "Seber & Lee, Linear Regression Analysis, 4.4",
    data_inputs,
    LENGTH(data_inputs),
    r2_outputs,
    LENGTH(r2_outputs),
    r2_right,
    r2_variants,
    LENGTH(r2_variants),
};
