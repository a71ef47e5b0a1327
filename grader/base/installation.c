#include "grader/base/installation.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grader/base/file.h"

static const char *const default_rubric = "module6";

int installation_path(const char *part, char *path, struct error *error)
{
    char executable[FILE_PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (size < 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot read /proc/self/exe");
    executable[size] = '\0';
    for (int level = 0; level < 2; level++) { // strip the file's name, then "bin"
        char *slash = strrchr(executable, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    int length = snprintf(path, FILE_PATH_MAX, "%s/share/grader/%s", executable, part);
    if (length < 0 || length >= FILE_PATH_MAX || !file_is_directory(path))
        return error_set(error, ERROR_ENVIRONMENT,
                         "the installation has no folder %s; install the grader again", path);
    return 0;
}

int installation_rubric(const char *given, char *path, struct error *error)
{
    const char *rubrics = getenv("GRADER_RUBRICS");
    char part[FILE_PATH_MAX];
    if (given != NULL) {
        if (realpath(given, path) == NULL)
            return error_errno(error, ERROR_USAGE, errno, "rubric %s", given);
        return 0;
    }
    if (rubrics != NULL && rubrics[0] != '\0')
        return file_join(path, rubrics, default_rubric, error);
    snprintf(part, sizeof part, "rubrics/%s", default_rubric);
    return installation_path(part, path, error);
}
