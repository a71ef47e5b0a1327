#include "grader/marking/mark_metric.h"

#include <math.h>
#include <stdio.h>
#include "grader/marking/compare.h"

static double squared_error(const struct ref_array *a, const struct ref_array *truth, size_t i)
{
    double difference = a->data[i] - truth->data[i];
    return difference * difference;
}

static double rmse(const struct ref_array *prediction, const struct ref_array *truth)
{
    double sum = 0.0;
    size_t size = ref_array_size(truth);
    for (size_t i = 0; i < size; i++)
        sum += squared_error(prediction, truth, i);
    return sqrt(sum / (double)size);
}

/* Error of predicting every column's mean of the truth itself: no constant does better. */
static double baseline_rmse(const struct ref_array *truth)
{
    double sum = 0.0;
    for (size_t j = 0; j < truth->columns; j++) {
        double mean = 0.0;
        for (size_t i = 0; i < truth->rows; i++)
            mean += truth->data[i * truth->columns + j] / (double)truth->rows;
        for (size_t i = 0; i < truth->rows; i++) {
            double difference = truth->data[i * truth->columns + j] - mean;
            sum += difference * difference;
        }
    }
    return sqrt(sum / (double)ref_array_size(truth));
}

/* Two standard errors of the mean paired difference of squared errors. */
static double paired_uncertainty(const struct ref_array *got, const struct ref_array *expected,
                                 const struct ref_array *truth)
{
    double mean = 0.0, sum = 0.0, n = (double)ref_array_size(truth);
    for (size_t i = 0; i < ref_array_size(truth); i++)
        mean += (squared_error(got, truth, i) - squared_error(expected, truth, i)) / n;
    for (size_t i = 0; i < ref_array_size(truth); i++) {
        double d = squared_error(got, truth, i) - squared_error(expected, truth, i) - mean;
        sum += d * d;
    }
    return n > 1.0 ? 2.0 * sqrt(sum / (n - 1.0) / n) : 0.0;
}

static bool all_finite(const struct rubric *rubric, const struct ref_array *got,
                       struct evidence *evidence)
{
    if (ref_array_is_finite(got))
        return true;
    evidence->verdict = VERDICT_WRONG;
    evidence->rung = RUNG_NOT_FINITE;
    rubric_say(rubric, evidence->message, MESSAGE_MAX, "not_finite", "output", evidence->output,
               "row", "?", "column", "?", "got", "not a finite number", NULL);
    return false;
}

void mark_metric(const struct rubric *rubric, const struct test_case *test_case,
                 const struct task_output *output, const struct ref_array *got,
                 struct evidence *evidence)
{
    const struct ref_array *expected = &test_case->expected[output->index];
    const struct ref_array *truth = &test_case->inputs[output->truth];
    if (!all_finite(rubric, got, evidence))
        return;
    double own = rmse(got, truth), reference = rmse(expected, truth);
    double baseline = baseline_rmse(truth);
    double allowed = reference * (1.0 + output->margin);
    double square_allowed = allowed * allowed;
    square_allowed = fmin(square_allowed + paired_uncertainty(got, expected, truth),
                          1.21 * square_allowed); // luck never buys more than a tenth
    bool good = own * own <= square_allowed;      // false for NaN
    char got_text[32], bar_text[32];
    snprintf(got_text, sizeof got_text, "%.4g", own);
    snprintf(bar_text, sizeof bar_text, "%.4g", allowed);
    evidence->compared = true;
    evidence->worst_row = evidence->worst_column = 1;
    evidence->worst_got = own;
    evidence->worst_expected = reference;
    evidence->error_in_tolerances = own / sqrt(square_allowed);
    evidence->norm_ratio = own / reference;
    evidence->digits = digits_of(fabs(own - reference) / reference);
    evidence->verdict = good ? VERDICT_CORRECT : VERDICT_WRONG;
    evidence->rung = good ? RUNG_WITHIN_TOLERANCE : RUNG_UNEXPLAINED;
    if (!good)
        rubric_say(rubric, evidence->message, MESSAGE_MAX,
                   own < baseline ? "metric_too_low" : "metric_below_baseline", "output",
                   evidence->output, "metric", "root mean square error", "got", got_text, "bar",
                   bar_text, NULL);
}
