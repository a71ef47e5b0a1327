/**
 * @file
 * The roster: who hands in what. A CSV file with the columns learner, repository and, if wanted,
 * ref; other columns are ignored.
 */
#ifndef GRADER_BATCH_ROSTER_H
#define GRADER_BATCH_ROSTER_H

#include <stddef.h>
#include "grader/base/buffer.h"
#include "grader/base/error.h"

enum { ROSTER_LEARNER_MAX = 64, ROSTER_BYTES_MAX = 32 * 1024 * 1024, ROSTER_PROBLEMS_MAX = 200 };

struct roster_entry {
    char learner[ROSTER_LEARNER_MAX + 1];
    char *repository; /**< an address, or a folder (relative ones start at the roster's folder) */
    char *ref;        /**< NULL: the default branch */
    size_t line;
};

struct roster {
    struct roster_entry *entries; /**< in the order of the file */
    size_t count;
    size_t capacity;
};

/**
 * Reads and checks the file. All problems are appended to @p problems, one per line with the line
 * number ("roster.csv line 14: ..."), and the error says how many there are.
 * ERROR_USAGE: not readable, or problems. On failure the roster is empty.
 */
int roster_load(const char *path, struct roster *roster, struct buffer *problems,
                struct error *error);

/** The same from memory. @p file is for messages, @p folder is where relative folders start. */
int roster_parse(const char *bytes, size_t size, const char *file, const char *folder,
                 struct roster *roster, struct buffer *problems, struct error *error);
void roster_release(struct roster *roster);

#endif
