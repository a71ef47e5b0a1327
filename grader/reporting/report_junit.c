/*
 * The report as JUnit XML, as GitLab, Jenkins and the GitHub actions read it: a suite per
 * criterion, a case per check. Wrong answers are failures, what did not run to its end is an error,
 * what is pending or was not run is skipped. Attributes are those of the original format only,
 * because strict readers refuse others.
 */
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/utf8.h"
#include "grader/reporting/report_render.h"

enum { TEXT_MAX = 64 * 1024, OUTPUT_LINES = 40 };

/* ---- escaping ------------------------------------------------------------------------------ */

/* Appends a character that is not ASCII; U+FFFE and U+FFFF, which XML 1.0 forbids, as "?". */
static void append_wide(struct buffer *out, const char *bytes, size_t size)
{
    bool forbidden = size == 3 && (memcmp(bytes, "\xef\xbf\xbe", 3) == 0 ||
                                   memcmp(bytes, "\xef\xbf\xbf", 3) == 0);
    buffer_append(out, forbidden ? "?" : bytes, forbidden ? 1 : size);
}

static void append_ascii(struct buffer *out, char byte)
{
    switch (byte) {
    case '<':
        buffer_append_text(out, "&lt;");
        break;
    case '>':
        buffer_append_text(out, "&gt;");
        break;
    case '&':
        buffer_append_text(out, "&amp;");
        break;
    case '"':
        buffer_append_text(out, "&quot;");
        break;
    case '\n': // a reader would make a blank of it inside an attribute
        buffer_append_text(out, "&#10;");
        break;
    default:
        buffer_append(out, &byte, 1);
    }
}

/* Control characters have no escape in XML 1.0: they become \xNN before. */
static void xml(struct buffer *out, const char *text)
{
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(4 * TEXT_MAX);
    buffer_append_escaped(&clean, text, strnlen(text, TEXT_MAX), true);
    text = buffer_text(&clean);
    for (size_t left = strlen(text); left > 0;) {
        size_t size = utf8_character_size(text, left);
        if (size > 1)
            append_wide(out, text, size);
        else
            append_ascii(out, *text);
        size = size == 0 ? 1 : size;
        text += size;
        left -= size;
    }
}

static void attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_append_format(out, " %s=\"", name);
    xml(out, value);
    buffer_append_text(out, "\"");
}

/* ---- unique names -------------------------------------------------------------------------- */

/* Readers keep only the first of two cases with one name, so a name that is taken gets a number. */
struct named {
    const char *name;
    size_t index, number; /**< place in the criterion; 1 for the first of its name */
};

static int by_name(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static int by_index(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    return (a->index > b->index) - (a->index < b->index);
}

static struct named *number_names(const struct view_criterion *criterion)
{
    size_t count = criterion->check_count;
    struct named *names = calloc(count + 1, sizeof *names);
    if (names == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        names[i] = (struct named){criterion->checks[i].name, i, 1};
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 1; i < count; i++)
        if (strcmp(names[i].name, names[i - 1].name) == 0)
            names[i].number = names[i - 1].number + 1;
    qsort(names, count, sizeof *names, by_index);
    return names;
}

/* ---- cases --------------------------------------------------------------------------------- */

/* The element that says how a check ended; NULL when it passed. */
static const char *element_of(const struct view_check *check)
{
    switch (verdict_standing(check->verdict)) {
    case STANDING_PASSED:
        return NULL;
    case STANDING_PARTLY:
    case STANDING_FAILED:
        return "failure";
    case STANDING_BROKEN:
        return "error";
    case STANDING_SKIPPED:
    case STANDING_PENDING:
        break;
    }
    return "skipped";
}

static void append_evidence(struct buffer *text, const struct view_check *check)
{
    for (size_t i = 0; i < check->evidence_count; i++) {
        const struct view_evidence *evidence = &check->evidence[i];
        if (verdict_standing(evidence->verdict) == STANDING_PASSED)
            continue;
        if (say_evidence(text, evidence))
            buffer_append_text(text, "\n");
    }
}

/* The first failed run that belongs to a check: the build's, or one whose step names the check. */
static const struct view_run *run_of(const struct report_view *view, const struct view_check *check)
{
    const char *step = check->verdict == VERDICT_BUILD_FAILED ? "build" : check->name;
    for (size_t i = 0; i < view->run_count && step[0] != '\0'; i++)
        if (run_failed(&view->runs[i]) && strstr(view->runs[i].step, step) != NULL)
            return &view->runs[i];
    return NULL;
}

static void append_run(struct buffer *text, const struct view_run *run)
{
    say_text(text, run->step);
    buffer_append_text(text, ": ");
    say_run(text, run);
    buffer_append_text(text, "\n");
    say_run_output(text, run, OUTPUT_LINES);
    buffer_append_text(text, "\n");
}

static void append_details(const struct report_view *view, const struct view_check *check,
                           struct buffer *out)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(TEXT_MAX);
    if (check->message[0] != '\0') {
        say_text(&text, check->message);
        say_misconceptions(&text, &check->misconceptions);
        buffer_append_text(&text, "\n");
    }
    append_evidence(&text, check);
    if (verdict_standing(check->verdict) == STANDING_BROKEN) {
        const struct view_run *run = run_of(view, check);
        if (run != NULL)
            append_run(&text, run);
    }
    if (check->expected[0] != '\0') {
        buffer_append_text(&text, "Asked: ");
        say_text(&text, check->expected);
        buffer_append_text(&text, "\n");
    }
    xml(out, buffer_text(&text));
}

static void append_outcome(const struct report_view *view, const struct view_check *check,
                           const char *element, struct buffer *out)
{
    const char *message = check->message[0] != '\0' ? check->message : verdict_word(check->verdict);
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    say_text(&line, message);
    buffer_append_format(out, "\n      <%s", element);
    attribute(out, "message", buffer_text(&line));
    if (strcmp(element, "skipped") == 0) { // has no type and no text in the format
        buffer_append_text(out, "/>\n    ");
        return;
    }
    attribute(out, "type", verdict_name(check->verdict));
    buffer_append_text(out, ">");
    append_details(view, check, out);
    buffer_append_format(out, "</%s>\n    ", element);
}

static void append_case(const struct report_view *view, const struct view_criterion *criterion,
                        const struct named *name, struct buffer *out)
{
    const struct view_check *check = &criterion->checks[name->index];
    const char *element = element_of(check);
    AUTO_BUFFER struct buffer text = BUFFER_INIT(TEXT_MAX);
    say_text(&text, check->title);
    buffer_append_text(&text, " (");
    say_text(&text, check->name);
    buffer_append_text(&text, ")");
    if (name->number > 1)
        buffer_append_format(&text, " #%zu", name->number);
    buffer_append_text(out, "    <testcase");
    attribute(out, "classname", criterion->name);
    attribute(out, "name", buffer_text(&text));
    buffer_append_text(out, " time=\"0\"");
    if (element == NULL) {
        buffer_append_text(out, "/>\n");
        return;
    }
    buffer_append_text(out, ">");
    append_outcome(view, check, element, out);
    buffer_append_text(out, "</testcase>\n");
}

/* ---- suites -------------------------------------------------------------------------------- */

struct counts {
    size_t tests, failures, errors, skipped;
};

static void count_checks(const struct view_criterion *criterion, struct counts *counts)
{
    for (size_t i = 0; i < criterion->check_count; i++) {
        const char *element = element_of(&criterion->checks[i]);
        counts->tests++;
        if (element == NULL)
            continue;
        counts->failures += strcmp(element, "failure") == 0 ? 1 : 0;
        counts->errors += strcmp(element, "error") == 0 ? 1 : 0;
        counts->skipped += strcmp(element, "skipped") == 0 ? 1 : 0;
    }
}

static void append_suite(const struct report_view *view, const struct view_criterion *criterion,
                         struct buffer *out)
{
    struct counts counts = {0};
    count_checks(criterion, &counts);
    AUTO_FREE struct named *names = number_names(criterion);
    if (names == NULL) {
        out->failed = true;
        return;
    }
    buffer_append_text(out, "  <testsuite");
    attribute(out, "name", criterion->title);
    buffer_append_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
                         counts.tests, counts.failures, counts.errors, counts.skipped);
    for (size_t i = 0; i < criterion->check_count; i++)
        append_case(view, criterion, &names[i], out);
    buffer_append_text(out, "  </testsuite>\n");
}

/* A submission that could not be graded must not look as if all had passed. */
static void append_obstacle(const struct report_view *view, struct buffer *out)
{
    if (view->outcome == GRADING_GRADED)
        return;
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    say_text(&line, view->message);
    buffer_append_text(out,
                       "  <testsuite name=\"Submission\" tests=\"1\" failures=\"0\" errors=\"1\" "
                       "skipped=\"0\">\n    <testcase classname=\"submission\" "
                       "name=\"The submission can be graded\" time=\"0\">\n      <error");
    attribute(out, "message", buffer_text(&line));
    attribute(out, "type", grading_outcome_name(view->outcome));
    buffer_append_text(out, "/>\n    </testcase>\n  </testsuite>\n");
}

void render_junit(const struct report_view *view, struct buffer *out)
{
    size_t obstacles = view->outcome == GRADING_GRADED ? 0 : 1;
    struct counts counts = {.tests = obstacles, .errors = obstacles};
    AUTO_BUFFER struct buffer project = BUFFER_INIT(TEXT_MAX);
    for (size_t i = 0; i < view->criterion_count; i++)
        count_checks(&view->criteria[i], &counts);
    say_project(&project, view);
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    attribute(out, "name", buffer_text(&project));
    buffer_append_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.3f\">\n",
                         counts.tests, counts.failures, counts.errors,
                         (double)view->total_ns / 1e9);
    append_obstacle(view, out);
    for (size_t i = 0; i < view->criterion_count; i++)
        append_suite(view, &view->criteria[i], out);
    buffer_append_text(out, "</testsuites>\n");
}
