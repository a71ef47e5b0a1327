#include "grader/json/json_document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/exchange/number.h"
#include "grader/json/json_strict.h"

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, because an object of a hostile file may have a million members. */
static int check_own_keys(const struct json_place *object, struct error *error)
{
    size_t count = 0;
    const cJSON *member;
    cJSON_ArrayForEach(member, object->node) count++;
    if (count < 2)
        return 0;
    AUTO_FREE const char **keys = calloc(count, sizeof *keys);
    if (keys == NULL)
        return error_memory(error);
    size_t i = 0;
    cJSON_ArrayForEach(member, object->node) keys[i++] = member->string;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 1; i < count; i++) {
        char quoted[TEXT_QUOTE_MAX];
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return json_place_error(object, error, "the key %s is there twice",
                                    text_quote(quoted, keys[i], strlen(keys[i])));
    }
    return 0;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static int check_keys_below(const struct json_place *place, struct error *error)
{
    int status = cJSON_IsObject(place->node) ? check_own_keys(place, error) : 0;
    int index = 0;
    const cJSON *child;
    cJSON_ArrayForEach(child, place->node)
    {
        struct json_place below = *place;
        below.node = child;
        below.parent = place;
        below.key = child->string;
        below.index = index++;
        if (status == 0 && (cJSON_IsObject(child) || cJSON_IsArray(child)))
            status = check_keys_below(&below, error);
    }
    return status;
}

int json_parse(const char *bytes, size_t size, const char *file, enum error_kind kind, cJSON **root,
               struct error *error)
{
    struct text_source source = {bytes, size, file, kind};
    int status = json_check_text(&source, error);
    if (status != 0)
        return status;
    AUTO_JSON cJSON *parsed = cJSON_ParseWithLengthOpts(bytes, size, NULL, 0);
    if (parsed == NULL)
        return error_memory(error); // nothing else is left after the check
    struct json_place place = json_place_root(parsed, file, kind);
    status = check_keys_below(&place, error);
    if (status == 0)
        *root = STEAL(parsed);
    return status;
}

int json_load(const char *path, size_t maximum, enum error_kind kind, cJSON **root,
              struct error *error)
{
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error reason = ERROR_INIT;
    int status = file_read(path, maximum, &bytes, &size, &reason);
    if (status == 0)
        return json_parse(bytes, size, path, kind, root, error);
    *error = reason;
    if (status == ERROR_USAGE) // not there, too large, not a file: a fault of the document
        error->kind = kind;
    return error->kind;
}

void json_release(cJSON **root)
{
    cJSON_Delete(*root);
    *root = NULL;
}

struct json_place json_place_root(const cJSON *node, const char *file, enum error_kind kind)
{
    return (struct json_place){.node = node, .index = -1, .file = file, .kind = kind};
}

struct json_place json_place_member(const struct json_place *parent, const char *key)
{
    const cJSON *node = NULL;
    if (cJSON_IsObject(parent->node))
        node = cJSON_GetObjectItemCaseSensitive(parent->node, key);
    return (struct json_place){node, parent, key, -1, parent->file, parent->kind};
}

struct json_place json_place_item(const struct json_place *parent, int index)
{
    const cJSON *node = NULL;
    if (cJSON_IsArray(parent->node) && index >= 0)
        node = cJSON_GetArrayItem(parent->node, index);
    return (struct json_place){node, parent, NULL, index, parent->file, parent->kind};
}

enum { PATH_PARTS_MAX = JSON_DEPTH_MAX + 2, PATH_MAXIMUM = 512 };

static void append_key(struct buffer *path, const char *key)
{
    enum { KEY_SHOWN_MAX = 64 };
    size_t size = strlen(key);
    if (path->size > 0)
        buffer_append_text(path, ".");
    buffer_append_escaped(path, key, size < KEY_SHOWN_MAX ? size : KEY_SHOWN_MAX, false);
}

/* "task[2].inputs.X"; "" for the root. */
static void append_path(struct buffer *path, const struct json_place *place)
{
    const struct json_place *parts[PATH_PARTS_MAX];
    size_t count = 0;
    for (; place->parent != NULL && count < PATH_PARTS_MAX; place = place->parent)
        parts[count++] = place;
    while (count-- > 0) {
        if (parts[count]->key != NULL)
            append_key(path, parts[count]->key);
        else
            buffer_append_format(path, "[%d]", parts[count]->index);
    }
}

int json_place_error(const struct json_place *place, struct error *error, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    AUTO_BUFFER struct buffer path = BUFFER_INIT(PATH_MAXIMUM);
    append_path(&path, place);
    return error_set(error, place->kind, "%s: %s%s%s", place->file, buffer_text(&path),
                     path.size > 0 ? ": " : "", message);
}

static int wrong_type(const struct json_place *place, const char *expected, struct error *error)
{
    if (place->node == NULL)
        return json_place_error(place, error, "missing; expected %s", expected);
    return json_place_error(place, error, "expected %s", expected);
}

int json_get_string(const struct json_place *parent, const char *key, const char **value,
                    struct error *error)
{
    struct json_place place = json_place_member(parent, key);
    if (place.node == NULL || !cJSON_IsString(place.node))
        return wrong_type(&place, "a string", error);
    *value = place.node->valuestring;
    return 0;
}

int json_get_number(const struct json_place *parent, const char *key, double *value,
                    struct error *error)
{
    struct json_place place = json_place_member(parent, key);
    if (place.node == NULL || !cJSON_IsNumber(place.node))
        return wrong_type(&place, "a number", error);
    *value = place.node->valuedouble;
    return 0;
}

int json_get_integer(const struct json_place *parent, const char *key, int64_t lowest,
                     int64_t highest, int64_t *value, struct error *error)
{
    static const double exact_limit = 9007199254740992.0; // 2^53: above, doubles skip integers
    struct json_place place = json_place_member(parent, key);
    if (place.node == NULL || !cJSON_IsNumber(place.node))
        return wrong_type(&place, "a whole number", error);
    double number = place.node->valuedouble;
    if (!(fabs(number) < exact_limit) || number != floor(number))
        return wrong_type(&place, "a whole number", error);
    int64_t whole = (int64_t)number;
    if (whole < lowest || whole > highest)
        return json_place_error(&place, error,
                                "expected a whole number from %lld to %lld, found %lld",
                                (long long)lowest, (long long)highest, (long long)whole);
    *value = whole;
    return 0;
}

int json_get_bool(const struct json_place *parent, const char *key, bool *value,
                  struct error *error)
{
    struct json_place place = json_place_member(parent, key);
    if (!cJSON_IsBool(place.node))
        return wrong_type(&place, "true or false", error);
    *value = cJSON_IsTrue(place.node) != 0;
    return 0;
}

int json_get_array(const struct json_place *parent, const char *key, struct json_place *value,
                   struct error *error)
{
    struct json_place place = json_place_member(parent, key);
    if (!cJSON_IsArray(place.node))
        return wrong_type(&place, "an array", error);
    *value = place;
    return 0;
}

int json_get_object(const struct json_place *parent, const char *key, struct json_place *value,
                    struct error *error)
{
    struct json_place place = json_place_member(parent, key);
    if (!cJSON_IsObject(place.node))
        return wrong_type(&place, "an object", error);
    *value = place;
    return 0;
}

bool json_has(const struct json_place *parent, const char *key)
{
    return json_place_member(parent, key).node != NULL;
}
