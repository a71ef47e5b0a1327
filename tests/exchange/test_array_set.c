#include <string.h>
#include "assertions.h"
#include "grader/exchange/array_set.h"

static struct ref_array array_of(double value)
{
    struct ref_array array;
    assert_int_equal(ref_array_from(&array, 1, 1, &value), REF_OK);
    return array;
}

static void test_arrays_are_found_by_name_in_their_order(void **state)
{
    (void)state;
    struct array_set set = {.count = 0};
    struct ref_array X = array_of(1), y = array_of(2);
    assert_int_equal(array_set_add(&set, "X", &X), 0);
    assert_int_equal(array_set_add(&set, "y", &y), 0);
    assert_null(X.data); // moved
    assert_int_equal(array_set_find(&set, "X"), 0);
    assert_int_equal(array_set_find(&set, "y"), 1);
    assert_int_equal(array_set_find(&set, "x"), -1);
    assert_true(set.items[1].array.data[0] == 2);
    array_set_release(&set);
    assert_int_equal(set.count, 0);
    array_set_release(&set);
}

static void test_the_caller_keeps_what_is_refused(void **state)
{
    (void)state;
    struct array_set set = {.count = 0};
    struct ref_array array = array_of(1), other = array_of(2);
    char name[ARRAY_NAME_MAX + 1];
    memset(name, 'n', sizeof name);
    name[ARRAY_NAME_MAX] = '\0';
    assert_int_equal(array_set_add(&set, name, &array), -1);
    name[ARRAY_NAME_MAX - 1] = '\0';
    assert_int_equal(array_set_add(&set, name, &array), 0);
    assert_int_equal(array_set_add(&set, name, &other), -1);
    assert_non_null(other.data);
    while (set.count < ARRAY_SET_MAX) {
        snprintf(name, sizeof name, "a%zu", set.count);
        array = array_of(3);
        assert_int_equal(array_set_add(&set, name, &array), 0);
    }
    assert_int_equal(array_set_add(&set, "one more", &other), -1);
    assert_non_null(other.data);
    ref_array_release(&other);
    array_set_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arrays_are_found_by_name_in_their_order),
        cmocka_unit_test(test_the_caller_keeps_what_is_refused),
    };
    return cmocka_run_group_tests_name("array_set", tests, NULL, NULL);
}
