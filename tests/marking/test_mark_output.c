/* The ladder: every rung of the judgement, reached by an answer that belongs on it. */
#include "module6.h"

#include "grader/marking/compare.h"
#include "grader/marking/mark_output.h"

/* The reference's first output of case 1, as the learner hands it in, to be spoiled by the test. */
struct answer {
    struct test_case test_case;
    struct output_reading reading;
    struct evidence evidence;
};

static void answer_init(struct answer *a, const char *project, const char *task)
{
    memset(a, 0, sizeof *a);
    module6_case(project, task, "ladder", &a->test_case);
    const struct ref_array *expected = &a->test_case.expected[a->test_case.task->outputs[0].index];
    a->reading.state = OUTPUT_READ;
    assert_int_equal(ref_array_copy(&a->reading.array, expected), REF_OK);
}

static void answer_mark(struct answer *a)
{
    mark_output(module6, &a->test_case, 0, &a->reading, NULL, &a->evidence);
}

static void answer_release(struct answer *a)
{
    ref_array_release(&a->reading.array);
    test_case_release(&a->test_case);
}

static void expect(struct answer *a, enum verdict verdict, enum rung rung)
{
    answer_mark(a);
    if (a->evidence.verdict != verdict || a->evidence.rung != rung)
        print_error("%s, %s: %s\n", verdict_name(a->evidence.verdict), rung_name(a->evidence.rung),
                    a->evidence.message);
    assert_int_equal(a->evidence.verdict, verdict);
    assert_int_equal(a->evidence.rung, rung);
}

static void scale(struct answer *a, double factor, double shift)
{
    for (size_t i = 0; i < ref_array_size(&a->reading.array); i++)
        a->reading.array.data[i] = factor * a->reading.array.data[i] + shift;
}

static void equal_and_nearly_equal(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    expect(&a, VERDICT_CORRECT, RUNG_EQUAL);
    scale(&a, 1.0 + 1e-9, 0.0);
    expect(&a, VERDICT_CORRECT, RUNG_WITHIN_TOLERANCE);
    assert_string_equal(a.evidence.message, "");
    answer_release(&a);
}

static void missing_and_malformed(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    a.reading.state = OUTPUT_MISSING;
    expect(&a, VERDICT_MISSING_OUTPUT, RUNG_MISSING);
    assert_string_contains(a.evidence.message, "C");
    a.reading.state = OUTPUT_MALFORMED;
    snprintf(a.reading.message, sizeof a.reading.message, "C.csv:1:1: expected a number");
    expect(&a, VERDICT_MALFORMED_OUTPUT, RUNG_MALFORMED);
    assert_string_contains(a.evidence.message, "C.csv:1:1");
    answer_release(&a);
}

static void a_vector_may_lie_down(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "linear-regression", "gradient");
    a.reading.array.columns = a.reading.array.rows;
    a.reading.array.rows = 1;
    expect(&a, VERDICT_CORRECT, RUNG_EQUAL);
    answer_release(&a);
}

static void another_shape_is_named(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    ref_array_release(&a.reading.array);
    assert_int_equal(ref_array_init(&a.reading.array, 3, 7), REF_OK);
    expect(&a, VERDICT_WRONG, RUNG_SHAPE);
    assert_string_contains(a.evidence.message, "3 x 7");
    answer_release(&a);
}

static void nan_is_found_where_it_is(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    a.reading.array.data[a.reading.array.columns + 1] = NAN;
    expect(&a, VERDICT_WRONG, RUNG_NOT_FINITE);
    assert_string_contains(a.evidence.message, "row 2, column 2");
    answer_release(&a);
}

static void signs_of_components_are_free(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "components");
    for (size_t i = 0; i < a.reading.array.rows; i++)
        a.reading.array.data[i * a.reading.array.columns] *= -1.0;
    expect(&a, VERDICT_CORRECT, RUNG_EQUIVALENT);
    answer_release(&a);
}

static void a_sign_inside_a_component_is_not_free(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "components");
    a.reading.array.data[0] *= -1.0;
    answer_mark(&a);
    assert_int_equal(a.evidence.verdict, VERDICT_WRONG);
    answer_release(&a);
}

static void a_known_mistake_has_its_name(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    double n = (double)a.test_case.arguments[0].rows;
    scale(&a, (n - 1.0) / n, 0.0);
    expect(&a, VERDICT_WRONG, RUNG_MISCONCEPTION);
    assert_int_equal(a.evidence.misconception_count, 1);
    assert_string_equal(a.evidence.misconceptions[0], "PC03");
    answer_release(&a);
}

/* Components laid into rows, each row with a sign of its own. */
static void rows_for_columns_are_named_whatever_their_signs(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "components");
    const struct ref_array *right = &a.test_case.expected[0];
    struct ref_array laid;
    assert_int_equal(ref_array_init(&laid, right->columns, right->rows), REF_OK);
    for (size_t i = 0; i < right->rows; i++)
        for (size_t j = 0; j < right->columns; j++)
            laid.data[j * right->rows + i] =
                (j % 2 == 0 ? 1.0 : -1.0) * right->data[i * right->columns + j];
    ref_array_release(&a.reading.array);
    a.reading.array = laid;
    expect(&a, VERDICT_WRONG, RUNG_MISCONCEPTION);
    assert_string_equal(a.evidence.misconceptions[0], "LA26");
    answer_release(&a);
}

static void an_accepted_convention_counts_with_a_note(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    struct task lenient = *a.test_case.task;
    lenient.accepted[0] = ref_operation_variant(lenient.operation, "PC03/n");
    assert_non_null(lenient.accepted[0]);
    lenient.accepted_count = 1;
    a.test_case.task = &lenient;
    double n = (double)a.test_case.arguments[0].rows;
    scale(&a, (n - 1.0) / n, 0.0);
    expect(&a, VERDICT_CORRECT, RUNG_ACCEPTED_CONVENTION);
    assert_string_equal(a.evidence.misconceptions[0], "PC03");
    assert_true(a.evidence.message[0] != '\0');
    answer_release(&a);
}

static void too_few_digits_are_told_from_a_wrong_formula(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    for (size_t i = 0; i < ref_array_size(&a.reading.array); i++)
        a.reading.array.data[i] *= 1.0 + (i % 2 == 0 ? 6e-5 : -6e-5);
    expect(&a, VERDICT_WRONG, RUNG_DEGRADED);
    assert_string_contains(a.evidence.message, "4.");
    answer_release(&a);
}

static void factors_are_recognised(void **state)
{
    (void)state;
    static const struct {
        double factor;
        const char *words;
    } known[] = {{-1.0, "-1"}, {2.0, "2"}, {0.5, "1/2"}, {100.0, "100"}, {3.25, "3.25"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct answer a;
        answer_init(&a, "pca", "covariance");
        scale(&a, known[i].factor, 0.0);
        expect(&a, VERDICT_WRONG, RUNG_SCALED);
        assert_string_contains(a.evidence.message, known[i].words);
        answer_release(&a);
    }
}

static void an_offset_is_recognised(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    scale(&a, 1.0, 0.75);
    expect(&a, VERDICT_WRONG, RUNG_SCALED);
    assert_string_contains(a.evidence.message, "0.75");
    answer_release(&a);
}

static void one_number_is_not_related_to_every_other(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "linear-regression", "loss");
    scale(&a, 1.2345, 0.0);
    expect(&a, VERDICT_WRONG, RUNG_UNEXPLAINED);
    answer_release(&a);
}

static void noise_is_unexplained_and_located(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "pca", "covariance");
    a.reading.array.data[1] += 10.0;
    expect(&a, VERDICT_WRONG, RUNG_UNEXPLAINED);
    assert_true(a.evidence.compared);
    assert_int_equal(a.evidence.worst_row, 1);
    assert_int_equal(a.evidence.worst_column, 2);
    assert_true(a.evidence.error_in_tolerances > 1.0);
    answer_release(&a);
}

static void a_shifted_trace_is_recognised(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "linear-regression", "descent");
    size_t size = ref_array_size(&a.reading.array);
    memmove(a.reading.array.data + 1, a.reading.array.data, (size - 1) * sizeof(double));
    struct task nameless = *a.test_case.task;
    nameless.misconception_count = 0;
    a.test_case.task = &nameless;
    answer_mark(&a);
    assert_int_equal(a.evidence.verdict, VERDICT_WRONG);
    assert_string_contains(a.evidence.message, "one step late");
    answer_release(&a);
}

static void shares_must_add_up(void **state)
{
    (void)state;
    struct test_case test_case;
    module6_case("pca", "explained_variance", "ladder", &test_case);
    const struct task *task = test_case.task;
    size_t index = SIZE_MAX;
    for (size_t k = 0; k < task->output_count; k++)
        if (task->outputs[k].compare == COMPARE_DISTRIBUTION)
            index = k;
    assert_true(index != SIZE_MAX);
    struct output_reading reading = {.state = OUTPUT_READ};
    struct evidence evidence;
    assert_int_equal(
        ref_array_copy(&reading.array, &test_case.expected[task->outputs[index].index]), REF_OK);
    reading.array.data[0] += 0.5;
    mark_output(module6, &test_case, index, &reading, NULL, &evidence);
    assert_int_equal(evidence.rung, RUNG_INVARIANT);
    assert_string_contains(evidence.message, "1.5");
    reading.array.data[0] = -0.5;
    mark_output(module6, &test_case, index, &reading, NULL, &evidence);
    assert_int_equal(evidence.rung, RUNG_INVARIANT);
    assert_string_contains(evidence.message, "negative");
    ref_array_release(&reading.array);
    test_case_release(&test_case);
}

static void held_out_predictions_need_not_be_the_references(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a, "linear-regression", "predict_held_out");
    expect(&a, VERDICT_CORRECT, RUNG_WITHIN_TOLERANCE);
    for (size_t i = 0; i < ref_array_size(&a.reading.array); i++)
        a.reading.array.data[i] += i % 2 == 0 ? 0.05 : -0.05;
    expect(&a, VERDICT_CORRECT, RUNG_WITHIN_TOLERANCE);
    for (size_t i = 0; i < ref_array_size(&a.reading.array); i++)
        a.reading.array.data[i] += i % 2 == 0 ? 2.0 : -2.0;
    expect(&a, VERDICT_WRONG, RUNG_UNEXPLAINED);
    a.reading.array.data[0] = NAN;
    expect(&a, VERDICT_WRONG, RUNG_NOT_FINITE);
    answer_release(&a);
}

static void two_runs_are_compared_bit_by_bit(void **state)
{
    (void)state;
    struct answer a, b;
    answer_init(&a, "pca", "covariance");
    answer_init(&b, "pca", "covariance");
    assert_true(readings_equal(&a.reading, &b.reading));
    a.reading.array.data[0] = b.reading.array.data[0] = NAN;
    assert_true(readings_equal(&a.reading, &b.reading));
    b.reading.array.data[1] *= 1.0 + 2.3e-16;
    assert_false(readings_equal(&a.reading, &b.reading));
    b.reading.state = OUTPUT_MISSING;
    assert_false(readings_equal(&a.reading, &b.reading));
    answer_release(&a);
    answer_release(&b);
}

/* The same key gives the same data; another learner, key or case gives other data. */
static void data_depends_on_the_key_and_the_learner(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    struct seed_key key, other;
    assert_int_equal(seed_key_from_word("a", &key, &error), 0);
    assert_int_equal(seed_key_from_word("b", &other, &error), 0);
    const struct project *project = rubric_project(module6, "pca");
    const struct task *task = module6_task("pca", "covariance");
    struct test_case cases[4];
    assert_int_equal(test_case_make(module6, project, task, 0, "x", &key, &cases[0], &error), 0);
    assert_int_equal(test_case_make(module6, project, task, 0, "x", &key, &cases[1], &error), 0);
    assert_int_equal(test_case_make(module6, project, task, 0, "y", &key, &cases[2], &error), 0);
    assert_int_equal(test_case_make(module6, project, task, 0, "x", &other, &cases[3], &error), 0);
    size_t bytes = ref_array_size(&cases[0].inputs[0]) * sizeof(double);
    assert_memory_equal(cases[0].inputs[0].data, cases[1].inputs[0].data, bytes);
    assert_memory_not_equal(cases[0].inputs[0].data, cases[2].inputs[0].data, bytes);
    assert_memory_not_equal(cases[0].inputs[0].data, cases[3].inputs[0].data, bytes);
    for (size_t i = 0; i < 4; i++)
        test_case_release(&cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_and_nearly_equal),
        cmocka_unit_test(missing_and_malformed),
        cmocka_unit_test(a_vector_may_lie_down),
        cmocka_unit_test(another_shape_is_named),
        cmocka_unit_test(nan_is_found_where_it_is),
        cmocka_unit_test(signs_of_components_are_free),
        cmocka_unit_test(a_sign_inside_a_component_is_not_free),
        cmocka_unit_test(a_known_mistake_has_its_name),
        cmocka_unit_test(rows_for_columns_are_named_whatever_their_signs),
        cmocka_unit_test(an_accepted_convention_counts_with_a_note),
        cmocka_unit_test(too_few_digits_are_told_from_a_wrong_formula),
        cmocka_unit_test(factors_are_recognised),
        cmocka_unit_test(an_offset_is_recognised),
        cmocka_unit_test(one_number_is_not_related_to_every_other),
        cmocka_unit_test(noise_is_unexplained_and_located),
        cmocka_unit_test(a_shifted_trace_is_recognised),
        cmocka_unit_test(shares_must_add_up),
        cmocka_unit_test(held_out_predictions_need_not_be_the_references),
        cmocka_unit_test(two_runs_are_compared_bit_by_bit),
        cmocka_unit_test(data_depends_on_the_key_and_the_learner),
    };
    return cmocka_run_group_tests_name("mark output", tests, module6_load, module6_free);
}
