/* The formats that are rendered from a report: of good reports, of damaged ones, and of reports
 * whose texts are made to break the format. JUnit and the schema are judged by check_reports.py. */
#include "assertions.h"

#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>
#include "grader/json/json_document.h"
#include "grader/reporting/report.h"
#include "sample_grading.h"

enum { FORMATS = 4 };

static const struct report_style plain = {.width = 80};

static void render(const char *json, size_t size, enum report_format format,
                   const struct report_style *style, struct buffer *out)
{
    struct error error = ERROR_INIT;
    if (report_render(json, size, "report.json", format, style, out, &error) != 0)
        fail_msg("not rendered: %s", error.message);
}

/* Renders and releases the grading. */
static void render_grading(struct grading *grading, enum report_format format,
                           const struct report_style *style, struct buffer *out)
{
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_report(grading, &json);
    grading_release(grading);
    render(json.data, json.size, format, style, out);
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        found++;
    return found;
}

/* ---- good reports -------------------------------------------------------------------------- */

static void formats_are_known_by_name(void **state)
{
    (void)state;
    assert_int_equal(report_format_by_name("text"), REPORT_TEXT);
    assert_int_equal(report_format_by_name("json"), REPORT_JSON);
    assert_int_equal(report_format_by_name("junit"), REPORT_JUNIT);
    assert_int_equal(report_format_by_name("markdown"), REPORT_MARKDOWN);
    assert_int_equal(report_format_by_name("TEXT"), -1);
    assert_int_equal(report_format_by_name(""), -1);
}

static void json_comes_back_as_it_was(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer again = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    sample_report(&grading, &json);
    render(json.data, json.size, REPORT_JSON, &plain, &again);
    assert_string_equal(json.data, again.data);
    grading_release(&grading);
}

static void text_tells_score_faults_and_what_is_open(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_TEXT, &plain, &text);
    assert_string_contains(text.data, "ada");
    assert_string_contains(text.data, "Principal component analysis");
    assert_string_contains(text.data, "16.5 / 204 (12 pending)");
    assert_string_contains(text.data, "Criterion number 2");
    assert_string_contains(text.data, "dividing by n;");
    assert_string_contains(text.data, "PC03");
    assert_string_contains(text.data, "Divide by n - 1.");
    assert_string_contains(text.data, "Check 15 of criterion 1"); // pending
    assert_string_contains(text.data, "Segmentation fault");      // what the program printed last
    assert_string_contains(text.data, "2.40 s");                  // processor time of both runs
}

static void text_of_what_is_not_graded_says_why(void **state)
{
    (void)state;
    static const bool brief[] = {false, true};
    for (size_t i = 0; i < 2; i++) {
        struct grading grading;
        struct report_style style = {.brief = brief[i]};
        AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
        sample_grading_not_fetched(&grading);
        render_grading(&grading, REPORT_TEXT, &style, &text);
        assert_string_contains(text.data, "the repository is empty");
    }
}

static size_t columns(const char *line, size_t size)
{
    size_t found = 0;
    for (size_t i = 0; i < size; i++)
        found += ((unsigned char)line[i] & 0xc0) != 0x80 ? 1 : 0;
    return found;
}

static void text_keeps_to_its_width(void **state)
{
    (void)state;
    static const unsigned widths[] = {72, 80, 100};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct grading grading;
        struct report_style style = {.width = widths[i]};
        AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
        sample_grading_hostile(&grading, "éàü words — of several béts, ten in all, here "
                                         "and there and then some more words to be wrapped");
        grading.learner[0] = grading.project_title[0] = '\0';
        render_grading(&grading, REPORT_TEXT, &style, &text);
        for (const char *line = text.data; *line != '\0';) {
            size_t size = strcspn(line, "\n");
            if (columns(line, size) > widths[i])
                fail_msg("%u columns: %.*s", widths[i], (int)size, line);
            line += size + 1;
        }
    }
}

static void brief_text_is_brief(void **state)
{
    (void)state;
    struct grading grading;
    struct report_style style = {.brief = true, .width = 80};
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_TEXT, &style, &text);
    assert_in_range(count(text.data, "\n"), 2, 12);
    assert_string_contains(text.data, "16.5 / 204 (12 pending)");
    assert_string_contains(text.data, "more"); // some faults do not fit
}

/* Removes "\033[...m" in place. */
static void strip_colours(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\033')
            from += strcspn(from, "m");
        else
            *to++ = *from;
    }
    *to = '\0';
}

static void colour_is_never_the_only_sign(void **state)
{
    (void)state;
    struct grading grading;
    struct report_style style = {.colour = true, .width = 80};
    AUTO_BUFFER struct buffer coloured = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_TEXT, &style, &coloured);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_TEXT, &plain, &text);
    assert_null(strchr(text.data, '\033'));
    assert_non_null(strchr(coloured.data, '\033'));
    strip_colours(coloured.data);
    assert_string_equal(coloured.data, text.data);
}

static void markdown_has_a_table_and_the_faults(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_MARKDOWN, &plain, &text);
    assert_string_contains(text.data, "16.5 / 204 (12 pending)");
    assert_string_contains(text.data, "| Criterion number 0 |");
    assert_string_contains(text.data, "Check 2 of criterion 1");
    assert_string_contains(text.data, "dividing by n;");
    assert_null(strstr(text.data, "Check 0 of criterion 1")); // it is right
}

static void markdown_stays_below_its_limit(void **state)
{
    (void)state;
    for (size_t limit = 2000; limit <= 20000; limit += 1500) {
        struct grading grading;
        struct report_style style = {.maximum_bytes = limit};
        AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
        char long_text[1000];
        memset(long_text, '*', sizeof long_text - 1);
        long_text[sizeof long_text - 1] = '\0';
        sample_grading_hostile(&grading, long_text);
        grading.learner[8] = grading.project_title[8] = '\0';
        render_grading(&grading, REPORT_MARKDOWN, &style, &text);
        if (text.size > limit)
            fail_msg("%zu bytes, limit %zu", text.size, limit);
        assert_string_contains(text.data, "left out");
    }
}

static void junit_maps_every_verdict(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_full(&grading);
    render_grading(&grading, REPORT_JUNIT, &plain, &text);
    assert_int_equal(count(text.data, "<testsuite "), SAMPLE_CRITERIA);
    assert_int_equal(count(text.data, "<testcase "), SAMPLE_CHECKS);
    // Skipped: skipped, pending_manual. Failure: partly_correct, wrong, missing_output,
    // malformed_output, nondeterministic, platform_sensitive. Error: the other eight.
    assert_int_equal(count(text.data, "<skipped"), SAMPLE_CRITERIA * 2);
    assert_int_equal(count(text.data, "<failure"), SAMPLE_CRITERIA * 6);
    assert_int_equal(count(text.data, "<error"), SAMPLE_CRITERIA * 8);
}

/* ---- reports that are none ------------------------------------------------------------------- */

static void what_is_no_report_is_refused(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "",
        "{",
        "[]",
        "null",
        "\"grader-report\"",
        "{}",
        "{\"schema\": 1}",
        "{\"schema\": \"other\", \"schema_version\": 1}",
        "{\"schema\": \"grader-report\"}",
        "{\"schema\": \"grader-report\", \"schema_version\": 2, \"score\": {}, \"criteria\": []}",
        "{\"schema\": \"grader-report\", \"schema_version\": \"1\"}",
        "{\"schema\": \"grader-report\", \"schema_version\": 1}",
        "{\"schema\": \"grader-report\", \"schema_version\": 1, \"score\": {}, \"criteria\": []} x",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        for (int format = 0; format < FORMATS; format++) {
            AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
            struct error error = ERROR_INIT;
            int status = report_render(inputs[i], strlen(inputs[i]), "bad.json",
                                       (enum report_format)format, &plain, &out, &error);
            if (status != ERROR_USAGE)
                fail_msg("%s: status %d", inputs[i], status);
            assert_int_equal(strncmp(error.message, "bad.json", 8), 0);
            assert_int_equal(out.size, 0);
        }
    }
}

static void a_version_of_the_future_is_named(void **state)
{
    (void)state;
    const char *json = "{\"schema\": \"grader-report\", \"schema_version\": 2}";
    AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
    struct error error = ERROR_INIT;
    assert_int_equal(
        report_render(json, strlen(json), "new.json", REPORT_TEXT, &plain, &out, &error),
        ERROR_USAGE);
    assert_string_contains(error.message, "schema_version");
}

/* ---- every member damaged in every way ---------------------------------------------------------
 */

struct nodes {
    cJSON *items[4096];
    size_t count;
};

static void collect(cJSON *node, struct nodes *nodes)
{
    cJSON *item;
    cJSON_ArrayForEach(item, node)
    {
        assert_in_range(nodes->count, 0, 4095);
        nodes->items[nodes->count++] = item;
        collect(item, nodes);
    }
}

enum { DAMAGES = 10 };

/* The node becomes something else where it stands; its old content stays with the caller, who puts
 * it back. Nothing is allocated: what it becomes is a constant, or borrowed from @p other. */
static void damage(cJSON *node, int kind, cJSON *other)
{
    static const struct {
        int type;
        double number;
    } values[] = {{cJSON_NULL, 0.0},     {cJSON_True, 0.0},   {cJSON_Number, -1.0},
                  {cJSON_Number, 1e300}, {cJSON_Number, 0.5}, {cJSON_String, 0.0},
                  {cJSON_Array, 0.0},    {cJSON_Object, 0.0}, {cJSON_Array, 0.0}};
    static char word[] = "no such word", unknown[] = "unknown";
    if (kind == DAMAGES - 1) { // gone, and something unknown in its place
        node->string = node->string == NULL ? NULL : unknown;
        return;
    }
    node->type = values[kind].type;
    node->valuedouble = values[kind].number;
    node->valuestring = values[kind].type == cJSON_String ? word : NULL;
    node->child = kind == 8 ? other : NULL;
}

static void render_damaged(const cJSON *root, const char *where)
{
    struct report_style styles[] = {{.width = 60}, {.brief = true, .colour = true}};
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    struct error error = ERROR_INIT;
    assert_int_equal(json_print(root, &json, &error), 0);
    for (int i = 0; i < FORMATS + 1; i++) {
        AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
        enum report_format format = i < FORMATS ? (enum report_format)i : REPORT_TEXT;
        int status = report_render(json.data, json.size, "report.json", format,
                                   &styles[i < FORMATS ? 0 : 1], &out, &error);
        if (status != 0 && status != ERROR_USAGE)
            fail_msg("%s: status %d: %s", where, status, error.message);
        if (status != 0)
            assert_string_contains(error.message, "report.json");
    }
}

static void no_damage_crashes_a_renderer(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_JSON cJSON *root = NULL;
    struct error error = ERROR_INIT;
    struct nodes *nodes = calloc(1, sizeof *nodes);
    cJSON *null = cJSON_CreateNull();
    assert_non_null(nodes);
    sample_grading_small(&grading);
    sample_report(&grading, &json);
    grading_release(&grading);
    assert_int_equal(json_parse(json.data, json.size, "r", ERROR_USAGE, &root, &error), 0);
    collect(root, nodes);
    assert_true(nodes->count > 200);
    for (size_t i = 0; i < nodes->count; i++) {
        cJSON original = *nodes->items[i];
        for (int kind = 0; kind < DAMAGES; kind++) {
            damage(nodes->items[i], kind, null);
            render_damaged(root, original.string == NULL ? "an item" : original.string);
            *nodes->items[i] = original;
        }
    }
    cJSON_Delete(null);
    free(nodes);
}

static void cut_reports_are_refused(void **state)
{
    (void)state;
    struct grading grading;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_small(&grading);
    sample_report(&grading, &json);
    grading_release(&grading);
    for (size_t size = 0; size + 2 < json.size; size += 37) {
        AUTO_BUFFER struct buffer out = BUFFER_INIT(REPORT_BYTES_MAX);
        struct error error = ERROR_INIT;
        assert_int_equal(
            report_render(json.data, size, "cut.json", REPORT_TEXT, &plain, &out, &error),
            ERROR_USAGE);
    }
}

/* ---- texts that want to be more than text -------------------------------------------------- */

/* Reports that another program made: control characters come in by JSON's own escapes. */
static void put_texts(cJSON *node, const char *text)
{
    cJSON *item;
    cJSON_ArrayForEach(item, node)
    {
        static const char *const free_texts[] = {"learner", "project_title", "title",     "message",
                                                 "topic",   "expected",      "output",    "path",
                                                 "text",    "denials",       "ref_given", "origin"};
        for (size_t i = 0; i < sizeof free_texts / sizeof *free_texts; i++)
            if (cJSON_IsString(item) && item->string != NULL &&
                strcmp(item->string, free_texts[i]) == 0)
                cJSON_SetValuestring(item, text);
        put_texts(item, text);
    }
}

static void hostile_report(const char *text, struct buffer *json)
{
    struct grading grading;
    AUTO_JSON cJSON *root = NULL;
    struct error error = ERROR_INIT;
    AUTO_BUFFER struct buffer good = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_grading_small(&grading);
    sample_report(&grading, &good);
    grading_release(&grading);
    assert_int_equal(json_parse(good.data, good.size, "r", ERROR_USAGE, &root, &error), 0);
    put_texts(root, text);
    assert_int_equal(json_print(root, json, &error), 0);
}

static void terminals_are_not_controlled(void **state)
{
    (void)state;
    static const bool brief[] = {false, true};
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    hostile_report("a\033[2Jb\033]0;title\007c\rd\be\xc2\x9b\tf\xe2\x80\xaeg\x7fh", &json);
    for (size_t i = 0; i < 2; i++) {
        struct report_style style = {.brief = brief[i], .width = 100};
        AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
        render(json.data, json.size, REPORT_TEXT, &style, &text);
        for (const char *p = text.data; *p != '\0'; p++)
            assert_true(((unsigned char)*p >= 0x20 && *p != 0x7f) || *p == '\n' || *p == '\t');
        assert_null(strstr(text.data, "\xc2\x9b"));
        assert_null(strstr(text.data, "\xe2\x80\xae"));
        assert_string_contains(text.data, "\\x1b[2J");
    }
}

static const char *const markdown_attacks[] = {
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "https://evil.example/ and www.evil.example and <https://evil.example>",
    "mail@evil.example",
    "a | b | c",
    "`code` ```fence``` ~~~",
    "**bold** _it_ ~~gone~~ $x$",
    "line\n\n# heading\n\n- list\n\n> quote\n\n    code\n",
    "&lt;b&gt; &#60;b&#62; \\<b>",
    "[ref]: https://evil.example\n[ref]",
    "<!-- comment",
    "backslash at the end \\",
    "::error::workflow command\n::set-output name=x::y",
};

/* Addresses and mentions: GitHub makes links of them wherever they stand, but not in code. */
static size_t count_live(const char *text)
{
    return count(text, "https://evil") + count(text, "www.evil") + count(text, "mail@evil");
}

/* The document's structure: one line per node that is more than text. Returns how many addresses
 * stand in code. */
static size_t append_structure(const char *markdown, struct buffer *structure)
{
    size_t in_code = 0;
    cmark_node *document =
        cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_VALIDATE_UTF8);
    cmark_iter *walk = cmark_iter_new(document);
    for (cmark_event_type event; (event = cmark_iter_next(walk)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(walk);
        cmark_node_type type = cmark_node_get_type(node);
        if (event != CMARK_EVENT_ENTER || type == CMARK_NODE_TEXT)
            continue;
        bool html = type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE;
        buffer_append_format(structure, "%s %s\n", cmark_node_get_type_string(node),
                             html ? cmark_node_get_literal(node) : "");
        if (type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_CODE)
            in_code += count_live(cmark_node_get_literal(node));
    }
    cmark_iter_free(walk);
    cmark_node_free(document);
    return in_code;
}

static void render_hostile_markdown(const char *text, struct buffer *out)
{
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    hostile_report(text, &json);
    render(json.data, json.size, REPORT_MARKDOWN, &plain, out);
}

static void markdown_is_not_injected(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer harmless = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer wanted = BUFFER_INIT(REPORT_BYTES_MAX);
    render_hostile_markdown("harmless words", &harmless);
    append_structure(harmless.data, &wanted);
    for (size_t i = 0; i < sizeof markdown_attacks / sizeof *markdown_attacks; i++) {
        AUTO_BUFFER struct buffer text = BUFFER_INIT(REPORT_BYTES_MAX);
        AUTO_BUFFER struct buffer structure = BUFFER_INIT(REPORT_BYTES_MAX);
        render_hostile_markdown(markdown_attacks[i], &text);
        size_t in_code = append_structure(text.data, &structure);
        if (strcmp(structure.data, wanted.data) != 0)
            fail_msg("%s changes the document:\n%s", markdown_attacks[i], structure.data);
        assert_int_equal(count_live(text.data), in_code);
        assert_null(strstr(text.data, "\n::error"));
    }
}

static void huge_texts_are_survived(void **state)
{
    (void)state;
    enum { SIZE = 1 << 17 };
    static const char *const units[] = {"x", "<", "é", "a b ", "\n", "*"};
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t length = strlen(units[u]);
        for (size_t i = 0; i + length <= SIZE; i += length)
            memcpy(text + i, units[u], length);
        text[SIZE / length * length] = '\0';
        AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
        hostile_report(text, &json);
        for (int format = 0; format < FORMATS; format++) {
            AUTO_BUFFER struct buffer out = BUFFER_INIT(64 * 1024 * 1024);
            render(json.data, json.size, (enum report_format)format, &plain, &out);
            assert_true(out.size > 0);
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_known_by_name),
        cmocka_unit_test(json_comes_back_as_it_was),
        cmocka_unit_test(text_tells_score_faults_and_what_is_open),
        cmocka_unit_test(text_of_what_is_not_graded_says_why),
        cmocka_unit_test(text_keeps_to_its_width),
        cmocka_unit_test(brief_text_is_brief),
        cmocka_unit_test(colour_is_never_the_only_sign),
        cmocka_unit_test(markdown_has_a_table_and_the_faults),
        cmocka_unit_test(markdown_stays_below_its_limit),
        cmocka_unit_test(junit_maps_every_verdict),
        cmocka_unit_test(what_is_no_report_is_refused),
        cmocka_unit_test(a_version_of_the_future_is_named),
        cmocka_unit_test(no_damage_crashes_a_renderer),
        cmocka_unit_test(cut_reports_are_refused),
        cmocka_unit_test(terminals_are_not_controlled),
        cmocka_unit_test(markdown_is_not_injected),
        cmocka_unit_test(huge_texts_are_survived),
    };
    return cmocka_run_group_tests_name("report formats", tests, NULL, NULL);
}
