#include <math.h>
#include <string.h>

#include "generators/generator_support.h"

/* Sorted by name. */
static const struct ref_generator *const generators[] = {
    &generator_correlated_normal,  &generator_ill_conditioned, &generator_linear_response,
    &generator_low_rank,           &generator_normal,          &generator_orthonormal,
    &generator_symmetric_spectrum, &generator_uniform,
};

const struct ref_generator *const *ref_generator_all(size_t *count)
{
    *count = LENGTH(generators);
    return generators;
}

const struct ref_generator *ref_generator_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(generators); i++)
        if (strcmp(generators[i]->name, name) == 0)
            return generators[i];
    return NULL;
}

int ref_generator_parameter(const struct ref_generator *generator, const char *name)
{
    for (size_t i = 0; i < generator->parameter_count; i++)
        if (strcmp(generator->parameters[i].name, name) == 0)
            return (int)i;
    return -1;
}

int ref_generator_dependency(const struct ref_generator *generator, const char *name)
{
    for (size_t i = 0; i < generator->dependency_count; i++)
        if (strcmp(generator->dependencies[i], name) == 0)
            return (int)i;
    return -1;
}

void ref_generator_defaults(const struct ref_generator *generator, double *values)
{
    for (size_t i = 0; i < REF_PARAMETERS_MAX; i++)
        values[i] =
            i < generator->parameter_count ? generator->parameters[i].fallback : (double)NAN;
}

int ref_generator_bad_parameter(const struct ref_generator *generator, const double *values)
{
    for (size_t i = 0; i < generator->parameter_count; i++) {
        const struct ref_generator_parameter *p = &generator->parameters[i];
        bool in_range = values[i] >= p->lowest && values[i] <= p->highest; // false for NaN
        if (!in_range || (p->whole && values[i] != floor(values[i])))
            return (int)i;
    }
    return -1;
}

int ref_generator_run(const struct ref_generator *generator, struct ref_rng *rng,
                      const double *values, const struct ref_array *const *dependencies,
                      struct ref_array *out)
{
    if (ref_generator_bad_parameter(generator, values) >= 0)
        return REF_ERROR_DOMAIN;
    for (size_t i = 0; i < generator->dependency_count; i++) {
        if (dependencies == NULL || dependencies[i] == NULL || dependencies[i]->data == NULL)
            return REF_ERROR_SHAPE;
        if (!ref_array_is_finite(dependencies[i]))
            return REF_ERROR_NOT_FINITE;
    }
    struct ref_array made = REF_ARRAY_EMPTY;
    int status = generator->generate(rng, values, dependencies, &made);
    if (status == REF_OK && !ref_array_is_finite(&made))
        status = REF_ERROR_DOMAIN;
    if (status == REF_OK)
        *out = made;
    else
        ref_array_release(&made);
    return status;
}
