/* Comparison of arrays: tolerances, NaN on purpose, signs, scale. */
#include "assertions.h"

#include "grader/marking/compare.h"

static struct ref_array view(size_t rows, size_t columns, double *data)
{
    return (struct ref_array){rows, columns, data};
}

static struct comparison compare(enum compare_verb verb, size_t rows, size_t columns, double *got,
                                 double *expected, double *tolerance)
{
    struct comparison result;
    struct ref_array g = view(rows, columns, got), e = view(rows, columns, expected),
                     t = view(rows, columns, tolerance);
    compare_arrays(verb, &g, &e, &t, 1.0, &result);
    return result;
}

static void equal_arrays_are_equal(void **state)
{
    (void)state;
    double a[] = {1.5, -2.25, 0.0, 7e300}, b[] = {1.5, -2.25, -0.0, 7e300};
    double t[] = {1e-9, 1e-9, 1e-9, 1e-9};
    struct comparison c = compare(COMPARE_VALUE, 2, 2, a, b, t);
    assert_true(c.equal && c.within && !c.flipped);
    assert_near(c.ratio, 0.0, 0.0, 0.0);
    assert_near(c.cosine, 1.0, 1e-15, 0.0);
    assert_near(c.relative, 0.0, 0.0, 0.0);
}

static void the_tolerance_is_inclusive_and_per_entry(void **state)
{
    (void)state;
    double expected[] = {1.0, 100.0}, tolerance[] = {0.25, 4.0};
    double inside[] = {1.25, 96.0}, outside[] = {1.25, 105.0};
    assert_true(compare(COMPARE_VALUE, 2, 1, inside, expected, tolerance).within);
    struct comparison c = compare(COMPARE_VALUE, 2, 1, outside, expected, tolerance);
    assert_false(c.within);
    assert_int_equal(c.worst_row, 1);
    assert_near(c.ratio, 1.25, 1e-15, 0.0);
    assert_near(c.worst_got, 105.0, 0.0, 0.0);
}

static void nan_and_infinity_never_agree(void **state)
{
    (void)state;
    double expected[] = {1.0, 2.0}, tolerance[] = {INFINITY, 1e300};
    double with_nan[] = {NAN, 2.0}, with_infinity[] = {1.0, INFINITY};
    struct comparison c = compare(COMPARE_VALUE, 2, 1, with_nan, expected, tolerance);
    assert_false(c.within);
    assert_false(c.equal);
    assert_true(isinf(c.ratio));
    assert_true(isinf(c.relative));
    c = compare(COMPARE_VALUE, 2, 1, with_infinity, expected, tolerance);
    assert_false(c.within);
    assert_int_equal(c.worst_row, 1);
    c = compare(COMPARE_COLUMNS_UP_TO_SIGN, 2, 1, with_nan, expected, tolerance);
    assert_false(c.within);
}

static void a_lost_sign_is_seen(void **state)
{
    (void)state;
    double expected[] = {-5.5}, got[] = {5.5}, tolerance[] = {1e-6};
    assert_false(compare(COMPARE_VALUE, 1, 1, got, expected, tolerance).within);
}

static void columns_may_change_sign_each_for_itself(void **state)
{
    (void)state;
    double expected[] = {0.6, 0.8, 0.8, -0.6}, flipped[] = {-0.6, 0.8, -0.8, -0.6};
    double mixed[] = {-0.6, 0.8, 0.8, -0.6};
    double tolerance[] = {1e-9, 1e-9, 1e-9, 1e-9};
    struct comparison c = compare(COMPARE_COLUMNS_UP_TO_SIGN, 2, 2, flipped, expected, tolerance);
    assert_true(c.within);
    assert_true(c.flipped);
    assert_near(c.cosine, 1.0, 1e-15, 0.0);
    assert_false(compare(COMPARE_COLUMNS_UP_TO_SIGN, 2, 2, mixed, expected, tolerance).within);
    assert_false(compare(COMPARE_VALUE, 2, 2, flipped, expected, tolerance).within);
}

static void huge_numbers_do_not_overflow_the_norms(void **state)
{
    (void)state;
    double expected[] = {1e200, 2e200}, got[] = {2e200, 4e200}, tolerance[] = {1.0, 1.0};
    struct comparison c = compare(COMPARE_VALUE, 2, 1, got, expected, tolerance);
    assert_near(c.norm_ratio, 2.0, 1e-15, 0.0);
    assert_near(c.cosine, 1.0, 1e-15, 0.0);
    assert_near(c.relative, 1.0, 1e-15, 0.0);
}

static void a_zero_reference_gives_no_nan(void **state)
{
    (void)state;
    double expected[] = {0.0, 0.0}, got[] = {1e-12, 0.0}, tolerance[] = {1e-9, 1e-9};
    struct comparison c = compare(COMPARE_VALUE, 2, 1, got, expected, tolerance);
    assert_true(c.within);
    assert_false(isnan(c.norm_ratio) || isnan(c.cosine) || isnan(c.relative));
}

static void digits_come_from_the_relative_distance(void **state)
{
    (void)state;
    assert_near(digits_of(1e-3), 3.0, 1e-12, 0.0);
    assert_near(digits_of(0.0), 17.0, 0.0, 0.0);
    assert_near(digits_of(5.0), 0.0, 0.0, 0.0);
    assert_near(digits_of(INFINITY), 0.0, 0.0, 0.0);
    assert_near(digits_of(NAN), 0.0, 0.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_arrays_are_equal),
        cmocka_unit_test(the_tolerance_is_inclusive_and_per_entry),
        cmocka_unit_test(nan_and_infinity_never_agree),
        cmocka_unit_test(a_lost_sign_is_seen),
        cmocka_unit_test(columns_may_change_sign_each_for_itself),
        cmocka_unit_test(huge_numbers_do_not_overflow_the_norms),
        cmocka_unit_test(a_zero_reference_gives_no_nan),
        cmocka_unit_test(digits_come_from_the_relative_distance),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
