/* Arrays in JSON: the three readers agree with one another, and numbers survive writing. */
#include "fuzz_checks.h"
#include "grader/exchange/array_file.h"

static const struct array_limits limits = {1 << 16, 4096};

static void require_round_trip(const struct ref_array *array)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1 << 20);
    buffer_append_text(&text, "[");
    for (size_t i = 0; i < array->rows; i++) {
        buffer_append_text(&text, i == 0 ? "[" : ",[");
        for (size_t j = 0; j < array->columns; j++) {
            char number[NUMBER_TEXT_MAX];
            number_format(number, array->data[i * array->columns + j]);
            buffer_append_format(&text, "%s%s", j == 0 ? "" : ", ", number);
        }
        buffer_append_text(&text, "]");
    }
    buffer_append_text(&text, "]");
    struct ref_array again = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    static const struct array_limits wide = {1 << 20, 4096};
    require(array_parse_json(buffer_text(&text), text.size, "fuzz.json", &wide, &again, &error) ==
            0);
    require(same_array(array, &again));
    ref_array_release(&again);
}

static void check_alone(const char *text, size_t size)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = array_parse_json(text, size, "fuzz.json", &limits, &array, &error);
    require_reading(status, &array, &error, limits.maximum_entries);
    if (status == 0)
        require_round_trip(&array);
    ref_array_release(&array);
}

/* What the reader of all members finds, the reader of one member finds too. */
static void check_object(const char *text, size_t size)
{
    struct array_set set = {.count = 0};
    struct ref_array one = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT, reason = ERROR_INIT;
    bool found = false;
    int all = array_parse_json_object(text, size, "fuzz.json", &limits, &set, &error);
    require(all == 0 || (error.message[0] != '\0' && set.count == 0));
    int single =
        array_parse_json_member(text, size, "fuzz.json", "theta", &limits, &one, &found, &reason);
    require(single == 0 || (reason.message[0] != '\0' && one.data == NULL));
    require(all != 0 || single == 0);
    int index = array_set_find(&set, "theta");
    require(all != 0 || found == (index >= 0));
    if (index >= 0)
        require(same_array(&set.items[index].array, &one));
    ref_array_release(&one);
    array_set_release(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_alone((const char *)data, size);
    check_object((const char *)data, size);
    return 0;
}
