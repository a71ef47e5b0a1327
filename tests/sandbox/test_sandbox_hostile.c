/**
 * @file
 * Every attack of hostile.c and the ending that it must have; after each one the machine must be as
 * before.
 */
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)

/** Zero limits mean the table's defaults. */
struct attack {
    const char *behaviour;
    enum sandbox_outcome outcome;
    int code; /**< exit code or signal */
    const char *denied;
    uint64_t cpu_ms, wall_ms, processes;
};

enum { CPU_MS = 1000, WALL_MS = 10000 };

static const struct attack attacks[] = {
    // Time: each ends at its limit, whoever burns it and whatever is ignored.
    {"busy", SANDBOX_CPU_TIME_EXCEEDED, 0, NULL, 300, 0, 0},
    {"sleep", SANDBOX_WALL_TIME_EXCEEDED, 0, NULL, 0, 300, 0},
    {"sleep", SANDBOX_WALL_TIME_EXCEEDED, 0, NULL, 0, 1, 0},
    {"children_burn", SANDBOX_CPU_TIME_EXCEEDED, 0, NULL, 300, 0, 0},
    {"orphan_burns", SANDBOX_CPU_TIME_EXCEEDED, 0, NULL, 300, 0, 0},
    {"orphan_burns_a_little", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"ignore_signals", SANDBOX_CPU_TIME_EXCEEDED, 0, NULL, 300, 0, 0},
    {"stop_itself", SANDBOX_WALL_TIME_EXCEEDED, 0, NULL, 0, 300, 0},
    // Processes.
    {"trace_me", SANDBOX_EXITED, 0, "ptrace", 0, 0, 0},
    {"fork_bomb", SANDBOX_CPU_TIME_EXCEEDED, 0, NULL, 300, 0, 16},
    {"count_forks", SANDBOX_EXITED, 15, NULL, 0, 0, 16},
    {"daemonise", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"hold_output", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"thread_storm", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"kill_group", SANDBOX_SIGNALED, SIGKILL, NULL, 0, 0, 0},
    {"kill_all", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"kill_init", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"stop_run", SANDBOX_SIGNALED, SIGKILL, NULL, 0, 0, 0},
    {"starve_init", SANDBOX_EXITED, 0, "prlimit64", 0, 0, 0},
    // Endings that look like others.
    {"exit_137", SANDBOX_EXITED, 137, NULL, 0, 0, 0},
    {"exit_255", SANDBOX_EXITED, 255, NULL, 0, 0, 0},
    {"kill_itself", SANDBOX_SIGNALED, SIGKILL, NULL, 0, 0, 0},
    {"abort", SANDBOX_SIGNALED, SIGABRT, NULL, 0, 0, 0},
    {"fake_signal", SANDBOX_SIGNALED, SIGUSR1, NULL, 0, 0, 0},
    {"segfault", SANDBOX_SIGNALED, SIGSEGV, NULL, 0, 0, 0},
    {"stack_overflow", SANDBOX_SIGNALED, SIGSEGV, NULL, 0, 0, 0},
    // Memory that is no attack, or that cannot be had at all. (Hogs have a test of their own.)
    {"family_shares", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"memfd_hog", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"reserve", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    // Disk, output and view.
    {"sparse_file", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"write_system", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"flood_output", SANDBOX_OUTPUT_EXCEEDED, 0, NULL, 0, 0, 0},
    {"flood_error", SANDBOX_OUTPUT_EXCEEDED, 0, NULL, 0, 0, 0},
    {"read_input", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"inherited_files", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"identity", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    // The kernel's doors.
    {"socket_inet", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"socket_inet6", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"socket_netlink", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"socket_vsock", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"socket_packet", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"socket_alg", SANDBOX_EXITED, 0, "socket", 0, 0, 0},
    {"steal_terminal", SANDBOX_EXITED, 0, "ioctl", 0, 0, 0},
    {"clone3_hidden", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
    {"flood_denials", SANDBOX_DENIALS_EXCEEDED, 0, "unshare", 0, 0, 0},
    {"die_while_denied", SANDBOX_EXITED, 0, NULL, 0, 0, 0},
#ifdef __x86_64__
    {"foreign_call", SANDBOX_SIGNALED, SIGSYS, "foreign_architecture", 0, 0, 0},
    {"x32_call", SANDBOX_SIGNALED, SIGSYS, "foreign_architecture", 0, 0, 0},
#endif
    {"denied:ptrace", SANDBOX_EXITED, 0, "ptrace", 0, 0, 0},
    {"denied:unshare", SANDBOX_EXITED, 0, "unshare", 0, 0, 0},
    {"denied:setns", SANDBOX_EXITED, 0, "setns", 0, 0, 0},
    {"denied:clone", SANDBOX_EXITED, 0, "clone", 0, 0, 0},
    {"denied:mount", SANDBOX_EXITED, 0, "mount", 0, 0, 0},
    {"denied:umount2", SANDBOX_EXITED, 0, "umount2", 0, 0, 0},
    {"denied:pivot_root", SANDBOX_EXITED, 0, "pivot_root", 0, 0, 0},
    {"denied:chroot", SANDBOX_EXITED, 0, "chroot", 0, 0, 0},
    {"denied:io_uring_setup", SANDBOX_EXITED, 0, "io_uring_setup", 0, 0, 0},
    {"denied:keyctl", SANDBOX_EXITED, 0, "keyctl", 0, 0, 0},
    {"denied:add_key", SANDBOX_EXITED, 0, "add_key", 0, 0, 0},
    {"denied:request_key", SANDBOX_EXITED, 0, "request_key", 0, 0, 0},
    {"denied:bpf", SANDBOX_EXITED, 0, "bpf", 0, 0, 0},
    {"denied:perf_event_open", SANDBOX_EXITED, 0, "perf_event_open", 0, 0, 0},
    {"denied:userfaultfd", SANDBOX_EXITED, 0, "userfaultfd", 0, 0, 0},
    {"denied:shmget", SANDBOX_EXITED, 0, "shmget", 0, 0, 0},
    {"denied:msgget", SANDBOX_EXITED, 0, "msgget", 0, 0, 0},
    {"denied:open_by_handle_at", SANDBOX_EXITED, 0, "open_by_handle_at", 0, 0, 0},
    {"denied:process_vm_writev", SANDBOX_EXITED, 0, "process_vm_writev", 0, 0, 0},
    {"denied:process_vm_readv", SANDBOX_EXITED, 0, "process_vm_readv", 0, 0, 0},
    {"denied:pidfd_getfd", SANDBOX_EXITED, 0, "pidfd_getfd", 0, 0, 0},
    {"denied:kcmp", SANDBOX_EXITED, 0, "kcmp", 0, 0, 0},
    {"denied:reboot", SANDBOX_EXITED, 0, "reboot", 0, 0, 0},
    {"denied:init_module", SANDBOX_EXITED, 0, "init_module", 0, 0, 0},
    {"denied:swapon", SANDBOX_EXITED, 0, "swapon", 0, 0, 0},
    {"denied:clock_settime", SANDBOX_EXITED, 0, "clock_settime", 0, 0, 0},
    {"denied:settimeofday", SANDBOX_EXITED, 0, "settimeofday", 0, 0, 0},
    {"denied:syslog", SANDBOX_EXITED, 0, "syslog", 0, 0, 0},
    {"denied:sethostname", SANDBOX_EXITED, 0, "sethostname", 0, 0, 0},
    {"denied:fanotify_init", SANDBOX_EXITED, 0, "fanotify_init", 0, 0, 0},
    {"denied:setgroups", SANDBOX_EXITED, 0, "setgroups", 0, 0, 0},
    {"denied:personality", SANDBOX_EXITED, 0, "personality", 0, 0, 0},
    {"denied:prlimit64", SANDBOX_EXITED, 0, "prlimit64", 0, 0, 0},
};

static bool has_denial(const struct sandbox_result *result, const char *name)
{
    for (size_t i = 0; i < result->denial_count; i++)
        if (strcmp(result->denials[i].syscall, name) == 0)
            return result->denials[i].count > 0 && result->denials[i].explanation[0] != '\0';
    return false;
}

/** Prints what differs; true when the ending is the wanted one. */
static bool ended_as_wanted(const struct attack *attack, const struct sandbox_result *result)
{
    int code = result->outcome == SANDBOX_EXITED ? result->exit_code : result->signal;
    bool wanted = result->outcome == attack->outcome;
    if (wanted && (attack->outcome == SANDBOX_EXITED || attack->outcome == SANDBOX_SIGNALED))
        wanted = code == attack->code;
    if (!wanted)
        print_error("%s: %s %d, expected %s %d; stderr: %.*s\n", attack->behaviour,
                    sandbox_outcome_name(result->outcome), code,
                    sandbox_outcome_name(attack->outcome), attack->code,
                    (int)result->standard_error.head_size, result->standard_error.head);
    if (attack->denied != NULL && !has_denial(result, attack->denied)) {
        print_error("%s: no denial of %s is told\n", attack->behaviour, attack->denied);
        wanted = false;
    }
    if (attack->denied == NULL && result->denial_count != 0) {
        print_error("%s: unexpected denial: %s\n", attack->behaviour,
                    result->denials[0].explanation);
        wanted = false;
    }
    return wanted;
}

static void attack_ends_as_it_must(void **state)
{
    const struct attack *attack = *state;
    struct traces before = traces_now();
    struct sandbox_spec *spec = hostile_spec(attack->behaviour, "");
    uint64_t cpu_ms = attack->cpu_ms != 0 ? attack->cpu_ms : CPU_MS;
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS, cpu_ms);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_WALL_TIME_MS,
                           attack->wall_ms != 0 ? attack->wall_ms : WALL_MS);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_MEMORY_BYTES, 256 * MIB);
    if (attack->processes != 0)
        sandbox_spec_set_limit(spec, SANDBOX_LIMIT_PROCESSES, attack->processes);
    struct sandbox_result *result = run_or_fail(spec, attack->behaviour);
    sandbox_spec_free(spec);
    bool wanted = ended_as_wanted(attack, result);
    uint64_t cpu_ns = result->usage.cpu_time_ns;
    if (attack->outcome == SANDBOX_CPU_TIME_EXCEEDED &&
        (cpu_ns < cpu_ms * 1000000 || cpu_ns > (cpu_ms + 150) * 1000000)) {
        print_error("%s: %llu ns of CPU time, limit %llu ms\n", attack->behaviour,
                    (unsigned long long)cpu_ns, (unsigned long long)cpu_ms);
        wanted = false;
    }
    if (strcmp(attack->behaviour, "orphan_burns_a_little") == 0 && cpu_ns < 190000000) {
        print_error("the orphan's CPU time is not counted: %llu ns\n", (unsigned long long)cpu_ns);
        wanted = false;
    }
    sandbox_result_free(result);
    assert_true(wanted);
    assert_no_traces(before, attack->behaviour);
}

static void memory_hogs_are_stopped_near_the_limit(void **state)
{
    (void)state;
    static const char *const hogs[] = {"memory_hog", "shared_hog", "family_hog"};
    for (size_t i = 0; i < sizeof hogs / sizeof hogs[0]; i++) {
        struct traces before = traces_now();
        struct sandbox_spec *spec = hostile_spec(hogs[i], "");
        sandbox_spec_set_limit(spec, SANDBOX_LIMIT_MEMORY_BYTES, 256 * MIB);
        struct sandbox_result *result = run_or_fail(spec, hogs[i]);
        sandbox_spec_free(spec);
        struct sandbox_usage usage = result->usage;
        enum sandbox_outcome outcome = result->outcome;
        sandbox_result_free(result);
        assert_string_equal(sandbox_outcome_name(outcome), "memory_exceeded");
        assert_true(usage.peak_memory_bytes > 256 * MIB);
        assert_true(usage.peak_memory_bytes < (256 + 150) * MIB);
        assert_true(usage.wall_time_ns < 3000000000U);
        assert_no_traces(before, hogs[i]);
    }
}

static void full_disk_is_told(void **state)
{
    (void)state;
    static const char *const fillers[] = {"fill_tmp", "fill_shm", "fill_inodes"};
    for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++) {
        struct traces before = traces_now();
        struct sandbox_spec *spec = hostile_spec(fillers[i], "");
        sandbox_spec_set_limit(spec, SANDBOX_LIMIT_DISK_BYTES, 16 * MIB);
        sandbox_spec_set_limit(spec, SANDBOX_LIMIT_DISK_FILES, 1000);
        struct sandbox_result *result = run_or_fail(spec, fillers[i]);
        sandbox_spec_free(spec);
        int code = result->outcome == SANDBOX_EXITED ? result->exit_code : -1;
        bool full = result->disk_full;
        sandbox_result_free(result);
        assert_int_equal(code, 0);
        assert_true(full);
        assert_no_traces(before, fillers[i]);
    }
}

static void host_cannot_be_read(void **state)
{
    (void)state;
    char canary[256];
    strcpy(canary, fixture_write("canary", "secret\n"));
    setenv("SANDBOX_TEST_SECRET", "secret", 1);
    int inherited = open(canary, O_RDONLY); // without close-on-exec, on purpose
    assert_true(inherited >= 0 && dup2(inherited, 57) == 57);
    static const char *const readers[] = {"read_host", "inherited_files"};
    for (size_t i = 0; i < 2; i++) {
        struct sandbox_spec *spec = hostile_spec(readers[i], canary);
        struct sandbox_result *result = run_or_fail(spec, readers[i]);
        sandbox_spec_free(spec);
        int code = result->outcome == SANDBOX_EXITED ? result->exit_code : -1;
        if (code != 0)
            print_error("%s: %.*s\n", readers[i], (int)result->standard_error.head_size,
                        result->standard_error.head);
        sandbox_result_free(result);
        assert_int_equal(code, 0);
    }
    close(inherited);
    close(57);
    unsetenv("SANDBOX_TEST_SECRET");
}

static void abstract_sockets_of_the_host_are_not_there(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "sandbox-test-%d", (int)getpid());
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path + 1, name, strlen(name));
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    struct sandbox_spec *spec = hostile_spec("abstract_socket", name);
    struct sandbox_result *result = run_or_fail(spec, "abstract_socket");
    sandbox_spec_free(spec);
    int code = result->outcome == SANDBOX_EXITED ? result->exit_code : -1;
    sandbox_result_free(result);
    close(listener);
    assert_int_equal(code, 0);
}

static bool cancel_after_three(void *payload)
{
    int *asked = payload;
    return ++*asked > 3;
}

static void caller_can_cancel(void **state)
{
    (void)state;
    struct traces before = traces_now();
    int asked = 0;
    struct sandbox_spec *spec = hostile_spec("sleep", "");
    sandbox_spec_set_cancel(spec, cancel_after_three, &asked);
    struct sandbox_result *result = run_or_fail(spec, "cancel");
    sandbox_spec_free(spec);
    enum sandbox_outcome outcome = result->outcome;
    sandbox_result_free(result);
    assert_string_equal(sandbox_outcome_name(outcome), "cancelled");
    assert_no_traces(before, "cancel");
}

static void socket_is_explained_in_words(void **state)
{
    (void)state;
    struct sandbox_spec *spec = hostile_spec("socket_inet", "");
    struct sandbox_result *result = run_or_fail(spec, "socket_inet");
    sandbox_spec_free(spec);
    char explanation[192];
    strcpy(explanation, result->denials[0].explanation);
    uint64_t count = result->denials[0].count;
    size_t kinds = result->denial_count;
    sandbox_result_free(result);
    assert_string_equal(explanation, "tried to open a network connection: socket(AF_INET)");
    assert_int_equal(count, 4);
    assert_int_equal(kinds, 1);
}

int main(int argc, char **argv)
{
    enum { ATTACKS = sizeof attacks / sizeof attacks[0] };
    if (!fixture_init(argc, argv))
        return 1;
    static struct CMUnitTest tests[ATTACKS + 6];
    for (size_t i = 0; i < ATTACKS; i++)
        tests[i] = (struct CMUnitTest){.name = attacks[i].behaviour,
                                       .test_func = attack_ends_as_it_must,
                                       .initial_state = (void *)(uintptr_t)&attacks[i]};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(memory_hogs_are_stopped_near_the_limit),
        cmocka_unit_test(full_disk_is_told),
        cmocka_unit_test(host_cannot_be_read),
        cmocka_unit_test(abstract_sockets_of_the_host_are_not_there),
        cmocka_unit_test(caller_can_cancel),
        cmocka_unit_test(socket_is_explained_in_words),
    };
    memcpy(tests + ATTACKS, others, sizeof others);
    int failures = cmocka_run_group_tests_name("sandbox: attacks", tests, NULL, NULL);
    fixture_release();
    return failures;
}
