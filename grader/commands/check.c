/* grader check: a learner grades their own work, as it stands. */
#include "grader/commands/grading_options.h"

static const char documentation[] =
    "Grades the project in DIR (default: this folder) as it stands, uncommitted changes included, "
    "on public data, and says for each part what passes, what fails and why.\v"
    "Examples:\n"
    "  grader check\n"
    "  grader check ~/project --task gradient\n"
    "  grader check --seed monday          other practice data\n"
    "  grader check --out report.json --format markdown\n\n"
    "Exit status: 0 graded, 1 below --pass, 2 wrong call, 3 the machine lacks something, 4 a "
    "defect "
    "of the grader.";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct grading_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            argp_error(state, "more than one folder");
        options->request.source = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_check(int argc, char **argv)
{
    static const struct argp_child children[] = {{&grading_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {NULL, parse, "[DIR]", documentation, children, NULL, NULL};
    struct grading_options options;
    grading_options_init(&options);
    options.request.source = ".";
    options.request.as_it_stands = true;
    argv[0] = (char[]){"grader check"};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EXIT_USAGE;
    return grading_options_run(&options);
}
