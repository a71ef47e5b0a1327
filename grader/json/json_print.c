/* Documents that we write. cJSON's printer is not used: it loses digits and indents with tabs. */
#include "grader/json/json_document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/exchange/number.h"
#include "grader/base/utf8.h"

enum { PRINT_DEPTH_MAX = 128 };

cJSON *json_real(double value)
{
    char text[NUMBER_TEXT_MAX];
    number_format(text, value);
    return isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateString(text);
}

static cJSON *add(cJSON *object, const char *key, cJSON *item)
{
    if (item != NULL && cJSON_AddItemToObject(object, key, item))
        return item;
    cJSON_Delete(item);
    return NULL;
}

cJSON *json_add_real(cJSON *object, const char *key, double value)
{
    return add(object, key, json_real(value));
}

cJSON *json_add_whole(cJSON *object, const char *key, int64_t value)
{
    char text[NUMBER_TEXT_MAX];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return add(object, key, cJSON_CreateRaw(text));
}

static void print_character(struct buffer *buffer, const char *bytes, size_t size)
{
    static const char short_escaped[] = "\b\f\n\r\t\"\\";
    static const char short_letters[] = "bfnrt\"\\";
    const char *found = memchr(short_escaped, bytes[0], sizeof short_escaped - 1);
    if (found != NULL)
        buffer_append_format(buffer, "\\%c", short_letters[found - short_escaped]);
    else if ((unsigned char)bytes[0] < 0x20 || bytes[0] == 0x7f)
        buffer_append_format(buffer, "\\u%04x", (unsigned)bytes[0]);
    else
        buffer_append(buffer, bytes, size);
}

/* What is not UTF-8 becomes U+FFFD: whatever a program printed, our documents stay JSON. */
static void print_string(struct buffer *buffer, const char *text)
{
    size_t left = strlen(text);
    buffer_append_text(buffer, "\"");
    while (left > 0) {
        size_t size = utf8_character_size(text, left);
        if (size == 0)
            buffer_append_text(buffer, "\xef\xbf\xbd");
        else
            print_character(buffer, text, size);
        size = size == 0 ? 1 : size;
        text += size;
        left -= size;
    }
    buffer_append_text(buffer, "\"");
}

static void print_scalar(struct buffer *buffer, const cJSON *node)
{
    char text[NUMBER_TEXT_MAX];
    if (cJSON_IsString(node) && node->valuestring != NULL) {
        print_string(buffer, node->valuestring);
    } else if (cJSON_IsRaw(node) && node->valuestring != NULL) {
        buffer_append_text(buffer, node->valuestring);
    } else if (cJSON_IsBool(node)) {
        buffer_append_text(buffer, cJSON_IsTrue(node) ? "true" : "false");
    } else if (cJSON_IsNumber(node)) {
        number_format(text, node->valuedouble);
        if (!isfinite(node->valuedouble))
            print_string(buffer, text);
        else
            buffer_append_text(buffer, text);
    } else {
        buffer_append_text(buffer, "null");
    }
}

static bool is_container(const cJSON *node)
{
    return cJSON_IsObject(node) || cJSON_IsArray(node);
}

/* Arrays of scalars, such as the rows of a matrix, stay on one line. */
static bool fits_one_line(const cJSON *node)
{
    const cJSON *child;
    if (!cJSON_IsArray(node))
        return node->child == NULL;
    cJSON_ArrayForEach(child, node) if (is_container(child)) return false;
    return true;
}

static void start_line(struct buffer *buffer, int depth)
{
    buffer_append_format(buffer, "\n%*s", 2 * depth, "");
}

static bool print_value(struct buffer *buffer, const cJSON *node, int depth)
{
    if (!is_container(node)) {
        print_scalar(buffer, node);
        return true;
    }
    if (depth >= PRINT_DEPTH_MAX)
        return false;
    bool object = cJSON_IsObject(node), one_line = fits_one_line(node);
    buffer_append_text(buffer, object ? "{" : "[");
    const cJSON *child;
    cJSON_ArrayForEach(child, node)
    {
        if (child != node->child)
            buffer_append_text(buffer, one_line ? ", " : ",");
        if (!one_line)
            start_line(buffer, depth + 1);
        if (object) {
            print_string(buffer, child->string == NULL ? "" : child->string);
            buffer_append_text(buffer, ": ");
        }
        if (!print_value(buffer, child, depth + 1))
            return false;
    }
    if (!one_line)
        start_line(buffer, depth);
    buffer_append_text(buffer, object ? "}" : "]");
    return true;
}

int json_print(const cJSON *root, struct buffer *buffer, struct error *error)
{
    if (!print_value(buffer, root, 0))
        return error_set(error, ERROR_BUG, "a document deeper than %d levels", PRINT_DEPTH_MAX);
    buffer_append_text(buffer, "\n");
    if (buffer_failed(buffer))
        return error_set(error, ERROR_BUG, "a document larger than %zu bytes", buffer->maximum);
    return 0;
}
