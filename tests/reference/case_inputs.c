#include "case_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "assertions.h"

struct ref_array generated(struct ref_rng *rng, const char *generator, const char *parameters)
{
    const struct ref_generator *g = ref_generator_find(generator);
    assert_non_null(g);
    double values[REF_PARAMETERS_MAX];
    ref_generator_defaults(g, values);
    char text[200];
    snprintf(text, sizeof text, "%s", parameters);
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        int index = ref_generator_parameter(g, word);
        assert_in_range(index, 0, REF_PARAMETERS_MAX - 1);
        values[index] = strtod(equals + 1, NULL);
    }
    struct ref_array array = REF_ARRAY_EMPTY;
    assert_int_equal(ref_generator_run(g, rng, values, NULL, &array), REF_OK);
    return array;
}

struct ref_array number(double value)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    assert_int_equal(ref_array_from(&array, 1, 1, &value), REF_OK);
    return array;
}

static struct ref_array response(struct ref_rng *rng, const struct ref_array *x)
{
    const struct ref_generator *g = ref_generator_find("linear_response");
    double values[REF_PARAMETERS_MAX];
    ref_generator_defaults(g, values);
    values[ref_generator_parameter(g, "noise")] = 3.0;
    struct ref_array theta = REF_ARRAY_EMPTY, y = REF_ARRAY_EMPTY;
    assert_int_equal(ref_array_init(&theta, x->columns + 1, 1), REF_OK);
    for (size_t j = 0; j <= x->columns; j++)
        theta.data[j] = (j % 2 == 0 ? 2.0 : -0.7) + 0.3 * (double)j;
    const struct ref_array *dependencies[] = {x, &theta};
    assert_int_equal(ref_generator_run(g, rng, values, dependencies, &y), REF_OK);
    ref_array_release(&theta);
    return y;
}

static struct ref_array by_name(const char *name, const struct case_plan *plan, struct ref_rng *rng,
                                const struct ref_array *x)
{
    char text[200];
    if (strcmp(name, "y") == 0)
        return response(rng, x);
    if (strcmp(name, "k") == 0)
        return number((double)plan->k);
    if (strcmp(name, "iterations") == 0)
        return number(6);
    if (strcmp(name, "learning_rate") == 0)
        return number(0.05 / (1.0 + plan->mean * plan->mean));
    if (strcmp(name, "level") == 0)
        return number(0.9);
    if (strcmp(name, "X_new") == 0) {
        snprintf(text, sizeof text, "rows=%zu columns=%zu mean=%g", plan->m, plan->d,
                 plan->mean + 2.0);
        return generated(rng, "correlated_normal", text);
    }
    if (strcmp(name, "A") == 0) {
        snprintf(text, sizeof text, "size=%zu top=-4", plan->d);
        return generated(rng, "symmetric_spectrum", text);
    }
    if (strcmp(name, "W") == 0)
        snprintf(text, sizeof text, "rows=%zu columns=%zu sd=0.5", plan->d, plan->k);
    else if (strcmp(name, "v0") == 0)
        snprintf(text, sizeof text, "rows=%zu", plan->d);
    else if (strncmp(name, "theta", 5) == 0)
        snprintf(text, sizeof text, "rows=%zu", plan->d + 1);
    else
        fail_msg("no input for %s", name);
    return generated(rng, "normal", text);
}

void make_inputs(const struct ref_operation *operation, const struct case_plan *plan, uint64_t seed,
                 struct ref_array *inputs)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){seed, 7}, 0);
    char text[200];
    snprintf(text, sizeof text, "rows=%zu columns=%zu mean=%g", plan->n, plan->d, plan->mean);
    struct ref_array x = generated(&rng, "correlated_normal", text);
    for (size_t i = 0; i < operation->input_count; i++) {
        if (strcmp(operation->inputs[i].name, "X") == 0)
            assert_int_equal(ref_array_copy(&inputs[i], &x), REF_OK);
        else
            inputs[i] = by_name(operation->inputs[i].name, plan, &rng, &x);
    }
    ref_array_release(&x);
}

void release_arrays(struct ref_array *arrays, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ref_array_release(&arrays[i]);
}
