#include "grader/intake/intake_list.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/file.h"
#include "grader/intake/intake_name.h"

void intake_list_init(struct intake_list *list, const struct intake_limits *limits)
{
    memset(list, 0, sizeof *list);
    list->limits = limits;
}

void intake_format_size(char *text, size_t capacity, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        value /= 1000;
        unit++;
    }
    (void)snprintf(text, capacity, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

int intake_list_enter(struct intake_list *list, unsigned depth, struct error *error)
{
    if (depth > list->limits->depth)
        return error_set(error, ERROR_SUBMISSION, "folders are nested deeper than %u (limit)",
                         list->limits->depth);
    if (++list->entries > list->limits->file_count)
        return error_set(error, ERROR_SUBMISSION, "more than %zu files and folders (limit)",
                         list->limits->file_count);
    return 0;
}

static int grow(struct intake_list *list, struct error *error)
{
    if (list->count < list->capacity)
        return 0;
    size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
    struct intake_file *files = reallocarray(list->files, capacity, sizeof *files);
    if (files == NULL)
        return error_memory(error);
    list->files = files;
    list->capacity = capacity;
    return 0;
}

static int check_size(const struct intake_list *list, const char *path, uint64_t size,
                      struct error *error)
{
    char shown[160], got[32], allowed[32];
    if (size > list->limits->file_bytes) {
        intake_escape(shown, sizeof shown, path, strlen(path));
        intake_format_size(got, sizeof got, size);
        intake_format_size(allowed, sizeof allowed, list->limits->file_bytes);
        return error_set(error, ERROR_SUBMISSION, "the file '%s' is too large: %s, limit %s", shown,
                         got, allowed);
    }
    if (size > list->limits->disk_bytes || list->bytes > list->limits->disk_bytes - size) {
        intake_format_size(allowed, sizeof allowed, list->limits->disk_bytes);
        return error_set(error, ERROR_SUBMISSION, "the files are larger than %s together (limit)",
                         allowed);
    }
    return 0;
}

int intake_list_add(struct intake_list *list, const char *path, uint64_t size, bool executable,
                    const unsigned char *id, struct error *error)
{
    int result = check_size(list, path, size, error);
    if (result == 0)
        result = grow(list, error);
    if (result != 0)
        return result;
    struct intake_file *file = &list->files[list->count];
    memset(file, 0, sizeof *file);
    file->path = strdup(path);
    if (file->path == NULL)
        return error_memory(error);
    file->size = size;
    file->executable = executable;
    if (id != NULL)
        memcpy(file->id, id, INTAKE_ID_SIZE);
    list->count++;
    list->bytes += size;
    return 0;
}

static int compare_paths(const void *left, const void *right)
{
    const struct intake_file *a = left, *b = right;
    return strcmp(a->path, b->path);
}

int intake_list_digest(struct intake_list *list, char text[INTAKE_HASH_MAX], struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_ENVIRONMENT, "libsodium cannot be initialised");
    if (list->count > 0)
        qsort(list->files, list->count, sizeof *list->files, compare_paths);
    crypto_generichash_state state;
    unsigned char digest[INTAKE_DIGEST_SIZE];
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t i = 0; i < list->count; i++) {
        const struct intake_file *file = &list->files[i];
        char head[48];
        int size =
            snprintf(head, sizeof head, "%c %" PRIu64, file->executable ? 'x' : '-', file->size);
        // The terminating zeros part the fields: no path or number contains one.
        crypto_generichash_update(&state, (const unsigned char *)file->path,
                                  strlen(file->path) + 1);
        crypto_generichash_update(&state, (const unsigned char *)head, (size_t)size + 1);
        crypto_generichash_update(&state, file->digest, sizeof file->digest);
    }
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(text, INTAKE_HASH_MAX, digest, sizeof digest);
    return 0;
}

int intake_list_path(char *path, const char *folder, const char *name, struct error *error)
{
    int size = snprintf(path, FILE_PATH_MAX, "%s%s%s", folder, folder[0] == '\0' ? "" : "/", name);
    if (size >= 0 && size < FILE_PATH_MAX)
        return 0;
    return error_set(error, ERROR_SUBMISSION, "a path is longer than %d bytes (limit)",
                     FILE_PATH_MAX - 1);
}
