/* Eigenvalues, singular values, least squares, power iteration, means and covariance. */
#include "assertions.h"

#include <stdlib.h>

#include "case_inputs.h"
#include "quad_oracle.h"
#include "reference/descriptive.h"
#include "reference/linear_algebra.h"

static struct ref_rng seeded(uint64_t seed)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){seed, 0}, 1);
    return rng;
}

/* |A V - V diag(values)| and |V'V - I|, largest entries. */
static void assert_eigenpairs(const double *a, size_t n, const double *values, const double *v,
                              double allowed)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double image = 0.0, product = 0.0;
            for (size_t k = 0; k < n; k++) {
                image += a[i * n + k] * v[k * n + j];
                product += v[k * n + i] * v[k * n + j];
            }
            assert_near(image, values[j] * v[i * n + j], allowed, 0.0);
            assert_near(product, i == j ? 1.0 : 0.0, 1e-14, 0.0);
        }
}

static void test_symmetric_eigen(void **state)
{
    (void)state;
    struct ref_rng rng = seeded(1);
    struct ref_array a = generated(&rng, "symmetric_spectrum", "size=8 top=-4 ratio=0.6");
    double values[8], vectors[64];
    assert_int_equal(ref_symmetric_eigen(a.data, 8, values, vectors), REF_OK);
    assert_eigenpairs(a.data, 8, values, vectors, 1e-14);
    // -4, 2.4, -1.44, 0.864, ... in decreasing order
    double expected[8], eigenvalue = -4.0;
    for (size_t i = 0; i < 8; i++, eigenvalue *= -0.6)
        expected[i % 2 == 0 ? 7 - i / 2 : i / 2] = eigenvalue;
    for (size_t i = 0; i < 8; i++) {
        assert_near(values[i], expected[i], 1e-14, 0.0);
        double peak = 0.0;
        for (size_t k = 0; k < 8; k++)
            if (fabs(vectors[k * 8 + i]) > fabs(peak))
                peak = vectors[k * 8 + i];
        assert_true(peak > 0.0);
    }
    double alone[8];
    assert_int_equal(ref_symmetric_eigen(a.data, 8, alone, NULL), REF_OK);
    for (size_t i = 0; i < 8; i++)
        assert_near(alone[i], values[i], 4e-15, 0.0);
    a.data[1] += 1e-3;
    assert_int_equal(ref_symmetric_eigen(a.data, 8, values, NULL), REF_ERROR_DOMAIN);
    a.data[1] = (double)NAN;
    assert_int_equal(ref_symmetric_eigen(a.data, 8, values, NULL), REF_ERROR_NOT_FINITE);
    assert_int_equal(ref_symmetric_eigen(a.data, 0, values, NULL), REF_ERROR_SHAPE);
    ref_array_release(&a);
}

/* Hilbert's matrix of order 5; eigenvalues of the exact rational matrix to 30 digits. */
static void test_hilbert(void **state)
{
    (void)state;
    double a[25], values[5];
    for (size_t i = 0; i < 25; i++)
        a[i] = 1.0 / (double)(i / 5 + i % 5 + 1);
    assert_int_equal(ref_symmetric_eigen(a, 5, values, NULL), REF_OK);
    quad q[25], exact[5], vectors[25];
    for (size_t i = 0; i < 25; i++)
        q[i] = (quad)a[i];
    oracle_eigen(q, 5, exact, vectors);
    for (size_t i = 0; i < 5; i++)
        assert_near(values[i], (double)exact[i], 1e-15, 0.0);
    assert_near(values[4], 0.00000328792877217186295711500476054, 1e-15, 0.0);
}

static void test_singular_values(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{30, 4}, {5, 5}, {3, 6}, {1, 3}, {7, 1}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        size_t m = shapes[s][0], n = shapes[s][1];
        struct ref_rng rng = seeded(20 + s);
        double a[120], values[6], axes[36];
        for (size_t i = 0; i < m * n; i++)
            a[i] = ref_rng_normal(&rng);
        assert_int_equal(ref_singular_values(a, m, n, values, axes), REF_OK);
        quad gram[36], exact[6], vectors[36];
        oracle_covariance(a, m, n, false, 1, gram);
        oracle_eigen(gram, n, exact, vectors);
        for (size_t j = 0; j < n; j++) {
            assert_near(values[j], j < m ? sqrt((double)exact[j]) : 0.0, 1e-14, 0.0);
            double cosine = 0.0;
            for (size_t i = 0; i < n; i++)
                cosine += axes[i * n + j] * (double)vectors[i * n + j];
            if (j < m) // those of the null space are free
                assert_near(fabs(cosine), 1.0, 1e-13, 0.0);
        }
    }
}

static void test_least_squares(void **state)
{
    (void)state;
    double square[] = {0, 2, 1, 1, -1, 3, 4, 0, 1}, b[] = {3, 4, 6}, x[3];
    assert_int_equal(ref_least_squares(square, 3, 3, b, x), REF_OK);
    for (size_t i = 0; i < 3; i++) {
        double image = 0.0;
        for (size_t j = 0; j < 3; j++)
            image += square[i * 3 + j] * x[j];
        assert_near(image, b[i], 0.0, 4e-16);
    }
    assert_int_equal(ref_least_squares(square, 2, 3, b, x), REF_ERROR_SINGULAR);
    double zero[] = {1, 0, 2, 0, 3, 0};
    assert_int_equal(ref_least_squares(zero, 3, 2, b, x), REF_ERROR_SINGULAR);
    zero[1] = 1e-310; // not zero, but beyond scaling
    assert_int_not_equal(ref_least_squares(zero, 3, 2, b, x), REF_OK);
}

static void test_power_iteration(void **state)
{
    (void)state;
    struct ref_rng rng = seeded(3);
    struct ref_array a = generated(&rng, "symmetric_spectrum", "size=5 top=-3 ratio=0.5");
    struct ref_array v0 = generated(&rng, "normal", "rows=5");
    double eigenvalues[60], vector[5];
    assert_int_equal(ref_power_iteration(a.data, 5, v0.data, 60, eigenvalues, vector), REF_OK);
    assert_near(eigenvalues[59], -3.0, 1e-14, 0.0);
    double length = 0.0;
    for (size_t i = 0; i < 5; i++) {
        double image = 0.0;
        for (size_t j = 0; j < 5; j++)
            image += a.data[i * 5 + j] * vector[j];
        assert_near(image, -3.0 * vector[i], 1e-14, 0.0);
        length += vector[i] * vector[i];
    }
    assert_near(length, 1.0, 1e-15, 0.0);
    // first step by hand, in 113 bits
    quad image[5] = {0}, above = 0, below = 0;
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 5; j++)
            image[i] += (quad)a.data[i * 5 + j] * (quad)v0.data[j];
    for (size_t i = 0; i < 5; i++) {
        below += image[i] * image[i];
        for (size_t j = 0; j < 5; j++)
            above += image[i] * (quad)a.data[i * 5 + j] * image[j];
    }
    assert_near(eigenvalues[0], (double)(above / below), 0.0, 1e-15);
    double zeros[5] = {0};
    assert_int_equal(ref_power_iteration(a.data, 5, zeros, 3, eigenvalues, vector),
                     REF_ERROR_DOMAIN);
    double nothing[25] = {0};
    assert_int_equal(ref_power_iteration(nothing, 5, v0.data, 3, eigenvalues, vector),
                     REF_ERROR_SINGULAR);
    ref_array_release(&a);
    ref_array_release(&v0);
}

static void test_covariance(void **state)
{
    (void)state;
    struct ref_rng rng = seeded(4);
    struct ref_array x = generated(&rng, "correlated_normal", "rows=33 columns=4 mean=1e6");
    double c[16], mean[4];
    quad exact[16];
    assert_int_equal(ref_covariance(x.data, 33, 4, c), REF_OK);
    oracle_covariance(x.data, 33, 4, true, 32, exact);
    for (size_t i = 0; i < 16; i++)
        assert_near(c[i], (double)exact[i], 0.0, 1e-15);
    assert_int_equal(ref_column_means(x.data, 33, 4, mean), REF_OK);
    for (size_t j = 0; j < 4; j++) {
        quad sum = 0;
        for (size_t i = 0; i < 33; i++)
            sum += (quad)x.data[i * 4 + j];
        assert_true(mean[j] == (double)(sum / 33));
    }
    assert_int_equal(ref_centre(x.data, 33, 4, x.data), REF_OK); // in place
    assert_int_equal(ref_column_means(x.data, 33, 4, mean), REF_OK);
    assert_near(mean[0], 0.0, 1e-15, 0.0);
    assert_int_equal(ref_covariance(x.data, 1, 4, c), REF_ERROR_DOMAIN);
    assert_int_equal(ref_covariance(x.data, 0, 4, c), REF_ERROR_SHAPE);
    x.data[5] = (double)NAN;
    assert_int_equal(ref_covariance(x.data, 33, 4, c), REF_ERROR_NOT_FINITE);
    x.data[5] = 1e308;
    x.data[9] = -1e308;
    assert_int_equal(ref_covariance(x.data, 33, 4, c), REF_ERROR_DOMAIN); // overflow
    ref_array_release(&x);
}

/* Beyond the sizes where sums are kept in double-double. */
static void test_large_covariance(void **state)
{
    (void)state;
    enum { N = 4000, D = 80 };
    struct ref_rng rng = seeded(6);
    struct ref_array x = generated(&rng, "normal", "rows=4000 columns=80 mean=5");
    double *c = malloc(D * D * sizeof *c);
    assert_int_equal(ref_covariance(x.data, N, D, c), REF_OK);
    for (size_t i = 0; i < D; i++)
        for (size_t j = 0; j < D; j++) {
            assert_near(c[i * D + j], i == j ? 1.0 : 0.0, 0.15, 0.0);
            assert_true(c[i * D + j] == c[j * D + i]);
        }
    free(c);
    ref_array_release(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_symmetric_eigen),  cmocka_unit_test(test_hilbert),
        cmocka_unit_test(test_singular_values),  cmocka_unit_test(test_least_squares),
        cmocka_unit_test(test_power_iteration),  cmocka_unit_test(test_covariance),
        cmocka_unit_test(test_large_covariance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
