/* Unknown keys, and which key was most likely meant. */
#include "grader/json/json_document.h"

#include <string.h>
#include "grader/exchange/text_fault.h"

enum { KEY_COMPARED_MAX = 40 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that make b out of a. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t rows = strlen(a), columns = strlen(b);
    if (rows > KEY_COMPARED_MAX || columns > KEY_COMPARED_MAX)
        return KEY_COMPARED_MAX;
    size_t d[KEY_COMPARED_MAX + 1][KEY_COMPARED_MAX + 1];
    for (size_t i = 0; i <= rows; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= columns; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= rows; i++)
        for (size_t j = 1; j <= columns; j++) {
            d[i][j] = smaller(smaller(d[i - 1][j], d[i][j - 1]) + 1,
                              d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = smaller(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[rows][columns];
}

/* The allowed key that differs from @p key by at most a third of its letters, or NULL. */
static const char *nearest(const char *key, const char *const *allowed)
{
    const char *best = NULL;
    size_t best_distance = smaller(strlen(key), KEY_COMPARED_MAX) / 3 + 1;
    for (; *allowed != NULL; allowed++) {
        size_t distance = edit_distance(key, *allowed);
        if (distance < best_distance) {
            best = *allowed;
            best_distance = distance;
        }
    }
    return best;
}

static int unknown_key(const struct json_place *place, const char *key, const char *const *allowed,
                       struct error *error)
{
    char quoted[TEXT_QUOTE_MAX];
    text_quote(quoted, key, strlen(key));
    const char *meant = nearest(key, allowed);
    if (meant != NULL)
        return json_place_error(place, error, "unknown key %s (did you mean \"%s\"?)", quoted,
                                meant);
    AUTO_BUFFER struct buffer list = BUFFER_INIT(512);
    for (size_t i = 0; allowed[i] != NULL; i++)
        buffer_append_format(&list, "%s%s", i == 0 ? "" : ", ", allowed[i]);
    return json_place_error(place, error, "unknown key %s; allowed: %s", quoted,
                            buffer_text(&list));
}

int json_check_keys(const struct json_place *place, const char *const *allowed, struct error *error)
{
    if (!cJSON_IsObject(place->node))
        return json_place_error(place, error, "expected an object");
    const cJSON *member;
    cJSON_ArrayForEach(member, place->node)
    {
        bool known = false;
        for (size_t i = 0; allowed[i] != NULL && !known; i++)
            known = strcmp(member->string, allowed[i]) == 0;
        if (!known)
            return unknown_key(place, member->string, allowed, error);
    }
    return 0;
}
