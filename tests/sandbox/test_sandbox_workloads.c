/** @file Honest programs must work in the default limits, without a single denied call. */
#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

/** What a run wrote, for comparison; the result is freed. */
static void assert_prints(const struct sandbox_spec *spec, const char *label, const char *expected)
{
    struct sandbox_result *result = run_or_fail(spec, label);
    size_t length = strlen(expected);
    bool right = result->outcome == SANDBOX_EXITED && result->exit_code == 0 &&
                 result->standard_output.head_size == length &&
                 memcmp(result->standard_output.head, expected, length) == 0;
    if (!right)
        print_error("%s: %s %d\nstdout: %.*s\nstderr: %.*s\n", label,
                    sandbox_outcome_name(result->outcome), result->exit_code,
                    (int)result->standard_output.head_size, result->standard_output.head,
                    (int)result->standard_error.head_size, result->standard_error.head);
    for (size_t i = 0; i < result->denial_count; i++) {
        print_error("%s: %s\n", label, result->denials[i].explanation);
        right = false;
    }
    sandbox_result_free(result);
    assert_true(right);
}

static void assert_python_prints(const char *program, const char *expected)
{
    struct traces before = traces_now();
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    sandbox_spec_set_command(spec, (const char *const[]){"/usr/bin/python3", "-c", program, NULL});
    assert_prints(spec, program, expected);
    sandbox_spec_free(spec);
    assert_no_traces(before, "python");
}

static void numpy_multiplies(void **state)
{
    (void)state;
    assert_python_prints("import numpy as np\n"
                         "a = np.ones((300, 300))\n"
                         "print(int((a @ a)[0, 0]), int(np.linalg.svd(a)[1][0].round()))\n",
                         "300 300\n");
}

static void python_pool_works(void **state)
{
    (void)state;
    assert_python_prints("import multiprocessing as mp\n"
                         "with mp.get_context('fork').Pool(4) as pool:\n"
                         "    print(sum(pool.map(abs, range(-10, 0))))\n",
                         "55\n");
}

static void python_threads_and_temporary_files_work(void **state)
{
    (void)state;
    assert_python_prints("import tempfile, subprocess, concurrent.futures as f, os, sys\n"
                         "with f.ThreadPoolExecutor(8) as pool:\n"
                         "    n = sum(pool.map(len, ['ab'] * 100))\n"
                         "with tempfile.NamedTemporaryFile() as t: t.write(b'x')\n"
                         "out = subprocess.run(['echo', 'hi'], capture_output=True).stdout\n"
                         "print(n, out.decode().strip(), sys.executable, os.getcwd())\n",
                         "200 hi /usr/bin/python3 /\n");
}

static void shared_memory_works(void **state)
{
    (void)state;
    assert_python_prints("import multiprocessing as mp, multiprocessing.shared_memory as s\n"
                         "m = s.SharedMemory(create=True, size=1 << 20)\n"
                         "def fill(name):\n"
                         "    n = s.SharedMemory(name); n.buf[0] = 7; n.close()\n"
                         "p = mp.get_context('fork').Process(target=fill, args=(m.name,))\n"
                         "p.start(); p.join(); print(m.buf[0]); m.close(); m.unlink()\n",
                         "7\n");
}

static void compilers_and_make_work(void **state)
{
    (void)state;
    struct traces before = traces_now();
    static const char script[] =
        "set -e; cd /work\n"
        "for i in 1 2 3 4; do echo \"int f$i(void) { return $i; }\" > f$i.c; done\n"
        "printf '#include <stdio.h>\\n#include <math.h>\\nint f1(void),f2(void),f3(void),f4(void);"
        "int main(void){printf(\"%%d %%.0f\\\\n\",f1()+f2()+f3()+f4(),sqrt(49.0));}' > main.c\n"
        "printf 'main: main.o f1.o f2.o f3.o f4.o\\n\\tgcc -O2 -o $@ $^ -lm\\n"
        "%%.o: %%.c\\n\\tgcc -O2 -c $<\\n' > Makefile\n"
        "make -s -j2; make -q; ./main\n";
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_BUILD);
    sandbox_spec_add_directory(spec, "/work");
    sandbox_spec_set_command(spec, (const char *const[]){"sh", "-c", script, NULL});
    assert_prints(spec, "make", "10 7\n");
    sandbox_spec_free(spec);
    assert_no_traces(before, "make");
}

/** The view holds what was asked for and the identity is the same everywhere. */
static void view_is_as_specified(void **state)
{
    (void)state;
    char path[256];
    strcpy(path, fixture_write("input.txt", "given\n"));
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    sandbox_spec_add_read_only(spec, path, "/data/input.txt");
    sandbox_spec_add_directory(spec, "/out/deep");
    sandbox_spec_set_directory(spec, "/out/deep");
    sandbox_spec_set_variable(spec, "GREETING", "a b=c");
    sandbox_spec_set_command(
        spec, (const char *const[]){"sh", "-c",
                                    "pwd; cat /data/input.txt; echo \"$GREETING\"; id -un; "
                                    "uname -n; echo $HOME; ls /proc | grep -c '^[0-9]'; "
                                    "test ! -w /data/input.txt && touch x /tmp/y /dev/shm/z",
                                    NULL});
    assert_prints(spec, "view", "/out/deep\ngiven\na b=c\nlearner\nsandbox\n/tmp\n3\n");
    sandbox_spec_free(spec);
}

static void what_cannot_start_is_told(void **state)
{
    (void)state;
    static char long_argument[120000];
    memset(long_argument, 'x', sizeof long_argument - 1);
    const char *huge[80];
    huge[0] = "true";
    for (size_t i = 1; i < 79; i++)
        huge[i] = long_argument;
    huge[79] = NULL;
    char plain[256];
    strcpy(plain, fixture_write("plain", "no program\n"));
    const struct {
        const char *const *command;
        int expected;
    } cases[] = {
        {(const char *const[]){"/nothing/here", NULL}, ENOENT},
        {(const char *const[]){"no-such-program", NULL}, ENOENT},
        {(const char *const[]){"/usr", NULL}, EACCES},
        {(const char *const[]){"/plain", NULL}, EACCES},
        {(const char *const[]){"/usr/bin/true/x", NULL}, ENOENT},
        {huge, E2BIG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct traces before = traces_now();
        struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
        sandbox_spec_add_read_only(spec, plain, "/plain");
        sandbox_spec_set_command(spec, cases[i].command);
        struct sandbox_result *result = run_or_fail(spec, cases[i].command[0]);
        sandbox_spec_free(spec);
        enum sandbox_outcome outcome = result->outcome;
        int reason = result->start_errno;
        sandbox_result_free(result);
        assert_string_equal(sandbox_outcome_name(outcome), "cannot_start");
        assert_int_equal(reason, cases[i].expected);
        assert_no_traces(before, "cannot start");
    }
}

static void missing_places_are_the_spec_s_mistake(void **state)
{
    (void)state;
    struct traces before = traces_now();
    for (int kind = 0; kind < 3; kind++) {
        struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
        if (kind == 0)
            sandbox_spec_add_copy(spec, "/nowhere/at/all", "/work");
        if (kind == 1)
            sandbox_spec_add_read_only(spec, "/nowhere/at/all", "/work");
        if (kind == 2)
            sandbox_spec_set_directory(spec, "/nowhere/at/all");
        sandbox_spec_set_command(spec, (const char *const[]){"true", NULL});
        struct sandbox_error error = {0};
        struct sandbox_result *result = NULL;
        int status = sandbox_run(spec, &result, &error);
        sandbox_spec_free(spec);
        assert_int_equal(status, SANDBOX_ERROR_ARGUMENT);
        assert_string_contains(error.message, "/nowhere/at/all: No such file or directory");
    }
    assert_no_traces(before, "missing places");
}

static void *run_many(void *failures)
{
    for (int i = 0; i < 10; i++) {
        struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
        struct sandbox_result *result = NULL;
        struct sandbox_error error = {0};
        sandbox_spec_set_command(spec, (const char *const[]){"sh", "-c", "exit 7", NULL});
        int status = sandbox_run(spec, &result, &error);
        if (status != SANDBOX_OK || result->outcome != SANDBOX_EXITED || result->exit_code != 7) {
            fprintf(stderr, "status %d %s, %s\n", status, error.message,
                    status == SANDBOX_OK ? sandbox_outcome_name(result->outcome) : "");
            ++*(int *)failures;
        }
        sandbox_result_free(result);
        sandbox_spec_free(spec);
    }
    return NULL;
}

static void threads_may_run_sandboxes_at_once(void **state)
{
    (void)state;
    struct traces before = traces_now();
    pthread_t threads[4];
    int failures[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_many, &failures[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(failures[0] + failures[1] + failures[2] + failures[3], 0);
    assert_no_traces(before, "threads");
}

static void probe_names_the_layers(void **state)
{
    (void)state;
    unsigned layers = 0;
    struct sandbox_error error = {0};
    assert_int_equal(sandbox_probe(&layers, &error), SANDBOX_OK);
    assert_true((layers & SANDBOX_LAYER_SYSCALL_FILTER) != 0);
    assert_true((layers & SANDBOX_LAYER_USER_NAMESPACE) != 0);
}

int main(int argc, char **argv)
{
    if (!fixture_init(argc, argv))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numpy_multiplies),
        cmocka_unit_test(python_pool_works),
        cmocka_unit_test(python_threads_and_temporary_files_work),
        cmocka_unit_test(shared_memory_works),
        cmocka_unit_test(compilers_and_make_work),
        cmocka_unit_test(view_is_as_specified),
        cmocka_unit_test(what_cannot_start_is_told),
        cmocka_unit_test(missing_places_are_the_spec_s_mistake),
        cmocka_unit_test(threads_may_run_sandboxes_at_once),
        cmocka_unit_test(probe_names_the_layers),
    };
    int failures = cmocka_run_group_tests_name("sandbox: workloads", tests, NULL, NULL);
    fixture_release();
    return failures;
}
