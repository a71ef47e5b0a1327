#include <stdlib.h>
#include <string.h>
#include "assertions.h"
#include "grader/base/buffer.h"

static void test_appending(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(1000);
    assert_string_equal(buffer_text(&buffer), "");
    buffer_append_text(&buffer, "a");
    buffer_append_format(&buffer, "%d-%s", 12, "b");
    buffer_append(&buffer, "c\0d", 3);
    assert_int_equal(buffer.size, 8);
    assert_memory_equal(buffer.data, "a12-bc\0d", 9);
    assert_false(buffer_failed(&buffer));
}

static void test_the_maximum_is_exact_and_failure_stays(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(10);
    buffer_append_text(&buffer, "0123456789");
    assert_false(buffer_failed(&buffer));
    buffer_append_text(&buffer, "");
    assert_false(buffer_failed(&buffer));
    buffer_append_text(&buffer, "x");
    assert_true(buffer_failed(&buffer));
    buffer_append_text(&buffer, "");
    assert_true(buffer_failed(&buffer));
    assert_string_equal(buffer_text(&buffer), "0123456789");
}

static void test_huge_sizes_do_not_wrap(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(100);
    buffer_append_text(&buffer, "abc");
    buffer_append(&buffer, "x", SIZE_MAX);
    assert_true(buffer_failed(&buffer));
    assert_string_equal(buffer_text(&buffer), "abc");
}

static void test_growth(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        buffer_append(&buffer, &(char){(char)('a' + i % 26)}, 1);
    assert_false(buffer_failed(&buffer));
    assert_int_equal(buffer.size, 1 << 20);
    for (int i = 0; i < 1 << 20; i++)
        if (buffer.data[i] != 'a' + i % 26)
            fail_msg("byte %d", i);
}

static void test_stealing(void **state)
{
    (void)state;
    struct buffer buffer = BUFFER_INIT(100);
    buffer_append_text(&buffer, "mine");
    char *text = buffer_steal(&buffer);
    assert_string_equal(text, "mine");
    free(text);
    assert_string_equal(buffer_text(&buffer), "");
    text = buffer_steal(&buffer);
    assert_string_equal(text, "");
    free(text);
    buffer_release(&buffer);
    buffer_release(&buffer);
}

static void test_escaping(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *one_line;
        const char *multiline;
    } cases[] = {
        {"plain", "plain", "plain"},
        {"a\nb\tc", "a\\x0ab\\x09c", "a\nb\tc"},
        {"\r\x1b[31m\x07\x7f", "\\x0d\\x1b[31m\\x07\\x7f", "\\x0d\\x1b[31m\\x07\\x7f"},
        {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xff\xc3(", "\\xff\\xc3(", "\\xff\\xc3("},
        {"\xc0\x80", "\\xc0\\x80", "\\xc0\\x80"},                             // long form of NUL
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},               // surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"}, // above U+10FFFF
        {"\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b"},                             // C1 control
        {"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\xe2\\x80\\xae"}, // right-to-left override
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6", "\\xe2\\x81\\xa6"}, // isolate
        {"cut \xe2\x82", "cut \\xe2\\x82", "cut \\xe2\\x82"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO_BUFFER struct buffer one = BUFFER_INIT(1000);
        AUTO_BUFFER struct buffer many = BUFFER_INIT(1000);
        buffer_append_escaped(&one, cases[i].bytes, strlen(cases[i].bytes), false);
        buffer_append_escaped(&many, cases[i].bytes, strlen(cases[i].bytes), true);
        assert_string_equal(buffer_text(&one), cases[i].one_line);
        assert_string_equal(buffer_text(&many), cases[i].multiline);
    }
    AUTO_BUFFER struct buffer nul = BUFFER_INIT(1000);
    buffer_append_escaped(&nul, "a\0b", 3, true);
    assert_string_equal(buffer_text(&nul), "a\\x00b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_appending),
        cmocka_unit_test(test_the_maximum_is_exact_and_failure_stays),
        cmocka_unit_test(test_huge_sizes_do_not_wrap),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_stealing),
        cmocka_unit_test(test_escaping),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
