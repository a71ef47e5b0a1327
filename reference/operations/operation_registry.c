#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "operations/operation_support.h"

static const double largest_count = 1e8;

/* Sorted by name. */
static const struct ref_operation *const operations[] = {
    &operation_covariance,
    &operation_ols_confidence_intervals,
    &operation_ols_descent,
    &operation_ols_fit,
    &operation_ols_gradient,
    &operation_ols_hessian_spectrum,
    &operation_ols_loss,
    &operation_ols_predict,
    &operation_ols_r_squared,
    &operation_ols_standard_errors,
    &operation_ols_t_tests,
    &operation_pca_components,
    &operation_pca_explained_variance,
    &operation_pca_project,
    &operation_pca_reconstruct,
    &operation_pca_transform_new,
    &operation_power_iteration,
    &operation_ppca_log_likelihood,
    &operation_reconstruction_gradient,
};

const struct ref_operation *const *ref_operation_all(size_t *count)
{
    *count = LENGTH(operations);
    return operations;
}

const struct ref_operation *ref_operation_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(operations); i++)
        if (strcmp(operations[i]->name, name) == 0)
            return operations[i];
    return NULL;
}

const struct ref_variant *ref_operation_variant(const struct ref_operation *operation,
                                                const char *id)
{
    for (size_t i = 0; i < operation->variant_count; i++)
        if (strcmp(operation->variants[i].id, id) == 0)
            return &operation->variants[i];
    return NULL;
}

static int find_argument(const struct ref_argument *arguments, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(arguments[i].name, name) == 0)
            return (int)i;
    return -1;
}

int ref_operation_input(const struct ref_operation *operation, const char *name)
{
    return find_argument(operation->inputs, operation->input_count, name);
}

int ref_operation_output(const struct ref_operation *operation, const char *name)
{
    return find_argument(operation->outputs, operation->output_count, name);
}

/* The symbols of a signature and what the inputs bind them to. */
struct binding {
    struct {
        const char *name;
        size_t length;
        size_t value;
    } symbols[REF_SYMBOLS_MAX];
    size_t count;
};

/* "d+1" is the symbol "d" (of the given length) and the offset 1; "3" is no symbol and 3. */
struct size_expression {
    const char *symbol;
    size_t length;
    size_t offset;
};

static struct size_expression parse_size(const char *text)
{
    size_t length = strcspn(text, "+");
    if (text[0] >= '0' && text[0] <= '9')
        return (struct size_expression){text, 0, strtoul(text, NULL, 10)};
    size_t offset = text[length] == '+' ? strtoul(text + length + 1, NULL, 10) : 0;
    return (struct size_expression){text, length, offset};
}

static const size_t *lookup(const struct binding *binding, const char *name, size_t length)
{
    for (size_t i = 0; i < binding->count; i++)
        if (binding->symbols[i].length == length &&
            strncmp(binding->symbols[i].name, name, length) == 0)
            return &binding->symbols[i].value;
    return NULL;
}

static int bind_symbol(struct binding *binding, const char *name, size_t length, size_t value)
{
    const size_t *known = lookup(binding, name, length);
    if (known != NULL)
        return *known == value ? REF_OK : REF_ERROR_SHAPE;
    if (binding->count == REF_SYMBOLS_MAX)
        return REF_ERROR_INTERNAL;
    binding->symbols[binding->count].name = name;
    binding->symbols[binding->count].length = length;
    binding->symbols[binding->count++].value = value;
    return REF_OK;
}

static int bind_size(struct binding *binding, const char *text, size_t actual)
{
    struct size_expression size = parse_size(text);
    if (size.length == 0)
        return actual == size.offset ? REF_OK : REF_ERROR_SHAPE;
    if (actual == 0 || actual < size.offset)
        return REF_ERROR_SHAPE;
    return bind_symbol(binding, size.symbol, size.length, actual - size.offset);
}

static int evaluate_size(const struct binding *binding, const char *text, size_t *value)
{
    struct size_expression size = parse_size(text);
    *value = size.offset;
    if (size.length == 0)
        return REF_OK;
    const size_t *known = lookup(binding, size.symbol, size.length);
    if (known == NULL)
        return REF_ERROR_INTERNAL;
    *value += *known;
    return REF_OK;
}

static int check_count(double value)
{
    if (!isfinite(value))
        return REF_ERROR_NOT_FINITE;
    return value >= 0.0 && value <= largest_count && value == floor(value) ? REF_OK
                                                                           : REF_ERROR_DOMAIN;
}

static int bind_inputs(const struct ref_operation *operation, const struct ref_array *inputs,
                       struct binding *binding)
{
    *binding = (struct binding){.count = 0};
    for (size_t i = 0; i < operation->input_count; i++) {
        const struct ref_argument *argument = &operation->inputs[i];
        if (inputs[i].data == NULL)
            return REF_ERROR_SHAPE;
        int status = bind_size(binding, argument->rows, inputs[i].rows);
        if (status == REF_OK)
            status = bind_size(binding, argument->columns, inputs[i].columns);
        if (status == REF_OK && argument->kind == REF_COUNT)
            status = check_count(inputs[i].data[0]);
        if (status == REF_OK && argument->kind == REF_COUNT)
            status = bind_symbol(binding, argument->name, strlen(argument->name),
                                 (size_t)inputs[i].data[0]);
        if (status != REF_OK)
            return status;
    }
    return REF_OK;
}

int ref_operation_check(const struct ref_operation *operation, const struct ref_array *inputs)
{
    struct binding binding;
    int status = bind_inputs(operation, inputs, &binding);
    for (size_t i = 0; status == REF_OK && i < operation->input_count; i++)
        if (!ref_array_is_finite(&inputs[i]))
            status = REF_ERROR_NOT_FINITE;
    return status;
}

int ref_operation_output_shape(const struct ref_operation *operation,
                               const struct ref_array *inputs, size_t index, size_t *rows,
                               size_t *columns)
{
    if (index >= operation->output_count)
        return REF_ERROR_UNKNOWN;
    struct binding binding;
    int status = bind_inputs(operation, inputs, &binding);
    size_t values[2];
    if (status == REF_OK)
        status = evaluate_size(&binding, operation->outputs[index].rows, &values[0]);
    if (status == REF_OK)
        status = evaluate_size(&binding, operation->outputs[index].columns, &values[1]);
    if (status != REF_OK)
        return status;
    *rows = values[0];
    *columns = values[1];
    return REF_OK;
}

static int run(const struct ref_operation *operation, ref_compute *compute,
               const struct ref_array *inputs, struct ref_array *outputs)
{
    int status = ref_operation_check(operation, inputs);
    if (status == REF_OK)
        status = compute(inputs, outputs);
    return status;
}

int ref_operation_run(const struct ref_operation *operation, const struct ref_array *inputs,
                      struct ref_array *outputs)
{
    return run(operation, operation->compute, inputs, outputs);
}

int ref_variant_run(const struct ref_operation *operation, const struct ref_variant *variant,
                    const struct ref_array *inputs, struct ref_array *outputs)
{
    return run(operation, variant->compute, inputs, outputs);
}
