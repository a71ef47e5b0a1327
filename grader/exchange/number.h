/**
 * @file
 * One number as text, both ways, without losing a bit.
 *
 * Both functions expect the "C" locale, which nothing in the grader ever changes.
 */
#ifndef GRADER_EXCHANGE_NUMBER_H
#define GRADER_EXCHANGE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum {
    NUMBER_TEXT_MAX = 32,   /**< room for every text of number_format, with its NUL */
    NUMBER_TOKEN_MAX = 4096 /**< longest text number_parse takes for a number */
};

/** Shortest decimal that reads back as exactly @p value, valid in JSON for finite values; "NaN",
 * "Infinity", "-Infinity" otherwise. @p text has at least NUMBER_TEXT_MAX bytes. */
void number_format(char *text, double value);

/** Parses exactly one number of the contract in [text, text + size): decimal or scientific, nan,
 * inf, infinity, na, null in any case with sign. Not hexadecimal, no trailing characters, at most
 * NUMBER_TOKEN_MAX bytes. Too large for a double gives an infinity, too small a zero. */
bool number_parse(const char *text, size_t size, double *value);

/** True when [text, text + size) is a number as JSON writes it: no plus sign, no leading zeros,
 * digits on both sides of the point. */
bool number_is_json(const char *text, size_t size);

#endif
