/* grader grade: one repository, at a commit. */
#include "grader/commands/grading_options.h"

enum { OPTION_REF = 512, OPTION_LEARNER, OPTION_KEY };

static const struct argp_option option_table[] = {
    {"ref", OPTION_REF, "REF", 0, "Branch, tag or commit (default: the default branch)", 0},
    {"learner", OPTION_LEARNER, "ID", 0, "Who handed it in; each learner gets data of their own",
     0},
    {"key", OPTION_KEY, "FILE", 0, "Secret key for data that nobody can predict (default: public)",
     0},
    {0}};

static const char documentation[] =
    "Clones URL (https, http, ssh, git, file) or takes the committed state of DIR, builds and runs "
    "it in a sandbox, compares its numbers with the reference, and reports points per criterion.\v"
    "Examples:\n"
    "  grader grade https://example.org/ada/project.git --learner ada --out ada.json\n"
    "  grader grade ../ada --ref v1.0 --key course.key\n"
    "  grader grade git@example.org:ada/project.git --pass 50\n\n"
    "Environment: GRADER_GIT_TOKEN for https, GRADER_SSH_KEY (a file) or the agent for ssh.\n"
    "Exit status: 0 graded, 1 below --pass, 2 wrong call, 3 the machine lacks something, 4 a "
    "defect "
    "of the grader.";

static error_t parse_argument(char *argument, struct argp_state *state)
{
    struct grading_options *options = state->input;
    if (state->arg_num > 0)
        argp_error(state, "more than one repository");
    options->request.source = argument;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct grading_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = options;
        return 0;
    case OPTION_REF:
        options->request.ref = argument;
        return 0;
    case OPTION_LEARNER:
        options->request.learner = argument;
        return 0;
    case OPTION_KEY:
        options->request.key = argument;
        return 0;
    case ARGP_KEY_ARG:
        return parse_argument(argument, state);
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which repository? Give a URL or a folder");
        return 0;
    case ARGP_KEY_END:
        if (options->request.key != NULL && options->request.seed != NULL)
            argp_error(state, "--key and --seed exclude each other");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int command_grade(int argc, char **argv)
{
    static const struct argp_child children[] = {{&grading_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {option_table, parse, "URL|DIR", documentation,
                                     children,     NULL,  NULL};
    struct grading_options options;
    grading_options_init(&options);
    argv[0] = (char[]){"grader grade"};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
        return EXIT_USAGE;
    return grading_options_run(&options);
}
