/* Linear regression against NIST's certified values, 113-bit arithmetic and differences. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>

#include "case_inputs.h"
#include "nist_linear.h"
#include "quad_oracle.h"
#include "reference/distributions.h"
#include "reference/linear_algebra.h"
#include "reference/linear_regression.h"

/* Splits a set into y (n) and X (n x d), powers formed in doubles; returns d. */
static size_t unpack(const struct nist_set *set, double *x, double *y)
{
    size_t d = set->degree > 0 ? set->degree : set->listed;
    for (size_t i = 0; i < set->n; i++) {
        const double *row = set->rows + i * (1 + set->listed);
        y[i] = row[0];
        double power = 1.0;
        for (size_t j = 0; j < d; j++)
            x[i * d + j] = set->degree > 0 ? (power *= row[1]) : row[1 + j];
    }
    return d;
}

/* Fewest digits of the coefficients against @p truth. */
static double fewest(const double *values, const double *truth, size_t count)
{
    double worst = 15.0;
    for (size_t j = 0; j < count; j++)
        worst = fmin(worst, digits(values[j], truth[j]));
    return worst;
}

static void check_set(const struct nist_set *set)
{
    double x[82 * 10], y[82], theta[NIST_PARAMETERS_MAX], se[NIST_PARAMETERS_MAX],
        exact[ORACLE_MAX];
    size_t d = unpack(set, x, y), p = d + (set->intercept ? 1 : 0);
    double sigma = set->residual_sd, r2 = set->r2;
    int status = set->intercept ? ref_ols_fit(x, y, set->n, d, theta)
                                : ref_least_squares(x, set->n, d, y, theta);
    assert_int_equal(status, REF_OK);
    quad best[ORACLE_MAX], inverse[ORACLE_MAX], squares;
    oracle_least_squares(x, y, set->n, d, set->intercept, best, inverse, &squares);
    for (size_t j = 0; j < p; j++)
        exact[j] = (double)best[j];
    double certified = fewest(theta, set->b, p), solved = fewest(theta, exact, p);
    double errors = 15.0, errors_solved = 15.0;
    if (set->intercept) {
        assert_int_equal(ref_ols_standard_errors(x, y, set->n, d, NULL, se, &sigma), REF_OK);
        assert_int_equal(ref_ols_r_squared(x, y, set->n, d, &r2), REF_OK);
        quad variance = squares / (set->n - p);
        for (size_t j = 0; j < p; j++)
            exact[j] = (double)sqrtf128(variance * inverse[j]);
        errors = set->residual_sd > 0.0 ? fewest(se, set->sd, p) : 15.0;
        errors_solved = set->residual_sd > 0.0 ? fewest(se, exact, p) : 15.0;
    }
    print_message("%-9s digits: b %.1f certified, %.1f of the exact solution; se %.1f, %.1f\n",
                  set->name, certified, solved, errors, errors_solved);
    assert_true(certified >= set->ceiling - 0.15);
    assert_true(solved >= 14.5);
    assert_true(errors_solved >= 13.5);
    assert_true(errors >= fmin(13.0, set->ceiling - 0.5));
    assert_near(r2, set->r2, 0.0, strcmp(set->name, "Filip") == 0 ? 1e-9 : 1e-13);
    if (set->residual_sd > 0.0)
        assert_near(sigma, set->residual_sd, 0.0, strcmp(set->name, "Filip") == 0 ? 1e-7 : 1e-13);
}

static void test_nist(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nist_sets / sizeof nist_sets[0]; i++)
        check_set(&nist_sets[i]);
}

/* X (n x d) and y of ill-conditioned columns. */
static void ill_conditioned(uint64_t seed, const char *parameters, struct ref_array *x,
                            struct ref_array *y)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){seed, 0}, 0);
    *x = generated(&rng, "ill_conditioned", parameters);
    char text[60];
    snprintf(text, sizeof text, "rows=%zu", x->rows);
    *y = generated(&rng, "normal", text);
}

static void test_exact_on_ill_conditioned(void **state)
{
    (void)state;
    static const char *const plans[] = {
        "rows=12 columns=3 condition=1e2",  "rows=30 columns=5 condition=1e6",
        "rows=40 columns=8 condition=1e8",  "rows=200 columns=4 condition=1e10",
        "rows=60 columns=6 condition=1e12",
    };
    double worst = 15.0, worst_error = 15.0;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        struct ref_array x, y;
        ill_conditioned(i, plans[i], &x, &y);
        double theta[ORACLE_MAX], se[ORACLE_MAX], exact[ORACLE_MAX], sigma;
        size_t n = x.rows, d = x.columns;
        quad best[ORACLE_MAX], inverse[ORACLE_MAX], squares;
        oracle_least_squares(x.data, y.data, n, d, true, best, inverse, &squares);
        assert_int_equal(ref_ols_standard_errors(x.data, y.data, n, d, theta, se, &sigma), REF_OK);
        for (size_t j = 0; j <= d; j++)
            exact[j] = (double)best[j];
        double right = fewest(theta, exact, d + 1);
        for (size_t j = 0; j <= d; j++)
            exact[j] = (double)sqrtf128(inverse[j] * squares / (n - d - 1));
        double right_error = fewest(se, exact, d + 1);
        if (right < 14.5 || right_error < 14.5)
            print_error("%s: %.1f and %.1f digits\n", plans[i], right, right_error);
        worst = fmin(worst, right);
        worst_error = fmin(worst_error, right_error);
        ref_array_release(&x);
        ref_array_release(&y);
    }
    print_message("fewest digits up to condition 1e12: theta %.1f, se %.1f\n", worst, worst_error);
    assert_true(worst >= 14.5 && worst_error >= 14.5);
}

/* At condition 1e12 the refined solution makes the gradient vanish to the last bit of theta. */
static void test_normal_equations_hold(void **state)
{
    (void)state;
    struct ref_array x, y;
    ill_conditioned(77, "rows=50 columns=4 condition=1e12", &x, &y);
    double theta[5];
    assert_int_equal(ref_ols_fit(x.data, y.data, 50, 4, theta), REF_OK);
    for (size_t j = 0; j < 5; j++) {
        quad sum = 0, size = 0;
        for (size_t i = 0; i < 50; i++) {
            quad residual = -(quad)y.data[i] + (quad)theta[0], bulk = fabsf128(residual);
            for (size_t k = 0; k < 4; k++) {
                residual += (quad)theta[k + 1] * (quad)x.data[i * 4 + k];
                bulk += fabsf128((quad)theta[k + 1] * (quad)x.data[i * 4 + k]);
            }
            quad column = j == 0 ? 1 : (quad)x.data[i * 4 + j - 1];
            sum += column * residual;
            size += fabsf128(column) * bulk;
        }
        assert_true(fabs((double)(sum / size)) < 3e-16);
    }
    ref_array_release(&x);
    ref_array_release(&y);
}

static void small_problem(double *x, double *y, double *theta)
{
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){3, 1}, 4);
    for (size_t i = 0; i < 25 * 3; i++)
        x[i] = 2.0 + ref_rng_normal(&rng);
    for (size_t i = 0; i < 25; i++)
        y[i] = 1.0 - x[i * 3] + 0.5 * x[i * 3 + 2] + ref_rng_normal(&rng);
    for (size_t j = 0; j < 4; j++)
        theta[j] = ref_rng_normal(&rng);
}

static void test_gradient_is_the_slope_of_the_loss(void **state)
{
    (void)state;
    double x[75], y[25], theta[4], gradient[4], up, down;
    small_problem(x, y, theta);
    assert_int_equal(ref_ols_gradient(x, y, 25, 3, theta, gradient), REF_OK);
    for (size_t j = 0; j < 4; j++) {
        double h = 0x1p-12, keep = theta[j];
        theta[j] = keep + h;
        assert_int_equal(ref_ols_loss(x, y, 25, 3, theta, &up), REF_OK);
        theta[j] = keep - h;
        assert_int_equal(ref_ols_loss(x, y, 25, 3, theta, &down), REF_OK);
        theta[j] = keep;
        // the loss is quadratic: central differences have no truncation error
        assert_near((up - down) / (2.0 * h), gradient[j], 1e-10, 1e-10);
    }
}

static void test_descent(void **state)
{
    (void)state;
    double x[75], y[25], theta0[4], theta[4], best[4], losses[3001], least, gradient[4], manual[4];
    small_problem(x, y, theta0);
    assert_int_equal(ref_ols_descent(x, y, 25, 3, theta0, 0.05, 3000, losses, theta), REF_OK);
    for (size_t i = 0; i < 3000; i++)
        assert_true(losses[i + 1] <= losses[i] * (1.0 + 1e-14));
    assert_int_equal(ref_ols_fit(x, y, 25, 3, best), REF_OK);
    assert_int_equal(ref_ols_loss(x, y, 25, 3, best, &least), REF_OK);
    assert_near(losses[3000], least, 0.0, 1e-5);
    assert_int_equal(ref_ols_gradient(x, y, 25, 3, theta0, gradient), REF_OK);
    for (size_t j = 0; j < 4; j++)
        manual[j] = theta0[j] - 0.05 * gradient[j];
    assert_int_equal(ref_ols_descent(x, y, 25, 3, theta0, 0.05, 1, losses, theta), REF_OK);
    for (size_t j = 0; j < 4; j++)
        assert_near(theta[j], manual[j], 1e-15, 1e-15);
    assert_int_equal(ref_ols_loss(x, y, 25, 3, manual, &least), REF_OK);
    assert_near(losses[1], least, 0.0, 1e-14);
    assert_int_equal(ref_ols_descent(x, y, 25, 3, theta0, 0.05, 0, losses, theta), REF_OK);
    assert_true(theta[2] == theta0[2]);
    assert_int_equal(ref_ols_descent(x, y, 25, 3, theta0, 1e3, 3000, losses, theta),
                     REF_ERROR_DOMAIN);
}

/* One predictor: textbook formulas. */
static void test_inference_with_one_predictor(void **state)
{
    (void)state;
    double x[] = {1, 2, 3, 4, 5, 6}, y[] = {2.1, 3.9, 6.2, 7.8, 10.1, 12.2};
    double theta[2], se[2], sigma, t[2], p[2], lower[2], upper[2], r2;
    assert_int_equal(ref_ols_standard_errors(x, y, 6, 1, theta, se, &sigma), REF_OK);
    double sxx = 17.5, sxy = 0.0, sse = 0.0, sst = 0.0;
    for (int i = 0; i < 6; i++)
        sxy += (x[i] - 3.5) * y[i];
    assert_near(theta[1], sxy / sxx, 0.0, 1e-15);
    for (int i = 0; i < 6; i++) {
        sse += pow(y[i] - theta[0] - theta[1] * x[i], 2.0);
        sst += pow(y[i] - 42.3 / 6.0, 2.0);
    }
    assert_near(sigma, sqrt(sse / 4.0), 0.0, 1e-13);
    assert_near(se[1], sigma / sqrt(sxx), 0.0, 1e-14);
    assert_near(se[0], sigma * sqrt(1.0 / 6.0 + 3.5 * 3.5 / sxx), 0.0, 1e-14);
    assert_int_equal(ref_ols_t_tests(x, y, 6, 1, t, p), REF_OK);
    assert_near(t[1], theta[1] / se[1], 0.0, 1e-15);
    assert_near(p[1], 2.0 * ref_student_t_cdf(-t[1], 4.0), 0.0, 1e-15);
    assert_int_equal(ref_ols_confidence_intervals(x, y, 6, 1, 0.95, lower, upper), REF_OK);
    assert_near(upper[1] - theta[1], 2.7764451051977987 * se[1], 0.0, 1e-13);
    assert_near(theta[0] - lower[0], 2.7764451051977987 * se[0], 0.0, 1e-13);
    assert_int_equal(ref_ols_r_squared(x, y, 6, 1, &r2), REF_OK);
    assert_near(r2, 1.0 - sse / sst, 0.0, 1e-14);
}

static void test_hessian_spectrum(void **state)
{
    (void)state;
    double x[75], y[25], theta[4], eigenvalues[4], condition, a[100];
    small_problem(x, y, theta);
    for (size_t i = 0; i < 25; i++) {
        a[i * 4] = 1.0;
        memcpy(a + i * 4 + 1, x + i * 3, 3 * sizeof *x);
    }
    quad gram[16], values[4], vectors[16];
    oracle_covariance(a, 25, 4, false, 25, gram);
    oracle_eigen(gram, 4, values, vectors);
    assert_int_equal(ref_ols_hessian_spectrum(x, 25, 3, eigenvalues, &condition), REF_OK);
    for (size_t j = 0; j < 4; j++)
        assert_near(eigenvalues[j], (double)values[j], 0.0, 1e-14);
    assert_near(condition, (double)(values[0] / values[3]), 0.0, 2e-14);
}

static void test_what_cannot_be_fitted(void **state)
{
    (void)state;
    double x[] = {1, 2, 2, 4, 3, 6, 4, 8, 5, 10}, y[] = {1, 2, 3, 4, 5.5};
    double out[3], other[3], sigma, r2;
    double good[] = {1, 5, 2, 4, 3, 7, 4, 1, 5, 2}, flat[] = {2, 2, 2, 2, 2};
    assert_int_equal(ref_ols_fit(x, y, 5, 2, out), REF_ERROR_SINGULAR);
    assert_int_equal(ref_ols_fit(flat, y, 5, 1, out), REF_ERROR_SINGULAR); // constant column
    assert_int_equal(ref_ols_fit(good, y, 2, 2, out), REF_ERROR_SINGULAR); // n < p
    assert_int_equal(ref_ols_fit(good, y, 3, 2, out), REF_OK);             // n = p
    assert_int_equal(ref_ols_standard_errors(good, y, 3, 2, NULL, out, &sigma), REF_ERROR_DOMAIN);
    assert_int_equal(ref_ols_t_tests(good, y, 3, 2, out, other), REF_ERROR_DOMAIN);
    assert_int_equal(ref_ols_confidence_intervals(good, y, 5, 2, 1.0, out, other),
                     REF_ERROR_DOMAIN);
    assert_int_equal(ref_ols_confidence_intervals(good, y, 5, 2, (double)NAN, out, other),
                     REF_ERROR_NOT_FINITE);
    assert_int_equal(ref_ols_r_squared(good, flat, 5, 2, &r2), REF_ERROR_DOMAIN);
    double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    assert_int_equal(ref_ols_r_squared(good, tenths, 5, 2, &r2), REF_ERROR_DOMAIN);
    assert_int_equal(ref_ols_fit(good, y, 0, 2, out), REF_ERROR_SHAPE);
    assert_int_equal(ref_ols_fit(good, y, 5, 0, out), REF_ERROR_SHAPE);
    y[2] = (double)NAN;
    assert_int_equal(ref_ols_fit(good, y, 5, 2, out), REF_ERROR_NOT_FINITE);
    assert_int_equal(ref_ols_loss(good, y, 5, 2, out, &sigma), REF_ERROR_NOT_FINITE);
    good[1] = (double)INFINITY;
    assert_int_equal(ref_ols_predict(good, 5, 2, out, other), REF_ERROR_NOT_FINITE);
}

/* Scaling columns by huge factors changes nothing but the units. */
static void test_units_do_not_matter(void **state)
{
    (void)state;
    double x[75], y[25], theta[4], scaled[4];
    small_problem(x, y, theta);
    assert_int_equal(ref_ols_fit(x, y, 25, 3, theta), REF_OK);
    for (size_t i = 0; i < 25; i++) {
        x[i * 3] *= 0x1p200;
        x[i * 3 + 1] *= 0x1p-300;
    }
    assert_int_equal(ref_ols_fit(x, y, 25, 3, scaled), REF_OK);
    assert_near(scaled[0], theta[0], 0.0, 1e-15);
    assert_near(scaled[1] * 0x1p200, theta[1], 0.0, 1e-15);
    assert_near(scaled[2] * 0x1p-300, theta[2], 0.0, 1e-15);
}

/* Sizes beyond the double-double kernels. */
static void test_large(void **state)
{
    (void)state;
    enum { N = 20000, D = 40 };
    double *x = malloc(N * D * sizeof *x), *y = malloc(N * sizeof *y);
    double truth[D + 1], theta[D + 1], se[D + 1], sigma;
    struct ref_rng rng;
    ref_rng_init(&rng, (uint64_t[2]){9, 9}, 9);
    for (size_t j = 0; j <= D; j++)
        truth[j] = ref_rng_normal(&rng);
    for (size_t i = 0; i < N; i++) {
        y[i] = truth[0];
        for (size_t j = 0; j < D; j++) {
            x[i * D + j] = 1.0 + ref_rng_normal(&rng);
            y[i] += truth[j + 1] * x[i * D + j];
        }
        y[i] += 0.1 * ref_rng_normal(&rng);
    }
    assert_int_equal(ref_ols_standard_errors(x, y, N, D, theta, se, &sigma), REF_OK);
    assert_near(sigma, 0.1, 0.0, 0.05);
    for (size_t j = 0; j <= D; j++) {
        assert_near(theta[j], truth[j], 6.0 * se[j], 0.0);
        assert_near(se[j], 0.1 / sqrt((double)N), 0.0, j == 0 ? 7.0 : 0.05);
    }
    free(x);
    free(y);
}

/* Freed memory full of NaN must not find its way into an answer, nor into a check of LAPACKE's. */
static void fill_the_heap_with_nan(void)
{
    enum { BLOCKS = 64 };
    void *blocks[BLOCKS];
    for (size_t size = 64; size <= 65536; size += size / 2) {
        for (size_t i = 0; i < BLOCKS; i++) {
            blocks[i] = malloc(size);
            assert_non_null(blocks[i]);
            memset(blocks[i], 0xff, size);
        }
        for (size_t i = 0; i < BLOCKS; i++)
            free(blocks[i]);
    }
}

static void old_memory_does_not_matter(void **state)
{
    (void)state;
    enum { ROWS = 40, COLUMNS = 12 };
    double x[ROWS * COLUMNS], y[ROWS], first[COLUMNS + 1], theta[COLUMNS + 1];
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        x[i] = sin(0.37 * (double)i * (double)i);
    for (size_t i = 0; i < ROWS; i++)
        y[i] = cos(2.3 * (double)i);
    assert_int_equal(ref_ols_fit(x, y, ROWS, COLUMNS, first), REF_OK);
    for (int round = 0; round < 20; round++) {
        fill_the_heap_with_nan();
        assert_int_equal(ref_ols_fit(x, y, ROWS, COLUMNS, theta), REF_OK);
        assert_memory_equal(theta, first, sizeof theta);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_memory_does_not_matter),
        cmocka_unit_test(test_nist),
        cmocka_unit_test(test_exact_on_ill_conditioned),
        cmocka_unit_test(test_normal_equations_hold),
        cmocka_unit_test(test_gradient_is_the_slope_of_the_loss),
        cmocka_unit_test(test_descent),
        cmocka_unit_test(test_inference_with_one_predictor),
        cmocka_unit_test(test_hessian_spectrum),
        cmocka_unit_test(test_what_cannot_be_fitted),
        cmocka_unit_test(test_units_do_not_matter),
        cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
