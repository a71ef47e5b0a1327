#include "grader/cases/test_case.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/cases/conditioned_tolerance.h"

enum error_kind reference_error_kind(int status)
{
    bool ours = status == REF_ERROR_INTERNAL || status == REF_ERROR_MEMORY;
    return ours ? ERROR_BUG : ERROR_USAGE;
}

static int make_value(const struct task_input *input, unsigned index, struct ref_array *out)
{
    double value = case_number_at(&input->value, index);
    return ref_array_from(out, 1, 1, &value);
}

static int make_generated(const struct task_input *input, unsigned index, struct ref_rng *rng,
                          const struct ref_array *inputs, struct ref_array *out)
{
    double values[REF_PARAMETERS_MAX];
    const struct ref_array *dependencies[REF_DEPENDENCIES_MAX] = {NULL};
    ref_generator_defaults(input->generator, values);
    for (size_t i = 0; i < input->generator->parameter_count; i++)
        if (input->parameters[i].count > 0)
            values[i] = case_number_at(&input->parameters[i], index);
    for (size_t i = 0; i < input->generator->dependency_count; i++)
        dependencies[i] = &inputs[input->dependencies[i]];
    return ref_generator_run(input->generator, rng, values, dependencies, out);
}

static int make_inputs(const uint64_t seed[2], struct test_case *test_case, struct error *error)
{
    const struct task *task = test_case->task;
    for (size_t i = 0; i < task->input_count; i++) {
        const struct task_input *input = &task->inputs[i];
        struct ref_rng rng;
        ref_rng_init(&rng, seed, i); // a stream per input: adding one never changes the others
        int status = input->generator == NULL
                         ? make_value(input, test_case->number - 1, &test_case->inputs[i])
                         : make_generated(input, test_case->number - 1, &rng, test_case->inputs,
                                          &test_case->inputs[i]);
        if (status != REF_OK)
            return error_set(error, reference_error_kind(status), "task %s, case %u, input %s: %s",
                             task->name, test_case->number, input->name, ref_status_text(status));
    }
    for (size_t i = 0; i < task->operation->input_count; i++)
        test_case->arguments[i] = test_case->inputs[task->argument[i]];
    return 0;
}

static bool truth_fits(const struct test_case *test_case, const struct task_output *output)
{
    const struct ref_array *expected = &test_case->expected[output->index];
    if (output->truth < 0)
        return true;
    const struct ref_array *truth = &test_case->inputs[output->truth];
    return truth->rows == expected->rows && truth->columns == expected->columns;
}

static int make_expected(struct test_case *test_case, struct error *error)
{
    const struct ref_operation *operation = test_case->task->operation;
    int status = ref_operation_run(operation, test_case->arguments, test_case->expected);
    if (status != REF_OK)
        return error_set(error, reference_error_kind(status), "task %s, case %u: operation %s: %s",
                         test_case->task->name, test_case->number, operation->name,
                         ref_status_text(status));
    for (size_t i = 0; i < test_case->task->output_count; i++)
        if (!truth_fits(test_case, &test_case->task->outputs[i]))
            return error_set(error, ERROR_USAGE,
                             "task %s, case %u: the truth of a metric has another shape than its "
                             "output",
                             test_case->task->name, test_case->number);
    for (size_t i = 0; i < operation->output_count; i++)
        if (!ref_array_is_finite(&test_case->expected[i]))
            return error_set(error, ERROR_BUG, "task %s, case %u: the reference's %s is not finite",
                             test_case->task->name, test_case->number, operation->outputs[i].name);
    return 0;
}

static int make_explicit(const struct task_output *output, const struct ref_array *expected,
                         struct ref_array *tolerance)
{
    int status = ref_array_init(tolerance, expected->rows, expected->columns);
    for (size_t i = 0; status == REF_OK && i < ref_array_size(expected); i++)
        tolerance->data[i] = fmax(output->epsabs, output->epsrel * fabs(expected->data[i]));
    return status;
}

static int make_tolerances(const uint64_t seed[2], struct test_case *test_case, struct error *error)
{
    const struct task *task = test_case->task;
    for (size_t i = 0; i < task->output_count; i++) {
        const struct task_output *output = &task->outputs[i];
        int status = REF_OK;
        if (!output->conditioned)
            status = make_explicit(output, &test_case->expected[output->index],
                                   &test_case->tolerance[output->index]);
        if (status != REF_OK)
            return error_memory(error);
    }
    return conditioned_tolerance(test_case, seed, error);
}

int test_case_make(const struct rubric *rubric, const struct project *project,
                   const struct task *task, unsigned index, const char *learner,
                   const struct seed_key *key, struct test_case *test_case, struct error *error)
{
    memset(test_case, 0, sizeof *test_case);
    test_case->task = task;
    test_case->number = index + 1;
    char number[16];
    snprintf(number, sizeof number, "%u", index + 1);
    const char *parts[] = {rubric->name, project->name, task->name, number, learner};
    uint64_t seed[2];
    seed_derive(key, parts, sizeof parts / sizeof *parts, seed);
    int status = make_inputs(seed, test_case, error);
    if (status == 0)
        status = make_expected(test_case, error);
    if (status == 0)
        status = make_tolerances(seed, test_case, error);
    if (status != 0)
        test_case_release(test_case);
    return status;
}

void outputs_release(struct ref_array *outputs)
{
    for (size_t i = 0; i < REF_OUTPUTS_MAX; i++)
        ref_array_release(&outputs[i]);
}

void test_case_release(struct test_case *test_case)
{
    for (size_t i = 0; i < RUBRIC_INPUTS_MAX; i++)
        ref_array_release(&test_case->inputs[i]);
    outputs_release(test_case->expected);
    outputs_release(test_case->tolerance);
}

bool test_case_variant(const struct test_case *test_case, const struct ref_variant *variant,
                       struct ref_array *outputs)
{
    memset(outputs, 0, REF_OUTPUTS_MAX * sizeof *outputs);
    return ref_variant_run(test_case->task->operation, variant, test_case->arguments, outputs) ==
           REF_OK;
}
