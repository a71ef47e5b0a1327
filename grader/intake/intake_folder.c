#include "grader/intake/intake_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/intake/intake_name.h"
#include "grader/intake/intake_writer.h"

struct walk {
    struct intake_list *list;
    struct intake_channel *channel;
    intake_ignores *ignores;
    void *payload;
};

struct names {
    char **items;
    size_t count;
    size_t capacity;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

#define AUTO_NAMES __attribute__((cleanup(names_release)))

static int cannot_read(const char *path, int reason, struct error *error)
{
    char shown[160];
    intake_escape(shown, sizeof shown, path, strlen(path));
    return error_errno(error, ERROR_USAGE, reason, "cannot read '%s'",
                       shown[0] == '\0' ? "." : shown);
}

static int names_add(struct names *names, const char *name, struct error *error)
{
    if (names->count == names->capacity) {
        size_t capacity = names->capacity == 0 ? 32 : names->capacity * 2;
        char **items = reallocarray(names->items, capacity, sizeof *items);
        if (items == NULL)
            return error_memory(error);
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count] = strdup(name);
    return names->items[names->count++] == NULL ? error_memory(error) : 0;
}

static int compare_names(const void *left, const void *right)
{
    return intake_name_compare_folded(*(char *const *)left, *(char *const *)right);
}

/* All names of a folder, in an order that does not depend on the file system. */
static int read_names(int folder, const char *path, size_t maximum, struct names *names,
                      struct error *error)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    AUTO_DIRECTORY DIR *directory = copy < 0 ? NULL : fdopendir(copy);
    if (directory == NULL)
        return cannot_read(path, errno, error);
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            strcmp(entry->d_name, ".git") == 0)
            continue;
        if (names->count > maximum)
            return error_set(error, ERROR_SUBMISSION, "more than %zu files and folders (limit)",
                             maximum);
        int result = names_add(names, entry->d_name, error);
        if (result != 0)
            return result;
    }
    if (errno != 0)
        return cannot_read(path, errno, error);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    return 0;
}

static int walk_folder(struct walk *walk, int folder, const char *path, unsigned depth,
                       struct error *error);

static int take_folder(struct walk *walk, int above, const char *name, const char *path,
                       unsigned depth, struct error *error)
{
    AUTO_CLOSE int folder = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return cannot_read(path, errno, error);
    struct stat status;
    if (fstatat(folder, ".git", &status, AT_SYMLINK_NOFOLLOW) != 0)
        return walk_folder(walk, folder, path, depth + 1, error);
    // Git would not hold its files either.
    intake_channel_finding(walk->channel, "submodule", path,
                           "this folder is a repository of its own and is not graded; to hand in "
                           "its files, remove its .git folder and commit them");
    return 0;
}

static void note_special(const struct walk *walk, const char *path, mode_t mode)
{
    if (S_ISLNK(mode))
        intake_channel_finding(walk->channel, "symlink", path,
                               "symbolic links are left out; commit the file itself");
    else
        intake_channel_finding(walk->channel, "special_file", path,
                               "neither a file nor a folder; left out");
}

static int take_name(struct walk *walk, int folder, const char *name, const char *above,
                     unsigned depth, struct error *error)
{
    char path[FILE_PATH_MAX];
    int result = intake_list_path(path, above, name, error);
    if (result != 0)
        return result;
    const char *fault = intake_name_fault(name, strlen(name));
    if (fault != NULL) {
        char shown[160];
        intake_escape(shown, sizeof shown, path, strlen(path));
        return error_set(error, ERROR_SUBMISSION, "the name '%s' %s", shown, fault);
    }
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return cannot_read(path, errno, error);
    if (walk->ignores != NULL && walk->ignores(walk->payload, path, S_ISDIR(status.st_mode)))
        return 0;
    result = intake_list_enter(walk->list, depth, error);
    if (result != 0)
        return result;
    if (S_ISDIR(status.st_mode))
        return take_folder(walk, folder, name, path, depth, error);
    if (S_ISREG(status.st_mode))
        return intake_list_add(walk->list, path, (uint64_t)status.st_size,
                               (status.st_mode & S_IXUSR) != 0, NULL, error);
    note_special(walk, path, status.st_mode);
    return 0;
}

static int walk_folder(struct walk *walk, int folder, const char *path, unsigned depth,
                       struct error *error)
{
    AUTO_NAMES struct names names = {0};
    int result = read_names(folder, path, walk->list->limits->file_count, &names, error);
    for (size_t i = 0; i < names.count && result == 0; i++) {
        const char *name = names.items[i];
        char shown[FILE_PATH_MAX];
        if (i > 0 && strcasecmp(names.items[i - 1], name) == 0 &&
            (result = intake_list_path(shown, path, name, error)) == 0)
            intake_channel_finding(walk->channel, "case_collision", shown,
                                   "another name differs from it in upper and lower case only: "
                                   "Windows and macOS can hold one of the two");
        if (result == 0)
            result = take_name(walk, folder, name, path, depth, error);
    }
    return result;
}

int intake_folder_list(int root, struct intake_list *list, struct intake_channel *channel,
                       intake_ignores *ignores, void *payload, struct error *error)
{
    struct walk walk = {list, channel, ignores, payload};
    return walk_folder(&walk, root, "", 1, error);
}

/* Opens a listed path again, part by part, following no link that came meanwhile. */
static int open_listed(int root, const char *path, struct error *error)
{
    int folder = dup(root);
    const char *part = path;
    const char *slash;
    while (folder >= 0 && (slash = strchr(part, '/')) != NULL) {
        char text[256] = "";
        size_t size = (size_t)(slash - part);
        memcpy(text, part, size < sizeof text ? size : sizeof text - 1);
        AUTO_CLOSE int above = folder;
        folder = openat(above, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        part = slash + 1;
    }
    if (folder < 0)
        return cannot_read(path, errno, error);
    AUTO_CLOSE int above = folder;
    int fd = openat(above, part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return cannot_read(path, errno, error);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    (void)close(fd);
    return error_set(error, ERROR_USAGE, "the folder changes while it is read; try again");
}

static int copy_bytes(int from, struct intake_writer *writer, const struct intake_file *file,
                      uint64_t maximum, struct error *error)
{
    char block[64 * 1024];
    for (;;) {
        ssize_t got = read(from, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot_read(file->path, errno, error);
        if (got == 0)
            return 0;
        int result = intake_writer_append(writer, block, (size_t)got, error);
        if (result != 0)
            return result;
        if (writer->size > maximum)
            return error_set(error, ERROR_USAGE, "the folder grows while it is read; try again");
    }
}

int intake_folder_copy(int root, struct intake_list *list, int target,
                       struct intake_channel *channel, struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        struct intake_file *file = &list->files[i];
        AUTO_CLOSE int from = open_listed(root, file->path, error);
        if (from < 0)
            return from; // the kind of the error
        struct intake_writer writer;
        int result = intake_writer_open(&writer, target, file, error);
        if (result == 0)
            result = copy_bytes(from, &writer, file, list->limits->file_bytes, error);
        if (result == 0)
            result = intake_writer_close(&writer, file, channel, error);
        if (result != 0)
            return result;
        intake_channel_progress(channel, "copying files", i + 1, list->count);
    }
    return 0;
}
