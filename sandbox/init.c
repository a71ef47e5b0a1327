#include "init.h"

#include "program.h"
#include "view.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/** Moves the three descriptors that matter above the standard ones and closes all others. */
static void keep_own_descriptors(struct launch *launch)
{
    int *const own[] = {&launch->control, &launch->output, &launch->error};
    unsigned kept[3];
    for (size_t i = 0; i < 3; i++) {
        int moved = fcntl(*own[i], F_DUPFD_CLOEXEC, 3);
        if (moved < 0)
            launch_fail(launch, SETUP_PROCESS, NULL);
        *own[i] = moved;
        kept[i] = (unsigned)moved; // ascending: each is the lowest that is free
    }
    unsigned next = 0;
    for (size_t i = 0; i < 3; i++) {
        if (kept[i] < next)
            launch_fail(launch, SETUP_PROCESS, NULL);
        if (kept[i] > next && syscall(SYS_close_range, next, kept[i] - 1, 0U) != 0)
            launch_fail(launch, SETUP_PROCESS, NULL);
        next = kept[i] + 1;
    }
    if (syscall(SYS_close_range, next, ~0U, 0U) != 0)
        launch_fail(launch, SETUP_PROCESS, NULL);
}

/** Nothing may end init but SIGKILL from the host; it takes its signals by sigwaitinfo. */
static void block_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    signal(SIGCHLD, SIG_DFL); // an ignored SIGCHLD would lose the children's usage
}

static void die_with_supervisor(const struct launch *launch)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        launch_fail(launch, SETUP_PROCESS, NULL);
    struct pollfd control = {.fd = launch->control};
    if (poll(&control, 1, 0) < 0 || (control.revents & POLLHUP) != 0)
        _exit(1); // it had died before
}

static void write_map(const struct launch *launch, const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    size_t size = strlen(text);
    if (file < 0 || write(file, text, size) != (ssize_t)size)
        launch_fail(launch, SETUP_ID_MAP, path);
    close(file);
}

/** An ordinary user may map one id, its own, and must give up setgroups for it. */
static void map_own_id(const struct launch *launch)
{
    write_map(launch, "/proc/self/setgroups", "deny");
    write_map(launch, "/proc/self/uid_map", launch->uid_map);
    write_map(launch, "/proc/self/gid_map", launch->gid_map);
}

/**
 * Root keeps its power until the view is complete, since only root can read everything that is to
 * be copied. Then it moves into a user namespace where the only id is an unprivileged one of the
 * host: mounts and network belong to the host's namespace, so nobody inside can change them.
 */
static void give_up_root(const struct launch *launch)
{
    // Raw calls: for these three the C library signals every thread that the caller had and waits
    // for an answer, for ever, since they were not cloned.
    if (syscall(SYS_setgroups, 0, NULL) != 0 || unshare(CLONE_NEWUSER) != 0)
        launch_fail(launch, SETUP_IDENTITY, NULL);
    char answer;
    if (launch_send(launch, CONTROL_WANTS_ID_MAP, -1, -1) != 0 ||
        recv(launch->control, &answer, 1, 0) != 1)
        launch_fail(launch, SETUP_CONTROL, NULL);
    if (syscall(SYS_setresgid, INSIDE_GID, INSIDE_GID, INSIDE_GID) != 0 ||
        syscall(SYS_setresuid, INSIDE_UID, INSIDE_UID, INSIDE_UID) != 0)
        launch_fail(launch, SETUP_IDENTITY, NULL);
}

/** Notes the end of the main process. Stopped is not dead. */
static void note_end(const struct launch *launch, int status)
{
    if (!WIFEXITED(status) && !WIFSIGNALED(status))
        return;
    launch->report->wait_status = status;
    launch->report->ended_ns = monotonic_ns();
}

/** Sends every process but init to its grave until none is left. */
static void kill_everything(const struct launch *launch, pid_t program)
{
    for (;;) {
        int status;
        kill(-1, SIGKILL);
        pid_t pid = waitpid(-1, &status, __WALL);
        if (pid == program)
            note_end(launch, status);
        if (pid < 0 && errno == ECHILD)
            return;
    }
}

/** Buries orphans until the main process has ended or the supervisor wants the run to end. */
static void watch(const struct launch *launch, pid_t program)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    sigaddset(&wanted, INIT_STOP_SIGNAL);
    for (;;) {
        int status;
        pid_t pid;
        while ((pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0)
            if (pid == program)
                note_end(launch, status);
        if (launch->report->ended_ns != 0)
            return;
        // The program could send the stop signal as well: it would only have killed itself.
        if (sigwaitinfo(&wanted, NULL) == INIT_STOP_SIGNAL)
            return;
    }
}

static pid_t start_program(struct launch *launch)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    struct launch_report *report = launch->report;
    report->setup_peak_kib = usage.ru_maxrss;
    report->setup_cpu_ns = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000 +
                           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
    // Sharing the memory until execve avoids a second copy of the caller's page tables.
    pid_t program = clone(program_start, launch->stack + launch->stack_size,
                          CLONE_VM | CLONE_VFORK | SIGCHLD, launch);
    if (program < 0)
        launch_fail(launch, SETUP_PROCESS, NULL);
    if (report->failure != SETUP_OK)
        _exit(1);
    report->started_ns = monotonic_ns();
    return program;
}

void init_main(struct launch *launch)
{
    struct view view;
    keep_own_descriptors(launch);
    block_signals();
    umask(022); // the view must be passable for the program's user, whatever the caller's mask
    die_with_supervisor(launch);
    setsid();
    if (!launch->privileged)
        map_own_id(launch);
    view_build(launch, &view);
    if (sethostname("sandbox", strlen("sandbox")) != 0)
        launch_fail(launch, SETUP_PROCESS, "host name");
    if (launch->privileged)
        give_up_root(launch);
    // The change of identity has cleared the first request.
    die_with_supervisor(launch);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        launch_fail(launch, SETUP_PROCESS, NULL);
    if (launch_send(launch, CONTROL_DIRECTORIES, view.disk, view.proc) != 0)
        launch_fail(launch, SETUP_CONTROL, NULL);
    close(view.disk);
    close(view.proc);
    pid_t program = start_program(launch);
    close(launch->output);
    close(launch->error);
    watch(launch, program);
    kill_everything(launch, program);
    _exit(0);
}
