#include "grader/commands/grading_options.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <inttypes.h>
#include "grader/base/file.h"

enum {
    OPTION_RUBRIC = 256,
    OPTION_OUT,
    OPTION_FORMAT,
    OPTION_FEEDBACK,
    OPTION_PASS,
    OPTION_TASK,
    OPTION_SEED,
    OPTION_IDENTITY
};

static const struct argp_option option_table[] = {
    {"rubric", OPTION_RUBRIC, "DIR", 0, "Rubric to grade against (default: the installed one)", 0},
    {"out", OPTION_OUT, "FILE", 0, "Write the JSON report to FILE", 0},
    {"format", OPTION_FORMAT, "FORMAT", 0,
     "What to print: text, json, markdown, junit (default: text)", 0},
    {"feedback", OPTION_FEEDBACK, "LEVEL", 0,
     "How much the report tells: verdict, hint, values, full, or what the rubric gives an "
     "audience: "
     "learner, ci, instructor",
     0},
    {"pass", OPTION_PASS, "POINTS", 0, "Exit with status 1 below this score (default: 0)", 0},
    {"task", OPTION_TASK, "NAME", 0, "Grade only this task", 0},
    {"seed", OPTION_SEED, "WORD", 0, "Practise on other public data: any word gives fresh inputs",
     0},
    {"quiet", 'q', NULL, 0, "Print nothing but errors", 0},
    {"print-identity", OPTION_IDENTITY, NULL, OPTION_HIDDEN, NULL, 0},
    {0}};

static void parse_pass(const char *text, struct grading_options *options, struct argp_state *state)
{
    char *end;
    double points = strtod(text, &end);
    if (end == text || *end != '\0' || !(points >= 0.0 && points <= 1e6))
        argp_error(state, "--pass: \"%s\" is not a number of points", text);
    options->pass = (int64_t)llround(points * 1000.0);
}

static void parse_feedback(const char *text, struct grading_options *options,
                           struct argp_state *state)
{
    static const char *const levels[] = {"verdict", "hint", "values",    "full",
                                         "learner", "ci",   "instructor"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i], text) == 0)
            options->request.feedback = levels[i];
    if (options->request.feedback == NULL)
        argp_error(state,
                   "--feedback: \"%s\" is none of verdict, hint, values, full, learner, ci, "
                   "instructor",
                   text);
}

static void parse_format(const char *text, struct grading_options *options,
                         struct argp_state *state)
{
    options->format = report_format_by_name(text);
    if (options->format < 0)
        argp_error(state, "--format: \"%s\" is none of text, json, markdown, junit", text);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct grading_options *options = state->input;
    switch (key) {
    case OPTION_RUBRIC:
        options->request.rubric = argument;
        break;
    case OPTION_OUT:
        options->out = argument;
        break;
    case OPTION_FORMAT:
        parse_format(argument, options, state);
        break;
    case OPTION_FEEDBACK:
        parse_feedback(argument, options, state);
        break;
    case OPTION_PASS:
        parse_pass(argument, options, state);
        break;
    case OPTION_TASK:
        options->request.task = argument;
        break;
    case OPTION_SEED:
        options->request.seed = argument;
        break;
    case 'q':
        options->quiet = true;
        break;
    case OPTION_IDENTITY:
        options->print_identity = true;
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp grading_argp = {option_table, parse, NULL, NULL, NULL, NULL, NULL};

void grading_options_init(struct grading_options *options)
{
    *options = (struct grading_options){.format = -1};
    argp_err_exit_status = EXIT_USAGE;
}

/* ---- interruption and progress ------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    interrupted = signal_number;
}

static bool is_interrupted(void *payload)
{
    (void)payload;
    return interrupted != 0;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN); // a reader that closes early is an error of write, not our death
}

static void show_progress(void *payload, const char *what, uint64_t done, uint64_t total)
{
    (void)payload;
    if (total > 0)
        fprintf(stderr, "\r\033[K%s: %" PRIu64 " of %" PRIu64, what, done, total);
    else
        fprintf(stderr, "\r\033[K%s ...", what);
}

/* ---- result -------------------------------------------------------------------------------- */

static unsigned terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40)
        return 0;
    return size.ws_col;
}

static int print_report(const struct grading_options *options, const struct buffer *json,
                        struct error *error)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    struct report_style style = {.colour = terminal && getenv("NO_COLOR") == NULL,
                                 .width = terminal ? terminal_width() : 0};
    enum report_format format =
        options->format < 0 ? REPORT_TEXT : (enum report_format)options->format;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    if (options->quiet)
        return 0;
    int status = report_render(json->data, json->size, "report", format, &style, &text, error);
    if (status == 0)
        fwrite(text.data, 1, text.size, stdout);
    return status;
}

static int publish(const struct grading_options *options, const struct grading *grading,
                   struct error *error)
{
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    int status = report_write_json(grading, &json, error);
    if (status == 0 && options->out != NULL)
        status = file_write_atomic(options->out, json.data, json.size, error);
    return status != 0 ? status : print_report(options, &json, error);
}

static int print_identity(const struct grading_options *options)
{
    char identity[256];
    struct error error = ERROR_INIT;
    if (grade_identity(&options->request, identity, sizeof identity, &error) != 0)
        return command_fail(&error);
    puts(identity);
    return EXIT_GRADED;
}

int grading_options_run(struct grading_options *options)
{
    struct error error = ERROR_INIT;
    struct grading grading;
    bool terminal = isatty(STDERR_FILENO) == 1 && !options->quiet;
    if (options->print_identity)
        return print_identity(options);
    catch_signals();
    options->request.cancelled = is_interrupted;
    options->request.progress = terminal ? show_progress : NULL;
    int status = grade_submission(&options->request, &grading, &error);
    if (terminal)
        fputs("\r\033[K", stderr);
    if (status != 0) {
        int failed = command_fail(&error);
        return interrupted != 0 ? 128 + interrupted : failed;
    }
    bool below = grading.points < options->pass;
    status = publish(options, &grading, &error);
    grading_release(&grading);
    if (status != 0)
        return command_fail(&error);
    return below ? EXIT_BELOW_PASS : EXIT_GRADED;
}
