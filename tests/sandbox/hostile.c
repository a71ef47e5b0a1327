/**
 * @file
 * A program that misbehaves in one way, chosen by its first argument. It exits with 0 when the
 * attack failed as it should, with 1 when the attack succeeded; other endings are the test's
 * business. Built without sanitizers: it must crash as a learner's program would.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAFE = 0, BROKEN_OUT = 1, CONFUSED = 2 };

static const char *argument = "";
static volatile unsigned long sink;

static void burn(void)
{
    for (;;)
        sink++;
}

static void burn_for(double seconds)
{
    struct timespec now;
    do {
        for (int i = 0; i < 100000; i++)
            sink++;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    } while ((double)now.tv_sec + (double)now.tv_nsec * 1e-9 < seconds);
}

/** Touches every page, as memset would, slowly enough for nobody. */
static void touch(char *memory, size_t size)
{
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
}

// Time.
static int busy(void)
{
    burn();
    return SAFE;
}
static int sleep_long(void)
{
    sleep(60);
    return SAFE;
}
static int children_burn(void)
{
    for (int i = 0; i < 2; i++)
        if (fork() == 0)
            burn();
    while (wait(NULL) > 0) {
    }
    return SAFE;
}
static int orphan_burns(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            burn();
        _exit(0);
    }
    sleep(60);
    return SAFE;
}
static int orphan_burns_a_little(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            burn_for(0.2);
            _exit(0);
        }
        _exit(0);
    }
    sleep(1);
    return SAFE;
}
static int ignore_signals(void)
{
    for (int number = 1; number < 65; number++)
        signal(number, SIG_IGN);
    burn();
    return SAFE;
}
static int stop_itself(void)
{
    raise(SIGSTOP);
    return SAFE;
}

// Processes.
static int trace_me(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 && errno == EPERM ? SAFE : BROKEN_OUT;
}
static int fork_bomb(void)
{
    for (;;)
        fork();
    return BROKEN_OUT;
}
static int count_forks(void)
{
    int count = 0;
    for (; count < 200; count++) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            pause();
            _exit(0);
        }
    }
    return count;
}
static int daemonise(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        close(0);
        close(1);
        close(2);
        sleep(60);
        _exit(0);
    }
    return SAFE;
}
static int hold_output(void)
{
    if (fork() == 0) {
        sleep(60);
        _exit(0);
    }
    return SAFE;
}
static void *wait_for_ever(void *unused)
{
    pause();
    return unused;
}
static int thread_storm(void)
{
    for (int i = 0; i < 10000; i++) {
        pthread_t thread;
        int failed = pthread_create(&thread, NULL, wait_for_ever, NULL);
        if (failed != 0)
            return failed == EAGAIN && i < 100 ? SAFE : CONFUSED;
    }
    return BROKEN_OUT;
}
static int kill_group(void)
{
    kill(0, SIGKILL);
    return CONFUSED;
}
static int kill_all(void)
{
    kill(-1, SIGKILL);
    kill(-1, SIGSTOP);
    return SAFE;
}
static int kill_init(void)
{
    kill(1, SIGKILL);
    kill(1, SIGSTOP);
    kill(1, SIGTERM);
    kill(getppid(), SIGKILL);
    return SAFE;
}
static int stop_run(void)
{
    kill(1, SIGUSR1);
    sleep(60);
    return BROKEN_OUT;
}
static int starve_init(void)
{
    struct rlimit limit = {0, 0};
    bool limited = prlimit(1, RLIMIT_CPU, &limit, NULL) == 0;
    bool slowed = setpriority(PRIO_PROCESS, 1, 19) == 0;
    return limited || slowed ? BROKEN_OUT : SAFE;
}

// Endings.
static int exit_137(void)
{
    return 137;
}
static int exit_255(void)
{
    return 255;
}
static int kill_itself(void)
{
    raise(SIGKILL);
    return CONFUSED;
}
static int abort_itself(void)
{
    abort();
}
static int fake_signal(void)
{
    raise(SIGUSR1);
    return CONFUSED;
}
static int segfault(void)
{
    *(volatile int *)(uintptr_t)sink = 1; // nothing has been counted yet: address 0
    return CONFUSED;
}
static int overflow_stack(int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return overflow_stack(depth + 1) + frame[0];
}
static int stack_overflow(void)
{
    return overflow_stack(0);
}

// Memory.
static int memory_hog(void)
{
    size_t size = (size_t)2 << 30;
    char *memory = malloc(size);
    if (memory == NULL)
        return CONFUSED;
    memset(memory, 1, size);
    sink = (unsigned long)memory[size / 2];
    return BROKEN_OUT;
}
static int shared_hog(void)
{
    size_t size = (size_t)2 << 30;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return CONFUSED;
    touch(memory, size);
    return BROKEN_OUT;
}
static int family_hog(void)
{
    size_t size = (size_t)100 << 20;
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            char *memory = malloc(size);
            touch(memory, size);
            sleep(60);
            _exit(0);
        }
    sleep(60);
    return BROKEN_OUT;
}
/** Pages that are shared after fork are used once: no attack, must not be counted five times. */
static int family_shares(void)
{
    size_t size = (size_t)120 << 20;
    char *memory = malloc(size);
    touch(memory, size);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            usleep(300000);
            _exit(memory[4096] == 1 ? 0 : 1);
        }
    while (wait(NULL) > 0) {
    }
    return SAFE;
}
static int memfd_hog(void)
{
    return memfd_create("hidden", 0) < 0 ? SAFE : BROKEN_OUT;
}
static int reserve(void)
{
    void *memory =
        mmap(NULL, (size_t)1 << 40, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? CONFUSED : SAFE;
}

// Disk.
static int fill(const char *path)
{
    static char block[1 << 16];
    signal(SIGXFSZ, SIG_IGN);
    for (int part = 0; part < 1000; part++) {
        char name[256];
        snprintf(name, sizeof name, "%s/%d", path, part);
        int file = open(name, O_WRONLY | O_CREAT, 0600);
        if (file < 0)
            return errno == ENOSPC ? SAFE : CONFUSED;
        ssize_t written;
        while ((written = write(file, block, sizeof block)) > 0) {
        }
        if (errno == ENOSPC)
            return SAFE;
        close(file);
    }
    return BROKEN_OUT;
}
static int fill_tmp(void)
{
    return fill("/tmp");
}
static int fill_shm(void)
{
    return fill("/dev/shm");
}
static int fill_inodes(void)
{
    for (int i = 0; i < 100000; i++) {
        char name[64];
        snprintf(name, sizeof name, "/tmp/%d", i);
        if (mkdir(name, 0700) != 0)
            return errno == ENOSPC ? SAFE : CONFUSED;
    }
    return BROKEN_OUT;
}
static int sparse_file(void)
{
    signal(SIGXFSZ, SIG_IGN);
    int file = open("/tmp/huge", O_WRONLY | O_CREAT, 0600);
    return ftruncate(file, (off_t)1 << 50) != 0 && errno == EFBIG ? SAFE : BROKEN_OUT;
}
static int write_system(void)
{
    static const char *const paths[] = {"/usr/planted",     "/etc/planted",
                                        "/planted",         "/dev/planted",
                                        "/etc/ld.so.cache", "/proc/sys/kernel/core_pattern",
                                        "/usr/bin/true",    "/etc/passwd"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (open(paths[i], O_WRONLY | O_CREAT, 0600) >= 0)
            return BROKEN_OUT;
    return SAFE;
}

// Output.
static int flood_output(void)
{
    static char block[1 << 16];
    for (;;)
        if (write(1, block, sizeof block) < 0)
            return CONFUSED;
}
static int flood_error(void)
{
    static char block[1 << 16];
    for (;;)
        if (write(2, block, sizeof block) < 0)
            return CONFUSED;
}
static int read_input(void)
{
    char byte;
    return read(0, &byte, 1) == 0 ? SAFE : BROKEN_OUT;
}

// What can be seen.
static int read_host(void)
{
    const char *const paths[] = {argument,
                                 "/etc/shadow",
                                 "/root",
                                 "/home",
                                 "/proc/1/environ",
                                 "/proc/1/mem",
                                 "/proc/1/root/etc/shadow",
                                 "/sys",
                                 "/run",
                                 "/dev/kmsg",
                                 "/dev/mem",
                                 "/dev/ptmx",
                                 "/dev/tty",
                                 "/proc/kcore"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (open(paths[i], O_RDONLY) >= 0) {
            fprintf(stderr, "%s can be opened\n", paths[i]);
            return BROKEN_OUT;
        }
    if (open("/proc/1/mem", O_RDWR) >= 0 || getenv("SANDBOX_TEST_SECRET") != NULL)
        return BROKEN_OUT;
    return SAFE;
}
static int inherited_files(void)
{
    for (int file = 3; file < 2048; file++)
        if (fcntl(file, F_GETFD) >= 0)
            return BROKEN_OUT;
    return SAFE;
}
static int abstract_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path + 1, argument, strlen(argument));
    int file = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argument));
    return file >= 0 && connect(file, (struct sockaddr *)&address, size) != 0 &&
                   errno == ECONNREFUSED
               ? SAFE
               : BROKEN_OUT;
}
static int identity(void)
{
    bool changed = setuid(0) == 0 || setgid(0) == 0 || geteuid() == 0;
    return changed ? BROKEN_OUT : SAFE;
}

// Families of sockets, plain and with bits that the kernel cuts off.
static int family(long number)
{
    static const unsigned long high[] = {0, 1UL << 32, 1UL << 33, 1UL << 63};
    for (size_t i = 0; i < 4; i++)
        if (syscall(SYS_socket, (unsigned long)number | high[i], SOCK_DGRAM, 0) >= 0 ||
            errno != EAFNOSUPPORT)
            return BROKEN_OUT;
    return SAFE;
}
static int socket_inet(void)
{
    return family(AF_INET);
}
static int socket_inet6(void)
{
    return family(AF_INET6);
}
static int socket_netlink(void)
{
    return family(AF_NETLINK);
}
static int socket_vsock(void)
{
    return family(AF_VSOCK);
}
static int socket_packet(void)
{
    return family(AF_PACKET);
}
static int socket_alg(void)
{
    return family(AF_ALG);
}

static int steal_terminal(void)
{
    static const unsigned long high[] = {0, 1UL << 32, 1UL << 33, 1UL << 63};
    char byte = 'x';
    for (size_t i = 0; i < 4; i++)
        if (syscall(SYS_ioctl, 0, TIOCSTI | high[i], &byte) == 0)
            return BROKEN_OUT;
    return SAFE;
}

/** Calls that must be denied whatever their arguments are. */
static const struct {
    const char *name;
    long number;
    unsigned long first;
} denied_calls[] = {
    {"ptrace", SYS_ptrace, 0},
    {"unshare", SYS_unshare, CLONE_NEWUSER},
    {"setns", SYS_setns, 0},
    {"clone", SYS_clone, CLONE_NEWUSER | SIGCHLD},
    {"mount", SYS_mount, 0},
    {"umount2", SYS_umount2, 0},
    {"pivot_root", SYS_pivot_root, 0},
    {"chroot", SYS_chroot, 0},
    {"io_uring_setup", SYS_io_uring_setup, 1},
    {"keyctl", SYS_keyctl, 0},
    {"add_key", SYS_add_key, 0},
    {"request_key", SYS_request_key, 0},
    {"bpf", SYS_bpf, 0},
    {"perf_event_open", SYS_perf_event_open, 0},
    {"userfaultfd", SYS_userfaultfd, 1},
    {"shmget", SYS_shmget, 0},
    {"msgget", SYS_msgget, 0},
    {"open_by_handle_at", SYS_open_by_handle_at, 0},
    {"process_vm_writev", SYS_process_vm_writev, 1},
    {"process_vm_readv", SYS_process_vm_readv, 1},
    {"pidfd_getfd", SYS_pidfd_getfd, 0},
    {"kcmp", SYS_kcmp, 1},
    {"reboot", SYS_reboot, 0xfee1dead},
    {"init_module", SYS_init_module, 0},
    {"swapon", SYS_swapon, 0},
    {"clock_settime", SYS_clock_settime, 0},
    {"settimeofday", SYS_settimeofday, 0},
    {"syslog", SYS_syslog, 3},
    {"sethostname", SYS_sethostname, 0},
    {"fanotify_init", SYS_fanotify_init, 0},
    {"setgroups", SYS_setgroups, 0},
    {"personality", SYS_personality, 0x0040000},
    {"prlimit64", SYS_prlimit64, 1},
};

static int denied(const char *name)
{
    for (size_t i = 0; i < sizeof denied_calls / sizeof denied_calls[0]; i++)
        if (strcmp(denied_calls[i].name, name) == 0) {
            errno = 0;
            long got = syscall(denied_calls[i].number, denied_calls[i].first, 0, 0, 0, 0, 0);
            return got == -1 && errno != 0 ? SAFE : BROKEN_OUT;
        }
    return CONFUSED;
}

static int clone3_hidden(void)
{
    return syscall(SYS_clone3, NULL, 0) == -1 && errno == ENOSYS ? SAFE : BROKEN_OUT;
}
static int flood_denials(void)
{
    for (int i = 0; i < 100000; i++)
        syscall(SYS_unshare, CLONE_NEWUSER);
    return BROKEN_OUT;
}
/** The supervisor must not care that the caller of a denied call dies while it asks. */
static int die_while_denied(void)
{
    for (int i = 0; i < 200; i++) {
        pid_t child = fork();
        if (child == 0) {
            for (;;)
                syscall(SYS_prctl, PR_SET_DUMPABLE, 0);
        }
        usleep(100);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    return SAFE;
}
#ifdef __x86_64__
/** getpid by the 32-bit door, where all numbers are different. */
static int foreign_call(void)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
    return result > 0 ? BROKEN_OUT : CONFUSED;
}
static int x32_call(void)
{
    return syscall(0x40000000 | SYS_getpid) > 0 ? BROKEN_OUT : CONFUSED;
}
#endif

// Things left in the output directory; each exits with 0.
static int plant_outputs(void)
{
    bool made = chdir("/out") == 0;
    FILE *file = fopen("good", "w");
    made = made && file != NULL && fputs("42\n", file) >= 0 && fclose(file) == 0;
    made = made && symlink("/etc/passwd", "link") == 0 && symlink("good", "near_link") == 0;
    made = made && mkfifo("fifo", 0600) == 0 && mkdir("directory", 0700) == 0;
    made = made && symlink("/etc", "linked_directory") == 0;
    file = fopen("twin", "w");
    made = made && file != NULL && fclose(file) == 0 && link("twin", "twin2") == 0;
    file = fopen("big", "w");
    made = made && file != NULL && ftruncate(fileno(file), 1 << 20) == 0 && fclose(file) == 0;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    made = made && bind(listener, (struct sockaddr *)&address, sizeof address) == 0;
    made = made && symlink("../good", "directory/inside_link") == 0;
    made = made && symlink("../../escape", "directory/outside_link") == 0;
    file = fopen("directory/tool", "w");
    made = made && file != NULL && fchmod(fileno(file), 04777) == 0 && fclose(file) == 0;
    return made ? SAFE : CONFUSED;
}
static int deep_tree(void)
{
    if (chdir("/out") != 0)
        return CONFUSED;
    for (int i = 0; i < 1000; i++)
        if (mkdir("d", 0700) != 0 || chdir("d") != 0)
            return CONFUSED;
    return SAFE;
}

static const struct {
    const char *name;
    int (*behave)(void);
} behaviours[] = {
    {"busy", busy},
    {"sleep", sleep_long},
    {"children_burn", children_burn},
    {"orphan_burns", orphan_burns},
    {"orphan_burns_a_little", orphan_burns_a_little},
    {"ignore_signals", ignore_signals},
    {"stop_itself", stop_itself},
    {"trace_me", trace_me},
    {"fork_bomb", fork_bomb},
    {"count_forks", count_forks},
    {"daemonise", daemonise},
    {"hold_output", hold_output},
    {"thread_storm", thread_storm},
    {"kill_group", kill_group},
    {"kill_all", kill_all},
    {"kill_init", kill_init},
    {"stop_run", stop_run},
    {"starve_init", starve_init},
    {"exit_137", exit_137},
    {"exit_255", exit_255},
    {"kill_itself", kill_itself},
    {"abort", abort_itself},
    {"fake_signal", fake_signal},
    {"segfault", segfault},
    {"stack_overflow", stack_overflow},
    {"memory_hog", memory_hog},
    {"shared_hog", shared_hog},
    {"family_hog", family_hog},
    {"family_shares", family_shares},
    {"memfd_hog", memfd_hog},
    {"reserve", reserve},
    {"fill_tmp", fill_tmp},
    {"fill_shm", fill_shm},
    {"fill_inodes", fill_inodes},
    {"sparse_file", sparse_file},
    {"write_system", write_system},
    {"flood_output", flood_output},
    {"flood_error", flood_error},
    {"read_input", read_input},
    {"read_host", read_host},
    {"inherited_files", inherited_files},
    {"abstract_socket", abstract_socket},
    {"identity", identity},
    {"socket_inet", socket_inet},
    {"socket_inet6", socket_inet6},
    {"socket_netlink", socket_netlink},
    {"socket_vsock", socket_vsock},
    {"socket_packet", socket_packet},
    {"socket_alg", socket_alg},
    {"steal_terminal", steal_terminal},
    {"clone3_hidden", clone3_hidden},
    {"flood_denials", flood_denials},
    {"die_while_denied", die_while_denied},
#ifdef __x86_64__
    {"foreign_call", foreign_call},
    {"x32_call", x32_call},
#endif
    {"plant_outputs", plant_outputs},
    {"deep_tree", deep_tree},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    if (argc > 2)
        argument = argv[2];
    if (strncmp(name, "denied:", 7) == 0)
        return denied(name + 7);
    for (size_t i = 0; i < sizeof behaviours / sizeof behaviours[0]; i++)
        if (strcmp(behaviours[i].name, name) == 0)
            return behaviours[i].behave();
    return CONFUSED;
}
