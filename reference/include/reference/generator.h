/**
 * @file
 * Generators of input arrays: fresh data from a seed, the same on every machine.
 *
 * A generator has named real parameters (with defaults and ranges) and may depend on arrays that
 * were made before it (a response depends on its design matrix).
 *
 *     const struct ref_generator *g = ref_generator_find("correlated_normal");
 *     double values[REF_PARAMETERS_MAX];
 *     ref_generator_defaults(g, values);
 *     values[ref_generator_parameter(g, "rows")] = 40;
 *     status = ref_generator_run(g, &rng, values, NULL, &X);
 */
#ifndef REFERENCE_GENERATOR_H
#define REFERENCE_GENERATOR_H

#include "reference/array.h"
#include "reference/rng.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { REF_PARAMETERS_MAX = 12, REF_DEPENDENCIES_MAX = 4 };

struct ref_generator_parameter {
    const char *name;
    double fallback; /**< default; NaN when the parameter must be given */
    double lowest;   /**< smallest and largest value allowed */
    double highest;
    bool whole; /**< must be a whole number */
    const char *meaning;
};

struct ref_generator {
    const char *name;
    const char *summary;
    const struct ref_generator_parameter *parameters;
    size_t parameter_count;
    const char *const *dependencies; /**< names of the arrays that it needs, e.g. "X" */
    size_t dependency_count;
    int (*generate)(struct ref_rng *rng, const double *values,
                    const struct ref_array *const *dependencies, struct ref_array *out);
};

REF_API const struct ref_generator *const *ref_generator_all(size_t *count);
REF_API const struct ref_generator *ref_generator_find(const char *name);

/** Index of a parameter (or dependency) by name, or -1. */
REF_API int ref_generator_parameter(const struct ref_generator *generator, const char *name);
REF_API int ref_generator_dependency(const struct ref_generator *generator, const char *name);

/** Fills @p values (REF_PARAMETERS_MAX entries) with the defaults; NaN where one must be given. */
REF_API void ref_generator_defaults(const struct ref_generator *generator, double *values);

/**
 * Index of the first parameter whose value is missing (NaN), not whole where it must be, or outside
 * its range; -1 when all are fine.
 */
REF_API int ref_generator_bad_parameter(const struct ref_generator *generator,
                                        const double *values);

/** Makes the array (empty on entry, owned by the caller). REF_ERROR_DOMAIN, _SHAPE, _MEMORY. */
REF_API REF_MUST_USE int ref_generator_run(const struct ref_generator *generator,
                                           struct ref_rng *rng, const double *values,
                                           const struct ref_array *const *dependencies,
                                           struct ref_array *out);

#ifdef __cplusplus
}
#endif
#endif
