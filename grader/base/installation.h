/**
 * @file
 * Where the data of this installation lies: ../share/grader beside the folder of the executable, in
 * an installation and in the build tree alike.
 */
#ifndef GRADER_BASE_INSTALLATION_H
#define GRADER_BASE_INSTALLATION_H

#include "grader/base/error.h"

/** Absolute path of share/grader/@p part; @p path has FILE_PATH_MAX bytes. ERROR_ENVIRONMENT when
 * it is not there. */
int installation_path(const char *part, char *path, struct error *error);

/** The rubric to use: @p given when not NULL, else $GRADER_RUBRICS/module6, else the installed one.
 */
int installation_rubric(const char *given, char *path, struct error *error);

#endif
