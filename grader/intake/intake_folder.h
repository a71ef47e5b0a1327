/**
 * @file
 * The files of a plain folder as they stand, under the same rules as those of a commit.
 */
#ifndef GRADER_INTAKE_INTAKE_FOLDER_H
#define GRADER_INTAKE_INTAKE_FOLDER_H

#include "grader/intake/intake_child.h"
#include "grader/intake/intake_list.h"

/** Whether git would leave out what is there under a path. */
typedef bool intake_ignores(void *payload, const char *path, bool is_folder);

/** Lists the regular files below the open folder @p root. @p ignores may be NULL. */
int intake_folder_list(int root, struct intake_list *list, struct intake_channel *channel,
                       intake_ignores *ignores, void *payload, struct error *error);

/** Copies them below the open folder @p target. A file that changes meanwhile is copied as read. */
int intake_folder_copy(int root, struct intake_list *list, int target,
                       struct intake_channel *channel, struct error *error);

#endif
