/* Bytes of a report in, one of the formats out; and the words that the formats share. */
#include "grader/reporting/report_render.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/json/json_document.h"
#include "grader/grading/points.h"

/* ---- verdicts and points ------------------------------------------------------------------- */

static const struct {
    enum standing standing;
    const char *word;
} verdicts[VERDICT_COUNT] = {
    [VERDICT_CORRECT] = {STANDING_PASSED, "passed"},
    [VERDICT_PARTLY_CORRECT] = {STANDING_PARTLY, "partly right"},
    [VERDICT_WRONG] = {STANDING_FAILED, "wrong"},
    [VERDICT_MISSING_OUTPUT] = {STANDING_FAILED, "no output"},
    [VERDICT_MALFORMED_OUTPUT] = {STANDING_FAILED, "not readable"},
    [VERDICT_BUILD_FAILED] = {STANDING_BROKEN, "build failed"},
    [VERDICT_CRASHED] = {STANDING_BROKEN, "crashed"},
    [VERDICT_CPU_TIME_EXCEEDED] = {STANDING_BROKEN, "too slow"},
    [VERDICT_WALL_TIME_EXCEEDED] = {STANDING_BROKEN, "took too long"},
    [VERDICT_MEMORY_EXCEEDED] = {STANDING_BROKEN, "out of memory"},
    [VERDICT_OUTPUT_EXCEEDED] = {STANDING_BROKEN, "wrote too much"},
    [VERDICT_DENIED_OPERATION] = {STANDING_BROKEN, "not allowed"},
    [VERDICT_NONDETERMINISTIC] = {STANDING_FAILED, "varies"},
    [VERDICT_PLATFORM_SENSITIVE] = {STANDING_FAILED, "varies"},
    [VERDICT_SKIPPED] = {STANDING_SKIPPED, "skipped"},
    [VERDICT_PENDING_MANUAL] = {STANDING_PENDING, "to be marked"},
    [VERDICT_GRADER_ERROR] = {STANDING_BROKEN, "grader error"},
};

enum standing verdict_standing(enum verdict verdict)
{
    return verdicts[verdict].standing;
}

const char *verdict_word(enum verdict verdict)
{
    return verdicts[verdict].word;
}

const char *standing_symbol(enum standing standing)
{
    static const char *const symbols[] = {
        [STANDING_PASSED] = "✓", [STANDING_PARTLY] = "~",  [STANDING_FAILED] = "✗",
        [STANDING_BROKEN] = "!", [STANDING_SKIPPED] = "-", [STANDING_PENDING] = "?",
    };
    return symbols[standing];
}

enum standing score_standing(const struct view_score *score)
{
    if (score->points >= score->maximum)
        return STANDING_PASSED;
    if (score->pending >= score->maximum - score->points)
        return STANDING_PENDING;
    return score->points > 0 ? STANDING_PARTLY : STANDING_FAILED;
}

const char *score_word(const struct view_score *score)
{
    switch (score_standing(score)) {
    case STANDING_PASSED:
        return "all points";
    case STANDING_PENDING:
        return "good so far";
    case STANDING_PARTLY:
        return "some points";
    default:
        return "no points";
    }
}

void say_points(struct buffer *out, const struct view_score *score)
{
    char text[SCORE_TEXT_MAX];
    points_score_text(text, score->points, score->maximum, 0);
    buffer_append_text(out, text);
}

void say_score(struct buffer *out, const struct view_score *score)
{
    char text[SCORE_TEXT_MAX];
    points_score_text(text, score->points, score->maximum, score->pending);
    buffer_append_text(out, text);
}

/* ---- what was graded ----------------------------------------------------------------------- */

void say_text(struct buffer *out, const char *text)
{
    size_t line;
    for (; *text != '\0'; text += line) {
        line = strcspn(text, "\n\t\r");
        buffer_append_escaped(out, text, line, false);
        if (text[line] != '\0') {
            buffer_append(out, " ", 1);
            line++;
        }
    }
}

void say_project(struct buffer *out, const struct report_view *view)
{
    if (view->project == NULL && view->project_title == NULL) {
        buffer_append_text(out, "unknown project");
        return;
    }
    say_text(out, view->project_title != NULL ? view->project_title : view->project);
    if (view->project_title != NULL && view->project != NULL) {
        buffer_append_text(out, " (");
        say_text(out, view->project);
        buffer_append_text(out, ")");
    }
}

void say_submission(struct buffer *out, const struct report_view *view)
{
    enum { COMMIT_SHOWN = 12 };
    const char *origin = view->origin != NULL ? view->origin : view->repository_given;
    if (view->commit == NULL) {
        buffer_append_text(out, view->outcome == GRADING_NOT_FETCHED ? "" : "as it stands in ");
        say_text(out, origin);
        return;
    }
    buffer_append_text(out, "commit ");
    buffer_append_escaped(out, view->commit, strnlen(view->commit, COMMIT_SHOWN), false);
    buffer_append_text(out, " of ");
    say_text(out, origin);
    if (view->ref_given != NULL) {
        buffer_append_text(out, ", ");
        say_text(out, view->ref_given);
    }
}

/* ---- what marking saw ---------------------------------------------------------------------- */

void say_misconceptions(struct buffer *out, const struct view_texts *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        buffer_append_text(out, i == 0 ? " [" : ", ");
        say_text(out, ids->items[i]);
    }
    if (ids->count > 0)
        buffer_append_text(out, "]");
}

/* As many digits as a person wants to see: 4999.999 -> "5000", 12.34 -> "12", 1.26 -> "1.3". */
static void say_factor(struct buffer *out, double factor)
{
    if (factor >= 1e6)
        buffer_append_format(out, "%.1e", factor);
    else
        buffer_append_format(out, "%.*f", factor < 9.95 ? 1 : 0, factor);
}

/* "entry (2, 3)" of a matrix, "entry 4" of a vector, "the value" of a scalar. */
static void say_entry(struct buffer *out, const struct view_evidence *evidence)
{
    const struct view_comparison *comparison = &evidence->comparison;
    const int64_t *shape = evidence->expected_shape;
    if (!comparison->has_worst || (shape[0] <= 1 && shape[1] <= 1))
        buffer_append_text(out, "the value");
    else if (shape[1] <= 1)
        buffer_append_format(out, "entry %" PRId64, comparison->worst_row);
    else if (shape[0] <= 1)
        buffer_append_format(out, "entry %" PRId64, comparison->worst_column);
    else
        buffer_append_format(out, "entry (%" PRId64 ", %" PRId64 ")", comparison->worst_row,
                             comparison->worst_column);
}

static void say_error(struct buffer *out, const struct view_evidence *evidence)
{
    const struct view_comparison *comparison = &evidence->comparison;
    say_entry(out, evidence);
    if (isfinite(comparison->error_in_tolerances)) {
        buffer_append_text(out, " is off by ");
        say_factor(out, comparison->error_in_tolerances);
        buffer_append_text(out, " times the allowed error");
    } else {
        buffer_append_text(out, " is not even near");
    }
    if (comparison->digits >= 0.5)
        buffer_append_format(out, " (about %.0f digit%s right)", comparison->digits,
                             comparison->digits < 1.5 ? " is" : "s are");
    if (comparison->has_values)
        buffer_append_format(out, ": got %.10g, expected %.10g", comparison->got,
                             comparison->expected);
}

static bool shapes_differ(const struct view_evidence *evidence)
{
    return (evidence->shape[0] != evidence->expected_shape[0] ||
            evidence->shape[1] != evidence->expected_shape[1]) &&
           (evidence->shape[0] != 0 || evidence->shape[1] != 0);
}

bool say_evidence(struct buffer *out, const struct view_evidence *evidence)
{
    bool shape = shapes_differ(evidence);
    if (!evidence->compared && !shape)
        return false;
    say_text(out, evidence->output);
    buffer_append_format(out, ", case %" PRId64 ": ", evidence->case_number);
    if (evidence->compared)
        say_error(out, evidence);
    else
        buffer_append_format(out,
                             "has %" PRId64 " x %" PRId64 " numbers, expected %" PRId64
                             " x %" PRId64 " (rows x columns)",
                             evidence->shape[0], evidence->shape[1], evidence->expected_shape[0],
                             evidence->expected_shape[1]);
    return true;
}

/* ---- runs ---------------------------------------------------------------------------------- */

bool run_failed(const struct view_run *run)
{
    return strcmp(run->outcome, "exited") != 0 || run->exit_code != 0;
}

static void say_bytes(struct buffer *out, int64_t bytes)
{
    if (bytes < 1024 * 1024)
        buffer_append_format(out, "%" PRId64 " KB", bytes / 1024);
    else
        buffer_append_format(out, "%" PRId64 " MB", bytes / (1024 * 1024));
}

static void say_seconds(struct buffer *out, int64_t milliseconds)
{
    buffer_append_format(out, "%.*f s", milliseconds % 1000 == 0 ? 0 : 2,
                         (double)milliseconds / 1e3);
}

/* What each limit's outcome is called, and the limit itself behind it. */
static bool say_limit(struct buffer *out, const struct view_run *run)
{
    if (strcmp(run->outcome, "cpu_time_exceeded") == 0) {
        buffer_append_text(out, "stopped, because it computed for longer than ");
        say_seconds(out, run->cpu_time_limit_ms);
    } else if (strcmp(run->outcome, "wall_time_exceeded") == 0) {
        buffer_append_text(out, "stopped, because it was not done after ");
        say_seconds(out, run->wall_time_limit_ms);
    } else if (strcmp(run->outcome, "memory_exceeded") == 0) {
        buffer_append_text(out, "stopped, because it needed more memory than ");
        say_bytes(out, run->memory_limit_bytes);
    } else if (strcmp(run->outcome, "output_exceeded") == 0) {
        buffer_append_text(out, "stopped, because it wrote too much");
    } else if (strcmp(run->outcome, "denials_exceeded") == 0) {
        buffer_append_text(out, "stopped, because it kept asking for what is not allowed");
    } else {
        return false;
    }
    return true;
}

void say_run(struct buffer *out, const struct view_run *run)
{
    if (strcmp(run->outcome, "exited") == 0) {
        buffer_append_format(out, "ended with exit code %" PRId64, run->exit_code);
    } else if (strcmp(run->outcome, "signaled") == 0) {
        const char *name = NULL;
        if (run->signal > 0 && run->signal < 128)
            name = sigabbrev_np((int)run->signal);
        buffer_append_format(out, "stopped by signal %" PRId64, run->signal);
        if (name != NULL)
            buffer_append_format(out, " (%s)", name);
    } else if (!say_limit(out, run)) {
        buffer_append_text(out, "ended with ");
        say_text(out, run->outcome);
    }
    if (run->denials[0] != '\0') {
        buffer_append_text(out, "; it asked for what is not allowed: ");
        say_text(out, run->denials);
    }
}

void say_run_output(struct buffer *out, const struct view_run *run, unsigned lines)
{
    enum { OUTPUT_SHOWN_MAX = 4096 };
    const char *text = run->errors != NULL && run->errors[0] != '\0' ? run->errors : run->output;
    if (text == NULL)
        return;
    size_t end = strlen(text), start;
    while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == ' '))
        end--;
    for (start = end; start > 0 && end - start < OUTPUT_SHOWN_MAX; start--)
        if (text[start - 1] == '\n' && --lines == 0)
            break;
    // Not in the middle of a character: continuation bytes are 10xxxxxx.
    while (start < end && ((unsigned char)text[start] & 0xc0) == 0x80)
        start++;
    buffer_append_escaped(out, text + start, end - start, true);
}

/* ---- resources ----------------------------------------------------------------------------- */

void say_resources(struct buffer *out, const struct report_view *view)
{
    double cpu_time = 0.0;
    int64_t memory = 0;
    if (view->run_count == 0) {
        buffer_append_text(out, "Nothing was run.");
        return;
    }
    for (size_t i = 0; i < view->run_count; i++) {
        const struct view_run *run = &view->runs[i];
        cpu_time += (double)run->cpu_time_ns / 1e9;
        memory = run->peak_memory_bytes > memory ? run->peak_memory_bytes : memory;
    }
    buffer_append_format(out, "%zu run%s in the sandbox: %.2f s of processor time in all, at most ",
                         view->run_count, view->run_count == 1 ? "" : "s", cpu_time);
    say_bytes(out, memory);
    buffer_append_format(out, " of memory. Took %.2f s as a whole.", (double)view->total_ns / 1e9);
}

/* ---- the choice ---------------------------------------------------------------------------- */

int report_format_by_name(const char *name)
{
    static const char *const names[] = {
        [REPORT_TEXT] = "text",
        [REPORT_JSON] = "json",
        [REPORT_JUNIT] = "junit",
        [REPORT_MARKDOWN] = "markdown",
    };
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

int report_render(const char *json, size_t size, const char *file, enum report_format format,
                  const struct report_style *style, struct buffer *out, struct error *error)
{
    struct report_view view;
    int status = report_read(&view, json, size, file, error);
    if (status != 0)
        return status;
    switch (format) {
    case REPORT_TEXT:
        render_text(&view, style, out);
        break;
    case REPORT_JSON:
        status = json_print(view.document, out, error);
        break;
    case REPORT_JUNIT:
        render_junit(&view, out);
        break;
    case REPORT_MARKDOWN:
        render_markdown(&view, style, out);
        break;
    }
    report_view_release(&view);
    if (status == 0 && buffer_failed(out))
        status = error_set(error, ERROR_USAGE, "%s: too large to be shown", file);
    return status;
}
