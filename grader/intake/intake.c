#include "grader/intake/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/intake/intake_child.h"
#include "grader/intake/intake_folder.h"
#include "grader/intake/intake_git.h"
#include "grader/intake/intake_ignore.h"
#include "grader/intake/intake_local.h"
#include "grader/intake/intake_remote.h"
#include "grader/intake/intake_source.h"

/* What the child needs; made by the parent before the fork. */
struct job {
    const struct intake_limits *limits;
    const char *ref;
    const struct intake_source *source;
    const char *scratch;   /**< for the downloaded repository; NULL when local */
    const char *directory; /**< of the work tree */
};

void intake_limits_default(struct intake_limits *limits)
{
    *limits = (struct intake_limits){
        .deadline_ms = 120 * 1000,
        .memory_bytes = (uint64_t)1 << 30,
        .disk_bytes = (uint64_t)256 << 20,
        .file_bytes = (uint64_t)64 << 20,
        .file_count = 20000,
        .depth = 32,
    };
}

static int open_folder(const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 ? fd : error_errno(error, ERROR_USAGE, errno, "cannot open folder '%s'", path);
}

/* ---- in the child ---- */

static int write_commit(const struct job *job, git_repository *repository, const git_oid *id,
                        const char *name, struct intake_channel *channel,
                        struct intake_answer *answer, struct error *error)
{
    git_odb *odb = NULL;
    int status = git_repository_odb(&odb, repository);
    if (status != 0)
        return intake_git_error(error, status, "cannot open the repository");
    git_oid commit, tree;
    struct intake_list list;
    intake_list_init(&list, job->limits);
    AUTO_CLOSE int root = open_folder(job->directory, error);
    if (root < 0)
        return root;
    int result = intake_git_commit(odb, id, name, &commit, &tree, error);
    if (result == 0)
        result = intake_git_list(odb, &tree, &list, channel, error);
    if (result == 0)
        result = intake_git_copy(odb, &list, root, channel, error);
    if (result == 0)
        result = intake_list_digest(&list, answer->content, error);
    if (result == 0)
        git_oid_tostr(answer->commit, sizeof answer->commit, &commit);
    return result;
}

static int work_fetch(void *payload, struct intake_channel *channel, struct intake_answer *answer,
                      struct error *error)
{
    const struct job *job = payload;
    git_repository *repository = NULL;
    git_oid id;
    char name[512];
    int result = intake_git_start(job->limits, error);
    if (result != 0)
        return result;
    if (job->scratch != NULL) {
        result = intake_remote_download(job->source, job->ref, job->limits, job->scratch, channel,
                                        &repository, &id, name, error);
    } else {
        char path[FILE_PATH_MAX];
        bool found;
        result = intake_local_find(job->source->address, path, &found, error);
        if (result == 0)
            result = intake_local_open(path, &repository, error);
        if (result == 0)
            result = intake_local_choose(repository, job->ref, &id, name, error);
    }
    if (result != 0)
        return result;
    return write_commit(job, repository, &id, name, channel, answer, error);
}

/* The commit whose files are exactly those with digest @p content, if HEAD is that. */
static void compare_with_head(const struct job *job, git_repository *repository,
                              struct intake_answer *answer)
{
    struct error ignored = ERROR_INIT;
    git_oid id, commit, tree;
    char name[512], content[INTAKE_HASH_MAX];
    git_odb *odb = NULL;
    struct intake_list list;
    intake_list_init(&list, job->limits);
    if (intake_local_choose(repository, NULL, &id, name, &ignored) == 0 &&
        git_repository_odb(&odb, repository) == 0 &&
        intake_git_commit(odb, &id, name, &commit, &tree, &ignored) == 0 &&
        intake_git_list(odb, &tree, &list, NULL, &ignored) == 0 &&
        intake_git_copy(odb, &list, -1, NULL, &ignored) == 0 &&
        intake_list_digest(&list, content, &ignored) == 0 && strcmp(content, answer->content) == 0)
        git_oid_tostr(answer->commit, sizeof answer->commit, &commit);
}

/* A folder that is no repository, or one that we would not follow, is just a folder. */
static git_repository *open_around(const struct job *job)
{
    struct error ignored = ERROR_INIT;
    char path[FILE_PATH_MAX];
    bool found = false;
    git_repository *repository = NULL;
    if (intake_git_start(job->limits, &ignored) != 0 ||
        intake_local_find(job->source->address, path, &found, &ignored) != 0 || !found ||
        strcmp(path, job->source->address) == 0 ||
        intake_local_open(path, &repository, &ignored) != 0)
        return NULL;
    return repository;
}

static int work_copy(void *payload, struct intake_channel *channel, struct intake_answer *answer,
                     struct error *error)
{
    const struct job *job = payload;
    AUTO_CLOSE int from = open_folder(job->source->address, error);
    if (from < 0)
        return from;
    AUTO_CLOSE int target = open_folder(job->directory, error);
    if (target < 0)
        return target;
    git_repository *repository = open_around(job);
    struct intake_ignore ignore;
    bool has_rules = repository != NULL && intake_ignore_init(&ignore, repository, channel) == 0;
    struct intake_list list;
    intake_list_init(&list, job->limits);
    int result = intake_folder_list(from, &list, channel, has_rules ? intake_ignore_path : NULL,
                                    &ignore, error);
    if (result == 0)
        result = intake_folder_copy(from, &list, target, channel, error);
    if (result == 0)
        result = intake_list_digest(&list, answer->content, error);
    if (result == 0 && repository != NULL)
        compare_with_head(job, repository, answer);
    return result;
}

/* ---- in the parent ---- */

/* Makes the work tree's folder, runs the child, and removes all if it fails. */
static int run(const struct intake_request *request, struct job *job, intake_work *work,
               struct intake_result *result, struct error *error)
{
    if (mkdir(job->directory, 0755) != 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create folder '%s'",
                           job->directory);
    int status = intake_child_run(request, job->scratch, work, job, result, error);
    struct error ignored = ERROR_INIT;
    if (status != 0)
        (void)file_remove_tree(job->directory, &ignored);
    return status;
}

static int start(const struct intake_request *request, struct intake_source *source,
                 struct intake_result *result, struct error *error)
{
    memset(result, 0, sizeof *result);
    int status = intake_source_parse(request->source, source, error);
    if (status != 0)
        return status;
    (void)snprintf(result->origin, sizeof result->origin, "%s", source->origin);
    return 0;
}

int intake_fetch(const struct intake_request *request, const char *directory,
                 struct intake_result *result, struct error *error)
{
    struct intake_source source;
    int status = start(request, &source, result, error);
    if (status != 0)
        return status;
    struct job job = {&request->limits, request->ref, &source, NULL, directory};
    if (source.kind == INTAKE_SOURCE_FOLDER) {
        char path[FILE_PATH_MAX];
        bool found;
        status = intake_local_find(source.address, path, &found, error);
        if (status != 0)
            return status;
        if (!found && request->ref != NULL)
            return error_set(error, ERROR_USAGE,
                             "'%s' is no git repository, so it has no branch or commit '%s'",
                             source.origin, request->ref);
        return run(request, &job, found ? work_fetch : work_copy, result, error);
    }
    char scratch[FILE_PATH_MAX];
    status = file_make_scratch(scratch, "grader-clone", error);
    if (status != 0)
        return status;
    job.scratch = scratch;
    status = run(request, &job, work_fetch, result, error);
    struct error ignored = ERROR_INIT;
    (void)file_remove_tree(scratch, &ignored);
    return status;
}

int intake_copy_folder(const struct intake_request *request, const char *directory,
                       struct intake_result *result, struct error *error)
{
    struct intake_source source;
    int status = start(request, &source, result, error);
    if (status != 0)
        return status;
    if (source.kind != INTAKE_SOURCE_FOLDER)
        return error_set(error, ERROR_USAGE, "'%s' is an address and no folder", source.origin);
    if (!file_is_directory(source.address))
        return error_set(error, ERROR_USAGE, "no such folder '%s'", source.origin);
    struct job job = {&request->limits, NULL, &source, NULL, directory};
    return run(request, &job, work_copy, result, error);
}
