#include <errno.h>
#include <string.h>
#include "assertions.h"
#include "grader/base/error.h"

static void test_set_and_context(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(error.kind, ERROR_NONE);
    assert_int_equal(error_set(&error, ERROR_USAGE, "empty %s", "URL"), ERROR_USAGE);
    assert_string_equal(error.message, "empty URL");
    assert_int_equal(error_context(&error, "repository"), ERROR_USAGE);
    assert_int_equal(error_context(&error, "roster.csv line %d", 14), ERROR_USAGE);
    assert_string_equal(error.message, "roster.csv line 14: repository: empty URL");
    assert_int_equal(error.kind, ERROR_USAGE);
}

static void test_control_characters_are_replaced(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_SUBMISSION, "a\nb\x1b[0m\x7f%s", "\t\xc3\xa9");
    assert_string_equal(error.message, "a?b?[0m??\xc3\xa9");
    error_context(&error, "line\r");
    assert_string_equal(error.message, "line?: a?b?[0m??\xc3\xa9");
}

static void test_long_messages_are_cut(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char text[3 * ERROR_MESSAGE_MAX];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&error, ERROR_BUG, "%s", text);
    assert_int_equal(strlen(error.message), ERROR_MESSAGE_MAX - 1);
    error_context(&error, "place");
    assert_memory_equal(error.message, "place: xxx", 10);
    assert_int_equal(strlen(error.message), ERROR_MESSAGE_MAX - 1);
    error_context(&error, "%s", text);
    assert_int_equal(strlen(error.message), ERROR_MESSAGE_MAX - 1);
}

static void test_errno_and_memory(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(error_errno(&error, ERROR_ENVIRONMENT, ENOENT, "cannot open %s", "x"),
                     ERROR_ENVIRONMENT);
    assert_string_equal(error.message, "cannot open x: No such file or directory");
    assert_int_equal(error_memory(&error), ERROR_BUG);
    assert_string_equal(error.message, "out of memory");
}

static void test_every_kind_has_its_word(void **state)
{
    (void)state;
    for (int kind = ERROR_CANCELLED; kind <= ERROR_NONE; kind++)
        for (int other = ERROR_CANCELLED; other < kind; other++)
            assert_string_not_equal(error_kind_name(kind), error_kind_name(other));
    assert_string_equal(error_kind_name((enum error_kind) - 99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_context),
        cmocka_unit_test(test_control_characters_are_replaced),
        cmocka_unit_test(test_long_messages_are_cut),
        cmocka_unit_test(test_errno_and_memory),
        cmocka_unit_test(test_every_kind_has_its_word),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
