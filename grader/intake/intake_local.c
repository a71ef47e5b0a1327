#include "grader/intake/intake_local.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/base/file.h"
#include "grader/intake/intake_git.h"
#include "grader/intake/intake_refs.h"

static bool has(const char *folder, const char *name, mode_t type)
{
    char path[FILE_PATH_MAX];
    struct error ignored = ERROR_INIT;
    struct stat status;
    return file_join(path, folder, name, &ignored) == 0 && lstat(path, &status) == 0 &&
           (status.st_mode & S_IFMT) == type;
}

int intake_local_find(const char *folder, char *path, bool *found, struct error *error)
{
    struct stat status;
    *found = false;
    if (stat(folder, &status) != 0 && errno == ENOENT)
        return error_set(error, ERROR_USAGE, "no such folder '%s'", folder);
    if (stat(folder, &status) != 0)
        return error_errno(error, ERROR_USAGE, errno, "cannot open folder '%s'", folder);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_USAGE, "'%s' is a file; give a folder or an address", folder);
    int result = file_join(path, folder, ".git", error);
    if (result != 0)
        return result;
    if (lstat(path, &status) == 0) {
        *found = S_ISDIR(status.st_mode);
        if (!*found)
            return error_set(error, ERROR_SUBMISSION,
                             "'.git' in '%s' is no folder: it points to another repository (a "
                             "worktree, a submodule), which is not followed; give that repository",
                             folder);
        return 0;
    }
    *found = has(folder, "HEAD", S_IFREG) && has(folder, "objects", S_IFDIR) &&
             has(folder, "refs", S_IFDIR);
    (void)snprintf(path, FILE_PATH_MAX, "%s", folder);
    return 0;
}

static int refuse_link(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)path;
    (void)type;
    (void)walk;
    return S_ISREG(status->st_mode) || S_ISDIR(status->st_mode) ? 0 : 1;
}

static int check_plain(const char *path, const char *name, struct error *error)
{
    char below[FILE_PATH_MAX];
    int result = file_join(below, path, name, error);
    if (result == 0 && nftw(below, refuse_link, 16, FTW_PHYS) > 0)
        return error_set(error, ERROR_SUBMISSION,
                         "the repository's '%s' holds links or special files; clone it anew", name);
    return result;
}

int intake_local_open(const char *path, git_repository **repository, struct error *error)
{
    if (has(path, "objects/info/alternates", S_IFREG) ||
        has(path, "objects/info/alternates", S_IFLNK))
        return error_set(error, ERROR_SUBMISSION,
                         "the repository borrows objects from another one (alternates), which is "
                         "not followed; clone it without --shared and --reference");
    if (has(path, "commondir", S_IFREG) || has(path, "commondir", S_IFLNK))
        return error_set(error, ERROR_SUBMISSION,
                         "the repository shares its data with another one, which is not followed");
    int result = check_plain(path, "objects", error);
    if (result == 0)
        result = check_plain(path, "refs", error);
    if (result != 0)
        return result;
    int status = git_repository_open_bare(repository, path);
    return status == 0 ? 0 : intake_git_error(error, status, "cannot open the repository");
}

static int read_refs(git_repository *repository, struct intake_refs *refs, struct error *error)
{
    git_reference_iterator *iterator = NULL;
    git_reference *ref = NULL;
    int result = 0;
    int status = git_reference_iterator_new(&iterator, repository);
    while (status == 0 && result == 0 && (status = git_reference_next(&ref, iterator)) == 0) {
        git_reference *direct = NULL;
        // A dangling symbolic ref (origin/HEAD of a deleted branch) is no reason to fail.
        if (git_reference_resolve(&direct, ref) == 0)
            result =
                intake_refs_add(refs, git_reference_name(ref), git_reference_target(direct), error);
        git_reference_free(direct);
        git_reference_free(ref);
    }
    git_reference_iterator_free(iterator);
    if (result != 0)
        return result;
    return status == GIT_ITEROVER ? 0 : intake_git_error(error, status, "cannot list the branches");
}

static int read_head(git_repository *repository, struct intake_refs *refs, struct error *error)
{
    git_reference *head = NULL, *direct = NULL;
    int status = git_reference_lookup(&head, repository, "HEAD");
    if (status != 0)
        return intake_git_error(error, status, "cannot read HEAD of the repository");
    if (git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
        refs->default_branch = strdup(git_reference_symbolic_target(head));
    if (git_reference_resolve(&direct, head) == 0) {
        refs->has_head = true;
        refs->head = *git_reference_target(direct);
    }
    git_reference_free(direct);
    git_reference_free(head);
    return 0;
}

int intake_local_choose(git_repository *repository, const char *ref, git_oid *id, char name[512],
                        struct error *error)
{
    struct intake_refs refs = {0};
    struct intake_choice choice;
    git_odb *odb = NULL;
    int result = read_refs(repository, &refs, error);
    if (result == 0)
        result = read_head(repository, &refs, error);
    if (result == 0)
        result = intake_refs_choose(&refs, ref, &choice, error);
    if (result != 0)
        return result;
    int status = git_repository_odb(&odb, repository);
    if (status != 0)
        return intake_git_error(error, status, "cannot open the repository");
    if (choice.is_commit)
        result = intake_refs_expand(&refs, odb, &choice, error);
    git_odb_free(odb);
    if (result != 0)
        return result;
    *id = choice.id;
    (void)snprintf(name, 512, "%s", choice.name);
    return 0;
}
