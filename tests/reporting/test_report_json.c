/* The JSON report: what it says, what it keeps to itself, and that it says the same twice. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/json/json_document.h"
#include "grader/reporting/feedback.h"
#include "grader/grading/points.h"
#include "grader/reporting/report.h"
#include "sample_grading.h"

static cJSON *parsed_report(const struct grading *grading)
{
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    struct error error = ERROR_INIT;
    cJSON *root = NULL;
    sample_report(grading, &json);
    if (json_parse(json.data, json.size, "report", ERROR_USAGE, &root, &error) != 0)
        fail_msg("our own reader refuses it: %s", error.message);
    return root;
}

/* The node at a path such as "criteria.0.checks.2.message"; NULL when there is none. */
static const cJSON *at(const cJSON *node, const char *path)
{
    char copy[256];
    char *rest = NULL;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *part = strtok_r(copy, ".", &rest); part != NULL; part = strtok_r(NULL, ".", &rest)) {
        bool index = part[0] >= '0' && part[0] <= '9';
        node = index ? cJSON_GetArrayItem(node, atoi(part))
                     : cJSON_GetObjectItemCaseSensitive(node, part);
    }
    return node;
}

static const char *text_at(const cJSON *root, const char *path)
{
    const cJSON *node = at(root, path);
    if (!cJSON_IsString(node))
        fail_msg("%s is no string", path);
    return node->valuestring;
}

static double number_at(const cJSON *root, const char *path)
{
    const cJSON *node = at(root, path);
    if (!cJSON_IsNumber(node))
        fail_msg("%s is no number", path);
    return node->valuedouble;
}

#define WRONG_CHECK "criteria.0.checks.2"
#define COMPARISON WRONG_CHECK ".evidence.0.comparison"

static void top_level_members_keep_their_order(void **state)
{
    (void)state;
    static const char *const order[] = {
        "schema",   "schema_version", "identity", "grader", "rubric",   "submission", "seed",
        "feedback", "outcome",        "message",  "score",  "criteria", "measured"};
    struct grading grading;
    sample_grading_full(&grading);
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_int_equal(cJSON_GetArraySize(root), sizeof order / sizeof *order);
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
        assert_string_equal(cJSON_GetArrayItem(root, i)->string, order[i]);
    grading_release(&grading);
}

static void points_are_whole_thousandths(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    grading.points = 73500;
    grading.maximum = 100000;
    grading.pending = 12000;
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_near(number_at(root, "score.points"), 73500, 0, 0);
    assert_string_equal(text_at(root, "score.text"), "73.5 / 100 (12 pending)");
    assert_near(number_at(root, WRONG_CHECK ".maximum"), 4000, 0, 0);
    grading_release(&grading);
}

static void finite_numbers_come_back_bit_by_bit(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    const struct evidence *evidence = &grading.checks[VERDICT_WRONG].evidence[0];
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_true(number_at(root, COMPARISON ".worst.got") == evidence->worst_got);
    assert_true(number_at(root, COMPARISON ".worst.expected") == evidence->worst_expected);
    assert_true(number_at(root, COMPARISON ".error_in_tolerances") ==
                evidence->error_in_tolerances);
    assert_true(number_at(root, COMPARISON ".digits") == evidence->digits);
    assert_true(number_at(root, COMPARISON ".cosine") == evidence->cosine);
    grading_release(&grading);
}

static void numbers_that_are_not_finite_are_words(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_string_equal(text_at(root, WRONG_CHECK ".evidence.1.comparison.norm_ratio"), "NaN");
    assert_string_equal(text_at(root, WRONG_CHECK ".evidence.2.comparison.norm_ratio"), "Infinity");
    assert_string_equal(text_at(root, WRONG_CHECK ".evidence.3.comparison.norm_ratio"),
                        "-Infinity");
    grading_release(&grading);
}

static void what_is_unknown_is_null(void **state)
{
    (void)state;
    static const char *const paths[] = {"submission.project",   "submission.project_title",
                                        "submission.ref_given", "submission.commit",
                                        "submission.content",   "measured.started_at"};
    struct grading grading;
    sample_grading_not_fetched(&grading);
    AUTO_JSON cJSON *root = parsed_report(&grading);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_true(cJSON_IsNull(at(root, paths[i])));
    assert_string_equal(text_at(root, "outcome"), "not_fetched");
    assert_string_equal(text_at(root, "message"), "the repository is empty");
    assert_string_equal(text_at(root, "score.text"), "0 / 0");
    grading_release(&grading);
}

static void sizes_beyond_a_double_are_clamped(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    grading.measured.runs[0].peak_memory_bytes = UINT64_MAX;
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_near(number_at(root, "measured.runs.0.usage.peak_memory_bytes"), 9007199254740991.0, 0,
                0);
    assert_int_equal(cJSON_GetArraySize(at(root, "measured.runs.0.layers")), 2);
    assert_string_equal(text_at(root, "measured.runs.0.layers.1"), "syscall_filter");
    grading_release(&grading);
}

/* ---- feedback levels ----------------------------------------------------------------------- */

static void report_at_level(const char *level, struct buffer *json)
{
    struct grading grading;
    sample_grading_full(&grading);
    snprintf(grading.feedback, sizeof grading.feedback, "%s", level);
    sample_report(&grading, json);
    grading_release(&grading);
}

static void hints_tell_where_but_not_what(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    report_at_level("hint", &json);
    assert_string_contains(json.data, "dividing by n;");
    assert_string_contains(json.data, "\"row\": 2");
    assert_string_contains(json.data, "\"error_in_tolerances\": 120000");
    assert_null(strstr(json.data, "\"got\""));
    assert_null(strstr(json.data, "0.123456"));
    assert_null(strstr(json.data, "0.654321"));
    // Nor by way of the other numbers: the expected value is got / ratio.
    assert_null(strstr(json.data, "123456.7"));
}

static void verdicts_tell_nothing_else(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    report_at_level("verdict", &json);
    assert_string_contains(json.data, "\"verdict\": \"wrong\"");
    assert_null(strstr(json.data, "dividing by n;"));
    assert_null(strstr(json.data, "PC03"));
    assert_null(strstr(json.data, "comparison"));
    assert_null(strstr(json.data, "Segmentation fault"));
}

static void values_and_full_tell_all(void **state)
{
    (void)state;
    static const char *const levels[] = {"values", "full"};
    for (size_t i = 0; i < 2; i++) {
        AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
        report_at_level(levels[i], &json);
        assert_string_contains(json.data, "0.1234567890123456");
        assert_string_contains(json.data, "0.6543210987654321");
    }
}

static void an_unknown_level_is_refused(void **state)
{
    (void)state;
    struct grading grading;
    struct error error = ERROR_INIT;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    snprintf(grading.feedback, sizeof grading.feedback, "everything");
    assert_int_equal(report_write_json(&grading, &json, &error), ERROR_BUG);
    assert_int_equal(json.size, 0);
    grading_release(&grading);
}

static void hints_are_rounded_to_two_digits(void **state)
{
    (void)state;
    assert_near(feedback_number(FEEDBACK_HINT, 1.0256410256), 1.0, 0, 0);
    assert_near(feedback_number(FEEDBACK_HINT, -0.0012345), -0.0012, 0, 0);
    assert_near(feedback_number(FEEDBACK_VALUES, 1.0256410256), 1.0256410256, 0, 0);
    assert_true(isnan(feedback_number(FEEDBACK_HINT, (double)NAN)));
    assert_near(feedback_number(FEEDBACK_HINT, (double)INFINITY), (double)INFINITY, 0, 0);
}

/* ---- the same twice ------------------------------------------------------------------------ */

static char *without_measured(const struct grading *grading)
{
    AUTO_JSON cJSON *root = parsed_report(grading);
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    struct error error = ERROR_INIT;
    cJSON_DeleteItemFromObjectCaseSensitive(root, "measured");
    assert_int_equal(json_print(root, &text, &error), 0);
    return buffer_steal(&text);
}

static void what_varies_stands_in_measured_only(void **state)
{
    (void)state;
    struct grading one, other;
    sample_grading_full(&one);
    sample_grading_full(&other);
    // Every byte of the numbers and texts of struct measured, but not its pointers.
    struct run_record *runs = other.measured.runs;
    size_t count = other.measured.run_count;
    memset(&other.measured, 'x', sizeof other.measured);
    other.measured.started_at[sizeof other.measured.started_at - 1] = '\0';
    other.measured.blas_core[sizeof other.measured.blas_core - 1] = '\0';
    other.measured.runs = runs;
    other.measured.run_count = count - 1;
    char *first = without_measured(&one), *second = without_measured(&other);
    assert_string_equal(first, second);
    free(first);
    free(second);
    other.measured.run_count = count;
    grading_release(&one);
    grading_release(&other);
}

static void two_writings_are_equal(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer first = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer second = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    sample_report(&grading, &first);
    sample_report(&grading, &second);
    assert_string_equal(first.data, second.data);
    grading_release(&grading);
}

/* ---- texts that nobody checked --------------------------------------------------------------- */

static void texts_cut_in_a_character_stay_readable(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    memset(grading.project_title, 'e', sizeof grading.project_title);
    memcpy(grading.project_title + sizeof grading.project_title - 2, "\xc3", 2); // half of an é
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_string_contains(text_at(root, "submission.project_title"), "e\\xc3");
    grading_release(&grading);
}

static void control_characters_do_not_enter_the_report(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_hostile(&grading, "\033[2J\007\x9b\b\xff\xfe\xe2\x80\xae \"],} \r");
    sample_report(&grading, &json);
    for (size_t i = 0; i < json.size; i++)
        assert_true((unsigned char)json.data[i] >= 0x20 || json.data[i] == '\n');
    assert_null(strstr(json.data, "\\u00"));
    assert_null(strstr(json.data, "\xe2\x80\xae"));
    AUTO_JSON cJSON *root = parsed_report(&grading);
    assert_string_contains(text_at(root, WRONG_CHECK ".message"), "\\x1b[2J\\x07");
    grading_release(&grading);
}

/* ---- points --------------------------------------------------------------------------------- */

static void points_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        int64_t milli_points;
        const char *text;
    } table[] = {
        {0, "0"},     {73500, "73.5"}, {4000, "4"},   {-250, "-0.25"},
        {1, "0.001"}, {100, "0.1"},    {10000, "10"}, {INT64_MIN, "-9223372036854775.808"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[POINTS_TEXT_MAX];
        points_text(text, table[i].milli_points);
        assert_string_equal(text, table[i].text);
    }
}

static void every_word_of_an_enum_is_found_again(void **state)
{
    (void)state;
    for (int i = 0; i < VERDICT_COUNT; i++)
        assert_int_equal(verdict_by_name(verdict_name((enum verdict)i)), i);
    for (int i = 0; i < RUNG_COUNT; i++)
        assert_int_equal(rung_by_name(rung_name((enum rung)i)), i);
    for (int i = GRADING_GRADED; i <= GRADING_NOT_FETCHED; i++)
        assert_int_equal(grading_outcome_by_name(grading_outcome_name((enum grading_outcome)i)), i);
    assert_int_equal(verdict_by_name(""), -1);
    assert_int_equal(rung_by_name("Equal"), -1);
    assert_int_equal(grading_outcome_by_name("unknown"), -1);
    assert_string_equal(verdict_name((enum verdict)99), "unknown");
}

static void releasing_twice_is_fine(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_full(&grading);
    grading_release(&grading);
    grading_release(&grading);
    assert_null(grading.checks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(top_level_members_keep_their_order),
        cmocka_unit_test(points_are_whole_thousandths),
        cmocka_unit_test(finite_numbers_come_back_bit_by_bit),
        cmocka_unit_test(numbers_that_are_not_finite_are_words),
        cmocka_unit_test(what_is_unknown_is_null),
        cmocka_unit_test(sizes_beyond_a_double_are_clamped),
        cmocka_unit_test(hints_tell_where_but_not_what),
        cmocka_unit_test(verdicts_tell_nothing_else),
        cmocka_unit_test(values_and_full_tell_all),
        cmocka_unit_test(an_unknown_level_is_refused),
        cmocka_unit_test(hints_are_rounded_to_two_digits),
        cmocka_unit_test(what_varies_stands_in_measured_only),
        cmocka_unit_test(two_writings_are_equal),
        cmocka_unit_test(texts_cut_in_a_character_stay_readable),
        cmocka_unit_test(control_characters_do_not_enter_the_report),
        cmocka_unit_test(points_read_as_people_write_them),
        cmocka_unit_test(every_word_of_an_enum_is_found_again),
        cmocka_unit_test(releasing_twice_is_fine),
    };
    return cmocka_run_group_tests_name("report JSON", tests, NULL, NULL);
}
