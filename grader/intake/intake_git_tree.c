#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/intake/intake_git.h"
#include "grader/intake/intake_name.h"

enum { TREE_MAX_BYTES = 32 * 1024 * 1024 };

enum entry_kind { ENTRY_FILE, ENTRY_SCRIPT, ENTRY_FOLDER, ENTRY_LINK, ENTRY_SUBMODULE };

/* Every mode that git has ever written; 100664 is from its first year. */
static const struct mode {
    const char *text;
    enum entry_kind kind;
} modes[] = {
    {"100644", ENTRY_FILE},  {"100755", ENTRY_SCRIPT}, {"100664", ENTRY_FILE},
    {"40000", ENTRY_FOLDER}, {"120000", ENTRY_LINK},   {"160000", ENTRY_SUBMODULE},
};

struct entry {
    const char *name; /**< in the object's bytes, NUL-terminated there */
    enum entry_kind kind;
    const unsigned char *id;
};

struct walk {
    git_odb *odb;
    struct intake_list *list;
    struct intake_channel *channel;
};

static int walk_tree(struct walk *walk, const git_oid *id, const char *folder, unsigned depth,
                     struct error *error);

static int malformed(struct error *error, const char *folder, const char *name, const char *reason)
{
    char shown[160];
    intake_escape(shown, sizeof shown, folder, strlen(folder));
    char entry[160];
    intake_escape(entry, sizeof entry, name, strlen(name));
    return error_set(error, ERROR_SUBMISSION,
                     "malformed or hostile tree: in folder '%s' the name '%s' %s",
                     shown[0] == '\0' ? "/" : shown, entry, reason);
}

/* "MODE NAME\0ID" at *place; moves it behind the entry. NULL or what is wrong. */
static const char *parse_entry(const char **place, const char *end, struct entry *entry)
{
    const char *text = *place;
    const char *space = memchr(text, ' ', (size_t)(end - text));
    const char *zero = space == NULL ? NULL : memchr(space, '\0', (size_t)(end - space));
    if (zero == NULL || end - zero - 1 < INTAKE_ID_SIZE)
        return "is cut off";
    entry->name = space + 1;
    entry->id = (const unsigned char *)zero + 1;
    *place = zero + 1 + INTAKE_ID_SIZE;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        size_t size = strlen(modes[i].text);
        if ((size_t)(space - text) == size && memcmp(modes[i].text, text, size) == 0) {
            entry->kind = modes[i].kind;
            return intake_name_fault(entry->name, (size_t)(zero - entry->name));
        }
    }
    return "has a mode that git does not write";
}

/* Git sorts as if names of folders ended in a slash. */
static int git_order(const struct entry *left, const struct entry *right)
{
    size_t left_size = strlen(left->name), right_size = strlen(right->name);
    size_t shorter = left_size < right_size ? left_size : right_size;
    int order = memcmp(left->name, right->name, shorter);
    if (order != 0)
        return order;
    int left_next = left->name[shorter] != '\0'  ? (unsigned char)left->name[shorter]
                    : left->kind == ENTRY_FOLDER ? '/'
                                                 : 0;
    int right_next = right->name[shorter] != '\0'  ? (unsigned char)right->name[shorter]
                     : right->kind == ENTRY_FOLDER ? '/'
                                                   : 0;
    return left_next - right_next;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return intake_name_compare_folded(a->name, b->name);
}

/* Two entries of one name, one of them perhaps a link, are an attack; two that differ in case only
 * are a surprise on Windows and macOS. */
static int check_siblings(const struct walk *walk, struct entry *entries, size_t count,
                          const char *folder, struct error *error)
{
    qsort(entries, count, sizeof *entries, compare_entries);
    for (size_t i = 1; i < count; i++) {
        const struct entry *before = &entries[i - 1], *here = &entries[i];
        if (strcmp(before->name, here->name) == 0)
            return malformed(error, folder, here->name, "is there twice");
        if (strcasecmp(before->name, here->name) != 0)
            continue;
        if (before->kind == ENTRY_LINK || here->kind == ENTRY_LINK)
            return malformed(error, folder, here->name,
                             "is also that of a symbolic link where case does not count");
        char path[FILE_PATH_MAX];
        int result = intake_list_path(path, folder, here->name, error);
        if (result != 0)
            return result;
        if (walk->channel != NULL)
            intake_channel_finding(walk->channel, "case_collision", path,
                                   "another name differs from it in upper and lower case only: "
                                   "Windows and macOS can hold one of the two");
    }
    return 0;
}

static int add_blob(struct walk *walk, const struct entry *entry, const char *path,
                    struct error *error)
{
    git_oid id;
    size_t size;
    git_object_t type;
    (void)git_oid_fromraw(&id, entry->id);
    int status = git_odb_read_header(&size, &type, walk->odb, &id);
    if (status != 0)
        return intake_git_error(error, status, "cannot read the repository");
    if (type != GIT_OBJECT_BLOB)
        return malformed(error, "", path, "is listed as a file and is none");
    return intake_list_add(walk->list, path, size, entry->kind == ENTRY_SCRIPT, entry->id, error);
}

static int take_link(struct walk *walk, const char *name, const char *folder, const char *path,
                     struct error *error)
{
    if (strcasecmp(name, ".gitmodules") == 0)
        return malformed(error, folder, name, "is a symbolic link");
    if (walk->channel != NULL)
        intake_channel_finding(walk->channel, "symlink", path,
                               "symbolic links are left out; commit the file itself");
    return 0;
}

static int take_entry(struct walk *walk, const struct entry *entry, const char *folder,
                      unsigned depth, struct error *error)
{
    int result = intake_list_enter(walk->list, depth, error);
    char path[FILE_PATH_MAX];
    if (result == 0)
        result = intake_list_path(path, folder, entry->name, error);
    if (result != 0)
        return result;
    git_oid id;
    switch (entry->kind) {
    case ENTRY_FILE:
    case ENTRY_SCRIPT:
        return add_blob(walk, entry, path, error);
    case ENTRY_FOLDER:
        (void)git_oid_fromraw(&id, entry->id);
        return walk_tree(walk, &id, path, depth + 1, error);
    case ENTRY_LINK:
        return take_link(walk, entry->name, folder, path, error);
    case ENTRY_SUBMODULE:
        break;
    }
    if (walk->channel != NULL)
        intake_channel_finding(walk->channel, "submodule", path,
                               "submodules are not fetched and not graded; commit the files");
    return 0;
}

/* Parses all entries into an array that borrows the object's bytes. */
static int parse_tree(const char *data, size_t size, const char *folder, struct intake_list *list,
                      struct entry **entries, size_t *count, struct error *error)
{
    size_t capacity = 0;
    const char *place = data, *end = data + size;
    while (place < end) {
        if (*count == capacity) {
            capacity = capacity == 0 ? 32 : capacity * 2;
            struct entry *larger = reallocarray(*entries, capacity, sizeof **entries);
            if (larger == NULL)
                return error_memory(error);
            *entries = larger;
        }
        struct entry *entry = &(*entries)[*count];
        entry->name = "";
        const char *fault = parse_entry(&place, end, entry);
        if (fault != NULL)
            return malformed(error, folder, entry->name, fault);
        if (*count > 0 && git_order(entry - 1, entry) >= 0)
            return malformed(error, folder, entry->name, "is out of order or there twice");
        if (++*count > list->limits->file_count)
            return error_set(error, ERROR_SUBMISSION, "more than %zu files and folders (limit)",
                             list->limits->file_count);
    }
    return 0;
}

static int walk_tree(struct walk *walk, const git_oid *id, const char *folder, unsigned depth,
                     struct error *error)
{
    size_t size, count = 0;
    git_object_t type;
    git_odb_object *object = NULL;
    AUTO_FREE struct entry *entries = NULL;
    int status = git_odb_read_header(&size, &type, walk->odb, id);
    if (status == 0 && (type != GIT_OBJECT_TREE || size > TREE_MAX_BYTES))
        return malformed(error, folder, "", "is no folder, or one of millions of entries");
    if (status == 0)
        status = git_odb_read(&object, walk->odb, id);
    if (status != 0)
        return intake_git_error(error, status, "cannot read the repository");
    int result = parse_tree(git_odb_object_data(object), git_odb_object_size(object), folder,
                            walk->list, &entries, &count, error);
    if (result == 0 && count > 0)
        result = check_siblings(walk, entries, count, folder, error);
    for (size_t i = 0; i < count && result == 0; i++)
        result = take_entry(walk, &entries[i], folder, depth, error);
    git_odb_object_free(object);
    return result;
}

int intake_git_list(git_odb *odb, const git_oid *tree, struct intake_list *list,
                    struct intake_channel *channel, struct error *error)
{
    struct walk walk = {odb, list, channel};
    return walk_tree(&walk, tree, "", 1, error);
}
