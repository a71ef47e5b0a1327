/* CSV: what is read is written and read back the same, as CSV and as NPY. */
#include "fuzz_checks.h"
#include "grader/exchange/array_file.h"

static const struct array_limits limits = {1 << 16, 4096};

static void require_round_trip(const struct ref_array *array, bool npy)
{
    static const struct array_limits wide = {1 << 24, 4096};
    AUTO_BUFFER struct buffer text = BUFFER_INIT(1 << 24);
    struct ref_array again = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    if (npy) {
        array_write_npy(&text, array, false);
        require(array_parse_npy(buffer_text(&text), text.size, "fuzz.npy", &wide, &again, &error) ==
                0);
    } else {
        array_write_csv(&text, array);
        require(array_parse_csv(buffer_text(&text), text.size, "fuzz.csv", &wide, &again, &error) ==
                0);
    }
    require(same_array(array, &again));
    ref_array_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = array_parse_csv((const char *)data, size, "fuzz.csv", &limits, &array, &error);
    require_reading(status, &array, &error, limits.maximum_entries);
    if (status == 0) {
        require_round_trip(&array, false);
        require_round_trip(&array, true);
    }
    ref_array_release(&array);
    return 0;
}
