#include "error.h"
#include "result.h"
#include "tree_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/** Beneath @p directory, through no link of any kind, onto no other file system. */
static int open_beneath(int directory, const char *path, uint64_t flags)
{
    struct open_how how = {
        .flags = flags | O_CLOEXEC | O_NOFOLLOW,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    int opened = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    return opened >= 0 ? opened : -errno;
}

/**
 * Finds the writable place that holds @p inside: the one with the longest path, and of equals the
 * last, as the mounts were stacked. *rest is what follows the place's path, "." for nothing.
 */
static int open_place(const struct kept_result *kept, const char *inside, const char **rest)
{
    size_t best = 0, best_length = 0;
    for (size_t i = 0; i < kept->place_count; i++) {
        const char *place = kept->inside[i];
        size_t length = place == NULL ? 0 : strlen(place);
        if (length >= best_length && length > 0 && strncmp(inside, place, length) == 0 &&
            (inside[length] == '/' || inside[length] == '\0')) {
            best = i;
            best_length = length;
        }
    }
    if (best_length == 0 || kept->disk < 0)
        return -ENOENT;
    *rest = inside + best_length;
    while (**rest == '/')
        ++*rest;
    if (**rest == '\0')
        *rest = ".";
    char name[24];
    snprintf(name, sizeof name, "%zu", best);
    return open_beneath(kept->disk, name, O_PATH | O_DIRECTORY);
}

/** Whether the descriptor may be handed out: 0 or a negative errno. */
static int check_file(int file, uint64_t maximum_bytes)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return -errno;
    // A second name would let the program show one file as two answers; none needs that.
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
        return -EINVAL;
    if (status.st_size < 0 || (uint64_t)status.st_size > maximum_bytes)
        return -EFBIG;
    return 0;
}

int sandbox_result_open(const struct sandbox_result *result, const char *inside,
                        uint64_t maximum_bytes)
{
    const struct kept_result *kept = (const struct kept_result *)result;
    const char *rest;
    int place = open_place(kept, inside, &rest);
    if (place < 0)
        return place;
    // Opening a pipe for reading must not wait for a writer, hence O_NONBLOCK.
    int file = open_beneath(place, rest, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    close(place);
    if (file == -ENXIO || file == -ENODEV)
        return -EINVAL; // a socket or a device
    if (file < 0)
        return file;
    int failed = check_file(file, maximum_bytes);
    if (failed == 0)
        return file;
    close(file);
    return failed;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

/** Half a tree is worse than none: a failed copy is taken away again. */
static int copy_out(const struct kept_result *kept, int source, int target, const char *host,
                    struct sandbox_error *error)
{
    struct tree_copier *copier = tree_copier_new();
    if (copier == NULL)
        return sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "out of memory");
    struct tree_copy_options options = {
        .plain = true, .bytes_left = kept->disk_bytes, .files_left = kept->disk_files};
    int status = SANDBOX_OK;
    if (tree_copy(copier, source, target, &options) != 0) {
        status =
            sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "cannot copy \"%s\" to \"%s\": %s",
                              tree_copier_subject(copier), host, strerror(errno));
        nftw(host, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    tree_copier_free(copier);
    return status;
}

int sandbox_result_export(const struct sandbox_result *result, const char *inside, const char *host,
                          struct sandbox_error *error)
{
    const struct kept_result *kept = (const struct kept_result *)result;
    const char *rest;
    int place = open_place(kept, inside, &rest);
    int source = place < 0 ? place : open_beneath(place, rest, O_RDONLY | O_DIRECTORY);
    if (place >= 0)
        close(place);
    if (source < 0)
        return sandbox_error_set(error, SANDBOX_ERROR_ARGUMENT,
                                 "\"%s\" is not a directory left inside: %s", inside,
                                 strerror(-source));
    int status = SANDBOX_OK;
    int target = -1;
    if (mkdir(host, 0755) != 0)
        status = sandbox_error_set(error, SANDBOX_ERROR_ARGUMENT, "cannot make \"%s\": %s", host,
                                   strerror(errno));
    if (status == SANDBOX_OK) {
        target = open(host, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        status = target >= 0 ? copy_out(kept, source, target, host, error)
                             : sandbox_error_set(error, SANDBOX_ERROR_INTERNAL,
                                                 "cannot open \"%s\": %s", host, strerror(errno));
    }
    if (target >= 0)
        close(target);
    close(source);
    return status;
}
