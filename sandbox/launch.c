#include "launch.h"

#include "error.h"
#include "tree_copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { STACK_SIZE = 256 * 1024, SKELETON_BYTES = 4 << 20, SKELETON_FILES = 4096 };

static const char namespaces_remedy[] =
    "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
    "user.max_user_namespaces above 0, kernel.apparmor_restrict_unprivileged_userns=0), or in a "
    "container run it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined";

static const struct {
    int status;
    const char *what;
    const char *remedy;
} failures[] = {
    [SETUP_OK] = {SANDBOX_ERROR_INTERNAL, "the sandbox's first process was killed from outside",
                  NULL},
    [SETUP_PROCESS] = {SANDBOX_ERROR_INTERNAL, "cannot prepare the sandbox's first process", NULL},
    [SETUP_ID_MAP] = {SANDBOX_ERROR_ENVIRONMENT, "cannot map user ids", namespaces_remedy},
    [SETUP_IDENTITY] = {SANDBOX_ERROR_ENVIRONMENT, "cannot give up the caller's identity",
                        namespaces_remedy},
    [SETUP_MOUNT] = {SANDBOX_ERROR_ENVIRONMENT, "cannot mount", namespaces_remedy},
    [SETUP_PROC] = {SANDBOX_ERROR_ENVIRONMENT, "cannot mount a private /proc", namespaces_remedy},
    [SETUP_ROOT] = {SANDBOX_ERROR_ENVIRONMENT, "cannot change the root directory",
                    namespaces_remedy},
    [SETUP_SYSTEM_PATH] = {SANDBOX_ERROR_ENVIRONMENT, "cannot show a system path",
                           namespaces_remedy},
    [SETUP_HOST_PATH] = {SANDBOX_ERROR_ARGUMENT, "cannot open", NULL},
    [SETUP_PLACE] = {SANDBOX_ERROR_ARGUMENT, "cannot make the place inside", NULL},
    [SETUP_COPY] = {SANDBOX_ERROR_ARGUMENT, "cannot copy into the sandbox", NULL},
    [SETUP_DIRECTORY] = {SANDBOX_ERROR_ARGUMENT, "cannot enter the working directory", NULL},
    [SETUP_LIMITS] = {SANDBOX_ERROR_INTERNAL, "cannot set resource limits", NULL},
    [SETUP_CAPABILITIES] = {SANDBOX_ERROR_INTERNAL, "cannot drop capabilities", NULL},
    [SETUP_FILTER] = {SANDBOX_ERROR_ENVIRONMENT, "cannot load the system-call filter",
                      "use a kernel with CONFIG_SECCOMP_FILTER"},
    [SETUP_STREAMS] = {SANDBOX_ERROR_INTERNAL, "cannot connect the standard streams", NULL},
    [SETUP_CONTROL] = {SANDBOX_ERROR_INTERNAL, "the supervisor cannot be reached", NULL},
};

int launch_explain(const struct launch_report *report, struct sandbox_error *error)
{
    int failure = report->failure;
    const char *reason = failure == SETUP_OK ? "no reason known" : strerror(report->failure_errno);
    const char *remedy = failures[failure].remedy;
    // A full disk is the spec's mistake wherever it shows.
    if (failure != SETUP_OK && report->failure_errno == ENOSPC)
        reason = "it does not fit into the disk limit";
    return sandbox_error_set(error, failures[failure].status, "%s%s%s: %s%s%s",
                             failures[failure].what, report->subject[0] != '\0' ? " " : "",
                             report->subject, reason, remedy != NULL ? "; " : "",
                             remedy != NULL ? remedy : "");
}

void launch_fail(const struct launch *launch, enum setup_failure failure, const char *subject)
{
    struct launch_report *report = launch->report;
    report->failure_errno = errno;
    size_t length = 0;
    while (subject != NULL && subject[length] != '\0' && length + 1 < sizeof report->subject) {
        report->subject[length] = subject[length];
        length++;
    }
    report->subject[length] = '\0';
    report->failure = (int)failure;
    _exit(1);
}

int launch_send(const struct launch *launch, enum control_message message, int first, int second)
{
    char byte = (char)message;
    int descriptors[2] = {first, second};
    size_t count = first < 0 ? 0 : second < 0 ? 1 : 2;
    struct iovec payload = {.iov_base = &byte, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(sizeof descriptors)];
        struct cmsghdr align;
    } ancillary = {0};
    struct msghdr header = {.msg_iov = &payload, .msg_iovlen = 1};
    if (count > 0) {
        header.msg_control = ancillary.bytes;
        header.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(rights), descriptors, count * sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(launch->control, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == 1 ? 0 : -1;
}

uint64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/** Is @p id known in the user namespace we are in? In a container root may be all there is. */
static bool id_exists(const char *map_path, unsigned id)
{
    FILE *map = fopen(map_path, "re");
    if (map == NULL)
        return false;
    unsigned inside, outside, count;
    bool found = false;
    while (!found && fscanf(map, "%u %u %u", &inside, &outside, &count) == 3)
        found = id >= inside && id - inside < count;
    fclose(map);
    return found;
}

static void choose_identity(struct launch *launch)
{
    launch->host_uid = geteuid();
    launch->host_gid = getegid();
    launch->privileged = launch->host_uid == 0 &&
                         id_exists("/proc/self/uid_map", UNPRIVILEGED_HOST_ID) &&
                         id_exists("/proc/self/gid_map", UNPRIVILEGED_HOST_ID);
    if (launch->privileged) {
        launch->host_uid = UNPRIVILEGED_HOST_ID;
        launch->host_gid = UNPRIVILEGED_HOST_ID;
    }
    snprintf(launch->uid_map, sizeof launch->uid_map, "%d %u 1\n", INSIDE_UID, launch->host_uid);
    snprintf(launch->gid_map, sizeof launch->gid_map, "%d %u 1\n", INSIDE_GID, launch->host_gid);
}

/** What execvp would try, spelt out, since the child may not allocate. */
static bool list_executables(struct launch *launch)
{
    const char *name = launch->spec->arguments[0];
    const char *path = spec_variable(launch->spec, "PATH");
    bool has_slash = strchr(name, '/') != NULL;
    size_t count = 1;
    for (const char *byte = path; byte != NULL && *byte != '\0'; byte++)
        count += *byte == ':';
    launch->executables = calloc(count + 1, sizeof *launch->executables);
    if (launch->executables == NULL)
        return false;
    if (has_slash || path == NULL || *path == '\0') {
        launch->executables[0] = strdup(name);
        return launch->executables[0] != NULL;
    }
    for (size_t i = 0; i < count; i++) {
        int length = (int)strcspn(path, ":");
        const char *directory = length > 0 ? path : ".";
        if (asprintf(&launch->executables[i], "%.*s/%s", length > 0 ? length : 1, directory, name) <
            0) {
            launch->executables[i] = NULL;
            return false;
        }
        path += length + 1;
    }
    return true;
}

static bool allocate(struct launch *launch)
{
    const struct sandbox_spec *spec = launch->spec;
    launch->place_sources = calloc(spec->place_count, sizeof *launch->place_sources);
    launch->stack_size = STACK_SIZE;
    launch->stack = malloc(STACK_SIZE);
    for (size_t i = 0; i < spec->place_count && launch->copier == NULL; i++)
        if (spec->places[i].kind == PLACE_COPY)
            launch->copier = tree_copier_new();
    for (size_t i = 0; i < spec->place_count; i++)
        if (spec->places[i].kind == PLACE_COPY && launch->copier == NULL)
            return false;
    return launch->place_sources != NULL && launch->stack != NULL && list_executables(launch);
}

int launch_init(struct launch *launch, const struct sandbox_spec *spec, struct sandbox_error *error)
{
    *launch = (struct launch){.spec = spec, .control = -1, .output = -1, .error = -1};
    launch->filter = filter_of_profile(spec->profile, error);
    if (launch->filter == NULL)
        return SANDBOX_ERROR_INTERNAL;
    launch->report = mmap(NULL, sizeof *launch->report, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (launch->report == MAP_FAILED)
        launch->report = NULL;
    if (launch->report == NULL || !allocate(launch))
        return sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "out of memory");
    choose_identity(launch);
    snprintf(launch->root_options, sizeof launch->root_options, "size=%d,nr_inodes=%d,mode=755",
             SKELETON_BYTES, SKELETON_FILES);
    // The directories of the places themselves are not the program's files.
    snprintf(launch->disk_options, sizeof launch->disk_options, "size=%llu,nr_inodes=%llu,mode=755",
             (unsigned long long)spec->limits[SANDBOX_LIMIT_DISK_BYTES],
             (unsigned long long)(spec->limits[SANDBOX_LIMIT_DISK_FILES] + spec->place_count + 2));
    return SANDBOX_OK;
}

void launch_release(struct launch *launch)
{
    for (size_t i = 0; launch->executables != NULL && launch->executables[i] != NULL; i++)
        free(launch->executables[i]);
    free(launch->executables);
    free(launch->place_sources);
    free(launch->stack);
    tree_copier_free(launch->copier);
    if (launch->report != NULL)
        munmap(launch->report, sizeof *launch->report);
}
