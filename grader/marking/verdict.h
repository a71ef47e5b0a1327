/**
 * @file
 * The verdicts of the report, and the rungs of the ladder that explain them.
 */
#ifndef GRADER_MARKING_VERDICT_H
#define GRADER_MARKING_VERDICT_H

enum verdict {
    VERDICT_CORRECT,
    VERDICT_PARTLY_CORRECT,
    VERDICT_WRONG,
    VERDICT_MISSING_OUTPUT,
    VERDICT_MALFORMED_OUTPUT,
    VERDICT_BUILD_FAILED,
    VERDICT_CRASHED,
    VERDICT_CPU_TIME_EXCEEDED,
    VERDICT_WALL_TIME_EXCEEDED,
    VERDICT_MEMORY_EXCEEDED,
    VERDICT_OUTPUT_EXCEEDED,
    VERDICT_DENIED_OPERATION,
    VERDICT_NONDETERMINISTIC,
    VERDICT_PLATFORM_SENSITIVE,
    VERDICT_SKIPPED,
    VERDICT_PENDING_MANUAL,
    VERDICT_GRADER_ERROR,
    VERDICT_COUNT
};

/** "correct", "build_failed", ...: the words of the report schema. */
const char *verdict_name(enum verdict verdict);

/** The enum verdict of that name, or -1. */
int verdict_by_name(const char *name);

/** How an output came to its verdict: the order in which marking looks. */
enum rung {
    RUNG_NONE,       /**< never reached the comparison (did not run) */
    RUNG_MISSING,    /**< present? */
    RUNG_MALFORMED,  /**< readable? */
    RUNG_SHAPE,      /**< shape */
    RUNG_NOT_FINITE, /**< finite */
    RUNG_INVARIANT,  /**< an invariant is broken (sums to one, ...) and no variant explains it */
    RUNG_EQUAL,      /**< the reference's bits */
    RUNG_WITHIN_TOLERANCE,
    RUNG_EQUIVALENT, /**< equal up to what the mathematics leaves free (signs, ...) */
    RUNG_ACCEPTED_CONVENTION,
    RUNG_MISCONCEPTION, /**< matches a named wrong variant */
    RUNG_DEGRADED,      /**< right formula, too few digits */
    RUNG_SCALED,        /**< a constant factor or offset away from right */
    RUNG_UNEXPLAINED,
    RUNG_COUNT
};

/** "within_tolerance", "misconception", ...: the words of the report schema. */
const char *rung_name(enum rung rung);

/** The enum rung of that name, or -1. */
int rung_by_name(const char *name);

#endif
