/**
 * @file
 * One run, as both sides of the clone see it. The caller prepares everything that needs memory; the
 * child (init, and the program before its execve) only makes system calls: the caller may have
 * threads that hold the allocator's lock at the moment of the clone.
 */
#ifndef SANDBOX_LAUNCH_H
#define SANDBOX_LAUNCH_H

#include "filter.h"
#include "spec.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/types.h>

/** What could not be set up. launch.c holds the words for each. */
enum setup_failure {
    SETUP_OK,
    SETUP_PROCESS,
    SETUP_ID_MAP,
    SETUP_IDENTITY,
    SETUP_MOUNT,
    SETUP_PROC,
    SETUP_ROOT,
    SETUP_SYSTEM_PATH,
    SETUP_HOST_PATH,
    SETUP_PLACE,
    SETUP_COPY,
    SETUP_DIRECTORY,
    SETUP_LIMITS,
    SETUP_CAPABILITIES,
    SETUP_FILTER,
    SETUP_STREAMS,
    SETUP_CONTROL
};

/** A page shared by the caller and init: no message can be lost, whoever dies first. The program
 * never sees it, because execve drops the mapping. */
struct launch_report {
    _Atomic int failure; /**< enum setup_failure, set before init gives up */
    int failure_errno;
    char subject[256];           /**< the path that failed */
    _Atomic uint64_t started_ns; /**< CLOCK_MONOTONIC after execve; 0: not yet */
    _Atomic uint64_t ended_ns;   /**< when the main process was reaped */
    int wait_status;             /**< of the main process, when ended_ns is not 0 */
    int start_errno;             /**< execve failed */
    bool observed;               /**< denied calls are sent to the supervisor */
    uint64_t setup_cpu_ns;       /**< spent by init and the program before execve */
    long setup_peak_kib;         /**< ru_maxrss of init: what the program's cannot fall below */
};

/** Messages from init over the control socket; each is one byte, some carry descriptors. */
enum control_message {
    CONTROL_WANTS_ID_MAP = 'm', /**< to the caller; the same byte comes back when it is written */
    CONTROL_DIRECTORIES = 'd',  /**< with the disk's and proc's root directories */
    CONTROL_LISTENER = 'l'      /**< with the seccomp listener */
};

struct tree_copier;

struct launch {
    const struct sandbox_spec *spec;
    const struct filter *filter;
    struct launch_report *report;
    int control;       /**< init's end of the socket pair */
    int output, error; /**< write ends of the program's pipes */
    bool privileged;   /**< the caller is root and gives up that identity */
    uid_t host_uid;    /**< who the program is on the host */
    gid_t host_gid;
    char uid_map[64], gid_map[64];
    char root_options[64], disk_options[96];
    struct tree_copier *copier; /**< NULL when nothing is copied */
    int *place_sources;         /**< per place: a detached tree or a directory to copy, or -1 */
    char **executables;         /**< what execve tries, in order */
    char *stack;                /**< for the program between clone and execve */
    size_t stack_size;
};

/** Who the program is inside. Any number but 0 will do: nothing gains capabilities by execve. */
enum { INSIDE_UID = 1000, INSIDE_GID = 1000, UNPRIVILEGED_HOST_ID = 65534 };

int launch_init(struct launch *launch, const struct sandbox_spec *spec,
                struct sandbox_error *error);
void launch_release(struct launch *launch);

/** Turns the report of a failed set-up into a status and one line with a remedy. */
int launch_explain(const struct launch_report *report, struct sandbox_error *error);

/** In the child: notes what failed (errno, @p subject may be NULL) and leaves. */
_Noreturn void launch_fail(const struct launch *launch, enum setup_failure failure,
                           const char *subject);

/** In the child: one message with up to two descriptors (-1: none). 0 or -1 with errno. */
int launch_send(const struct launch *launch, enum control_message message, int first, int second);

uint64_t monotonic_ns(void);

#endif
