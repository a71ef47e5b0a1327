/* The report on a terminal: criteria and points first, then what to look at, then what is left. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "grader/reporting/points.h"
#include "grader/reporting/report_formats.h"
#include "grader/reporting/report_reader.h"
#include "grader/reporting/wrapped_text.h"

enum { DEFAULT_WIDTH = 80, WIDEST = 160, BRIEF_FAILURES = 6, PRINTED_LINES = 12 };

struct view {
    const cJSON *report;
    struct buffer *out;
    unsigned width;
    bool colour;
    bool brief;
};

/* ---- small parts --------------------------------------------------------------------------- */

struct sign {
    const char *symbol;
    const char *colour;
};

static struct sign sign_of(enum report_sign sign)
{
    switch (sign) {
    case SIGN_RIGHT:
        return (struct sign){"✓", "32"};
    case SIGN_PARTLY:
        return (struct sign){"~", "33"};
    case SIGN_WRONG:
    case SIGN_BROKEN:
        return (struct sign){"✗", "31"};
    case SIGN_NOT_RUN:
        return (struct sign){"-", "33"};
    case SIGN_PENDING:
        return (struct sign){"?", "36"};
    case SIGN_OURS:
        return (struct sign){"!", "35"};
    }
    return (struct sign){"?", "0"};
}

static void append_coloured(const struct view *v, const char *colour, const char *text)
{
    if (v->colour)
        buffer_append_format(v->out, "\033[%sm%s\033[0m", colour, text);
    else
        buffer_append_text(v->out, text);
}

/* Untrusted text on one line, padded to a number of columns. */
static void append_padded(const struct view *v, const char *text, size_t columns)
{
    size_t used = text_columns(text);
    buffer_append_escaped(v->out, text, strlen(text), false);
    while (used++ < columns)
        buffer_append_text(v->out, " ");
}

static void append_heading(const struct view *v, const char *title)
{
    buffer_append_text(v->out, "\n");
    append_coloured(v, "1", title);
    buffer_append_text(v->out, "\n");
}

static bool is_failure(enum report_sign sign)
{
    return sign == SIGN_PARTLY || sign == SIGN_WRONG || sign == SIGN_BROKEN || sign == SIGN_OURS;
}

/* ---- head and totals ----------------------------------------------------------------------- */

static void append_named(const struct view *v, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    append_padded(v, name, 12);
    buffer_append_escaped(v->out, value, strlen(value), false);
    buffer_append_text(v->out, "\n");
}

static void append_head(const struct view *v)
{
    const cJSON *submission = report_member(v->report, "submission");
    const cJSON *score = report_member(v->report, "score");
    char total[SCORE_TEXT_MAX], commit[16];
    const char *title = report_text(submission, "project_title");
    points_score_text(total, report_points(score, "points"), report_points(score, "maximum"),
                      report_points(score, "pending"));
    snprintf(commit, sizeof commit, "%.12s", report_text(submission, "commit"));
    if (!v->brief) {
        append_named(v, "Learner", report_text(submission, "learner"));
        append_named(v, "Project", title[0] != '\0' ? title : report_text(submission, "project"));
        append_named(v, "Commit", commit);
    }
    append_padded(v, "Score", v->brief ? 0 : 12);
    buffer_append_text(v->out, v->brief ? ": " : "");
    append_coloured(v, "1", total);
    buffer_append_text(v->out, "\n");
    if (report_text(v->report, "message")[0] == '\0')
        return;
    buffer_append_text(v->out, v->brief ? "" : "\n");
    wrapped_append(v->out, "", report_text(v->report, "message"), v->width);
}

/* The sign of a criterion: right when all is earned, partly when some is. */
static enum report_sign criterion_sign(const cJSON *criterion)
{
    int64_t points = report_points(criterion, "points");
    int64_t open = report_points(criterion, "maximum") - report_points(criterion, "pending");
    if (points >= open)
        return report_points(criterion, "pending") > 0 && open == 0 ? SIGN_PENDING : SIGN_RIGHT;
    return points > 0 ? SIGN_PARTLY : SIGN_WRONG;
}

static void append_criterion(const struct view *v, const cJSON *criterion)
{
    char text[SCORE_TEXT_MAX];
    struct sign sign = sign_of(criterion_sign(criterion));
    points_score_text(text, report_points(criterion, "points"), report_points(criterion, "maximum"),
                      report_points(criterion, "pending"));
    buffer_append_text(v->out, "  ");
    append_coloured(v, sign.colour, sign.symbol);
    buffer_append_text(v->out, " ");
    append_padded(v, report_text(criterion, "title"), 40);
    buffer_append_format(v->out, " %s\n", text);
}

static void append_criteria(const struct view *v)
{
    const cJSON *criterion;
    append_heading(v, "Criteria");
    cJSON_ArrayForEach(criterion, report_member(v->report, "criteria"))
    {
        append_criterion(v, criterion);
    }
}

/* ---- failed checks ------------------------------------------------------------------------- */

static void append_ids(char *text, size_t size, const cJSON *check)
{
    const cJSON *id;
    size_t used = 0;
    text[0] = '\0';
    cJSON_ArrayForEach(id, report_member(check, "misconceptions"))
    {
        if (!cJSON_IsString(id) || used >= size)
            continue;
        int wrote =
            snprintf(text + used, size - used, "%s%.16s", used == 0 ? "" : ", ", id->valuestring);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* The evidence that the message of the check was taken from, else the first that is not right. */
static const cJSON *telling_evidence(const cJSON *check)
{
    const cJSON *evidence, *first = NULL;
    cJSON_ArrayForEach(evidence, report_member(check, "evidence"))
    {
        enum report_sign sign = report_sign_of(report_text(evidence, "verdict"));
        if (!is_failure(sign))
            continue;
        if (strcmp(report_text(evidence, "message"), report_text(check, "message")) == 0)
            return evidence;
        if (first == NULL)
            first = evidence;
    }
    return first;
}

static void describe_entry(char *text, size_t size, const cJSON *comparison)
{
    const cJSON *worst = report_member(comparison, "worst");
    double ratio = report_number(comparison, "error_in_tolerances", -1.0);
    int used = snprintf(text, size, ", farthest off in row %.0f, column %.0f",
                        report_number(worst, "row", 0.0), report_number(worst, "column", 0.0));
    if (used > 0 && (size_t)used < size && cJSON_IsNumber(report_member(worst, "got")))
        used += snprintf(text + used, size - (size_t)used, ": your %.8g, expected %.8g",
                         report_number(worst, "got", 0.0), report_number(worst, "expected", 0.0));
    if (used > 0 && (size_t)used < size && ratio >= 0.0)
        snprintf(text + used, size - (size_t)used, " (%.3g times the tolerance)", ratio);
}

static void append_where(const struct view *v, const cJSON *check)
{
    const cJSON *evidence = telling_evidence(check);
    char text[512], entry[256] = "";
    if (evidence == NULL)
        return;
    const cJSON *comparison = report_member(evidence, "comparison");
    if (report_member(comparison, "worst") != NULL &&
        cJSON_IsObject(report_member(comparison, "worst")))
        describe_entry(entry, sizeof entry, comparison);
    snprintf(text, sizeof text, "%.64s, case %.0f%s", report_text(evidence, "output"),
             report_number(evidence, "case", 0.0), entry);
    wrapped_append(v->out, "      Seen in:  ", text, v->width);
}

static void append_failure(const struct view *v, const cJSON *check)
{
    char points[POINTS_TEXT_MAX], maximum[POINTS_TEXT_MAX], ids[96];
    const char *verdict = report_text(check, "verdict");
    struct sign sign = sign_of(report_sign_of(verdict));
    points_text(points, report_points(check, "points"));
    points_text(maximum, report_points(check, "maximum"));
    append_ids(ids, sizeof ids, check);
    buffer_append_text(v->out, "\n  ");
    append_coloured(v, sign.colour, sign.symbol);
    buffer_append_text(v->out, " ");
    append_padded(v, report_text(check, "check"), 0);
    buffer_append_format(v->out, ": %s, %s of %s points", report_verdict_words(verdict), points,
                         maximum);
    buffer_append_text(v->out, ids[0] == '\0' ? "\n" : "   [");
    if (ids[0] != '\0')
        buffer_append_escaped(v->out, ids, strlen(ids), false);
    buffer_append_text(v->out, ids[0] == '\0' ? "" : "]\n");
    if (report_text(check, "message")[0] != '\0')
        wrapped_append(v->out, "      ", report_text(check, "message"), v->width);
    append_where(v, check);
    if (report_text(check, "expected")[0] != '\0')
        wrapped_append(v->out, "      The task: ", report_text(check, "expected"), v->width);
}

static void append_brief_failure(const struct view *v, const cJSON *check, size_t *shown)
{
    if (++*shown > BRIEF_FAILURES)
        return;
    AUTO_BUFFER struct buffer first = BUFFER_INIT(256);
    const char *verdict = report_text(check, "verdict"), *message = report_text(check, "message");
    buffer_append_format(&first, "%s %.64s: ", sign_of(report_sign_of(verdict)).symbol,
                         report_text(check, "check"));
    lines_append(v->out, buffer_text(&first),
                 message[0] != '\0' ? message : report_verdict_words(verdict), 1, v->width);
}

static void append_failures(const struct view *v)
{
    const cJSON *criterion, *check;
    size_t shown = 0;
    bool heading = false;
    cJSON_ArrayForEach(criterion, report_member(v->report, "criteria"))
    {
        cJSON_ArrayForEach(check, report_member(criterion, "checks"))
        {
            if (!is_failure(report_sign_of(report_text(check, "verdict"))))
                continue;
            if (v->brief) {
                append_brief_failure(v, check, &shown);
                continue;
            }
            if (!heading)
                append_heading(v, "What to look at");
            heading = true;
            append_failure(v, check);
        }
    }
    if (v->brief && shown > BRIEF_FAILURES)
        buffer_append_format(v->out, "  ... and %zu more; the report has them all\n",
                             shown - BRIEF_FAILURES);
}

/* ---- checks that were not reached, and what is left for a person ---------------------------- */

/* Lists the names of all checks of one sign, each message once, in the order they appear. */
static void append_listed(const struct view *v, enum report_sign wanted, const char *heading)
{
    const cJSON *criterion, *check;
    AUTO_BUFFER struct buffer names = BUFFER_INIT(64 * 1024);
    const char *message = "";
    cJSON_ArrayForEach(criterion, report_member(v->report, "criteria"))
    {
        cJSON_ArrayForEach(check, report_member(criterion, "checks"))
        {
            if (report_sign_of(report_text(check, "verdict")) != wanted)
                continue;
            const char *name =
                wanted == SIGN_PENDING ? report_text(check, "title") : report_text(check, "check");
            buffer_append_text(&names, names.size == 0 ? "" : wanted == SIGN_PENDING ? "; " : ", ");
            buffer_append_text(&names, name);
            if (message[0] == '\0' && wanted == SIGN_NOT_RUN)
                message = report_text(check, "message");
        }
    }
    if (names.size == 0)
        return;
    append_heading(v, heading);
    if (message[0] != '\0')
        wrapped_append(v->out, "  ", message, v->width);
    wrapped_append(v->out, "  ", buffer_text(&names), v->width);
}

/* ---- runs ---------------------------------------------------------------------------------- */

static bool ended_well(const cJSON *run)
{
    return strcmp(report_text(run, "outcome"), "exited") == 0 &&
           report_number(run, "exit_code", 0.0) == 0.0;
}

/* What the first run that failed had printed: compiler messages, a traceback. */
static void append_printed(const struct view *v)
{
    const cJSON *run;
    cJSON_ArrayForEach(run, report_member(report_member(v->report, "measured"), "runs"))
    {
        const char *errors = report_text(report_member(run, "standard_error"), "text");
        const char *output = report_text(report_member(run, "standard_output"), "text");
        const char *printed = errors[0] != '\0' ? errors : output;
        if (ended_well(run) || printed[0] == '\0')
            continue;
        char heading[160];
        snprintf(heading, sizeof heading, "Last lines that it printed (%.96s)",
                 report_text(run, "step"));
        append_heading(v, heading);
        lines_append(v->out, "  | ", printed, PRINTED_LINES, v->width);
        return;
    }
}

static void append_resources(const struct view *v)
{
    const cJSON *run;
    double cpu = 0.0, peak = 0.0;
    size_t runs = 0;
    cJSON_ArrayForEach(run, report_member(report_member(v->report, "measured"), "runs"))
    {
        const cJSON *usage = report_member(run, "usage");
        double memory = report_number(usage, "peak_memory_bytes", 0.0);
        cpu += report_number(usage, "cpu_time_ns", 0.0);
        peak = memory > peak ? memory : peak;
        runs++;
    }
    if (runs > 0)
        buffer_append_format(v->out,
                             "\n%zu run%s in the sandbox: %.2f s of processor time in all, at most "
                             "%.0f MiB of memory.\n",
                             runs, runs == 1 ? "" : "s", cpu / 1e9, peak / (1024.0 * 1024.0));
}

void report_render_text(const cJSON *report, const struct report_style *style, struct buffer *out)
{
    unsigned width = style->width == 0 ? DEFAULT_WIDTH : style->width;
    struct view v = {.report = report,
                     .out = out,
                     .width = width < 40       ? 40
                              : width > WIDEST ? WIDEST
                                               : width,
                     .colour = style->colour,
                     .brief = style->brief};
    append_head(&v);
    if (!v.brief)
        append_criteria(&v);
    append_failures(&v);
    if (v.brief)
        return;
    append_listed(&v, SIGN_NOT_RUN, "Not run");
    append_printed(&v);
    append_listed(&v, SIGN_PENDING, "Left for a person to mark");
    append_resources(&v);
}
