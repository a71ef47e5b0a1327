/**
 * @file
 * A repository on this machine, read where it is: nothing is copied but the files of one commit.
 */
#ifndef GRADER_INTAKE_INTAKE_LOCAL_H
#define GRADER_INTAKE_INTAKE_LOCAL_H

#include <git2.h>
#include <stdbool.h>
#include "grader/base/error.h"

/** Where git keeps its data: "FOLDER/.git", or the folder itself when it is a bare repository, into
 * @p path (FILE_PATH_MAX bytes). *found false: a plain folder. ERROR_USAGE: no such folder.
 * ERROR_SUBMISSION: a ".git" that is a file or link, so points to another repository. */
int intake_local_find(const char *folder, char *path, bool *found, struct error *error);

/** Opens it. ERROR_SUBMISSION when its objects come from elsewhere (alternates, links): they could
 * be another learner's. */
int intake_local_open(const char *path, git_repository **repository, struct error *error);

/** The commit that @p ref (NULL: HEAD) means. */
int intake_local_choose(git_repository *repository, const char *ref, git_oid *id, char name[512],
                        struct error *error);

#endif
