/**
 * @file
 * What the files that define operations have in common. Internal.
 */
#ifndef REFERENCE_OPERATIONS_OPERATION_SUPPORT_H
#define REFERENCE_OPERATIONS_OPERATION_SUPPORT_H

#include <stddef.h>

#include "reference/operation.h"

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

/* Entries of signatures. */
#define REAL(name, meaning)                                                                        \
    {                                                                                              \
        name, REF_REAL, "1", "1", meaning                                                          \
    }
#define COUNT(name, meaning)                                                                       \
    {                                                                                              \
        name, REF_COUNT, "1", "1", meaning                                                         \
    }
#define VECTOR(name, rows, meaning)                                                                \
    {                                                                                              \
        name, REF_VECTOR, rows, "1", meaning                                                       \
    }
#define MATRIX(name, rows, columns, meaning)                                                       \
    {                                                                                              \
        name, REF_MATRIX, rows, columns, meaning                                                   \
    }

/* Defines a compute function that is @p shared(inputs, outputs, way). */
#define COMPUTE(function, shared, way)                                                             \
    static int function(const struct ref_array *in, struct ref_array *out)                         \
    {                                                                                              \
        return shared(in, out, way);                                                               \
    }

/** Value of a REF_COUNT input that ref_operation_check has accepted. */
static inline size_t count_value(const struct ref_array *input)
{
    return (size_t)input->data[0];
}

/** REF_OK when the REF_COUNT input k is in 1..d. */
static inline int check_rank(const struct ref_array *k, size_t d)
{
    return k->data[0] >= 1.0 && k->data[0] <= (double)d ? REF_OK : REF_ERROR_DOMAIN;
}

/** Gives back @p status; after a failure the outputs are released. */
static inline int finish(int status, struct ref_array *outputs, size_t count)
{
    for (size_t i = 0; status != REF_OK && i < count; i++)
        ref_array_release(&outputs[i]);
    return status;
}

/** Allocates an output of one number. */
static inline int real_output(int status, struct ref_array *output, double value)
{
    if (status == REF_OK)
        status = ref_array_init(output, 1, 1);
    if (status == REF_OK)
        output->data[0] = value;
    return status;
}

/** REF_ERROR_DOMAIN when an entry of the array is not finite. */
static inline int finite_output(int status, const struct ref_array *output)
{
    if (status == REF_OK && !ref_array_is_finite(output))
        status = REF_ERROR_DOMAIN;
    return status;
}

/** Multiplies every entry. */
static inline void scale_output(struct ref_array *output, double factor)
{
    for (size_t i = 0; i < ref_array_size(output); i++)
        output->data[i] *= factor;
}

extern const struct ref_operation operation_covariance;
extern const struct ref_operation operation_ols_confidence_intervals;
extern const struct ref_operation operation_ols_descent;
extern const struct ref_operation operation_ols_fit;
extern const struct ref_operation operation_ols_gradient;
extern const struct ref_operation operation_ols_hessian_spectrum;
extern const struct ref_operation operation_ols_loss;
extern const struct ref_operation operation_ols_predict;
extern const struct ref_operation operation_ols_r_squared;
extern const struct ref_operation operation_ols_standard_errors;
extern const struct ref_operation operation_ols_t_tests;
extern const struct ref_operation operation_pca_components;
extern const struct ref_operation operation_pca_explained_variance;
extern const struct ref_operation operation_pca_project;
extern const struct ref_operation operation_pca_reconstruct;
extern const struct ref_operation operation_pca_transform_new;
extern const struct ref_operation operation_power_iteration;
extern const struct ref_operation operation_ppca_log_likelihood;
extern const struct ref_operation operation_reconstruction_gradient;

#endif
