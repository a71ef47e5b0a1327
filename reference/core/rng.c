#include "reference/rng.h"

#include "core/elementary.h"

__extension__ typedef unsigned __int128 uint128;

enum { ROUNDS = 10, WORDS = 4 };

static void philox(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
    uint64_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint64_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        uint128 p0 = (uint128)UINT64_C(0xD2E7470EE14C6C93) * c0;
        uint128 p1 = (uint128)UINT64_C(0xCA5A826395121157) * c2;
        c0 = (uint64_t)(p1 >> 64) ^ c1 ^ k0;
        c2 = (uint64_t)(p0 >> 64) ^ c3 ^ k1;
        c1 = (uint64_t)p1;
        c3 = (uint64_t)p0;
        k0 += UINT64_C(0x9E3779B97F4A7C15);
        k1 += UINT64_C(0xBB67AE8584CAA73B);
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void ref_rng_init(struct ref_rng *rng, const uint64_t key[2], uint64_t stream)
{
    *rng = (struct ref_rng){
        .key = {key[0], key[1]}, .counter = {0, 0, stream, 0}, .block = {0}, .used = WORDS};
}

uint64_t ref_rng_next(struct ref_rng *rng)
{
    if (rng->used >= WORDS) {
        philox(rng->counter, rng->key, rng->block);
        for (int i = 0; i < WORDS && ++rng->counter[i] == 0; i++)
            ; // carry
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

double ref_rng_uniform(struct ref_rng *rng)
{
    uint64_t odd = (ref_rng_next(rng) >> 11) | 1; // 53 bits
    return (double)odd * 0x1p-53;
}

double ref_rng_normal(struct ref_rng *rng)
{
    return exact_normal_quantile(ref_rng_uniform(rng));
}

uint64_t ref_rng_below(struct ref_rng *rng, uint64_t n)
{
    if (n <= 1)
        return 0;
    // Lemire, "Fast random integer generation in an interval", 2019.
    uint128 product = (uint128)ref_rng_next(rng) * n;
    if ((uint64_t)product < n) {
        uint64_t threshold = (0 - n) % n;
        while ((uint64_t)product < threshold)
            product = (uint128)ref_rng_next(rng) * n;
    }
    return (uint64_t)(product >> 64);
}
