#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "grader/batch/batch.h"
#include "grader/batch/worker_pool.h"
#include "grader/commands/commands.h"

enum { KEY_AGAIN = 256, KEY_KEEP_GOING, KEY_RUBRIC, KEY_KEY, KEY_FEEDBACK, KEY_TIMEOUT };

static const struct argp_option option_table[] = {
    {"out", 'o', "FOLDER", 0, "Where reports/, errors/ and summary.csv go (required)", 0},
    {"jobs", 'j', "N", 0, "Submissions at once (default: the processors we may use)", 0},
    {"rubric", KEY_RUBRIC, "FOLDER", 0, "The rubric to grade with", 0},
    {"key", KEY_KEY, "FILE", 0, "The secret key for hidden data", 0},
    {"feedback", KEY_FEEDBACK, "LEVEL", 0,
     "How much the reports tell, as for grade (default: the rubric's level for learners)", 0},
    {"timeout", KEY_TIMEOUT, "S", 0, "Longest time for one submission as a whole (default 3600)",
     0},
    {"again", KEY_AGAIN, NULL, 0,
     "Grade everyone again, also where a report is there: picks up new commits", 0},
    {"keep-going", KEY_KEEP_GOING, NULL, 0,
     "Go on even when five submissions in a row fail for want of network, disk or sandbox", 0},
    {0}};

static const char documentation[] =
    "Grades every line of ROSTER, a CSV file with the columns learner, repository and, if wanted, "
    "ref (a branch, tag or commit)."
    "\v"
    "A learner whose report is there already, made with the same grader, rubric, key, address and "
    "ref, is not graded again: call the same command to continue after an interruption. What "
    "changed behind an address since then is not looked at; --again does.\n\n"
    "Outcomes in summary.csv: graded, not_runnable, not_fetched (all three have a report); refused "
    "(the line's repository or ref is wrong), environment_error, grader_error (no report, see "
    "errors/, no points are taken); waiting (not reached).\n\n"
    "Exit status: 0 all have a report, 2 the call, the roster or a line of it is wrong, 3 the "
    "machine or network "
    "lacks something, 4 a defect of the grader, 130 or 143 interrupted.";

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

static int stopped(void)
{
    return caught;
}

static unsigned parse_count(const char *text, unsigned highest, const char *what,
                            struct argp_state *state)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < 1 || value > highest)
        argp_error(state, "%s: '%s' is no whole number from 1 to %u", what, text, highest);
    return (unsigned)value;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct batch_options *options = state->input;
    switch (key) {
    case 'o':
        options->out = argument;
        break;
    case 'j':
        options->jobs = parse_count(argument, WORKER_COUNT_MAX, "--jobs", state);
        break;
    case KEY_RUBRIC:
        options->rubric = argument;
        break;
    case KEY_KEY:
        options->key = argument;
        break;
    case KEY_FEEDBACK:
        options->feedback = argument;
        break;
    case KEY_TIMEOUT:
        options->timeout_s = parse_count(argument, 24 * 3600, "--timeout", state);
        break;
    case KEY_AGAIN:
        options->again = true;
        break;
    case KEY_KEEP_GOING:
        options->keep_going = true;
        break;
    case ARGP_KEY_ARG:
        if (options->roster != NULL)
            argp_error(state, "only one roster, please: '%s' is too many", argument);
        options->roster = argument;
        break;
    case ARGP_KEY_END:
        if (options->roster == NULL || options->out == NULL)
            argp_error(state, "a roster and --out FOLDER are needed");
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal}; // no SA_RESTART: poll() must end
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction now;
        // What nohup has switched off stays off.
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            (void)sigaction(numbers[i], &action, NULL);
    }
    (void)signal(SIGPIPE, SIG_IGN);
}

/* A mistake in the call would fail every single line: say it once, before anything is fetched. */
static int check_call(const struct batch_options *options, struct error *error)
{
    if (options->rubric != NULL && !file_is_directory(options->rubric))
        return error_set(error, ERROR_USAGE, "--rubric: no such folder '%s'", options->rubric);
    if (options->key != NULL && access(options->key, R_OK) != 0)
        return error_errno(error, ERROR_USAGE, errno, "--key: '%s'", options->key);
    return 0;
}

static void print_totals(const struct batch_options *options, const struct batch_totals *totals)
{
    printf("%zu of %zu have a report", totals->reports, totals->total);
    if (totals->already > 0)
        printf(" (%zu from an earlier run)", totals->already);
    printf(": %s\n", totals->counts[0] == '\0' ? "none" : totals->counts);
    printf("reports: %s/reports   overview: %s/summary.csv\n", options->out, options->out);
    size_t failed = totals->refused + totals->environment + totals->grader_errors;
    if (failed > 0)
        printf("%zu could not be graded, no points were taken: see %s/errors\n", failed,
               options->out);
    if (totals->gave_up)
        printf("stopped: five in a row failed for want of something outside the submissions; "
               "repair that and call the same command again, or use --keep-going\n");
    if (totals->waiting > 0)
        printf("%zu still to do: the same command continues where this one stopped\n",
               totals->waiting);
    fflush(stdout);
}

static int status_of(const struct batch_totals *totals)
{
    if (totals->signal != 0)
        return 128 + totals->signal;
    if (totals->grader_errors > 0)
        return EXIT_BUG;
    if (totals->environment > 0)
        return EXIT_ENVIRONMENT;
    return totals->refused > 0 ? EXIT_USAGE : EXIT_GRADED;
}

int command_batch(int argc, char **argv)
{
    struct batch_options options = {.progress = stderr, .stopped = stopped};
    const struct argp argp = {option_table, parse, "ROSTER.csv", documentation, NULL, NULL, NULL};
    argp_err_exit_status = EXIT_USAGE;
    argv[0] = (char[]){"grader batch"};
    (void)argp_parse(&argp, argc, argv, 0, NULL, &options);
    struct error error = ERROR_INIT;
    if (check_call(&options, &error) != 0)
        return command_fail(&error);
    catch_signals();
    AUTO_BUFFER struct buffer problems = BUFFER_INIT(1024 * 1024);
    struct batch_totals totals;
    int result = batch_run(&options, &totals, &problems, &error);
    if (problems.size > 0)
        (void)fputs(buffer_text(&problems), stderr);
    if (result != 0)
        return command_fail(&error);
    print_totals(&options, &totals);
    return status_of(&totals);
}
