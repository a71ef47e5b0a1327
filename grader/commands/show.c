/* grader show: a report in another format. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/commands/commands.h"
#include "grader/reporting/report.h"

enum { OPTION_FORMAT = 256, OPTION_BRIEF, OPTION_COLOUR, OPTION_WIDTH };

static const struct argp_option option_table[] = {
    {"format", OPTION_FORMAT, "FORMAT", 0, "text, json, markdown or junit (default: text)", 0},
    {"brief", OPTION_BRIEF, NULL, 0, "Text only: the score and what failed, in a few lines", 0},
    {"colour", OPTION_COLOUR, "WHEN", 0, "Text only: auto, always or never (default: auto)", 0},
    {"width", OPTION_WIDTH, "N", 0, "Text only: columns (default: those of the terminal)", 0},
    {0}};

static const char documentation[] =
    "Shows REPORT.json, as grade, check and batch write it; - reads standard input.\v"
    "Examples:\n"
    "  grader show ada.json\n"
    "  grader show ada.json --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n"
    "  grader show grades/reports/ada.json --format junit > junit.xml\n\n"
    "Exit status: 0 shown, 2 not there or not a report, 3 cannot write.";

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct show_options {
    const char *file;
    int format;
    enum colour colour;
    struct report_style style;
};

static void parse_colour(const char *text, struct show_options *options, struct argp_state *state)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], text) == 0) {
            options->colour = (enum colour)i;
            return;
        }
    }
    argp_error(state, "--colour: \"%s\" is none of auto, always, never", text);
}

static void parse_width(const char *text, struct show_options *options, struct argp_state *state)
{
    char *end;
    long width = strtol(text, &end, 10);
    if (end == text || *end != '\0' || width < 40 || width > 1000)
        argp_error(state, "--width: \"%s\" is no number from 40 to 1000", text);
    options->style.width = (unsigned)width;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct show_options *options = state->input;
    switch (key) {
    case OPTION_FORMAT:
        options->format = report_format_by_name(argument);
        if (options->format < 0)
            argp_error(state, "--format: \"%s\" is none of text, json, markdown, junit", argument);
        return 0;
    case OPTION_BRIEF:
        options->style.brief = true;
        return 0;
    case OPTION_COLOUR:
        parse_colour(argument, options, state);
        return 0;
    case OPTION_WIDTH:
        parse_width(argument, options, state);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "more than one report");
        options->file = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which report?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int read_report(const char *file, char **bytes, size_t *size, struct error *error)
{
    if (strcmp(file, "-") == 0)
        return file_read_fd(STDIN_FILENO, REPORT_BYTES_MAX, bytes, size, error);
    return file_read(file, REPORT_BYTES_MAX, bytes, size, error);
}

static void decide_style(struct show_options *options)
{
    struct winsize window;
    bool terminal = isatty(STDOUT_FILENO) == 1;
    bool wanted = terminal && getenv("NO_COLOR") == NULL;
    options->style.colour =
        options->colour == COLOUR_ALWAYS || (options->colour == COLOUR_AUTO && wanted);
    if (options->style.width == 0 && terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0)
        options->style.width = window.ws_col;
}

int command_show(int argc, char **argv)
{
    static const struct argp argp = {option_table, parse, "REPORT.json", documentation,
                                     NULL,         NULL,  NULL};
    struct show_options options = {.format = REPORT_TEXT};
    struct error error = ERROR_INIT;
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(2 * (size_t)REPORT_BYTES_MAX);
    argp_err_exit_status = EXIT_USAGE;
    argv[0] = (char[]){"grader show"};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EXIT_USAGE;
    decide_style(&options);
    const char *name = strcmp(options.file, "-") == 0 ? "standard input" : options.file;
    int status = read_report(options.file, &bytes, &size, &error);
    if (status == 0)
        status = report_render(bytes, size, name, (enum report_format)options.format,
                               &options.style, &text, &error);
    if (status != 0)
        return command_fail(&error);
    fwrite(buffer_text(&text), 1, text.size, stdout);
    return EXIT_GRADED;
}
