/* Fitting a linear regression and predicting from it, right and wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "operations/operation_support.h"
#include "reference/descriptive.h"
#include "reference/linear_algebra.h"
#include "reference/linear_regression.h"

enum fit_way {
    FIT_RIGHT,
    FIT_NO_COLUMN,
    FIT_ZERO,
    FIT_CENTRED_Y,
    FIT_FIRST_ROWS,
    FIT_FLOAT32,
    FIT_LAST
};

/* Gaussian elimination with row exchanges in single precision; b becomes the solution. */
static void eliminate_float(float *a, float *b, size_t p)
{
    for (size_t k = 0; k < p; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < p; i++)
            if (fabsf(a[i * p + k]) > fabsf(a[pivot * p + k]))
                pivot = i;
        for (size_t j = 0; j < p; j++) {
            float swap = a[k * p + j];
            a[k * p + j] = a[pivot * p + j];
            a[pivot * p + j] = swap;
        }
        float swap = b[k];
        b[k] = b[pivot];
        b[pivot] = swap;
        for (size_t i = k + 1; i < p; i++) {
            float factor = a[i * p + k] / a[k * p + k];
            for (size_t j = k; j < p; j++)
                a[i * p + j] -= factor * a[k * p + j];
            b[i] -= factor * b[k];
        }
    }
    for (size_t k = p; k-- > 0;) {
        for (size_t j = k + 1; j < p; j++)
            b[k] -= a[k * p + j] * b[j];
        b[k] /= a[k * p + k];
    }
}

static int fit_float(const double *x, const double *y, size_t n, size_t d, double *theta)
{
    size_t p = d + 1;
    float *gram = calloc(p * p + p, sizeof *gram);
    if (gram == NULL)
        return REF_ERROR_MEMORY;
    float *moment = gram + p * p;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < p; j++) {
            float left = j == 0 ? 1.0f : (float)x[i * d + j - 1];
            for (size_t k = 0; k < p; k++)
                gram[j * p + k] += left * (k == 0 ? 1.0f : (float)x[i * d + k - 1]);
            moment[j] += left * (float)y[i];
        }
    eliminate_float(gram, moment, p);
    for (size_t j = 0; j < p; j++)
        theta[j] = (double)moment[j];
    free(gram);
    return REF_OK;
}

/* theta = [0, slopes through the origin]; with @p centre_y [mean of y, slopes of y - mean]. */
static int fit_origin(const double *x, const double *y, size_t n, size_t d, bool centre_y,
                      double *theta)
{
    if (!centre_y) {
        theta[0] = 0.0;
        return ref_least_squares(x, n, d, y, theta + 1);
    }
    struct ref_array centred = REF_ARRAY_EMPTY;
    int status = ref_array_init(&centred, n, 1);
    if (status == REF_OK)
        status = ref_centre(y, n, 1, centred.data);
    if (status == REF_OK)
        status = ref_column_means(y, n, 1, theta);
    if (status == REF_OK)
        status = ref_least_squares(x, n, d, centred.data, theta + 1);
    ref_array_release(&centred);
    return status;
}

static int fit_intercept_last(const double *x, const double *y, size_t n, size_t d, double *theta)
{
    int status = ref_ols_fit(x, y, n, d, theta);
    if (status == REF_OK) {
        double intercept = theta[0];
        memmove(theta, theta + 1, d * sizeof *theta);
        theta[d] = intercept;
    }
    return status;
}

static int fit(const struct ref_array *in, struct ref_array *out, enum fit_way way)
{
    const double *x = in[0].data, *y = in[1].data;
    size_t n = in[0].rows, d = in[0].columns;
    int status = ref_array_init(out, way == FIT_NO_COLUMN ? d : d + 1, 1);
    if (status != REF_OK)
        return status;
    switch (way) {
    case FIT_RIGHT:
        status = ref_ols_fit(x, y, n, d, out->data);
        break;
    case FIT_NO_COLUMN:
        status = ref_least_squares(x, n, d, y, out->data);
        break;
    case FIT_ZERO:
    case FIT_CENTRED_Y:
        status = fit_origin(x, y, n, d, way == FIT_CENTRED_Y, out->data);
        break;
    case FIT_FIRST_ROWS:
        status = n > d + 1 ? ref_ols_fit(x, y, d + 1, d, out->data) : REF_ERROR_DOMAIN;
        break;
    case FIT_FLOAT32:
        status = fit_float(x, y, n, d, out->data);
        break;
    case FIT_LAST:
        status = fit_intercept_last(x, y, n, d, out->data);
        break;
    }
    return finish(finite_output(status, out), out, 1);
}

COMPUTE(fit_right, fit, FIT_RIGHT)
COMPUTE(fit_no_column, fit, FIT_NO_COLUMN)
COMPUTE(fit_zero, fit, FIT_ZERO)
COMPUTE(fit_centred_y, fit, FIT_CENTRED_Y)
COMPUTE(fit_first_rows, fit, FIT_FIRST_ROWS)
COMPUTE(fit_float32, fit, FIT_FLOAT32)
COMPUTE(fit_last, fit, FIT_LAST)

static const struct ref_argument fit_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
    VECTOR("y", "n", "responses"),
};
static const struct ref_argument fit_outputs[] = {
    VECTOR("theta", "d+1", "intercept, then one slope per feature"),
};
static const struct ref_variant fit_variants[] = {
    {"LA20/first_rows", "solves the first d + 1 equations and ignores the others", fit_first_rows},
    {"LR01/centred_y", "centres y but not X: the mean of y, then slopes through the origin",
     fit_centred_y},
    {"LR01/no_column", "no column of ones: d slopes through the origin", fit_no_column},
    {"LR01/zero", "fit through the origin, reported with an intercept of 0", fit_zero},
    {"LR02/last", "intercept in the last place", fit_last},
    {"LR03/float32", "normal equations in single precision: right formula, digits lost",
     fit_float32},
};
const struct ref_operation operation_ols_fit = {
    "ols_fit",
    "theta that minimises |y - [1 X] theta|",
    "Mathematics for Machine Learning, 9.2.1",
    fit_inputs,
    LENGTH(fit_inputs),
    fit_outputs,
    LENGTH(fit_outputs),
    fit_right,
    fit_variants,
    LENGTH(fit_variants),
};

enum predict_way {
    PREDICT_RIGHT,
    PREDICT_FORGOTTEN,
    PREDICT_POSITION,
    PREDICT_ZERO,
    PREDICT_OWN_MEAN
};

/* The intercept with which the mean prediction on X_new is the mean of y. */
static int own_intercept(const struct ref_array *in, double *theta)
{
    size_t d = in[2].columns;
    struct ref_array mean = REF_ARRAY_EMPTY;
    int status = ref_array_init(&mean, d, 1);
    if (status == REF_OK)
        status = ref_column_means(in[2].data, in[2].rows, d, mean.data);
    if (status == REF_OK)
        status = ref_column_means(in[1].data, in[1].rows, 1, theta);
    for (size_t j = 0; status == REF_OK && j < d; j++)
        theta[0] -= mean.data[j] * theta[j + 1];
    ref_array_release(&mean);
    return status;
}

/* Coefficients [intercept, slopes] that make the prediction. */
static int prediction_coefficients(const struct ref_array *in, enum predict_way way, double *theta)
{
    const double *x = in[0].data, *y = in[1].data;
    size_t n = in[0].rows, d = in[0].columns;
    if (way == PREDICT_ZERO)
        return fit_origin(x, y, n, d, false, theta);
    int status = ref_ols_fit(x, y, n, d, theta);
    if (status != REF_OK)
        return status;
    if (way == PREDICT_FORGOTTEN)
        theta[0] = 0.0;
    if (way == PREDICT_POSITION) { // [1 X] fitted, [X_new 1] multiplied
        double last = theta[d];
        memmove(theta + 1, theta, d * sizeof *theta);
        theta[0] = last;
    }
    if (way == PREDICT_OWN_MEAN)
        status = own_intercept(in, theta);
    return status;
}

static int predict(const struct ref_array *in, struct ref_array *out, enum predict_way way)
{
    size_t d = in[0].columns;
    struct ref_array theta = REF_ARRAY_EMPTY;
    int status = ref_array_init(&theta, d + 1, 1);
    if (status == REF_OK)
        status = prediction_coefficients(in, way, theta.data);
    if (status == REF_OK)
        status = ref_array_init(out, in[2].rows, 1);
    if (status == REF_OK)
        status = ref_ols_predict(in[2].data, in[2].rows, d, theta.data, out->data);
    ref_array_release(&theta);
    return finish(status, out, 1);
}

COMPUTE(predict_right, predict, PREDICT_RIGHT)
COMPUTE(predict_forgotten, predict, PREDICT_FORGOTTEN)
COMPUTE(predict_position, predict, PREDICT_POSITION)
COMPUTE(predict_zero, predict, PREDICT_ZERO)
COMPUTE(predict_own_mean, predict, PREDICT_OWN_MEAN)

static const struct ref_argument predict_inputs[] = {
    MATRIX("X", "n", "d", "training features, without a column of ones"),
    VECTOR("y", "n", "training responses"),
    MATRIX("X_new", "m", "d", "features to predict at, without a column of ones"),
};
static const struct ref_argument predict_outputs[] = {
    VECTOR("y_new", "m", "predicted responses, in the unit of y"),
};
static const struct ref_variant predict_variants[] = {
    {"LR01/zero", "fitted without an intercept", predict_zero},
    {"LR02/forgotten", "no column of ones at prediction: X_new times the slopes",
     predict_forgotten},
    {"LR02/position", "column of ones first in training and last at prediction", predict_position},
    {"ME04/own_mean", "centred by the mean of X_new instead of the training mean",
     predict_own_mean},
};
const struct ref_operation operation_ols_predict = {
    "ols_predict",
    "[1 X_new] theta for the least-squares theta of X and y",
    "Mathematics for Machine Learning, 9.2",
    predict_inputs,
    LENGTH(predict_inputs),
    predict_outputs,
    LENGTH(predict_outputs),
    predict_right,
    predict_variants,
    LENGTH(predict_variants),
};
