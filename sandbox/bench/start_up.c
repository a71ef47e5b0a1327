/**
 * @file
 * How much a sandbox adds to the start of a program: posix_spawn and sandbox_run of the same
 * command, interleaved so that both see the same machine. Ratios travel; times do not.
 *
 *     sandbox_bench_start_up [ROUNDS]
 */
#include <sandbox/sandbox.h>

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { ROUNDS_DEFAULT = 100, ROUNDS_MAX = 10000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

static double quantile(double *times, size_t count, double part)
{
    qsort(times, count, sizeof *times, compare);
    return times[(size_t)((double)(count - 1) * part)];
}

/** Starts the command and waits for its end, as a shell would. Negative: it failed. */
static double time_spawn(const char *const command[])
{
    // posix_spawn's parameters lack a const that it honours.
    char *const *arguments = (char *const *)(uintptr_t)command;
    static char path[] = "PATH=/usr/bin:/bin";
    char *const environment[] = {path, NULL};
    double start = now_ms();
    pid_t pid;
    int status;
    if (posix_spawn(&pid, command[0], NULL, NULL, arguments, environment) != 0 ||
        waitpid(pid, &status, 0) != pid || status != 0)
        return -1;
    return now_ms() - start;
}

static double time_sandbox(const struct sandbox_spec *spec)
{
    struct sandbox_error error;
    struct sandbox_result *result = NULL;
    double start = now_ms();
    if (sandbox_run(spec, &result, &error) != SANDBOX_OK) {
        fprintf(stderr, "%s\n", error.message);
        return -1;
    }
    bool succeeded = result->outcome == SANDBOX_EXITED && result->exit_code == 0;
    sandbox_result_free(result);
    return succeeded ? now_ms() - start : -1;
}

static int measure(const char *label, const char *const command[], size_t rounds)
{
    static double plain[ROUNDS_MAX], boxed[ROUNDS_MAX];
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    if (spec == NULL)
        return 1;
    sandbox_spec_set_command(spec, command);
    int failed = time_sandbox(spec) < 0 || time_spawn(command) < 0; // caches, and the filter
    for (size_t i = 0; i < rounds && failed == 0; i++) {
        bool swap = i % 2 == 0;
        plain[i] = swap ? time_spawn(command) : 0;
        boxed[i] = time_sandbox(spec);
        if (!swap)
            plain[i] = time_spawn(command);
        failed = plain[i] < 0 || boxed[i] < 0;
    }
    sandbox_spec_free(spec);
    if (failed != 0) {
        fprintf(stderr, "%s cannot be measured\n", label);
        return 1;
    }
    double spawn = quantile(plain, rounds, 0.5), box = quantile(boxed, rounds, 0.5);
    printf("%-16s %10.3f %10.3f %8.2f %8.2f\n", label, spawn, box, box / spawn,
           quantile(boxed, rounds, 0.9) / box);
    return 0;
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : ROUNDS_DEFAULT;
    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: %s [ROUNDS], 1 to %d\n", argv[0], ROUNDS_MAX);
        return 2;
    }
    printf("%-16s %10s %10s %8s %8s\n", "command", "spawn ms", "sandbox ms", "ratio", "p90/p50");
    const char *const nothing[] = {"/bin/true", NULL};
    const char *const python[] = {"/usr/bin/python3", "-c", "pass", NULL};
    int failed = measure("true", nothing, (size_t)rounds);
    failed |= measure("python3 -c pass", python, (size_t)rounds < 50 ? (size_t)rounds : 50);
    return failed;
}
