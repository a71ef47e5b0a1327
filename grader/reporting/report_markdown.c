/*
 * The report as GitHub-flavoured Markdown, for job summaries and comments. Texts of the report may
 * come from a learner: they must not become markup, HTML, links, mentions or issue references. They
 * never stand at the start of a line, so of what works only there just lists remain: "- 1. text".
 */
#include <string.h>
#include "grader/grading/points.h"
#include "grader/reporting/report_render.h"

enum {
    BYTES_DEFAULT = 60000, // below the limit of comments
    NOTE_ROOM = 256,       // kept free for the note about what was left out
    BLOCK_MAX = 256 * 1024,
    TEXT_SHOWN = 1500, // bytes of one text
    OUTPUT_LINES = 20,
    EVIDENCE_SHOWN = 3
};

/* The page is made of blocks that are complete in themselves; the first that does not fit ends it.
 */
struct page {
    const struct report_view *view;
    struct buffer *out;
    size_t start, maximum;
    size_t left_out;
};

static void add_block(struct page *page, const struct buffer *block)
{
    size_t used = page->out->size - page->start + NOTE_ROOM;
    bool fits = used <= page->maximum && block->size <= page->maximum - used;
    if (page->left_out > 0 || block->failed || !fits)
        page->left_out++;
    else
        buffer_append(page->out, buffer_text(block), block->size);
}

/* ---- escaping ------------------------------------------------------------------------------ */

/* GitHub makes links of @name, #12, www.x and http://x in plain text. A blank without width behind
 * the first part keeps the characters and breaks the pattern. */
static bool starts_link(const char *text, size_t at)
{
    char next = text[at + 1];
    switch (text[at]) {
    case '@':
        return true;
    case '#':
        return next >= '0' && next <= '9';
    case ':':
        return next == '/';
    case '.':
        return at >= 3 && strncasecmp(text + at - 3, "www", 3) == 0;
    default:
        return false;
    }
}

/* The point of "1. ", which opens a list. */
static bool ends_number(const char *text, size_t at)
{
    return text[at] == '.' && at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9' &&
           (text[at + 1] == ' ' || text[at + 1] == '\0');
}

static void append_character(struct buffer *out, char byte)
{
    switch (byte) {
    case '<':
        buffer_append_text(out, "&lt;");
        return;
    case '>':
        buffer_append_text(out, "&gt;");
        return;
    case '&':
        buffer_append_text(out, "&amp;");
        return;
    case '$': // mathematics; a backslash does not stop it
        buffer_append_text(out, "&#36;");
        return;
    default:
        break;
    }
    if (strchr("\\`*_{}[]()|~^#!+-", byte) != NULL)
        buffer_append(out, "\\", 1);
    buffer_append(out, &byte, 1);
}

static void markdown(struct buffer *out, const char *text)
{
    text += strspn(text, " "); // four of them would open a block of code
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (i >= TEXT_SHOWN && ((unsigned char)text[i] & 0xc0) != 0x80) {
            buffer_append_text(out, " …");
            return;
        }
        if (ends_number(text, i))
            buffer_append(out, "\\", 1);
        append_character(out, text[i]);
        if (starts_link(text, i))
            buffer_append_text(out, "\xe2\x80\x8b");
    }
}

static void markdown_text(struct buffer *out, const char *text)
{
    AUTO_BUFFER struct buffer line = BUFFER_INIT(REPORT_BYTES_MAX);
    say_text(&line, text);
    markdown(out, buffer_text(&line));
}

/* ---- blocks -------------------------------------------------------------------------------- */

static void add_head(struct page *page)
{
    const struct report_view *view = page->view;
    AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX), text = BUFFER_INIT(BLOCK_MAX);
    buffer_append_text(&block, "## ");
    say_project(&text, view);
    markdown(&block, buffer_text(&text));
    buffer_append_text(&block, "\n\n**Score: ");
    buffer_clear(&text);
    say_score(&text, &view->score);
    buffer_append_text(&block, buffer_text(&text));
    buffer_append_text(&block, "**\n\n");
    if (view->learner != NULL) {
        buffer_append_text(&block, "Learner: ");
        markdown_text(&block, view->learner);
        buffer_append_text(&block, " · ");
    }
    buffer_append_text(&block, "Submission: ");
    buffer_clear(&text);
    say_submission(&text, view);
    markdown(&block, buffer_text(&text));
    buffer_append_text(&block, "\n\n");
    if (view->message[0] != '\0') {
        buffer_append_text(&block, "**Note:** ");
        markdown_text(&block, view->message);
        buffer_append_text(&block, "\n\n");
    }
    add_block(page, &block);
}

static void append_row(struct buffer *block, const struct view_criterion *criterion)
{
    char pending[POINTS_TEXT_MAX];
    points_text(pending, criterion->score.pending);
    buffer_append_format(block, "| %s %s | ", standing_symbol(score_standing(&criterion->score)),
                         score_word(&criterion->score));
    markdown_text(block, criterion->title);
    buffer_append_text(block, " | ");
    say_points(block, &criterion->score);
    buffer_append_format(block, " | %s |\n", criterion->score.pending == 0 ? "" : pending);
}

static void add_table(struct page *page)
{
    AUTO_BUFFER struct buffer header = BUFFER_INIT(BLOCK_MAX);
    buffer_append_text(&header, "| | Criterion | Points | To be marked |\n|---|---|---:|---:|\n");
    add_block(page, &header);
    for (size_t i = 0; i < page->view->criterion_count; i++) {
        AUTO_BUFFER struct buffer row = BUFFER_INIT(BLOCK_MAX);
        append_row(&row, &page->view->criteria[i]);
        add_block(page, &row);
    }
}

static void append_evidence(struct buffer *block, const struct view_check *check)
{
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < check->evidence_count; i++) {
        AUTO_BUFFER struct buffer line = BUFFER_INIT(BLOCK_MAX);
        const struct view_evidence *evidence = &check->evidence[i];
        if (verdict_standing(evidence->verdict) == STANDING_PASSED ||
            !say_evidence(&line, evidence))
            continue;
        if (shown++ >= EVIDENCE_SHOWN) {
            more++;
            continue;
        }
        buffer_append_text(block, "- ");
        markdown(block, buffer_text(&line));
        buffer_append_text(block, "\n");
    }
    if (more > 0)
        buffer_append_format(block, "- and %zu more\n", more);
}

static void append_check_line(struct buffer *block, const struct view_check *check)
{
    buffer_append_format(block, "**%s %s:** ", standing_symbol(verdict_standing(check->verdict)),
                         verdict_word(check->verdict));
    markdown_text(block, check->title);
    buffer_append_text(block, ", ");
    say_points(block, &check->score);
    buffer_append_text(block, " points");
}

/* One check with its reason, or several that failed for the same reason. */
static void add_failure(struct page *page, const struct view_check *checks, size_t count)
{
    AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX), ids = BUFFER_INIT(BLOCK_MAX);
    for (size_t i = 0; i < count; i++) {
        append_check_line(&block, &checks[i]);
        buffer_append_text(&block, i + 1 < count ? "<br>\n" : "\n\n");
    }
    if (checks->message[0] != '\0') {
        buffer_append_text(&block, "Why: ");
        markdown_text(&block, checks->message);
        say_misconceptions(&ids, &checks->misconceptions);
        buffer_append_text(&block, ids.size > 0 ? " " : "");
        markdown(&block, buffer_text(&ids));
        buffer_append_text(&block, "\n\n");
    }
    size_t before = block.size;
    for (size_t i = 0; i < count; i++)
        append_evidence(&block, &checks[i]);
    if (block.size > before)
        buffer_append_text(&block, "\n");
    if (count == 1 && checks->expected[0] != '\0') {
        buffer_append_text(&block, "<details><summary>What was asked</summary>\n\nAsked: ");
        markdown_text(&block, checks->expected);
        buffer_append_text(&block, "\n\n</details>\n\n");
    }
    add_block(page, &block);
}

static bool is_failure(const struct view_check *check)
{
    enum standing standing = verdict_standing(check->verdict);
    return standing == STANDING_PARTLY || standing == STANDING_FAILED ||
           standing == STANDING_BROKEN;
}

static size_t same_reason(const struct view_check *checks, size_t count)
{
    size_t same = 1;
    while (same < count && is_failure(&checks[same]) && checks[0].message[0] != '\0' &&
           strcmp(checks[same].message, checks[0].message) == 0)
        same++;
    return same;
}

static void add_failures(struct page *page)
{
    bool any = false;
    for (size_t i = 0; i < page->view->criterion_count; i++) {
        const struct view_criterion *criterion = &page->view->criteria[i];
        bool titled = false;
        for (size_t j = 0, same; j < criterion->check_count; j += same) {
            same = 1;
            if (!is_failure(&criterion->checks[j]))
                continue;
            same = same_reason(criterion->checks + j, criterion->check_count - j);
            AUTO_BUFFER struct buffer title = BUFFER_INIT(BLOCK_MAX);
            buffer_append_text(&title, any ? "" : "\n### What to look at\n\n");
            if (!titled) {
                buffer_append_text(&title, "#### ");
                markdown_text(&title, criterion->title);
                buffer_append_text(&title, "\n\n");
            }
            any = titled = true;
            add_block(page, &title);
            add_failure(page, criterion->checks + j, same);
        }
    }
}

/* What was not run, as lists of titles: one list for each reason that follows another. */
static void add_not_run(struct page *page)
{
    const char *reason = NULL;
    for (size_t i = 0; i < page->view->criterion_count; i++) {
        for (size_t j = 0; j < page->view->criteria[i].check_count; j++) {
            const struct view_check *check = &page->view->criteria[i].checks[j];
            AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX);
            if (verdict_standing(check->verdict) != STANDING_SKIPPED)
                continue;
            buffer_append_text(&block, reason == NULL ? "\n### Not run\n" : "");
            if (reason == NULL || strcmp(reason, check->message) != 0) {
                buffer_append_text(&block, "\nReason: ");
                markdown_text(&block, check->message[0] == '\0' ? "not told" : check->message);
                buffer_append_text(&block, "\n\n");
            }
            reason = check->message;
            buffer_append_text(&block, "- ");
            markdown_text(&block, check->title);
            buffer_append_text(&block, "\n");
            add_block(page, &block);
        }
    }
}

/* A fence longer than any run of backticks in the text, so that nothing inside can close it. */
static size_t fence_size(const char *text)
{
    size_t longest = 2;
    for (; *text != '\0'; text++) {
        size_t run = strspn(text, "`");
        longest = run > longest ? run : longest;
        text += run > 0 ? run - 1 : 0;
    }
    return longest + 1;
}

static void append_fence(struct buffer *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        buffer_append(out, "`", 1);
    buffer_append(out, "\n", 1);
}

/* Behind a bar, because a line that begins with "::" would be a command to GitHub's runner if this
 * page is shown in a log. */
static void append_output(struct buffer *block, const char *text)
{
    size_t fence = fence_size(text), line;
    if (*text == '\0')
        return;
    append_fence(block, fence);
    for (; *text != '\0'; text += line + (text[line] == '\n' ? 1 : 0)) {
        line = strcspn(text, "\n");
        buffer_append_text(block, "| ");
        buffer_append(block, text, line);
        buffer_append_text(block, "\n");
    }
    append_fence(block, fence);
}

/* The first run that failed, with the last lines it printed: usually that is the cause of all. */
static void add_failed_run(struct page *page)
{
    const struct view_run *run = NULL;
    for (size_t i = 0; run == NULL && i < page->view->run_count; i++)
        if (run_failed(&page->view->runs[i]))
            run = &page->view->runs[i];
    if (run == NULL)
        return;
    AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX), text = BUFFER_INIT(BLOCK_MAX);
    buffer_append_text(&block, "\n### First run that failed\n\nStep ");
    markdown_text(&block, run->step);
    buffer_append_text(&block, ": ");
    say_run(&text, run);
    markdown(&block, buffer_text(&text));
    buffer_append_text(&block, "\n\n");
    buffer_clear(&text);
    say_run_output(&text, run, OUTPUT_LINES);
    append_output(&block, buffer_text(&text));
    add_block(page, &block);
}

static void add_pending(struct page *page)
{
    bool first = true;
    for (size_t i = 0; i < page->view->criterion_count; i++) {
        for (size_t j = 0; j < page->view->criteria[i].check_count; j++) {
            const struct view_check *check = &page->view->criteria[i].checks[j];
            AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX);
            char points[POINTS_TEXT_MAX];
            if (check->score.pending == 0)
                continue;
            points_text(points, check->score.pending);
            buffer_append_text(&block, first ? "\n### Left for a person to mark\n\n" : "");
            buffer_append_text(&block, "- ");
            markdown_text(&block, check->title);
            buffer_append_format(&block, " (up to %s)\n", points);
            first = false;
            add_block(page, &block);
        }
    }
}

static void add_resources(struct page *page)
{
    AUTO_BUFFER struct buffer block = BUFFER_INIT(BLOCK_MAX), text = BUFFER_INIT(BLOCK_MAX);
    say_resources(&text, page->view);
    buffer_append_text(&block, "\n_");
    markdown(&block, buffer_text(&text));
    buffer_append_text(&block, "_\n");
    add_block(page, &block);
}

void render_markdown(const struct report_view *view, const struct report_style *style,
                     struct buffer *out)
{
    size_t maximum = style->maximum_bytes == 0 ? BYTES_DEFAULT : style->maximum_bytes;
    struct page page = {view, out, out->size, maximum, 0};
    add_head(&page);
    add_table(&page);
    add_failures(&page);
    add_not_run(&page);
    add_failed_run(&page);
    add_pending(&page);
    add_resources(&page);
    if (page.left_out > 0)
        buffer_append_format(out, "\n**%zu parts are left out here; the JSON report has them.**\n",
                             page.left_out);
}
