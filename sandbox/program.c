#include "program.h"

#include "capabilities.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SIGNALS = 64, STACK_SOFT = 8 << 20, STACK_HARD = 64 << 20 };

/** From <linux/close_range.h>, which clashes with <unistd.h> of some C libraries. */
enum { FLAG_CLOSE_ON_EXEC = 1 << 2 };

/** Handlers are gone after execve; ignored signals would stay ignored. */
static void reset_signals(void)
{
    // All zero is SIG_DFL with no flags, whatever the order of the kernel's fields.
    unsigned long action[8] = {0};
    for (int number = 1; number <= SIGNALS; number++)
        syscall(SYS_rt_sigaction, number, action, NULL, (size_t)(SIGNALS / 8));
    uint64_t mask = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

static void connect_streams(const struct launch *launch)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0)
        launch_fail(launch, SETUP_STREAMS, "/dev/null");
    // The pipes and the control socket were moved above 2 before.
    if (null == 0 ? fcntl(0, F_SETFD, 0) != 0 : dup3(null, 0, 0) < 0)
        launch_fail(launch, SETUP_STREAMS, NULL);
    if (dup3(launch->output, 1, 0) < 0 || dup3(launch->error, 2, 0) < 0)
        launch_fail(launch, SETUP_STREAMS, NULL);
    if (syscall(SYS_close_range, 3U, ~0U, FLAG_CLOSE_ON_EXEC) != 0)
        launch_fail(launch, SETUP_STREAMS, NULL);
}

/** Lowers, never raises: an ordinary user may not pass the hard limit it was given. */
static void limit_resource(const struct launch *launch, int resource, uint64_t soft, uint64_t hard)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        launch_fail(launch, SETUP_LIMITS, NULL);
    if (hard < limit.rlim_max)
        limit.rlim_max = hard;
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &limit) != 0)
        launch_fail(launch, SETUP_LIMITS, NULL);
}

static void limit_resources(const struct launch *launch)
{
    const uint64_t *limits = launch->spec->limits;
    // The supervisor enforces CPU time and memory; these two hold if it should be late.
    uint64_t seconds = limits[SANDBOX_LIMIT_CPU_TIME_MS] / 1000 + 2;
    uint64_t memory = limits[SANDBOX_LIMIT_MEMORY_BYTES];
    // Much more than may be used: run-times reserve memory that they never touch.
    const uint64_t headroom = UINT64_C(4) << 30;
    uint64_t data = memory * 4 > memory + headroom ? memory * 4 : memory + headroom;
    uint64_t files = limits[SANDBOX_LIMIT_OPEN_FILES];
    uint64_t disk = limits[SANDBOX_LIMIT_DISK_BYTES];
    uint64_t processes = limits[SANDBOX_LIMIT_PROCESSES] + 1; // init has the same uid
    limit_resource(launch, RLIMIT_CPU, seconds, seconds + 1);
    limit_resource(launch, RLIMIT_DATA, data, data);
    limit_resource(launch, RLIMIT_FSIZE, disk, disk);
    limit_resource(launch, RLIMIT_NOFILE, files, files);
    limit_resource(launch, RLIMIT_NPROC, processes, processes);
    limit_resource(launch, RLIMIT_STACK, STACK_SOFT, STACK_HARD);
    limit_resource(launch, RLIMIT_CORE, 0, 0);
    limit_resource(launch, RLIMIT_MEMLOCK, 0, 0);
    limit_resource(launch, RLIMIT_MSGQUEUE, 0, 0);
    limit_resource(launch, RLIMIT_NICE, 0, 0);
    limit_resource(launch, RLIMIT_RTPRIO, 0, 0);
}

static int load(const struct sock_fprog *program, unsigned long flags)
{
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

/** With a listener when the kernel has one to give; a filter above ours may hold the only one. */
static void load_filter(const struct launch *launch)
{
#ifdef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
    const unsigned long killable = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
#else
    const unsigned long killable = 1UL << 5;
#endif
    const struct sock_fprog *observed = &launch->filter->observed;
    int listener = load(observed, SECCOMP_FILTER_FLAG_NEW_LISTENER | killable);
    if (listener < 0 && errno == EINVAL)
        listener = load(observed, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    if (listener >= 0) {
        // From here on our own system calls go through the filter, which allows these.
        if (launch_send(launch, CONTROL_LISTENER, listener, -1) != 0)
            launch_fail(launch, SETUP_CONTROL, NULL);
        launch->report->observed = true;
        return;
    }
    if (load(&launch->filter->unobserved, 0) != 0)
        launch_fail(launch, SETUP_FILTER, NULL);
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static void execute(const struct launch *launch)
{
    int reason = ENOENT;
    for (char **path = launch->executables; *path != NULL; path++) {
        execve(*path, launch->spec->arguments, launch->spec->environment);
        // As execvp: a directory of PATH without the program is passed by, and "not allowed" is
        // only the answer when no later one has it.
        if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
            reason = errno;
            break;
        }
        if (errno == EACCES)
            reason = EACCES;
    }
    launch->report->start_errno = reason;
}

int program_start(void *argument)
{
    const struct launch *launch = argument;
    if (setsid() < 0)
        launch_fail(launch, SETUP_PROCESS, NULL);
    connect_streams(launch);
    reset_signals();
    umask(022);
    if (chdir(launch->spec->directory) != 0)
        launch_fail(launch, SETUP_DIRECTORY, launch->spec->directory);
    limit_resources(launch);
    if (capabilities_drop() != 0)
        launch_fail(launch, SETUP_CAPABILITIES, NULL);
    load_filter(launch);
    launch->report->setup_cpu_ns += thread_cpu_ns();
    execute(launch);
    _exit(127);
}
