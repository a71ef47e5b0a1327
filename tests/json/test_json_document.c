/* Loading documents and reading values out of them, with messages that name the place. */
#include <string.h>
#include "assertions.h"
#include "grader/base/file.h"
#include "grader/json/json_document.h"

static const char document[] = "{\"name\": \"ridge\", \"rate\": 0.1, \"count\": 7, \"on\": true,"
                               " \"large\": 9007199254740993, \"half\": 1.5, \"none\": null,"
                               " \"list\": [1, {\"x\": \"deep\"}], \"object\": {\"y\": 2}}";

static int load(void **state)
{
    struct error error = ERROR_INIT;
    cJSON *root = NULL;
    int status = json_parse(document, sizeof document - 1, "task.json", ERROR_USAGE, &root, &error);
    *state = root;
    return status;
}

static int unload(void **state)
{
    cJSON *root = *state;
    json_release(&root);
    return root == NULL ? 0 : -1;
}

static void test_values(void **state)
{
    struct json_place root = json_place_root(*state, "task.json", ERROR_USAGE), list, object;
    struct error error = ERROR_INIT;
    const char *name;
    double rate, half;
    int64_t count;
    bool on;
    assert_int_equal(json_get_string(&root, "name", &name, &error), 0);
    assert_string_equal(name, "ridge");
    assert_int_equal(json_get_number(&root, "rate", &rate, &error), 0);
    assert_true(rate == 0.1);
    assert_int_equal(json_get_number(&root, "half", &half, &error), 0);
    assert_true(half == 1.5);
    assert_int_equal(json_get_integer(&root, "count", 0, 7, &count, &error), 0);
    assert_int_equal(count, 7);
    assert_int_equal(json_get_bool(&root, "on", &on, &error), 0);
    assert_true(on);
    assert_int_equal(json_get_array(&root, "list", &list, &error), 0);
    assert_int_equal(json_get_object(&root, "object", &object, &error), 0);
    struct json_place item = json_place_item(&list, 1);
    assert_int_equal(json_get_string(&item, "x", &name, &error), 0);
    assert_string_equal(name, "deep");
    assert_true(json_has(&root, "none"));
    assert_false(json_has(&root, "None"));
    assert_false(json_has(&item, "y"));
    assert_string_equal(error.message, "");
}

static void expect(int status, const struct error *error, const char *message)
{
    assert_string_equal(error->message, message);
    assert_int_equal(status, ERROR_USAGE);
    assert_int_equal(error->kind, ERROR_USAGE);
}

static void test_wrong_types_and_missing_values(void **state)
{
    struct json_place root = json_place_root(*state, "task.json", ERROR_USAGE), place;
    struct error e = ERROR_INIT;
    const char *text;
    double number;
    int64_t whole;
    bool flag;
    expect(json_get_string(&root, "rate", &text, &e), &e, "task.json: rate: expected a string");
    expect(json_get_string(&root, "title", &text, &e), &e,
           "task.json: title: missing; expected a string");
    expect(json_get_string(&root, "none", &text, &e), &e, "task.json: none: expected a string");
    expect(json_get_number(&root, "name", &number, &e), &e, "task.json: name: expected a number");
    expect(json_get_bool(&root, "count", &flag, &e), &e,
           "task.json: count: expected true or false");
    expect(json_get_array(&root, "object", &place, &e), &e, "task.json: object: expected an array");
    expect(json_get_object(&root, "list", &place, &e), &e, "task.json: list: expected an object");
    expect(json_get_integer(&root, "half", 0, 9, &whole, &e), &e,
           "task.json: half: expected a whole number");
    expect(json_get_integer(&root, "large", 0, INT64_MAX, &whole, &e), &e,
           "task.json: large: expected a whole number");
    expect(json_get_integer(&root, "count", 8, 9, &whole, &e), &e,
           "task.json: count: expected a whole number from 8 to 9, found 7");
    expect(json_get_integer(&root, "count", -2, 6, &whole, &e), &e,
           "task.json: count: expected a whole number from -2 to 6, found 7");
}

static void test_paths_in_messages(void **state)
{
    struct json_place root = json_place_root(*state, "task.json", ERROR_USAGE);
    struct json_place list = json_place_member(&root, "list");
    struct json_place second = json_place_item(&list, 1);
    struct json_place absent = json_place_item(&list, 5);
    struct json_place below = json_place_member(&absent, "z");
    struct error e = ERROR_INIT;
    const char *text;
    expect(json_get_string(&second, "w", &text, &e), &e,
           "task.json: list[1].w: missing; expected a string");
    assert_null(absent.node);
    expect(json_place_error(&below, &e, "gone after %d", 3), &e,
           "task.json: list[5].z: gone after 3");
    expect(json_place_error(&root, &e, "as a whole"), &e, "task.json: as a whole");
}

static void test_hostile_key_in_a_message(void **state)
{
    (void)state;
    AUTO_JSON cJSON *root = NULL;
    struct error e = ERROR_INIT;
    static const char text[] = "{\"a\\u001b[31m\\u202e\": 1}";
    assert_int_equal(json_parse(text, sizeof text - 1, "s.json", ERROR_SUBMISSION, &root, &e), 0);
    struct json_place place = json_place_root(root, "s.json", ERROR_SUBMISSION);
    static const char *const allowed[] = {"project", "run", NULL};
    assert_int_equal(json_check_keys(&place, allowed, &e), ERROR_SUBMISSION);
    assert_string_equal(e.message, "s.json: unknown key \"a\\x1b[31m\\xe2\\x80\\xae\"; allowed: "
                                   "project, run");
}

static void test_unknown_keys(void **state)
{
    static const char *const all[] = {"name", "rate", "count", "on",     "large",
                                      "half", "none", "list",  "object", NULL};
    static const char *const similar[] = {"name", "rate", "count", "on",     "large",
                                          "half", "none", "list",  "objetc", NULL};
    static const char *const first[] = {"mean", "nmae", NULL};
    static const char *const far[] = {"points", "criterion", NULL};
    struct json_place root = json_place_root(*state, "task.json", ERROR_USAGE);
    struct json_place list = json_place_member(&root, "list");
    struct error e = ERROR_INIT;
    assert_int_equal(json_check_keys(&root, all, &e), 0);
    expect(json_check_keys(&root, similar, &e), &e,
           "task.json: unknown key \"object\" (did you mean \"objetc\"?)");
    expect(json_check_keys(&root, first, &e), &e,
           "task.json: unknown key \"name\" (did you mean \"nmae\"?)");
    expect(json_check_keys(&root, far, &e), &e,
           "task.json: unknown key \"name\"; allowed: points, criterion");
    expect(json_check_keys(&list, all, &e), &e, "task.json: list: expected an object");
}

static void test_files(void **state)
{
    (void)state;
    char folder[FILE_PATH_MAX], path[FILE_PATH_MAX];
    struct error error = ERROR_INIT, reason = ERROR_INIT;
    cJSON *root = NULL;
    assert_int_equal(file_make_scratch(folder, "test-json", &error), 0);
    assert_int_equal(file_join(path, folder, "a.json", &error), 0);
    int missing = json_load(path, 100, ERROR_SUBMISSION, &root, &reason);
    int written = file_write(path, "{\"a\": 1}\n", 9, &error);
    int loaded = json_load(path, 9, ERROR_SUBMISSION, &root, &error);
    json_release(&root);
    int large = json_load(path, 8, ERROR_USAGE, &root, &error);
    assert_int_equal(file_remove_tree(folder, &reason), 0);
    assert_int_equal(missing, ERROR_SUBMISSION);
    assert_int_equal(written, 0);
    assert_int_equal(loaded, 0);
    assert_int_equal(large, ERROR_USAGE);
    assert_string_contains(error.message, "a.json: larger than 8 bytes");
    assert_null(root);
}

int main(void)
{
#define on_document(test) cmocka_unit_test_setup_teardown(test, load, unload)
    const struct CMUnitTest tests[] = {
        on_document(test_values),
        on_document(test_wrong_types_and_missing_values),
        on_document(test_paths_in_messages),
        cmocka_unit_test(test_hostile_key_in_a_message),
        on_document(test_unknown_keys),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests_name("json_document", tests, NULL, NULL);
}
