#include "grader/exchange/number_list.h"

#include <stdlib.h>

bool number_list_add(struct number_list *list, double value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        double *data = reallocarray(list->data, capacity, sizeof *data);
        if (data == NULL)
            return false;
        list->data = data;
        list->capacity = capacity;
    }
    list->data[list->count++] = value;
    return true;
}

int number_list_to_array(const struct number_list *list, size_t rows, size_t columns,
                         struct ref_array *out, struct error *error)
{
    if (rows * columns != list->count)
        return error_set(error, ERROR_BUG, "array of %zu x %zu made of %zu numbers", rows, columns,
                         list->count);
    return ref_array_from(out, rows, columns, list->data) == REF_OK ? 0 : error_memory(error);
}

void number_list_release(struct number_list *list)
{
    free(list->data);
    *list = (struct number_list){NULL, 0, 0};
}
