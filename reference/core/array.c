#include "reference/array.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int ref_array_init(struct ref_array *array, size_t rows, size_t columns)
{
    *array = (struct ref_array)REF_ARRAY_EMPTY;
    size_t count;
    if (__builtin_mul_overflow(rows, columns, &count) || count > PTRDIFF_MAX / sizeof(double))
        return REF_ERROR_MEMORY;
    double *data = NULL;
    if (count > 0) {
        data = calloc(count, sizeof *data);
        if (data == NULL)
            return REF_ERROR_MEMORY;
    }
    array->rows = rows;
    array->columns = columns;
    array->data = data;
    return REF_OK;
}

int ref_array_copy(struct ref_array *array, const struct ref_array *source)
{
    return ref_array_from(array, source->rows, source->columns, source->data);
}

int ref_array_from(struct ref_array *array, size_t rows, size_t columns, const double *numbers)
{
    int status = ref_array_init(array, rows, columns);
    if (status == REF_OK && array->data != NULL)
        memcpy(array->data, numbers, rows * columns * sizeof *numbers);
    return status;
}

void ref_array_release(struct ref_array *array)
{
    if (array == NULL)
        return;
    free(array->data);
    *array = (struct ref_array)REF_ARRAY_EMPTY;
}

size_t ref_array_size(const struct ref_array *array)
{
    return array->rows * array->columns;
}

bool ref_array_is_finite(const struct ref_array *array)
{
    size_t count = ref_array_size(array);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(array->data[i]))
            return false;
    return true;
}

double ref_array_max_abs(const struct ref_array *array)
{
    size_t count = ref_array_size(array);
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        double size = fabs(array->data[i]);
        if (isnan(size))
            return size;
        if (size > largest)
            largest = size;
    }
    return largest;
}
