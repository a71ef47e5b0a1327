#include "grader/marking/mark_variant.h"

#include <math.h>
#include <string.h>
#include "grader/marking/compare.h"

static bool is_vector(const struct ref_array *array)
{
    return array->rows == 1 || array->columns == 1;
}

struct ref_array mark_oriented(const struct ref_array *got, size_t rows, size_t columns)
{
    struct ref_array view = *got;
    bool same_length = ref_array_size(got) == rows * columns;
    if (same_length && is_vector(got) && (rows == 1 || columns == 1)) {
        view.rows = rows;
        view.columns = columns;
    }
    return view;
}

static bool same_shape(const struct ref_array *a, const struct ref_array *b)
{
    return a->rows == b->rows && a->columns == b->columns;
}

/* Tolerance for a variant: the case's own where the shapes agree, else its relative size. A variant
 * n times as large has errors n times as large. */
static int variant_tolerance(const struct ref_array *expected, const struct ref_array *tolerance,
                             const struct ref_array *variant, struct ref_array *out)
{
    double allowed = ref_array_max_abs(tolerance), size = ref_array_max_abs(expected);
    double relative = size > 0.0 ? allowed / size : 1e-5;
    if (!(relative <= 1e-2)) // an ill-conditioned answer must not make every variant match
        relative = 1e-2;
    bool agree = same_shape(expected, variant);
    double larger = fmax(1.0, size > 0.0 ? ref_array_max_abs(variant) / size : 1.0);
    int status = agree ? ref_array_copy(out, tolerance)
                       : ref_array_init(out, variant->rows, variant->columns);
    for (size_t i = 0; status == REF_OK && i < ref_array_size(out); i++) {
        double floor = 1e-5 * fabs(variant->data[i]);
        out->data[i] = agree ? fmax(out->data[i] * larger, floor)
                             : relative * ref_array_max_abs(variant) + 1e-300;
    }
    return status;
}

static bool agrees_with_expected(const struct task_output *output, const struct ref_array *variant,
                                 const struct ref_array *expected,
                                 const struct ref_array *tolerance)
{
    if (!same_shape(variant, expected))
        return false;
    struct comparison comparison;
    compare_arrays(output->compare, variant, expected, tolerance, 2.0, &comparison);
    return comparison.within;
}

static int transposed(const struct ref_array *a, struct ref_array *out)
{
    int status = ref_array_init(out, a->columns, a->rows);
    for (size_t i = 0; status == REF_OK && i < a->rows; i++)
        for (size_t j = 0; j < a->columns; j++)
            out->data[j * a->rows + i] = a->data[i * a->columns + j];
    return status;
}

/* Vectors that a misconception lays into rows are as free in sign as the columns they should be. */
static bool rows_match_up_to_sign(const struct ref_array *got, const struct ref_array *variant,
                                  const struct ref_array *allowed)
{
    struct ref_array g = REF_ARRAY_EMPTY, v = REF_ARRAY_EMPTY, a = REF_ARRAY_EMPTY;
    struct comparison comparison = {0};
    if (transposed(got, &g) == REF_OK && transposed(variant, &v) == REF_OK &&
        transposed(allowed, &a) == REF_OK)
        compare_arrays(COMPARE_COLUMNS_UP_TO_SIGN, &g, &v, &a, 1.0, &comparison);
    ref_array_release(&g);
    ref_array_release(&v);
    ref_array_release(&a);
    return comparison.within;
}

static bool variant_matches(const struct test_case *test_case, const struct task_output *output,
                            const struct ref_array *got, const struct ref_array *variant)
{
    const struct ref_array *expected = &test_case->expected[output->index];
    const struct ref_array *tolerance = &test_case->tolerance[output->index];
    struct ref_array view = mark_oriented(got, variant->rows, variant->columns);
    if (!same_shape(&view, variant) || !ref_array_is_finite(variant) ||
        agrees_with_expected(output, variant, expected, tolerance))
        return false;
    struct ref_array allowed = REF_ARRAY_EMPTY;
    struct comparison comparison = {0};
    bool matches = false;
    if (variant_tolerance(expected, tolerance, variant, &allowed) == REF_OK) {
        compare_arrays(output->compare, &view, variant, &allowed, 1.0, &comparison);
        matches = comparison.within || (output->compare == COMPARE_COLUMNS_UP_TO_SIGN &&
                                        rows_match_up_to_sign(&view, variant, &allowed));
    }
    ref_array_release(&allowed);
    return matches;
}

static bool same_id(const char *a, const char *b)
{
    size_t length = strcspn(a, "/");
    return strcspn(b, "/") == length && strncmp(a, b, length) == 0;
}

static bool already_found(const struct ref_variant *const *matches, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (same_id(matches[i]->id, id))
            return true;
    return false;
}

size_t mark_find_variants(const struct test_case *test_case, const struct task_output *output,
                          const struct ref_array *got, const struct ref_variant *const *list,
                          size_t count, const struct ref_variant **matches)
{
    size_t found = 0;
    for (size_t i = 0; i < count && found < VARIANT_MATCHES_MAX; i++) {
        struct ref_array outputs[REF_OUTPUTS_MAX];
        if (already_found(matches, found, list[i]->id))
            continue;
        if (!test_case_variant(test_case, list[i], outputs))
            continue;
        if (variant_matches(test_case, output, got, &outputs[output->index]))
            matches[found++] = list[i];
        outputs_release(outputs);
    }
    return found;
}
