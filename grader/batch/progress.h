/**
 * @file
 * How far a batch is: one line drawn again and again on a terminal, one line per finished
 * submission elsewhere.
 */
#ifndef GRADER_BATCH_PROGRESS_H
#define GRADER_BATCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PROGRESS_KINDS_MAX = 8 };

struct progress {
    FILE *stream; /**< NULL: silent */
    bool terminal;
    size_t total;
    size_t done;
    size_t worked; /**< of done: took time, so they count for the rate */
    size_t running;
    uint64_t started_ms;
    uint64_t drawn_ms;
    struct progress_kind {
        char name[32];
        size_t count;
    } kinds[PROGRESS_KINDS_MAX]; /**< how many ended how */
    size_t kind_count;
};

/** One finished submission. */
struct progress_item {
    const char *learner;
    const char *outcome; /**< "graded", "grader_error", ... */
    const char *score;   /**< "73.5/100", or "" */
    const char *note;    /**< why there is no score, or "" */
    uint64_t wall_ms;
    bool already; /**< was graded before: no time was spent */
};

void progress_init(struct progress *progress, FILE *stream, size_t total);
void progress_item(struct progress *progress, const struct progress_item *item);

/** Draws the line again, at most ten times a second. */
void progress_tick(struct progress *progress, size_t running);

/** Removes the line, so that other text can follow. */
void progress_clear(struct progress *progress);

/** "graded 20, not runnable 3, grader error 1" */
void progress_counts(const struct progress *progress, char *text, size_t size);

#endif
