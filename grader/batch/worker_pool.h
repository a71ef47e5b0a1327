/**
 * @file
 * Runs commands side by side, each in a process group of its own with a deadline, and keeps the end
 * of what they print. One thread; the caller's loop asks for what has ended.
 *
 *     worker_pool_new(4, &pool, &error);
 *     while (...) {
 *         while (worker_pool_has_room(pool) && more)
 *             worker_pool_start(pool, &job, &error);
 *         worker_pool_wait(pool, 200, on_end, payload);
 *     }
 *     worker_pool_free(pool);
 */
#ifndef GRADER_BATCH_WORKER_POOL_H
#define GRADER_BATCH_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"

enum { WORKER_OUTPUT_MAX = 16 * 1024, WORKER_COUNT_MAX = 1024 };

struct worker_job {
    const char *program;          /**< its path */
    const char *const *argv;      /**< argv[0] is its name; NULL at the end */
    const char *temporary_folder; /**< becomes TMPDIR of the command */
    bool only_output;             /**< keep standard output alone, else standard error too */
    unsigned deadline_ms;
    void *tag; /**< handed back */
};

struct worker_end {
    void *tag;
    int status;         /**< as of waitpid() */
    bool timed_out;     /**< killed at its deadline */
    const char *output; /**< its last bytes, NUL-terminated; untrusted */
    size_t output_size;
    uint64_t wall_ms;
};

typedef void worker_ended(void *payload, const struct worker_end *end);

struct worker_pool;

int worker_pool_new(unsigned workers, struct worker_pool **pool, struct error *error);

bool worker_pool_has_room(const struct worker_pool *pool);
size_t worker_pool_running(const struct worker_pool *pool);

/** Starts a command; there must be room. */
int worker_pool_start(struct worker_pool *pool, const struct worker_job *job, struct error *error);

/** Waits until something happens, at most @p milliseconds, and reports those that ended. Returns
 * early when a signal comes. */
void worker_pool_wait(struct worker_pool *pool, int milliseconds, worker_ended *ended,
                      void *payload);

/** Asks all process groups to end, after @p grace_ms kills them. Nothing is reported. */
void worker_pool_stop(struct worker_pool *pool, unsigned grace_ms);

/** Kills what still runs. NULL is fine. */
void worker_pool_free(struct worker_pool *pool);

#endif
