/**
 * @file
 * The key that turns (rubric, project, task, case, learner) into a seed.
 *
 * `grader check` uses the public key, so that learners see the data they are marked on in practice
 * runs; instructors keep a secret one, so that nobody can predict the data of the real marking.
 */
#ifndef GRADER_CASES_SEED_KEY_H
#define GRADER_CASES_SEED_KEY_H

#include <stdint.h>
#include "grader/base/error.h"

enum { SEED_KEY_BYTES = 32 };

struct seed_key {
    unsigned char bytes[SEED_KEY_BYTES];
    char fingerprint[17]; /**< "public", or 16 hexadecimal digits that tell keys apart */
};

/** The key that everybody knows. */
int seed_key_public(struct seed_key *key, struct error *error);

/** Derives a key from a file of 16 to 4096 bytes (any bytes; whitespace at the end is ignored). A
 * file that others may read is refused: a key that learners can read is no secret. ERROR_USAGE. */
int seed_key_load(const char *path, struct seed_key *key, struct error *error);

/** Derives a public key from a word, for trying a rubric on many seeds ("grader check --seed 7").
 */
int seed_key_from_word(const char *word, struct seed_key *key, struct error *error);

/** 128 bits for the generator: keyed BLAKE2b over the parts, each with its length. */
void seed_derive(const struct seed_key *key, const char *const *parts, unsigned count,
                 uint64_t seed[2]);

#endif
