/**
 * @file
 * The confined process in which a repository is touched, and the pipe between it and us.
 *
 * The child sends records of one fixed size, each smaller than PIPE_BUF and so never torn. The
 * parent believes none of it: texts are cut and escaped again, hashes must be hexadecimal, numbers
 * of findings are capped.
 */
#ifndef GRADER_INTAKE_INTAKE_CHILD_H
#define GRADER_INTAKE_INTAKE_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include "grader/intake/intake.h"

/** The child's end of the pipe. */
struct intake_channel {
    int fd;
    uint64_t last_progress_ms;
    unsigned findings; /**< sent so far; the child stops at a bound of its own */
};

/** At most ten a second are really sent. */
void intake_channel_progress(struct intake_channel *channel, const char *what, uint64_t done,
                             uint64_t total);

/** @p path is untrusted bytes, NUL-terminated. */
void intake_channel_finding(struct intake_channel *channel, const char *kind, const char *path,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

struct intake_answer {
    char commit[INTAKE_HASH_MAX];
    char content[INTAKE_HASH_MAX];
};

/** Runs in the child. Leaks and open files do not matter there: the process ends with it. */
typedef int intake_work(void *payload, struct intake_channel *channel, struct intake_answer *answer,
                        struct error *error);

/**
 * Runs @p work in a child process under the limits of the request until it answers, fails, or the
 * deadline passes; then everything it started is gone. Fills commit, content and findings of
 * @p result. @p watched (or NULL) is a folder whose growth beyond twice the disk limit ends it.
 */
int intake_child_run(const struct intake_request *request, const char *watched, intake_work *work,
                     void *payload, struct intake_result *result, struct error *error);

#endif
