/**
 * @file
 * Machines that forbid something, and callers that die. Each case runs in a forked child, which
 * tells its finding by its exit code alone: an assertion there would jump into the parent's runner.
 */
#include "fixture.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/** Exit codes of the children. */
enum { AS_WANTED = 0, NO_FILTER = 10, OTHER_STATUS, NO_REMEDY, OTHER_OUTCOME, WRONGLY_OBSERVED };

/** Runs @p behave in a child and returns its exit code, -1 when it did not exit. */
static int in_child(int (*behave)(void))
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(behave());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/** As a container's filter: @p number fails with EPERM, everything else is allowed. */
static int forbid(unsigned number, unsigned flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = 4, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/** Expects a refusal that says what to do. */
static int expect_refusal(unsigned number)
{
    struct sandbox_error error = {0};
    struct sandbox_result *result = NULL;
    if (forbid(number, 0) != 0)
        return NO_FILTER;
    struct sandbox_spec *spec = hostile_spec("exit_137", "");
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    if (status != SANDBOX_ERROR_ENVIRONMENT || result != NULL)
        return OTHER_STATUS;
    return strstr(error.message, "user namespaces") != NULL ? AS_WANTED : NO_REMEDY;
}

static int without_namespaces(void)
{
    return expect_refusal(SYS_clone3);
}
static int without_mounts(void)
{
    return expect_refusal(SYS_mount);
}
static int without_pivot_root(void)
{
    return expect_refusal(SYS_pivot_root);
}

static void refusals_name_the_remedy(void **state)
{
    (void)state;
    struct traces before = traces_now();
    assert_int_equal(in_child(without_namespaces), AS_WANTED);
    assert_int_equal(in_child(without_mounts), AS_WANTED);
    assert_int_equal(in_child(without_pivot_root), AS_WANTED);
    assert_no_traces(before, "refusals");
}

/** The kernel gives one listener to a process; here somebody else has it. */
static int with_taken_listener(void)
{
    struct sandbox_error error = {0};
    struct sandbox_result *result = NULL;
    if (forbid(SYS_vhangup, SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0)
        return NO_FILTER;
    struct sandbox_spec *spec = hostile_spec("denied:unshare", "");
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    if (status != SANDBOX_OK)
        return OTHER_STATUS;
    bool ended = result->outcome == SANDBOX_EXITED && result->exit_code == 0;
    bool observed = result->denials_observed || result->denial_count != 0;
    sandbox_result_free(result);
    return !ended ? OTHER_OUTCOME : observed ? WRONGLY_OBSERVED : AS_WANTED;
}

static void calls_are_denied_even_when_nobody_can_watch(void **state)
{
    (void)state;
    assert_int_equal(in_child(with_taken_listener), AS_WANTED);
}

static void sandbox_dies_with_its_supervisor(void **state)
{
    (void)state;
    struct traces before = traces_now();
    fflush(NULL);
    pid_t supervisor = fork();
    assert_true(supervisor >= 0);
    if (supervisor == 0) {
        struct sandbox_result *result = NULL;
        struct sandbox_spec *spec = hostile_spec("sleep", "");
        _exit(sandbox_run(spec, &result, NULL) == SANDBOX_OK ? 0 : 1);
    }
    usleep(200000);
    bool lived = hostile_lives(); // or the rest would prove nothing
    kill(supervisor, SIGKILL);
    assert_int_equal(waitpid(supervisor, NULL, 0), supervisor);
    usleep(200000);
    assert_true(lived);
    assert_no_traces(before, "a killed supervisor");
}

int main(int argc, char **argv)
{
    if (!fixture_init(argc, argv))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_name_the_remedy),
        cmocka_unit_test(calls_are_denied_even_when_nobody_can_watch),
        cmocka_unit_test(sandbox_dies_with_its_supervisor),
    };
    int failures = cmocka_run_group_tests_name("sandbox: environment", tests, NULL, NULL);
    fixture_release();
    return failures;
}
