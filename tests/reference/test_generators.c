/* Generators: parameters, structure of what they make, and the same bytes on every machine. */
#include "assertions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "case_inputs.h"
#include "reference/descriptive.h"
#include "reference/generator.h"
#include "reference/linear_algebra.h"

static const char *const ordinary[][2] = {
    {"correlated_normal", "rows=7 columns=4"}, {"ill_conditioned", "rows=9 columns=4"},
    {"low_rank", "rows=6 columns=5 rank=2"},   {"normal", "rows=5 columns=2 mean=1 sd=2"},
    {"orthonormal", "rows=6 columns=3"},       {"symmetric_spectrum", "size=5"},
    {"uniform", "rows=8 low=-1 high=3"},
};

static struct ref_rng seeded(void)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){0x5eed, 42}, 7);
    return rng;
}

static struct ref_array response_of(struct ref_rng *rng, const struct ref_array *x,
                                    const struct ref_array *theta, int expected)
{
    const struct ref_generator *g = ref_generator_find("linear_response");
    double values[REF_PARAMETERS_MAX];
    ref_generator_defaults(g, values);
    const struct ref_array *dependencies[] = {x, theta};
    struct ref_array y = REF_ARRAY_EMPTY;
    assert_int_equal(ref_generator_run(g, rng, values, dependencies, &y), expected);
    return y;
}

/* FNV-1a over the bytes of the numbers, low byte first. */
static uint64_t hash(const struct ref_array *array)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < ref_array_size(array); i++) {
        uint64_t bits;
        memcpy(&bits, &array->data[i], sizeof bits);
        for (int byte = 0; byte < 8; byte++)
            value = (value ^ (bits >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
    }
    return value;
}

/* Values of the first release: a change here changes every hidden data set. */
static void test_same_bytes_everywhere(void **state)
{
    (void)state;
    static const struct {
        double first, last;
        uint64_t hash;
    } golden[] = {
        {0x1.21a66fbc5f93cp+1, 0x1.1c8ba4b4dc29cp+2, UINT64_C(0x319035fc6e34d967)},
        {0x1.1c6994979b31cp-3, 0x1.8b727d5d19307p+0, UINT64_C(0x14d39a76ade348c8)},
        {0x1.3c85d551d5a3cp+2, 0x1.7d965f55e041p+0, UINT64_C(0x4bea4ad9138eb356)},
        {-0x1.e599043a06c4p-2, -0x1.568b22f11eedcp+1, UINT64_C(0xdb7921936a02c769)},
        {-0x1.241e64156f74ep-2, -0x1.4c183483e7deap-6, UINT64_C(0xff886345d8881445)},
        {0x1.5622dfb41b03ap-3, -0x1.d4d2a73605f7p-2, UINT64_C(0xe88dbd5b7ee997b6)},
        {-0x1.3f06683606fap-4, 0x1.c24cffc723c2ep+0, UINT64_C(0x25f9ae9db64f8478)},
        {0x1.1819d7a7351cfp+2, -0x1.2e11f782fee95p+0, UINT64_C(0x8324aa4fdac99ea0)},
    };
    for (size_t i = 0; i <= sizeof ordinary / sizeof ordinary[0]; i++) {
        struct ref_rng rng = seeded();
        struct ref_array a;
        if (i < sizeof ordinary / sizeof ordinary[0]) {
            a = generated(&rng, ordinary[i][0], ordinary[i][1]);
        } else {
            struct ref_array x = generated(&rng, "correlated_normal", "rows=6 columns=2");
            struct ref_array theta = generated(&rng, "uniform", "rows=3 low=1 high=2");
            a = response_of(&rng, &x, &theta, REF_OK);
            ref_array_release(&x);
            ref_array_release(&theta);
        }
        double last = a.data[ref_array_size(&a) - 1];
        if (hash(&a) != golden[i].hash)
            print_error("{%a, %a, UINT64_C(0x%016" PRIx64 ")},\n", a.data[0], last, hash(&a));
        assert_true(a.data[0] == golden[i].first && last == golden[i].last);
        assert_true(hash(&a) == golden[i].hash);
        ref_array_release(&a);
    }
}

static void test_tables(void **state)
{
    (void)state;
    size_t count;
    const struct ref_generator *const *all = ref_generator_all(&count);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            assert_true(strcmp(all[i - 1]->name, all[i]->name) < 0);
        assert_ptr_equal(ref_generator_find(all[i]->name), all[i]);
        assert_in_range(all[i]->parameter_count, 1, REF_PARAMETERS_MAX);
        assert_in_range(all[i]->dependency_count, 0, REF_DEPENDENCIES_MAX);
        for (size_t j = 0; j < all[i]->parameter_count; j++) {
            const struct ref_generator_parameter *p = &all[i]->parameters[j];
            assert_int_equal(ref_generator_parameter(all[i], p->name), j);
            assert_true(isnan(p->fallback) ||
                        (p->fallback >= p->lowest && p->fallback <= p->highest));
        }
        for (size_t j = 0; j < all[i]->dependency_count; j++)
            assert_int_equal(ref_generator_dependency(all[i], all[i]->dependencies[j]), j);
        assert_int_equal(ref_generator_parameter(all[i], "no"), -1);
        assert_int_equal(ref_generator_dependency(all[i], "no"), -1);
    }
    assert_null(ref_generator_find("no such generator"));
}

static void test_parameters_are_checked(void **state)
{
    (void)state;
    const struct ref_generator *g = ref_generator_find("normal");
    double values[REF_PARAMETERS_MAX];
    ref_generator_defaults(g, values);
    assert_true(isnan(values[REF_PARAMETERS_MAX - 1]));
    struct ref_rng rng = seeded();
    struct ref_array out = REF_ARRAY_EMPTY;
    assert_int_equal(ref_generator_bad_parameter(g, values), 0); // rows missing
    assert_int_equal(ref_generator_run(g, &rng, values, NULL, &out), REF_ERROR_DOMAIN);
    values[0] = 2.5;
    assert_int_equal(ref_generator_bad_parameter(g, values), 0);
    values[0] = 3;
    assert_int_equal(ref_generator_bad_parameter(g, values), -1);
    values[3] = -1; // negative spread
    assert_int_equal(ref_generator_bad_parameter(g, values), 3);
    values[3] = (double)INFINITY;
    assert_int_equal(ref_generator_bad_parameter(g, values), 3);

    static const char *const impossible[][4] = {{"low_rank", "rows", "columns", "rank"},
                                                {"orthonormal", "rows", "columns", NULL},
                                                {"ill_conditioned", "rows", "columns", NULL},
                                                {"uniform", "rows", "low", NULL}};
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        g = ref_generator_find(impossible[i][0]);
        ref_generator_defaults(g, values);
        for (size_t j = 1; j < 4 && impossible[i][j] != NULL; j++) // each larger than the last
            values[ref_generator_parameter(g, impossible[i][j])] = (double)(2 + j);
        assert_int_equal(ref_generator_run(g, &rng, values, NULL, &out), REF_ERROR_DOMAIN);
        assert_null(out.data);
    }
}

static void test_linear_response(void **state)
{
    (void)state;
    struct ref_rng rng = seeded();
    struct ref_array x = generated(&rng, "normal", "rows=400 columns=2");
    struct ref_array theta = generated(&rng, "uniform", "rows=3 low=1 high=2");
    struct ref_array y = response_of(&rng, &x, &theta, REF_OK);
    double square = 0.0;
    for (size_t i = 0; i < 400; i++)
        square += pow(y.data[i] - theta.data[0] - theta.data[1] * x.data[i * 2] -
                          theta.data[2] * x.data[i * 2 + 1],
                      2.0);
    assert_near(square / 400.0, 1.0, 0.4, 0.0);
    ref_array_release(&y);
    theta.rows = 2;
    (void)response_of(&rng, &x, &theta, REF_ERROR_SHAPE);
    (void)response_of(&rng, &x, NULL, REF_ERROR_SHAPE);
    theta.rows = 3;
    theta.data[1] = (double)NAN;
    (void)response_of(&rng, &x, &theta, REF_ERROR_NOT_FINITE);
    ref_array_release(&x);
    ref_array_release(&theta);
}

static void test_orthonormal(void **state)
{
    (void)state;
    struct ref_rng rng = seeded();
    struct ref_array q = generated(&rng, "orthonormal", "rows=30 columns=30");
    for (size_t j = 0; j < 30; j++)
        for (size_t k = 0; k < 30; k++) {
            double product = 0.0;
            for (size_t i = 0; i < 30; i++)
                product += q.data[i * 30 + j] * q.data[i * 30 + k];
            assert_near(product, j == k ? 1.0 : 0.0, 2e-15, 0.0);
        }
    ref_array_release(&q);
}

static void test_condition_number(void **state)
{
    (void)state;
    struct ref_rng rng = seeded();
    struct ref_array x = generated(&rng, "ill_conditioned", "rows=50 columns=6 condition=1e6");
    double values[6];
    assert_int_equal(ref_centre(x.data, 50, 6, x.data), REF_OK);
    assert_int_equal(ref_singular_values(x.data, 50, 6, values, NULL), REF_OK);
    assert_near(values[0], sqrt(50.0), 0.0, 1e-13);
    assert_near(values[0] / values[5], 1e6, 0.0, 1e-8);
    assert_near(values[0] / values[1], pow(1e6, 0.2), 0.0, 1e-12);
    ref_array_release(&x);
}

static void test_moments_of_correlated_normal(void **state)
{
    (void)state;
    struct ref_rng rng = seeded();
    struct ref_array x =
        generated(&rng, "correlated_normal", "rows=20000 columns=3 mean=3 correlation=0.5");
    double mean[3], c[9];
    assert_int_equal(ref_column_means(x.data, 20000, 3, mean), REF_OK);
    assert_int_equal(ref_covariance(x.data, 20000, 3, c), REF_OK);
    static const double means[] = {3.0, -1.5, 6.0}, scales[] = {1.0, 1.35, 1.7};
    for (size_t j = 0; j < 3; j++) {
        assert_near(mean[j], means[j], 0.06, 0.0);
        assert_near(sqrt(c[j * 3 + j]), scales[j], 0.0, 0.03);
    }
    assert_near(c[1] / (1.0 * 1.35), 0.5, 0.03, 0.0);
    assert_near(c[2] / (1.0 * 1.7), 0.25, 0.03, 0.0);
    ref_array_release(&x);
}

static void test_low_rank_spectrum(void **state)
{
    (void)state;
    struct ref_rng rng = seeded();
    struct ref_array x =
        generated(&rng, "low_rank", "rows=5000 columns=6 rank=3 noise=0.1 decay=0.5");
    double values[6];
    assert_int_equal(ref_centre(x.data, 5000, 6, x.data), REF_OK);
    assert_int_equal(ref_singular_values(x.data, 5000, 6, values, NULL), REF_OK);
    static const double expected[] = {3.0, 1.5, 0.75, 0.1, 0.1, 0.1};
    for (size_t j = 0; j < 6; j++)
        assert_near(values[j] / sqrt(5000.0), expected[j], 0.0, 0.08);
    ref_array_release(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bytes_everywhere),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_parameters_are_checked),
        cmocka_unit_test(test_linear_response),
        cmocka_unit_test(test_orthonormal),
        cmocka_unit_test(test_condition_number),
        cmocka_unit_test(test_moments_of_correlated_normal),
        cmocka_unit_test(test_low_rank_spectrum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
