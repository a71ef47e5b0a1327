/* The table of commands, and nothing else: each command is a file in grader/commands. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/commands/commands.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
};

static const struct command commands[] = {
    {"check", command_check, "grade your own work, as it stands in a folder"},
    {"grade", command_grade, "grade a repository: a URL or a folder"},
    {"batch", command_batch, "grade every line of a roster"},
    {"show", command_show, "show a report as text, Markdown, JUnit or JSON"},
};

static void print_help(FILE *stream)
{
    fputs("Usage: grader COMMAND [ARGUMENTS]\n\n"
          "Grades final projects of the course Mathematics for Machine Learning.\n\n"
          "Commands:\n",
          stream);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stream, "  %-8s %s\n", commands[i].name, commands[i].summary);
    fputs("\nExamples:\n"
          "  grader check                       check the project in this folder\n"
          "  grader grade https://example.org/ada/project.git --learner ada --out ada.json\n"
          "  grader batch roster.csv --out grades\n"
          "  grader show ada.json --format markdown\n\n"
          "'grader COMMAND --help' explains a command, 'grader --version' lists the libraries.\n",
          stream);
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "grader: there is no command \"%s\"; 'grader --help' lists them\n", argv[1]);
    return EXIT_USAGE;
}

/* Full disks and closed pipes show only here. */
static int flush_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fputs("grader: cannot write to standard output\n", stderr);
    return EXIT_ENVIRONMENT;
}

int main(int argc, char **argv)
{
    // Scratch folders are private as a whole; what lies in them must be readable for the sandbox's
    // user, whatever the caller's mask.
    umask(022);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return flush_output(EXIT_GRADED);
    }
    if (strcmp(argv[1], "--version") == 0)
        return flush_output(command_version(argc, argv));
    return flush_output(run_command(argc, argv));
}
