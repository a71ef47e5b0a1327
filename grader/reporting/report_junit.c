/* The report as JUnit XML, as GitLab, GitHub actions and Jenkins read it: a suite per criterion, a
 * case per check. Exit statuses, not this file, make a job fail. */
#include <stdio.h>
#include <string.h>
#include "grader/reporting/points.h"
#include "grader/reporting/report_formats.h"
#include "grader/reporting/report_reader.h"

/* Text for XML 1.0: markup escaped; control characters, which no escape makes legal, as \xNN. The
 * two noncharacters that XML forbids as well are dropped. */
static void append_xml(struct buffer *out, const char *text)
{
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(1024 * 1024);
    buffer_append_escaped(&clean, text, strlen(text), true);
    for (const char *p = buffer_text(&clean); *p != '\0'; p++) {
        switch (*p) {
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
        case '\n': // attributes would fold a plain line end
            buffer_append_text(out, "&#10;");
            break;
        default:
            if (strncmp(p, "\xef\xbf\xbe", 3) == 0 || strncmp(p, "\xef\xbf\xbf", 3) == 0)
                p += 2;
            else
                buffer_append(out, p, 1);
        }
    }
}

static void append_attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_append_format(out, " %s=\"", name);
    append_xml(out, value);
    buffer_append_text(out, "\"");
}

/* The element that says how a check went; NULL when it passed. */
static const char *element_of(enum report_sign sign)
{
    switch (sign) {
    case SIGN_RIGHT:
        return NULL;
    case SIGN_PARTLY:
    case SIGN_WRONG:
        return "failure";
    case SIGN_BROKEN:
    case SIGN_OURS:
        return "error";
    case SIGN_NOT_RUN:
    case SIGN_PENDING:
        return "skipped";
    }
    return "error";
}

static void append_outcome(const cJSON *check, const char *element, struct buffer *out)
{
    const char *verdict = report_text(check, "verdict");
    const char *message = report_text(check, "message");
    buffer_append_format(out, "\n      <%s", element);
    if (strcmp(element, "skipped") != 0)
        append_attribute(out, "type", verdict);
    append_attribute(out, "message", message[0] != '\0' ? message : report_verdict_words(verdict));
    buffer_append_text(out, ">");
    append_xml(out, report_text(check, "expected"));
    buffer_append_format(out, "</%s>\n    ", element);
}

static void append_case(const cJSON *criterion, const cJSON *check, struct buffer *out)
{
    const char *element = element_of(report_sign_of(report_text(check, "verdict")));
    buffer_append_text(out, "    <testcase");
    append_attribute(out, "classname", report_text(criterion, "title"));
    append_attribute(out, "name", report_text(check, "check"));
    append_attribute(out, "file", "submission.json");
    buffer_append_text(out, " time=\"0\">");
    if (element != NULL)
        append_outcome(check, element, out);
    buffer_append_text(out, "</testcase>\n");
}

struct counts {
    unsigned tests, failures, errors, skipped;
};

static struct counts count_checks(const cJSON *criterion)
{
    const cJSON *check;
    struct counts counts = {0};
    cJSON_ArrayForEach(check, report_member(criterion, "checks"))
    {
        const char *element = element_of(report_sign_of(report_text(check, "verdict")));
        counts.tests++;
        counts.failures += element != NULL && strcmp(element, "failure") == 0 ? 1 : 0;
        counts.errors += element != NULL && strcmp(element, "error") == 0 ? 1 : 0;
        counts.skipped += element != NULL && strcmp(element, "skipped") == 0 ? 1 : 0;
    }
    return counts;
}

static void append_suite(const cJSON *criterion, struct buffer *out)
{
    const cJSON *check;
    struct counts counts = count_checks(criterion);
    buffer_append_text(out, "  <testsuite");
    append_attribute(out, "name", report_text(criterion, "title"));
    buffer_append_format(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n",
                         counts.tests, counts.failures, counts.errors, counts.skipped);
    cJSON_ArrayForEach(check, report_member(criterion, "checks"))
    {
        append_case(criterion, check, out);
    }
    buffer_append_text(out, "  </testsuite>\n");
}

void report_render_junit(const cJSON *report, struct buffer *out)
{
    const cJSON *criterion;
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    append_attribute(out, "name", report_text(report_member(report, "submission"), "project"));
    buffer_append_text(out, ">\n");
    cJSON_ArrayForEach(criterion, report_member(report, "criteria"))
    {
        append_suite(criterion, out);
    }
    buffer_append_text(out, "</testsuites>\n");
}
