#include "grader/batch/batch_item.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "grader/base/buffer.h"
#include "grader/base/cleanup.h"
#include "grader/intake/intake_source.h"
#include "grader/grading/points.h"
#include "grader/reporting/report.h"

enum { LOG_SHOWN = 8 * 1024 };

const char *batch_item_outcome(const struct batch_item *item)
{
    if (item->step != BATCH_DONE)
        return "waiting";
    switch (item->failure) {
    case BATCH_REFUSED:
        return "refused";
    case BATCH_ENVIRONMENT:
        return "environment_error";
    case BATCH_GRADER_ERROR:
        return "grader_error";
    case BATCH_NO_FAILURE:
        break;
    }
    return item->report.outcome;
}

/* OUT/FOLDER/LEARNER + suffix. Learners were checked to be names of files. */
static int item_path(const struct batch_item *item, const char *out, const char *folder,
                     const char *suffix, char *path, struct error *error)
{
    int size =
        snprintf(path, FILE_PATH_MAX, "%s/%s/%s%s", out, folder, item->entry->learner, suffix);
    if (size < 0 || size >= FILE_PATH_MAX)
        return error_set(error, ERROR_USAGE, "the output folder's path is too long");
    return 0;
}

int batch_item_report_path(const struct batch_item *item, const char *out, char *path,
                           struct error *error)
{
    return item_path(item, out, "reports", ".json", path, error);
}

int batch_item_read(struct batch_item *item, const char *out, struct error *error)
{
    char path[FILE_PATH_MAX];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    int result = batch_item_report_path(item, out, path, error);
    if (result == 0)
        result = file_read(path, REPORT_BYTES_MAX, &bytes, &size, error);
    if (result == 0)
        result = batch_report_parse(bytes, size, &item->report, error);
    return result;
}

/* Ends of the text without its last line; 0 when there is no more. */
static size_t take_line(const char *bytes, size_t size, const char **line, size_t *length)
{
    while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
        size--;
    const char *newline = memrchr(bytes, '\n', size);
    *line = newline == NULL ? bytes : newline + 1;
    *length = size - (size_t)(*line - bytes);
    return (size_t)(*line - bytes);
}

/* The last line in which the worker names a reason; else the last one that it printed. */
static void reason_line(const struct worker_end *end, char *text, size_t size)
{
    static const char ours[] = "grader: ", request[] = "grader: this is a defect";
    const char *line, *chosen;
    size_t length, chosen_length;
    size_t left = take_line(end->output, end->output_size, &chosen, &chosen_length);
    line = chosen;
    length = chosen_length;
    for (;;) {
        bool is_ours = length >= sizeof ours - 1 && memcmp(line, ours, sizeof ours - 1) == 0;
        if (is_ours && strncmp(line, request, sizeof request - 1) != 0) {
            chosen = line + sizeof ours - 1;
            chosen_length = length - (sizeof ours - 1);
            break;
        }
        if (left == 0)
            break;
        left = take_line(end->output, left, &line, &length);
    }
    AUTO_BUFFER struct buffer escaped = BUFFER_INIT(WORKER_OUTPUT_MAX * 4);
    buffer_append_escaped(&escaped, chosen, chosen_length, false);
    (void)snprintf(text, size, "%s", buffer_text(&escaped));
    intake_source_redact(text);
}

static void fail(struct batch_item *item, enum batch_failure failure, const char *what,
                 const struct worker_end *end)
{
    char line[200] = "";
    reason_line(end, line, sizeof line);
    item->failure = failure;
    (void)snprintf(item->reason, sizeof item->reason, "%s%s%s", what, line[0] == '\0' ? "" : ": ",
                   line);
}

/* True when the worker says that there is a report. */
static bool judge_end(struct batch_item *item, const struct worker_end *end)
{
    char what[96];
    if (end->timed_out) {
        (void)snprintf(what, sizeof what, "no end within %.0f s, killed",
                       (double)end->wall_ms / 1000);
        fail(item, BATCH_GRADER_ERROR, what, end);
    } else if (WIFSIGNALED(end->status)) {
        (void)snprintf(what, sizeof what, "ended by signal %d (%s)", WTERMSIG(end->status),
                       strsignal(WTERMSIG(end->status)));
        fail(item, BATCH_GRADER_ERROR, what, end);
    } else if (WEXITSTATUS(end->status) > 1) {
        int status = WEXITSTATUS(end->status);
        (void)snprintf(what, sizeof what, "exit status %d", status);
        fail(item,
             status == 2   ? BATCH_REFUSED
             : status == 3 ? BATCH_ENVIRONMENT
                           : BATCH_GRADER_ERROR,
             what, end);
    } else {
        return true;
    }
    return false;
}

int batch_item_take(struct batch_item *item, const char *out, const struct worker_end *end,
                    struct error *error)
{
    char path[FILE_PATH_MAX], errors[FILE_PATH_MAX];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error reason = ERROR_INIT;
    item->failure = BATCH_NO_FAILURE;
    item->reason[0] = '\0';
    if (!judge_end(item, end))
        return 0;
    int result = file_join(path, item->temporary, "report.json", error);
    if (result != 0)
        return result;
    if (file_read(path, REPORT_BYTES_MAX, &bytes, &size, &reason) != 0 ||
        batch_report_parse(bytes, size, &item->report, &reason) != 0) {
        item->failure = BATCH_GRADER_ERROR;
        (void)snprintf(item->reason, sizeof item->reason, "no valid report: %.200s",
                       reason.message);
        return 0;
    }
    result = batch_item_report_path(item, out, path, error);
    if (result == 0)
        result = item_path(item, out, "errors", ".txt", errors, error);
    if (result == 0)
        result = file_write_atomic(path, bytes, size, error);
    if (result == 0)
        (void)unlink(errors); // of an earlier run
    return result;
}

static void describe(const struct batch_item *item, const struct worker_end *end,
                     struct buffer *text)
{
    const struct roster_entry *entry = item->entry;
    struct intake_source source;
    struct error ignored = ERROR_INIT;
    bool parsed = intake_source_parse(entry->repository, &source, &ignored) == 0;
    buffer_append_format(text, "learner: %s\nrepository: %s\n", entry->learner,
                         parsed ? source.origin : "");
    if (entry->ref != NULL) {
        buffer_append_text(text, "ref: ");
        buffer_append_escaped(text, entry->ref, strlen(entry->ref), false);
        buffer_append_text(text, "\n");
    }
    buffer_append_format(text, "attempts: %u\nwhat happened: %s\n", item->attempts, item->reason);
    buffer_append_text(text, "No report was written and no points were taken.\n\n"
                             "The end of what the worker printed:\n");
    size_t skipped = end->output_size > LOG_SHOWN ? end->output_size - LOG_SHOWN : 0;
    buffer_append_escaped(text, end->output + skipped, end->output_size - skipped, true);
}

int batch_item_fail(const struct batch_item *item, const char *out, const struct worker_end *end,
                    struct error *error)
{
    char path[FILE_PATH_MAX], previous[FILE_PATH_MAX];
    int result = batch_item_report_path(item, out, path, error);
    if (result == 0)
        result = item_path(item, out, "errors", ".previous.json", previous, error);
    if (result != 0)
        return result;
    // What is there was made by another grader or rubric: it must not pass for this batch's.
    if (rename(path, previous) != 0 && errno != ENOENT)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot move %s", path);
    AUTO_BUFFER struct buffer text = BUFFER_INIT(128 * 1024);
    describe(item, end, &text);
    result = item_path(item, out, "errors", ".txt", path, error);
    if (result != 0 || buffer_failed(&text))
        return result != 0 ? result : error_memory(error);
    char *bytes = buffer_steal(&text);
    intake_source_redact(bytes);
    result = file_write_atomic(path, bytes, strlen(bytes), error);
    free(bytes);
    return result;
}

/* Spreadsheets run a cell that begins like a formula; an apostrophe makes it text. */
static void append_cell(struct buffer *text, const char *value)
{
    bool formula = value[0] != '\0' && strchr("=+-@\t\r", value[0]) != NULL;
    bool quoted = strpbrk(value, ",;\"\r\n\t") != NULL;
    if (quoted)
        buffer_append_text(text, "\"");
    if (formula)
        buffer_append_text(text, "'");
    for (const char *p = value; *p != '\0'; p++)
        buffer_append(text, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    if (quoted)
        buffer_append_text(text, "\"");
}

static void append_row(struct buffer *text, const struct batch_item *item)
{
    append_cell(text, item->entry->learner);
    buffer_append_format(text, ",%s,", batch_item_outcome(item));
    if (item->step == BATCH_DONE && item->failure == BATCH_NO_FAILURE) {
        char points[POINTS_TEXT_MAX], maximum[POINTS_TEXT_MAX], pending[POINTS_TEXT_MAX];
        points_text(points, item->report.points);
        points_text(maximum, item->report.maximum);
        points_text(pending, item->report.pending);
        buffer_append_format(text, "%s,%s,%s,reports/%s.json\n", points, maximum, pending,
                             item->entry->learner);
    } else if (item->step == BATCH_DONE) {
        buffer_append_format(text, ",,,errors/%s.txt\n", item->entry->learner);
    } else {
        buffer_append_text(text, ",,,\n");
    }
}

int batch_summary_write(const struct batch_item *items, size_t count, const char *out,
                        struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(256 * 1024 * 1024);
    buffer_append_text(&text, "learner,outcome,points,maximum,pending,report\n");
    for (size_t i = 0; i < count; i++)
        append_row(&text, &items[i]);
    if (buffer_failed(&text))
        return error_memory(error);
    char path[FILE_PATH_MAX];
    int result = file_join(path, out, "summary.csv", error);
    return result != 0 ? result : file_write_atomic(path, text.data, text.size, error);
}
