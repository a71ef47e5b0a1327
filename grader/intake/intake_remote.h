/**
 * @file
 * Downloads what one commit needs from a server into a bare repository of our own.
 */
#ifndef GRADER_INTAKE_INTAKE_REMOTE_H
#define GRADER_INTAKE_INTAKE_REMOTE_H

#include <git2.h>
#include "grader/intake/intake_child.h"
#include "grader/intake/intake_source.h"

/** Makes a bare repository in the folder @p scratch, connects, chooses @p ref (NULL: the server's
 * default), downloads its history and gives its commit as *id. No ref of the server is written. */
int intake_remote_download(const struct intake_source *source, const char *ref,
                           const struct intake_limits *limits, const char *scratch,
                           struct intake_channel *channel, git_repository **repository, git_oid *id,
                           char name[512], struct error *error);

#endif
