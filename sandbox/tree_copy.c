#include "tree_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES_SIZE = 4096, SUBJECT_SIZE = 256 };

/** What getdents64 fills in; libc has no name for it. */
struct directory_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/** One directory on the way down. */
struct level {
    int source, target;
    struct stat status;
    char name[NAME_MAX + 1];
    long filled, next; /**< bytes in entries, and the first one not yet looked at */
    _Alignas(struct directory_entry) char entries[ENTRIES_SIZE];
};

struct tree_copier {
    struct tree_copy_options *options;
    int depth; /**< levels[depth] is being read */
    char subject[SUBJECT_SIZE];
    char link[PATH_MAX];
    struct level levels[TREE_DEPTH_MAX];
};

struct tree_copier *tree_copier_new(void)
{
    return calloc(1, sizeof(struct tree_copier));
}

void tree_copier_free(struct tree_copier *copier)
{
    free(copier);
}

const char *tree_copier_subject(const struct tree_copier *copier)
{
    return copier->subject;
}

/** The path below the source, cut at the front when it is too long. */
static void note_subject(struct tree_copier *copier, const char *name)
{
    char path[SUBJECT_SIZE];
    size_t start = sizeof path - 1;
    path[start] = '\0';
    for (int depth = copier->depth + 1; depth > 0; depth--) {
        const char *part = depth == copier->depth + 1 ? name : copier->levels[depth].name;
        size_t length = strlen(part);
        if (length + 1 > start)
            break;
        start -= length;
        memcpy(path + start, part, length);
        if (depth > 1)
            path[--start] = '/';
    }
    memcpy(copier->subject, path + start, sizeof path - start);
}

static int give_away(const struct tree_copier *copier, int directory, const char *name)
{
    if (!copier->options->give_away)
        return 0;
    return fchownat(directory, name, copier->options->owner, copier->options->group,
                    AT_SYMLINK_NOFOLLOW);
}

static mode_t wanted_mode(const struct tree_copier *copier, const struct stat *status)
{
    if (!copier->options->plain)
        return (status->st_mode & 0777) | S_IRUSR | (S_ISDIR(status->st_mode) ? S_IRWXU : 0);
    bool executable = S_ISDIR(status->st_mode) || (status->st_mode & S_IXUSR) != 0;
    return executable ? 0755 : 0644;
}

/** sendfile copies inside the kernel; the size may change under us, so it is only a bound. */
static int copy_bytes(struct tree_copier *copier, int source, int target)
{
    uint64_t *left = &copier->options->bytes_left;
    for (;;) {
        size_t part = 1 << 20;
        ssize_t copied = sendfile(target, source, NULL, part);
        if (copied == 0)
            return 0;
        if (copied < 0 && errno == EINTR)
            continue;
        if (copied < 0)
            return -1;
        if ((uint64_t)copied > *left) {
            errno = EFBIG;
            return -1;
        }
        *left -= (uint64_t)copied;
    }
}

static int finish_file(const struct tree_copier *copier, int target, const struct stat *status)
{
    // make(1) compares times.
    const struct timespec times[2] = {status->st_atim, status->st_mtim};
    if (fchmod(target, wanted_mode(copier, status)) != 0)
        return -1;
    return futimens(target, times);
}

static int copy_file(struct tree_copier *copier, const char *name)
{
    struct level *level = &copier->levels[copier->depth];
    int source = openat(level->source, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (source < 0)
        return -1;
    struct stat status;
    int target = -1;
    int failed = fstat(source, &status);
    if (failed == 0 && S_ISREG(status.st_mode)) { // not if it was exchanged since the listing
        target = openat(level->target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
        failed = target < 0 ? -1 : copy_bytes(copier, source, target);
        if (failed == 0)
            failed = give_away(copier, level->target, name);
        if (failed == 0)
            failed = finish_file(copier, target, &status);
    }
    int reason = errno;
    if (target >= 0)
        close(target);
    close(source);
    errno = reason;
    return failed;
}

/**
 * A link stays inside when it goes up no further than its own depth, and only at its start. Then
 * every step down is a directory or another such link, so no chain of links can leave the tree.
 */
static bool link_stays_inside(const char *target, int depth)
{
    if (target[0] == '/')
        return false;
    bool going_up = true;
    for (const char *part = target; *part != '\0';) {
        size_t length = strcspn(part, "/");
        bool up = length == 2 && part[0] == '.' && part[1] == '.';
        if (up && (!going_up || depth-- == 0))
            return false;
        going_up = going_up && (up || length == 0 || (length == 1 && part[0] == '.'));
        part += length;
        part += *part == '/';
    }
    return true;
}

static int copy_link(struct tree_copier *copier, const char *name)
{
    struct level *level = &copier->levels[copier->depth];
    ssize_t length = readlinkat(level->source, name, copier->link, sizeof copier->link - 1);
    if (length < 0)
        return -1;
    copier->link[length] = '\0';
    if (copier->options->plain && !link_stays_inside(copier->link, copier->depth))
        return 0;
    if (symlinkat(copier->link, level->target, name) != 0)
        return -1;
    return give_away(copier, level->target, name);
}

static int enter_directory(struct tree_copier *copier, const char *name)
{
    if (copier->depth + 1 == TREE_DEPTH_MAX) {
        errno = ELOOP;
        return -1;
    }
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct level *parent = &copier->levels[copier->depth];
    struct level *child = parent + 1;
    child->source = openat(parent->source, name, flags);
    if (child->source < 0)
        return -1;
    child->target = -1;
    if (fstat(child->source, &child->status) == 0 && mkdirat(parent->target, name, 0700) == 0 &&
        give_away(copier, parent->target, name) == 0)
        child->target = openat(parent->target, name, flags);
    if (child->target < 0) {
        int reason = errno;
        close(child->source);
        errno = reason;
        return -1;
    }
    memcpy(child->name, name, strlen(name) + 1);
    child->filled = child->next = 0;
    copier->depth++;
    return 0;
}

/** Also after a failure, so that no descriptor stays open. */
static int leave_directory(struct tree_copier *copier)
{
    struct level *level = &copier->levels[copier->depth--];
    int failed = finish_file(copier, level->target, &level->status);
    int reason = errno;
    close(level->source);
    close(level->target);
    errno = reason;
    return failed;
}

static int copy_entry(struct tree_copier *copier, const char *name)
{
    struct level *level = &copier->levels[copier->depth];
    struct stat status;
    if (fstatat(level->source, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    bool wanted = S_ISREG(status.st_mode) || S_ISLNK(status.st_mode) || S_ISDIR(status.st_mode);
    if (!wanted)
        return 0;
    if (copier->options->files_left-- == 0) {
        errno = EFBIG;
        return -1;
    }
    if (S_ISREG(status.st_mode))
        return copy_file(copier, name);
    if (S_ISLNK(status.st_mode))
        return copy_link(copier, name);
    return enter_directory(copier, name);
}

static bool is_dot(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/** One step: the next entry of the deepest directory, or the way back up. 1 means done. */
static int step(struct tree_copier *copier)
{
    struct level *level = &copier->levels[copier->depth];
    if (level->next == level->filled) {
        level->filled = syscall(SYS_getdents64, level->source, level->entries, ENTRIES_SIZE);
        level->next = 0;
        if (level->filled < 0) {
            level->filled = 0;
            return -1;
        }
        if (level->filled == 0)
            return copier->depth == 0 ? 1 : leave_directory(copier);
    }
    const struct directory_entry *entry =
        (const struct directory_entry *)(void *)(level->entries + level->next);
    level->next += entry->size;
    if (is_dot(entry->name))
        return 0;
    int failed = copy_entry(copier, entry->name);
    if (failed != 0)
        note_subject(copier, entry->name);
    return failed;
}

int tree_copy(struct tree_copier *copier, int source, int target, struct tree_copy_options *options)
{
    copier->options = options;
    copier->depth = 0;
    copier->subject[0] = '\0';
    copier->levels[0].source = source;
    copier->levels[0].target = target;
    copier->levels[0].filled = copier->levels[0].next = 0;
    int outcome = 0;
    while (outcome == 0)
        outcome = step(copier);
    int reason = errno;
    while (copier->depth > 0)
        (void)leave_directory(copier); // the copy has failed already
    errno = reason;
    return outcome > 0 ? 0 : -1;
}
