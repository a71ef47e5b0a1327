/*
 * Arrays in JSON, read straight from the bytes: a document tree would cost a node per number, and
 * its numbers would not be exact. Strict JSON, except that NaN and infinities may stand as bare
 * words or strings.
 */
#include "grader/exchange/array_file.h"

#include <math.h>
#include <string.h>
#include "grader/exchange/number_list.h"
#include "grader/exchange/text_fault.h"

#define AUTO_NUMBERS __attribute__((cleanup(number_list_release)))

enum { DEPTH_MAX = 8 }; // of members that are skipped

struct json_reader {
    struct text_source source;
    size_t offset; // next unread byte
    size_t maximum_entries;
};

static char peek(const struct json_reader *reader)
{
    return reader->offset < reader->source.size ? reader->source.bytes[reader->offset] : '\0';
}

static void skip_blanks(struct json_reader *reader)
{
    while (reader->offset < reader->source.size &&
           memchr(" \t\r\n", reader->source.bytes[reader->offset], 4) != NULL)
        reader->offset++;
}

/* Takes the character if it comes next, after blanks. */
static bool take(struct json_reader *reader, char c)
{
    skip_blanks(reader);
    if (reader->offset >= reader->source.size || reader->source.bytes[reader->offset] != c)
        return false;
    reader->offset++;
    return true;
}

/* Bytes of the bare word (or, failing that, the one character) that comes next. */
static size_t token_size(const struct json_reader *reader)
{
    size_t i = reader->offset;
    while (i < reader->source.size &&
           memchr(" \t\r\n,:[]{}\"", reader->source.bytes[i], 11) == NULL)
        i++;
    if (i == reader->offset && i < reader->source.size)
        i++;
    return i - reader->offset;
}

static int unexpected(struct json_reader *reader, const char *expected, struct error *error)
{
    skip_blanks(reader);
    if (reader->offset >= reader->source.size)
        return text_fault(&reader->source, reader->offset, error,
                          "expected %s, found the end of the file", expected);
    char quoted[TEXT_QUOTE_MAX];
    const char *token = reader->source.bytes + reader->offset;
    return text_fault(&reader->source, reader->offset, error, "expected %s, found %s", expected,
                      text_quote(quoted, token, token_size(reader)));
}

/* Takes a string; its raw bytes (escapes as they stand) are [*text, *text + *size). */
static int read_string(struct json_reader *reader, const char **text, size_t *size,
                       struct error *error)
{
    size_t quote = reader->offset;
    reader->offset++;
    const char *bytes = reader->source.bytes;
    for (size_t i = reader->offset; i < reader->source.size; i++) {
        if (bytes[i] == '"') {
            *text = bytes + reader->offset;
            *size = i - reader->offset;
            reader->offset = i + 1;
            return 0;
        }
        if ((unsigned char)bytes[i] < 0x20)
            return text_fault(&reader->source, i, error, "a control character in a string");
        if (bytes[i] == '\\')
            i++;
    }
    return text_fault(&reader->source, quote, error, "a string without its closing quote");
}

static bool is_special_word(const char *text, size_t size)
{
    double value;
    return number_parse(text, size, &value) && !isfinite(value);
}

/* NaN, null, "Infinity": what JSON itself has no number for. */
static int read_special_string(struct json_reader *reader, double *value, struct error *error)
{
    size_t start = reader->offset, size = 0;
    const char *text = NULL;
    int status = read_string(reader, &text, &size, error);
    if (status != 0)
        return status;
    bool digits = size > 0 && memchr("0123456789.", text[size - 1], 11) != NULL;
    if (!digits && is_special_word(text, size) && number_parse(text, size, value))
        return 0;
    char quoted[TEXT_QUOTE_MAX];
    return text_fault(&reader->source, start, error, "expected a number, found the string %s",
                      text_quote(quoted, text, size));
}

static int read_number(struct json_reader *reader, double *value, struct error *error)
{
    skip_blanks(reader);
    if (peek(reader) == '"')
        return read_special_string(reader, value, error);
    const char *token = reader->source.bytes + reader->offset;
    size_t size = token_size(reader);
    if (size == 0 || !number_parse(token, size, value))
        return unexpected(reader, "a number", error);
    char last = token[size - 1];
    bool word = last != '.' && (last < '0' || last > '9');
    if (!word && !number_is_json(token, size))
        return unexpected(reader, "a number as JSON writes it", error);
    reader->offset += size;
    return 0;
}

static int read_entry(struct json_reader *reader, struct number_list *numbers, struct error *error)
{
    skip_blanks(reader);
    size_t start = reader->offset;
    double value;
    int status = read_number(reader, &value, error);
    if (status != 0)
        return status;
    if (numbers->count >= reader->maximum_entries)
        return text_fault(&reader->source, start, error, "more than %zu numbers",
                          reader->maximum_entries);
    return number_list_add(numbers, value) ? 0 : error_memory(error);
}

/* The numbers of one row, from after its opening bracket to after its closing one. */
static int read_row(struct json_reader *reader, struct number_list *numbers, struct error *error)
{
    skip_blanks(reader);
    if (peek(reader) == ']')
        return text_fault(&reader->source, reader->offset, error, "an array without entries");
    do {
        int status = read_entry(reader, numbers, error);
        if (status != 0)
            return status;
    } while (take(reader, ','));
    return take(reader, ']') ? 0 : unexpected(reader, "a comma or \"]\"", error);
}

static int read_matrix(struct json_reader *reader, struct number_list *numbers, size_t *rows,
                       size_t *columns, struct error *error)
{
    *rows = 0;
    do {
        skip_blanks(reader);
        size_t start = reader->offset, before = numbers->count;
        if (!take(reader, '['))
            return unexpected(reader, "a row (an array of numbers)", error);
        int status = read_row(reader, numbers, error);
        if (status != 0)
            return status;
        size_t found = numbers->count - before;
        ++*rows;
        if (*rows == 1)
            *columns = found;
        else if (found != *columns)
            return text_fault(&reader->source, start, error,
                              "row %zu has %zu number%s, row 1 has %zu", *rows, found,
                              found == 1 ? "" : "s", *columns);
    } while (take(reader, ','));
    return take(reader, ']') ? 0 : unexpected(reader, "a comma or \"]\"", error);
}

static int read_array(struct json_reader *reader, struct ref_array *out, struct error *error)
{
    AUTO_NUMBERS struct number_list numbers = {NULL, 0, 0};
    size_t rows = 1, columns = 1;
    int status;
    if (!take(reader, '[')) {
        status = read_entry(reader, &numbers, error);
    } else {
        skip_blanks(reader);
        if (peek(reader) == '[') {
            status = read_matrix(reader, &numbers, &rows, &columns, error);
        } else {
            status = read_row(reader, &numbers, error);
            rows = numbers.count;
        }
    }
    if (status != 0)
        return status;
    return number_list_to_array(&numbers, rows, columns, out, error);
}

static int skip_value(struct json_reader *reader, int depth, struct error *error);

static int skip_key(struct json_reader *reader, const char **key, size_t *size, struct error *error)
{
    skip_blanks(reader);
    if (peek(reader) != '"')
        return unexpected(reader, "a name in double quotes", error);
    int status = read_string(reader, key, size, error);
    if (status != 0)
        return status;
    return take(reader, ':') ? 0 : unexpected(reader, "a colon", error);
}

static int skip_container(struct json_reader *reader, int depth, struct error *error)
{
    bool object = peek(reader) == '{';
    char closing = object ? '}' : ']';
    reader->offset++;
    if (take(reader, closing))
        return 0;
    do {
        const char *key;
        size_t size;
        int status = object ? skip_key(reader, &key, &size, error) : 0;
        if (status == 0)
            status = skip_value(reader, depth + 1, error);
        if (status != 0)
            return status;
    } while (take(reader, ','));
    return take(reader, closing)
               ? 0
               : unexpected(reader, object ? "a comma or \"}\"" : "a comma or \"]\"", error);
}

static int skip_value(struct json_reader *reader, int depth, struct error *error)
{
    skip_blanks(reader);
    char first = peek(reader);
    if (depth > DEPTH_MAX)
        return text_fault(&reader->source, reader->offset, error, "nested deeper than %d levels",
                          DEPTH_MAX);
    if (first == '[' || first == '{')
        return skip_container(reader, depth, error);
    if (first == '"') {
        const char *text;
        size_t size;
        return read_string(reader, &text, &size, error);
    }
    const char *token = reader->source.bytes + reader->offset;
    size_t size = token_size(reader);
    bool known = number_is_json(token, size) || is_special_word(token, size) ||
                 (size == 4 && memcmp(token, "true", 4) == 0) ||
                 (size == 5 && memcmp(token, "false", 5) == 0);
    if (!known)
        return unexpected(reader, "a value", error);
    reader->offset += size;
    return 0;
}

static int start_reading(struct json_reader *reader, const struct array_limits *limits,
                         struct error *error)
{
    const char *file = reader->source.file;
    if (reader->source.size > limits->maximum_bytes)
        return error_set(error, ERROR_SUBMISSION, "%s: larger than %zu bytes", file,
                         limits->maximum_bytes);
    reader->offset = text_mark_size(reader->source.bytes, reader->source.size);
    skip_blanks(reader);
    if (reader->offset == reader->source.size)
        return error_set(error, ERROR_SUBMISSION, "%s: the file is empty", file);
    return 0;
}

static int expect_end(struct json_reader *reader, struct error *error)
{
    skip_blanks(reader);
    return reader->offset == reader->source.size ? 0
                                                 : unexpected(reader, "the end of the file", error);
}

int array_parse_json(const char *bytes, size_t size, const char *file,
                     const struct array_limits *limits, struct ref_array *out, struct error *error)
{
    struct json_reader reader = {{bytes, size, file, ERROR_SUBMISSION}, 0, limits->maximum_entries};
    int status = start_reading(&reader, limits, error);
    if (status != 0)
        return status;
    if (peek(&reader) == '{')
        return text_fault(&reader.source, reader.offset, error,
                          "expected a number or an array, found an object (an object of several "
                          "arrays belongs into output.json)");
    struct ref_array array = REF_ARRAY_EMPTY;
    status = read_array(&reader, &array, error);
    if (status == 0)
        status = expect_end(&reader, error);
    if (status != 0)
        ref_array_release(&array);
    else
        *out = array;
    return status;
}

/* What to do with the value of one member; the reader stands before it. */
typedef int on_member(struct json_reader *reader, const char *key, size_t key_size,
                      size_t key_place, void *payload, struct error *error);

static int read_members(struct json_reader *reader, on_member *visit, void *payload,
                        struct error *error)
{
    if (!take(reader, '{'))
        return unexpected(reader, "an object of arrays", error);
    if (take(reader, '}'))
        return expect_end(reader, error);
    do {
        skip_blanks(reader);
        size_t place = reader->offset, size = 0;
        const char *key = NULL;
        int status = skip_key(reader, &key, &size, error);
        if (status == 0)
            status = visit(reader, key, size, place, payload, error);
        if (status != 0)
            return status;
    } while (take(reader, ','));
    if (!take(reader, '}'))
        return unexpected(reader, "a comma or \"}\"", error);
    return expect_end(reader, error);
}

static int add_member(struct json_reader *reader, const char *key, size_t key_size,
                      size_t key_place, void *payload, struct error *error)
{
    struct array_set *set = payload;
    char quoted[TEXT_QUOTE_MAX], name[ARRAY_NAME_MAX];
    if (key_size == 0 || key_size >= ARRAY_NAME_MAX || memchr(key, '\\', key_size) != NULL ||
        memchr(key, '\0', key_size) != NULL)
        return text_fault(&reader->source, key_place, error, "%s is not a name of an array",
                          text_quote(quoted, key, key_size));
    memcpy(name, key, key_size);
    name[key_size] = '\0';
    if (array_set_find(set, name) >= 0)
        return text_fault(&reader->source, key_place, error, "%s is there twice",
                          text_quote(quoted, key, key_size));
    if (set->count == ARRAY_SET_MAX)
        return text_fault(&reader->source, key_place, error, "more than %d arrays", ARRAY_SET_MAX);
    struct ref_array array = REF_ARRAY_EMPTY;
    int status = read_array(reader, &array, error);
    if (status == 0 && array_set_add(set, name, &array) != 0)
        status = error_set(error, ERROR_BUG, "cannot add the array %s", name);
    ref_array_release(&array);
    return status;
}

int array_parse_json_object(const char *bytes, size_t size, const char *file,
                            const struct array_limits *limits, struct array_set *set,
                            struct error *error)
{
    struct json_reader reader = {{bytes, size, file, ERROR_SUBMISSION}, 0, limits->maximum_entries};
    size_t before = set->count;
    int status = start_reading(&reader, limits, error);
    if (status == 0)
        status = read_members(&reader, add_member, set, error);
    if (status == 0)
        return 0;
    while (set->count > before)
        ref_array_release(&set->items[--set->count].array);
    return status;
}

struct wanted_member {
    const char *name;
    struct ref_array array; // owned
    bool found;
    /* A fault of this value alone; the object is still read to its end, because a fault of the
     * whole weighs more. */
    int status;
    struct error error;
};

static int pick_member(struct json_reader *reader, const char *key, size_t key_size,
                       size_t key_place, void *payload, struct error *error)
{
    struct wanted_member *wanted = payload;
    if (key_size == strlen(wanted->name) && memcmp(key, wanted->name, key_size) == 0) {
        if (wanted->found)
            return text_fault(&reader->source, key_place, error, "\"%s\" is there twice",
                              wanted->name);
        wanted->found = true;
        struct json_reader ahead = *reader;
        wanted->status = read_array(&ahead, &wanted->array, &wanted->error);
    }
    return skip_value(reader, 1, error);
}

int array_parse_json_member(const char *bytes, size_t size, const char *file, const char *name,
                            const struct array_limits *limits, struct ref_array *out, bool *found,
                            struct error *error)
{
    struct json_reader reader = {{bytes, size, file, ERROR_SUBMISSION}, 0, limits->maximum_entries};
    struct wanted_member wanted = {name, REF_ARRAY_EMPTY, false, 0, ERROR_INIT};
    int status = start_reading(&reader, limits, error);
    if (status == 0)
        status = read_members(&reader, pick_member, &wanted, error);
    if (status == 0 && wanted.status != 0) {
        *error = wanted.error;
        status = wanted.status;
    }
    if (status != 0) {
        ref_array_release(&wanted.array);
        return status;
    }
    if (wanted.found)
        *out = wanted.array;
    *found = wanted.found;
    return 0;
}
