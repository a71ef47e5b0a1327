#include "grader/reporting/report_reader.h"

#include <math.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/reporting/report.h"

int report_parse(const char *json, size_t size, const char *file, cJSON **root, struct error *error)
{
    AUTO_JSON cJSON *parsed = NULL;
    const char *schema = NULL;
    int64_t version = 0;
    struct json_place part;
    int status = json_parse(json, size, file, ERROR_USAGE, &parsed, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_root(parsed, file, ERROR_USAGE);
    if (!cJSON_IsObject(parsed))
        return json_place_error(&place, error, "not a report of the grader");
    status = json_get_string(&place, "schema", &schema, error);
    if (status == 0 && strcmp(schema, "grader-report") != 0)
        return json_place_error(&place, error, "not a report of the grader");
    if (status == 0)
        status = json_get_integer(&place, "schema_version", REPORT_SCHEMA_VERSION,
                                  REPORT_SCHEMA_VERSION, &version, error);
    if (status == 0)
        status = json_get_object(&place, "score", &part, error);
    if (status == 0)
        status = json_get_array(&place, "criteria", &part, error);
    if (status == 0)
        *root = STEAL(parsed);
    return status;
}

const cJSON *report_member(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const char *report_text(const cJSON *object, const char *key)
{
    const cJSON *item = report_member(object, key);
    return cJSON_IsString(item) && item->valuestring != NULL ? item->valuestring : "";
}

double report_number(const cJSON *object, const char *key, double otherwise)
{
    const cJSON *item = report_member(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

int64_t report_points(const cJSON *object, const char *key)
{
    double value = report_number(object, key, 0.0);
    return fabs(value) <= 1e12 ? (int64_t)value : 0; // false for NaN
}

struct verdict_words {
    const char *verdict;
    enum report_sign sign;
    const char *words;
};

static const struct verdict_words verdicts[] = {
    {"correct", SIGN_RIGHT, "right"},
    {"partly_correct", SIGN_PARTLY, "partly right"},
    {"wrong", SIGN_WRONG, "wrong"},
    {"missing_output", SIGN_WRONG, "no answer"},
    {"malformed_output", SIGN_WRONG, "unreadable answer"},
    {"build_failed", SIGN_BROKEN, "did not build"},
    {"crashed", SIGN_BROKEN, "crashed"},
    {"cpu_time_exceeded", SIGN_BROKEN, "too slow"},
    {"wall_time_exceeded", SIGN_BROKEN, "did not end"},
    {"memory_exceeded", SIGN_BROKEN, "too much memory"},
    {"output_exceeded", SIGN_BROKEN, "too much output"},
    {"denied_operation", SIGN_BROKEN, "not allowed"},
    {"nondeterministic", SIGN_WRONG, "changes from run to run"},
    {"platform_sensitive", SIGN_WRONG, "depends on the machine"},
    {"skipped", SIGN_NOT_RUN, "not run"},
    {"pending_manual", SIGN_PENDING, "to be marked by a person"},
    {"grader_error", SIGN_OURS, "a defect of the grader"},
};

static const struct verdict_words *find_verdict(const char *verdict)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strcmp(verdicts[i].verdict, verdict) == 0)
            return &verdicts[i];
    return NULL;
}

enum report_sign report_sign_of(const char *verdict)
{
    const struct verdict_words *found = find_verdict(verdict);
    return found == NULL ? SIGN_WRONG : found->sign;
}

const char *report_verdict_words(const char *verdict)
{
    const struct verdict_words *found = find_verdict(verdict);
    return found == NULL ? "unknown verdict" : found->words;
}
