#include "spec.h"

#include "error.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_MAX = 256, VARIABLES_MAX = 1024 };

#define MIB (UINT64_C(1) << 20)

/** Smallest, default and largest value of each limit. */
static const struct {
    const char *name;
    uint64_t smallest, initial, largest;
} limit_ranges[SANDBOX_LIMIT_COUNT] = {
    [SANDBOX_LIMIT_CPU_TIME_MS] = {"CPU time", 1, 10000, 86400000},
    [SANDBOX_LIMIT_WALL_TIME_MS] = {"wall time", 1, 30000, 86400000},
    [SANDBOX_LIMIT_MEMORY_BYTES] = {"memory", MIB, 1024 * MIB, UINT64_C(1) << 44},
    [SANDBOX_LIMIT_PROCESSES] = {"processes", 1, 64, 100000},
    [SANDBOX_LIMIT_OPEN_FILES] = {"open files", 8, 256, 1000000},
    [SANDBOX_LIMIT_DISK_BYTES] = {"disk", 65536, 256 * MIB, UINT64_C(1) << 44},
    [SANDBOX_LIMIT_DISK_FILES] = {"files", 16, 20000, 100000000},
    [SANDBOX_LIMIT_OUTPUT_BYTES] = {"output", 0, 8 * MIB, UINT64_C(1) << 40},
};

static void record_mistake(struct sandbox_spec *spec, int status, const char *what,
                           const char *subject)
{
    if (spec->mistake.status == SANDBOX_OK)
        sandbox_error_set(&spec->mistake, status, "%s: \"%.300s\"", what, subject);
}

static void record_no_memory(struct sandbox_spec *spec)
{
    record_mistake(spec, SANDBOX_ERROR_INTERNAL, "out of memory", "sandbox spec");
}

static char *copy_text(struct sandbox_spec *spec, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL)
        record_no_memory(spec);
    return copy;
}

struct sandbox_spec *sandbox_spec_new(enum sandbox_profile profile)
{
    struct sandbox_spec *spec = calloc(1, sizeof *spec);
    if (spec == NULL)
        return NULL;
    spec->profile = profile;
    for (size_t i = 0; i < SANDBOX_LIMIT_COUNT; i++)
        spec->limits[i] = limit_ranges[i].initial;
    sandbox_spec_set_directory(spec, "/");
    sandbox_spec_set_variable(spec, "PATH", "/usr/local/bin:/usr/bin:/bin");
    sandbox_spec_set_variable(spec, "HOME", "/tmp");
    sandbox_spec_set_variable(spec, "TMPDIR", "/tmp");
    sandbox_spec_set_variable(spec, "LANG", "C.UTF-8");
    sandbox_spec_add_directory(spec, "/tmp");
    if (profile != SANDBOX_PROFILE_RUN && profile != SANDBOX_PROFILE_BUILD)
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "no such profile", "sandbox_spec_new");
    if (spec->mistake.status == SANDBOX_ERROR_INTERNAL) {
        sandbox_spec_free(spec);
        return NULL;
    }
    return spec;
}

static void free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        free(texts[i]);
    free(texts);
}

void sandbox_spec_free(struct sandbox_spec *spec)
{
    if (spec == NULL)
        return;
    free_texts(spec->arguments);
    free_texts(spec->environment);
    free(spec->directory);
    for (size_t i = 0; i < spec->place_count; i++) {
        free(spec->places[i].host);
        free(spec->places[i].inside);
    }
    free(spec->places);
    free(spec);
}

void sandbox_spec_set_command(struct sandbox_spec *spec, const char *const argv[])
{
    free_texts(spec->arguments);
    spec->arguments = NULL;
    size_t count = 0;
    while (argv[count] != NULL)
        count++;
    char **copies = calloc(count + 1, sizeof *copies);
    if (copies == NULL) {
        record_no_memory(spec);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        copies[i] = copy_text(spec, argv[i]);
        if (copies[i] == NULL)
            break;
    }
    spec->arguments = copies;
}

/** Absolute, and every component a plain name: nothing that could step aside later. */
static bool is_plain_absolute(const char *path)
{
    if (path[0] != '/' || strlen(path) >= PATH_MAX)
        return false;
    for (const char *component = path; *component == '/';) {
        component++;
        size_t length = strcspn(component, "/");
        bool last = component[length] == '\0';
        if (length == 0 && !last)
            return false;
        bool one_dot = length == 1 && component[0] == '.';
        bool two_dots = length == 2 && component[0] == '.' && component[1] == '.';
        if (one_dot || two_dots || length > NAME_MAX)
            return false;
        component += length;
    }
    return true;
}

static char *copy_inside_path(struct sandbox_spec *spec, const char *inside)
{
    if (!is_plain_absolute(inside)) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT,
                       "a path inside must be absolute, without \".\" and \"..\"", inside);
        return NULL;
    }
    char *copy = copy_text(spec, inside);
    if (copy == NULL)
        return NULL;
    size_t length = strlen(copy);
    if (length > 1 && copy[length - 1] == '/')
        copy[length - 1] = '\0';
    return copy;
}

void sandbox_spec_set_directory(struct sandbox_spec *spec, const char *inside)
{
    char *copy = copy_inside_path(spec, inside);
    if (copy == NULL)
        return;
    free(spec->directory);
    spec->directory = copy;
}

/** Index of NAME=... in the environment, or the count when there is none. */
static size_t find_variable(const struct sandbox_spec *spec, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < spec->environment_count; i++) {
        const char *entry = spec->environment[i];
        if (strncmp(entry, name, length) == 0 && entry[length] == '=')
            return i;
    }
    return spec->environment_count;
}

const char *spec_variable(const struct sandbox_spec *spec, const char *name)
{
    size_t index = find_variable(spec, name);
    if (index == spec->environment_count)
        return NULL;
    return spec->environment[index] + strlen(name) + 1;
}

void sandbox_spec_set_variable(struct sandbox_spec *spec, const char *name, const char *value)
{
    if (name[0] == '\0' || strchr(name, '=') != NULL) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "not a variable name", name);
        return;
    }
    size_t index = find_variable(spec, name);
    if (index >= VARIABLES_MAX) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "too many variables", name);
        return;
    }
    char *entry = NULL;
    if (asprintf(&entry, "%s=%s", name, value) < 0) {
        record_no_memory(spec);
        return;
    }
    if (index == spec->environment_count) {
        char **grown = reallocarray(spec->environment, index + 2, sizeof *grown);
        if (grown == NULL) {
            free(entry);
            record_no_memory(spec);
            return;
        }
        spec->environment = grown;
        spec->environment_count = index + 1;
        grown[index] = grown[index + 1] = NULL;
    }
    free(spec->environment[index]);
    spec->environment[index] = entry;
}

void sandbox_spec_set_limit(struct sandbox_spec *spec, enum sandbox_limit limit, uint64_t value)
{
    if ((unsigned)limit >= SANDBOX_LIMIT_COUNT) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "no such limit", "sandbox_spec_set_limit");
        return;
    }
    if (value < limit_ranges[limit].smallest || value > limit_ranges[limit].largest) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "limit out of range",
                       limit_ranges[limit].name);
        return;
    }
    spec->limits[limit] = value;
}

uint64_t sandbox_spec_limit(const struct sandbox_spec *spec, enum sandbox_limit limit)
{
    return (unsigned)limit < SANDBOX_LIMIT_COUNT ? spec->limits[limit] : 0;
}

static void add_place(struct sandbox_spec *spec, enum place_kind kind, const char *host,
                      const char *inside)
{
    if (host != NULL && host[0] == '\0') {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "empty host path for", inside);
        return;
    }
    if (strcmp(inside, "/") == 0 || spec->place_count >= PLACES_MAX) {
        record_mistake(spec, SANDBOX_ERROR_ARGUMENT, "cannot add this place", inside);
        return;
    }
    struct place place = {.kind = kind, .inside = copy_inside_path(spec, inside)};
    if (place.inside == NULL)
        return;
    if (host != NULL)
        place.host = copy_text(spec, host);
    struct place *grown = reallocarray(spec->places, spec->place_count + 1, sizeof *grown);
    if (grown == NULL || (host != NULL && place.host == NULL)) {
        if (grown != NULL)
            spec->places = grown;
        free(place.host);
        free(place.inside);
        record_no_memory(spec);
        return;
    }
    grown[spec->place_count++] = place;
    spec->places = grown;
}

void sandbox_spec_add_read_only(struct sandbox_spec *spec, const char *host, const char *inside)
{
    add_place(spec, PLACE_READ_ONLY, host, inside);
}

void sandbox_spec_add_copy(struct sandbox_spec *spec, const char *host, const char *inside)
{
    add_place(spec, PLACE_COPY, host, inside);
}

void sandbox_spec_add_directory(struct sandbox_spec *spec, const char *inside)
{
    add_place(spec, PLACE_DIRECTORY, NULL, inside);
}

void sandbox_spec_set_cancel(struct sandbox_spec *spec, bool (*cancelled)(void *), void *payload)
{
    spec->cancelled = cancelled;
    spec->cancel_payload = payload;
}

int spec_check(const struct sandbox_spec *spec, struct sandbox_error *error)
{
    if (spec->mistake.status != SANDBOX_OK) {
        if (error != NULL)
            *error = spec->mistake;
        return spec->mistake.status;
    }
    if (spec->arguments == NULL || spec->arguments[0] == NULL || spec->arguments[0][0] == '\0')
        return sandbox_error_set(error, SANDBOX_ERROR_ARGUMENT, "no command to run");
    return SANDBOX_OK;
}
