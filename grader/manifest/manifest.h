/**
 * @file
 * submission.json: what a learner says about their submission.
 */
#ifndef GRADER_MANIFEST_MANIFEST_H
#define GRADER_MANIFEST_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/base/error.h"

enum { MANIFEST_WORDS_MAX = 32, MANIFEST_PATH_MAX = 512, MANIFEST_BYTES_MAX = 64 * 1024 };

/** A command as words; a command given as one string is {"/bin/sh", "-c", string}. */
struct command_words {
    char *words[MANIFEST_WORDS_MAX + 1]; /**< owned, NULL-terminated */
    size_t count;                        /**< 0: no command */
};

struct manifest {
    char project[64];
    char functions[MANIFEST_PATH_MAX]; /**< path in the repository; "" when run is given */
    struct command_words run;
    struct command_words build;
    bool grouped;                   /**< run understands --cases */
    bool npy;                       /**< inputs as NAME.npy, not NAME.csv */
    char report[MANIFEST_PATH_MAX]; /**< path of the case study; "" when not given */
};

/** Reads and checks DIRECTORY/submission.json. ERROR_SUBMISSION with the key and its place. */
int manifest_load(const char *directory, struct manifest *manifest, struct error *error);

void manifest_release(struct manifest *manifest);

#endif
