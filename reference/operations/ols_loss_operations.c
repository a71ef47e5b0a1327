/* The loss of linear regression, its gradient and gradient descent, right and wrong. */
#include <math.h>
#include <stdlib.h>

#include "learning/ols_sums.h"
#include "operations/operation_support.h"
#include "reference/linear_regression.h"

static const struct ref_argument loss_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
    VECTOR("y", "n", "responses"),
    VECTOR("theta", "d+1", "intercept, then one slope per feature"),
};

enum loss_way { LOSS_RIGHT, LOSS_SUM, LOSS_MSE, LOSS_RMSE, LOSS_MAE, LOSS_BROADCAST };

static double mean_absolute(const struct ref_array *in)
{
    size_t n = in[0].rows, d = in[0].columns;
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++)
        total = dd_add_double(
            total, fabs(dd_value(ols_residual(in[0].data + i * d, in[1].data[i], d, in[2].data))));
    return dd_value(total) / (double)n;
}

/* Half the mean of (prediction i - y j)^2 over all n^2 pairs. */
static double mean_of_pairs(const struct ref_array *in)
{
    size_t n = in[0].rows, d = in[0].columns;
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        double prediction = dd_value(ols_residual(in[0].data + i * d, 0.0, d, in[2].data));
        for (size_t j = 0; j < n; j++) {
            double difference = prediction - in[1].data[j];
            total = dd_add(total, dd_two_product(difference, difference));
        }
    }
    return dd_value(total) / (2.0 * (double)n * (double)n);
}

static int loss(const struct ref_array *in, struct ref_array *out, enum loss_way way)
{
    double n = (double)in[0].rows;
    double value;
    int status =
        ref_ols_loss(in[0].data, in[1].data, in[0].rows, in[0].columns, in[2].data, &value);
    switch (way) {
    case LOSS_RIGHT:
        break;
    case LOSS_SUM:
        value *= n;
        break;
    case LOSS_MSE:
        value *= 2.0;
        break;
    case LOSS_RMSE:
        value = sqrt(2.0 * value);
        break;
    case LOSS_MAE:
        value = mean_absolute(in);
        break;
    case LOSS_BROADCAST:
        value = mean_of_pairs(in);
        break;
    }
    return finish(finite_output(real_output(status, out, value), out), out, 1);
}

COMPUTE(loss_right, loss, LOSS_RIGHT)
COMPUTE(loss_sum, loss, LOSS_SUM)
COMPUTE(loss_mse, loss, LOSS_MSE)
COMPUTE(loss_rmse, loss, LOSS_RMSE)
COMPUTE(loss_mae, loss, LOSS_MAE)
COMPUTE(loss_broadcast, loss, LOSS_BROADCAST)

static const struct ref_argument loss_outputs[] = {
    REAL("loss", "1/(2n) times the sum of squared residuals, in the squared unit of y"),
};
static const struct ref_variant loss_variants[] = {
    {"LO01/sum", "half the sum of squares: no division by n", loss_sum},
    {"LO02/mae", "mean absolute residual", loss_mae},
    {"LO02/mse", "mean of squares: no factor 1/2", loss_mse},
    {"LO02/rmse", "root of the mean of squares", loss_rmse},
    {"LO10/broadcast", "n x n matrix of differences: a column minus a row", loss_broadcast},
};
const struct ref_operation operation_ols_loss = {
    "ols_loss",
    "1/(2n) sum ([1 X] theta - y)^2",
    "Mathematics for Machine Learning, 8.2.2 and 9.2.1",
    loss_inputs,
    LENGTH(loss_inputs),
    loss_outputs,
    LENGTH(loss_outputs),
    loss_right,
    loss_variants,
    LENGTH(loss_variants),
};

enum gradient_way {
    GRADIENT_RIGHT,
    GRADIENT_SUM,
    GRADIENT_DOUBLED,
    GRADIENT_SIGN,
    GRADIENT_DROPPED,
    GRADIENT_NO_INTERCEPT
};

static int gradient(const struct ref_array *in, struct ref_array *out, enum gradient_way way)
{
    size_t n = in[0].rows, d = in[0].columns;
    int status = ref_array_init(out, d + 1, 1);
    if (status == REF_OK)
        status = ref_ols_gradient(in[0].data, in[1].data, n, d, in[2].data, out->data);
    if (status != REF_OK)
        return finish(status, out, 1);
    double *g = out->data;
    switch (way) {
    case GRADIENT_RIGHT:
        break;
    case GRADIENT_SUM:
        scale_output(out, (double)n);
        break;
    case GRADIENT_DOUBLED:
        scale_output(out, 2.0);
        break;
    case GRADIENT_SIGN:
        scale_output(out, -1.0);
        break;
    case GRADIENT_DROPPED:
        for (size_t j = 1; j <= d; j++)
            g[j] = g[0];
        break;
    case GRADIENT_NO_INTERCEPT:
        for (size_t j = 0; j < d; j++)
            g[j] = g[j + 1];
        out->rows = d;
        break;
    }
    return finish(finite_output(REF_OK, out), out, 1);
}

COMPUTE(gradient_right, gradient, GRADIENT_RIGHT)
COMPUTE(gradient_sum, gradient, GRADIENT_SUM)
COMPUTE(gradient_doubled, gradient, GRADIENT_DOUBLED)
COMPUTE(gradient_sign, gradient, GRADIENT_SIGN)
COMPUTE(gradient_dropped, gradient, GRADIENT_DROPPED)
COMPUTE(gradient_no_intercept, gradient, GRADIENT_NO_INTERCEPT)

static const struct ref_argument gradient_outputs[] = {
    VECTOR("gradient", "d+1", "derivatives of the loss by the intercept and the slopes"),
};
static const struct ref_variant gradient_variants[] = {
    {"GD02/sum", "sum over rows instead of the mean", gradient_sum},
    {"GD03/doubled", "gradient of the loss without the factor 1/2", gradient_doubled},
    {"GD05/dropped", "features dropped: every entry is the mean residual", gradient_dropped},
    {"GD05/intercept_missing", "no entry for the intercept: d entries", gradient_no_intercept},
    {"GD13/sign", "residual y - prediction: every sign reversed", gradient_sign},
};
const struct ref_operation operation_ols_gradient = {
    "ols_gradient",
    "1/n A'(A theta - y) with A = [1 X], the gradient of 1/(2n) sum of squared residuals",
    "Mathematics for Machine Learning, 5.5 and 7.1",
    loss_inputs,
    LENGTH(loss_inputs),
    gradient_outputs,
    LENGTH(gradient_outputs),
    gradient_right,
    gradient_variants,
    LENGTH(gradient_variants),
};

enum descent_way {
    DESCENT_RIGHT,
    DESCENT_ASCENT,
    DESCENT_SUM,
    DESCENT_DOUBLED,
    DESCENT_DROPPED,
    DESCENT_SEQUENTIAL,
    DESCENT_ONE_LESS,
    DESCENT_ONE_MORE,
    DESCENT_AFTER,
    DESCENT_MSE
};

/* One update of theta (p); sums has p entries. */
static void descent_step(const struct ref_array *in, enum descent_way way, struct dd *sums,
                         double *theta)
{
    size_t n = in[0].rows, d = in[0].columns;
    double factor = -in[3].data[0];
    if (way == DESCENT_ASCENT)
        factor = -factor;
    if (way == DESCENT_DOUBLED)
        factor *= 2.0;
    double divisor = way == DESCENT_SUM ? 1.0 : (double)n;
    for (size_t j = 0; j <= d; j++) {
        if (j == 0 || way == DESCENT_SEQUENTIAL)
            ols_sums(in[0].data, in[1].data, n, d, theta, sums, NULL);
        struct dd slope = way == DESCENT_DROPPED ? sums[0] : sums[j];
        struct dd move = dd_multiply_double(dd_divide_double(slope, divisor), factor);
        theta[j] = dd_value(dd_add_double(move, theta[j]));
    }
}

static double descent_loss(const struct ref_array *in, enum descent_way way, const double *theta)
{
    struct dd squares;
    ols_sums(in[0].data, in[1].data, in[0].rows, in[0].columns, theta, NULL, &squares);
    double divisor = (double)in[0].rows * (way == DESCENT_MSE ? 1.0 : 2.0);
    return dd_value(dd_divide_double(squares, divisor));
}

static int descend(const struct ref_array *in, struct ref_array *out, enum descent_way way)
{
    size_t d = in[0].columns;
    size_t iterations = count_value(&in[4]);
    if (way == DESCENT_ONE_LESS && iterations == 0)
        return REF_ERROR_DOMAIN;
    iterations += (way == DESCENT_ONE_MORE ? 1 : 0);
    iterations -= (way == DESCENT_ONE_LESS ? 1 : 0);
    struct dd *sums = calloc(d + 1, sizeof *sums);
    int status = sums != NULL ? ref_array_copy(&out[1], &in[2]) : REF_ERROR_MEMORY;
    if (status == REF_OK)
        status = ref_array_init(&out[0], iterations + 1, 1);
    struct ref_array last = REF_ARRAY_EMPTY;
    for (size_t step = 0; status == REF_OK && step <= iterations; step++) {
        bool final = step == iterations;
        if (way == DESCENT_AFTER) {
            if (final)
                status = ref_array_copy(&last, &out[1]);
            descent_step(in, way, sums, out[1].data);
        }
        out[0].data[step] = descent_loss(in, way, out[1].data);
        if (way != DESCENT_AFTER && !final)
            descent_step(in, way, sums, out[1].data);
    }
    if (last.data != NULL) { // the trace looks one step further than theta
        ref_array_release(&out[1]);
        out[1] = last;
    }
    free(sums);
    status = finite_output(finite_output(status, &out[0]), &out[1]);
    return finish(status, out, 2);
}

static int descend_right(const struct ref_array *in, struct ref_array *out)
{
    size_t iterations = count_value(&in[4]);
    int status = ref_array_init(&out[0], iterations + 1, 1);
    if (status == REF_OK)
        status = ref_array_init(&out[1], in[0].columns + 1, 1);
    if (status == REF_OK)
        status = ref_ols_descent(in[0].data, in[1].data, in[0].rows, in[0].columns, in[2].data,
                                 in[3].data[0], iterations, out[0].data, out[1].data);
    return finish(status, out, 2);
}

COMPUTE(descend_ascent, descend, DESCENT_ASCENT)
COMPUTE(descend_sum, descend, DESCENT_SUM)
COMPUTE(descend_doubled, descend, DESCENT_DOUBLED)
COMPUTE(descend_dropped, descend, DESCENT_DROPPED)
COMPUTE(descend_sequential, descend, DESCENT_SEQUENTIAL)
COMPUTE(descend_one_less, descend, DESCENT_ONE_LESS)
COMPUTE(descend_one_more, descend, DESCENT_ONE_MORE)
COMPUTE(descend_after, descend, DESCENT_AFTER)
COMPUTE(descend_mse, descend, DESCENT_MSE)

static const struct ref_argument descent_inputs[] = {
    MATRIX("X", "n", "d", "features, one row per observation, without a column of ones"),
    VECTOR("y", "n", "responses"),
    VECTOR("theta0", "d+1", "start: intercept, then one slope per feature"),
    REAL("learning_rate", "factor of the gradient, fixed"),
    COUNT("iterations", "number of updates"),
};
static const struct ref_argument descent_outputs[] = {
    VECTOR("losses", "iterations+1", "loss at theta0, then after every update"),
    VECTOR("theta", "d+1", "intercept and slopes after the last update"),
};
static const struct ref_variant descent_variants[] = {
    {"GD01/ascent", "adds the gradient", descend_ascent},
    {"GD02/sum", "steps along the sum over rows instead of the mean", descend_sum},
    {"GD03/doubled", "steps along the gradient of the loss without the factor 1/2",
     descend_doubled},
    {"GD04/sequential", "updates entries one by one, later ones with the new earlier ones",
     descend_sequential},
    {"GD05/dropped", "features dropped: every entry moves by the mean residual", descend_dropped},
    {"GD06/one_less", "one update and one loss too few", descend_one_less},
    {"GD06/one_more", "one update and one loss too many", descend_one_more},
    {"GD07/after", "entry i of the losses is the loss after update i + 1", descend_after},
    {"GD13/sign", "residual y - prediction with a minus step: the same numbers as GD01/ascent",
     descend_ascent},
    {"LO02/mse", "right updates, but the mean of squares without 1/2 recorded", descend_mse},
};
const struct ref_operation operation_ols_descent = {
    "ols_descent",
    "gradient descent on 1/(2n) sum of squared residuals, all entries updated together",
    "Mathematics for Machine Learning, 7.1",
    descent_inputs,
    LENGTH(descent_inputs),
    descent_outputs,
    LENGTH(descent_outputs),
    descend_right,
    descent_variants,
    LENGTH(descent_variants),
};
