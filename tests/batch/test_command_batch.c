/* The command as it is called, real signals included. This program is its own worker: started with
 * "grade" it becomes fake_grader.sh. */
#include "assertions.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "grader/commands/commands.h"

static char root[512], said_path[600];

static void path_below(char *path, const char *name)
{
    snprintf(path, FILE_PATH_MAX, "%s/%s", root, name);
}

static int setup(void **state)
{
    (void)state;
    char base[FILE_PATH_MAX], path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    unsetenv("TMPDIR");
    assert_int_equal(file_make_scratch(base, "grader-test", &error), 0);
    snprintf(root, sizeof root, "%.500s", base);
    snprintf(said_path, sizeof said_path, "%s/said", root);
    path_below(path, "tmp");
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("TMPDIR", path, 1);
    path_below(path, "log");
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("FAKE_LOG", path, 1);
    return chdir(root);
}

static int teardown(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    int failures = rmdir("tmp") != 0;
    if (failures != 0)
        print_error("temporary files were left behind\n");
    return failures + (chdir("/") != 0) + (file_remove_tree(root, &error) != 0);
}

static void write_roster(const char *text)
{
    struct error error = ERROR_INIT;
    assert_int_equal(file_write("roster.csv", text, strlen(text), &error), 0);
}

/* Starts "batch" with these words (NULL at the end) in a child. */
static pid_t start(const char *const *words)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid != 0)
        return pid;
    char *argv[12] = {(char[]){"batch"}};
    int argc = 1;
    while (words[argc - 1] != NULL && argc < 11) {
        argv[argc] = strdup(words[argc - 1]);
        argc++;
    }
    int fd = open(said_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    close(fd);
    int status = command_batch(argc, argv);
    fflush(stdout);
    _exit(status);
}

static int status_of(pid_t pid)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const char *said(void)
{
    static char *text;
    struct error error = ERROR_INIT;
    size_t size;
    free(text);
    text = NULL;
    assert_int_equal(file_read(said_path, 1 << 20, &text, &size, &error), 0);
    return text;
}

#define RUN(...) status_of(start((const char *[]){__VA_ARGS__, NULL}))

static void all_graded_is_zero(void **state)
{
    (void)state;
    write_roster("learner,repository\na,/x/good\nb,/x/below\nc,/x/hostile\n");
    assert_int_equal(RUN("roster.csv", "--out", "out", "--jobs", "1"), EXIT_GRADED);
    assert_string_contains(said(), "[1/3] a  graded  73.5/100  ");
    assert_string_contains(said(), "[3/3] c  not fetched  0/100  ");
    assert_string_contains(said(), "3 of 3 have a report: graded 2, not fetched 1\n");
    assert_string_contains(said(), "reports: out/reports   overview: out/summary.csv\n");
    assert_int_equal(RUN("roster.csv", "--out", "out"), EXIT_GRADED);
    assert_string_contains(said(), "(3 from an earlier run)");
}

static void mistakes_in_the_call_are_two(void **state)
{
    (void)state;
    write_roster("learner,repository\na,ext::x\nb,\n");
    assert_int_equal(RUN("roster.csv", "--out", "out"), EXIT_USAGE);
    assert_string_contains(said(), "roster.csv line 2: 'ext::x': accepted are");
    assert_string_contains(said(), "roster.csv line 3: the repository is empty");
    assert_string_contains(said(), "roster.csv: 2 problems; nothing was graded");
    write_roster("learner,repository\na,/x/good\n");
    assert_int_equal(RUN("roster.csv"), EXIT_USAGE);
    assert_int_equal(RUN("--out", "out"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "b.csv", "--out", "out"), EXIT_USAGE);
    assert_int_equal(RUN("missing.csv", "--out", "out"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "--out", "out", "--jobs", "0"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "--out", "out", "--jobs", "-1"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "--out", "out", "--timeout", "1x"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "--out", "out", "--rubric", "none"), EXIT_USAGE);
    assert_int_equal(RUN("roster.csv", "--out", "out", "--key", "none"), EXIT_USAGE);
    assert_string_contains(said(), "--key: 'none'");
    assert_false(file_exists("log/calls"));
}

static void the_worst_end_is_the_status(void **state)
{
    (void)state;
    write_roster("learner,repository\na,/x/good\nb,/x/wrong\n");
    assert_int_equal(RUN("roster.csv", "--out", "out"), EXIT_USAGE);
    write_roster("learner,repository\na,/x/good\nb,/x/wrong\nc,/x/environment\n");
    assert_int_equal(RUN("roster.csv", "--out", "out"), EXIT_ENVIRONMENT);
    write_roster("learner,repository\nb,/x/wrong\nc,/x/environment\nd,/x/bug\n");
    assert_int_equal(RUN("roster.csv", "--out", "out"), EXIT_BUG);
    assert_string_contains(said(), "3 could not be graded, no points were taken: see out/errors");
}

static void a_signal_ends_it_cleanly(int number)
{
    char sleeper[FILE_PATH_MAX];
    write_roster("learner,repository\na,/x/slow\nb,/x/good\n");
    path_below(sleeper, "log/sleeper");
    unlink(sleeper);
    pid_t pid = start((const char *[]){"roster.csv", "--out", "out", "--jobs", "1", NULL});
    for (int i = 0; i < 500 && !file_exists(sleeper); i++)
        usleep(10000);
    assert_int_equal(kill(pid, number), 0);
    assert_int_equal(status_of(pid), 128 + number);
    assert_string_contains(said(), "2 still to do: the same command continues");
    assert_false(file_exists("out/reports/a.json"));
    assert_false(file_exists("out/errors/a.txt"));
}

static void ctrl_c_and_sigterm(void **state)
{
    (void)state;
    a_signal_ends_it_cleanly(SIGINT);
    a_signal_ends_it_cleanly(SIGTERM);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "grade") == 0) {
        char script[FILE_PATH_MAX];
        snprintf(script, sizeof script, "%s/tests/batch/fake_grader.sh",
                 getenv("GRADER_TEST_SOURCE"));
        execv(script, argv);
        return 127;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_graded_is_zero, setup, teardown),
        cmocka_unit_test_setup_teardown(mistakes_in_the_call_are_two, setup, teardown),
        cmocka_unit_test_setup_teardown(the_worst_end_is_the_status, setup, teardown),
        cmocka_unit_test_setup_teardown(ctrl_c_and_sigterm, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
