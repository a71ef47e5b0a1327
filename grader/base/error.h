/**
 * @file
 * The one way errors travel in the grader: a status as return value and one caller-owned error.
 *
 * Functions return 0 or a negative enum error_kind and take the error as last parameter. It is
 * untouched on success. On the way up, error_context() puts place in front of reason:
 * "roster.csv line 14: repository: empty URL".
 *
 * What a learner's program does wrong is never an error: it is a verdict (marking/verdict.h).
 */
#ifndef GRADER_BASE_ERROR_H
#define GRADER_BASE_ERROR_H

#include <stdarg.h>

enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE = -1,       /**< the user's call, rubric or roster is wrong; exit status 2 */
    ERROR_SUBMISSION = -2,  /**< what the learner handed in is malformed; becomes a verdict */
    ERROR_ENVIRONMENT = -3, /**< the machine or network lacks something; exit status 3 */
    ERROR_BUG = -4,         /**< our defect; exit status 4, no points taken */
    ERROR_CANCELLED = -5    /**< Ctrl-C or SIGTERM */
};

enum { ERROR_MESSAGE_MAX = 1024 };

struct error {
    enum error_kind kind;
    char message[ERROR_MESSAGE_MAX]; /**< one line, no newline, no function names */
};

#define ERROR_INIT                                                                                 \
    {                                                                                              \
        ERROR_NONE, ""                                                                             \
    }

/** Sets kind and message; control characters become '?'. Returns @p kind. */
int error_set(struct error *error, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Prefixes the message with the formatted context and ": ". Returns the error's kind. */
int error_context(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** ERROR_BUG for failed allocation. */
int error_memory(struct error *error);

/** Sets kind and message followed by ": " and the text of @p errnum (an errno value). */
int error_errno(struct error *error, enum error_kind kind, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Word for the kind as users read it: "usage", "submission", "environment", "bug", ... */
const char *error_kind_name(enum error_kind kind);

#endif
