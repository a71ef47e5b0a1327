/**
 * @file
 * Runs one untrusted command under limits and tells what happened.
 *
 *     struct sandbox_error error;
 *     struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
 *     sandbox_spec_set_command(spec, (const char *const[]){"./model", "fit", NULL});
 *     sandbox_spec_add_copy(spec, "submission", "/work");
 *     sandbox_spec_add_directory(spec, "/out");
 *     sandbox_spec_set_directory(spec, "/work");
 *     struct sandbox_result *result = NULL;
 *     int status = sandbox_run(spec, &result, &error);
 *     ... result->outcome, result->usage, sandbox_result_open(result, "/out/theta.csv", ...)
 *     sandbox_result_free(result);
 *     sandbox_spec_free(spec);
 *
 * Setters copy what they are given and record the first mistake (out of memory, a relative path, a
 * limit out of range); sandbox_run reports it. Nothing is applied before sandbox_run. A spec can be
 * run several times, each time in a fresh sandbox. One thread at a time per spec; different specs
 * may run in different threads.
 *
 * This library never prints, never exits and does not know what is run.
 *
 * Theory of operation. Three processes take part:
 *
 *   supervisor   the thread that calls sandbox_run. Clones init, then sits in one poll loop: reads
 *                the program's output, answers its denied system calls, samples what the tree uses,
 *                ends the run when a limit is crossed. Nothing inside can reach it.
 *   init         process 1 of new pid, mount, network, IPC, UTS, cgroup and user namespaces. Builds
 *                the file system, gives up its identity, starts the program, reaps orphans, and
 *                kills what is left when the program ends. Not dumpable, in a session of its own,
 *                immune to signals from inside; dies with the supervisor, and everything with it.
 *   program      the untrusted command and its descendants: no capabilities, no new privileges, an
 *                allow-list of system calls, resource limits, an own session.
 *
 * and these channels:
 *
 *   two pipes        program -> supervisor: standard output and error. Standard input is empty.
 *   socket pair      init -> supervisor: descriptors of the disk, of the sandbox's /proc and of the
 *                    system-call listener; as root also the request to write the id map.
 *   one shared page  init -> supervisor: what failed in the set-up, start, end and wait status.
 *                    The program's execve drops the mapping.
 *   listener         kernel -> supervisor: each denied call; the answer is an errno.
 *
 * Everything writable inside is one tmpfs of limited size. The supervisor holds a descriptor of its
 * root, so that results can be read when every process and namespace is gone.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SANDBOX_API __attribute__((visibility("default")))

/** Result codes of functions. What the program did is in struct sandbox_result, never here. */
enum sandbox_status {
    SANDBOX_OK = 0,
    SANDBOX_ERROR_ARGUMENT = -1,    /**< the spec is wrong: a path, a limit, no command */
    SANDBOX_ERROR_ENVIRONMENT = -2, /**< this machine forbids what is needed; message: remedy */
    SANDBOX_ERROR_INTERNAL = -3     /**< a defect of this library or a failed system call */
};

/** One line, no newline, with place and reason. Untouched on success. */
struct sandbox_error {
    int status;
    char message[512];
};

/** Which system calls are allowed. */
enum sandbox_profile {
    SANDBOX_PROFILE_RUN,  /**< what numerical programs and their language run-times need */
    SANDBOX_PROFILE_BUILD /**< the same and what compilers and build tools need */
};

enum sandbox_limit {
    SANDBOX_LIMIT_CPU_TIME_MS,  /**< user + system time of the whole tree; default 10 000 */
    SANDBOX_LIMIT_WALL_TIME_MS, /**< default 30 000 */
    SANDBOX_LIMIT_MEMORY_BYTES, /**< resident, whole tree; default 1 GiB */
    SANDBOX_LIMIT_PROCESSES,    /**< processes and threads at once; default 64 */
    SANDBOX_LIMIT_OPEN_FILES,   /**< descriptors per process; default 256 */
    SANDBOX_LIMIT_DISK_BYTES,   /**< all writable places together; default 256 MiB */
    SANDBOX_LIMIT_DISK_FILES,   /**< inodes of all writable places together; default 20 000 */
    SANDBOX_LIMIT_OUTPUT_BYTES, /**< standard output and error, each; default 8 MiB */
    SANDBOX_LIMIT_COUNT
};

struct sandbox_spec;

/** A spec with the defaults above, the system directories read-only, the writable directory "/tmp",
 * and an environment of PATH, HOME=/tmp, TMPDIR=/tmp and LANG=C.UTF-8, which can be replaced. NULL
 * only when out of memory. */
SANDBOX_API struct sandbox_spec *sandbox_spec_new(enum sandbox_profile profile);
SANDBOX_API void sandbox_spec_free(struct sandbox_spec *spec);

/** The program and its arguments, NULL-terminated. argv[0] is looked up in PATH of the spec's
 * environment, inside the sandbox, when it holds no slash. */
SANDBOX_API void sandbox_spec_set_command(struct sandbox_spec *spec, const char *const argv[]);

/** Working directory inside; default "/". */
SANDBOX_API void sandbox_spec_set_directory(struct sandbox_spec *spec, const char *inside);

/** Sets one environment variable; nothing of the caller's environment is ever passed on. */
SANDBOX_API void sandbox_spec_set_variable(struct sandbox_spec *spec, const char *name,
                                           const char *value);

SANDBOX_API void sandbox_spec_set_limit(struct sandbox_spec *spec, enum sandbox_limit limit,
                                        uint64_t value);
SANDBOX_API uint64_t sandbox_spec_limit(const struct sandbox_spec *spec, enum sandbox_limit limit);

/** Shows a host file or directory read-only (nosuid, nodev) at @p inside. Repeatable, in order. */
SANDBOX_API void sandbox_spec_add_read_only(struct sandbox_spec *spec, const char *host,
                                            const char *inside);

/** Makes @p inside a writable private copy of a host directory: regular files, directories and
 * symbolic links (as links); anything else is left out. Changes never reach the host. */
SANDBOX_API void sandbox_spec_add_copy(struct sandbox_spec *spec, const char *host,
                                       const char *inside);

/** Makes @p inside an empty writable directory. "/tmp" always is one. */
SANDBOX_API void sandbox_spec_add_directory(struct sandbox_spec *spec, const char *inside);

/** Called now and then (at least every 200 ms) while the program runs; returning true ends the run
 * with SANDBOX_CANCELLED. For Ctrl-C. NULL: none. */
SANDBOX_API void sandbox_spec_set_cancel(struct sandbox_spec *spec, bool (*cancelled)(void *),
                                         void *payload);

/** How the run ended. */
enum sandbox_outcome {
    SANDBOX_EXITED,   /**< by itself, result->exit_code */
    SANDBOX_SIGNALED, /**< by a signal that we did not send, result->signal */
    SANDBOX_CPU_TIME_EXCEEDED,
    SANDBOX_WALL_TIME_EXCEEDED,
    SANDBOX_MEMORY_EXCEEDED,
    SANDBOX_OUTPUT_EXCEEDED,
    SANDBOX_DENIALS_EXCEEDED, /**< more than 1000 denied system calls */
    SANDBOX_CANNOT_START,     /**< execve failed: result->start_errno */
    SANDBOX_CANCELLED
};

/** "exited", "cpu_time_exceeded", ...; never NULL. */
SANDBOX_API const char *sandbox_outcome_name(enum sandbox_outcome outcome);

/** One kind of denied system call. */
struct sandbox_denial {
    char syscall[32]; /**< name, or "syscall_NNN" when the name is unknown */
    int number;
    uint64_t arguments[6]; /**< of the first one; untrusted */
    uint64_t count;
    char explanation[192]; /**< "tried to open a network connection: socket(AF_INET)" */
};

/** First and last bytes of a stream; what the program wrote is untrusted bytes, not text. */
struct sandbox_stream {
    char *head; /**< up to 16 KiB, owned by the result */
    size_t head_size;
    char *tail; /**< up to 16 KiB that follow the head and end at the end of the stream */
    size_t tail_size;
    uint64_t total; /**< bytes written */
};

struct sandbox_usage {
    uint64_t cpu_time_ns;  /**< user + system, whole tree */
    uint64_t wall_time_ns; /**< from exec to the end of the main process */
    uint64_t peak_memory_bytes;
    bool memory_sampled; /**< true: sum of samples; false: counted by the kernel (cgroup) */
};

/** Layers really active in this run, a bit mask. */
enum sandbox_layer {
    SANDBOX_LAYER_USER_NAMESPACE = 1 << 0,
    SANDBOX_LAYER_PID_NAMESPACE = 1 << 1,
    SANDBOX_LAYER_MOUNT_NAMESPACE = 1 << 2,
    SANDBOX_LAYER_NETWORK_NAMESPACE = 1 << 3,
    SANDBOX_LAYER_IPC_NAMESPACE = 1 << 4,
    SANDBOX_LAYER_UTS_NAMESPACE = 1 << 5,
    SANDBOX_LAYER_OWN_ROOT = 1 << 6,
    SANDBOX_LAYER_NO_NEW_PRIVILEGES = 1 << 7,
    SANDBOX_LAYER_NO_CAPABILITIES = 1 << 8,
    SANDBOX_LAYER_SYSCALL_FILTER = 1 << 9,
    SANDBOX_LAYER_RESOURCE_LIMITS = 1 << 10,
    SANDBOX_LAYER_CGROUP = 1 << 11,
    SANDBOX_LAYER_LANDLOCK = 1 << 12
};

/** Name of one layer bit: "user_namespace", ...; NULL when the bit is not a layer. */
SANDBOX_API const char *sandbox_layer_name(unsigned layer);

enum { SANDBOX_DENIALS_MAX = 8 };

struct sandbox_result {
    enum sandbox_outcome outcome;
    int exit_code;   /**< when EXITED */
    int signal;      /**< when SIGNALED */
    int start_errno; /**< when CANNOT_START */
    struct sandbox_usage usage;
    struct sandbox_stream standard_output;
    struct sandbox_stream standard_error;
    struct sandbox_denial denials[SANDBOX_DENIALS_MAX]; /**< in order of first appearance */
    size_t denial_count;
    bool denials_observed; /**< false: this kernel cannot tell us of denied calls, which then fail
                              with EPERM in silence (a filter above ours holds the listener) */
    bool disk_full;        /**< the disk limit was reached at some moment seen by us */
    unsigned layers;       /**< enum sandbox_layer bits */
};

/**
 * Runs the command; returns when its whole process tree is dead. SANDBOX_OK whenever the program
 * could be given its chance, however it ended: see (*result)->outcome. On failure *result is
 * unchanged, @p error says why, and nothing of the program is left.
 */
SANDBOX_API int sandbox_run(const struct sandbox_spec *spec, struct sandbox_result **result,
                            struct sandbox_error *error);
SANDBOX_API void sandbox_result_free(struct sandbox_result *result);

/**
 * Opens a file that the program left in a writable place (add_copy, add_directory), by its path
 * inside. Only a regular file is opened, beneath that place, through no symbolic link, with no more
 * than @p maximum_bytes, and with no second name (hard link). Returns a descriptor that the caller
 * closes, or a negative errno: -ENOENT, -ELOOP (a link on the way), -EXDEV (".." out of the place),
 * -EINVAL (not a regular file, or one with two names), -EFBIG, -EACCES (the program took its own
 * right to read away).
 */
SANDBOX_API int sandbox_result_open(const struct sandbox_result *result, const char *inside,
                                    uint64_t maximum_bytes);

/**
 * Copies a writable place to @p host, a directory that must not exist: regular files (mode 644 or
 * 755), directories and symbolic links that stay inside; nothing else. At most the disk limits, at
 * most 127 directories deep. When it fails, nothing of @p host is left. For handing the build's
 * tree to the run.
 */
SANDBOX_API int sandbox_result_export(const struct sandbox_result *result, const char *inside,
                                      const char *host, struct sandbox_error *error);

/** What this machine allows: the layers that a run would have; @p error holds the reason and the
 * remedy when something is missing. SANDBOX_OK when a run is possible at all. */
SANDBOX_API int sandbox_probe(unsigned *layers, struct sandbox_error *error);

#ifdef __cplusplus
}
#endif
#endif
