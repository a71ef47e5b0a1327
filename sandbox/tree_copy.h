/**
 * @file
 * Copies a directory tree from one descriptor to another without following any link. Used inside
 * the sandbox on the way in, after a clone: it makes only system calls and uses only the memory
 * that tree_copier_new took before; and by the caller on the way out.
 */
#ifndef SANDBOX_TREE_COPY_H
#define SANDBOX_TREE_COPY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** Directories nested deeper than this make tree_copy fail with ELOOP. */
enum { TREE_DEPTH_MAX = 128 };

struct tree_copier;

struct tree_copier *tree_copier_new(void);
void tree_copier_free(struct tree_copier *copier);

struct tree_copy_options {
    bool give_away; /**< everything is given to owner and group */
    uid_t owner;
    gid_t group;
    bool plain;          /**< modes 644 and 755; only symbolic links that stay inside */
    uint64_t bytes_left; /**< EFBIG beyond this; counted down */
    uint64_t files_left;
};

/** Copies what is in directory @p source into directory @p target, which both stay open. Returns 0
 * or -1 with errno; tree_copier_subject then is the path, below source, that failed. */
int tree_copy(struct tree_copier *copier, int source, int target,
              struct tree_copy_options *options);
const char *tree_copier_subject(const struct tree_copier *copier);

#endif
