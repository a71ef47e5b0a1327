/* Documents that we write: exact numbers, stable layout, always valid. */
#include <string.h>
#include "assertions.h"
#include "grader/json/json_document.h"

static void expect_printed(const cJSON *root, const char *text)
{
    AUTO_BUFFER struct buffer printed = BUFFER_INIT(10000);
    struct error error = ERROR_INIT;
    assert_int_equal(json_print(root, &printed, &error), 0);
    assert_string_equal(buffer_text(&printed), text);
}

static void test_layout(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = cJSON_CreateObject();
    json_add_real(root, "third", 1.0 / 3);
    json_add_whole(root, "points", -12000);
    json_add_whole(root, "large", INT64_MIN);
    cJSON_AddNullToObject(root, "nothing");
    cJSON_AddTrueToObject(root, "yes");
    cJSON_AddItemToObject(root, "empty", cJSON_CreateObject());
    cJSON *row = cJSON_AddArrayToObject(root, "row");
    cJSON_AddItemToArray(row, json_real(0.1));
    cJSON_AddItemToArray(row, json_real(-2));
    cJSON *rows = cJSON_AddArrayToObject(root, "rows");
    cJSON_AddItemToArray(rows, cJSON_CreateArray());
    cJSON *inner = cJSON_CreateObject();
    cJSON_AddStringToObject(inner, "a", "b");
    cJSON_AddItemToArray(rows, inner);
    expect_printed(root, "{\n"
                         "  \"third\": 0.3333333333333333,\n"
                         "  \"points\": -12000,\n"
                         "  \"large\": -9223372036854775808,\n"
                         "  \"nothing\": null,\n"
                         "  \"yes\": true,\n"
                         "  \"empty\": {},\n"
                         "  \"row\": [0.1, -2],\n"
                         "  \"rows\": [\n"
                         "    [],\n"
                         "    {\n"
                         "      \"a\": \"b\"\n"
                         "    }\n"
                         "  ]\n"
                         "}\n");
}

static void test_numbers_that_json_lacks_are_strings(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = cJSON_CreateArray();
    cJSON_AddItemToArray(root, json_real(NAN));
    cJSON_AddItemToArray(root, json_real(INFINITY));
    cJSON_AddItemToArray(root, json_real(-INFINITY));
    cJSON_AddItemToArray(root, cJSON_CreateNumber(NAN));
    expect_printed(root, "[\"NaN\", \"Infinity\", \"-Infinity\", \"NaN\"]\n");
}

static void test_strings(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = cJSON_CreateArray();
    cJSON_AddItemToArray(root, cJSON_CreateString("\" \\ / \b\f\n\r\t \x01 \x7f"));
    cJSON_AddItemToArray(root, cJSON_CreateString("\xce\xb8 \xf0\x9f\x98\x80"));
    cJSON_AddItemToArray(root, cJSON_CreateString("a\xff\xe2\x82z"));
    expect_printed(root, "[\"\\\" \\\\ / \\b\\f\\n\\r\\t \\u0001 \\u007f\", "
                         "\"\xce\xb8 \xf0\x9f\x98\x80\", "
                         "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"]\n");
}

/* Numbers that were read are printed exactly too; the library's own printer would change them. */
static void test_numbers_survive_reading_and_printing(void **state)
{
    (void)state;
    static const char text[] = "[9007199254740991, 0.1, 0.30000000000000004, 5e-324, -0, "
                               "1.7976931348623157e+308]\n";
    AUTO_JSON cJSON *root = NULL;
    struct error error = ERROR_INIT;
    assert_int_equal(json_parse(text, sizeof text - 1, "a.json", ERROR_USAGE, &root, &error), 0);
    expect_printed(root, text);
}

static void test_ten_thousand_reals(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = cJSON_CreateArray();
    AUTO_JSON cJSON *again = NULL;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1 << 20);
    struct error error = ERROR_INIT;
    for (int i = 1; i <= 10000; i++)
        cJSON_AddItemToArray(root, json_real(sqrt(i) / 7));
    assert_int_equal(json_print(root, &text, &error), 0);
    assert_int_equal(
        json_parse(buffer_text(&text), text.size, "a.json", ERROR_USAGE, &again, &error), 0);
    int i = 1;
    const cJSON *item;
    cJSON_ArrayForEach(item, again)
    {
        assert_true(item->valuedouble == sqrt(i) / 7);
        i++;
    }
    assert_int_equal(i, 10001);
}

static void test_too_large_and_too_deep(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = cJSON_CreateArray();
    cJSON *innermost = root;
    AUTO_BUFFER struct buffer small = BUFFER_INIT(10);
    AUTO_BUFFER struct buffer large = BUFFER_INIT(1 << 20);
    struct error error = ERROR_INIT;
    for (int i = 0; i < 20; i++) {
        cJSON *next = cJSON_CreateArray();
        cJSON_AddItemToArray(innermost, next);
        innermost = next;
    }
    assert_int_equal(json_print(root, &small, &error), ERROR_BUG);
    assert_string_equal(error.message, "a document larger than 10 bytes");
    for (int i = 0; i < 200; i++) {
        cJSON *next = cJSON_CreateArray();
        cJSON_AddItemToArray(innermost, next);
        innermost = next;
    }
    assert_int_equal(json_print(root, &large, &error), ERROR_BUG);
    assert_string_equal(error.message, "a document deeper than 128 levels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_numbers_that_json_lacks_are_strings),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_numbers_survive_reading_and_printing),
        cmocka_unit_test(test_ten_thousand_reals),
        cmocka_unit_test(test_too_large_and_too_deep),
    };
    return cmocka_run_group_tests_name("json_print", tests, NULL, NULL);
}
