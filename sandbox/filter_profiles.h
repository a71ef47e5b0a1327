/**
 * @file
 * The system calls that programs may make, as data. Everything that is not here is denied. Names
 * that an architecture does not have (open, fork, ... on aarch64) are left out there.
 */
#ifndef SANDBOX_FILTER_PROFILES_H
#define SANDBOX_FILTER_PROFILES_H

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

/** Allowed with any arguments. */
static const char *const allowed_in_run[] = {
    // Memory of the process itself. memfd_create is missing on purpose: its pages belong to no
    // file system and to no mapping, so only a memory cgroup could count them.
    "brk",
    "mmap",
    "mmap2",
    "mprotect",
    "munmap",
    "mremap",
    "madvise",
    "msync",
    "mincore",
    "mlock",
    "mlock2",
    "munlock",
    "mlockall",
    "munlockall",
    "mbind",
    "get_mempolicy",
    "set_mempolicy",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "membarrier",
    "map_shadow_stack",
    // Threads and processes of the program; namespaces confine whom they can reach.
    "fork",
    "vfork",
    "execve",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
    "kill",
    "tkill",
    "tgkill",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "pidfd_open",
    "pidfd_send_signal",
    "set_tid_address",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "arch_prctl",
    "futex",
    "futex_waitv",
    "futex_wait",
    "futex_wake",
    "futex_requeue",
    "getpid",
    "getppid",
    "gettid",
    "getpgrp",
    "getpgid",
    "setpgid",
    "getsid",
    "setsid",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_getattr",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_rr_get_interval",
    "getpriority",
    "getcpu",
    "restart_syscall",
    // Signals.
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "sigreturn",
    "pause",
    "signalfd",
    "signalfd4",
    // Time: reading and waiting, never setting.
    "clock_getres",
    "clock_gettime",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "alarm",
    "getitimer",
    "setitimer",
    "timer_create",
    "timer_delete",
    "timer_getoverrun",
    "timer_gettime",
    "timer_settime",
    "timerfd_create",
    "timerfd_gettime",
    "timerfd_settime",
    // Who am I, what is this machine. Changing identity has no effect without capabilities.
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setfsuid",
    "setfsgid",
    "capget",
    "uname",
    "sysinfo",
    "getrlimit",
    "setrlimit",
    "getrusage",
    "getrandom",
    "umask",
    // Files: the mounts decide what can be reached and what can be written.
    "open",
    "openat",
    "openat2",
    "creat",
    "close",
    "close_range",
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "lseek",
    "_llseek",
    "sendfile",
    "copy_file_range",
    "fallocate",
    "ftruncate",
    "truncate",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "fadvise64",
    "readahead",
    "cachestat",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "fcntl64",
    "flock",
    "stat",
    "lstat",
    "fstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "chdir",
    "fchdir",
    "getcwd",
    "getdents",
    "getdents64",
    "mkdir",
    "mkdirat",
    "rmdir",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "readlink",
    "readlinkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "utime",
    "utimes",
    "utimensat",
    "futimesat",
    "getxattr",
    "lgetxattr",
    "fgetxattr",
    "listxattr",
    "llistxattr",
    "flistxattr",
    // Waiting for descriptors, and pipes.
    "pipe",
    "pipe2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "_newselect",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_ctl_old",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd",
    "eventfd2",
    // Local sockets (multiprocessing). Which families can be created is ruled below.
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "shutdown",
};

/** Besides the above, for compilers and build tools. */
static const char *const allowed_in_build[] = {
    // File watchers of build systems, attributes kept by install(1) and tar(1), and fexecve.
    "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
    "setxattr",     "lsetxattr",     "fsetxattr",         "removexattr",
    "lremovexattr", "fremovexattr",  "execveat",          "splice",
    "tee",
};

/** Allowed when one argument, masked, has this value. */
struct filter_argument_rule {
    const char *name;
    unsigned argument;
    uint64_t mask;
    uint64_t value;
};

/** Parameters of type int or unsigned: the kernel looks at the low half only, and so do we. */
#define LOW_HALF UINT64_C(0xffffffff)
#define ALL_BITS UINT64_MAX
#define NAMESPACES                                                                                 \
    ((uint64_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |      \
                CLONE_NEWPID | CLONE_NEWNET))

static const struct filter_argument_rule argument_rules[] = {
    // Threads and processes, but no namespace. (clone3 hides its flags behind a pointer: ENOSYS
    // makes every C library fall back to clone.)
    {"clone", 0, NAMESPACES, 0},
    // Is this a terminal, how wide, how much is there, do not block.
    {"ioctl", 1, LOW_HALF, TCGETS},
    {"ioctl", 1, LOW_HALF, TIOCGWINSZ},
    {"ioctl", 1, LOW_HALF, FIONREAD},
    {"ioctl", 1, LOW_HALF, FIONBIO},
    {"ioctl", 1, LOW_HALF, FIOCLEX},
    {"ioctl", 1, LOW_HALF, FIONCLEX},
    // Names of threads and mappings, huge pages, reading one's own state.
    {"prctl", 0, LOW_HALF, PR_SET_NAME},
    {"prctl", 0, LOW_HALF, PR_GET_NAME},
    {"prctl", 0, LOW_HALF, PR_GET_DUMPABLE},
    {"prctl", 0, LOW_HALF, PR_SET_PDEATHSIG},
    {"prctl", 0, LOW_HALF, PR_GET_PDEATHSIG},
    {"prctl", 0, LOW_HALF, PR_CAPBSET_READ},
    {"prctl", 0, LOW_HALF, PR_SET_THP_DISABLE},
    {"prctl", 0, LOW_HALF, PR_GET_THP_DISABLE},
    {"prctl", 0, LOW_HALF, PR_SET_NO_NEW_PRIVS},
    {"prctl", 0, LOW_HALF, PR_GET_NO_NEW_PRIVS},
    {"prctl", 0, LOW_HALF, PR_GET_SECCOMP},
    {"prctl", 0, LOW_HALF, PR_SET_TIMERSLACK},
    {"prctl", 0, LOW_HALF, PR_GET_TIMERSLACK},
    {"prctl", 0, LOW_HALF, 0x53564d41}, // PR_SET_VMA
    // Local sockets only. Not even the network namespace stops AF_VSOCK.
    {"socket", 0, LOW_HALF, AF_UNIX},
    {"socketpair", 0, LOW_HALF, AF_UNIX},
    // Limits and niceness of oneself, never of the init process, which has the same uid.
    {"prlimit64", 0, ALL_BITS, 0},
    {"setpriority", 1, LOW_HALF, 0},
    // Asking for the personality, or resetting it.
    {"personality", 0, LOW_HALF, 0},
    {"personality", 0, LOW_HALF, 0xffffffff},
    // Named pipes; devices are denied, sockets are made by bind.
    {"mknod", 1, S_IFMT, S_IFIFO},
    {"mknodat", 2, S_IFMT, S_IFIFO},
};

/** Answered with an errno by the filter itself: calls that language run-times try first and do
 * without, so that nobody is told of them. */
static const struct {
    const char *name;
    int error;
} quiet_errors[] = {
    {"clone3", ENOSYS},
    {"memfd_create", ENOSYS},
    {"seccomp", EINVAL},
    {"landlock_create_ruleset", EOPNOTSUPP},
    {"name_to_handle_at", EOPNOTSUPP},
    {"io_setup", ENOSYS},
    {"sync", 0},
    {"syncfs", 0},
};

#endif
