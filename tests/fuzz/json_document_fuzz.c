/* Documents: what is accepted prints as a document that reads and prints the same. */
#include "fuzz_checks.h"
#include "grader/json/json_document.h"

enum { PRINTED_MAX = 1 << 24 };

static void visit_with_getters(cJSON *root)
{
    static const char *const allowed[] = {"project", "build", "run", "report", NULL};
    struct json_place place = json_place_root(root, "fuzz.json", ERROR_SUBMISSION), value;
    struct error error = ERROR_INIT;
    const char *text;
    double number;
    int64_t whole;
    bool flag;
    if (json_get_string(&place, "project", &text, &error) == 0)
        require(strlen(text) < PRINTED_MAX);
    if (json_get_number(&place, "report", &number, &error) == 0)
        require(isfinite(number));
    if (json_get_integer(&place, "report", -5, 5, &whole, &error) == 0)
        require(whole >= -5 && whole <= 5);
    (void)json_get_bool(&place, "run", &flag, &error);
    if (json_get_array(&place, "build", &value, &error) == 0) {
        struct json_place item = json_place_item(&value, 0);
        json_place_error(&item, &error, "here");
        require(strcmp(error.message, "fuzz.json: build[0]: here") == 0);
    }
    (void)json_check_keys(&place, allowed, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_JSON cJSON *first = NULL;
    AUTO_JSON cJSON *second = NULL;
    struct error error = ERROR_INIT;
    int status =
        json_parse((const char *)data, size, "fuzz.json", ERROR_SUBMISSION, &first, &error);
    require((status == 0) == (first != NULL));
    require(status == 0 || strncmp(error.message, "fuzz.json", 9) == 0);
    if (status != 0)
        return 0;
    AUTO_BUFFER struct buffer once = BUFFER_INIT(PRINTED_MAX);
    AUTO_BUFFER struct buffer twice = BUFFER_INIT(PRINTED_MAX);
    require(json_print(first, &once, &error) == 0);
    require(json_parse(buffer_text(&once), once.size, "fuzz.json", ERROR_SUBMISSION, &second,
                       &error) == 0);
    require(cJSON_Compare(first, second, 1));
    require(json_print(second, &twice, &error) == 0);
    require(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
    visit_with_getters(first);
    return 0;
}
