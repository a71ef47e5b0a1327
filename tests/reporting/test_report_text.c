/* What the terminal report promises beyond its content: lines break where they should, one reason
 * is told once, and a member that is missing is named with its place. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/json/json_document.h"
#include "grader/reporting/report.h"
#include "grader/reporting/wrapped_text.h"
#include "sample_grading.h"

/* ---- columns ------------------------------------------------------------------------------- */

static void columns_are_those_of_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},          {"abc", 3},  {"naïve", 5},
        {"e\xcc\x81", 1},                                       // e, combining acute
        {"数学", 4},      {"✓ ok", 4}, {"\xf0\x9f\x98\x80", 2}, // an emoji
        {"\xff\xfe", 2},                                        // stray bytes
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_columns(cases[i].text, strlen(cases[i].text)) != cases[i].columns)
            fail_msg("case %zu: %zu columns", i,
                     text_columns(cases[i].text, strlen(cases[i].text)));
}

static void lines_break_at_blanks_or_hard(void **state)
{
    (void)state;
    static const struct {
        const char *lead, *text;
        size_t indent, width;
        const char *expected;
    } cases[] = {
        {"", "", 0, 20, ""},
        {"", "  \n ", 0, 20, ""},
        {"", "one two three", 0, 13, "one two three\n"},
        {"", "one two three", 0, 12, "one two\nthree\n"},
        {"", "one  two\nthree", 2, 12, "  one  two\n  three\n"},
        {"- ", "one two three four", 1, 12, " - one two\n   three\n   four\n"},
        {"", "abcdefghijklmnop", 0, 10, "abcdefghij\nklmnop\n"},
        {"", "数学数学数学", 0, 9, "数学数学\n数学\n"},
        {"", "ends in blanks   ", 0, 14, "ends in blanks\n"},
        {"", "::error::no command", 0, 40, "\xe2\x80\x8b::error::no command\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_BUFFER struct buffer out = BUFFER_INIT(1024);
        text_wrap_behind(&out, cases[i].lead, cases[i].text, cases[i].indent, cases[i].width);
        assert_string_equal(buffer_text(&out), cases[i].expected);
    }
}

static void long_lines_are_cut_with_a_mark(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
        const char *expected;
    } cases[] = {
        {"abc", 3, "abc"},   {"abcd", 3, "ab…"},   {"ab\ncd", 3, "ab"},
        {"数学", 4, "数学"}, {"数学数", 4, "数…"}, {"", 3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_BUFFER struct buffer out = BUFFER_INIT(1024);
        text_cut(&out, cases[i].text, cases[i].columns);
        assert_string_equal(buffer_text(&out), cases[i].expected);
    }
}

/* ---- one reason, told once ----------------------------------------------------------------- */

static void render(const struct grading *grading, enum report_format format, struct buffer *out)
{
    struct error error = ERROR_INIT;
    struct report_style style = {.width = 80};
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_report(grading, &json);
    if (report_render(json.data, json.size, "r", format, &style, out, &error) != 0)
        fail_msg("not rendered: %s", error.message);
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        found++;
    return found;
}

static const char reason[] = "Not run, because an earlier step failed: the build.";

static void skip_everything(struct grading *grading)
{
    for (size_t i = 0; i < grading->check_count; i++) {
        struct check *check = &grading->checks[i];
        check->verdict = VERDICT_SKIPPED;
        check->points = check->pending = 0;
        check->evidence_count = 0;
        snprintf(check->message, sizeof check->message, "%s", reason);
    }
}

static void one_reason_is_told_once(void **state)
{
    (void)state;
    static const enum report_format formats[] = {REPORT_TEXT, REPORT_MARKDOWN};
    for (size_t i = 0; i < 2; i++) {
        struct grading grading;
        struct evidence *evidence[SAMPLE_CHECKS];
        AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
        sample_grading_full(&grading);
        for (size_t j = 0; j < SAMPLE_CHECKS; j++)
            evidence[j] = grading.checks[j].evidence;
        skip_everything(&grading);
        render(&grading, formats[i], &out);
        assert_int_equal(count(out.data, reason), 1);
        if (formats[i] == REPORT_TEXT) // all are named all the same
            assert_string_contains(out.data, "check-2-16");
        for (size_t j = 0; j < SAMPLE_CHECKS; j++)
            grading.checks[j].evidence = evidence[j];
        grading_release(&grading);
    }
}

static void repeated_runs_are_shown_once(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    struct run_record *runs = calloc(4, sizeof *runs);
    assert_non_null(runs);
    for (size_t i = 0; i < 4; i++) {
        snprintf(runs[i].step, sizeof runs[i].step, "cases: loss case %zu", i + 1);
        snprintf(runs[i].outcome, sizeof runs[i].outcome, "cpu_time_exceeded");
        runs[i].cpu_time_limit_ms = 10000;
        runs[i].standard_error = strdup("Traceback:\n\tstill counting\n");
    }
    for (size_t i = 0; i < grading.measured.run_count; i++) {
        free(grading.measured.runs[i].standard_output);
        free(grading.measured.runs[i].standard_error);
    }
    free(grading.measured.runs);
    grading.measured.runs = runs;
    grading.measured.run_count = 4;
    render(&grading, REPORT_TEXT, &out);
    grading_release(&grading);
    assert_string_contains(out.data, "cases: loss case 1 and 3 more runs: stopped, because it "
                                     "computed for longer\n  than 10 s");
    assert_int_equal(count(out.data, "still counting"), 1);
    assert_string_contains(out.data, "    |         still counting\n"); // the tab, as blanks
}

/* ---- strictness ---------------------------------------------------------------------------- */

static void refused(const char *json, size_t size, const char *place)
{
    struct error error = ERROR_INIT;
    struct report_style style = {.width = 80};
    AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
    assert_int_equal(report_render(json, size, "ada.json", REPORT_TEXT, &style, &out, &error),
                     ERROR_USAGE);
    assert_string_contains(error.message, place);
}

static void missing_members_are_named_with_their_place(void **state)
{
    (void)state;
    struct grading grading;
    struct error error = ERROR_INIT;
    AUTO_JSON cJSON *root = NULL;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer damaged = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_small(&grading);
    sample_report(&grading, &json);
    grading_release(&grading);
    assert_int_equal(json_parse(json.data, json.size, "r", ERROR_USAGE, &root, &error), 0);
    cJSON *criteria = cJSON_GetObjectItemCaseSensitive(root, "criteria");
    cJSON *checks = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(criteria, 0), "checks");
    cJSON *evidence =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(checks, VERDICT_WRONG), "evidence");
    cJSON_DeleteItemFromObjectCaseSensitive(cJSON_GetArrayItem(evidence, 3), "rung");
    assert_int_equal(json_print(root, &damaged, &error), 0);
    refused(damaged.data, damaged.size,
            "ada.json: criteria[0].checks[2].evidence[3].rung: missing; expected a string");
}

static void unknown_words_are_named(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_not_fetched(&grading);
    sample_report(&grading, &json);
    grading_release(&grading);
    char *outcome = strstr(json.data, "\"not_fetched\"");
    assert_non_null(outcome);
    memcpy(outcome, "\"not_fetchev\"", strlen("\"not_fetched\""));
    refused(json.data, json.size, "ada.json: outcome: \"not_fetchev\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_of_a_terminal),
        cmocka_unit_test(lines_break_at_blanks_or_hard),
        cmocka_unit_test(long_lines_are_cut_with_a_mark),
        cmocka_unit_test(one_reason_is_told_once),
        cmocka_unit_test(repeated_runs_are_shown_once),
        cmocka_unit_test(missing_members_are_named_with_their_place),
        cmocka_unit_test(unknown_words_are_named),
    };
    return cmocka_run_group_tests_name("report text", tests, NULL, NULL);
}
