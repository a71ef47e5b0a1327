/* The registry: signatures, checks, every operation and every variant on fresh inputs. */
#include "assertions.h"

#include <ctype.h>
#include <string.h>

#include "case_inputs.h"
#include "quad_oracle.h"
#include "reference/operation.h"

static const struct case_plan plans[] = {
    {.n = 12, .d = 2, .m = 5, .k = 1, .mean = 3.0},
    {.n = 20, .d = 4, .m = 7, .k = 2, .mean = 3.0},
    {.n = 60, .d = 5, .m = 1, .k = 3, .mean = 0.5},
    {.n = 15, .d = 6, .m = 9, .k = 4, .mean = -1.5},
};

static void test_tables(void **state)
{
    (void)state;
    size_t count;
    const struct ref_operation *const *all = ref_operation_all(&count);
    assert_int_equal(count, 19);
    for (size_t i = 0; i < count; i++) {
        const struct ref_operation *op = all[i];
        if (i > 0)
            assert_true(strcmp(all[i - 1]->name, op->name) < 0);
        assert_ptr_equal(ref_operation_find(op->name), op);
        assert_in_range(op->input_count, 1, REF_ARGUMENTS_MAX);
        assert_in_range(op->output_count, 1, REF_OUTPUTS_MAX);
        assert_true(strlen(op->summary) > 0 && strlen(op->source) > 0 && op->compute != NULL);
        for (size_t j = 0; j < op->input_count; j++)
            assert_int_equal(ref_operation_input(op, op->inputs[j].name), j);
        for (size_t j = 0; j < op->output_count; j++)
            assert_int_equal(ref_operation_output(op, op->outputs[j].name), j);
        for (size_t j = 0; j < op->variant_count; j++) {
            const char *id = op->variants[j].id;
            assert_true(isupper(id[0]) && isupper(id[1]) && isdigit(id[2]) && isdigit(id[3]));
            assert_true(id[4] == '\0' || id[4] == '/');
            assert_true(strlen(op->variants[j].description) > 0);
            if (j > 0)
                assert_true(strcmp(op->variants[j - 1].id, id) < 0);
            assert_ptr_equal(ref_operation_variant(op, id), &op->variants[j]);
        }
    }
    assert_null(ref_operation_find("no such operation"));
    assert_null(ref_operation_variant(all[0], "ZZ99"));
    assert_int_equal(ref_operation_input(all[0], "no"), -1);
    assert_int_equal(ref_operation_output(all[0], "no"), -1);
}

static void assert_shape(const struct ref_operation *op, const struct ref_array *inputs,
                         const struct ref_array *outputs)
{
    for (size_t j = 0; j < op->output_count; j++) {
        size_t rows, columns;
        assert_int_equal(ref_operation_output_shape(op, inputs, j, &rows, &columns), REF_OK);
        assert_int_equal(outputs[j].rows, rows);
        assert_int_equal(outputs[j].columns, columns);
        assert_true(ref_array_is_finite(&outputs[j]));
    }
}

/* Largest difference relative to the largest entry over all outputs; infinite for another shape. */
static double gap(const struct ref_operation *op, const struct ref_array *right,
                  const struct ref_array *wrong)
{
    double largest = 0.0;
    for (size_t j = 0; j < op->output_count; j++) {
        if (right[j].rows != wrong[j].rows || right[j].columns != wrong[j].columns)
            return (double)INFINITY;
        assert_true(ref_array_is_finite(&wrong[j]));
        double difference = 0.0;
        for (size_t i = 0; i < ref_array_size(&right[j]); i++)
            difference = fmax(difference, fabs(right[j].data[i] - wrong[j].data[i]));
        largest = fmax(largest, difference / ref_array_max_abs(&right[j]));
    }
    return largest;
}

static void check_variant(const struct ref_operation *op, const struct ref_variant *variant,
                          const struct ref_array *inputs, const struct ref_array *right)
{
    struct ref_array wrong[REF_OUTPUTS_MAX] = {REF_ARRAY_EMPTY};
    int status = ref_variant_run(op, variant, inputs, wrong);
    if (status != REF_OK) { // its trace would not show, or rows taken for variables are too few
        assert_int_equal(status, REF_ERROR_DOMAIN);
        for (size_t j = 0; j < op->output_count; j++)
            assert_null(wrong[j].data);
        return;
    }
    double difference = gap(op, right, wrong);
    double least = 1e-3;
    if (strncmp(variant->id, "LR03", 4) == 0)
        least = 1e-9; // loses digits, nothing else
    if (strcmp(variant->id, "IN04/df_n") == 0)
        least = 1e-5; // fades with n
    if (!(difference > least))
        print_error("%s %s differs by %.3g only\n", op->name, variant->id, difference);
    assert_true(difference > least);
    release_arrays(wrong, op->output_count);
}

static void test_every_operation_and_variant(void **state)
{
    (void)state;
    size_t count;
    const struct ref_operation *const *all = ref_operation_all(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < sizeof plans / sizeof plans[0]; c++) {
            struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
            struct ref_array right[REF_OUTPUTS_MAX] = {REF_ARRAY_EMPTY};
            make_inputs(all[i], &plans[c], 100 + c, inputs);
            assert_int_equal(ref_operation_run(all[i], inputs, right), REF_OK);
            assert_shape(all[i], inputs, right);
            for (size_t j = 0; j < all[i]->variant_count; j++)
                check_variant(all[i], &all[i]->variants[j], inputs, right);
            release_arrays(inputs, all[i]->input_count);
            release_arrays(right, all[i]->output_count);
        }
}

/* Every variant of the table must say something on the ordinary plan. */
static void test_variants_are_defined_on_ordinary_data(void **state)
{
    (void)state;
    size_t count;
    const struct ref_operation *const *all = ref_operation_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
        make_inputs(all[i], &plans[1], 5, inputs);
        for (size_t j = 0; j < all[i]->variant_count; j++) {
            struct ref_array wrong[REF_OUTPUTS_MAX] = {REF_ARRAY_EMPTY};
            assert_int_equal(ref_variant_run(all[i], &all[i]->variants[j], inputs, wrong), REF_OK);
            release_arrays(wrong, all[i]->output_count);
        }
        release_arrays(inputs, all[i]->input_count);
    }
}

static void expect(const char *name, struct ref_array *inputs, int expected)
{
    const struct ref_operation *op = ref_operation_find(name);
    struct ref_array outputs[REF_OUTPUTS_MAX] = {REF_ARRAY_EMPTY};
    int status = ref_operation_run(op, inputs, outputs);
    if (status != expected)
        print_error("%s: %s, expected %s\n", name, ref_status_text(status),
                    ref_status_text(expected));
    assert_int_equal(status, expected);
    for (size_t j = 0; j < op->output_count; j++)
        assert_true(status == REF_OK || outputs[j].data == NULL);
    for (size_t j = 0; status != REF_OK && j < op->variant_count; j++) {
        int wrong = ref_variant_run(op, &op->variants[j], inputs, outputs);
        for (size_t k = 0; k < op->output_count; k++)
            assert_true(wrong == REF_OK || outputs[k].data == NULL);
        release_arrays(outputs, op->output_count);
    }
    release_arrays(outputs, op->output_count);
}

static void test_every_input_is_checked(void **state)
{
    (void)state;
    size_t count;
    const struct ref_operation *const *all = ref_operation_all(&count);
    for (size_t i = 0; i < count; i++) {
        const struct ref_operation *op = all[i];
        struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
        make_inputs(op, &plans[1], 1, inputs);
        for (size_t j = 0; j < op->input_count; j++) {
            double keep = inputs[j].data[0];
            inputs[j].data[0] = (double)NAN;
            expect(op->name, inputs, REF_ERROR_NOT_FINITE);
            inputs[j].data[0] = -(double)INFINITY;
            expect(op->name, inputs, REF_ERROR_NOT_FINITE);
            if (op->inputs[j].kind == REF_COUNT) {
                inputs[j].data[0] = -1.0;
                expect(op->name, inputs, REF_ERROR_DOMAIN);
                inputs[j].data[0] = 1.5;
                expect(op->name, inputs, REF_ERROR_DOMAIN);
                inputs[j].data[0] = 1e300;
                expect(op->name, inputs, REF_ERROR_DOMAIN);
            }
            inputs[j].data[0] = keep;
            struct ref_array whole = inputs[j];
            inputs[j].rows = 0;
            expect(op->name, inputs, REF_ERROR_SHAPE);
            inputs[j] = (struct ref_array)REF_ARRAY_EMPTY;
            expect(op->name, inputs, REF_ERROR_SHAPE);
            inputs[j] = whole;
            if (op->inputs[j].kind != REF_MATRIX) {
                inputs[j].columns = 2;
                inputs[j].rows = 1;
                expect(op->name, inputs, REF_ERROR_SHAPE);
            }
            inputs[j] = whole;
        }
        release_arrays(inputs, op->input_count);
    }
}

static void test_sizes_must_bind(void **state)
{
    (void)state;
    struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
    const struct ref_operation *loss = ref_operation_find("ols_loss");
    make_inputs(loss, &plans[1], 1, inputs);
    inputs[1].rows--; // y shorter than X
    expect("ols_loss", inputs, REF_ERROR_SHAPE);
    inputs[1].rows++;
    inputs[2].rows--; // theta without the intercept
    expect("ols_loss", inputs, REF_ERROR_SHAPE);
    inputs[2].rows++;
    expect("ols_loss", inputs, REF_OK);
    size_t rows, columns;
    assert_int_equal(ref_operation_output_shape(loss, inputs, 9, &rows, &columns),
                     REF_ERROR_UNKNOWN);
    release_arrays(inputs, loss->input_count);

    const struct ref_operation *power = ref_operation_find("power_iteration");
    make_inputs(power, &plans[1], 1, inputs);
    inputs[0].rows--; // not square
    expect("power_iteration", inputs, REF_ERROR_SHAPE);
    inputs[0].rows++;
    inputs[0].data[1] += 0.5; // not symmetric
    expect("power_iteration", inputs, REF_ERROR_DOMAIN);
    release_arrays(inputs, power->input_count);
}

static void test_counts_out_of_range(void **state)
{
    (void)state;
    static const char *const by_rank[] = {"pca_components", "pca_project", "pca_reconstruct",
                                          "ppca_log_likelihood", "pca_transform_new"};
    for (size_t i = 0; i < sizeof by_rank / sizeof by_rank[0]; i++) {
        const struct ref_operation *op = ref_operation_find(by_rank[i]);
        struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
        make_inputs(op, &plans[1], 1, inputs);
        double *k = inputs[ref_operation_input(op, "k")].data;
        *k = 0;
        expect(op->name, inputs, REF_ERROR_DOMAIN);
        *k = 5;
        expect(op->name, inputs, REF_ERROR_DOMAIN);
        *k = 4; // k = d
        expect(op->name, inputs,
               strcmp(op->name, "ppca_log_likelihood") == 0 ? REF_ERROR_DOMAIN : REF_OK);
        *k = 2;
        inputs[0].rows = 1;
        expect(op->name, inputs, REF_ERROR_DOMAIN);
        inputs[0].rows = plans[1].n;
        release_arrays(inputs, op->input_count);
    }
    const struct ref_operation *power = ref_operation_find("power_iteration");
    struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
    make_inputs(power, &plans[1], 1, inputs);
    inputs[2].data[0] = 0;
    expect("power_iteration", inputs, REF_ERROR_DOMAIN);
    release_arrays(inputs, power->input_count);
}

static void test_problems_without_a_solution(void **state)
{
    (void)state;
    static const char *const fits[] = {"ols_fit",
                                       "ols_predict",
                                       "ols_r_squared",
                                       "ols_standard_errors",
                                       "ols_t_tests",
                                       "ols_confidence_intervals",
                                       "ols_hessian_spectrum"};
    for (size_t i = 0; i < sizeof fits / sizeof fits[0]; i++) {
        const struct ref_operation *op = ref_operation_find(fits[i]);
        struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
        make_inputs(op, &plans[1], 1, inputs);
        bool inference = i >= 3 && i <= 5;
        size_t d = inputs[0].columns, n = inputs[0].rows;
        inputs[0].rows = d + 1; // n = p
        if (op->input_count > 1)
            inputs[1].rows = d + 1;
        expect(op->name, inputs, inference ? REF_ERROR_DOMAIN : REF_OK);
        inputs[0].rows = n;
        if (op->input_count > 1)
            inputs[1].rows = n;
        for (size_t r = 0; r < n; r++) // last column a combination of the others
            inputs[0].data[r * d + d - 1] = 1.0 + inputs[0].data[r * d] - inputs[0].data[r * d + 1];
        expect(op->name, inputs, REF_ERROR_SINGULAR);
        release_arrays(inputs, op->input_count);
    }
}

static void test_confidence_level(void **state)
{
    (void)state;
    const struct ref_operation *op = ref_operation_find("ols_confidence_intervals");
    struct ref_array inputs[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY};
    make_inputs(op, &plans[1], 1, inputs);
    static const double levels[] = {0.0, 1.0, -0.5, 95.0};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        inputs[2].data[0] = levels[i];
        expect(op->name, inputs, REF_ERROR_DOMAIN);
    }
    release_arrays(inputs, op->input_count);
}

/* Runs an operation on the ordinary plan; the caller releases. */
static const struct ref_operation *run_ordinary(const char *name, struct ref_array *inputs,
                                                struct ref_array *outputs)
{
    const struct ref_operation *op = ref_operation_find(name);
    make_inputs(op, &plans[1], 31, inputs);
    assert_int_equal(ref_operation_run(op, inputs, outputs), REF_OK);
    return op;
}

static quad model(const double *row, size_t d, const quad *theta)
{
    quad value = theta[0];
    for (size_t j = 0; j < d; j++)
        value += theta[j + 1] * (quad)row[j];
    return value;
}

/* Loss and gradient at the given theta, in 113 bits. */
static void test_loss_and_gradient_in_quad(void **state)
{
    (void)state;
    struct ref_array in[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY}, loss[1], gradient[1];
    const struct ref_operation *op = run_ordinary("ols_loss", in, loss);
    assert_int_equal(ref_operation_run(ref_operation_find("ols_gradient"), in, gradient), REF_OK);
    size_t n = in[0].rows, d = in[0].columns;
    quad theta[ORACLE_MAX], slope[ORACLE_MAX] = {0}, squares = 0;
    for (size_t j = 0; j <= d; j++)
        theta[j] = (quad)in[2].data[j];
    for (size_t i = 0; i < n; i++) {
        quad residual = model(in[0].data + i * d, d, theta) - (quad)in[1].data[i];
        squares += residual * residual;
        for (size_t j = 0; j <= d; j++)
            slope[j] += residual * (j == 0 ? 1 : (quad)in[0].data[i * d + j - 1]);
    }
    assert_near(loss[0].data[0], (double)(squares / (2 * n)), 0.0, 3e-16);
    for (size_t j = 0; j <= d; j++)
        assert_near(gradient[0].data[j], (double)(slope[j] / n), 0.0, 3e-16);
    release_arrays(in, op->input_count);
    ref_array_release(loss);
    ref_array_release(gradient);
}

/* Fit, prediction, standard errors and R squared from one solution in 113 bits. */
static void test_fit_in_quad(void **state)
{
    (void)state;
    struct ref_array in[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY}, fit[1], y_new[1], errors[2], r2[1];
    const struct ref_operation *op = run_ordinary("ols_predict", in, y_new);
    assert_int_equal(ref_operation_run(ref_operation_find("ols_fit"), in, fit), REF_OK);
    assert_int_equal(ref_operation_run(ref_operation_find("ols_standard_errors"), in, errors),
                     REF_OK);
    assert_int_equal(ref_operation_run(ref_operation_find("ols_r_squared"), in, r2), REF_OK);
    size_t n = in[0].rows, d = in[0].columns;
    quad theta[ORACLE_MAX], inverse[ORACLE_MAX], squares, total;
    oracle_least_squares(in[0].data, in[1].data, n, d, true, theta, inverse, &squares);
    oracle_covariance(in[1].data, n, 1, true, 1, &total);
    quad variance = squares / (n - d - 1);
    for (size_t j = 0; j <= d; j++) {
        assert_near(fit[0].data[j], (double)theta[j], 0.0, 3e-16);
        assert_near(errors[0].data[j], (double)sqrtf128(variance * inverse[j]), 0.0, 1e-15);
    }
    assert_near(errors[1].data[0], (double)sqrtf128(variance), 0.0, 3e-16);
    assert_near(r2[0].data[0], (double)(1 - squares / total), 0.0, 3e-16);
    for (size_t i = 0; i < in[2].rows; i++) // theta is rounded before it predicts
        assert_near(y_new[0].data[i], (double)model(in[2].data + i * d, d, theta), 1e-14, 1e-15);
    release_arrays(in, op->input_count);
    ref_array_release(fit);
    ref_array_release(y_new);
    release_arrays(errors, 2);
    ref_array_release(r2);
}

/* Gradient descent step by step, in 113 bits. */
static void test_descent_in_quad(void **state)
{
    (void)state;
    struct ref_array in[REF_ARGUMENTS_MAX] = {REF_ARRAY_EMPTY}, out[2];
    const struct ref_operation *op = run_ordinary("ols_descent", in, out);
    size_t n = in[0].rows, d = in[0].columns, iterations = (size_t)in[4].data[0];
    quad theta[ORACLE_MAX];
    for (size_t j = 0; j <= d; j++)
        theta[j] = (quad)in[2].data[j];
    for (size_t step = 0; step <= iterations; step++) {
        quad slope[ORACLE_MAX] = {0}, squares = 0;
        for (size_t i = 0; i < n; i++) {
            quad residual = model(in[0].data + i * d, d, theta) - (quad)in[1].data[i];
            squares += residual * residual;
            for (size_t j = 0; j <= d; j++)
                slope[j] += residual * (j == 0 ? 1 : (quad)in[0].data[i * d + j - 1]);
        }
        assert_near(out[0].data[step], (double)(squares / (2 * n)), 0.0, 2e-15);
        for (size_t j = 0; j <= d && step < iterations; j++)
            theta[j] -= (quad)in[3].data[0] * slope[j] / n;
    }
    for (size_t j = 0; j <= d; j++)
        assert_near(out[1].data[j], (double)theta[j], 1e-15, 2e-15);
    release_arrays(in, op->input_count);
    release_arrays(out, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_every_operation_and_variant),
        cmocka_unit_test(test_variants_are_defined_on_ordinary_data),
        cmocka_unit_test(test_every_input_is_checked),
        cmocka_unit_test(test_sizes_must_bind),
        cmocka_unit_test(test_counts_out_of_range),
        cmocka_unit_test(test_problems_without_a_solution),
        cmocka_unit_test(test_confidence_level),
        cmocka_unit_test(test_loss_and_gradient_in_quad),
        cmocka_unit_test(test_fit_in_quad),
        cmocka_unit_test(test_descent_in_quad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
