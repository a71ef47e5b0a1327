/**
 * @file
 * The registry of operations: every computation that a task can ask for, with its typed signature,
 * the right way to do it, and the known wrong ways (variants).
 *
 *     const struct ref_operation *op = ref_operation_find("covariance");
 *     struct ref_array inputs[1] = {X}, outputs[1] = {REF_ARRAY_EMPTY};
 *     int status = ref_operation_run(op, inputs, outputs);    // allocates the outputs
 *     ...
 *     const struct ref_variant *wrong = ref_operation_variant(op, "PC03/n");
 *     status = ref_variant_run(op, wrong, inputs, outputs);
 *
 * Inputs and outputs stand in the order of the signature. All functions here are thread-safe and
 * reentrant. Tables are constant; nothing is registered at run time.
 */
#ifndef REFERENCE_OPERATION_H
#define REFERENCE_OPERATION_H

#include <stddef.h>
#include "reference/array.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ref_kind {
    REF_REAL,   /**< one real number, 1 x 1 */
    REF_COUNT,  /**< one whole number >= 0, 1 x 1; its value can stand for a size */
    REF_VECTOR, /**< rows x 1 */
    REF_MATRIX  /**< rows x columns */
};

/**
 * One input or output. Sizes are symbolic: "n", "d", "k" bind to the sizes of the inputs, or to the
 * value of the REF_COUNT input of that name; "d+1" and "iterations+1" add a whole number; "3" is
 * itself. For REF_REAL and REF_COUNT both are "1", for REF_VECTOR columns is "1".
 */
struct ref_argument {
    const char *name; /**< as learners see it: file name, function argument */
    enum ref_kind kind;
    const char *rows;
    const char *columns;
    const char *meaning; /**< one phrase with unit and range */
};

enum { REF_ARGUMENTS_MAX = 8, REF_OUTPUTS_MAX = 4, REF_SYMBOLS_MAX = 12 };

/**
 * Computes all outputs from all inputs. Outputs are empty on entry and allocated by the function;
 * on failure they are released. Inputs are never written.
 */
typedef int ref_compute(const struct ref_array *inputs, struct ref_array *outputs);

/**
 * A known wrong way to compute an operation: what a learner with that misconception hands in. It
 * fills every output; outputs that the misconception does not touch are the right ones. Shapes may
 * differ from the right ones where the misconception changes them. Where it would leave no trace
 * (all components kept, so that nothing is lost) or has no meaning, it returns REF_ERROR_DOMAIN.
 */
struct ref_variant {
    const char *id;          /**< catalogue ID, "PC03", or with a qualifier, "PC03/undivided" */
    const char *description; /**< for authors: what is computed instead */
    ref_compute *compute;
};

struct ref_operation {
    const char *name;
    const char *summary; /**< the formula in words, with its convention */
    const char *source;  /**< book section, paper or standard */
    const struct ref_argument *inputs;
    size_t input_count;
    const struct ref_argument *outputs;
    size_t output_count;
    ref_compute *compute;
    const struct ref_variant *variants;
    size_t variant_count;
};

/** All operations, sorted by name; @p count receives how many. */
REF_API const struct ref_operation *const *ref_operation_all(size_t *count);

/** The operation of that name, or NULL. */
REF_API const struct ref_operation *ref_operation_find(const char *name);

/** The variant with exactly that id ("PC03/n"), or NULL. */
REF_API const struct ref_variant *ref_operation_variant(const struct ref_operation *operation,
                                                        const char *id);

/** Index of an input (or output) by name, or -1. */
REF_API int ref_operation_input(const struct ref_operation *operation, const char *name);
REF_API int ref_operation_output(const struct ref_operation *operation, const char *name);

/**
 * Checks inputs against the signature: no empty array, sizes that bind without contradiction
 * (REF_ERROR_SHAPE), no NaN or infinity (REF_ERROR_NOT_FINITE), counts whole and in 0..1e8
 * (REF_ERROR_DOMAIN).
 */
REF_API REF_MUST_USE int ref_operation_check(const struct ref_operation *operation,
                                             const struct ref_array *inputs);

/**
 * Shape that output @p index must have for these inputs (from the symbolic sizes).
 * REF_ERROR_SHAPE when the inputs do not bind.
 */
REF_API REF_MUST_USE int ref_operation_output_shape(const struct ref_operation *operation,
                                                    const struct ref_array *inputs, size_t index,
                                                    size_t *rows, size_t *columns);

/** Checks the inputs, then computes the right outputs (empty on entry, owned by the caller). */
REF_API REF_MUST_USE int ref_operation_run(const struct ref_operation *operation,
                                           const struct ref_array *inputs,
                                           struct ref_array *outputs);

/** Checks the inputs, then computes what a learner with that misconception hands in. */
REF_API REF_MUST_USE int ref_variant_run(const struct ref_operation *operation,
                                         const struct ref_variant *variant,
                                         const struct ref_array *inputs, struct ref_array *outputs);

#ifdef __cplusplus
}
#endif
#endif
