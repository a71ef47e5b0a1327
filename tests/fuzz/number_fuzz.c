/* Numbers: the bytes as a text, and their first eight as a double. strtod is the oracle. */
#include "fuzz_checks.h"
#include "grader/exchange/number.h"

static void check_format(double value)
{
    char text[NUMBER_TEXT_MAX];
    double again = 0;
    number_format(text, value);
    require(strlen(text) < NUMBER_TEXT_MAX);
    require(number_parse(text, strlen(text), &again));
    require(same_number(value, again));
    require(number_is_json(text, strlen(text)) == (isfinite(value) != 0));
}

static void check_text(const char *bytes, size_t size)
{
    double value = 0;
    bool json = number_is_json(bytes, size);
    if (!number_parse(bytes, size, &value)) {
        require(!json || size > NUMBER_TOKEN_MAX);
        return;
    }
    check_format(value);
    char text[NUMBER_TOKEN_MAX + 1], *end = NULL;
    memcpy(text, bytes, size);
    text[size] = '\0';
    double expected = strtod(text, &end);
    if (*end == '\0')
        require(same_number(value, expected));
    else
        require(isnan(value)); // na and null are ours alone
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_text((const char *)data, size);
    if (size >= sizeof(double)) {
        double value;
        memcpy(&value, data, sizeof value);
        check_format(value);
    }
    return 0;
}
