#include "result.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kept_result *kept_result_new(const struct sandbox_spec *spec)
{
    struct kept_result *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return NULL;
    kept->disk = -1;
    kept->place_count = spec->place_count;
    kept->disk_bytes = spec->limits[SANDBOX_LIMIT_DISK_BYTES];
    kept->disk_files = spec->limits[SANDBOX_LIMIT_DISK_FILES];
    kept->inside = calloc(spec->place_count, sizeof *kept->inside);
    bool complete = kept->inside != NULL;
    for (size_t i = 0; complete && i < spec->place_count; i++) {
        if (spec->places[i].kind == PLACE_READ_ONLY)
            continue;
        kept->inside[i] = strdup(spec->places[i].inside);
        complete = kept->inside[i] != NULL;
    }
    if (complete)
        return kept;
    sandbox_result_free(&kept->result);
    return NULL;
}

void sandbox_result_free(struct sandbox_result *result)
{
    if (result == NULL)
        return;
    struct kept_result *kept = (struct kept_result *)result;
    free(result->standard_output.head);
    free(result->standard_output.tail);
    free(result->standard_error.head);
    free(result->standard_error.tail);
    for (size_t i = 0; kept->inside != NULL && i < kept->place_count; i++)
        free(kept->inside[i]);
    free(kept->inside);
    if (kept->disk >= 0)
        close(kept->disk);
    free(kept);
}

const char *sandbox_outcome_name(enum sandbox_outcome outcome)
{
    static const char *const names[] = {
        [SANDBOX_EXITED] = "exited",
        [SANDBOX_SIGNALED] = "signaled",
        [SANDBOX_CPU_TIME_EXCEEDED] = "cpu_time_exceeded",
        [SANDBOX_WALL_TIME_EXCEEDED] = "wall_time_exceeded",
        [SANDBOX_MEMORY_EXCEEDED] = "memory_exceeded",
        [SANDBOX_OUTPUT_EXCEEDED] = "output_exceeded",
        [SANDBOX_DENIALS_EXCEEDED] = "denials_exceeded",
        [SANDBOX_CANNOT_START] = "cannot_start",
        [SANDBOX_CANCELLED] = "cancelled",
    };
    size_t index = (size_t)outcome;
    return index < sizeof names / sizeof names[0] ? names[index] : "unknown";
}

const char *sandbox_layer_name(unsigned layer)
{
    static const struct {
        unsigned layer;
        const char *name;
    } names[] = {
        {SANDBOX_LAYER_USER_NAMESPACE, "user_namespace"},
        {SANDBOX_LAYER_PID_NAMESPACE, "pid_namespace"},
        {SANDBOX_LAYER_MOUNT_NAMESPACE, "mount_namespace"},
        {SANDBOX_LAYER_NETWORK_NAMESPACE, "network_namespace"},
        {SANDBOX_LAYER_IPC_NAMESPACE, "ipc_namespace"},
        {SANDBOX_LAYER_UTS_NAMESPACE, "uts_namespace"},
        {SANDBOX_LAYER_OWN_ROOT, "own_root"},
        {SANDBOX_LAYER_NO_NEW_PRIVILEGES, "no_new_privileges"},
        {SANDBOX_LAYER_NO_CAPABILITIES, "no_capabilities"},
        {SANDBOX_LAYER_SYSCALL_FILTER, "syscall_filter"},
        {SANDBOX_LAYER_RESOURCE_LIMITS, "resource_limits"},
        {SANDBOX_LAYER_CGROUP, "cgroup"},
        {SANDBOX_LAYER_LANDLOCK, "landlock"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].layer == layer)
            return names[i].name;
    return NULL;
}
