#include "grader/manifest/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/json/json_document.h"

static const char *const manifest_name = "submission.json";

/* Opens a file of the submission through no symbolic link at all, at any level. */
static int open_beneath(const char *directory, const char *path)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    AUTO_CLOSE int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? -1 : (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

static bool is_regular(int fd)
{
    struct stat status;
    return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* Relative, no "..", no empty part: a path that stays in the repository. */
static bool stays_inside(const char *path)
{
    if (path[0] == '/' || path[0] == '\0')
        return false;
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 0 || (length == 2 && memcmp(path, "..", 2) == 0))
            return false;
        path += length;
        if (*path == '/')
            path++;
    }
    return true;
}

static int read_path(const struct json_place *root, const char *key, const char *directory,
                     char *path, struct error *error)
{
    if (!json_has(root, key))
        return 0;
    const char *value;
    int status = json_get_string(root, key, &value, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_member(root, key);
    if (!stays_inside(value) || strlen(value) >= MANIFEST_PATH_MAX)
        return json_place_error(&place, error,
                                "\"%s\" must be the path of a file inside your repository", value);
    AUTO_CLOSE int fd = open_beneath(directory, value);
    if (!is_regular(fd))
        return json_place_error(&place, error, "there is no file \"%s\" in your repository", value);
    snprintf(path, MANIFEST_PATH_MAX, "%s", value);
    return 0;
}

static int add_word(struct command_words *command, const char *word, struct error *error)
{
    char *copy = strdup(word);
    if (copy == NULL)
        return error_memory(error);
    command->words[command->count++] = copy;
    return 0;
}

static int read_shell_command(const char *text, struct command_words *command, struct error *error)
{
    int status = add_word(command, "/bin/sh", error);
    if (status == 0)
        status = add_word(command, "-c", error);
    return status != 0 ? status : add_word(command, text, error);
}

static int read_command(const struct json_place *root, const char *key,
                        struct command_words *command, struct error *error)
{
    if (!json_has(root, key))
        return 0;
    struct json_place place = json_place_member(root, key);
    if (cJSON_IsString(place.node) && place.node->valuestring[0] != '\0')
        return read_shell_command(place.node->valuestring, command, error);
    int count = cJSON_IsArray(place.node) ? cJSON_GetArraySize(place.node) : 0;
    if (count < 1 || count > MANIFEST_WORDS_MAX - 4) // room for the arguments we add
        return json_place_error(&place, error,
                                "expected a command: a list of 1 to %d words, or one string",
                                MANIFEST_WORDS_MAX - 4);
    int status = 0;
    for (int i = 0; i < count && status == 0; i++) {
        struct json_place item = json_place_item(&place, i);
        if (!cJSON_IsString(item.node) || (i == 0 && item.node->valuestring[0] == '\0'))
            return json_place_error(&item, error, "expected a word in quotes");
        status = add_word(command, item.node->valuestring, error);
    }
    return status;
}

static int read_format(const struct json_place *root, struct manifest *manifest,
                       struct error *error)
{
    if (!json_has(root, "format"))
        return 0;
    const char *format;
    int status = json_get_string(root, "format", &format, error);
    if (status != 0)
        return status;
    manifest->npy = strcmp(format, "npy") == 0;
    if (manifest->npy || strcmp(format, "csv") == 0)
        return 0;
    struct json_place place = json_place_member(root, "format");
    return json_place_error(&place, error, "expected \"csv\" or \"npy\", found \"%s\"", format);
}

static int check_functions(const struct json_place *root, const struct manifest *manifest,
                           struct error *error)
{
    const char *dot = strrchr(manifest->functions, '.');
    if (dot != NULL && (strcmp(dot, ".py") == 0 || strcmp(dot, ".ipynb") == 0))
        return 0;
    struct json_place place = json_place_member(root, "functions");
    return json_place_error(&place, error,
                            "\"%s\" is neither a Python file (.py) nor a notebook (.ipynb); for "
                            "other languages use \"run\"",
                            manifest->functions);
}

static int check_way_in(const struct json_place *root, const struct manifest *manifest,
                        struct error *error)
{
    bool functions = manifest->functions[0] != '\0', run = manifest->run.count > 0;
    if (functions == run)
        return json_place_error(root, error,
                                functions ? "give either \"functions\" or \"run\", not both"
                                          : "needs \"functions\" (a Python file) or \"run\" (a "
                                            "command)");
    return functions ? check_functions(root, manifest, error) : 0;
}

static int keep_project(const struct json_place *root, const char *project,
                        struct manifest *manifest, struct error *error)
{
    struct json_place place = json_place_member(root, "project");
    if (project[0] == '\0' || strlen(project) >= sizeof manifest->project)
        return json_place_error(&place, error, "expected the name of a project");
    snprintf(manifest->project, sizeof manifest->project, "%s", project);
    return 0;
}

static int read_members(const struct json_place *root, const char *directory,
                        struct manifest *manifest, struct error *error)
{
    static const char *const keys[] = {"$schema", "project", "functions", "run", "build",
                                       "grouped", "format",  "report",    NULL};
    const char *project = "";
    int status = json_check_keys(root, keys, error);
    if (status == 0)
        status = json_get_string(root, "project", &project, error);
    if (status == 0)
        status = read_path(root, "functions", directory, manifest->functions, error);
    if (status == 0)
        status = read_path(root, "report", directory, manifest->report, error);
    if (status == 0)
        status = read_command(root, "run", &manifest->run, error);
    if (status == 0)
        status = read_command(root, "build", &manifest->build, error);
    if (status == 0 && json_has(root, "grouped"))
        status = json_get_bool(root, "grouped", &manifest->grouped, error);
    if (status == 0)
        status = read_format(root, manifest, error);
    if (status == 0)
        status = keep_project(root, project, manifest, error);
    return status != 0 ? status : check_way_in(root, manifest, error);
}

int manifest_load(const char *directory, struct manifest *manifest, struct error *error)
{
    AUTO_FREE char *bytes = NULL;
    AUTO_JSON cJSON *json = NULL;
    AUTO_CLOSE int fd = open_beneath(directory, manifest_name);
    size_t size = 0;
    *manifest = (struct manifest){0};
    if (fd < 0 && errno == ENOENT)
        return error_set(error, ERROR_SUBMISSION,
                         "there is no submission.json at the top of the repository; it tells the "
                         "grader your project and how to run it");
    if (!is_regular(fd) || file_read_fd(fd, MANIFEST_BYTES_MAX, &bytes, &size, error) != 0)
        return error_set(error, ERROR_SUBMISSION,
                         "submission.json: not a regular file of at most 64 KiB");
    int status = json_parse(bytes, size, manifest_name, ERROR_SUBMISSION, &json, error);
    if (status != 0)
        return status;
    struct json_place root = json_place_root(json, manifest_name, ERROR_SUBMISSION);
    if (!cJSON_IsObject(json))
        return json_place_error(&root, error, "expected an object: { \"project\": ... }");
    status = read_members(&root, directory, manifest, error);
    if (status != 0)
        manifest_release(manifest);
    return status;
}

static void release_words(struct command_words *command)
{
    for (size_t i = 0; i < command->count; i++)
        free(command->words[i]);
    command->count = 0;
}

void manifest_release(struct manifest *manifest)
{
    release_words(&manifest->run);
    release_words(&manifest->build);
}
