/* What json_parse refuses, with the place, and the neighbours it accepts. */
#include <string.h>
#include "assertions.h"
#include "grader/json/json_document.h"

static int parse_bytes(const char *bytes, size_t size, struct error *error)
{
    cJSON *root = NULL;
    int status = json_parse(bytes, size, "d.json", ERROR_SUBMISSION, &root, error);
    assert_int_equal(status == 0, root != NULL);
    json_release(&root);
    return status;
}

static const struct {
    const char *text;
    const char *message;
} refused[] = {
    {"", "d.json: the file is empty"},
    {" \r\n\t", "d.json: the file is empty"},
    {"\xef\xbb\xbf{}", "d.json:1:1: starts with a byte order mark; save it without"},
    {"{} x", "d.json:1:4: expected the end of the file, found \"x\""},
    {"[1]\n\n[2]", "d.json:3:1: expected the end of the file, found \"[\""},
    {"01", "d.json:1:1: expected a JSON value, found \"01\""},
    {"[1.]", "d.json:1:2: expected a JSON value, found \"1.\""},
    {"[.5]", "d.json:1:2: expected a JSON value, found \".5\""},
    {"[+1]", "d.json:1:2: expected a JSON value, found \"+1\""},
    {"[-]", "d.json:1:2: expected a JSON value, found \"-\""},
    {"[1e]", "d.json:1:2: expected a JSON value, found \"1e\""},
    {"[0x10]", "d.json:1:2: expected a JSON value, found \"0x10\""},
    {"[NaN]", "d.json:1:2: expected a JSON value, found \"NaN\""},
    {"[-Infinity]", "d.json:1:2: expected a JSON value, found \"-Infinity\""},
    {"[True]", "d.json:1:2: expected a JSON value, found \"True\""},
    {"[nul]", "d.json:1:2: expected a JSON value, found \"nul\""},
    {"[1e999]", "d.json:1:2: the number \"1e999\" is too large"},
    {"[1,\n -1e999]", "d.json:2:2: the number \"-1e999\" is too large"},
    {"[1,]", "d.json:1:4: expected a JSON value, found \"]\""},
    {"[,1]", "d.json:1:2: expected a JSON value, found \",\""},
    {"[1 2]", "d.json:1:4: expected a comma or \"]\", found \"2\""},
    {"[1", "d.json:1:3: expected a comma or \"]\", found the end of the file"},
    {"[1}", "d.json:1:3: expected a comma or \"]\", found \"}\""},
    {"{", "d.json:1:2: expected a key in double quotes, found the end of the file"},
    {"{\"a\" 1}", "d.json:1:6: expected a colon, found \"1\""},
    {"{\"a\": 1,}", "d.json:1:9: expected a key in double quotes, found \"}\""},
    {"{\"a\": 1 \"b\": 2}", "d.json:1:9: expected a comma or \"}\", found \"\"\""},
    {"{'a': 1}", "d.json:1:2: expected a key in double quotes, found \"'a'\""},
    {"{a: 1}", "d.json:1:2: expected a key in double quotes, found \"a\""},
    {"// no\n{}", "d.json:1:1: expected a JSON value, found \"//\""},
    {"\"abc", "d.json:1:1: a string without its closing quote"},
    {"\"abc\\", "d.json:1:5: unknown escape after a backslash"},
    {"\"\\x41\"", "d.json:1:2: unknown escape after a backslash"},
    {"\"a\nb\"", "d.json:1:3: a control character or line break in a string"},
    {"\"a\tb\"", "d.json:1:3: a control character or line break in a string"},
    {"\"\\u12g4\"", "d.json:1:2: \\u needs four hexadecimal digits"},
    {"\"\\u12", "d.json:1:2: \\u needs four hexadecimal digits"},
    {"\"\\u0000\"", "d.json:1:2: \\u0000 is not allowed"},
    {"\"\\ud800\"", "d.json:1:2: half of a surrogate pair"},
    {"\"\\ud800\\n\"", "d.json:1:2: half of a surrogate pair"},
    {"\"\\ud800\\u0041\"", "d.json:1:2: half of a surrogate pair"},
    {"\"\\ud800\\ud800\"", "d.json:1:2: half of a surrogate pair"},
    {"\"\\udc00\"", "d.json:1:2: half of a surrogate pair"},
    {"\"\xc3(\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xc0\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xed\xa0\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xf4\x90\x80\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xe0\x80\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xf0\x80\x80\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"\xf8\x88\x80\x80\x80\"", "d.json:1:2: invalid UTF-8"},
    {"\"ab\xe2\x82", "d.json:1:4: invalid UTF-8"},
    {"{\"a\": 1, \"b\": 2, \"a\": 3}", "d.json: the key \"a\" is there twice"},
    {"{\"a\": 1, \"\\u0061\": 2}", "d.json: the key \"a\" is there twice"},
    {"{\"t\": [{}, {\"x\": {\"c\": 1, \"c\": 2}}]}",
     "d.json: t[1].x: the key \"c\" is there twice"},
    {"{\"\xce\xb8\": \"\xce\xb8\xce\xb8\" 1}",
     "d.json:1:12: expected a comma or \"}\", found \"1\""},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct error error = ERROR_INIT;
        int status = parse_bytes(refused[i].text, strlen(refused[i].text), &error);
        if (status == 0)
            fail_msg("accepted: %s", refused[i].text);
        assert_string_equal(error.message, refused[i].message);
        assert_int_equal(status, ERROR_SUBMISSION);
    }
}

static void test_accepted(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "null",
        "-0",
        "1e-999",
        "\"\"",
        " [ ] ",
        "{ }\n",
        "[1, -2.5e+3, 0.0, 10, 1E5]",
        "{\"a\": 1, \"A\": 2, \"\": 3}",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDE00 \\uffff\"",
        "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf \x7f\"",
        "{\"\xce\xb8\": true}",
        "[12345678901234567890123456789012345678901234567890]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct error error = ERROR_INIT;
        if (parse_bytes(texts[i], strlen(texts[i]), &error) != 0)
            fail_msg("%s: %s", texts[i], error.message);
    }
}

static void test_nul_bytes(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(parse_bytes("[1\0]", 4, &error), ERROR_SUBMISSION);
    assert_string_equal(error.message, "d.json:1:2: expected a JSON value, found \"1\\x00\"");
    assert_int_equal(parse_bytes("[1]\0", 4, &error), ERROR_SUBMISSION);
    assert_string_equal(error.message, "d.json:1:4: expected the end of the file, found \"\\x00\"");
    assert_int_equal(parse_bytes("\"a\0\"", 4, &error), ERROR_SUBMISSION);
}

static int parse_nested(int depth, const char *open, const char *close)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(100000);
    struct error error = ERROR_INIT;
    for (int i = 0; i < depth; i++)
        buffer_append_text(&text, open);
    buffer_append_text(&text, "1");
    for (int i = 0; i < depth; i++)
        buffer_append_text(&text, close);
    int status = parse_bytes(buffer_text(&text), text.size, &error);
    if (status != 0)
        assert_string_contains(error.message, "nested deeper than 64 levels");
    return status;
}

static void test_depth(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(64, "[", "]"), 0);
    assert_int_equal(parse_nested(65, "[", "]"), ERROR_SUBMISSION);
    assert_int_equal(parse_nested(64, "{\"a\":", "}"), 0);
    assert_int_equal(parse_nested(65, "{\"a\":", "}"), ERROR_SUBMISSION);
    assert_int_equal(parse_nested(20000, "[", "]"), ERROR_SUBMISSION);
}

/* Every prefix of a document is refused: none of them is a whole one. */
static void test_cut_off_at_every_length(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": [1.5e3, true, null, {\"b\\n\\u00e9\\ud83d\\ude00\": "
                               "\"\xe2\x82\xac\"}], \"c\": -0.25}";
    struct error error = ERROR_INIT;
    assert_int_equal(parse_bytes(text, sizeof text - 1, &error), 0);
    for (size_t size = 0; size + 1 < sizeof text; size++)
        assert_int_equal(parse_bytes(text, size, &error), ERROR_SUBMISSION);
}

/* Duplicates are found by sorting: comparing all pairs of keys would take minutes here. */
static void test_many_keys(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(10000000);
    struct error error = ERROR_INIT;
    buffer_append_text(&text, "{\"last\": 0");
    for (int i = 0; i < 100000; i++)
        buffer_append_format(&text, ", \"k%d\": %d", i, i);
    buffer_append_text(&text, ", \"last\": 0}");
    assert_int_equal(parse_bytes(buffer_text(&text), text.size, &error), ERROR_SUBMISSION);
    assert_string_equal(error.message, "d.json: the key \"last\" is there twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_cut_off_at_every_length),
        cmocka_unit_test(test_many_keys),
    };
    return cmocka_run_group_tests_name("json_strict", tests, NULL, NULL);
}
