/**
 * @file
 * libgit2 inside the confined process: set-up, objects read raw, errors in plain words.
 *
 * Commits and trees are parsed by us and not by libgit2: it refuses commits whose date is odd and
 * accepts trees that git would not write; both must be told apart by us.
 */
#ifndef GRADER_INTAKE_INTAKE_GIT_H
#define GRADER_INTAKE_INTAKE_GIT_H

#include <git2.h>
#include "grader/intake/intake_child.h"
#include "grader/intake/intake_list.h"

/** Initialises libgit2 without any configuration of user or system, and with limits. */
int intake_git_start(const struct intake_limits *limits, struct error *error);

/** Translates the last error of libgit2. @p status is what the failed call returned. */
int intake_git_error(struct error *error, int status, const char *doing);

/** Follows annotated tags from @p id to a commit: its id and that of its tree.
 * @p name is how the user called it. */
int intake_git_commit(git_odb *odb, const git_oid *id, const char *name, git_oid *commit,
                      git_oid *tree, struct error *error);

/** Lists all files of a tree, checked and counted, without reading one. @p channel may be NULL: no
 * findings are reported then. */
int intake_git_list(git_odb *odb, const git_oid *tree, struct intake_list *list,
                    struct intake_channel *channel, struct error *error);

/** Reads every blob of the list, writes it below @p root (-1: only hashes). */
int intake_git_copy(git_odb *odb, struct intake_list *list, int root,
                    struct intake_channel *channel, struct error *error);

#endif
