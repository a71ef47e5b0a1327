#include "reading_cases.h"

static const struct good_text good[] = {
    {"number", "3.5", 1, 1, {3.5}},
    {"vector", "[1, 2.5, -3e-7]", 3, 1, {1, 2.5, -3e-7}},
    {"matrix", " [[1, 2],\n  [3, 4],\n  [5, 6]]\n", 3, 2, {1, 2, 3, 4, 5, 6}},
    {"one row", "[[1, 2, 3]]", 1, 3, {1, 2, 3}},
    {"byte order mark and CRLF", "\xef\xbb\xbf[1,\r\n2]\r\n", 2, 1, {1, 2}},
    {"special words",
     "[NaN, \"Infinity\", -inf, null, \"-nan\", NA, nan, \"-Infinity\"]",
     8,
     1,
     {NAN, INFINITY, -INFINITY, NAN, NAN, NAN, NAN, -INFINITY}},
    {"exact",
     "[0.10000000000000001, 9007199254740993, 2.2250738585072011e-308]",
     3,
     1,
     {0.1, 9007199254740992.0, 2.2250738585072011e-308}},
    {"overflow", "[1e999]", 1, 1, {INFINITY}},
};

static const struct bad_text bad[] = {
    {"empty", "", "C.json: the file is empty"},
    {"blank", " \n", "C.json: the file is empty"},
    {"object", "\n {\"C\": 1}",
     "C.json:2:2: expected a number or an array, found an object (an object of several arrays "
     "belongs into output.json)"},
    {"empty array", "[]", "C.json:1:2: an array without entries"},
    {"empty row", "[[1], []]", "C.json:1:8: an array without entries"},
    {"ragged", "[[1, 2],\n [3]]", "C.json:2:2: row 2 has 1 number, row 1 has 2"},
    {"row then number", "[[1], 2]",
     "C.json:1:7: expected a row (an array of numbers), found \"2\""},
    {"number then row", "[1, [2]]", "C.json:1:5: expected a number, found \"[\""},
    {"three levels", "[[[1]]]", "C.json:1:3: expected a number, found \"[\""},
    {"comma at the end", "[1, 2,]", "C.json:1:7: expected a number, found \"]\""},
    {"unclosed", "[1, 2", "C.json:1:6: expected a comma or \"]\", found the end of the file"},
    {"two arrays", "[1] [2]", "C.json:1:5: expected the end of the file, found \"[\""},
    {"leading zero", "[01]", "C.json:1:2: expected a number as JSON writes it, found \"01\""},
    {"bare point", "[.5]", "C.json:1:2: expected a number as JSON writes it, found \".5\""},
    {"plus", "[+1]", "C.json:1:2: expected a number as JSON writes it, found \"+1\""},
    {"number in a string", "[\"1.5\"]", "C.json:1:2: expected a number, found the string \"1.5\""},
    {"overflow in a string", "[\"1e999\"]",
     "C.json:1:2: expected a number, found the string \"1e999\""},
    {"boolean", "[true]", "C.json:1:2: expected a number, found \"true\""},
    {"unclosed string", "[\"nan", "C.json:1:2: a string without its closing quote"},
    {"too many", "[1,2,3,4,5,6,7,8,9,10,11,12,13]", "C.json:1:29: more than 12 numbers"},
    {"line and column", "[\n  1,\n  2 3\n]", "C.json:3:5: expected a comma or \"]\", found \"3\""},
};

static void test_good_texts(void **state)
{
    (void)state;
    check_all(check_good, array_parse_json, "C.json", good);
}

static void test_bad_texts(void **state)
{
    (void)state;
    check_all(check_bad, array_parse_json, "C.json", bad);
}

static int read_object(const char *text, struct array_set *set, struct error *error)
{
    return array_parse_json_object(text, strlen(text), "output.json", &small_limits, set, error);
}

static void test_object(void **state)
{
    (void)state;
    struct array_set set = {.count = 0};
    struct error error = ERROR_INIT;
    assert_int_equal(read_object(" {\"theta\": [1, 2], \"loss\": 0.5} ", &set, &error), 0);
    assert_int_equal(set.count, 2);
    int loss = array_set_find(&set, "loss");
    assert_int_equal(loss, 1);
    assert_true(set.items[loss].array.data[0] == 0.5);
    array_set_release(&set);
    assert_int_equal(read_object("{}", &set, &error), 0);
    assert_int_equal(set.count, 0);
}

static const struct bad_text bad_objects[] = {
    {"array", "[1]", "output.json:1:1: expected an object of arrays, found \"[\""},
    {"twice", "{\"a\": 1, \"a\": 2}", "output.json:1:10: \"a\" is there twice"},
    {"no name", "{\"\": 1}", "output.json:1:2: \"\" is not a name of an array"},
    {"escaped name", "{\"\\u0061\": 1}", "output.json:1:2: \"\\u0061\" is not a name of an array"},
    {"no colon", "{\"a\" 1}", "output.json:1:6: expected a colon, found \"1\""},
    {"no quotes", "{a: 1}", "output.json:1:2: expected a name in double quotes, found \"a\""},
    {"bad value", "{\"a\": [1],\n\"b\": \"x\"}",
     "output.json:2:6: expected a number, found the string \"x\""},
    {"text after", "{\"a\": 1} 2", "output.json:1:10: expected the end of the file, found \"2\""},
    {"unclosed", "{\"a\": 1",
     "output.json:1:8: expected a comma or \"}\", found the end of the file"},
};

static void test_bad_objects_leave_the_set_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_objects / sizeof bad_objects[0]; i++) {
        struct array_set set = {.count = 0};
        struct error error = ERROR_INIT;
        assert_int_equal(read_object("{\"kept\": 1}", &set, &error), 0);
        int status = read_object(bad_objects[i].text, &set, &error);
        size_t count = set.count;
        array_set_release(&set);
        assert_string_equal(error.message, bad_objects[i].message);
        assert_int_equal(status, ERROR_SUBMISSION);
        assert_int_equal(count, 1);
    }
}

static void test_too_many_members(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1000);
    for (int i = 0; i <= ARRAY_SET_MAX; i++)
        buffer_append_format(&text, "%s\"a%d\": 1", i == 0 ? "{" : ",", i);
    buffer_append_text(&text, "}");
    struct array_set set = {.count = 0};
    struct error error = ERROR_INIT;
    assert_int_equal(read_object(buffer_text(&text), &set, &error), ERROR_SUBMISSION);
    assert_string_contains(error.message, "more than 16 arrays");
    assert_int_equal(set.count, 0);
}

/* Reads member "theta"; 1 found, 0 not there, negative status. */
static int read_theta(const char *text, struct ref_array *array, struct error *error)
{
    bool found = false;
    int status = array_parse_json_member(text, strlen(text), "output.json", "theta", &small_limits,
                                         array, &found, error);
    return status != 0 ? status : found;
}

static void test_member(void **state)
{
    (void)state;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    assert_int_equal(read_theta("{\"loss\": \"n/a\", \"more\": {\"a\": [true, null, {}, []]},"
                                " \"theta\": [1, 2]}",
                                &array, &error),
                     1);
    assert_int_equal(array.rows, 2);
    ref_array_release(&array);
    assert_int_equal(read_theta("{\"Theta\": 1}", &array, &error), 0);
    assert_int_equal(read_theta("{\"theta\": 1, \"theta\": 2}", &array, &error), ERROR_SUBMISSION);
    assert_string_equal(error.message, "output.json:1:14: \"theta\" is there twice");
    assert_int_equal(read_theta("{\"theta\": [1, \"x\"], \"a\": 1}", &array, &error),
                     ERROR_SUBMISSION);
    assert_string_equal(error.message,
                        "output.json:1:15: expected a number, found the string \"x\"");
    assert_int_equal(read_theta("{\"theta\": [1], \"a\": tru}", &array, &error), ERROR_SUBMISSION);
    assert_string_equal(error.message, "output.json:1:21: expected a value, found \"tru\"");
    assert_int_equal(read_theta("{\"a\": [[[[[[[[[1]]]]]]]]]}", &array, &error), ERROR_SUBMISSION);
    assert_string_contains(error.message, "nested deeper than 8 levels");
    assert_null(array.data);
}

static void test_cut_off_anywhere(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\": {\"b\\\"\": [true, \"x\"]}, \"theta\": [[1, 2], [3, -inf]]}";
    for (size_t size = 0; size + 1 < sizeof text; size++) {
        struct ref_array array = REF_ARRAY_EMPTY;
        struct error error = ERROR_INIT;
        bool found;
        int status = array_parse_json_member(text, size, "output.json", "theta", &small_limits,
                                             &array, &found, &error);
        assert_int_equal(status, ERROR_SUBMISSION);
        assert_null(array.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_texts),
        cmocka_unit_test(test_bad_texts),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_bad_objects_leave_the_set_as_it_was),
        cmocka_unit_test(test_too_many_members),
        cmocka_unit_test(test_member),
        cmocka_unit_test(test_cut_off_anywhere),
    };
    return cmocka_run_group_tests_name("array_json", tests, NULL, NULL);
}
