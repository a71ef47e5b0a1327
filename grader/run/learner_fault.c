#include "grader/run/learner_fault.h"

#include <stdio.h>
#include <string.h>
#include "grader/base/buffer.h"
#include "grader/json/json_document.h"

/* A member as printable text of bounded length; "" when it is not there. */
static void text_of(const cJSON *root, const char *key, char *text, size_t size)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(64 * 1024);
    if (cJSON_IsString(item))
        buffer_append_escaped(&clean, item->valuestring, strnlen(item->valuestring, 2048), false);
    else if (cJSON_IsNumber(item))
        buffer_append_format(&clean, "%.0f", item->valuedouble);
    snprintf(text, size, "%s", buffer_text(&clean));
}

static bool is_kind(const char *kind, const char *wanted)
{
    return strcmp(kind, wanted) == 0;
}

void learner_fault_read(const struct rubric *rubric, const char *task, const char *bytes,
                        size_t size, struct failure *failure)
{
    AUTO_JSON cJSON *root = NULL;
    struct error ignored = ERROR_INIT;
    char kind[32] = "", type[128] = "", detail[512] = "", file[128] = "", line[16] = "";
    char suggestion[256] = "";
    if (json_parse(bytes, size, "error.json", ERROR_SUBMISSION, &root, &ignored) == 0) {
        text_of(root, "kind", kind, sizeof kind);
        text_of(root, "type", type, sizeof type);
        text_of(root, "message", detail, sizeof detail);
        text_of(root, "file", file, sizeof file);
        text_of(root, "line", line, sizeof line);
        text_of(root, "suggestion", suggestion, sizeof suggestion);
    }
    failure->verdict = VERDICT_CRASHED;
    if (is_kind(kind, "no_function")) {
        failure->verdict = VERDICT_MISSING_OUTPUT;
        rubric_say(rubric, failure->message, MESSAGE_MAX, "no_function", "task", task, "suggestion",
                   suggestion[0] != '\0' ? suggestion : detail, NULL);
    } else if (is_kind(kind, "bad_result") || is_kind(kind, "missing_argument")) {
        failure->verdict = is_kind(kind, "bad_result") ? VERDICT_MALFORMED_OUTPUT : VERDICT_CRASHED;
        snprintf(failure->message, MESSAGE_MAX, "%s", detail);
    } else {
        rubric_say(rubric, failure->message, MESSAGE_MAX, "crashed_exception", "type", type,
                   "detail", detail, "file", file, "line", line, NULL);
    }
}
