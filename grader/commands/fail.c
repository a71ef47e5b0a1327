/* How a command ends when it cannot do its work. */
#include <stdio.h>
#include "grader/commands/commands.h"

int command_fail(const struct error *error)
{
    fprintf(stderr, "grader: %s\n", error->message);
    switch (error->kind) {
    case ERROR_USAGE:
    case ERROR_SUBMISSION:
        return EXIT_USAGE;
    case ERROR_ENVIRONMENT:
        return EXIT_ENVIRONMENT;
    case ERROR_CANCELLED:
        return 130;
    case ERROR_NONE:
    case ERROR_BUG:
        break;
    }
    fputs("grader: this is a defect of the grader, not of the submission; no points were taken. "
          "Please report it with the command you ran.\n",
          stderr);
    return EXIT_BUG;
}
