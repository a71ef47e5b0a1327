#include "grader/intake/intake_ignore.h"

#include <stdio.h>
#include <string.h>
#include "grader/base/file.h"

int intake_ignore_init(struct intake_ignore *ignore, git_repository *repository,
                       struct intake_channel *channel)
{
    char worktree[FILE_PATH_MAX];
    (void)snprintf(worktree, sizeof worktree, "%s", git_repository_path(repository));
    char *end = strstr(worktree, "/.git/");
    for (char *next = end; next != NULL; next = strstr(end + 1, "/.git/"))
        end = next;
    if (end == NULL)
        return -1;
    end[1] = '\0';
    ignore->repository = repository;
    ignore->channel = channel;
    // The work tree is where .git lies, whatever core.worktree of its config says.
    if (git_repository_set_workdir(repository, worktree, 0) != 0)
        return -1;
    return git_repository_index(&ignore->index, repository);
}

bool intake_ignore_path(void *payload, const char *path, bool is_folder)
{
    const struct intake_ignore *ignore = payload;
    char asked[FILE_PATH_MAX + 1];
    int ignored = 0;
    (void)snprintf(asked, sizeof asked, "%s%s", path, is_folder ? "/" : "");
    if (git_ignore_path_is_ignored(&ignored, ignore->repository, asked) != 0 || !ignored)
        return false;
    size_t place;
    if (is_folder && git_index_find_prefix(&place, ignore->index, asked) == 0)
        return false;
    if (!is_folder && git_index_find(&place, ignore->index, asked) == 0)
        return false;
    intake_channel_finding(ignore->channel, "ignored", path,
                           "left out because .gitignore names it: it would not be handed in");
    return true;
}
