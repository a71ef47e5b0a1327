/* The Python runner, as the grader starts it: model and case folders in, arrays and error.json out.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "assertions.h"
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/exchange/array_file.h"
#include "grader/json/json_document.h"

#define PYTHON "/usr/bin/python3"

struct playground {
    char root[FILE_PATH_MAX];
    char path[FILE_PATH_MAX]; // of the file last named
};

static int set_up(void **state)
{
    struct playground *ground = calloc(1, sizeof *ground);
    struct error error = ERROR_INIT;
    if (ground == NULL || file_make_scratch(ground->root, "test-python-runner", &error) != 0)
        return -1;
    *state = ground;
    return 0;
}

static int tear_down(void **state)
{
    struct playground *ground = *state;
    struct error error = ERROR_INIT;
    int status = file_remove_tree(ground->root, &error);
    free(ground);
    return status;
}

static const char *path_of(struct playground *ground, const char *file)
{
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(ground->path, ground->root, file, &error), 0);
    return ground->path;
}

static void put(struct playground *ground, const char *file, const char *text)
{
    char folder[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    snprintf(folder, sizeof folder, "%s", path_of(ground, file));
    *strrchr(folder, '/') = '\0';
    assert_int_equal(file_make_directories(folder, &error), 0);
    assert_int_equal(file_write(ground->path, text, strlen(text), &error), 0);
}

static void put_in_case(struct playground *ground, const char *name, const char *file,
                        const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "cases/%s/%s", name, file);
    put(ground, path, text);
}

/* Every case has the inputs X (2 x 2), y (2), k = 3 and alpha = 0.5. */
static void add_case(struct playground *ground, const char *name, const char *task,
                     const char *outputs)
{
    put_in_case(ground, name, "task.txt", task);
    put_in_case(ground, name, "outputs.txt", outputs);
    put_in_case(ground, name, "inputs.json",
                "{\"X\": {\"kind\": \"matrix\"}, \"y\": {\"kind\": \"vector\"},"
                " \"k\": {\"kind\": \"count\"}, \"alpha\": {\"kind\": \"real\"}}");
    put_in_case(ground, name, "params.json", "{\"k\": 3, \"alpha\": 0.5}");
    put_in_case(ground, name, "X.csv", "1,2\n3,4\n");
    put_in_case(ground, name, "y.csv", "10\n20\n");
}

/* Exit status of the runner, -1 when it died; what it prints is thrown away. The arguments after
 * the model's file are as on the command line; a NULL ends them early. */
static int start(const char *option, const char *model, const char *task, const char *inputs,
                 const char *outputs)
{
    const char *source = getenv("GRADER_TEST_SOURCE");
    char runner[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(runner, source == NULL ? "." : source,
                               "grader/runners/python/run_functions.py", &error),
                     0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd <= 2 && null >= 0; fd++)
            dup2(null, fd);
        execl(PYTHON, "python3", option, runner, model, task, inputs, outputs, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Runs all cases. */
static int run(struct playground *ground, const char *model, const char *option)
{
    char model_path[FILE_PATH_MAX], cases[FILE_PATH_MAX], outputs[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(model_path, ground->root, model, &error), 0);
    assert_int_equal(file_join(cases, ground->root, "cases", &error), 0);
    assert_int_equal(file_join(outputs, ground->root, "outputs", &error), 0);
    return start(option, model_path, "--cases", cases, outputs);
}

static void expect_output(struct playground *ground, const char *file, size_t rows, size_t columns,
                          const double *numbers)
{
    static const struct array_limits limits = {10000, 100};
    char path[256];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "outputs/%s.npy", file);
    if (file_read(path_of(ground, path), 10000, &bytes, &size, &error) != 0 ||
        array_parse_npy(bytes, size, file, &limits, &array, &error) != 0)
        fail_msg("%s", error.message);
    bool same = array.rows == rows && array.columns == columns &&
                memcmp(array.data, numbers, rows * columns * sizeof *numbers) == 0;
    ref_array_release(&array);
    if (!same)
        fail_msg("%s is %zu x %zu, or has other numbers", file, array.rows, array.columns);
}

/* Checks error.json of a case ("." for the whole run): kind, and a part of its message. */
static void expect_error(struct playground *ground, const char *name, const char *kind,
                         const char *part, int64_t line)
{
    char path[256];
    AUTO_JSON cJSON *root = NULL;
    const char *found_kind = "", *message = "";
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "outputs/%s/error.json", name);
    if (json_load(path_of(ground, path), 100000, ERROR_USAGE, &root, &error) != 0)
        fail_msg("%s", error.message);
    struct json_place place = json_place_root(root, "error.json", ERROR_USAGE);
    assert_int_equal(json_get_string(&place, "kind", &found_kind, &error), 0);
    assert_int_equal(json_get_string(&place, "message", &message, &error), 0);
    assert_string_equal(found_kind, kind);
    assert_string_contains(message, part);
    if (line > 0) {
        int64_t found = 0;
        assert_int_equal(json_get_integer(&place, "line", 1, 10000, &found, &error), 0);
        assert_int_equal(found, line);
    }
}

static bool has_error(struct playground *ground, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "outputs/%s/error.json", name);
    return file_exists(path_of(ground, path));
}

static void test_forms_of_results(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "import collections\nimport numpy as np\n"
        "def single(X): return X.T\n"
        "def by_name(X, y): return {'b': y, 'a': X, 'more': 'ignored'}\n"
        "def in_order(X, y): return X, y\n"
        "def whole(k, alpha): return k if isinstance(k, int) and alpha == 0.5 else None\n"
        "def listed(): return [[1, 2], [3, 4]]\n"
        "def truth(y): return y > 15\n"
        "def complexes(y): return y.astype(complex)\n"
        "def named(X, y): return collections.namedtuple('R', 'b a')(y, X)\n"
        "def everything(**inputs): return inputs['X'] @ inputs['y']\n"
        "def shapes(X, y): return X.ndim * 10 + y.ndim\n"
        "def step_one(y): return np.float32(y)\n");
    static const char *const one_output[] = {"single",    "whole",      "listed", "truth",
                                             "complexes", "everything", "shapes"};
    for (size_t i = 0; i < sizeof one_output / sizeof one_output[0]; i++)
        add_case(ground, one_output[i], one_output[i], "r\n");
    add_case(ground, "by_name", "by_name", "a\nb\n");
    add_case(ground, "in_order", "in_order", "a\nb\n");
    add_case(ground, "named", "named", "a\nb\n");
    add_case(ground, "dash", "step-one\n", "r");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    static const double X[] = {1, 2, 3, 4}, transposed[] = {1, 3, 2, 4}, y[] = {10, 20},
                        product[] = {50, 110}, truth[] = {0, 1};
    expect_output(ground, "single/r", 2, 2, transposed);
    expect_output(ground, "whole/r", 1, 1, (double[]){3});
    expect_output(ground, "listed/r", 2, 2, X);
    expect_output(ground, "truth/r", 2, 1, truth);
    expect_output(ground, "complexes/r", 2, 1, y);
    expect_output(ground, "everything/r", 2, 1, product);
    expect_output(ground, "shapes/r", 1, 1, (double[]){21});
    expect_output(ground, "dash/r", 2, 1, y);
    static const char *const two_outputs[] = {"by_name", "in_order", "named"};
    for (int i = 0; i < 3; i++) {
        char file[64];
        snprintf(file, sizeof file, "%s/a", two_outputs[i]);
        expect_output(ground, file, 2, 2, X);
        snprintf(file, sizeof file, "%s/b", two_outputs[i]);
        expect_output(ground, file, 2, 1, y);
        assert_false(has_error(ground, two_outputs[i]));
    }
}

static void test_one_bad_case_does_not_cost_the_others(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "import sys\n"
        "def gradient(X): return X\n"
        "def boom(X):\n"
        "    return inner(X)\n"
        "def inner(X):\n"
        "    raise ValueError('bad X')\n"
        "def leave(): sys.exit(3)\n"
        "def close(): sys.stdout.close(); return 1\n");
    add_case(ground, "1", "boom", "r\n");
    add_case(ground, "2", "leave", "r\n");
    add_case(ground, "3", "Gradients", "r\n");
    add_case(ground, "4", "nothing_like_it", "r\n");
    add_case(ground, "5", "close", "r\n");
    add_case(ground, "6", "gradient", "r\n");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    expect_error(ground, "1", "exception", "bad X", 6);
    expect_error(ground, "2", "exception", "3", 7);
    expect_error(ground, "3", "no_function", "no function Gradients (did you mean gradient?)", 0);
    expect_error(ground, "4", "no_function", "it defines gradient, boom, inner, leave, close", 0);
    expect_output(ground, "6/r", 2, 2, (double[]){1, 2, 3, 4});
}

static void test_parameters_that_are_no_inputs(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "def needs(X, theta): return X\n"
        "def defaults(X, theta=2): return theta\n"
        "def first(X, /, y): return X @ y\n");
    add_case(ground, "needs", "needs", "r\n");
    add_case(ground, "defaults", "defaults", "r\n");
    add_case(ground, "first", "first", "r\n");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    expect_error(ground, "needs", "missing_argument",
                 "needs has a parameter theta, but the inputs are X, y, k, alpha", 0);
    expect_output(ground, "defaults/r", 1, 1, (double[]){2});
    expect_output(ground, "first/r", 2, 1, (double[]){50, 110});
}

static void test_results_that_are_not_arrays(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "def none(X): X = X + 1\n"
        "def text(): return 'abc'\n"
        "def ragged(): return [[1, 2], [3]]\n"
        "def imaginary(): return [1j]\n"
        "def three(): return 1, 2, 3\n"
        "def other_names(): return {'c': 1}\n"
        "def half(): return {'a': 1}\n");
    add_case(ground, "none", "none", "a\n");
    add_case(ground, "text", "text", "a\n");
    add_case(ground, "ragged", "ragged", "a\n");
    add_case(ground, "imaginary", "imaginary", "a\n");
    add_case(ground, "three", "three", "a\nb\n");
    add_case(ground, "other_names", "other_names", "a\nb\n");
    add_case(ground, "half", "half", "a\nb\n");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    expect_error(ground, "none", "bad_result", "none: a is nothing (None); is there a return?", 0);
    expect_error(ground, "text", "bad_result", "text: a is a value of type str: not numbers", 0);
    expect_error(ground, "ragged", "bad_result", "ragged: a is a list of 2", 0);
    expect_error(ground, "imaginary", "bad_result", "complex numbers", 0);
    expect_error(ground, "three", "bad_result", "a tuple of 3; expected a dict or a tuple of a, b",
                 0);
    expect_error(ground, "other_names", "bad_result", "a dict with c; expected a, b", 0);
    expect_error(ground, "half", "bad_result", "has no b", 0);
    expect_output(ground, "half/a", 1, 1, (double[]){1});
}

static void test_changes_in_place_stay_in_their_case(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "import os\n"
        "def change(X):\n"
        "    X += 100\n"
        "    os.chdir('/')\n"
        "    return X\n"
        "def look(X): return X * os.path.exists('model.py')\n");
    add_case(ground, "1", "change", "r\n");
    add_case(ground, "2", "look", "r\n");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    expect_output(ground, "1/r", 2, 2, (double[]){101, 102, 103, 104});
    expect_output(ground, "2/r", 2, 2, (double[]){1, 2, 3, 4});
}

static const char notebook[] =
    "{\"nbformat\": 4, \"cells\": ["
    "{\"cell_type\": \"markdown\", \"source\": \"# Title\"},"
    "{\"cell_type\": \"code\", \"source\": [\"%matplotlib inline\\n\", \"!ls\\n\", "
    "\"import numpy as np\\n\", \"scale = 2\"]},"
    "{\"cell_type\": \"code\", \"source\": [\"%%bash\\n\", \"rm -rf x\"]},"
    "{\"cell_type\": \"code\", \"source\": \"raise RuntimeError('no network')\"},"
    "{\"cell_type\": \"code\", \"source\": [\"def twice(X):\\n\", \"    return X * scale\\n\", "
    "\"def fails(X):\\n\", \"    return X @ np.ones(3)\\n\"]}]}";

static void test_notebook(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.ipynb", notebook);
    add_case(ground, "twice", "twice", "r\n");
    add_case(ground, "fails", "fails", "r\n");
    add_case(ground, "missing", "missing", "r\n");
    assert_int_equal(run(ground, "repo/model.ipynb", "-B"), 0);
    expect_output(ground, "twice/r", 2, 2, (double[]){2, 4, 6, 8});
    expect_error(ground, "fails", "exception", "matmul", 4);
    expect_error(ground, "missing", "no_function",
                 "it defines twice, fails; cell 4 failed: RuntimeError: no network", 0);
}

static void test_without_numpy(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "def dot(X, y): return [sum(a * b for a, b in zip(row, y)) for row in X]\n"
        "def pair(k, alpha): return k, alpha\n"
        "def table(): return [[1, True], [2.5, 3 + 0j]]\n"
        "def text(): return ['a']\n"
        "def ragged(): return [[1], [2, 3]]\n");
    add_case(ground, "dot", "dot", "r\n");
    add_case(ground, "pair", "pair", "a\nb\n");
    add_case(ground, "table", "table", "r\n");
    add_case(ground, "text", "text", "r\n");
    add_case(ground, "ragged", "ragged", "r\n");
    assert_int_equal(run(ground, "repo/model.py", "-BS"), 0); // no site-packages, hence no NumPy
    expect_output(ground, "dot/r", 2, 1, (double[]){50, 110});
    expect_output(ground, "pair/a", 1, 1, (double[]){3});
    expect_output(ground, "pair/b", 1, 1, (double[]){0.5});
    expect_output(ground, "table/r", 2, 2, (double[]){1, 1, 2.5, 3});
    expect_error(ground, "text", "bad_result", "not numbers", 0);
    expect_error(ground, "ragged", "bad_result", "rows of different lengths", 0);
}

static void test_model_that_cannot_be_imported(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/syntax.py", "x = 1\ndef f(:\n");
    put(ground, "repo/lacks.py", "import os\n\nimport a_module_that_is_not_there\n");
    put(ground, "repo/leaves.py", "raise SystemExit(0)\n");
    put(ground, "repo/broken.ipynb", "<<<<<<< HEAD\n");
    add_case(ground, "1", "f", "r\n");
    assert_int_equal(run(ground, "repo/syntax.py", "-B"), 1);
    expect_error(ground, ".", "import", "invalid syntax", 2);
    assert_int_equal(run(ground, "repo/lacks.py", "-B"), 1);
    expect_error(ground, ".", "import", "No module named 'a_module_that_is_not_there'", 3);
    assert_int_equal(run(ground, "repo/leaves.py", "-B"), 1);
    expect_error(ground, ".", "import", "0", 1);
    assert_int_equal(run(ground, "repo/broken.ipynb", "-B"), 1);
    expect_error(ground, ".", "import", "Expecting value", 0);
    assert_int_equal(run(ground, "repo/missing.py", "-B"), 1);
    expect_error(ground, ".", "import", "No such file", 0);
}

/* Helpers beside the model are found; main is not run; names of the standard library are not
 * shadowed for NumPy. */
static void test_learners_own_modules(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/src/random.py", "value = 5\n");
    put(ground, "repo/src/helper.py", "import random\nscale = random.value\n");
    put(ground, "repo/src/model.py",
        "from helper import scale\n"
        "import numpy.random\n"
        "if __name__ == '__main__':\n"
        "    raise RuntimeError('this is for the terminal')\n"
        "def scaled(y): return y * scale\n");
    add_case(ground, "1", "scaled", "r\n");
    int status = run(ground, "repo/src/model.py", "-B");
    if (status == 0 && !has_error(ground, "1")) {
        expect_output(ground, "1/r", 2, 1, (double[]){50, 100});
        return;
    }
    expect_error(ground, ".", "import", "random", 0); // the standard module was there first
}

static void test_threads_left_running_do_not_hold_the_runner(void **state)
{
    struct playground *ground = *state;
    put(ground, "repo/model.py",
        "import threading, time\n"
        "def busy(y):\n"
        "    threading.Thread(target=time.sleep, args=(1000,)).start()\n"
        "    return y\n");
    add_case(ground, "1", "busy", "r\n");
    assert_int_equal(run(ground, "repo/model.py", "-B"), 0);
    expect_output(ground, "1/r", 2, 1, (double[]){10, 20});
}

static void test_one_case_by_itself(void **state)
{
    struct playground *ground = *state;
    char model[FILE_PATH_MAX], inputs[FILE_PATH_MAX], outputs[FILE_PATH_MAX];
    put(ground, "repo/model.py", "def twice(y): return 2 * y\n");
    add_case(ground, "1", "another task", "r\n");
    snprintf(model, sizeof model, "%s", path_of(ground, "repo/model.py"));
    snprintf(inputs, sizeof inputs, "%s", path_of(ground, "cases/1"));
    snprintf(outputs, sizeof outputs, "%s", path_of(ground, "outputs/1"));
    assert_int_equal(start("-B", model, "twice", inputs, outputs), 0);
    expect_output(ground, "1/r", 2, 1, (double[]){20, 40});
    assert_int_equal(start("-B", model, "twice", inputs, NULL), 2);
}

int main(void)
{
#define on_playground(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        on_playground(test_forms_of_results),
        on_playground(test_one_bad_case_does_not_cost_the_others),
        on_playground(test_parameters_that_are_no_inputs),
        on_playground(test_results_that_are_not_arrays),
        on_playground(test_changes_in_place_stay_in_their_case),
        on_playground(test_notebook),
        on_playground(test_without_numpy),
        on_playground(test_model_that_cannot_be_imported),
        on_playground(test_learners_own_modules),
        on_playground(test_threads_left_running_do_not_hold_the_runner),
        on_playground(test_one_case_by_itself),
    };
    return cmocka_run_group_tests_name("python_runner", tests, NULL, NULL);
}
