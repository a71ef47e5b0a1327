#include "error.h"
#include "init.h"
#include "launch.h"
#include "result.h"
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/** What a completed set-up has switched on; init gives up when any of it fails. */
#define FULL_LAYERS                                                                                \
    ((unsigned)(SANDBOX_LAYER_USER_NAMESPACE | SANDBOX_LAYER_PID_NAMESPACE |                       \
                SANDBOX_LAYER_MOUNT_NAMESPACE | SANDBOX_LAYER_NETWORK_NAMESPACE |                  \
                SANDBOX_LAYER_IPC_NAMESPACE | SANDBOX_LAYER_UTS_NAMESPACE |                        \
                SANDBOX_LAYER_OWN_ROOT | SANDBOX_LAYER_NO_NEW_PRIVILEGES |                         \
                SANDBOX_LAYER_NO_CAPABILITIES | SANDBOX_LAYER_SYSCALL_FILTER |                     \
                SANDBOX_LAYER_RESOURCE_LIMITS))

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

/**
 * Forks by a bare system call, without the C library's handlers, which could need locks that other
 * threads hold. exit_signal 0 hides init from wait() calls elsewhere in the caller's program.
 */
static pid_t clone_init(const struct launch *launch, int *init_handle)
{
    struct clone_args arguments = {
        .flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_NEWCGROUP | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)init_handle,
    };
    if (!launch->privileged)
        arguments.flags |= CLONE_NEWUSER;
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

/** The caller's handlers must not run in init, so nothing is delivered around the clone. */
static int start_init(struct launch *launch, struct supervisor *supervisor,
                      struct sandbox_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t init = clone_init(launch, &supervisor->init_handle);
    if (init == 0)
        init_main(launch);
    int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (init > 0) {
        supervisor->init = init;
        return SANDBOX_OK;
    }
    supervisor->init_handle = -1;
    return sandbox_error_set(
        error, SANDBOX_ERROR_ENVIRONMENT,
        "cannot create namespaces: %s; allow unprivileged user namespaces (sysctl "
        "kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, "
        "kernel.apparmor_restrict_unprivileged_userns=0), or in a container run it "
        "with --security-opt seccomp=unconfined; needs Linux 5.14",
        strerror(reason));
}

/** Creates the channels, clones init, and keeps only the caller's ends. */
static int start(struct launch *launch, struct supervisor *supervisor, struct sandbox_error *error)
{
    int control[2] = {-1, -1};
    int output[2] = {-1, -1};
    int errors[2] = {-1, -1};
    int status;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0 ||
        pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0 ||
        fcntl(output[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(errors[0], F_SETFL, O_NONBLOCK) != 0) {
        status = sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "cannot create pipes: %s",
                                   strerror(errno));
        goto out;
    }
    launch->control = control[1];
    launch->output = output[1];
    launch->error = errors[1];
    status = start_init(launch, supervisor, error);
    if (status != SANDBOX_OK)
        goto out;
    supervisor->control = control[0];
    supervisor->output = output[0];
    supervisor->error = errors[0];
    control[0] = output[0] = errors[0] = -1;
out:
    close_pair(control);
    close_pair(output);
    close_pair(errors);
    return status;
}

static int run(struct launch *launch, struct kept_result *kept, struct sandbox_error *error)
{
    struct supervisor supervisor;
    supervisor_init(&supervisor);
    supervisor.launch = launch;
    supervisor.result = &kept->result;
    int status = start(launch, &supervisor, error);
    if (status == SANDBOX_OK)
        status = supervise(&supervisor, error);
    kept->result.layers = FULL_LAYERS;
    kept->result.denials_observed = launch->report->observed;
    kept->disk = supervisor.disk;
    supervisor.disk = -1;
    supervisor_release(&supervisor);
    return status;
}

int sandbox_run(const struct sandbox_spec *spec, struct sandbox_result **result,
                struct sandbox_error *error)
{
    int status = spec_check(spec, error);
    if (status != SANDBOX_OK)
        return status;
    struct launch launch;
    struct kept_result *kept = kept_result_new(spec);
    status = launch_init(&launch, spec, error);
    if (status == SANDBOX_OK && kept == NULL)
        status = sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "out of memory");
    if (status == SANDBOX_OK)
        status = run(&launch, kept, error);
    launch_release(&launch);
    if (status == SANDBOX_OK)
        *result = &kept->result;
    else if (kept != NULL)
        sandbox_result_free(&kept->result);
    return status;
}

int sandbox_probe(unsigned *layers, struct sandbox_error *error)
{
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    if (spec == NULL)
        return sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "out of memory");
    // Nothing tells as reliably what is possible as doing it.
    sandbox_spec_set_command(spec, (const char *const[]){"true", NULL});
    struct sandbox_result *result = NULL;
    int status = sandbox_run(spec, &result, error);
    sandbox_spec_free(spec);
    *layers = status == SANDBOX_OK ? result->layers : 0;
    if (status == SANDBOX_OK)
        sandbox_result_free(result);
    return status;
}
