/**
 * @file
 * The branches and tags that a repository offers, and which commit the user's word means.
 */
#ifndef GRADER_INTAKE_INTAKE_REFS_H
#define GRADER_INTAKE_INTAKE_REFS_H

#include <git2.h>
#include <stdbool.h>
#include "grader/base/error.h"

enum { INTAKE_REFS_MAX = 100000 };

struct intake_ref {
    char *name; /**< "refs/heads/main", owned */
    git_oid id;
};

struct intake_refs {
    struct intake_ref *items;
    size_t count;
    size_t capacity;
    char *default_branch; /**< full name that HEAD points to, even if it is not there; or NULL */
    git_oid head;         /**< commit of HEAD */
    bool has_head;
};

struct intake_choice {
    char name[512];               /**< as shown to people */
    const struct intake_ref *ref; /**< NULL: HEAD or a commit */
    git_oid id;                   /**< set unless is_commit */
    bool is_commit;               /**< @p name is a commit's full or abbreviated hash */
};

int intake_refs_add(struct intake_refs *refs, const char *name, const git_oid *id,
                    struct error *error);

/** What @p wanted (NULL: HEAD) means. A word that is no ref but looks like a hash is left to
 * intake_refs_expand(). ERROR_USAGE with the names that exist; ERROR_SUBMISSION when there is no
 * commit at all. */
int intake_refs_choose(const struct intake_refs *refs, const char *wanted,
                       struct intake_choice *choice, struct error *error);

/** Finds the commit of a hash or its beginning among the objects. */
int intake_refs_expand(const struct intake_refs *refs, git_odb *odb, struct intake_choice *choice,
                       struct error *error);

#endif
