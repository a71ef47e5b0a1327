#include "grader/run/run_failure.h"

#include <stdio.h>
#include <string.h>

static void say_seconds(const struct rubric *rubric, const char *key, uint64_t milliseconds,
                        struct failure *failure)
{
    char limit[32];
    snprintf(limit, sizeof limit, "%g s", (double)milliseconds / 1000.0);
    rubric_say(rubric, failure->message, MESSAGE_MAX, key, "limit", limit, NULL);
}

static void say_bytes(const struct rubric *rubric, const char *key, uint64_t bytes,
                      struct failure *failure)
{
    char limit[32];
    snprintf(limit, sizeof limit, "%.4g MiB", (double)bytes / (1024.0 * 1024.0));
    rubric_say(rubric, failure->message, MESSAGE_MAX, key, "limit", limit, NULL);
}

bool run_failure_denied(const struct rubric *rubric, const struct sandbox_result *result,
                        struct failure *failure)
{
    if (result->denial_count == 0)
        return false;
    failure->verdict = VERDICT_DENIED_OPERATION;
    rubric_say(rubric, failure->message, MESSAGE_MAX, "denied_operation", "explanation",
               result->denials[0].explanation, "syscall", result->denials[0].syscall, NULL);
    return true;
}

static void say_exit(const struct rubric *rubric, const struct sandbox_result *result,
                     struct failure *failure)
{
    if (result->exit_code == 0 || run_failure_denied(rubric, result, failure))
        return;
    char code[16];
    snprintf(code, sizeof code, "%d", result->exit_code);
    failure->verdict = VERDICT_CRASHED;
    rubric_say(rubric, failure->message, MESSAGE_MAX, "crashed_exit", "exit_code", code, NULL);
}

static void say_signal(const struct rubric *rubric, const struct sandbox_result *result,
                       struct failure *failure)
{
    char number[16];
    const char *name = sigabbrev_np(result->signal);
    snprintf(number, sizeof number, "%d", result->signal);
    failure->verdict = VERDICT_CRASHED;
    rubric_say(rubric, failure->message, MESSAGE_MAX, "crashed_signal", "signal", number,
               "signal_name", name == NULL ? "?" : name, NULL);
}

static void say_cannot_start(const struct rubric *rubric, const struct sandbox_result *result,
                             struct failure *failure)
{
    failure->verdict = VERDICT_CRASHED;
    rubric_say(rubric, failure->message, MESSAGE_MAX, "cannot_start", "program", "your command",
               "reason", strerror(result->start_errno), NULL);
}

void run_failure_of(const struct rubric *rubric, const struct sandbox_result *result,
                    const struct step_limits *limits, struct failure *failure)
{
    *failure = (struct failure){.verdict = VERDICT_CORRECT};
    switch (result->outcome) {
    case SANDBOX_EXITED:
        say_exit(rubric, result, failure);
        break;
    case SANDBOX_SIGNALED:
        say_signal(rubric, result, failure);
        break;
    case SANDBOX_CPU_TIME_EXCEEDED:
        failure->verdict = VERDICT_CPU_TIME_EXCEEDED;
        say_seconds(rubric, "cpu_time_exceeded", limits->cpu_time_ms, failure);
        break;
    case SANDBOX_WALL_TIME_EXCEEDED:
        failure->verdict = VERDICT_WALL_TIME_EXCEEDED;
        say_seconds(rubric, "wall_time_exceeded", limits->wall_time_ms, failure);
        break;
    case SANDBOX_MEMORY_EXCEEDED:
        failure->verdict = VERDICT_MEMORY_EXCEEDED;
        say_bytes(rubric, "memory_exceeded", limits->memory_bytes, failure);
        break;
    case SANDBOX_OUTPUT_EXCEEDED:
        failure->verdict = VERDICT_OUTPUT_EXCEEDED;
        say_bytes(rubric, "output_exceeded", limits->output_bytes, failure);
        break;
    case SANDBOX_DENIALS_EXCEEDED:
        (void)run_failure_denied(rubric, result, failure);
        failure->verdict = VERDICT_DENIED_OPERATION;
        break;
    case SANDBOX_CANNOT_START:
        say_cannot_start(rubric, result, failure);
        break;
    case SANDBOX_CANCELLED:
        failure->verdict = VERDICT_SKIPPED;
        break;
    }
}
