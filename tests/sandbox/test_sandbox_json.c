/** @file The tool's JSON: what a program wrote must never break it. */
#include "assertions.h"

#include "sandbox/tool/json_writer.h"

#include <stdlib.h>
#include <string.h>

static void assert_written(const char *bytes, size_t size, const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    json_write_string(file, bytes, size);
    assert_int_equal(fclose(file), 0);
    bool right = strcmp(text, expected) == 0;
    if (!right)
        print_error("%s, expected %s\n", text, expected);
    free(text);
    assert_true(right);
}

static void strings_are_escaped(void **state)
{
    (void)state;
    assert_written("", 0, "\"\"");
    assert_written("a\"b\\c\n\t", 7, "\"a\\\"b\\\\c\\n\\t\"");
    assert_written("\0\x1b[31m\x7f", 7, "\"\\u0000\\u001b[31m\\u007f\"");
    assert_written("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9,
                   "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

static void invalid_utf8_is_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *expected;
    } cases[] = {
        {"\x80", "\"\\ufffd\""},                                  // continuation alone
        {"\xc3", "\"\\ufffd\""},                                  // cut off
        {"\xc3x", "\"\\ufffdx\""},                                // broken off
        {"\xc0\xaf", "\"\\ufffd\\ufffd\""},                       // overlong
        {"\xe0\x80\xaf", "\"\\ufffd\\ufffd\\ufffd\""},            // overlong
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},            // surrogate
        {"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""}, // beyond Unicode
        {"\xff\xfe", "\"\\ufffd\\ufffd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_written(cases[i].bytes, strlen(cases[i].bytes), cases[i].expected);
}

static void result_is_one_object(void **state)
{
    (void)state;
    char output[] = "say \"hi\"";
    struct sandbox_result result = {
        .outcome = SANDBOX_EXITED,
        .exit_code = 3,
        .standard_output = {.head = output, .head_size = 8, .tail = output, .total = 8},
        .standard_error = {.head = output, .tail = output},
        .denials = {{.syscall = "socket", .number = 41, .count = 2, .explanation = "tried"}},
        .denial_count = 1,
        .layers = SANDBOX_LAYER_OWN_ROOT | SANDBOX_LAYER_SYSCALL_FILTER,
    };
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    json_write_result(file, &result);
    assert_int_equal(fclose(file), 0);
    static const char *const parts[] = {"\"outcome\": \"exited\"", "\"exit_code\": 3",
                                        "\"say \\\"hi\\\"\"", "\"syscall\": \"socket\"",
                                        "[\"own_root\", \"syscall_filter\"]"};
    bool complete = text[0] == '{' && strcmp(text + length - 2, "}\n") == 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        complete = complete && strstr(text, parts[i]) != NULL;
    free(text);
    assert_true(complete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(invalid_utf8_is_replaced),
        cmocka_unit_test(result_is_one_object),
    };
    return cmocka_run_group_tests_name("sandbox: JSON of the tool", tests, NULL, NULL);
}
