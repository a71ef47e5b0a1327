#include "grader/intake/intake_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/intake/intake_name.h"

static int cannot_write(const char *path, int reason, struct error *error)
{
    char shown[160];
    intake_escape(shown, sizeof shown, path, strlen(path));
    return error_errno(error, ERROR_ENVIRONMENT, reason, "cannot write '%s' into the work tree",
                       shown);
}

/* Opens the folder of @p path below @p root, made on the way; *name is the last part. */
static int open_parent(int root, const char *path, const char **name, struct error *error)
{
    int folder = dup(root);
    const char *part = path;
    const char *slash;
    while (folder >= 0 && (slash = strchr(part, '/')) != NULL) {
        char text[256] = "";
        size_t size = (size_t)(slash - part);
        memcpy(text, part, size < sizeof text ? size : sizeof text - 1);
        AUTO_CLOSE int above = folder;
        if (mkdirat(above, text, 0755) != 0 && errno != EEXIST)
            return cannot_write(path, errno, error);
        folder = openat(above, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        part = slash + 1;
    }
    if (folder < 0)
        return cannot_write(path, errno, error);
    *name = part;
    return folder;
}

int intake_writer_open(struct intake_writer *writer, int root, const struct intake_file *file,
                       struct error *error)
{
    writer->fd = -1;
    writer->size = 0;
    crypto_generichash_init(&writer->hash, NULL, 0, INTAKE_DIGEST_SIZE);
    if (root < 0)
        return 0;
    const char *name = file->path;
    AUTO_CLOSE int folder = open_parent(root, file->path, &name, error);
    if (folder < 0)
        return folder; // the kind of the error
    writer->fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        file->executable ? 0755 : 0644);
    if (writer->fd < 0)
        return cannot_write(file->path, errno, error);
    return 0;
}

int intake_writer_append(struct intake_writer *writer, const void *bytes, size_t size,
                         struct error *error)
{
    if (size == 0)
        return 0;
    crypto_generichash_update(&writer->hash, bytes, size);
    if (writer->size < INTAKE_HEAD_SIZE) {
        size_t room = INTAKE_HEAD_SIZE - (size_t)writer->size;
        memcpy(writer->head + writer->size, bytes, size < room ? size : room);
    }
    writer->size += size;
    const char *place = bytes;
    while (writer->fd >= 0 && size > 0) {
        ssize_t written = write(writer->fd, place, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot write into the work tree");
        place += written;
        size -= (size_t)written;
    }
    return 0;
}

/* A Git LFS pointer is a text of three lines in place of the data. */
static void inspect_lfs(const char *head, size_t size, const struct intake_file *file,
                        struct intake_channel *channel)
{
    static const char mark[] = "version https://git-lfs.github.com/spec/v1\n";
    if (size >= INTAKE_HEAD_SIZE || size < sizeof mark - 1 ||
        memcmp(head, mark, sizeof mark - 1) != 0)
        return;
    char text[INTAKE_HEAD_SIZE];
    memcpy(text, head, size);
    text[size] = '\0';
    char wanted[32] = "unknown size";
    const char *line = strstr(text, "\nsize ");
    if (line != NULL)
        intake_format_size(wanted, sizeof wanted, strtoull(line + 6, NULL, 10));
    intake_channel_finding(channel, "lfs_pointer", file->path,
                           "its content (%s) is in Git LFS and not in the repository: only a "
                           "pointer was handed in; commit the file itself, or generate it",
                           wanted);
}

static void inspect_script(const char *head, size_t size, const struct intake_file *file,
                           struct intake_channel *channel)
{
    if (size < 3 || head[0] != '#' || head[1] != '!')
        return;
    const char *end = memchr(head, '\n', size);
    if (end != NULL && end[-1] == '\r')
        intake_channel_finding(channel, "crlf_script", file->path,
                               "the first line ends like on Windows (CR LF), so Linux looks for an "
                               "interpreter whose name ends in a carriage return; save it with LF");
}

int intake_writer_close(struct intake_writer *writer, struct intake_file *file,
                        struct intake_channel *channel, struct error *error)
{
    file->size = writer->size;
    crypto_generichash_final(&writer->hash, file->digest, INTAKE_DIGEST_SIZE);
    size_t head = writer->size < INTAKE_HEAD_SIZE ? (size_t)writer->size : INTAKE_HEAD_SIZE;
    if (channel != NULL) {
        inspect_lfs(writer->head, head, file, channel);
        inspect_script(writer->head, head, file, channel);
    }
    if (writer->fd < 0)
        return 0;
    int result = close(writer->fd);
    writer->fd = -1;
    return result == 0 ? 0 : cannot_write(file->path, errno, error);
}
