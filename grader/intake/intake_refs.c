#include "grader/intake/intake_refs.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/buffer.h"
#include "grader/intake/intake_list.h"
#include "grader/intake/intake_name.h"

enum { NAMES_SHOWN = 8, HASH_SHORTEST = 4 };

int intake_refs_add(struct intake_refs *refs, const char *name, const git_oid *id,
                    struct error *error)
{
    if (refs->count == INTAKE_REFS_MAX)
        return error_set(error, ERROR_SUBMISSION, "more than %d branches and tags (limit)",
                         INTAKE_REFS_MAX);
    if (refs->count == refs->capacity) {
        size_t capacity = refs->capacity == 0 ? 16 : refs->capacity * 2;
        struct intake_ref *items = reallocarray(refs->items, capacity, sizeof *items);
        if (items == NULL)
            return error_memory(error);
        refs->items = items;
        refs->capacity = capacity;
    }
    struct intake_ref *ref = &refs->items[refs->count];
    ref->name = strdup(name);
    if (ref->name == NULL)
        return error_memory(error);
    ref->id = *id;
    refs->count++;
    return 0;
}

static const char *short_name(const char *name)
{
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/", "refs/"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return name;
}

/* "main, dev and 12 more" */
static void describe(const struct intake_refs *refs, char *text, size_t capacity)
{
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(16 * 1024);
    size_t shown = 0;
    for (size_t i = 0; i < refs->count && shown < NAMES_SHOWN; i++) {
        char name[80];
        const char *plain = short_name(refs->items[i].name);
        intake_escape(name, sizeof name, plain, strlen(plain));
        buffer_append_format(&buffer, "%s%s", shown == 0 ? "" : ", ", name);
        shown++;
    }
    if (shown < refs->count)
        buffer_append_format(&buffer, " and %zu more", refs->count - shown);
    (void)snprintf(text, capacity, "%s", buffer_text(&buffer));
}

static const struct intake_ref *find(const struct intake_refs *refs, const char *prefix,
                                     const char *name)
{
    size_t size = strlen(prefix);
    for (size_t i = 0; i < refs->count; i++)
        if (strncmp(refs->items[i].name, prefix, size) == 0 &&
            strcmp(refs->items[i].name + size, name) == 0)
            return &refs->items[i];
    return NULL;
}

static int choose_head(const struct intake_refs *refs, struct intake_choice *choice,
                       struct error *error)
{
    const char *branch = refs->default_branch == NULL ? "" : short_name(refs->default_branch);
    char shown[80], names[512];
    intake_escape(shown, sizeof shown, branch, strlen(branch));
    if (refs->has_head) {
        choice->id = refs->head;
        choice->ref = refs->default_branch == NULL ? NULL : find(refs, "", refs->default_branch);
        (void)snprintf(choice->name, sizeof choice->name, "%s", shown[0] == '\0' ? "HEAD" : shown);
        return 0;
    }
    if (refs->count == 0)
        return error_set(error, ERROR_SUBMISSION, "the repository is empty: it has no commits");
    describe(refs, names, sizeof names);
    if (branch[0] == '\0')
        return error_set(error, ERROR_SUBMISSION,
                         "the repository has no default branch; there are: %s", names);
    return error_set(error, ERROR_SUBMISSION,
                     "the default branch '%s' has no commits; there are: %s", shown, names);
}

static bool looks_like_hash(const char *text)
{
    size_t size = strlen(text);
    if (size < HASH_SHORTEST || size > 2 * INTAKE_ID_SIZE)
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

static int no_such_ref(const struct intake_refs *refs, const char *name, struct error *error)
{
    char names[512];
    describe(refs, names, sizeof names);
    if (refs->count == 0)
        return error_set(error, ERROR_SUBMISSION, "the repository is empty: it has no commits");
    return error_set(error, ERROR_USAGE, "no branch, tag or commit named '%s'; there are: %s", name,
                     names);
}

int intake_refs_choose(const struct intake_refs *refs, const char *wanted,
                       struct intake_choice *choice, struct error *error)
{
    memset(choice, 0, sizeof *choice);
    if (wanted == NULL || strcmp(wanted, "HEAD") == 0)
        return choose_head(refs, choice, error);
    intake_escape(choice->name, sizeof choice->name, wanted, strlen(wanted));
    if (wanted[0] == '\0')
        return error_set(error, ERROR_USAGE, "the name of the branch, tag or commit is empty");
    static const char *const prefixes[] = {"refs/heads/", "refs/tags/", ""};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && choice->ref == NULL; i++)
        choice->ref = find(refs, prefixes[i], wanted);
    if (choice->ref != NULL) {
        choice->id = choice->ref->id;
        return 0;
    }
    choice->is_commit = looks_like_hash(wanted);
    return choice->is_commit ? 0 : no_such_ref(refs, choice->name, error);
}

int intake_refs_expand(const struct intake_refs *refs, git_odb *odb, struct intake_choice *choice,
                       struct error *error)
{
    size_t size = strlen(choice->name);
    git_oid begin;
    int status = git_oid_fromstrn(&begin, choice->name, size);
    if (status == 0)
        status = git_odb_exists_prefix(&choice->id, odb, &begin, size);
    if (status == GIT_EAMBIGUOUS)
        return error_set(error, ERROR_USAGE,
                         "'%s' is the beginning of several hashes; give more characters",
                         choice->name);
    return status == 0 ? 0 : no_such_ref(refs, choice->name, error);
}
