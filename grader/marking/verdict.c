#include "grader/marking/verdict.h"

#include <stddef.h>
#include <string.h>

static const char *const verdict_names[VERDICT_COUNT] = {
    [VERDICT_CORRECT] = "correct",
    [VERDICT_PARTLY_CORRECT] = "partly_correct",
    [VERDICT_WRONG] = "wrong",
    [VERDICT_MISSING_OUTPUT] = "missing_output",
    [VERDICT_MALFORMED_OUTPUT] = "malformed_output",
    [VERDICT_BUILD_FAILED] = "build_failed",
    [VERDICT_CRASHED] = "crashed",
    [VERDICT_CPU_TIME_EXCEEDED] = "cpu_time_exceeded",
    [VERDICT_WALL_TIME_EXCEEDED] = "wall_time_exceeded",
    [VERDICT_MEMORY_EXCEEDED] = "memory_exceeded",
    [VERDICT_OUTPUT_EXCEEDED] = "output_exceeded",
    [VERDICT_DENIED_OPERATION] = "denied_operation",
    [VERDICT_NONDETERMINISTIC] = "nondeterministic",
    [VERDICT_PLATFORM_SENSITIVE] = "platform_sensitive",
    [VERDICT_SKIPPED] = "skipped",
    [VERDICT_PENDING_MANUAL] = "pending_manual",
    [VERDICT_GRADER_ERROR] = "grader_error",
};

static const char *const rung_names[RUNG_COUNT] = {
    [RUNG_NONE] = "none",
    [RUNG_MISSING] = "missing",
    [RUNG_MALFORMED] = "malformed",
    [RUNG_SHAPE] = "shape",
    [RUNG_NOT_FINITE] = "not_finite",
    [RUNG_INVARIANT] = "invariant",
    [RUNG_EQUAL] = "equal",
    [RUNG_WITHIN_TOLERANCE] = "within_tolerance",
    [RUNG_EQUIVALENT] = "equivalent",
    [RUNG_ACCEPTED_CONVENTION] = "accepted_convention",
    [RUNG_MISCONCEPTION] = "misconception",
    [RUNG_DEGRADED] = "degraded",
    [RUNG_SCALED] = "scaled",
    [RUNG_UNEXPLAINED] = "unexplained",
};

/* An index that is no member of the enum is a defect elsewhere: the word keeps the report readable
 * and the schema test refuses it. */
static const char *name_at(const char *const *names, size_t count, size_t index)
{
    return index < count ? names[index] : "unknown";
}

static int index_of(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *verdict_name(enum verdict verdict)
{
    return name_at(verdict_names, VERDICT_COUNT, (size_t)verdict);
}

int verdict_by_name(const char *name)
{
    return index_of(verdict_names, VERDICT_COUNT, name);
}

const char *rung_name(enum rung rung)
{
    return name_at(rung_names, RUNG_COUNT, (size_t)rung);
}

int rung_by_name(const char *name)
{
    return index_of(rung_names, RUNG_COUNT, name);
}
