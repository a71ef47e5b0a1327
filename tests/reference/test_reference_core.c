/* Arrays, status texts, the random number generator. */
#include "assertions.h"

#include <string.h>

#include "reference/array.h"
#include "reference/core/quad.h"
#include "reference/rng.h"

static void test_array_lifecycle(void **state)
{
    (void)state;
    struct ref_array a = REF_ARRAY_EMPTY, b = REF_ARRAY_EMPTY;
    assert_int_equal(ref_array_init(&a, 2, 3), REF_OK);
    assert_int_equal(ref_array_size(&a), 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(a.data[i] == 0.0);
    a.data[4] = -5.0;
    assert_int_equal(ref_array_copy(&b, &a), REF_OK);
    assert_true(b.data[4] == -5.0 && b.data != a.data);
    assert_true(ref_array_max_abs(&b) == 5.0);
    b.data[0] = (double)NAN;
    assert_true(isnan(ref_array_max_abs(&b)));
    assert_false(ref_array_is_finite(&b));
    b.data[0] = (double)INFINITY;
    assert_false(ref_array_is_finite(&b));
    assert_true(ref_array_is_finite(&a));
    ref_array_release(&a);
    ref_array_release(&a);
    ref_array_release(&b);
    ref_array_release(NULL);
    assert_true(ref_array_is_finite(&a) && ref_array_max_abs(&a) == 0.0);
}

static void test_array_sizes_that_overflow(void **state)
{
    (void)state;
    struct ref_array a = REF_ARRAY_EMPTY;
    assert_int_equal(ref_array_init(&a, SIZE_MAX / 2, 3), REF_ERROR_MEMORY);
    assert_int_equal(ref_array_init(&a, SIZE_MAX / 8, 1), REF_ERROR_MEMORY);
    assert_null(a.data);
    assert_int_equal(ref_array_init(&a, 0, 3), REF_OK);
    assert_int_equal(ref_array_size(&a), 0);
    ref_array_release(&a);
}

static void test_status_texts(void **state)
{
    (void)state;
    for (int status = 5; status > -20; status--)
        assert_true(strlen(ref_status_text(status)) > 3);
    assert_string_not_equal(ref_status_text(REF_OK), ref_status_text(REF_ERROR_SHAPE));
}

/* Known-answer vectors of Random123 (Salmon et al. 2011), kat_vectors, philox4x64 with 10 rounds.
 */
static void test_philox_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint64_t counter[4], key[2], block[4];
    } known[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct ref_rng rng;
        ref_rng_init(&rng, known[i].key, 0);
        memcpy(rng.counter, known[i].counter, sizeof rng.counter);
        for (size_t j = 0; j < 4; j++)
            assert_true(ref_rng_next(&rng) == known[i].block[j]);
    }
}

static void test_streams_and_carry(void **state)
{
    (void)state;
    struct ref_rng a, b;
    ref_rng_init(&a, (uint64_t[2]){1, 2}, 3);
    ref_rng_init(&b, (uint64_t[2]){1, 2}, 4);
    assert_true(ref_rng_next(&a) != ref_rng_next(&b));
    ref_rng_init(&a, (uint64_t[2]){1, 2}, 3);
    a.counter[0] = UINT64_MAX;
    (void)ref_rng_next(&a);
    assert_true(a.counter[0] == 0 && a.counter[1] == 1 && a.counter[2] == 3);
}

/* A generator whose next word is @p word. */
static struct ref_rng primed(uint64_t word)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){0, 0}, 0);
    rng.block[0] = word;
    rng.used = 0;
    return rng;
}

static void test_uniform_ends(void **state)
{
    (void)state;
    struct ref_rng low = primed(0), high = primed(UINT64_MAX);
    assert_true(ref_rng_uniform(&low) == 0x1p-53);
    assert_true(ref_rng_uniform(&high) == 1.0 - 0x1p-53);
}

/* Relative error of x as the quantile of p, by one Newton step in 113 bits. */
static double quantile_error(double x, double p)
{
    quad root2 = sqrtf128((quad)2);
    quad below = p < 0.5 ? erfcf128(-(quad)x / root2) / 2 - (quad)p
                         : (1 - (quad)p) - erfcf128((quad)x / root2) / 2;
    if (fabs(p - 0.5) < 0.25)
        below = erff128((quad)x / root2) / 2 - ((quad)p - (quad)0.5);
    quad density = expf128(-(quad)x * (quad)x / 2) / sqrtf128(2 * quad_pi());
    return fabs((double)(below / density / (quad)x));
}

static void test_normal_is_the_quantile(void **state)
{
    (void)state;
    double worst = 0.0;
    struct ref_rng words;
    ref_rng_init(&words, (uint64_t[2]){11, 12}, 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t word = ref_rng_next(&words);
        word >>= i % 52; // towards 0
        if (i % 2 == 1)
            word = ~word; // towards 1
        struct ref_rng a = primed(word), b = primed(word);
        double error = quantile_error(ref_rng_normal(&a), ref_rng_uniform(&b));
        worst = fmax(worst, error);
    }
    for (uint64_t word = 1; word < 200; word++) { // both sides of 1/2
        struct ref_rng a = primed((UINT64_C(1) << 63) + (word << 11)),
                       b = primed((UINT64_C(1) << 63) + (word << 11));
        worst = fmax(worst, quantile_error(ref_rng_normal(&a), ref_rng_uniform(&b)));
    }
    print_message("largest relative error of a normal number: %.2g\n", worst);
    assert_true(worst < 1e-15);
}

static void test_moments(void **state)
{
    (void)state;
    enum { DRAWS = 200000 };
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){2024, 1}, 0);
    double sum[5] = {0};
    for (int i = 0; i < DRAWS; i++) {
        double z = ref_rng_normal(&rng), power = 1.0;
        for (int k = 1; k <= 4; k++)
            sum[k] += power *= z;
    }
    // five standard errors each: variances of z, z^2, z^3, z^4 are 1, 2, 15, 96
    double root = sqrt((double)DRAWS);
    assert_near(sum[1] / DRAWS, 0.0, 5.0 / root, 0.0);
    assert_near(sum[2] / DRAWS, 1.0, 5.0 * sqrt(2.0) / root, 0.0);
    assert_near(sum[3] / DRAWS, 0.0, 5.0 * sqrt(15.0) / root, 0.0);
    assert_near(sum[4] / DRAWS, 3.0, 5.0 * sqrt(96.0) / root, 0.0);
}

static void test_below_is_even(void **state)
{
    (void)state;
    enum { FACES = 7, DRAWS = 70000 };
    int counts[FACES] = {0};
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){5, 6}, 0);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t face = ref_rng_below(&rng, FACES);
        assert_in_range(face, 0, FACES - 1);
        counts[face]++;
    }
    double chi_square = 0.0;
    for (int i = 0; i < FACES; i++)
        chi_square += pow(counts[i] - DRAWS / FACES, 2.0) / (DRAWS / FACES);
    assert_true(chi_square < 40.0); // P = 4e-7 with 6 degrees of freedom
    assert_true(ref_rng_below(&rng, 1) == 0 && ref_rng_below(&rng, 0) == 0);
    for (int i = 0; i < 1000; i++)
        assert_true(ref_rng_below(&rng, (UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_array_lifecycle),
        cmocka_unit_test(test_array_sizes_that_overflow),
        cmocka_unit_test(test_status_texts),
        cmocka_unit_test(test_philox_known_answers),
        cmocka_unit_test(test_streams_and_carry),
        cmocka_unit_test(test_uniform_ends),
        cmocka_unit_test(test_normal_is_the_quantile),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_below_is_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
