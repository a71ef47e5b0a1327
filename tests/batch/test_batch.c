/* Whole batches with a worker that fails in every way: fake_grader.sh. */
#include "assertions.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "grader/base/clock.h"
#include "grader/base/file.h"
#include "grader/batch/batch.h"

struct fixture {
    char root[512];
    char roster[600], out[600], log[600], worker[FILE_PATH_MAX], printed[600];
    struct batch_options options;
    struct batch_totals totals;
    struct error error;
};

static struct fixture *current; /**< for stopped(), which has no payload */

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char base[FILE_PATH_MAX], path[600];
    struct error error = ERROR_INIT;
    assert_non_null(fixture);
    unsetenv("TMPDIR");
    assert_int_equal(file_make_scratch(base, "grader-test", &error), 0);
    snprintf(fixture->root, sizeof fixture->root, "%.500s", base);
    snprintf(fixture->roster, sizeof fixture->roster, "%s/roster.csv", fixture->root);
    snprintf(fixture->out, sizeof fixture->out, "%s/out", fixture->root);
    snprintf(fixture->log, sizeof fixture->log, "%s/log", fixture->root);
    snprintf(fixture->printed, sizeof fixture->printed, "%s/printed", fixture->root);
    snprintf(fixture->worker, sizeof fixture->worker, "%s/tests/batch/fake_grader.sh",
             getenv("GRADER_TEST_SOURCE"));
    snprintf(path, sizeof path, "%s/tmp", fixture->root);
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("TMPDIR", path, 1);
    assert_int_equal(mkdir(fixture->log, 0700), 0);
    setenv("FAKE_LOG", fixture->log, 1);
    fixture->options = (struct batch_options){
        .roster = fixture->roster, .out = fixture->out, .jobs = 2, .worker = fixture->worker};
    current = fixture;
    *state = fixture;
    return 0;
}

/* rmdir() proves that nothing is in it. */
static int teardown(void **state)
{
    struct fixture *fixture = *state;
    char path[600];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/tmp", fixture->root);
    int failures = rmdir(path) != 0;
    if (failures != 0)
        print_error("temporary files were left behind\n");
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
        print_error("a worker was left behind\n");
        failures++;
    }
    failures += file_remove_tree(fixture->root, &error) != 0;
    free(fixture);
    return failures;
}

/* Each word is a learner whose repository is of that name: "good" or "alice=good". */
static void write_roster(struct fixture *fixture, const char *words)
{
    FILE *file = fopen(fixture->roster, "we");
    assert_non_null(file);
    fprintf(file, "learner,repository\n");
    char *copy = strdup(words), *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        char *sign = strchr(word, '=');
        fprintf(file, "%.*s,/x/%s\n", (int)(sign == NULL ? strlen(word) : (size_t)(sign - word)),
                word, sign == NULL ? word : sign + 1);
    }
    free(copy);
    assert_int_equal(fclose(file), 0);
}

static int run(struct fixture *fixture)
{
    struct buffer problems = BUFFER_INIT(1 << 16);
    FILE *stream = fopen(fixture->printed, "we");
    assert_non_null(stream);
    fixture->options.progress = stream;
    fixture->error = (struct error)ERROR_INIT;
    int status = batch_run(&fixture->options, &fixture->totals, &problems, &fixture->error);
    if (status != 0)
        print_error("%s%s\n", buffer_text(&problems), fixture->error.message);
    buffer_release(&problems);
    fclose(stream);
    return status;
}

/* Text of a file below the fixture's folder, "" when it is not there; freed by the next call. */
static const char *text_of(const struct fixture *fixture, const char *format, ...)
{
    static char *kept;
    char name[256], path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    size_t size;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s/%s", fixture->root, name);
    free(kept);
    kept = NULL;
    return file_read(path, 1 << 20, &kept, &size, &error) == 0 ? kept : "";
}

static size_t calls(const struct fixture *fixture, const char *what)
{
    size_t count = 0;
    const char *text = text_of(fixture, "log/calls");
    for (const char *line = text; (line = strstr(line, what)) != NULL; line++)
        count++;
    return count;
}

static void every_way_to_end(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "good below hostile crash crash-once environment environment-once bug "
                          "wrong no-report half-report other-json spew");
    assert_int_equal(run(fixture), 0);
    static const struct {
        const char *learner, *row, *reason;
        size_t attempts;
    } cases[] = {
        {"good", "good,graded,73.5,100,12,reports/good.json\n", NULL, 1},
        {"below", "below,graded,1,100,12,reports/below.json\n", NULL, 1},
        {"hostile", "hostile,not_fetched,0,100,12,reports/hostile.json\n", NULL, 1},
        {"crash-once", "crash-once,graded,50,100,12,reports/crash-once.json\n", NULL, 2},
        {"environment-once", "environment-once,graded,50,100,12,", NULL, 2},
        {"spew", "spew,graded,0.001,100,12,reports/spew.json\n", NULL, 1},
        {"crash", "crash,grader_error,,,,errors/crash.txt\n",
         "ended by signal 11 (Segmentation fault): about to crash", 2},
        {"environment", "environment,environment_error,,,,errors/environment.txt\n",
         "exit status 3: no user namespaces", 2},
        {"bug", "bug,grader_error,,,,errors/bug.txt\n",
         "exit status 4: assertion at https://example.org/", 2},
        {"wrong", "wrong,refused,,,,errors/wrong.txt\n", "exit status 2: no such folder", 1},
        {"no-report", "no-report,grader_error,,,,", "no valid report: ", 2},
        {"half-report", "half-report,grader_error,,,,", "no valid report: report", 2},
        {"other-json", "other-json,grader_error,,,,", "no valid report: report", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char call[64];
        assert_string_contains(text_of(fixture, "out/summary.csv"), cases[i].row);
        snprintf(call, sizeof call, "grade %s\n", cases[i].learner);
        assert_int_equal(calls(fixture, call), cases[i].attempts);
        const char *report = text_of(fixture, "out/reports/%s.json", cases[i].learner);
        assert_int_equal(report[0] == '\0', cases[i].reason != NULL);
        const char *reason = text_of(fixture, "out/errors/%s.txt", cases[i].learner);
        assert_int_equal(reason[0] != '\0', cases[i].reason != NULL);
        if (cases[i].reason != NULL)
            assert_string_contains(reason, cases[i].reason);
    }
    assert_null(strstr(text_of(fixture, "out/errors/bug.txt"), "hunter2"));
    assert_int_equal(fixture->totals.total, 13);
    assert_int_equal(fixture->totals.reports, 6);
    assert_int_equal(fixture->totals.grader_errors, 5);
    assert_int_equal(fixture->totals.environment, 1);
    assert_int_equal(fixture->totals.refused, 1);
    assert_int_equal(fixture->totals.waiting, 0);
}

static void continues_where_it_stopped(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=good b=good c=crash");
    assert_int_equal(run(fixture), 0);
    assert_string_contains(text_of(fixture, "printed"), "] a  graded  73.5/100  ");
    write_roster(fixture, "a=good b=hostile c=crash-once d=good");
    assert_int_equal(run(fixture), 0);
    // a as before; b's address changed; c had no report; d is new.
    assert_int_equal(calls(fixture, "grade a\n"), 1);
    assert_int_equal(calls(fixture, "grade b\n"), 2);
    assert_int_equal(calls(fixture, "grade d\n"), 1);
    assert_int_equal(calls(fixture, "identity c\n"), 0);
    assert_int_equal(fixture->totals.already, 1);
    assert_int_equal(fixture->totals.reports, 4);
    assert_string_contains(text_of(fixture, "printed"), "] a  already graded  73.5/100\n");
    assert_string_contains(text_of(fixture, "out/summary.csv"), "a,graded,73.5,");
    assert_string_equal(text_of(fixture, "out/errors/c.txt"), "");
    // Another rubric, another grader: all again. So too when asked.
    fixture->options.rubric = "other";
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.already, 0);
    char path[700];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/version", fixture->log);
    assert_int_equal(file_write(path, "2", 1, &error), 0);
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.already, 0);
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.already, 4);
    fixture->options.again = true;
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.already, 0);
}

static void an_outdated_report_does_not_pass_for_a_new_one(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=good");
    assert_int_equal(run(fixture), 0);
    write_roster(fixture, "a=crash");
    assert_int_equal(run(fixture), 0);
    assert_string_equal(text_of(fixture, "out/reports/a.json"), "");
    assert_string_contains(text_of(fixture, "out/errors/a.previous.json"), "73500");
    assert_string_contains(text_of(fixture, "out/errors/a.txt"), "signal 11");
}

static void a_damaged_report_is_graded_again(void **state)
{
    struct fixture *fixture = *state;
    char path[700];
    struct error error = ERROR_INIT;
    write_roster(fixture, "a=good");
    assert_int_equal(run(fixture), 0);
    snprintf(path, sizeof path, "%s/reports/a.json", fixture->out);
    assert_int_equal(truncate(path, 20), 0);
    assert_int_equal(run(fixture), 0);
    assert_int_equal(calls(fixture, "grade a\n"), 2);
    assert_int_equal(file_write(path, "", 0, &error), 0);
    assert_int_equal(run(fixture), 0);
    assert_int_equal(calls(fixture, "grade a\n"), 3);
    assert_string_contains(text_of(fixture, "out/reports/a.json"), "73500");
}

static void runs_so_many_at_once_and_no_more(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=gauge b=gauge c=gauge d=gauge e=gauge f=gauge g=gauge h=gauge");
    fixture->options.jobs = 4;
    uint64_t start = clock_monotonic_ns();
    assert_int_equal(run(fixture), 0);
    uint64_t took = (clock_monotonic_ns() - start) / 1000000;
    assert_int_equal(fixture->totals.reports, 8);
    const char *gauge = text_of(fixture, "log/gauge");
    long most = 0;
    for (const char *line = gauge; *line != '\0'; line = strchr(line, '\n') + 1)
        most = strtol(line, NULL, 10) > most ? strtol(line, NULL, 10) : most;
    assert_int_equal(most, 4);
    assert_true(took < 8 * 300); // one after the other it would be more
}

static bool is_running(const struct fixture *fixture)
{
    return text_of(fixture, "log/sleeper")[0] != '\0';
}

static bool process_is_gone(const struct fixture *fixture)
{
    pid_t pid = (pid_t)strtol(text_of(fixture, "log/sleeper"), NULL, 10);
    assert_true(pid > 1);
    for (int i = 0; i < 100; i++) {
        // A zombie that init has not collected yet does not run any more.
        char path[64], line[256] = "";
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "re");
        if (file == NULL)
            return true;
        char *got = fgets(line, sizeof line, file);
        fclose(file);
        if (got == NULL || strstr(line, ") Z ") != NULL)
            return true;
        usleep(20000);
    }
    return false;
}

static int stop_when_running(void)
{
    return is_running(current) ? SIGINT : 0;
}

static void an_interruption_leaves_nothing_partial(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=good b=slow c=good d=good");
    fixture->options.jobs = 1;
    fixture->options.stopped = stop_when_running;
    uint64_t start = clock_monotonic_ns();
    assert_int_equal(run(fixture), 0);
    assert_true((clock_monotonic_ns() - start) / 1000000 < 8000);
    assert_int_equal(fixture->totals.signal, SIGINT);
    assert_int_equal(fixture->totals.reports, 1);
    assert_int_equal(fixture->totals.waiting, 3);
    assert_true(process_is_gone(fixture));
    assert_string_contains(text_of(fixture, "out/summary.csv"), "b,waiting,,,,\n");
    assert_string_equal(text_of(fixture, "out/reports/b.json"), "");
    assert_string_equal(text_of(fixture, "out/errors/b.txt"), "");
    write_roster(fixture, "a=good b=good c=good d=good");
    fixture->options.stopped = NULL;
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.already, 1);
    assert_int_equal(fixture->totals.reports, 4);
}

static void a_worker_that_hangs_is_killed_with_its_children(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=slow b=good");
    fixture->options.timeout_s = 1;
    assert_int_equal(run(fixture), 0);
    assert_int_equal(fixture->totals.grader_errors, 1);
    assert_int_equal(fixture->totals.reports, 1);
    assert_string_contains(text_of(fixture, "out/errors/a.txt"), "no end within 1 s, killed");
    assert_true(process_is_gone(fixture));
}

static void a_broken_machine_stops_the_batch(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=environment b=environment c=environment d=environment e=environment "
                          "f=environment g=environment h=environment i=good");
    fixture->options.jobs = 1;
    assert_int_equal(run(fixture), 0);
    assert_true(fixture->totals.gave_up);
    assert_true(fixture->totals.waiting > 0);
    fixture->options.keep_going = true;
    assert_int_equal(run(fixture), 0);
    assert_false(fixture->totals.gave_up);
    assert_int_equal(fixture->totals.environment, 8);
    assert_int_equal(fixture->totals.reports, 1);
}

static void two_batches_do_not_share_a_folder(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=slow");
    fixture->options.stopped = stop_when_running;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct buffer problems = BUFFER_INIT(1000);
        fixture->options.stopped = NULL;
        fixture->options.timeout_s = 3;
        _exit(batch_run(&fixture->options, &fixture->totals, &problems, &fixture->error) == 0 ? 0
                                                                                              : 1);
    }
    for (int i = 0; i < 500 && !is_running(fixture); i++)
        usleep(10000);
    write_roster(fixture, "a=good");
    fixture->options.stopped = NULL;
    assert_int_equal(run(fixture), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "another batch is running with the folder");
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void cells_are_no_formulas(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "@SUM=good +1=good plain=good");
    assert_int_equal(run(fixture), 0);
    assert_string_equal(text_of(fixture, "out/summary.csv"),
                        "learner,outcome,points,maximum,pending,report\n"
                        "'@SUM,graded,73.5,100,12,reports/@SUM.json\n"
                        "'+1,graded,73.5,100,12,reports/+1.json\n"
                        "plain,graded,73.5,100,12,reports/plain.json\n");
}

static void a_worker_that_cannot_start_is_the_environment(void **state)
{
    struct fixture *fixture = *state;
    write_roster(fixture, "a=good");
    fixture->options.worker = "/nowhere/grader";
    assert_int_equal(run(fixture), ERROR_ENVIRONMENT);
    assert_string_contains(fixture->error.message, "cannot start /nowhere/grader");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_way_to_end),
        CASE(continues_where_it_stopped),
        CASE(an_outdated_report_does_not_pass_for_a_new_one),
        CASE(a_damaged_report_is_graded_again),
        CASE(runs_so_many_at_once_and_no_more),
        CASE(an_interruption_leaves_nothing_partial),
        CASE(a_worker_that_hangs_is_killed_with_its_children),
        CASE(a_broken_machine_stops_the_batch),
        CASE(two_batches_do_not_share_a_folder),
        CASE(cells_are_no_formulas),
        CASE(a_worker_that_cannot_start_is_the_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
