#include "grader/batch/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "grader/base/cleanup.h"
#include "grader/batch/batch_item.h"
#include "grader/batch/progress.h"
#include "grader/grading/points.h"

enum {
    ATTEMPTS_MAX = 2,
    ENVIRONMENT_ERRORS_MAX = 5, /**< in a row: then it is the machine */
    WAIT_MS = 200,
    STOP_GRACE_MS = 3000,
    IDENTIFY_S = 60,
    TIMEOUT_DEFAULT_S = 3600,
    ARGUMENTS_MAX = 16
};

struct batch {
    const struct batch_options *options;
    struct batch_item *items;
    size_t count;
    size_t *queue; /**< ring of indices, each item at most once in it */
    size_t queue_first, queue_size;
    struct worker_pool *pool;
    struct progress progress;
    char scratch[FILE_PATH_MAX];
    unsigned environment_errors; /**< in a row */
    bool gave_up;
    int status; /**< of an error in a callback */
    struct error *error;
};

static void push_last(struct batch *batch, size_t index)
{
    batch->queue[(batch->queue_first + batch->queue_size++) % batch->count] = index;
}

static void push_first(struct batch *batch, size_t index)
{
    batch->queue_first = (batch->queue_first + batch->count - 1) % batch->count;
    batch->queue[batch->queue_first] = index;
    batch->queue_size++;
}

static size_t pop(struct batch *batch)
{
    size_t index = batch->queue[batch->queue_first];
    batch->queue_first = (batch->queue_first + 1) % batch->count;
    batch->queue_size--;
    return index;
}

/* ---- one worker ---- */

/* The words of a worker's command line; texts[] owns what was made here. */
struct command_line {
    const char *program;
    const char *words[ARGUMENTS_MAX + 1];
    size_t count;
    char *texts[ARGUMENTS_MAX];
    size_t text_count;
};

static void command_release(struct command_line *line)
{
    for (size_t i = 0; i < line->text_count; i++)
        free(line->texts[i]);
}

/* "--name=value" in one word: a value that begins with a hyphen is no option then. */
static bool add_option(struct command_line *line, const char *name, const char *value)
{
    if (value == NULL)
        return true;
    char *text = NULL;
    if (asprintf(&text, "--%s=%s", name, value) < 0)
        return false;
    line->texts[line->text_count++] = text;
    line->words[line->count++] = text;
    return true;
}

static bool make_command(const struct batch *batch, const struct batch_item *item,
                         const char *report, struct command_line *line)
{
    const struct batch_options *options = batch->options;
    memset(line, 0, sizeof *line);
    line->program = options->worker == NULL ? "/proc/self/exe" : options->worker;
    line->words[line->count++] = "grader";
    line->words[line->count++] = "grade";
    bool made = add_option(line, "learner", item->entry->learner) &&
                add_option(line, "ref", item->entry->ref) &&
                add_option(line, "rubric", options->rubric) &&
                add_option(line, "key", options->key) &&
                add_option(line, "feedback", options->feedback) && add_option(line, "out", report);
    line->words[line->count++] = report == NULL ? "--print-identity" : "--quiet";
    line->words[line->count++] = "--";
    line->words[line->count++] = item->entry->repository;
    return made;
}

static int start(struct batch *batch, size_t index, struct error *error)
{
    struct batch_item *item = &batch->items[index];
    bool grading = item->step == BATCH_GRADE;
    unsigned timeout =
        batch->options->timeout_s == 0 ? TIMEOUT_DEFAULT_S : batch->options->timeout_s;
    char report[FILE_PATH_MAX], name[32];
    (void)snprintf(name, sizeof name, "%zu", index);
    int result = file_join(item->temporary, batch->scratch, name, error);
    if (result == 0)
        result = file_make_directories(item->temporary, error);
    if (result == 0)
        result = file_join(report, item->temporary, "report.json", error);
    if (result != 0)
        return result;
    struct command_line line;
    if (make_command(batch, item, grading ? report : NULL, &line)) {
        struct worker_job job = {.program = line.program,
                                 .argv = line.words,
                                 .temporary_folder = item->temporary,
                                 .only_output = !grading,
                                 .deadline_ms = 1000 * (grading ? timeout : IDENTIFY_S),
                                 .tag = item};
        item->attempts += grading;
        result = worker_pool_start(batch->pool, &job, error);
    } else {
        result = error_memory(error);
    }
    command_release(&line);
    return result;
}

/* ---- what came of it ---- */

static void show(struct batch *batch, const struct batch_item *item)
{
    char points[POINTS_TEXT_MAX], maximum[POINTS_TEXT_MAX], score[2 * POINTS_TEXT_MAX] = "";
    if (item->failure == BATCH_NO_FAILURE) {
        points_text(points, item->report.points);
        points_text(maximum, item->report.maximum);
        (void)snprintf(score, sizeof score, "%s/%s", points, maximum);
    }
    struct progress_item line = {.learner = item->entry->learner,
                                 .outcome = batch_item_outcome(item),
                                 .score = score,
                                 .note = item->reason,
                                 .wall_ms = item->wall_ms,
                                 .already = item->already};
    progress_item(&batch->progress, &line);
}

/* One line of the identity, compared with that of the report that is there. */
static bool is_same(const struct batch_item *item, const struct worker_end *end)
{
    size_t size = end->output_size;
    while (size > 0 && (end->output[size - 1] == '\n' || end->output[size - 1] == '\r'))
        size--;
    return end->status == 0 && size > 0 && size == strlen(item->report.identity) &&
           memcmp(end->output, item->report.identity, size) == 0;
}

static void end_identify(struct batch *batch, struct batch_item *item, const struct worker_end *end)
{
    if (is_same(item, end)) {
        item->step = BATCH_DONE;
        item->already = true;
        show(batch, item);
        return;
    }
    item->step = BATCH_GRADE;
    push_first(batch, (size_t)(item - batch->items));
}

static int end_grade(struct batch *batch, struct batch_item *item, const struct worker_end *end,
                     struct error *error)
{
    item->wall_ms += end->wall_ms;
    int result = batch_item_take(item, batch->options->out, end, error);
    if (result != 0)
        return result;
    bool retried = item->failure == BATCH_ENVIRONMENT || item->failure == BATCH_GRADER_ERROR;
    if (retried && item->attempts < ATTEMPTS_MAX) {
        push_last(batch, (size_t)(item - batch->items)); // what hindered it may have passed by then
        return 0;
    }
    item->step = BATCH_DONE;
    if (item->failure != BATCH_NO_FAILURE)
        result = batch_item_fail(item, batch->options->out, end, error);
    show(batch, item);
    batch->environment_errors =
        item->failure == BATCH_ENVIRONMENT ? batch->environment_errors + 1 : 0;
    batch->gave_up = batch->gave_up || (!batch->options->keep_going &&
                                        batch->environment_errors >= ENVIRONMENT_ERRORS_MAX);
    return result;
}

static void on_end(void *payload, const struct worker_end *end)
{
    struct batch *batch = payload;
    struct batch_item *item = end->tag;
    struct error ignored = ERROR_INIT;
    if (batch->status == 0 && item->step == BATCH_IDENTIFY)
        end_identify(batch, item, end);
    else if (batch->status == 0)
        batch->status = end_grade(batch, item, end, batch->error);
    (void)file_remove_tree(item->temporary, &ignored);
}

/* ---- the whole ---- */

static int stop_signal(const struct batch *batch)
{
    return batch->options->stopped == NULL ? 0 : batch->options->stopped();
}

static int loop(struct batch *batch, struct error *error)
{
    while (batch->status == 0 && stop_signal(batch) == 0 &&
           (batch->queue_size > 0 || worker_pool_running(batch->pool) > 0)) {
        while (batch->queue_size > 0 && !batch->gave_up && worker_pool_has_room(batch->pool) &&
               stop_signal(batch) == 0) {
            int result = start(batch, pop(batch), error);
            if (result != 0)
                return result;
        }
        if (batch->gave_up && worker_pool_running(batch->pool) == 0)
            return 0;
        worker_pool_wait(batch->pool, WAIT_MS, on_end, batch);
        progress_tick(&batch->progress, worker_pool_running(batch->pool));
    }
    return batch->status;
}

static unsigned allowed_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return (unsigned)CPU_COUNT(&set);
}

/* Two batches in one folder would grade everything twice and mix their reports. */
static int lock_folder(const char *out, int *fd, struct error *error)
{
    char path[FILE_PATH_MAX];
    int result = file_join(path, out, "reports", error);
    if (result == 0)
        result = file_make_directories(path, error);
    if (result == 0)
        result = file_join(path, out, "errors", error);
    if (result == 0)
        result = file_make_directories(path, error);
    if (result == 0)
        result = file_join(path, out, ".lock", error);
    if (result != 0)
        return result;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (*fd < 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot open %s", path);
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return error_set(error, ERROR_USAGE, "another batch is running with the folder %s", out);
}

static int prepare(struct batch *batch, const struct roster *roster, struct error *error)
{
    batch->count = roster->count;
    batch->items = calloc(roster->count, sizeof *batch->items);
    batch->queue = calloc(roster->count, sizeof *batch->queue);
    if (batch->items == NULL || batch->queue == NULL)
        return error_memory(error);
    for (size_t i = 0; i < roster->count; i++) {
        struct batch_item *item = &batch->items[i];
        struct error ignored = ERROR_INIT;
        item->entry = &roster->entries[i];
        item->step = BATCH_GRADE;
        if (!batch->options->again && batch_item_read(item, batch->options->out, &ignored) == 0)
            item->step = BATCH_IDENTIFY;
        push_last(batch, i);
    }
    unsigned jobs = batch->options->jobs == 0 ? allowed_processors() : batch->options->jobs;
    int result = worker_pool_new(jobs, &batch->pool, error);
    if (result == 0)
        result = file_make_scratch(batch->scratch, "grader-batch", error);
    progress_init(&batch->progress, batch->options->progress, batch->count);
    return result;
}

static void add_up(const struct batch *batch, struct batch_totals *totals)
{
    memset(totals, 0, sizeof *totals);
    totals->total = batch->count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_item *item = &batch->items[i];
        bool done = item->step == BATCH_DONE;
        totals->waiting += !done;
        totals->reports += done && item->failure == BATCH_NO_FAILURE;
        totals->already += item->already;
        totals->refused += done && item->failure == BATCH_REFUSED;
        totals->environment += done && item->failure == BATCH_ENVIRONMENT;
        totals->grader_errors += done && item->failure == BATCH_GRADER_ERROR;
    }
    totals->signal = stop_signal(batch);
    totals->gave_up = batch->gave_up;
    progress_counts(&batch->progress, totals->counts, sizeof totals->counts);
}

static void clean(struct batch *batch)
{
    struct error ignored = ERROR_INIT;
    if (batch->pool != NULL)
        worker_pool_stop(batch->pool, STOP_GRACE_MS);
    worker_pool_free(batch->pool);
    if (batch->scratch[0] != '\0')
        (void)file_remove_tree(batch->scratch, &ignored);
    free(batch->items);
    free(batch->queue);
}

int batch_run(const struct batch_options *options, struct batch_totals *totals,
              struct buffer *problems, struct error *error)
{
    struct roster roster;
    AUTO_CLOSE int lock = -1;
    int result = roster_load(options->roster, &roster, problems, error);
    if (result != 0)
        return result;
    struct batch batch = {.options = options, .error = error};
    result = lock_folder(options->out, &lock, error);
    if (result == 0)
        result = prepare(&batch, &roster, error);
    if (result == 0)
        result = loop(&batch, error);
    progress_clear(&batch.progress);
    if (batch.pool != NULL)
        worker_pool_stop(batch.pool, STOP_GRACE_MS);
    if (result == 0)
        result = batch_summary_write(batch.items, batch.count, options->out, error);
    add_up(&batch, totals);
    clean(&batch);
    roster_release(&roster);
    return result;
}
