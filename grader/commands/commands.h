/**
 * @file
 * The commands of the grader: one file each, argv in, exit status out. Only these print.
 *
 * Exit status: 0 graded (and at or above --pass), 1 graded below --pass, 2 wrong call, rubric or
 * roster, 3 the environment lacks something, 4 a defect of ours, 130/143 interrupted.
 */
#ifndef GRADER_COMMANDS_COMMANDS_H
#define GRADER_COMMANDS_COMMANDS_H

#include "grader/base/error.h"

enum exit_status {
    EXIT_GRADED = 0,
    EXIT_BELOW_PASS = 1,
    EXIT_USAGE = 2,
    EXIT_ENVIRONMENT = 3,
    EXIT_BUG = 4
};

/** argv[0] is the command's name ("grade"), as argp wants it. */
int command_check(int argc, char **argv);
int command_grade(int argc, char **argv);
int command_batch(int argc, char **argv);
int command_show(int argc, char **argv);
int command_version(int argc, char **argv);

/** Prints "grader: message" (with what to do about it for our bugs and the environment) to standard
 * error and returns the exit status that belongs to the error's kind. */
int command_fail(const struct error *error);

#endif
