/* The report as Markdown, for a job summary or a comment. Learner-made text must not become markup:
 * everything that Markdown or HTML could read is escaped. */
#include <stdio.h>
#include <string.h>
#include "grader/reporting/points.h"
#include "grader/reporting/report_formats.h"
#include "grader/reporting/report_reader.h"

enum { DEFAULT_BYTES_MAX = 60000, NOTE_ROOM = 256 };

/* One line of text: control characters escaped, markup neutralised, a mention or link no more. */
static void append_plain(struct buffer *out, const char *text)
{
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(1024 * 1024);
    buffer_append_escaped(&clean, text, strlen(text), false);
    for (const char *p = buffer_text(&clean); *p != '\0'; p++) {
        if (*p == '<' || *p == '>' || *p == '&')
            buffer_append_text(out, *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : "&amp;");
        else if (*p == '@') // GitHub notifies whoever is named
            buffer_append_text(out, "@\xe2\x80\x8b");
        else if (strchr("\\`*_{}[]()#+-.!|~$:", *p) != NULL)
            buffer_append_format(out, "\\%c", *p);
        else
            buffer_append(out, p, 1);
    }
}

static void append_head(const cJSON *report, struct buffer *out)
{
    const cJSON *submission = report_member(report, "submission");
    const cJSON *score = report_member(report, "score");
    char total[SCORE_TEXT_MAX];
    points_score_text(total, report_points(score, "points"), report_points(score, "maximum"),
                      report_points(score, "pending"));
    buffer_append_text(out, "## Final project: ");
    append_plain(out, report_text(submission, "project_title"));
    buffer_append_format(out, "\n\n**Score: %s**\n\n", total);
    if (report_text(submission, "learner")[0] != '\0') {
        buffer_append_text(out, "Learner: ");
        append_plain(out, report_text(submission, "learner"));
        buffer_append_text(out, "\n\n");
    }
    if (report_text(report, "message")[0] != '\0') {
        append_plain(out, report_text(report, "message"));
        buffer_append_text(out, "\n\n");
    }
}

static void append_criteria(const cJSON *report, struct buffer *out)
{
    const cJSON *criterion;
    char text[SCORE_TEXT_MAX];
    buffer_append_text(out, "| Criterion | Points |\n|---|---|\n");
    cJSON_ArrayForEach(criterion, report_member(report, "criteria"))
    {
        points_score_text(text, report_points(criterion, "points"),
                          report_points(criterion, "maximum"), report_points(criterion, "pending"));
        buffer_append_text(out, "| ");
        append_plain(out, report_text(criterion, "title"));
        buffer_append_format(out, " | %s |\n", text);
    }
}

static const char *symbol_of(enum report_sign sign)
{
    switch (sign) {
    case SIGN_RIGHT:
        return "✅";
    case SIGN_PARTLY:
        return "🟡";
    case SIGN_WRONG:
    case SIGN_BROKEN:
        return "❌";
    case SIGN_NOT_RUN:
        return "⏭️";
    case SIGN_PENDING:
        return "🕓";
    case SIGN_OURS:
        return "⚠️";
    }
    return "";
}

static void append_check(const cJSON *check, struct buffer *out)
{
    const char *verdict = report_text(check, "verdict");
    char points[POINTS_TEXT_MAX], maximum[POINTS_TEXT_MAX];
    points_text(points, report_points(check, "points"));
    points_text(maximum, report_points(check, "maximum"));
    buffer_append_format(out, "- %s **", symbol_of(report_sign_of(verdict)));
    append_plain(out, report_text(check, "title"));
    buffer_append_format(out, "**: %s, %s of %s points", report_verdict_words(verdict), points,
                         maximum);
    if (report_text(check, "message")[0] != '\0') {
        buffer_append_text(out, "  \n  ");
        append_plain(out, report_text(check, "message"));
    }
    buffer_append_text(out, "\n");
}

/* Adds checks until the limit is near; returns how many were left out. */
static size_t append_checks(const cJSON *report, size_t limit, struct buffer *out)
{
    const cJSON *criterion, *check;
    size_t left_out = 0;
    cJSON_ArrayForEach(criterion, report_member(report, "criteria"))
    {
        cJSON_ArrayForEach(check, report_member(criterion, "checks"))
        {
            AUTO_BUFFER struct buffer one = BUFFER_INIT(1024 * 1024);
            if (report_sign_of(report_text(check, "verdict")) == SIGN_RIGHT)
                continue;
            append_check(check, &one);
            if (left_out > 0 || out->size + one.size + NOTE_ROOM > limit)
                left_out++;
            else
                buffer_append(out, buffer_text(&one), one.size);
        }
    }
    return left_out;
}

void report_render_markdown(const cJSON *report, const struct report_style *style,
                            struct buffer *out)
{
    size_t limit = style->maximum_bytes == 0 ? DEFAULT_BYTES_MAX : style->maximum_bytes;
    append_head(report, out);
    append_criteria(report, out);
    buffer_append_text(out, "\n### What is not right yet, or not marked\n\n");
    size_t left_out = append_checks(report, limit, out);
    if (left_out > 0)
        buffer_append_format(out, "\n%zu more left out here; the JSON report has them all.\n",
                             left_out);
}
