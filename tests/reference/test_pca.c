/* Principal component analysis against published figures, 113-bit arithmetic and identities. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>

#include "case_inputs.h"
#include "iris_tenths.h"
#include "quad_oracle.h"
#include "reference/operation.h"
#include "reference/pca.h"

static void load_iris(double *x)
{
    for (size_t i = 0; i < IRIS_ROWS * IRIS_COLUMNS; i++)
        x[i] = iris_tenths[i] / 10.0;
}

/* Figures of multiple precision for the iris data, to 25 digits. */
static void test_iris(void **state)
{
    (void)state;
    static const double variances[] = {4.228241706034863534135927, 0.2426707479286334253216829,
                                       0.07820950004291937837788821, 0.02383509297344943397658297};
    static const double ratios[] = {0.9246187232017270287069226, 0.05306648311706783411689724,
                                    0.01710260980792976300754001, 0.005212183873275374168640182};
    static const double loadings[4][4] = {
        {0.3613865917853684777231162, -0.08452251406456876100476049, 0.8566706059498349975435769,
         0.3582891971515506784367351},
        {0.6565887712868417801848302, 0.7301614347850267818142814, -0.173372662795856933626914,
         -0.07548101991746363543631382},
        {-0.5820298513060653172702885, 0.5979108301000856420448742, 0.07623607582096322346872644,
         0.5458314320200755577248082},
        {0.3154871929039756071039334, -0.3197231036661291690043036, -0.4798389869946344425921342,
         0.7536574252640455093126346},
    };
    double x[IRIS_ROWS * IRIS_COLUMNS], variance[4], ratio[4], v[16];
    load_iris(x);
    assert_int_equal(ref_pca_explained_variance(x, IRIS_ROWS, 4, variance, ratio), REF_OK);
    assert_int_equal(ref_pca_components(x, IRIS_ROWS, 4, 4, v), REF_OK);
    double worst = 15.0;
    for (size_t k = 0; k < 4; k++) {
        worst = fmin(worst, digits(variance[k], variances[k]));
        worst = fmin(worst, digits(ratio[k], ratios[k]));
        for (size_t i = 0; i < 4; i++)
            assert_near(v[i * 4 + k], loadings[k][i], 1e-14, 0.0);
    }
    print_message("iris: fewest digits of a variance or share: %.1f\n", worst);
    assert_true(worst >= 13.5);
}

/* The wrong variants reproduce the wrong figures too. */
static void test_iris_wrong(void **state)
{
    (void)state;
    static const double uncentred[] = {61.80070516989833426602661, 2.117143064273545551247032,
                                       0.08038954969737747882815087, 0.02384275304349438175055276};
    static const double correlation[] = {2.918497816531995348669528, 0.9140304714680702709384295,
                                         0.146756875571315181441194, 0.02071483642861919895084869};
    double x[IRIS_ROWS * IRIS_COLUMNS];
    load_iris(x);
    struct ref_array input = {IRIS_ROWS, IRIS_COLUMNS, x};
    const struct ref_operation *op = ref_operation_find("pca_explained_variance");
    struct ref_array out[REF_OUTPUTS_MAX] = {REF_ARRAY_EMPTY};
    assert_int_equal(ref_variant_run(op, ref_operation_variant(op, "PC01"), &input, out), REF_OK);
    for (size_t k = 0; k < 4; k++)
        assert_near(out[0].data[k], uncentred[k], 0.0, 1e-13);
    release_arrays(out, 2);
    assert_int_equal(ref_variant_run(op, ref_operation_variant(op, "PC06"), &input, out), REF_OK);
    for (size_t k = 0; k < 4; k++)
        assert_near(out[0].data[k], correlation[k], 0.0, 1e-13);
    release_arrays(out, 2);
}

static void test_against_the_oracle(void **state)
{
    (void)state;
    static const char *const plans[] = {
        "rows=40 columns=6 rank=2", "rows=15 columns=3 rank=3 noise=0",
        "rows=100 columns=5 rank=4 noise=1e-3", "rows=8 columns=8 rank=8 mean=1e4"};
    for (size_t s = 0; s < sizeof plans / sizeof plans[0]; s++) {
        struct ref_rng rng;
        ref_rng_init(&rng, (uint64_t[2]){s, 5}, 0);
        struct ref_array x = generated(&rng, "low_rank", plans[s]);
        size_t n = x.rows, d = x.columns;
        quad c[64], values[8], vectors[64];
        oracle_covariance(x.data, n, d, true, (quad)(n - 1), c);
        oracle_eigen(c, d, values, vectors);
        double variance[8], axes[64];
        assert_int_equal(ref_pca(x.data, n, d, variance, axes), REF_OK);
        for (size_t k = 0; k < d; k++) {
            if (values[k] < values[0] * (quad)1e-20) // no variance left
                break;
            double small = sqrt((double)(values[0] / values[k]));
            assert_near(variance[k], (double)values[k], 0.0, 1e-15 * (4.0 + small));
            double cosine = 0.0;
            for (size_t i = 0; i < d; i++)
                cosine += axes[i * d + k] * (double)vectors[i * d + k];
            assert_near(fabs(cosine), 1.0, 1e-13, 0.0);
        }
        ref_array_release(&x);
    }
}

static void test_projection_and_reconstruction(void **state)
{
    (void)state;
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){8, 8}, 0);
    struct ref_array x = generated(&rng, "low_rank", "rows=30 columns=5 rank=3");
    enum { N = 30, D = 5 };
    double scores[N * D], rebuilt[N * D], again[N * D], variance[D], components[D * D];
    assert_int_equal(ref_pca(x.data, N, D, variance, components), REF_OK);
    assert_int_equal(ref_pca_project(x.data, N, D, 3, scores), REF_OK);
    for (size_t k = 0; k < 3; k++)
        for (size_t l = 0; l < 3; l++) { // mean 0, uncorrelated, variances as said
            double sum = 0.0, product = 0.0;
            for (size_t i = 0; i < N; i++) {
                sum += scores[i * 3 + k];
                product += scores[i * 3 + k] * scores[i * 3 + l];
            }
            assert_near(sum, 0.0, 1e-13, 0.0);
            assert_near(product / (N - 1), k == l ? variance[k] : 0.0, 1e-13, 0.0);
        }
    assert_int_equal(ref_pca_reconstruct(x.data, N, D, 3, rebuilt), REF_OK);
    double lost = 0.0;
    for (size_t i = 0; i < N * D; i++)
        lost += pow(rebuilt[i] - x.data[i], 2.0);
    assert_near(lost / (N - 1), variance[3] + variance[4], 0.0, 1e-12);
    assert_int_equal(ref_pca_transform_new(x.data, N, x.data, N, D, 3, again), REF_OK);
    for (size_t i = 0; i < N * D; i++)
        assert_near(again[i], rebuilt[i], 1e-14, 0.0);
    assert_int_equal(ref_pca_reconstruct(x.data, N, D, D, rebuilt), REF_OK);
    for (size_t i = 0; i < N * D; i++)
        assert_near(rebuilt[i], x.data[i], 1e-14, 0.0);
    ref_array_release(&x);
}

static double error_at(const double *x, size_t n, size_t d, const double *w, size_t k)
{
    double error, gradient[64];
    assert_int_equal(ref_reconstruction_gradient(x, n, d, w, k, &error, gradient), REF_OK);
    return error;
}

static void test_reconstruction_gradient(void **state)
{
    (void)state;
    enum { N = 20, D = 4, K = 2 };
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){9, 8}, 0);
    struct ref_array x = generated(&rng, "correlated_normal", "rows=20 columns=4");
    struct ref_array w = generated(&rng, "normal", "rows=4 columns=2 sd=0.5");
    double error, gradient[D * K], unused[D * K];
    assert_int_equal(ref_reconstruction_gradient(x.data, N, D, w.data, K, &error, gradient),
                     REF_OK);
    for (size_t i = 0; i < D * K; i++) {
        double h = 1e-3, keep = w.data[i], at[4];
        for (int s = 0; s < 4; s++) { // five-point rule: exact for quartics
            w.data[i] = keep + (double)(s < 2 ? s - 2 : s - 1) * h;
            at[s] = error_at(x.data, N, D, w.data, K);
        }
        w.data[i] = keep;
        assert_near((at[0] - 8.0 * at[1] + 8.0 * at[2] - at[3]) / (12.0 * h), gradient[i], 1e-9,
                    1e-9);
    }
    // at the principal axes the gradient vanishes and the error is the variance left
    double v[D * K], variance[D];
    assert_int_equal(ref_pca_components(x.data, N, D, K, v), REF_OK);
    assert_int_equal(ref_pca(x.data, N, D, variance, NULL), REF_OK);
    assert_int_equal(ref_reconstruction_gradient(x.data, N, D, v, K, &error, unused), REF_OK);
    assert_near(error, (variance[2] + variance[3]) * (N - 1) / N, 0.0, 1e-13);
    for (size_t i = 0; i < D * K; i++)
        assert_near(unused[i], 0.0, 1e-13, 0.0);
    assert_int_equal(ref_reconstruction_gradient(x.data, N, D, v, 0, &error, unused),
                     REF_ERROR_DOMAIN);
    ref_array_release(&x);
    ref_array_release(&w);
}

/* The sum of normal log densities with C = W W' + sigma^2 I, in 113 bits. */
static double likelihood_by_density(const struct ref_array *x, size_t k, double sigma2)
{
    size_t n = x->rows, d = x->columns;
    quad s[64], values[8], vectors[64], trace = 0, log_det = 0;
    oracle_covariance(x->data, n, d, true, (quad)n, s);
    oracle_eigen(s, d, values, vectors);
    oracle_covariance(x->data, n, d, true, (quad)n, s);
    for (size_t a = 0; a < d; a++) {
        quad along = 0, spread = a < k ? values[a] : (quad)sigma2;
        for (size_t i = 0; i < d; i++)
            for (size_t j = 0; j < d; j++)
                along += vectors[i * d + a] * s[i * d + j] * vectors[j * d + a];
        trace += along / spread; // v'Sv / v'Cv
        log_det += logf128(spread);
    }
    return (double)(-(quad)n / 2 * (d * logf128(2 * quad_pi()) + log_det + trace));
}

static void test_ppca(void **state)
{
    (void)state;
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){1, 8}, 0);
    struct ref_array x = generated(&rng, "low_rank", "rows=50 columns=6 rank=2 noise=0.5");
    double sigma2, value, variance[6];
    assert_int_equal(ref_ppca_log_likelihood(x.data, 50, 6, 2, &sigma2, &value), REF_OK);
    assert_int_equal(ref_pca(x.data, 50, 6, variance, NULL), REF_OK);
    double mean = (variance[2] + variance[3] + variance[4] + variance[5]) / 4.0 * 49.0 / 50.0;
    assert_near(sigma2, mean, 0.0, 1e-14);
    assert_near(value, likelihood_by_density(&x, 2, sigma2), 0.0, 1e-14);
    assert_true(value > likelihood_by_density(&x, 2, sigma2 * 1.05));
    assert_true(value > likelihood_by_density(&x, 2, sigma2 * 0.95));
    assert_int_equal(ref_ppca_log_likelihood(x.data, 50, 6, 6, &sigma2, &value), REF_ERROR_DOMAIN);
    ref_array_release(&x);
    x = generated(&rng, "low_rank", "rows=50 columns=6 rank=2 noise=0");
    assert_int_equal(ref_ppca_log_likelihood(x.data, 50, 6, 2, &sigma2, &value),
                     REF_ERROR_SINGULAR);
    ref_array_release(&x);
}

static void test_more_columns_than_rows(void **state)
{
    (void)state;
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){1, 9}, 0);
    struct ref_array x = generated(&rng, "normal", "rows=3 columns=5");
    double variance[5], ratio[5], rebuilt[15], flat[6] = {4, 5, 4, 5, 4, 5};
    assert_int_equal(ref_pca_explained_variance(x.data, 3, 5, variance, ratio), REF_OK);
    assert_true(variance[3] == 0.0 && variance[4] == 0.0);
    assert_near(variance[2], 0.0, 1e-15, 0.0);
    assert_int_equal(ref_pca_reconstruct(x.data, 3, 5, 2, rebuilt), REF_OK);
    for (size_t i = 0; i < 15; i++)
        assert_near(rebuilt[i], x.data[i], 1e-14, 0.0);
    assert_int_equal(ref_pca_explained_variance(flat, 3, 2, variance, ratio), REF_ERROR_DOMAIN);
    assert_int_equal(ref_pca_components(x.data, 3, 5, 0, rebuilt), REF_ERROR_DOMAIN);
    assert_int_equal(ref_pca_components(x.data, 3, 5, 6, rebuilt), REF_ERROR_DOMAIN);
    assert_int_equal(ref_pca_components(x.data, 1, 5, 1, rebuilt), REF_ERROR_DOMAIN);
    ref_array_release(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iris),
        cmocka_unit_test(test_iris_wrong),
        cmocka_unit_test(test_against_the_oracle),
        cmocka_unit_test(test_projection_and_reconstruction),
        cmocka_unit_test(test_reconstruction_gradient),
        cmocka_unit_test(test_ppca),
        cmocka_unit_test(test_more_columns_than_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
