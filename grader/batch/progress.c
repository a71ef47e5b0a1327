#include "grader/batch/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "grader/base/clock.h"

enum { DRAW_MS = 100, COLUMNS_DEFAULT = 80, COLUMNS_MAX = 240, RATE_AFTER = 2 };

static uint64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

void progress_init(struct progress *progress, FILE *stream, size_t total)
{
    const char *terminal = getenv("TERM");
    memset(progress, 0, sizeof *progress);
    progress->stream = stream;
    progress->total = total;
    progress->started_ms = now_ms();
    progress->terminal = stream != NULL && isatty(fileno(stream)) &&
                         (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

/* "grader_error" as people write it. */
static void make_words(char *words, size_t size, const char *name)
{
    (void)snprintf(words, size, "%s", name);
    for (char *p = words; *p != '\0'; p++)
        if (*p == '_')
            *p = ' ';
}

static void count(struct progress *progress, const char *outcome)
{
    char name[sizeof progress->kinds[0].name];
    make_words(name, sizeof name, outcome);
    for (size_t i = 0; i < progress->kind_count; i++)
        if (strcmp(progress->kinds[i].name, name) == 0) {
            progress->kinds[i].count++;
            return;
        }
    if (progress->kind_count == PROGRESS_KINDS_MAX)
        return;
    struct progress_kind *kind = &progress->kinds[progress->kind_count++];
    memcpy(kind->name, name, sizeof name);
    kind->count = 1;
}

static void append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, size - used, "%s", more);
}

void progress_counts(const struct progress *progress, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < progress->kind_count; i++) {
        char one[64];
        (void)snprintf(one, sizeof one, "%s%s %zu", i == 0 ? "" : ", ", progress->kinds[i].name,
                       progress->kinds[i].count);
        append(text, size, one);
    }
}

/* "3.2 s", "4 min", "2 h 10 min" */
static void format_duration(char *text, size_t size, double seconds)
{
    unsigned minutes = seconds < 1e8 ? (unsigned)(seconds / 60 + 0.5) : 0;
    if (seconds < 60)
        (void)snprintf(text, size, "%.0f s", seconds);
    else if (minutes < 60)
        (void)snprintf(text, size, "%u min", minutes);
    else
        (void)snprintf(text, size, "%u h %u min", minutes / 60, minutes % 60);
}

static size_t columns(const struct progress *progress)
{
    struct winsize window;
    if (ioctl(fileno(progress->stream), TIOCGWINSZ, &window) != 0 || window.ws_col == 0)
        return COLUMNS_DEFAULT;
    return window.ws_col < COLUMNS_MAX ? window.ws_col : COLUMNS_MAX;
}

static void draw(struct progress *progress)
{
    char line[512], counts[320];
    progress_counts(progress, counts, sizeof counts);
    (void)snprintf(line, sizeof line, "%zu/%zu  %zu running%s%s", progress->done, progress->total,
                   progress->running, counts[0] == '\0' ? "" : "  ", counts);
    double seconds = (double)(now_ms() - progress->started_ms) / 1000;
    if (progress->worked >= RATE_AFTER && seconds > 0) {
        char rest[64], left[32];
        double rate = (double)progress->worked / seconds;
        format_duration(left, sizeof left, (double)(progress->total - progress->done) / rate);
        (void)snprintf(rest, sizeof rest, "  %.1f/min  %s left", rate * 60, left);
        append(line, sizeof line, rest);
    }
    size_t width = columns(progress);
    if (strlen(line) >= width)
        line[width - 1] = '\0';
    (void)fprintf(progress->stream, "\r\033[K%s", line);
    (void)fflush(progress->stream);
    progress->drawn_ms = now_ms();
}

void progress_clear(struct progress *progress)
{
    if (!progress->terminal)
        return;
    (void)fprintf(progress->stream, "\r\033[K");
    (void)fflush(progress->stream);
}

static unsigned digits(size_t number)
{
    unsigned count = 1;
    for (; number >= 10; number /= 10)
        count++;
    return count;
}

static void print_line(const struct progress *progress, const struct progress_item *item)
{
    char outcome[32];
    make_words(outcome, sizeof outcome, item->outcome);
    (void)fprintf(progress->stream, "[%*zu/%zu] %s  %s", (int)digits(progress->total),
                  progress->done, progress->total, item->learner,
                  item->already ? "already graded" : outcome);
    if (item->score[0] != '\0')
        (void)fprintf(progress->stream, "  %s", item->score);
    if (!item->already)
        (void)fprintf(progress->stream, "  %.1f s", (double)item->wall_ms / 1000);
    if (item->note[0] != '\0')
        (void)fprintf(progress->stream, "  %s", item->note);
    (void)fputc('\n', progress->stream);
    (void)fflush(progress->stream);
}

void progress_item(struct progress *progress, const struct progress_item *item)
{
    progress->done++;
    progress->worked += !item->already;
    count(progress, item->outcome);
    if (progress->stream == NULL)
        return;
    // On a terminal only what needs the instructor stays on the screen.
    bool noteworthy = item->note[0] != '\0';
    if (progress->terminal && noteworthy)
        progress_clear(progress);
    if (!progress->terminal || noteworthy)
        print_line(progress, item);
    if (progress->terminal)
        draw(progress);
}

void progress_tick(struct progress *progress, size_t running)
{
    progress->running = running;
    if (progress->terminal && now_ms() - progress->drawn_ms >= DRAW_MS)
        draw(progress);
}
