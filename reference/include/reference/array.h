/**
 * @file
 * The array that operations, generators and files exchange: a dense matrix of doubles.
 *
 * Row-major and contiguous: entry (i, j) is data[i * columns + j]. A vector of length n is n x 1,
 * a scalar is 1 x 1. The struct owns its data.
 *
 *     struct ref_array a = REF_ARRAY_EMPTY;
 *     int status = ref_array_init(&a, 3, 2);   // zeros
 *     ...
 *     ref_array_release(&a);                   // also fine on an empty array, and twice
 */
#ifndef REFERENCE_ARRAY_H
#define REFERENCE_ARRAY_H

#include <stddef.h>
#include <stdbool.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ref_array {
    size_t rows;
    size_t columns;
    double *data; /**< rows * columns numbers, owned; NULL when empty */
};

#define REF_ARRAY_EMPTY                                                                            \
    {                                                                                              \
        0, 0, NULL                                                                                 \
    }

/** Allocates rows x columns zeros. @p array is overwritten, not released. REF_ERROR_MEMORY. */
REF_API REF_MUST_USE int ref_array_init(struct ref_array *array, size_t rows, size_t columns);

/** Allocates a copy of @p source. @p array is overwritten, not released. */
REF_API REF_MUST_USE int ref_array_copy(struct ref_array *array, const struct ref_array *source);

/** Allocates a copy of rows x columns numbers. @p array is overwritten, not released. */
REF_API REF_MUST_USE int ref_array_from(struct ref_array *array, size_t rows, size_t columns,
                                        const double *numbers);

/** Frees the data and leaves an empty array. NULL and empty arrays are accepted. */
REF_API void ref_array_release(struct ref_array *array);

/** Number of entries. */
REF_API size_t ref_array_size(const struct ref_array *array);

/** True when no entry is NaN or infinite (an empty array is finite). */
REF_API bool ref_array_is_finite(const struct ref_array *array);

/** Largest absolute value; 0 for an empty array; NaN when an entry is NaN. */
REF_API double ref_array_max_abs(const struct ref_array *array);

#ifdef __cplusplus
}
#endif
#endif
