#include "denials.h"

#include <errno.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/** Words and errno for the calls that have a known purpose. */
static const struct {
    const char *names; /**< each followed by a blank */
    const char *attempt;
    int error;
} purposes[] = {
    {"ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp process_madvise ",
     "tried to look into or control another process", EPERM},
    {"unshare setns clone ", "tried to make or enter another namespace", EPERM},
    {"mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick "
     "mount_setattr open_tree_attr ",
     "tried to change what the file system shows", EPERM},
    {"io_uring_setup io_uring_enter io_uring_register ",
     "tried to use io_uring, which works behind the system-call filter", ENOSYS},
    {"keyctl add_key request_key ", "tried to use the kernel's key store", ENOSYS},
    {"bpf perf_event_open userfaultfd lookup_dcookie memfd_secret vmsplice modify_ldt ",
     "tried to use a kernel facility that is closed to programs here", EPERM},
    {"shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl "
     "mq_open mq_unlink ",
     "tried to use System V or POSIX message objects", ENOSYS},
    {"reboot kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff "
     "acct quotactl quotactl_fd iopl ioperm syslog sethostname setdomainname vhangup ",
     "tried to administer the machine", EPERM},
    {"clock_settime settimeofday adjtimex clock_adjtime ", "tried to set the clock", EPERM},
    {"setpriority sched_setscheduler sched_setattr sched_setparam ioprio_set prlimit64 ",
     "tried to change priorities or limits of another process", EPERM},
    {"open_by_handle_at fanotify_init fanotify_mark ", "tried to reach files past their paths",
     EPERM},
    {"mknod mknodat ", "tried to make a device file", EPERM},
    {"capset setgroups personality ", "tried to change its privileges", EPERM},
    {"execveat ", "tried to execute a file without a path", ENOSYS},
    {"prctl ", "tried to change how the kernel treats it", EINVAL},
};

static const struct {
    int number;
    const char *name;
    const char *attempt;
} families[] = {
    {AF_INET, "AF_INET", "tried to open a network connection"},
    {AF_INET6, "AF_INET6", "tried to open a network connection"},
    {AF_NETLINK, "AF_NETLINK", "tried to talk to the kernel's network administration"},
    {AF_PACKET, "AF_PACKET", "tried to read raw network packets"},
    {AF_VSOCK, "AF_VSOCK", "tried to talk to the virtual machine's host"},
    {AF_ALG, "AF_ALG", "tried to use the kernel's cryptography"},
    {AF_BLUETOOTH, "AF_BLUETOOTH", "tried to open a Bluetooth connection"},
    {AF_CAN, "AF_CAN", "tried to open a vehicle bus"},
};

static bool is_one_of(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *found = names; (found = strstr(found, name)) != NULL; found += length)
        if ((found == names || found[-1] == ' ') && found[length] == ' ')
            return true;
    return false;
}

static void name_call(const struct seccomp_data *call, char name[static 32])
{
    char *known = seccomp_syscall_resolve_num_arch(call->arch, call->nr);
    if (known != NULL)
        snprintf(name, 32, "%s", known);
    else
        snprintf(name, 32, "syscall_%d", call->nr);
    free(known);
}

/** Explains socket and socketpair, where the address family says everything. */
static void explain_socket(struct sandbox_denial *denial)
{
    int family = (int)denial->arguments[0];
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (families[i].number == family) {
            snprintf(denial->explanation, sizeof denial->explanation, "%s: %s(%s)",
                     families[i].attempt, denial->syscall, families[i].name);
            return;
        }
    snprintf(denial->explanation, sizeof denial->explanation,
             "tried to open a connection out of the sandbox: %s(family %d)", denial->syscall,
             family);
}

static bool injects_input(uint64_t request)
{
    return (uint32_t)request == TIOCSTI || (uint32_t)request == TIOCLINUX ||
           (uint32_t)request == TIOCSCTTY;
}

/** Fills the explanation and returns the errno to answer. */
static int explain(struct sandbox_denial *denial)
{
    if (is_one_of("socket socketpair ", denial->syscall)) {
        explain_socket(denial);
        return EAFNOSUPPORT;
    }
    const char *attempt = "made a system call that programs do not need here";
    int error = ENOSYS;
    if (strcmp(denial->syscall, "ioctl") == 0) {
        attempt = injects_input(denial->arguments[1]) ? "tried to take over a terminal"
                                                      : "tried to control a device";
        error = ENOTTY;
    }
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (is_one_of(purposes[i].names, denial->syscall)) {
            attempt = purposes[i].attempt;
            error = purposes[i].error;
            break;
        }
    snprintf(denial->explanation, sizeof denial->explanation, "%s: %s(0x%llx, 0x%llx)", attempt,
             denial->syscall, (unsigned long long)denial->arguments[0],
             (unsigned long long)denial->arguments[1]);
    return error;
}

/** Run-times ask devices and the kernel for features and live with a no. */
static bool is_harmless(const struct sandbox_denial *denial)
{
    if (strcmp(denial->syscall, "ioctl") == 0)
        return !injects_input(denial->arguments[1]);
    return is_one_of("prctl splice tee ", denial->syscall);
}

static void add(struct sandbox_result *result, const struct sandbox_denial *denial)
{
    for (size_t i = 0; i < result->denial_count; i++)
        if (strcmp(result->denials[i].explanation, denial->explanation) == 0 ||
            (result->denials[i].number == denial->number &&
             strncmp(denial->syscall, "socket", 6) != 0)) {
            result->denials[i].count++;
            return;
        }
    if (result->denial_count < SANDBOX_DENIALS_MAX)
        result->denials[result->denial_count++] = *denial;
}

struct denial_answer denials_record(struct sandbox_result *result, const struct seccomp_data *call)
{
    struct sandbox_denial denial = {.number = call->nr, .count = 1};
    for (size_t i = 0; i < 6; i++)
        denial.arguments[i] = call->args[i];
    name_call(call, denial.syscall);
    struct denial_answer answer = {.error = explain(&denial), .told = !is_harmless(&denial)};
    if (answer.told)
        add(result, &denial);
    return answer;
}

void denials_record_foreign_call(struct sandbox_result *result)
{
    struct sandbox_denial denial = {
        .syscall = "foreign_architecture",
        .number = -1,
        .count = 1,
        .explanation = "made a system call of another architecture (32-bit or x32)",
    };
    add(result, &denial);
}
