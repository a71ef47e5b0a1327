#include "grader/batch/batch_report.h"

#include <stdio.h>
#include <string.h>
#include "grader/json/json_document.h"

static const int64_t points_max = (int64_t)1000 * 1000 * 1000;

static int copy_text(const struct json_place *parent, const char *key, char *text, size_t size,
                     struct error *error)
{
    const char *value = NULL;
    int result = json_get_string(parent, key, &value, error);
    if (result != 0)
        return result;
    if (strlen(value) >= size)
        return json_place_error(parent, error, "%s is too long", key);
    memcpy(text, value, strlen(value) + 1);
    return 0;
}

int batch_report_parse(const char *bytes, size_t size, struct batch_report *report,
                       struct error *error)
{
    memset(report, 0, sizeof *report);
    AUTO_JSON cJSON *json = NULL;
    int result = json_parse(bytes, size, "report", ERROR_BUG, &json, error);
    if (result != 0)
        return result;
    struct json_place root = json_place_root(json, "report", ERROR_BUG);
    struct json_place score;
    result = copy_text(&root, "identity", report->identity, sizeof report->identity, error);
    if (result == 0)
        result = copy_text(&root, "outcome", report->outcome, sizeof report->outcome, error);
    if (result == 0)
        result = json_get_object(&root, "score", &score, error);
    if (result == 0)
        result =
            json_get_integer(&score, "points", -points_max, points_max, &report->points, error);
    if (result == 0)
        result = json_get_integer(&score, "maximum", 0, points_max, &report->maximum, error);
    if (result == 0)
        result = json_get_integer(&score, "pending", 0, points_max, &report->pending, error);
    return result;
}
