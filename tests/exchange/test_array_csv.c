#include "reading_cases.h"

static const struct good_text good[] = {
    {"matrix", "1,2,3\n4,5,6\n", 2, 3, {1, 2, 3, 4, 5, 6}},
    {"vector", "0.5\n-2e-5\n3\n", 3, 1, {0.5, -2e-5, 3}},
    {"row", "1,2,3\n", 1, 3, {1, 2, 3}},
    {"scalar", "42", 1, 1, {42}},
    {"CRLF and byte order mark",
     "\xef\xbb\xbf"
     "1,2\r\n3,4\r\n",
     2,
     2,
     {1, 2, 3, 4}},
    {"no newline at the end", "1,2\n3,4", 2, 2, {1, 2, 3, 4}},
    {"semicolons", "1;2\n3;4\n", 2, 2, {1, 2, 3, 4}},
    {"tabs", "1\t2\n3\t4\n", 2, 2, {1, 2, 3, 4}},
    {"blanks, as R writes", "  1.5   2.25\n 10.0  -3.125\n", 2, 2, {1.5, 2.25, 10, -3.125}},
    {"blanks around commas", " 1 ,\t2 \n3,4\t\n", 2, 2, {1, 2, 3, 4}},
    {"blank lines at the end", "1\n2\n\n \t\r\n", 2, 1, {1, 2}},
    {"special words",
     "nan,-NaN,NA,null\ninf,-inf,Infinity,+INF\n",
     2,
     4,
     {NAN, NAN, NAN, NAN, INFINITY, -INFINITY, INFINITY, INFINITY}},
    {"spellings", "+1,.5,5.,5.8e0,1E+05,-0,0007\n", 1, 7, {1, 0.5, 5, 5.8, 1e5, -0.0, 7}},
    {"out of range", "1e999,-1e999,1e-999\n", 1, 3, {INFINITY, -INFINITY, 0}},
};

static const struct bad_text bad[] = {
    {"empty", "", "theta.csv: the file is empty"},
    {"blank lines only", "\n \n", "theta.csv: the file is empty"},
    {"a word", "1,2\n3,4\n5,    abc\n", "theta.csv:3:7: expected a number, found \"abc\""},
    {"header", "x1,x2\n1,2\n",
     "theta.csv:1:1: expected a number, found \"x1\" (the first line looks like a header; write "
     "numbers only)"},
    {"quoted header", "\"V1\",\"V2\"\n1,2\n",
     "theta.csv:1:1: expected a number, found \"\"V1\"\" (the first line looks like a header; "
     "write "
     "numbers only)"},
    {"quotes later", "1,2\n\"3\",4\n",
     "theta.csv:2:1: expected a number, found \"\"3\"\" (write numbers without quotes)"},
    {"comment", "# theta\n1\n",
     "theta.csv:1:1: expected a number, found \"#\" (comment lines are not allowed)"},
    {"decimal comma", "1,5;2,5\n",
     "theta.csv:1:3: expected a number, found \"5;2\" (is the comma a decimal comma? write 1.5, "
     "and "
     "a comma between numbers)"},
    {"decimal comma and tab", "1,5\t2,5\n",
     "theta.csv:1:3: expected a number, found \"5\\x092\" (is the comma a decimal comma? write "
     "1.5, "
     "and a comma between numbers)"},
    {"commas and blanks", "1, 2 3\n",
     "theta.csv:1:4: expected a number, found \"2 3\" (a comma belongs between two numbers)"},
    {"brackets", "[[1. 2.]\n [3. 4.]]\n",
     "theta.csv:1:1: expected a number, found \"[[1.\" (write plain numbers without brackets, one "
     "row per line)"},
    {"row too long", "1,2,3\n1,2,3\n1,2,3,4\n", "theta.csv:3:1: row 3 has 4 numbers, row 1 has 3"},
    {"row too short", "1,2\n3\n", "theta.csv:2:1: row 2 has 1 number, row 1 has 2"},
    {"blank line inside", "1\n\n2\n", "theta.csv:2:1: a blank line before the last row"},
    {"blank line first", "\n2\n", "theta.csv:1:1: a blank line before the last row"},
    {"comma at the end", "1,2,\n",
     "theta.csv:1:5: expected a number, found nothing after the separator"},
    {"comma at the start", ",1\n", "theta.csv:1:1: expected a number, found nothing"},
    {"two commas", "1,,2\n", "theta.csv:1:3: expected a number, found nothing after the separator"},
    {"hexadecimal", "1,0x10\n", "theta.csv:1:3: expected a number, found \"0x10\""},
    {"complex", "1,2\n(3-4j),1+2j\n",
     "theta.csv:2:1: expected a number, found \"(3-4j)\" (complex numbers are not allowed)"},
    {"complex later", "1,2\n3,1+2j\n",
     "theta.csv:2:3: expected a number, found \"1+2j\" (complex numbers are not allowed)"},
    {"carriage returns alone", "1,2\r3,4\r",
     "theta.csv:1:3: expected a number, found \"2\\x0d3\" "
     "(is this an old line ending? end lines with LF)"},
    {"control characters", "1,\x1b[31m2\n",
     "theta.csv:1:3: expected a number, found \"\\x1b[31m2\""},
    {"broken UTF-8", "1,\xff\xc3(\n", "theta.csv:1:3: expected a number, found \"\\xff\\xc3(\""},
    {"columns are characters",
     "\xef\xbb\xbf"
     "\xc2\xa0\xc2\xa0,x\n",
     "theta.csv:1:1: expected a number, found \"\xc2\xa0\xc2\xa0\""},
    {"long token", "abcdefghijklmnopqrstuvwxyz0123456789\n",
     "theta.csv:1:1: expected a number, found \"abcdefghijklmnopqrstuvwx...\" (the first line "
     "looks "
     "like a header; write numbers only)"},
    {"UTF-16",
     "\xff\xfe"
     "1",
     "theta.csv: the file is UTF-16; write it as UTF-8"},
    {"too many", "1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n", "theta.csv:2:11: more than 12 numbers"},
};

static void test_good_texts(void **state)
{
    (void)state;
    check_all(check_good, array_parse_csv, "theta.csv", good);
}

static void test_bad_texts(void **state)
{
    (void)state;
    check_all(check_bad, array_parse_csv, "theta.csv", bad);
}

static void test_nul_byte(void **state)
{
    (void)state;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = array_parse_csv("1,\0002\n", 5, "y.csv", &small_limits, &array, &error);
    assert_int_equal(status, ERROR_SUBMISSION);
    assert_string_equal(error.message, "y.csv:1:3: expected a number, found \"\\x002\"");
}

static void test_too_large(void **state)
{
    (void)state;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    char text[1001];
    memset(text, '1', sizeof text);
    assert_int_equal(array_parse_csv(text, sizeof text, "y.csv", &small_limits, &array, &error),
                     ERROR_SUBMISSION);
    assert_string_equal(error.message, "y.csv: larger than 1000 bytes");
}

static void test_cut_off_anywhere_is_an_array_or_a_message(void **state)
{
    (void)state;
    static const char text[] = "1.5e3,-inf,0.25\r\n4,nan,6\r\n";
    for (size_t size = 0; size < sizeof text; size++) {
        struct ref_array array = REF_ARRAY_EMPTY;
        struct error error = ERROR_INIT;
        int status = array_parse_csv(text, size, "y.csv", &small_limits, &array, &error);
        assert_int_equal(status == 0, array.data != NULL);
        assert_int_equal(status == 0, error.message[0] == '\0');
        ref_array_release(&array);
    }
}

static void test_written_text(void **state)
{
    (void)state;
    double numbers[] = {1, 0.1, -3, NAN};
    struct ref_array array = {2, 2, numbers};
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1000);
    array_write_csv(&text, &array);
    assert_string_equal(buffer_text(&text), "1,0.10000000000000001\n-3,nan\n");
    struct ref_array vector = {4, 1, numbers};
    AUTO_BUFFER struct buffer lines = BUFFER_INIT(1000);
    array_write_csv(&lines, &vector);
    assert_string_equal(buffer_text(&lines), "1\n0.10000000000000001\n-3\nnan\n");
}

static void test_many_numbers(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    static const struct array_limits wide = {1 << 24, COUNT};
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1 << 24);
    for (int i = 0; i < COUNT; i++)
        buffer_append_format(&text, "%.17g%c", 1.0 / (i + 1), i % 4 == 3 ? '\n' : ',');
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    assert_int_equal(array_parse_csv(buffer_text(&text), text.size, "y.csv", &wide, &array, &error),
                     0);
    bool same = array.rows == COUNT / 4 && array.columns == 4;
    for (int i = 0; same && i < COUNT; i++)
        same = same_value(array.data[i], 1.0 / (i + 1));
    ref_array_release(&array);
    assert_true(same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_texts),
        cmocka_unit_test(test_bad_texts),
        cmocka_unit_test(test_nul_byte),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_cut_off_anywhere_is_an_array_or_a_message),
        cmocka_unit_test(test_written_text),
        cmocka_unit_test(test_many_numbers),
    };
    return cmocka_run_group_tests_name("array_csv", tests, NULL, NULL);
}
