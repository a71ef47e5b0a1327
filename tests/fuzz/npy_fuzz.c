/* NPY: no header makes the reader leave its bytes; what is read is written and read back bit by
 * bit. */
#include "fuzz_checks.h"
#include "grader/exchange/array_file.h"

static const struct array_limits limits = {1 << 16, 4096};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ref_array array = REF_ARRAY_EMPTY, again = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = array_parse_npy((const char *)data, size, "fuzz.npy", &limits, &array, &error);
    require_reading(status, &array, &error, limits.maximum_entries);
    if (status == 0) {
        AUTO_BUFFER struct buffer bytes = BUFFER_INIT(1 << 20);
        array_write_npy(&bytes, &array, true);
        require(array_parse_npy(buffer_text(&bytes), bytes.size, "fuzz.npy",
                                &(struct array_limits){1 << 20, 4096}, &again, &error) == 0);
        require(again.rows == array.rows && again.columns == array.columns);
        require(memcmp(again.data, array.data, array.rows * array.columns * sizeof(double)) == 0);
    }
    ref_array_release(&array);
    ref_array_release(&again);
    return 0;
}
