/**
 * @file
 * JSON read strictly and written exactly. cJSON is lenient where we must not be, and loses digits
 * where we must not: this module is the only way JSON enters or leaves the grader.
 *
 * Reading refuses: more than the size given, nesting deeper than 64, trailing characters, BOM,
 * invalid UTF-8, \u0000, duplicate keys, numbers that JSON does not know (01, 1., NaN) and numbers
 * that overflow. Getters name the place: "submission.json: build[1]: expected a string".
 */
#ifndef GRADER_JSON_JSON_DOCUMENT_H
#define GRADER_JSON_JSON_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cjson/cJSON.h>
#include "grader/base/buffer.h"
#include "grader/base/error.h"

#define AUTO_JSON __attribute__((cleanup(json_release)))

/** Parses @p size bytes. @p kind is the error kind of a fault (ERROR_SUBMISSION for a learner's
 * file, ERROR_USAGE for a rubric). The root belongs to the caller: cJSON_Delete. */
int json_parse(const char *bytes, size_t size, const char *file, enum error_kind kind, cJSON **root,
               struct error *error);

/** Reads and parses a file of at most @p maximum bytes. */
int json_load(const char *path, size_t maximum, enum error_kind kind, cJSON **root,
              struct error *error);

/** For AUTO_JSON: deletes and clears. */
void json_release(cJSON **root);

/**
 * A place in a document, for messages: chain one per level on the stack.
 *
 *     struct json_place root = json_place_root(json, "rubric.json", ERROR_USAGE);
 *     struct json_place task = json_place_member(&root, "task");   // node NULL when absent
 *     struct json_place third = json_place_item(&task, 2);
 */
struct json_place {
    const cJSON *node; /**< NULL when absent */
    const struct json_place *parent;
    const char *key; /**< member name, or NULL for an item */
    int index;       /**< of an item */
    const char *file;
    enum error_kind kind;
};

struct json_place json_place_root(const cJSON *node, const char *file, enum error_kind kind);
struct json_place json_place_member(const struct json_place *parent, const char *key);
struct json_place json_place_item(const struct json_place *parent, int index);

/** Sets the error to "file: path: message" with the kind of the document. Returns the kind. */
int json_place_error(const struct json_place *place, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Required values of a type; absent or of another type is an error that says what was expected.
 * Strings are borrowed from the document. */
int json_get_string(const struct json_place *parent, const char *key, const char **value,
                    struct error *error);
int json_get_number(const struct json_place *parent, const char *key, double *value,
                    struct error *error);
/** A whole number in [lowest, highest]. */
int json_get_integer(const struct json_place *parent, const char *key, int64_t lowest,
                     int64_t highest, int64_t *value, struct error *error);
int json_get_bool(const struct json_place *parent, const char *key, bool *value,
                  struct error *error);
int json_get_array(const struct json_place *parent, const char *key, struct json_place *value,
                   struct error *error);
int json_get_object(const struct json_place *parent, const char *key, struct json_place *value,
                    struct error *error);

/** True when the member is there. */
bool json_has(const struct json_place *parent, const char *key);

/** Error for the first member whose key is not in the NULL-terminated list; the message suggests
 * the nearest allowed key. The place must be an object. */
int json_check_keys(const struct json_place *place, const char *const *allowed,
                    struct error *error);

/** Builders for documents that we write. A finite double goes in as its shortest exact decimal
 * (cJSON's own printer changes one double in six), a non-finite one as the string "NaN",
 * "Infinity" or "-Infinity". They return the new item, owned by the object, or NULL when out of
 * memory. */
cJSON *json_add_real(cJSON *object, const char *key, double value);
cJSON *json_add_whole(cJSON *object, const char *key, int64_t value);
cJSON *json_real(double value);

/** Prints with two-space indentation, keys in the order they were added, newline at the end. */
int json_print(const cJSON *root, struct buffer *buffer, struct error *error);

#endif
