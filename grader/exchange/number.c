#include "grader/exchange/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

void number_format(char *text, double value)
{
    if (!isfinite(value)) {
        const char *word = isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        memcpy(text, word, strlen(word) + 1);
        return;
    }
    /* A normal number that has a decimal of at most 15 digits gets it from %.15g, which drops the
     * zeros at its end. Subnormal numbers carry fewer digits: 5e-324 needs one. */
    int digits = fabs(value) < DBL_MIN ? 1 : 15;
    for (; digits <= 17; digits++) {
        snprintf(text, NUMBER_TEXT_MAX, "%.*g", digits, value);
        if (same_bits(strtod(text, NULL), value))
            return;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *text, size_t size, size_t i)
{
    while (i < size && is_digit(text[i]))
        i++;
    return i;
}

/* The place after the exponent that starts at i; i itself when there is none; 0 when it is broken.
 */
static size_t skip_exponent(const char *text, size_t size, size_t i)
{
    if (i == size || (text[i] != 'e' && text[i] != 'E'))
        return i;
    i++;
    if (i < size && (text[i] == '+' || text[i] == '-'))
        i++;
    size_t end = skip_digits(text, size, i);
    return end > i ? end : 0;
}

/* digits [. digits] | . digits, then an exponent; no sign. */
static bool is_decimal(const char *text, size_t size)
{
    size_t whole = skip_digits(text, size, 0);
    size_t i = whole, fraction = 0;
    if (i < size && text[i] == '.') {
        fraction = skip_digits(text, size, i + 1) - (i + 1);
        i += 1 + fraction;
    }
    return whole + fraction > 0 && skip_exponent(text, size, i) == size;
}

static bool word_is(const char *text, size_t size, const char *word)
{
    return size == strlen(word) && strncasecmp(text, word, size) == 0;
}

bool number_parse(const char *text, size_t size, double *value)
{
    if (size == 0 || size > NUMBER_TOKEN_MAX)
        return false;
    size_t sign = text[0] == '+' || text[0] == '-' ? 1 : 0;
    const char *body = text + sign;
    size_t body_size = size - sign;
    double magnitude;
    if (is_decimal(body, body_size)) {
        char copy[NUMBER_TOKEN_MAX + 1];
        memcpy(copy, body, body_size);
        copy[body_size] = '\0';
        magnitude = strtod(copy, NULL);
    } else if (word_is(body, body_size, "inf") || word_is(body, body_size, "infinity")) {
        magnitude = HUGE_VAL;
    } else if (word_is(body, body_size, "nan") || word_is(body, body_size, "na") ||
               word_is(body, body_size, "null")) {
        magnitude = NAN;
    } else {
        return false;
    }
    *value = text[0] == '-' ? -magnitude : magnitude;
    return true;
}

bool number_is_json(const char *text, size_t size)
{
    size_t i = size > 0 && text[0] == '-' ? 1 : 0;
    size_t end = skip_digits(text, size, i);
    if (end == i || (text[i] == '0' && end - i > 1))
        return false;
    if (end < size && text[end] == '.') {
        i = end + 1;
        end = skip_digits(text, size, i);
        if (end == i)
            return false;
    }
    return skip_exponent(text, size, end) == size;
}
