/**
 * @file
 * From a URL or folder to a pinned, clean work tree of regular files.
 *
 * Everything that touches the learner's repository with libgit2 happens in a child process with a
 * deadline, a memory limit and a disk quota. Blobs are written raw (no filters, no attributes),
 * only regular files, names validated by us. Nothing of the repository is executed.
 */
#ifndef GRADER_INTAKE_INTAKE_H
#define GRADER_INTAKE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"

struct intake_limits {
    unsigned deadline_ms;  /**< for clone and checkout together; default 120 000 */
    uint64_t memory_bytes; /**< address space of the child; default 1 GiB */
    uint64_t disk_bytes;   /**< received pack, and work tree, each; default 256 MiB */
    uint64_t file_bytes;   /**< one file; default 64 MiB */
    size_t file_count;     /**< default 20 000 */
    unsigned depth;        /**< nested folders; default 32 */
};

void intake_limits_default(struct intake_limits *limits);

struct intake_request {
    const char *source; /**< URL (https, http, ssh, git, file; user@host:path) or local folder */
    const char *ref;    /**< branch, tag or commit; NULL: the default branch */
    struct intake_limits limits;
    /** Progress in words ("receiving objects", done, total) for a terminal; NULL: none. */
    void (*progress)(void *payload, const char *what, uint64_t done, uint64_t total);
    bool (*cancelled)(void *payload); /**< NULL: never */
    void *payload;
};

enum { INTAKE_FINDINGS_MAX = 32, INTAKE_HASH_MAX = 65 };

/** Something unusual that is no error: a symlink left out, a submodule, an LFS pointer, ... */
struct intake_finding {
    char kind[32];  /**< "symlink", "submodule", "lfs_pointer", "case_collision", "crlf_script"; in
                         a folder also "ignored", "special_file" */
    char path[256]; /**< escaped, printable UTF-8 */
    char message[256];
};

struct intake_result {
    char origin[1024];             /**< the source without user name or password */
    char commit[INTAKE_HASH_MAX];  /**< hexadecimal; "" when the folder is no repository */
    char content[INTAKE_HASH_MAX]; /**< digest (BLAKE2b-256) over sorted paths, modes and bytes:
                                        equal for a clone and a folder with the same files */
    struct intake_finding findings[INTAKE_FINDINGS_MAX];
    size_t finding_count;
    size_t findings_dropped; /**< beyond the maximum */
};

/**
 * Fetches @p request->source and writes its work tree into @p directory (which must not exist, its
 * parent must). A local repository is read where it is (committed state of HEAD or @p ref; also a
 * bare or shallow one). A local folder that is none is copied as by intake_copy_folder(), if no
 * @p ref is asked for.
 *
 * Private repositories: GRADER_SSH_KEY or the ssh agent; GRADER_GIT_TOKEN for https, which is sent
 * to GRADER_GIT_HOST (default github.com) only. See intake_credentials.h.
 *
 * ERROR_SUBMISSION: the repository is empty, hostile or too large (message says what and which
 * limit). ERROR_USAGE: no such URL, folder or ref. ERROR_ENVIRONMENT: network, disk, deadline.
 * On failure @p directory does not exist.
 */
int intake_fetch(const struct intake_request *request, const char *directory,
                 struct intake_result *result, struct error *error);

/**
 * Copies the files of a folder as they stand (uncommitted changes too) under the same limits and
 * rules. What git would not take is left out: ".git", nested repositories, empty folders and, if
 * the folder is a repository, what its .gitignore names and nobody added all the same. The commit
 * is "" unless the folder is a repository whose files equal HEAD.
 */
int intake_copy_folder(const struct intake_request *request, const char *directory,
                       struct intake_result *result, struct error *error);

#endif
