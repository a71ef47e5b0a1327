/*
 * Removing a tree that somebody else left behind: directories without permissions, links, more
 * levels than a path has room for. The tree is flattened while it is removed: a directory found in
 * a directory of the top one is moved up beside it. So no path grows, nothing recurses, and three
 * descriptors are enough for any depth.
 */
#include "grader/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/cleanup.h"

struct removal {
    int top;          // the directory to remove
    unsigned serial;  // of the next name for a directory moved up
    unsigned changes; // things removed or moved
    int failure;      // errno of the first that could not be
};

static void note_failure(struct removal *removal, int reason)
{
    if (removal->failure == 0)
        removal->failure = reason;
}

/* Gives the owner all permissions on the directory; links and other files are left alone. */
static void unlock(int parent, const char *name)
{
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode) &&
        (status.st_mode & S_IRWXU) != S_IRWXU && fchmodat(parent, name, S_IRWXU, 0) != 0)
        return; // opening it says what is wrong
}

/* The directory for reading, with a descriptor of its own; NULL when it cannot be opened. */
static DIR *open_directory(int parent, const char *name)
{
    unlock(parent, name);
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    if (directory == NULL && fd >= 0)
        close(fd);
    return directory;
}

static bool is_itself_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Removes a file, a link or an empty directory. */
static bool remove_leaf(struct removal *removal, int parent, const char *name)
{
    if (unlinkat(parent, name, 0) != 0 && unlinkat(parent, name, AT_REMOVEDIR) != 0)
        return false;
    removal->changes++;
    return true;
}

/* Moves a directory up into the top one, under a name that is free there. */
static void move_up(struct removal *removal, int parent, const char *name)
{
    char moved[32];
    unlock(parent, name); // moving a directory writes into it
    do {
        snprintf(moved, sizeof moved, ".moved-%u", removal->serial++);
        if (renameat(parent, name, removal->top, moved) == 0) {
            removal->changes++;
            return;
        }
    } while (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR);
    note_failure(removal, errno);
}

static void clear_child(struct removal *removal, const char *child)
{
    AUTO_DIRECTORY DIR *directory = open_directory(removal->top, child);
    if (directory == NULL) {
        note_failure(removal, errno);
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (!is_itself_or_parent(entry->d_name) &&
            !remove_leaf(removal, dirfd(directory), entry->d_name))
            move_up(removal, dirfd(directory), entry->d_name);
}

/* One pass over the top directory. */
static void clear_top(struct removal *removal, DIR *top)
{
    rewinddir(top);
    for (struct dirent *entry; (entry = readdir(top)) != NULL;) {
        if (is_itself_or_parent(entry->d_name) || remove_leaf(removal, removal->top, entry->d_name))
            continue;
        clear_child(removal, entry->d_name);
        if (!remove_leaf(removal, removal->top, entry->d_name))
            note_failure(removal, errno);
    }
}

int file_remove_tree(const char *path, struct error *error)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    struct removal removal = {.top = -1};
    AUTO_DIRECTORY DIR *top = open_directory(AT_FDCWD, path);
    if (top == NULL)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot remove %s", path);
    removal.top = dirfd(top);
    do { // what was moved up, or skipped while its neighbours went, is found by the next pass
        removal.changes = 0;
        removal.failure = 0;
        clear_top(&removal, top);
    } while (removal.changes > 0);
    if (rmdir(path) == 0)
        return 0;
    int reason = removal.failure != 0 ? removal.failure : errno;
    return error_errno(error, ERROR_ENVIRONMENT, reason, "cannot remove %s", path);
}
