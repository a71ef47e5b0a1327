/**
 * @file
 * The exported filter, run by an interpreter of our own over every system-call number and argument
 * values at the edges, against a plain reading of the profile tables. libseccomp's compiler has had
 * errors; this test does not trust it.
 */
#include "assertions.h"

#include "sandbox/filter.h"
#include "sandbox/filter_profiles.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum { NUMBERS = 512, X32_BIT = 0x40000000, INVALID = 0x7f0f0f0f };

static bool jumps(const struct sock_filter *instruction, uint32_t accumulator)
{
    switch (BPF_OP(instruction->code)) {
    case BPF_JEQ:
        return accumulator == instruction->k;
    case BPF_JGT:
        return accumulator > instruction->k;
    case BPF_JGE:
        return accumulator >= instruction->k;
    case BPF_JSET:
        return (accumulator & instruction->k) != 0;
    default:
        return false;
    }
}

/** The action for @p data, INVALID when the program uses an instruction we do not know. */
static uint32_t interpret(const struct sock_fprog *program, const struct seccomp_data *data)
{
    uint32_t accumulator = 0;
    for (unsigned at = 0; at < program->len; at++) {
        const struct sock_filter *instruction = &program->filter[at];
        switch (BPF_CLASS(instruction->code)) {
        case BPF_LD:
            if (instruction->code != (BPF_LD | BPF_W | BPF_ABS) ||
                instruction->k > sizeof *data - 4)
                return INVALID;
            memcpy(&accumulator, (const char *)data + instruction->k, 4);
            break;
        case BPF_ALU:
            if (instruction->code != (BPF_ALU | BPF_AND | BPF_K))
                return INVALID;
            accumulator &= instruction->k;
            break;
        case BPF_JMP:
            if (BPF_OP(instruction->code) == BPF_JA)
                at += instruction->k;
            else
                at += jumps(instruction, accumulator) ? instruction->jt : instruction->jf;
            break;
        case BPF_RET:
            return instruction->k;
        default:
            return INVALID;
        }
    }
    return INVALID;
}

static bool is_listed(const char *name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/** What the tables say, without any cleverness. */
static uint32_t expected_action(enum sandbox_profile profile, const char *name,
                                const uint64_t arguments[6], uint32_t otherwise)
{
    if (name == NULL)
        return otherwise;
    if (is_listed(name, allowed_in_run, COUNT(allowed_in_run)))
        return SECCOMP_RET_ALLOW;
    if (profile == SANDBOX_PROFILE_BUILD &&
        is_listed(name, allowed_in_build, COUNT(allowed_in_build)))
        return SECCOMP_RET_ALLOW;
    for (size_t i = 0; i < COUNT(argument_rules); i++)
        if (strcmp(argument_rules[i].name, name) == 0 &&
            (arguments[argument_rules[i].argument] & argument_rules[i].mask) ==
                argument_rules[i].value)
            return SECCOMP_RET_ALLOW;
    for (size_t i = 0; i < COUNT(quiet_errors); i++)
        if (strcmp(quiet_errors[i].name, name) == 0)
            return SECCOMP_RET_ERRNO | (uint32_t)quiet_errors[i].error;
    return otherwise;
}

/** Values of rules and their neighbours, each plain and with bits 32, 33 and 63. */
static size_t make_probes(uint64_t *probes)
{
    size_t count = 0;
    uint64_t plain[256] = {0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff, SIGCHLD, 0x003d0f00};
    size_t plain_count = 9;
    for (size_t i = 0; i < COUNT(argument_rules); i++) {
        plain[plain_count++] = argument_rules[i].value;
        plain[plain_count++] = argument_rules[i].value + 1;
        plain[plain_count++] = argument_rules[i].mask & 0xffffffff;
    }
    for (int bit = 0; bit < 32; bit++)
        plain[plain_count++] = UINT64_C(1) << bit;
    for (size_t i = 0; i < plain_count; i++) {
        probes[count++] = plain[i];
        probes[count++] = plain[i] | UINT64_C(1) << 32;
        probes[count++] = plain[i] | UINT64_C(1) << 33;
        probes[count++] = plain[i] | UINT64_C(1) << 63;
    }
    return count;
}

static const struct filter *filter_or_fail(enum sandbox_profile profile)
{
    struct sandbox_error error = {0};
    const struct filter *filter = filter_of_profile(profile, &error);
    if (filter == NULL)
        fail_msg("%s", error.message);
    return filter;
}

static unsigned long check_number(enum sandbox_profile profile, const struct sock_fprog *program,
                                  uint32_t otherwise, int number, const uint64_t *probes,
                                  size_t probe_count)
{
    unsigned long wrong = 0;
    char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
    for (int argument = 0; argument < 6; argument++)
        for (size_t i = 0; i < probe_count; i++) {
            struct seccomp_data data = {.nr = number, .arch = seccomp_arch_native()};
            data.args[argument] = probes[i];
            uint64_t arguments[6];
            memcpy(arguments, data.args, sizeof arguments);
            uint32_t expected = expected_action(profile, name, arguments, otherwise);
            uint32_t got = interpret(program, &data);
            if (got == expected)
                continue;
            if (wrong++ == 0)
                print_error("%s (%d), argument %d = %#llx: action %#x, expected %#x\n",
                            name == NULL ? "?" : name, number, argument,
                            (unsigned long long)probes[i], got, expected);
        }
    free(name);
    return wrong;
}

static void filter_says_what_the_tables_say(void **state)
{
    (void)state;
    static uint64_t probes[2048];
    size_t probe_count = make_probes(probes);
    unsigned long wrong = 0;
    for (int profile = SANDBOX_PROFILE_RUN; profile <= SANDBOX_PROFILE_BUILD; profile++) {
        const struct filter *filter = filter_or_fail((enum sandbox_profile)profile);
        for (int number = 0; number < NUMBERS; number++) {
            wrong += check_number((enum sandbox_profile)profile, &filter->observed,
                                  SECCOMP_RET_USER_NOTIF, number, probes, probe_count);
            wrong += check_number((enum sandbox_profile)profile, &filter->unobserved,
                                  SECCOMP_RET_ERRNO | EPERM, number, probes, probe_count);
        }
    }
    assert_int_equal(wrong, 0);
}

static void foreign_architectures_kill(void **state)
{
    (void)state;
    static const uint32_t foreign[] = {
        AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_AARCH64, AUDIT_ARCH_X86_64, 0, UINT32_MAX};
    const struct filter *filter = filter_or_fail(SANDBOX_PROFILE_BUILD);
    for (int number = 0; number < NUMBERS; number++)
        for (size_t i = 0; i < COUNT(foreign); i++) {
            struct seccomp_data data = {.nr = number, .arch = foreign[i]};
            if (foreign[i] != seccomp_arch_native())
                assert_int_equal(interpret(&filter->observed, &data), SECCOMP_RET_KILL_PROCESS);
        }
#ifdef __x86_64__
    for (int number = 0; number < NUMBERS; number++) {
        struct seccomp_data data = {.nr = number | X32_BIT, .arch = AUDIT_ARCH_X86_64};
        assert_int_equal(interpret(&filter->observed, &data), SECCOMP_RET_KILL_PROCESS);
    }
#endif
}

/** By number, so that neither our tables nor libseccomp's names can hide a hole. */
static void dangerous_calls_are_never_allowed(void **state)
{
    (void)state;
    static const int dangerous[] = {
        SYS_ptrace,
        SYS_mount,
        SYS_umount2,
        SYS_pivot_root,
        SYS_chroot,
        SYS_unshare,
        SYS_setns,
        SYS_bpf,
        SYS_perf_event_open,
        SYS_userfaultfd,
        SYS_io_uring_setup,
        SYS_io_uring_enter,
        SYS_io_uring_register,
        SYS_keyctl,
        SYS_add_key,
        SYS_request_key,
        SYS_init_module,
        SYS_finit_module,
        SYS_delete_module,
        SYS_kexec_load,
        SYS_reboot,
        SYS_swapon,
        SYS_swapoff,
        SYS_process_vm_readv,
        SYS_process_vm_writev,
        SYS_pidfd_getfd,
        SYS_kcmp,
        SYS_memfd_create,
        SYS_open_by_handle_at,
        SYS_fanotify_init,
        SYS_quotactl,
        SYS_acct,
        SYS_settimeofday,
        SYS_clock_settime,
        SYS_adjtimex,
        SYS_syslog,
        SYS_vmsplice,
        SYS_move_pages,
        SYS_migrate_pages,
        SYS_shmget,
        SYS_shmat,
        SYS_msgget,
        SYS_semget,
        SYS_mq_open,
        SYS_clone3,
        SYS_open_tree,
        SYS_move_mount,
        SYS_fsopen,
        SYS_fsmount,
        SYS_mount_setattr,
        SYS_capset,
        SYS_setgroups,
        SYS_seccomp,
        SYS_process_madvise,
        SYS_vhangup,
        SYS_sethostname,
        457,
        458,
        459,
        460,
        461,
        462,
        463,
        464,
        465,
        466,
        467,
        468,
        469, // newer than our headers
    };
    for (int profile = SANDBOX_PROFILE_RUN; profile <= SANDBOX_PROFILE_BUILD; profile++) {
        const struct filter *filter = filter_or_fail((enum sandbox_profile)profile);
        for (size_t i = 0; i < COUNT(dangerous); i++) {
            struct seccomp_data data = {.nr = dangerous[i], .arch = seccomp_arch_native()};
            if (interpret(&filter->observed, &data) == SECCOMP_RET_ALLOW)
                fail_msg("system call %d is allowed", dangerous[i]);
        }
    }
}

static void filter_is_built_once(void **state)
{
    (void)state;
    const struct filter *first = filter_or_fail(SANDBOX_PROFILE_RUN);
    assert_ptr_equal(first, filter_or_fail(SANDBOX_PROFILE_RUN));
    assert_ptr_not_equal(first, filter_or_fail(SANDBOX_PROFILE_BUILD));
    assert_in_range(first->observed.len, 100, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_says_what_the_tables_say),
        cmocka_unit_test(foreign_architectures_kill),
        cmocka_unit_test(dangerous_calls_are_never_allowed),
        cmocka_unit_test(filter_is_built_once),
    };
    return cmocka_run_group_tests_name("sandbox: filter", tests, NULL, NULL);
}
