#include "grader/json/json_strict.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "grader/exchange/number.h"
#include "grader/base/utf8.h"

struct scanner {
    const struct text_source *source;
    size_t offset; // next unread byte
};

static bool at_end(const struct scanner *scanner)
{
    return scanner->offset >= scanner->source->size;
}

/* The next byte; NUL, which is nowhere allowed, at the end. */
static char peek(const struct scanner *scanner)
{
    return at_end(scanner) ? '\0' : scanner->source->bytes[scanner->offset];
}

static void skip_blanks(struct scanner *scanner)
{
    while (!at_end(scanner) && memchr(" \t\r\n", peek(scanner), 4) != NULL)
        scanner->offset++;
}

static bool take(struct scanner *scanner, char c)
{
    skip_blanks(scanner);
    if (at_end(scanner) || peek(scanner) != c)
        return false;
    scanner->offset++;
    return true;
}

static size_t token_size(const struct scanner *scanner)
{
    const char *bytes = scanner->source->bytes;
    size_t i = scanner->offset;
    while (i < scanner->source->size && memchr(" \t\r\n,:[]{}\"", bytes[i], 11) == NULL)
        i++;
    if (i == scanner->offset && i < scanner->source->size)
        i++;
    return i - scanner->offset;
}

static int unexpected(struct scanner *scanner, const char *expected, struct error *error)
{
    skip_blanks(scanner);
    if (at_end(scanner))
        return text_fault(scanner->source, scanner->offset, error,
                          "expected %s, found the end of the file", expected);
    char quoted[TEXT_QUOTE_MAX];
    return text_fault(
        scanner->source, scanner->offset, error, "expected %s, found %s", expected,
        text_quote(quoted, scanner->source->bytes + scanner->offset, token_size(scanner)));
}

/* Four hexadecimal digits at the scanner's place, or -1. */
static long read_hex(struct scanner *scanner)
{
    if (scanner->source->size - scanner->offset < 4)
        return -1;
    long code = 0;
    for (int i = 0; i < 4; i++) {
        char c = scanner->source->bytes[scanner->offset + (size_t)i];
        if (c >= '0' && c <= '9')
            code = code * 16 + (c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            code = code * 16 + ((c | 0x20) - 'a' + 10);
        else
            return -1;
    }
    scanner->offset += 4;
    return code;
}

/* After "\u". */
static int check_unicode_escape(struct scanner *scanner, size_t start, struct error *error)
{
    long code = read_hex(scanner);
    if (code < 0)
        return text_fault(scanner->source, start, error, "\\u needs four hexadecimal digits");
    if (code == 0)
        return text_fault(scanner->source, start, error, "\\u0000 is not allowed");
    bool high = code >= 0xd800 && code <= 0xdbff;
    bool low = code >= 0xdc00 && code <= 0xdfff;
    if (high && scanner->source->size - scanner->offset >= 6 &&
        memcmp(scanner->source->bytes + scanner->offset, "\\u", 2) == 0) {
        scanner->offset += 2;
        long second = read_hex(scanner);
        if (second >= 0xdc00 && second <= 0xdfff)
            return 0;
    }
    if (high || low)
        return text_fault(scanner->source, start, error, "half of a surrogate pair");
    return 0;
}

static int check_escape(struct scanner *scanner, struct error *error)
{
    size_t start = scanner->offset++;
    char c = peek(scanner);
    if (c == 'u') {
        scanner->offset++;
        return check_unicode_escape(scanner, start, error);
    }
    if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
        return text_fault(scanner->source, start, error, "unknown escape after a backslash");
    scanner->offset++;
    return 0;
}

static int check_string(struct scanner *scanner, struct error *error)
{
    const struct text_source *source = scanner->source;
    size_t start = scanner->offset++;
    while (!at_end(scanner)) {
        unsigned char c = (unsigned char)peek(scanner);
        size_t size =
            utf8_character_size(source->bytes + scanner->offset, source->size - scanner->offset);
        if (c == '"') {
            scanner->offset++;
            return 0;
        }
        if (size == 0)
            return text_fault(source, scanner->offset, error, "invalid UTF-8");
        if (c < 0x20)
            return text_fault(source, scanner->offset, error,
                              "a control character or line break in a string");
        if (c != '\\') {
            scanner->offset += size;
            continue;
        }
        int status = check_escape(scanner, error);
        if (status != 0)
            return status;
    }
    return text_fault(source, start, error, "a string without its closing quote");
}

/* Numbers and the words true, false, null. */
static int check_word(struct scanner *scanner, struct error *error)
{
    const char *token = scanner->source->bytes + scanner->offset;
    size_t size = token_size(scanner);
    char quoted[TEXT_QUOTE_MAX];
    if (number_is_json(token, size)) {
        double value;
        if (!number_parse(token, size, &value) || !isfinite(value))
            return text_fault(scanner->source, scanner->offset, error, "the number %s is too large",
                              text_quote(quoted, token, size));
    } else if (!(size == 4 && memcmp(token, "true", 4) == 0) &&
               !(size == 4 && memcmp(token, "null", 4) == 0) &&
               !(size == 5 && memcmp(token, "false", 5) == 0)) {
        return unexpected(scanner, "a JSON value", error);
    }
    scanner->offset += size;
    return 0;
}

static int check_value(struct scanner *scanner, int depth, struct error *error);

static int check_key(struct scanner *scanner, struct error *error)
{
    skip_blanks(scanner);
    if (peek(scanner) != '"')
        return unexpected(scanner, "a key in double quotes", error);
    int status = check_string(scanner, error);
    if (status != 0)
        return status;
    return take(scanner, ':') ? 0 : unexpected(scanner, "a colon", error);
}

/* After the opening bracket. Recursion is bounded by JSON_DEPTH_MAX. */
static int check_members(struct scanner *scanner, bool object, int depth, struct error *error)
{
    char closing = object ? '}' : ']';
    if (take(scanner, closing))
        return 0;
    do {
        int status = object ? check_key(scanner, error) : 0;
        if (status == 0)
            status = check_value(scanner, depth, error);
        if (status != 0)
            return status;
    } while (take(scanner, ','));
    if (take(scanner, closing))
        return 0;
    return unexpected(scanner, object ? "a comma or \"}\"" : "a comma or \"]\"", error);
}

static int check_value(struct scanner *scanner, int depth, struct error *error)
{
    skip_blanks(scanner);
    char first = peek(scanner);
    if (first == '"')
        return check_string(scanner, error);
    if (first != '{' && first != '[')
        return check_word(scanner, error);
    if (depth == JSON_DEPTH_MAX)
        return text_fault(scanner->source, scanner->offset, error, "nested deeper than %d levels",
                          JSON_DEPTH_MAX);
    scanner->offset++;
    return check_members(scanner, first == '{', depth + 1, error);
}

int json_check_text(const struct text_source *source, struct error *error)
{
    if (text_mark_size(source->bytes, source->size) != 0)
        return text_fault(source, 0, error, "starts with a byte order mark; save it without");
    struct scanner scanner = {source, 0};
    skip_blanks(&scanner);
    if (at_end(&scanner))
        return error_set(error, source->kind, "%s: the file is empty", source->file);
    int status = check_value(&scanner, 0, error);
    if (status != 0)
        return status;
    skip_blanks(&scanner);
    return at_end(&scanner) ? 0 : unexpected(&scanner, "the end of the file", error);
}
