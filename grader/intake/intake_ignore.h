/**
 * @file
 * What .gitignore keeps out of a repository: a self-check of a folder then sees the files that a
 * clone of it would have, and a virtual environment beside the work is no submission.
 */
#ifndef GRADER_INTAKE_INTAKE_IGNORE_H
#define GRADER_INTAKE_INTAKE_IGNORE_H

#include <git2.h>
#include <stdbool.h>
#include "grader/intake/intake_child.h"

struct intake_ignore {
    git_repository *repository;
    git_index *index;
    struct intake_channel *channel;
};

/** @p repository is the one in the folder's ".git", opened bare; it becomes one with a work tree.
 */
int intake_ignore_init(struct intake_ignore *ignore, git_repository *repository,
                       struct intake_channel *channel);

/** True when the path is ignored and nothing at or below it was added all the same. Reports it. */
bool intake_ignore_path(void *payload, const char *path, bool is_folder);

#endif
