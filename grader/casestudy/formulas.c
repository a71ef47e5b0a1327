#include "grader/casestudy/formulas.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Longer formulas and code spans are taken for text: an opening sign that nothing closes must not
 * cost a search to the end of the report, or a report of such signs costs a square. */
enum { SPAN_MAX = 4096 };

/* The text that is being read: [at, end). */
struct reader {
    const char *start;
    const char *at;
    const char *end;
    bool comment_unclosed; /**< some "<!--" before has no end, so none of the later ones has */
};

static bool looking_at(const struct reader *r, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(r->end - r->at) >= length && memcmp(r->at, word, length) == 0;
}

static const char *window_end(const struct reader *r)
{
    return r->end - r->at > SPAN_MAX ? r->at + SPAN_MAX : r->end;
}

/* First occurrence of @p word at or after @p from, within the window; NULL when there is none. */
static const char *find(const struct reader *r, const char *from, const char *word)
{
    const char *end = window_end(r);
    return from >= end ? NULL : memmem(from, (size_t)(end - from), word, strlen(word));
}

static bool at_line_start(const struct reader *r)
{
    const char *p = r->at;
    while (p > r->start && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    return p == r->start || p[-1] == '\n';
}

static size_t run_length(const struct reader *r, char c)
{
    size_t length = 0;
    while (r->at + length < r->end && r->at[length] == c)
        length++;
    return length;
}

/* End of a code span or fence that opens here with @p ticks backticks or tildes: just behind the
 * closing run of the same length. An unclosed fence runs to the end, an unclosed span is no span.
 */
static const char *code_end(const struct reader *r, char mark, size_t ticks, bool fence)
{
    const char *p = r->at + ticks, *limit = fence ? r->end : window_end(r);
    while (p < limit && (p = memchr(p, mark, (size_t)(limit - p))) != NULL) {
        struct reader here = {.start = r->start, .at = p, .end = r->end};
        size_t length = run_length(&here, mark);
        if (fence ? length >= ticks && at_line_start(&here) : length == ticks)
            return p + length;
        p += length;
    }
    return fence ? r->end : r->at + ticks;
}

static bool skip_code(struct reader *r, struct buffer *text, size_t *formulas)
{
    char mark = *r->at;
    if (mark != '`' && mark != '~')
        return false;
    size_t ticks = run_length(r, mark);
    bool fence = ticks >= 3 && at_line_start(r);
    if (mark == '~' && !fence)
        return false;
    struct reader info = {.start = r->start, .at = r->at + ticks, .end = r->end};
    bool math = fence && looking_at(&info, "math");
    const char *end = code_end(r, mark, ticks, fence);
    if (math)
        *formulas += 1;
    else
        buffer_append(text, r->at, (size_t)(end - r->at));
    r->at = end;
    return true;
}

/* Comments are copied whole: a template that explains itself in them earns no formulas. */
static bool skip_comment(struct reader *r, struct buffer *text)
{
    if (r->comment_unclosed || !looking_at(r, "<!--"))
        return false;
    const char *inside = r->at + strlen("<!--");
    const char *end = memmem(inside, (size_t)(r->end - inside), "-->", strlen("-->"));
    if (end == NULL) {
        r->comment_unclosed = true;
        return false;
    }
    end += strlen("-->");
    buffer_append(text, r->at, (size_t)(end - r->at));
    r->at = end;
    return true;
}

/* Closing dollar of a formula on one paragraph; NULL when this dollar opens none. */
static const char *inline_end(const struct reader *r)
{
    const char *p = r->at + 1;
    if (p >= r->end || isspace((unsigned char)*p) || *p == '$')
        return NULL;
    for (const char *end = window_end(r); p < end; p++) {
        if (*p == '\n' && p + 1 < r->end && p[1] == '\n')
            return NULL;
        if (*p != '$' || p[-1] == '\\' || isspace((unsigned char)p[-1]))
            continue;
        return p + 1 < r->end && isdigit((unsigned char)p[1]) ? NULL : p + 1;
    }
    return NULL;
}

static const char *environment_end(const struct reader *r)
{
    const char *close = find(r, r->at, "}");
    char closing[80] = "\\end{";
    size_t prefix = strlen("\\begin{");
    if (close == NULL || (size_t)(close - r->at) - prefix > 60)
        return NULL;
    memcpy(closing + 5, r->at + prefix, (size_t)(close + 1 - r->at) - prefix);
    const char *end = find(r, close, closing);
    return end == NULL ? NULL : end + strlen(closing);
}

static const char *delimited_end(const struct reader *r, const char *open, const char *close)
{
    if (!looking_at(r, open))
        return NULL;
    const char *end = find(r, r->at + strlen(open), close);
    return end == NULL ? NULL : end + strlen(close);
}

/* Just behind the formula that starts here, or NULL. */
static const char *formula_end(const struct reader *r)
{
    if (looking_at(r, "$$"))
        return delimited_end(r, "$$", "$$");
    if (looking_at(r, "\\begin{"))
        return environment_end(r);
    if (looking_at(r, "\\("))
        return delimited_end(r, "\\(", "\\)");
    if (looking_at(r, "\\["))
        return delimited_end(r, "\\[", "\\]");
    return *r->at == '$' ? inline_end(r) : NULL;
}

size_t formulas_remove(const char *markdown, size_t size, struct buffer *text)
{
    struct reader r = {.start = markdown, .at = markdown, .end = markdown + size};
    size_t formulas = 0;
    while (r.at < r.end) {
        if (skip_code(&r, text, &formulas) || skip_comment(&r, text))
            continue;
        const char *end = formula_end(&r);
        if (end != NULL) {
            formulas++;
            buffer_append_text(text, " ");
            r.at = end;
            continue;
        }
        size_t step = looking_at(&r, "\\$") ? 2 : 1; // an escaped dollar is a dollar
        if ((size_t)(r.end - r.at) < step)
            step = 1;
        buffer_append(text, r.at, step);
        r.at += step;
    }
    return formulas;
}
