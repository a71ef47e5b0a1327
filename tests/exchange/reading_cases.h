/**
 * @file
 * One text for a reader and what must come of it: an array, or exactly this message.
 */
#ifndef TESTS_EXCHANGE_READING_CASES_H
#define TESTS_EXCHANGE_READING_CASES_H

#include <stdbool.h>
#include <string.h>
#include "assertions.h"
#include "grader/exchange/array_file.h"

typedef int array_reader(const char *bytes, size_t size, const char *file,
                         const struct array_limits *limits, struct ref_array *out,
                         struct error *error);

struct good_text {
    const char *label;
    const char *text;
    size_t rows, columns;
    double numbers[8];
};

struct bad_text {
    const char *label;
    const char *text;
    const char *message;
};

static const struct array_limits small_limits = {1000, 12};

static inline bool same_value(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static inline void check_good(array_reader *read, const char *file, const struct good_text *c)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = read(c->text, strlen(c->text), file, &small_limits, &array, &error);
    bool right = status == 0 && array.rows == c->rows && array.columns == c->columns;
    for (size_t i = 0; right && i < c->rows * c->columns && i < 8; i++)
        right = same_value(array.data[i], c->numbers[i]);
    if (!right)
        print_error("%s: status %d, %zu x %zu %s\n", c->label, status, array.rows, array.columns,
                    error.message);
    ref_array_release(&array);
    assert_true(right);
}

static inline void check_bad(array_reader *read, const char *file, const struct bad_text *c)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = read(c->text, strlen(c->text), file, &small_limits, &array, &error);
    bool empty = array.data == NULL;
    ref_array_release(&array);
    if (status != ERROR_SUBMISSION || strcmp(error.message, c->message) != 0)
        print_error("%s: status %d\n", c->label, status);
    assert_string_equal(error.message, c->message);
    assert_int_equal(status, ERROR_SUBMISSION);
    assert_true(empty);
}

#define check_all(check, read, file, cases)                                                        \
    do {                                                                                           \
        for (size_t i_ = 0; i_ < sizeof(cases) / sizeof((cases)[0]); i_++)                         \
            check((read), (file), &(cases)[i_]);                                                   \
    } while (0)

#endif
