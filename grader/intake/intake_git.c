#include "grader/intake/intake_git.h"

#include <stdio.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/intake/intake_writer.h"

enum { COMMIT_MAX_BYTES = 4 * 1024 * 1024, TAG_DEPTH_MAX = 8, HEX_SIZE = 2 * INTAKE_ID_SIZE };

static const size_t pack_objects_max = 2 * 1000 * 1000;
static const size_t window_bytes = (size_t)32 * 1024 * 1024;

int intake_git_start(const struct intake_limits *limits, struct error *error)
{
    if (git_libgit2_init() < 0)
        return intake_git_error(error, -1, "libgit2 cannot be initialised");
    // No configuration of the user or machine: it could name filters, proxies, other addresses.
    static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                 GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};
    int status = 0;
    for (size_t i = 0; i < sizeof levels / sizeof *levels && status == 0; i++)
        status = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
    // Nothing of the repository is executed here, so whose it is does not matter.
    if (status == 0)
        status = git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    if (status == 0)
        status = git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, pack_objects_max);
#ifdef GRADER_HAVE_PACK_MAX_OBJECT_SIZE
    // Unpacking a delta holds base, delta and result at once.
    if (status == 0)
        status =
            git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, (size_t)(limits->memory_bytes / 4));
#endif
    if (status == 0)
        status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window_bytes);
    if (status == 0)
        status = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, window_bytes * 8);
    (void)limits;
    return status == 0 ? 0 : intake_git_error(error, status, "libgit2 refuses its options");
}

/* What libgit2 says, and what it means for the one who typed the address. */
static const struct translation {
    const char *part;
    enum error_kind kind;
    const char *meaning;
} translations[] = {
    {"status code: 404", ERROR_USAGE,
     "there is no repository at this address, or it is private and no key or token was given"},
    {"status code: 40", ERROR_USAGE, "the server refuses access to this address"},
    {"status code: 5", ERROR_ENVIRONMENT, "the server has a fault of its own; try again later"},
    {"not exported", ERROR_USAGE, "there is no repository at this address, or access is denied"},
    {"authentication replays", ERROR_USAGE, "the server did not accept the token or key"},
    {"too many redirects", ERROR_USAGE, "the address leads in circles"},
    {"redirect", ERROR_USAGE, "the address leads to another server or scheme; use the final one"},
    {"authentication", ERROR_USAGE, "the server asks for a login that we do not have"},
    {"resolve address", ERROR_ENVIRONMENT, "the server's name is not known (or no network)"},
    {"failed to connect", ERROR_ENVIRONMENT, "the server cannot be reached"},
    {"could not connect", ERROR_ENVIRONMENT, "the server cannot be reached"},
    {"certificate", ERROR_ENVIRONMENT, "the server's certificate or host key is not trusted"},
    {"host key", ERROR_ENVIRONMENT, "the server's host key is not known; connect once with ssh"},
    {"No space left", ERROR_ENVIRONMENT, "the disk is full"},
    {"File too large", ERROR_SUBMISSION, "the repository is larger than allowed"},
    {"ut of memory", ERROR_SUBMISSION, "an object takes more memory than allowed"},
    {"object too large", ERROR_SUBMISSION, "an object is larger than allowed"},
    {"exceeds", ERROR_SUBMISSION, "an object is larger than allowed"},
    {"EOF", ERROR_ENVIRONMENT, "the server closed the connection"},
    {"not found - no match for id", ERROR_SUBMISSION,
     "the repository is corrupt or incomplete: an object is missing"},
};

static enum error_kind kind_of_class(int class)
{
    switch (class) {
    case GIT_ERROR_NET:
    case GIT_ERROR_SSL:
    case GIT_ERROR_SSH:
    case GIT_ERROR_HTTP:
    case GIT_ERROR_OS:
        return ERROR_ENVIRONMENT;
    case GIT_ERROR_INVALID:
    case GIT_ERROR_THREAD:
    case GIT_ERROR_CALLBACK:
        return ERROR_BUG;
    default:
        return ERROR_SUBMISSION;
    }
}

int intake_git_error(struct error *error, int status, const char *doing)
{
    const git_error *last = git_error_last();
    const char *text = last != NULL && last->message != NULL ? last->message : "no reason given";
    for (size_t i = 0; i < sizeof translations / sizeof *translations; i++)
        if (strstr(text, translations[i].part) != NULL)
            return error_set(error, translations[i].kind, "%s: %s (%s)", doing,
                             translations[i].meaning, text);
    if (status == GIT_EAUTH)
        return error_set(error, ERROR_USAGE, "%s: the server asks for a login (%s)", doing, text);
    if (last != NULL && last->klass == GIT_ERROR_NOMEMORY)
        return error_set(error, ERROR_SUBMISSION, "%s: it takes more memory than allowed", doing);
    return error_set(error, kind_of_class(last == NULL ? GIT_ERROR_NONE : last->klass), "%s: %s",
                     doing, text);
}

static int read_object(git_odb *odb, const git_oid *id, size_t maximum, git_odb_object **object,
                       struct error *error)
{
    size_t size;
    git_object_t type;
    int status = git_odb_read_header(&size, &type, odb, id);
    if (status == 0 && size > maximum)
        return error_set(error, ERROR_SUBMISSION, "an object of %zu bytes is too large (limit %zu)",
                         size, maximum);
    if (status == 0)
        status = git_odb_read(object, odb, id);
    return status == 0 ? 0 : intake_git_error(error, status, "cannot read the repository");
}

/* "KEY 0123...\n" at the start of a commit or tag. */
static bool parse_id(const char *data, size_t size, const char *key, git_oid *id)
{
    size_t key_size = strlen(key);
    if (size < key_size + HEX_SIZE + 1 || memcmp(data, key, key_size) != 0 ||
        data[key_size + HEX_SIZE] != '\n')
        return false;
    return git_oid_fromstrn(id, data + key_size, HEX_SIZE) == 0;
}

int intake_git_commit(git_odb *odb, const git_oid *id, const char *name, git_oid *commit,
                      git_oid *tree, struct error *error)
{
    git_oid next = *id;
    for (int depth = 0; depth < TAG_DEPTH_MAX; depth++) {
        git_odb_object *object = NULL;
        int result = read_object(odb, &next, COMMIT_MAX_BYTES, &object, error);
        if (result != 0)
            return error_context(error, "'%s'", name);
        const char *data = git_odb_object_data(object);
        size_t size = git_odb_object_size(object);
        git_object_t type = git_odb_object_type(object);
        *commit = next;
        bool parsed = type == GIT_OBJECT_COMMIT ? parse_id(data, size, "tree ", tree)
                      : type == GIT_OBJECT_TAG  ? parse_id(data, size, "object ", &next)
                                                : false;
        git_odb_object_free(object);
        if (type != GIT_OBJECT_COMMIT && type != GIT_OBJECT_TAG)
            return error_set(error, ERROR_SUBMISSION, "'%s' is a %s and no commit", name,
                             git_object_type2string(type));
        if (!parsed)
            return error_set(error, ERROR_SUBMISSION,
                             "'%s': the repository is corrupt: a malformed %s", name,
                             git_object_type2string(type));
        if (type == GIT_OBJECT_COMMIT)
            return 0;
    }
    return error_set(error, ERROR_SUBMISSION, "'%s' is a tag of a tag of a tag: more than %d", name,
                     TAG_DEPTH_MAX);
}

static int copy_blob(git_odb *odb, struct intake_file *file, uint64_t maximum, int root,
                     struct intake_channel *channel, struct error *error)
{
    git_oid id;
    git_odb_object *object = NULL;
    (void)git_oid_fromraw(&id, file->id);
    int result = read_object(odb, &id, (size_t)maximum, &object, error);
    if (result != 0)
        return result;
    struct intake_writer writer;
    result = intake_writer_open(&writer, root, file, error);
    if (result == 0)
        result = intake_writer_append(&writer, git_odb_object_data(object),
                                      git_odb_object_size(object), error);
    if (result == 0)
        result = intake_writer_close(&writer, file, channel, error);
    git_odb_object_free(object);
    return result;
}

int intake_git_copy(git_odb *odb, struct intake_list *list, int root,
                    struct intake_channel *channel, struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        int result =
            copy_blob(odb, &list->files[i], list->limits->file_bytes, root, channel, error);
        if (result != 0)
            return result;
        if (channel != NULL)
            intake_channel_progress(channel, "writing files", i + 1, list->count);
    }
    return 0;
}
