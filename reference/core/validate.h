/**
 * @file
 * Checks that every public function makes of its arguments before it computes. Internal.
 */
#ifndef REFERENCE_CORE_VALIDATE_H
#define REFERENCE_CORE_VALIDATE_H

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "reference/status.h"

static inline bool all_finite(const double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/** REF_OK when both sizes are positive and fit LAPACK's int, and all entries are finite. */
static inline int validate_matrix(const double *x, size_t rows, size_t columns)
{
    if (rows == 0 || columns == 0)
        return REF_ERROR_SHAPE;
    if (rows > INT_MAX / 2 || columns > INT_MAX / 2)
        return REF_ERROR_MEMORY;
    return all_finite(x, rows * columns) ? REF_OK : REF_ERROR_NOT_FINITE;
}

/** REF_OK when all entries of a result are finite: otherwise the inputs were out of range. */
static inline int validate_result(const double *x, size_t count)
{
    return all_finite(x, count) ? REF_OK : REF_ERROR_DOMAIN;
}

/** rows * columns uninitialised numbers, or NULL. Release with free. */
static inline double *new_numbers(size_t rows, size_t columns)
{
    size_t bytes;
    if (__builtin_mul_overflow(rows, columns, &bytes) ||
        __builtin_mul_overflow(bytes, sizeof(double), &bytes))
        return NULL;
    return malloc(bytes > 0 ? bytes : 1);
}

#endif
