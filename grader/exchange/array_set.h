/**
 * @file
 * Named arrays in a fixed order: the inputs or the outputs of one case.
 */
#ifndef GRADER_EXCHANGE_ARRAY_SET_H
#define GRADER_EXCHANGE_ARRAY_SET_H

#include "reference/array.h"

enum { ARRAY_NAME_MAX = 64, ARRAY_SET_MAX = 16 };

struct named_array {
    char name[ARRAY_NAME_MAX];
    struct ref_array array;
};

struct array_set {
    struct named_array items[ARRAY_SET_MAX];
    size_t count;
};

/** Index of the array of that name, or -1. */
int array_set_find(const struct array_set *set, const char *name);

/** Moves @p array into the set (it is empty afterwards). -1 when the set is full, the name too long
 * or already there; then the caller still owns it. */
int array_set_add(struct array_set *set, const char *name, struct ref_array *array);

void array_set_release(struct array_set *set);

#endif
