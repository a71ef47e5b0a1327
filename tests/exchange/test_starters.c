/* The starter kits do what they say: their two tasks give the same numbers in every language. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "assertions.h"
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/exchange/array_file.h"

static char scratch[FILE_PATH_MAX];

static void put(const char *file, const char *text)
{
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, scratch, file, &error), 0);
    assert_int_equal(file_write(path, text, strlen(text), &error), 0);
}

static int set_up(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    int status = file_make_scratch(scratch, "test-starters", &error);
    put("X.csv", "1,20\n3,40\r\n5,90\n");
    put("v.csv", "1.5\n-2\n");
    put("params.csv", "factors,7\nfactor,0.1\n");
    put("params.json", "{\"factor\": 0.1}");
    return status;
}

static int tear_down(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    return file_remove_tree(scratch, &error);
}

/* Exit status of the program; its messages go to the file "messages". */
static int start(const char *program, const char *const *arguments)
{
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, scratch, "messages", &error), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen(path, "w", stderr) == NULL)
            _exit(126);
        execl(program, program, arguments[0], arguments[1], arguments[2], arguments[3],
              arguments[4], arguments[5], (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_c(const char *task)
{
    char program[FILE_PATH_MAX];
    const char *build = getenv("GRADER_TEST_BUILD");
    struct error error = ERROR_INIT;
    assert_int_equal(
        file_join(program, build == NULL ? "." : build, "tests/bin/starter_example", &error), 0);
    const char *arguments[6] = {task, scratch, scratch, NULL, NULL, NULL};
    return start(program, arguments);
}

static void expect(const char *file, size_t rows, const double *numbers)
{
    static const struct array_limits limits = {1000, 10};
    char path[FILE_PATH_MAX];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, scratch, file, &error), 0);
    assert_int_equal(file_read(path, 1000, &bytes, &size, &error), 0);
    bool npy = strstr(file, ".npy") != NULL;
    int status = npy ? array_parse_npy(bytes, size, file, &limits, &array, &error)
                     : array_parse_csv(bytes, size, file, &limits, &array, &error);
    bool same = status == 0 && array.rows == rows && array.columns == 1 &&
                memcmp(array.data, numbers, rows * sizeof *numbers) == 0;
    ref_array_release(&array);
    if (!same)
        fail_msg("%s: %s\n%s", file, error.message, bytes);
}

static const double means[] = {3, 50}, stretched[] = {0.1 * 1.5, 0.1 * -2.0};

static void test_c(void **state)
{
    (void)state;
    double total = stretched[0] + stretched[1];
    assert_int_equal(run_c("column_means"), 0);
    expect("means.csv", 2, means);
    assert_int_equal(run_c("stretch"), 0);
    expect("w.csv", 2, stretched);
    expect("total.csv", 1, &total);
    assert_int_equal(run_c("another"), 1);
}

static void expect_message(const char *text)
{
    char path[FILE_PATH_MAX];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, scratch, "messages", &error), 0);
    assert_int_equal(file_read(path, 10000, &bytes, &size, &error), 0);
    assert_string_contains(bytes, text);
}

static void test_c_says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"1,2\n3\n", "X.csv: the rows are not equally long"},
        {"1,2\n3,x\n", "X.csv: there is something that is not a number"},
        {"1,2\n3;4\n", "X.csv: a comma or the end of the row was expected after a number"},
        {"", "X.csv: the file is empty"},
        {"1,2,", "X.csv: there is something that is not a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put("X.csv", cases[i].text);
        assert_int_equal(run_c("column_means"), 1);
        expect_message(cases[i].message);
    }
    put("params.csv", "rate,1\n");
    assert_int_equal(run_c("stretch"), 1);
    expect_message("params.csv: the parameter is missing");
}

static void run_python(const char *task, const char *inputs, const char *outputs)
{
    char runner[FILE_PATH_MAX], model[FILE_PATH_MAX];
    const char *source = getenv("GRADER_TEST_SOURCE");
    struct error error = ERROR_INIT;
    source = source == NULL ? "." : source;
    assert_int_equal(file_join(runner, source, "grader/runners/python/run_functions.py", &error),
                     0);
    assert_int_equal(file_join(model, source, "rubrics/starters/python/model.py", &error), 0);
    put("inputs.json", inputs);
    put("outputs.txt", outputs);
    const char *arguments[6] = {"-B", runner, model, task, scratch, scratch};
    assert_int_equal(start("/usr/bin/python3", arguments), 0);
}

static void test_python(void **state)
{
    (void)state;
    double total = stretched[0] + stretched[1];
    run_python("column_means", "{\"X\": {\"kind\": \"matrix\"}}", "means\n");
    expect("means.npy", 2, means);
    run_python("stretch", "{\"v\": {\"kind\": \"vector\"}, \"factor\": {\"kind\": \"real\"}}",
               "w\ntotal\n");
    expect("w.npy", 2, stretched);
    expect("total.npy", 1, &total);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_c, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_c_says_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_python, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("starters", tests, NULL, NULL);
}
