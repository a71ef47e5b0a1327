/* Distribution functions against figures of multiple precision, and against each other. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>

#include "distribution_figures.h"
#include "quad_oracle.h"
#include "reference/distributions.h"

static double evaluate(const char *law, const char *function, double a, double b, double x)
{
    static const struct {
        const char *law, *function;
        double (*plain)(double);
        double (*one)(double, double);
        double (*two)(double, double, double);
    } table[] = {
        {"normal", "cdf", ref_normal_cdf, NULL, NULL},
        {"normal", "sf", ref_normal_sf, NULL, NULL},
        {"normal", "logcdf", ref_normal_log_cdf, NULL, NULL},
        {"normal", "quantile", ref_normal_quantile, NULL, NULL},
        {"t", "cdf", NULL, ref_student_t_cdf, NULL},
        {"t", "sf", NULL, ref_student_t_sf, NULL},
        {"t", "quantile", NULL, ref_student_t_quantile, NULL},
        {"chi2", "cdf", NULL, ref_chi_square_cdf, NULL},
        {"chi2", "sf", NULL, ref_chi_square_sf, NULL},
        {"chi2", "quantile", NULL, ref_chi_square_quantile, NULL},
        {"F", "cdf", NULL, NULL, ref_f_cdf},
        {"F", "sf", NULL, NULL, ref_f_sf},
        {"F", "quantile", NULL, NULL, ref_f_quantile},
        {"beta", "cdf", NULL, NULL, ref_incomplete_beta},
        {"lgamma", "value", ref_log_gamma, NULL, NULL},
    };
    if (strcmp(law, "gamma_scale1") == 0)
        return strcmp(function, "cdf") == 0 ? ref_incomplete_gamma(a, x)
                                            : ref_incomplete_gamma_upper(a, x);
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strcmp(table[i].law, law) != 0 || strcmp(table[i].function, function) != 0)
            continue;
        if (table[i].plain != NULL)
            return table[i].plain(x);
        return table[i].one != NULL ? table[i].one(x, a) : table[i].two(x, a, b);
    }
    return (double)NAN;
}

/*
 * Digits of the function at this double, for a figure that was computed at the decimal: the change
 * over half a unit in the last place of the argument is taken off the error.
 */
static double figure_digits(const char *law, const char *function, double a, double b, double x,
                            double truth)
{
    double value = evaluate(law, function, a, b, x);
    double up = evaluate(law, function, a, b, nextafter(x, (double)INFINITY));
    double down = evaluate(law, function, a, b, nextafter(x, -(double)INFINITY));
    double rounding = fmax(fabs(up - value), fabs(down - value)) / 2.0;
    double error = fmax(0.0, fabs(value - truth) - (rounding <= fabs(truth) ? rounding : 0.0));
    double right = isnan(value) ? -99.0 : digits(truth + error, truth);
    if (right < 14.5)
        print_error("%s %s(%g; %g, %g): %.17g, expected %.17g\n", law, function, x, a, b, value,
                    truth);
    return right;
}

static void test_figures(void **state)
{
    (void)state;
    double worst = 15.0;
    for (size_t i = 0; i < sizeof distribution_figures / sizeof distribution_figures[0]; i++) {
        const struct distribution_figure *f = &distribution_figures[i];
        worst = fmin(
            worst, figure_digits(f->law, f->function, f->first, f->second, f->argument, f->value));
    }
    print_message("fewest digits: %.1f\n", worst);
    assert_true(worst >= 14.5);
}

/* The whole table of figures may lie beside the source tree; NULL where it does not. */
static FILE *open_all_figures(void)
{
    const char *source = getenv("GRADER_TEST_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/../shared/data/oracles/distributions.csv",
             source != NULL ? source : ".");
    return fopen(path, "r");
}

static void test_all_figures(void **state)
{
    (void)state;
    FILE *file = open_all_figures();
    assert_non_null(file);
    double worst = 15.0;
    int compared = 0;
    char line[400];
    while (fgets(line, sizeof line, file) != NULL) {
        char *rest = line;
        const char *law = strsep(&rest, ","), *function = strsep(&rest, ",");
        char *parameters = strsep(&rest, ","), *argument = strsep(&rest, ",");
        if (argument == NULL || rest == NULL)
            continue;
        double a = strtod(parameters, &parameters);
        double b = *parameters == ';' ? strtod(parameters + 1, NULL) : 0.0;
        double x = strtod(argument, NULL), truth = strtod(rest, NULL);
        double value = evaluate(law, function, a, b, x);
        if (isnan(value) || (truth != 0.0 && fabs(truth) < 0x1p-1022))
            continue; // not ours, or subnormal
        worst = fmin(worst, figure_digits(law, function, a, b, x, truth));
        compared++;
    }
    fclose(file);
    print_message("%d figures, fewest digits: %.1f\n", compared, worst);
    assert_true(compared > 500);
    assert_true(worst >= 14.5);
}

static void test_quantiles_invert(void **state)
{
    (void)state;
    static const double probabilities[] = {1e-300, 1e-100, 1e-20, 1e-5, 0.01,  0.2,     0.3,
                                           0.4999, 0.5001, 0.7,   0.9,  0.999, 1 - 1e-9};
    static const double freedoms[] = {0.3, 1,   2.5,   30,   1e3,
                                      1e6, 9e6, 1.1e7, 1e12, (double)INFINITY};
    for (size_t i = 0; i < sizeof probabilities / sizeof probabilities[0]; i++)
        for (size_t j = 0; j < sizeof freedoms / sizeof freedoms[0]; j++) {
            double p = probabilities[i];
            double t = ref_student_t_quantile(p, freedoms[j]);
            double back = ref_student_t_cdf(t, freedoms[j]);
            // the quantile is rounded: the tail changes by t f(t)/F(t) times that
            double slack = 1.0 + fmin(t * t, freedoms[j]);
            if (isfinite(t))
                assert_near(back, p, 0.0, 4e-16 * (1.0 + slack));
        }
}

/* On both sides of the number of degrees where the method changes. */
static void test_methods_meet(void **state)
{
    (void)state;
    for (double t = 0.25; t < 37.0; t *= 1.5) {
        double below = ref_student_t_sf(t, 9999999.0), above = ref_student_t_sf(t, 10000001.0);
        double slope = (1.0 + t * t) * t * t * 2e-14; // by the change of df
        assert_near(below, above, 0.0, slope + 4e-16);
    }
}

static void test_ends_and_nonsense(void **state)
{
    (void)state;
    assert_true(ref_normal_cdf((double)INFINITY) == 1.0 &&
                ref_normal_cdf(-(double)INFINITY) == 0.0);
    assert_true(ref_normal_quantile(0.0) == -(double)INFINITY &&
                ref_normal_quantile(1.0) == (double)INFINITY);
    assert_true(ref_normal_quantile(0.5) == 0.0 && ref_student_t_quantile(0.5, 3.0) == 0.0);
    assert_true(ref_student_t_cdf(-(double)INFINITY, 3.0) == 0.0 &&
                ref_student_t_sf(0.0, 3.0) == 0.5);
    assert_true(ref_chi_square_cdf(-1.0, 2.0) == 0.0 && ref_chi_square_sf(0.0, 2.0) == 1.0);
    assert_true(ref_f_cdf((double)INFINITY, 2.0, 3.0) == 1.0 &&
                ref_f_sf((double)INFINITY, 2.0, 3.0) == 0.0);
    assert_true(ref_f_cdf(0.0, 2.0, 3.0) == 0.0 && ref_f_sf(-1.0, 2.0, 3.0) == 1.0);
    assert_true(ref_chi_square_sf((double)INFINITY, 3.0) == 0.0);
    assert_true(isnan(ref_normal_cdf((double)NAN)) && isnan(ref_normal_quantile((double)NAN)));
    assert_true(isnan(ref_normal_quantile(-0.1)) && isnan(ref_normal_log_cdf((double)NAN)));
    assert_true(isnan(ref_student_t_cdf(1.0, 0.0)) && isnan(ref_student_t_cdf(1.0, -1.0)));
    assert_true(isnan(ref_student_t_cdf((double)NAN, 2.0)) &&
                isnan(ref_student_t_cdf(1.0, (double)NAN)));
    assert_true(isnan(ref_student_t_quantile(2.0, 2.0)) &&
                isnan(ref_student_t_quantile((double)NAN, 2.0)));
    assert_true(isnan(ref_chi_square_cdf(1.0, -1.0)) && isnan(ref_f_cdf(1.0, 0.0, 1.0)));
    assert_true(isnan(ref_log_gamma(0.0)) && isnan(ref_log_gamma((double)NAN)));
    assert_true(isnan(ref_incomplete_beta(1.5, 1.0, 1.0)));
    assert_true(isnan(ref_incomplete_gamma(-1.0, 1.0)) &&
                isnan(ref_incomplete_gamma(1.0, (double)NAN)));
    assert_near(ref_normal_log_cdf(-1e10), -5e19, 0.0, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_quantiles_invert),
        cmocka_unit_test(test_methods_meet),
        cmocka_unit_test(test_ends_and_nonsense),
    };
    const struct CMUnitTest more[] = {cmocka_unit_test(test_all_figures)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    FILE *file = open_all_figures();
    if (file == NULL) // a selection of it is in distribution_figures.h and was tested
        return failed;
    fclose(file);
    return failed + cmocka_run_group_tests(more, NULL, NULL);
}
