/**
 * @file
 * What every fuzz target checks beyond "does not crash": properties that hold for all bytes.
 */
#ifndef TESTS_FUZZ_CHECKS_H
#define TESTS_FUZZ_CHECKS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/error.h"
#include "reference/array.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(property)                                                                          \
    do {                                                                                           \
        if (!(property)) {                                                                         \
            fprintf(stderr, "%s:%d: property does not hold: %s\n", __FILE__, __LINE__, #property); \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* NaN has no sign or payload in text. */
static inline bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static inline bool same_array(const struct ref_array *a, const struct ref_array *b)
{
    if (a->rows != b->rows || a->columns != b->columns)
        return false;
    for (size_t i = 0; i < a->rows * a->columns; i++)
        if (!same_number(a->data[i], b->data[i]))
            return false;
    return true;
}

/* A reader either fills its array within the limit, or leaves it empty and says why. */
static inline void require_reading(int status, const struct ref_array *array,
                                   const struct error *error, size_t maximum_entries)
{
    if (status == 0) {
        require(error->kind == ERROR_NONE);
        require(array->rows > 0 && array->columns > 0);
        require(array->rows * array->columns <= maximum_entries);
    } else {
        require(status == ERROR_SUBMISSION && error->kind == ERROR_SUBMISSION);
        require(strncmp(error->message, "fuzz", 4) == 0);
        require(array->data == NULL);
    }
}

#endif
