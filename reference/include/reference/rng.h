/**
 * @file
 * Counter-based random numbers: Philox-4x64-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011).
 *
 * The same key and stream give the same numbers on every machine, compiler and optimisation level:
 * only integer arithmetic and correctly rounded + - * / sqrt are used, never libm.
 */
#ifndef REFERENCE_RNG_H
#define REFERENCE_RNG_H

#include <stddef.h>
#include <stdint.h>
#include "reference/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ref_rng {
    uint64_t key[2];
    uint64_t counter[4]; /**< of the next block: 128 bits of position, then stream, then 0 */
    uint64_t block[4];   /**< the block that is being handed out */
    unsigned used;       /**< words of it handed out */
};

/** Starts the sequence of (key, stream). Streams of one key never overlap in 2^128 blocks. */
REF_API void ref_rng_init(struct ref_rng *rng, const uint64_t key[2], uint64_t stream);

/** Next 64 uniform bits. */
REF_API uint64_t ref_rng_next(struct ref_rng *rng);

/** Uniform in the open interval (0, 1): odd multiples of 2^-53, never 0 or 1. */
REF_API double ref_rng_uniform(struct ref_rng *rng);

/** Standard normal by inversion; error below 1e-15 relative to the exact quantile. */
REF_API double ref_rng_normal(struct ref_rng *rng);

/** Uniform integer in [0, n), without modulo bias. @p n >= 1 (0 is taken as 1). */
REF_API uint64_t ref_rng_below(struct ref_rng *rng, uint64_t n);

#ifdef __cplusplus
}
#endif
#endif
