/* The hook as a server has it: a bare repository, a push, and what the pusher reads. */
#include "assertions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clock.h"
#include "grader/base/file.h"

struct fixture {
    char root[512];
    char *said; /**< by the last command */
};

/* Runs a command in the folder; keeps what it says. Returns whether it succeeded. */
static bool shell(struct fixture *fixture, const char *format, ...)
{
    char command[4096], *wanted = NULL, path[600];
    struct error error = ERROR_INIT;
    size_t size;
    va_list arguments;
    va_start(arguments, format);
    assert_true(vasprintf(&wanted, format, arguments) >= 0);
    va_end(arguments);
    int length =
        snprintf(command, sizeof command, "cd '%s' && { %s; } >said 2>&1", fixture->root, wanted);
    free(wanted);
    assert_true(length > 0 && (size_t)length < sizeof command);
    bool succeeded = system(command) == 0;
    free(fixture->said);
    fixture->said = NULL;
    snprintf(path, sizeof path, "%s/said", fixture->root);
    assert_int_equal(file_read(path, 1 << 20, &fixture->said, &size, &error), 0);
    return succeeded;
}

static void must(struct fixture *fixture, const char *command)
{
    bool succeeded = shell(fixture, "%s", command);
    if (!succeeded)
        print_error("%s\n%s", command, fixture->said);
    assert_true(succeeded);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char base[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_non_null(fixture);
    assert_int_equal(file_make_scratch(base, "grader-test", &error), 0);
    snprintf(fixture->root, sizeof fixture->root, "%.500s", base);
    *state = fixture;
    setenv("HOME", fixture->root, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    assert_true(shell(fixture,
                      "cp '%s/tests/hooks/fake_command.sh' fake && echo graded >fake.mode && "
                      "git config --global user.name Ada && "
                      "git config --global user.email ada@example.org && "
                      "git init -q --bare -b main server.git && "
                      "cp '%s/ci/hooks/post-receive' server.git/hooks/ && "
                      "git -C server.git config grader.command \"$PWD/fake\" && "
                      "git clone -q server.git work 2>/dev/null && cd work && "
                      "git checkout -q -B main && echo 1 >a && git add -A && git commit -qm one",
                      getenv("GRADER_TEST_SOURCE"), getenv("GRADER_TEST_SOURCE")));
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    int failures = file_remove_tree(fixture->root, &error) != 0;
    free(fixture->said);
    free(fixture);
    return failures;
}

static void the_pusher_reads_the_result(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "cd work && git push origin main");
    assert_string_contains(fixture->said, "remote: grader: grading main (");
    assert_string_contains(fixture->said, "remote: 73.5 / 100 from report");
    must(fixture, "h=$(git -C work rev-parse HEAD) && test -s server.git/grader-reports/$h.json && "
                  "test \"$(stat -c %a server.git/grader-reports)\" = 700 && "
                  "grep -qx \"grade --ref=$h --out=$PWD/server.git/grader-reports/$h.json --quiet "
                  "-- $PWD/server.git\" fake.calls && test ! -s fake.environment");
}

static void settings_reach_the_grader(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "git -C server.git config grader.rubric '/my rubrics/m6' && "
                  "git -C server.git config grader.key /etc/course.key && "
                  "cd work && git push -q origin main && cd .. && "
                  "grep -q -- '--rubric=/my rubrics/m6 --key=/etc/course.key' fake.calls");
}

static void only_wanted_branches_are_graded(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "git -C server.git config grader.branches 'main hand-in/*' && cd work && "
                  "git tag v1 && git push origin main main:refs/heads/draft "
                  "main:refs/heads/hand-in/1 v1");
    assert_string_contains(fixture->said, "grading main");
    assert_string_contains(fixture->said, "grading hand-in/1");
    assert_null(strstr(fixture->said, "grading draft"));
    assert_null(strstr(fixture->said, "grading v1"));
    must(fixture, "cd work && git push origin :hand-in/1");
    assert_null(strstr(fixture->said, "grading"));
}

static void a_low_score_is_no_failure(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "echo below >fake.mode && cd work && git push origin main");
    assert_string_contains(fixture->said, "73.5 / 100");
}

static void the_answer_is_short(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "echo long >fake.mode && cd work && git push origin main");
    assert_string_contains(fixture->said, "remote: 39 ");
    assert_null(strstr(fixture->said, "remote: 41 "));
}

/* Whatever goes wrong on the server, the push is there. */
static void nothing_blocks_the_push(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *prepare, *says;
    } cases[] = {
        {"echo environment >fake.mode", "not graded (exit status 3)"},
        {"echo environment >fake.mode", "no user namespaces"},
        {"echo partial >fake.mode", "not graded (exit status 4)"},
        {"echo none >fake.mode", "not graded (exit status 0)"},
        {"git -C server.git config grader.command /nowhere/grader", "there is no program"},
        {"git -C server.git config grader.command 'rm -rf /'", "there is no program"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        must(fixture, cases[i].prepare);
        must(fixture, "cd work && git commit -q --allow-empty -m next && git push origin main");
        assert_string_contains(fixture->said, cases[i].says);
        assert_null(strstr(fixture->said, "73.5"));
        must(fixture, "test $(git -C server.git rev-parse main) = $(git -C work rev-parse main)");
    }
    must(fixture, "test -z \"$(ls server.git/grader-reports)\"");
}

static void time_is_bounded(void **state)
{
    struct fixture *fixture = *state;
    must(fixture, "echo hang >fake.mode && git -C server.git config grader.timeout 1");
    uint64_t start = clock_monotonic_ns();
    must(fixture, "cd work && git push origin main main:refs/heads/second main:refs/heads/third");
    assert_true((clock_monotonic_ns() - start) / 1000000 < 10000);
    assert_string_contains(fixture->said, "it took longer than 1 s");
    assert_string_contains(fixture->said, "the 1 s for this push are over");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_pusher_reads_the_result),
        CASE(settings_reach_the_grader),
        CASE(only_wanted_branches_are_graded),
        CASE(a_low_score_is_no_failure),
        CASE(the_answer_is_short),
        CASE(nothing_blocks_the_push),
        CASE(time_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
