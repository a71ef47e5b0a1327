#include "grader/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/cleanup.h"

int file_join(char *path, const char *directory, const char *name, struct error *error)
{
    int size = snprintf(path, FILE_PATH_MAX, "%s/%s", directory, name);
    if (size < 0 || size >= FILE_PATH_MAX)
        return error_set(error, ERROR_USAGE, "path too long: %.60s...", directory);
    return 0;
}

static int read_all(int fd, size_t maximum, char **data, size_t *size, struct error *error)
{
    size_t capacity = 4096, used = 0;
    AUTO_FREE char *bytes = malloc(capacity);
    if (bytes == NULL)
        return error_memory(error);
    for (;;) {
        ssize_t got = read(fd, bytes + used, capacity - used - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot read");
        if (got == 0)
            break;
        used += (size_t)got;
        if (used > maximum)
            return error_set(error, ERROR_USAGE, "larger than %zu bytes", maximum);
        if (used + 1 < capacity)
            continue;
        capacity *= 2;
        char *larger = realloc(bytes, capacity);
        if (larger == NULL)
            return error_memory(error);
        bytes = larger;
    }
    bytes[used] = '\0';
    *size = used;
    *data = STEAL(bytes);
    return 0;
}

int file_read_fd(int fd, size_t maximum, char **data, size_t *size, struct error *error)
{
    return read_all(fd, maximum, data, size, error);
}

int file_read(const char *path, size_t maximum, char **data, size_t *size, struct error *error)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return error_errno(error, ERROR_USAGE, errno, "%s", path);
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(error, ERROR_USAGE, "%s: not a regular file", path);
    int result = read_all(fd, maximum, data, size, error);
    return result == 0 ? 0 : error_context(error, "%s", path);
}

static int write_all(int fd, const void *data, size_t size)
{
    const char *bytes = data;
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

static int sync_directory_of(const char *path)
{
    AUTO_FREE char *copy = strdup(path);
    if (copy == NULL)
        return -1;
    AUTO_CLOSE int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -1 : fsync(fd);
}

int file_write_atomic(const char *path, const void *data, size_t size, struct error *error)
{
    char temporary[FILE_PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof temporary)
        return error_set(error, ERROR_USAGE, "path too long: %.60s...", path);
    AUTO_CLOSE int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create a file beside %s", path);
    if (write_all(fd, data, size) == 0 && fchmod(fd, 0644) == 0 && fsync(fd) == 0 &&
        rename(temporary, path) == 0 && sync_directory_of(path) == 0)
        return 0;
    int reason = errno;
    unlink(temporary);
    return error_errno(error, ERROR_ENVIRONMENT, reason, "cannot write %s", path);
}

int file_write(const char *path, const void *data, size_t size, struct error *error)
{
    AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0 || write_all(fd, data, size) != 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot write %s", path);
    return 0;
}

int file_make_directories(const char *path, struct error *error)
{
    char partial[FILE_PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof partial)
        return error_set(error, ERROR_USAGE, "path too long or empty");
    memcpy(partial, path, length + 1);
    for (size_t i = 1; i <= length; i++) {
        if (partial[i] != '/' && partial[i] != '\0')
            continue;
        char kept = partial[i];
        partial[i] = '\0';
        if (mkdir(partial, 0755) != 0 && errno != EEXIST)
            return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create directory %s",
                               partial);
        partial[i] = kept;
    }
    if (!file_is_directory(path))
        return error_set(error, ERROR_ENVIRONMENT, "%s is not a directory", path);
    return 0;
}

int file_make_scratch(char *path, const char *prefix, struct error *error)
{
    const char *base = getenv("TMPDIR");
    if (base == NULL || base[0] != '/')
        base = "/tmp";
    int length = snprintf(path, FILE_PATH_MAX, "%s/%s-XXXXXX", base, prefix);
    if (length < 0 || length >= FILE_PATH_MAX)
        return error_set(error, ERROR_ENVIRONMENT, "TMPDIR is too long");
    if (mkdtemp(path) == NULL)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create a directory in %s",
                           base);
    return 0;
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}
