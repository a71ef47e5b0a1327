/*
 * The report for a terminal: the score, every check in a line, then what failed and why, what the
 * program printed, and what a person still has to mark. Colour repeats what symbol and word say.
 */
#include <stdlib.h>
#include <string.h>
#include "grader/grading/points.h"
#include "grader/reporting/report_render.h"
#include "grader/reporting/wrapped_text.h"

enum {
    WIDTH_DEFAULT = 80,
    WIDTH_MIN = 40,
    WIDTH_MAX = 1000,
    TEXT_MAX = 64 * 1024, // longest text that is laid out; longer ones of a hostile report are cut
    EVIDENCE_SHOWN = 3,
    LISTED_ALONE = 3, // checks that failed for one reason: up to so many are named line by line
    RUNS_SHOWN = 5,
    OUTPUT_LINES = 20,
    BRIEF_FAILURES = 5, /* reasons told in a brief text */
    BRIEF_LINES = 3     /* of each */
};

struct page {
    const struct report_view *view;
    struct buffer *out;
    size_t width;
    bool colour;
};

/* ---- small parts --------------------------------------------------------------------------- */

static const char *colour_of(enum standing standing)
{
    static const char *const colours[] = {
        [STANDING_PASSED] = "\033[32m",  [STANDING_PARTLY] = "\033[33m",
        [STANDING_FAILED] = "\033[31m",  [STANDING_BROKEN] = "\033[31m",
        [STANDING_SKIPPED] = "\033[36m", [STANDING_PENDING] = "\033[36m",
    };
    return colours[standing];
}

static void colour(const struct page *page, const char *code)
{
    if (page->colour)
        buffer_append_text(page->out, code);
}

/* A blank at which no line is broken (U+00A0). */
#define NO_BREAK "\xc2\xa0"

static const char bold[] = "\033[1m";
static const char plain[] = "\033[0m";

static void heading(const struct page *page, const char *text)
{
    buffer_append_text(page->out, "\n");
    colour(page, bold);
    buffer_append_text(page->out, text);
    colour(page, plain);
    buffer_append_text(page->out, "\n");
}

/* A text of the report, clean for a terminal; what does not fit is left out with a mark. */
static void clean(struct buffer *line, const char *text)
{
    enum { CUT = TEXT_MAX / 8 }; // escaping makes four bytes of one
    size_t size = strnlen(text, CUT);
    if (text[size] == '\0') {
        say_text(line, text);
        return;
    }
    char cut[CUT + 1];
    memcpy(cut, text, size);
    while (size > 0 && ((unsigned char)cut[size - 1] & 0xc0) == 0x80)
        size--; // not in the middle of a character
    cut[size > 0 ? size - 1 : 0] = '\0';
    say_text(line, cut);
    buffer_append_text(line, " …");
}

static void paragraph(const struct page *page, const char *lead, const char *text, size_t indent)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    clean(&line, text);
    text_wrap_behind(page->out, lead, buffer_text(&line), indent, page->width);
}

/* "✗ wrong         " in the colour of the standing. */
static void sign(const struct page *page, enum standing standing, const char *word, size_t columns)
{
    colour(page, colour_of(standing));
    buffer_append_format(page->out, "%s %s", standing_symbol(standing), word);
    colour(page, plain);
    size_t used = strlen(word);
    text_blanks(page->out, used < columns ? columns - used : 0);
}

/* ---- the head ------------------------------------------------------------------------------ */

static void head_line(const struct page *page, const char *name, const struct buffer *text)
{
    text_wrap_behind(page->out, name, buffer_text(text), 0, page->width);
}

static void head(const struct page *page)
{
    const struct report_view *view = page->view;
    AUTO_BUFFER struct buffer project = BUFFER_INIT(TEXT_MAX), submission = BUFFER_INIT(TEXT_MAX),
                              score = BUFFER_INIT(TEXT_MAX);
    say_project(&project, view);
    say_submission(&submission, view);
    say_score(&score, &view->score);
    if (view->learner != NULL)
        paragraph(page, "Learner:     ", view->learner, 0);
    head_line(page, "Project:     ", &project);
    head_line(page, "Submission:  ", &submission);
    colour(page, bold);
    head_line(page, "Score:       ", &score);
    colour(page, plain);
    if (view->message[0] != '\0') {
        buffer_append_text(page->out, "\n");
        paragraph(page, "", view->message, 0);
    }
}

static void findings(const struct page *page)
{
    const struct report_view *view = page->view;
    if (view->finding_count == 0)
        return;
    heading(page, "About your repository");
    for (size_t i = 0; i < view->finding_count; i++) {
        AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
        clean(&line, view->findings[i].path);
        buffer_append_text(&line, view->findings[i].path[0] == '\0' ? "" : ": ");
        clean(&line, view->findings[i].message);
        text_wrap_behind(page->out, "- ", buffer_text(&line), 2, page->width);
    }
    if (view->findings_dropped > 0)
        buffer_append_format(page->out, "  - and %lld more\n", (long long)view->findings_dropped);
}

/* ---- a line per criterion and check ---------------------------------------------------------- */

/* Title, wrapped, with the points at the right end of its first line. The cursor stands in column
 * @p indent. */
static void titled_points(const struct page *page, const char *title,
                          const struct view_score *score, size_t indent)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX), points = BUFFER_INIT(TEXT_MAX);
    clean(&line, title);
    say_points(&points, score);
    size_t taken = indent + points.size + 2;
    size_t columns = page->width > taken + 8 ? page->width - taken : 8;
    const char *text = buffer_text(&line);
    size_t size = text_fit(text, columns), used = text_columns(text, size);
    buffer_append(page->out, text, size);
    text_blanks(page->out, used < columns ? columns - used + 2 : 2);
    buffer_append(page->out, points.data, points.size);
    buffer_append_text(page->out, "\n");
    text_wrap(page->out, text + size, indent, indent + columns);
}

static void criterion(const struct page *page, const struct view_criterion *criterion)
{
    buffer_append_text(page->out, "\n");
    colour(page, bold);
    sign(page, score_standing(&criterion->score), score_word(&criterion->score), WORD_COLUMNS + 2);
    titled_points(page, criterion->title, &criterion->score, 2 + WORD_COLUMNS + 2);
    for (size_t i = 0; i < criterion->check_count; i++) {
        const struct view_check *check = &criterion->checks[i];
        buffer_append_text(page->out, "  ");
        sign(page, verdict_standing(check->verdict), verdict_word(check->verdict), WORD_COLUMNS);
        titled_points(page, check->title, &check->score, 4 + WORD_COLUMNS);
    }
}

/* ---- what failed, and why ------------------------------------------------------------------ */

/* The checks to be explained, in the report's order. */
struct failures {
    const struct view_check **checks;
    size_t count;
};

static bool needs_explaining(const struct view_check *check)
{
    enum standing standing = verdict_standing(check->verdict);
    return standing != STANDING_PASSED && standing != STANDING_PENDING;
}

static size_t count_checks(const struct report_view *view)
{
    size_t count = 0;
    for (size_t i = 0; i < view->criterion_count; i++)
        count += view->criteria[i].check_count;
    return count;
}

static struct failures find_failures(const struct page *page)
{
    const struct report_view *view = page->view;
    struct failures failures = {calloc(count_checks(view) + 1, sizeof *failures.checks), 0};
    if (failures.checks == NULL)
        page->out->failed = true;
    for (size_t i = 0; failures.checks != NULL && i < view->criterion_count; i++)
        for (size_t j = 0; j < view->criteria[i].check_count; j++)
            if (needs_explaining(&view->criteria[i].checks[j]))
                failures.checks[failures.count++] = &view->criteria[i].checks[j];
    return failures;
}

/* How many checks from here on failed for one and the same reason. */
static size_t same_reason(const struct view_check *const *checks, size_t count)
{
    size_t same = 1;
    while (same < count && checks[0]->message[0] != '\0' &&
           strcmp(checks[same]->message, checks[0]->message) == 0)
        same++;
    return same;
}

static size_t same_verdict(const struct view_check *const *checks, size_t count)
{
    size_t same = 1;
    while (same < count && checks[same]->verdict == checks[0]->verdict)
        same++;
    return same;
}

static void failed_line(const struct page *page, const struct view_check *check)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    enum standing standing = verdict_standing(check->verdict);
    clean(&line, check->title);
    buffer_append_text(&line, " (");
    clean(&line, check->name);
    buffer_append_text(&line, "), ");
    say_points(&line, &check->score);
    buffer_append_text(&line, " points");
    AUTO_BUFFER struct buffer lead = BUFFER_INIT(TEXT_MAX);
    buffer_append_format(&lead, "%s %s: ", standing_symbol(standing), verdict_word(check->verdict));
    colour(page, colour_of(standing));
    text_wrap_behind(page->out, buffer_text(&lead), buffer_text(&line), 0, page->width);
    colour(page, plain);
}

static void failed_names(const struct page *page, const struct view_check *const *checks,
                         size_t count)
{
    AUTO_BUFFER struct buffer names = BUFFER_INIT(TEXT_MAX);
    for (size_t i = 0; i < count && names.size < TEXT_MAX / 2; i++) {
        buffer_append_text(&names, i == 0 ? "" : ", ");
        clean(&names, checks[i]->name);
    }
    sign(page, verdict_standing(checks[0]->verdict), verdict_word(checks[0]->verdict), 0);
    buffer_append_format(page->out, ": %zu checks\n", count);
    text_wrap(page->out, buffer_text(&names), 4, page->width);
}

/* One line per output and case that says more than the check's own message. */
static void evidence_lines(const struct page *page, const struct view_check *check)
{
    const char *message = check->message;
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < check->evidence_count; i++) {
        const struct view_evidence *evidence = &check->evidence[i];
        AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
        bool news = strcmp(evidence->message, message) != 0 && evidence->message[0] != '\0';
        if (verdict_standing(evidence->verdict) == STANDING_PASSED ||
            (!say_evidence(&line, evidence) && !news))
            continue;
        if (shown >= EVIDENCE_SHOWN) {
            more++;
            continue;
        }
        shown++;
        if (news)
            paragraph(page, "", evidence->message, 4);
        text_wrap_behind(page->out, "- ", buffer_text(&line), 4, page->width);
        message = evidence->message;
    }
    if (more > 0)
        buffer_append_format(page->out, "    - and %zu more like %s\n", more,
                             shown == 1 ? "this" : "these");
}

static void failed_group(const struct page *page, const struct view_check *const *checks,
                         size_t count)
{
    buffer_append_text(page->out, "\n");
    for (size_t i = 0; i < count;) {
        size_t same = same_verdict(checks + i, count - i);
        if (same > LISTED_ALONE)
            failed_names(page, checks + i, same);
        for (size_t j = 0; same <= LISTED_ALONE && j < same; j++)
            failed_line(page, checks[i + j]);
        i += same;
    }
    AUTO_BUFFER struct buffer message = BUFFER_INIT(TEXT_MAX);
    clean(&message, checks[0]->message);
    say_misconceptions(&message, &checks[0]->misconceptions);
    text_wrap(page->out, buffer_text(&message), 4, page->width);
    for (size_t i = 0; i < count; i++)
        evidence_lines(page, checks[i]);
    if (count == 1)
        paragraph(page, "Asked: ", checks[0]->expected, 4);
}

static void explain(const struct page *page, const struct failures *failures)
{
    if (failures->count == 0)
        return;
    heading(page, "What to look at");
    for (size_t i = 0; i < failures->count;) {
        const struct view_check *const *from =
            (const struct view_check *const *)(failures->checks + i);
        size_t same = same_reason(from, failures->count - i);
        failed_group(page, from, same);
        i += same;
    }
}

/* ---- what the program printed -------------------------------------------------------------- */

/* Tabs as the terminal would draw them, so that lines can be cut at the width. */
static void expand_tabs(struct buffer *out, const char *text)
{
    enum { TAB = 8 };
    for (size_t column = 0; *text != '\0'; text++) {
        if (*text == '\t') {
            text_blanks(out, TAB - column % TAB);
            column += TAB - column % TAB;
            continue;
        }
        buffer_append(out, text, 1);
        column = *text == '\n' ? 0 : column + (((unsigned char)*text & 0xc0) != 0x80 ? 1 : 0);
    }
}

static void output_lines(const struct page *page, const struct view_run *run)
{
    AUTO_BUFFER struct buffer printed = BUFFER_INIT(TEXT_MAX), output = BUFFER_INIT(TEXT_MAX);
    say_run_output(&printed, run, OUTPUT_LINES);
    expand_tabs(&output, buffer_text(&printed));
    for (const char *text = buffer_text(&output); *text != '\0';) {
        size_t line = strcspn(text, "\n");
        buffer_append_text(page->out, "    | ");
        text_cut(page->out, text, page->width - 6);
        buffer_append_text(page->out, "\n");
        text += line + (text[line] == '\n' ? 1 : 0);
    }
}

static bool same_text(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static bool same_end(const struct view_run *left, const struct view_run *right)
{
    return strcmp(left->outcome, right->outcome) == 0 && left->exit_code == right->exit_code &&
           left->signal == right->signal && strcmp(left->denials, right->denials) == 0 &&
           same_text(left->errors, right->errors) && same_text(left->output, right->output);
}

static void failed_run(const struct page *page, const struct view_run *run, size_t repeated)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    clean(&line, run->step);
    if (repeated > 1)
        buffer_append_format(&line, " and %zu more run%s", repeated - 1, repeated == 2 ? "" : "s");
    buffer_append_text(&line, ": ");
    say_run(&line, run);
    text_wrap(page->out, buffer_text(&line), 2, page->width);
    output_lines(page, run);
}

static void failed_runs(const struct page *page)
{
    const struct report_view *view = page->view;
    size_t shown = 0, repeated;
    for (size_t i = 0; i < view->run_count; i += repeated) {
        const struct view_run *run = &view->runs[i];
        for (repeated = 1; i + repeated < view->run_count; repeated++)
            if (!same_end(run, &view->runs[i + repeated]))
                break;
        if (!run_failed(run))
            continue;
        if (shown == 0)
            heading(page, "Runs that failed, and the last lines they printed");
        if (shown++ == RUNS_SHOWN) {
            buffer_append_text(page->out, "  More runs failed; the JSON report has them all.\n");
            return;
        }
        failed_run(page, run, repeated);
    }
}

/* ---- the end ------------------------------------------------------------------------------- */

static void pending(const struct page *page)
{
    const struct report_view *view = page->view;
    bool first = true;
    for (size_t i = 0; i < view->criterion_count; i++) {
        for (size_t j = 0; j < view->criteria[i].check_count; j++) {
            const struct view_check *check = &view->criteria[i].checks[j];
            if (check->score.pending == 0)
                continue;
            if (first)
                heading(page, "Left for a person to mark");
            first = false;
            char points[POINTS_TEXT_MAX];
            points_text(points, check->score.pending);
            AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
            clean(&line, check->title);
            buffer_append_format(&line, " (up to %s)", points);
            text_wrap_behind(page->out, "? ", buffer_text(&line), 2, page->width);
        }
    }
}

static void resources(const struct page *page)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    say_resources(&line, page->view);
    buffer_append_text(page->out, "\n");
    text_wrap(page->out, buffer_text(&line), 0, page->width);
}

static void whole(const struct page *page)
{
    head(page);
    findings(page);
    for (size_t i = 0; i < page->view->criterion_count; i++)
        criterion(page, &page->view->criteria[i]);
    struct failures failures = find_failures(page);
    explain(page, &failures);
    free(failures.checks);
    failed_runs(page);
    pending(page);
    resources(page);
}

/* ---- brief --------------------------------------------------------------------------------- */

static void one_line(const struct page *page, const struct buffer *line)
{
    text_cut(page->out, buffer_text(line), page->width);
    buffer_append_text(page->out, "\n");
}

static void brief_criteria(const struct page *page)
{
    enum { CRITERIA_SHOWN = 8 };
    const struct report_view *view = page->view;
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX);
    for (size_t i = 0; i < view->criterion_count && i < CRITERIA_SHOWN; i++) {
        const struct view_criterion *criterion = &view->criteria[i];
        AUTO_BUFFER struct buffer name = BUFFER_INIT(TEXT_MAX);
        char points[POINTS_TEXT_MAX], maximum[POINTS_TEXT_MAX];
        points_text(points, criterion->score.points);
        points_text(maximum, criterion->score.maximum);
        clean(&name, criterion->name);
        buffer_append_format(&line, "%s%s" NO_BREAK, i == 0 ? "" : "; ",
                             standing_symbol(score_standing(&criterion->score)));
        text_cut(&line, buffer_text(&name), 24);
        buffer_append_text(&line, NO_BREAK);
        buffer_append_format(&line, "%s/%s", points, maximum);
    }
    if (view->criterion_count > CRITERIA_SHOWN)
        buffer_append_text(&line, "; ...");
    text_wrap(page->out, buffer_text(&line), 0, page->width);
}

static void brief_failure(const struct page *page, const struct view_check *const *checks,
                          size_t same)
{
    AUTO_BUFFER struct buffer lead = BUFFER_INIT(TEXT_MAX), line = BUFFER_INIT(TEXT_MAX),
                              shown = BUFFER_INIT(TEXT_MAX);
    buffer_append_format(&lead, "%s ", standing_symbol(verdict_standing(checks[0]->verdict)));
    buffer_append_format(&line, "%s: ", verdict_word(checks[0]->verdict));
    clean(&line, checks[0]->name);
    if (same > 1)
        buffer_append_format(&line, " and %zu more", same - 1);
    buffer_append_text(&line, checks[0]->message[0] == '\0' ? "" : ": ");
    clean(&line, checks[0]->message);
    text_cut(&shown, buffer_text(&line), BRIEF_LINES * page->width - 4 * BRIEF_LINES);
    text_wrap_behind(page->out, buffer_text(&lead), buffer_text(&shown), 0, page->width);
}

static void brief_failures(const struct page *page, const struct failures *failures)
{
    size_t shown = 0, i = 0;
    while (i < failures->count && shown < BRIEF_FAILURES) {
        const struct view_check *const *from =
            (const struct view_check *const *)(failures->checks + i);
        size_t same = same_reason(from, failures->count - i);
        brief_failure(page, from, same);
        i += same;
        shown++;
    }
    if (i < failures->count)
        buffer_append_format(page->out, "... and %zu more\n", failures->count - i);
}

static void brief(const struct page *page)
{
    const struct report_view *view = page->view;
    AUTO_BUFFER struct buffer line = BUFFER_INIT(TEXT_MAX), message = BUFFER_INIT(TEXT_MAX);
    if (view->learner != NULL) {
        clean(&line, view->learner);
        buffer_append_text(&line, ": ");
    }
    say_score(&line, &view->score);
    colour(page, bold);
    one_line(page, &line);
    colour(page, plain);
    clean(&message, view->message);
    if (message.size > 0)
        one_line(page, &message);
    brief_criteria(page);
    struct failures failures = find_failures(page);
    brief_failures(page, &failures);
    free(failures.checks);
}

void render_text(const struct report_view *view, const struct report_style *style,
                 struct buffer *out)
{
    size_t width = style->width == 0 ? WIDTH_DEFAULT : style->width;
    struct page page = {view, out, width, style->colour};
    if (page.width < WIDTH_MIN)
        page.width = WIDTH_MIN;
    if (page.width > WIDTH_MAX)
        page.width = WIDTH_MAX;
    if (style->brief)
        brief(&page);
    else
        whole(&page);
}
