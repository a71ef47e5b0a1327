#include "grader/cases/conditioned_tolerance.h"

#include <math.h>
#include <string.h>

static const double single_rounding = 0x1p-24;
static const double safety_factor = 10.0;
static const double relative_floor = 1e-5;
static const double absolute_floor = 1e-300; // keeps error / tolerance defined where all is zero
/* The streams of the inputs start at 0; this one is far from them. */
static const uint64_t perturbation_stream = UINT64_C(1) << 32;

static bool is_symmetric(const struct ref_array *a)
{
    if (a->rows != a->columns || a->rows < 2)
        return false;
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < i; j++)
            if (a->data[i * a->columns + j] != a->data[j * a->columns + i])
                return false;
    return true;
}

static void mirror_lower_triangle(struct ref_array *a)
{
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < i; j++)
            a->data[j * a->columns + i] = a->data[i * a->columns + j];
}

static int perturb(const struct ref_operation *operation, size_t index,
                   const struct ref_array *original, struct ref_rng *rng, struct ref_array *out)
{
    int status = ref_array_copy(out, original);
    if (status != REF_OK || operation->inputs[index].kind == REF_COUNT)
        return status;
    for (size_t i = 0; i < ref_array_size(out); i++)
        out->data[i] *= 1.0 + single_rounding * (2.0 * ref_rng_uniform(rng) - 1.0);
    if (is_symmetric(original)) // rounding a symmetric matrix leaves it symmetric
        mirror_lower_triangle(out);
    return REF_OK;
}

static double column_sign(const struct ref_array *a, const struct ref_array *b, size_t column)
{
    double dot = 0.0;
    for (size_t i = 0; i < a->rows; i++)
        dot += a->data[i * a->columns + column] * b->data[i * b->columns + column];
    return dot < 0.0 ? -1.0 : 1.0;
}

/* Adds the squared deviations of one sample to the sums kept in @p sums. */
static void add_deviation(const struct task_output *output, const struct ref_array *expected,
                          const struct ref_array *sample, struct ref_array *sums)
{
    for (size_t j = 0; j < expected->columns; j++) {
        double sign =
            output->compare == COMPARE_COLUMNS_UP_TO_SIGN ? column_sign(expected, sample, j) : 1.0;
        for (size_t i = 0; i < expected->rows; i++) {
            size_t at = i * expected->columns + j;
            double deviation = sign * sample->data[at] - expected->data[at];
            sums->data[at] += deviation * deviation;
        }
    }
}

static int add_sample(struct test_case *test_case, struct ref_rng *rng)
{
    const struct task *task = test_case->task;
    struct ref_array inputs[REF_ARGUMENTS_MAX] = {0}, outputs[REF_OUTPUTS_MAX] = {0};
    int status = REF_OK;
    for (size_t i = 0; i < task->operation->input_count && status == REF_OK; i++)
        status = perturb(task->operation, i, &test_case->arguments[i], rng, &inputs[i]);
    if (status == REF_OK)
        status = ref_operation_run(task->operation, inputs, outputs);
    for (size_t i = 0; i < task->output_count && status == REF_OK; i++) {
        const struct task_output *output = &task->outputs[i];
        if (output->conditioned)
            add_deviation(output, &test_case->expected[output->index], &outputs[output->index],
                          &test_case->tolerance[output->index]);
    }
    for (size_t i = 0; i < REF_ARGUMENTS_MAX; i++)
        ref_array_release(&inputs[i]);
    outputs_release(outputs);
    return status;
}

static void finish(const struct task_output *output, const struct ref_array *expected,
                   struct ref_array *tolerance)
{
    double largest = ref_array_max_abs(expected);
    for (size_t i = 0; i < ref_array_size(expected); i++) {
        double spread = sqrt(tolerance->data[i] / CONDITIONED_SAMPLES);
        double scale = output->scale == SCALE_ENTRY ? fabs(expected->data[i]) : largest;
        tolerance->data[i] =
            fmax(fmax(safety_factor * spread, relative_floor * scale), absolute_floor);
    }
}

int conditioned_tolerance(struct test_case *test_case, const uint64_t seed[2], struct error *error)
{
    const struct task *task = test_case->task;
    bool wanted = false;
    for (size_t i = 0; i < task->output_count; i++) {
        const struct task_output *output = &task->outputs[i];
        const struct ref_array *expected = &test_case->expected[output->index];
        if (!output->conditioned)
            continue;
        wanted = true;
        if (ref_array_init(&test_case->tolerance[output->index], expected->rows,
                           expected->columns) != REF_OK)
            return error_memory(error);
    }
    struct ref_rng rng;
    ref_rng_init(&rng, seed, perturbation_stream);
    for (int sample = 0; wanted && sample < CONDITIONED_SAMPLES; sample++) {
        int status = add_sample(test_case, &rng);
        if (status != REF_OK)
            return error_set(error, reference_error_kind(status),
                             "task %s, case %u: perturbed inputs: %s", task->name,
                             test_case->number, ref_status_text(status));
    }
    for (size_t i = 0; i < task->output_count; i++)
        if (task->outputs[i].conditioned)
            finish(&task->outputs[i], &test_case->expected[task->outputs[i].index],
                   &test_case->tolerance[task->outputs[i].index]);
    return 0;
}
