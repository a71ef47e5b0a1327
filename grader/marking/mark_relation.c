#include "grader/marking/mark_relation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/marking/compare.h"

struct named_factor {
    const char *name;
    double value;
};

/* Rows of the first matrix among the inputs: the n of n and n - 1. 0 when there is none. */
static double sample_size(const struct test_case *test_case)
{
    const struct ref_operation *operation = test_case->task->operation;
    for (size_t i = 0; i < operation->input_count; i++)
        if (operation->inputs[i].kind == REF_MATRIX)
            return (double)test_case->arguments[i].rows;
    return 0.0;
}

static const char *factor_name(double factor, double n, double allowed)
{
    const struct named_factor known[] = {
        {"-1", -1.0},
        {"2", 2.0},
        {"1/2", 0.5},
        {"-2", -2.0},
        {"n", n},
        {"1/n", 1.0 / n},
        {"n/(n - 1)", n / (n - 1.0)},
        {"(n - 1)/n", (n - 1.0) / n},
        {"n - 1", n - 1.0},
        {"1/(n - 1)", 1.0 / (n - 1.0)},
        {"the square root of n/(n - 1)", sqrt(n / (n - 1.0))},
        {"the square root of (n - 1)/n", sqrt((n - 1.0) / n)},
        {"the square root of n", sqrt(n)},
        {"1/ln 2 (another base of the logarithm)", 1.0 / M_LN2},
        {"1/ln 10 (another base of the logarithm)", 1.0 / M_LN10},
        {"100 (percent)", 100.0},
        {"pi/180 (degrees)", M_PI / 180.0},
        {"180/pi (degrees)", 180.0 / M_PI},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (isfinite(known[i].value) && known[i].value != 0.0 &&
            fabs(factor / known[i].value - 1.0) <= allowed)
            return known[i].name;
    return NULL;
}

static double best_factor(const struct ref_array *got, const struct ref_array *expected)
{
    double scale = ref_array_max_abs(expected), product = 0.0, square = 0.0;
    if (!(scale > 0.0))
        return 0.0;
    for (size_t i = 0; i < ref_array_size(got); i++) {
        product += got->data[i] * (expected->data[i] / scale);
        square += expected->data[i] * (expected->data[i] / scale);
    }
    return product / square;
}

static bool matches_line(const struct ref_array *got, const struct ref_array *expected,
                         const struct ref_array *tolerance, double factor, double shift)
{
    double widen = fmax(1.0, fabs(factor));
    for (size_t i = 0; i < ref_array_size(got); i++)
        if (!(fabs(got->data[i] - factor * expected->data[i] - shift) <=
              tolerance->data[i] * widen))
            return false;
    return true;
}

static double mean_difference(const struct ref_array *got, const struct ref_array *expected)
{
    double sum = 0.0;
    for (size_t i = 0; i < ref_array_size(got); i++)
        sum += got->data[i] - expected->data[i];
    return sum / (double)ref_array_size(got);
}

void mark_relation(const struct test_case *test_case, const struct task_output *output,
                   const struct ref_array *got, struct relation *relation)
{
    const struct ref_array *expected = &test_case->expected[output->index];
    const struct ref_array *tolerance = &test_case->tolerance[output->index];
    *relation = (struct relation){0};
    bool few = ref_array_size(got) < 3;
    double factor = best_factor(got, expected);
    const char *name = factor_name(factor, sample_size(test_case), 1e-4);
    if (isfinite(factor) && fabs(factor) > 1e-6 && (name != NULL || !few) &&
        matches_line(got, expected, tolerance, factor, 0.0)) {
        relation->scaled = true;
        relation->factor = factor;
        if (name != NULL)
            snprintf(relation->factor_name, sizeof relation->factor_name, "%s", name);
        else
            snprintf(relation->factor_name, sizeof relation->factor_name, "%.6g", factor);
        return;
    }
    double shift = mean_difference(got, expected);
    if (!few && isfinite(shift) && matches_line(got, expected, tolerance, 1.0, shift)) {
        relation->offset = true;
        relation->shift = shift;
    }
}
