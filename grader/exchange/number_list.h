/**
 * @file
 * Numbers as a text reader finds them, before their number is known.
 */
#ifndef GRADER_EXCHANGE_NUMBER_LIST_H
#define GRADER_EXCHANGE_NUMBER_LIST_H

#include <stddef.h>
#include "grader/base/error.h"
#include "reference/array.h"

struct number_list {
    double *data; /**< owned */
    size_t count;
    size_t capacity;
};

/** Appends; false when out of memory. Callers check the count against their own limit first. */
bool number_list_add(struct number_list *list, double value);

/** Copies the count = rows * columns numbers into a new array. */
int number_list_to_array(const struct number_list *list, size_t rows, size_t columns,
                         struct ref_array *out, struct error *error);

void number_list_release(struct number_list *list);

#endif
