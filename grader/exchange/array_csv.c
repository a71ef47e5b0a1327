/* CSV of the contract. One pass; the separator is settled first by looking which ones occur. */
#include "grader/exchange/array_file.h"

#include <stdint.h>
#include <string.h>
#include "grader/exchange/number.h"
#include "grader/exchange/number_list.h"
#include "grader/exchange/text_fault.h"

#define AUTO_NUMBERS __attribute__((cleanup(number_list_release)))

struct csv_reader {
    struct text_source source;
    size_t maximum_entries;
    char separator; // ',' or ';', or ' ' for any run of blanks and tabs
    size_t rows;
    size_t columns; // of the first row; 0 before it
    struct number_list *numbers;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t skip_blanks(const char *bytes, size_t from, size_t to)
{
    while (from < to && is_blank(bytes[from]))
        from++;
    return from;
}

static char choose_separator(const char *bytes, size_t size)
{
    if (memchr(bytes, ',', size) != NULL)
        return ',';
    return memchr(bytes, ';', size) != NULL ? ';' : ' ';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 1+2j, (3-4j), 2i */
static bool looks_complex(const char *token, size_t size)
{
    size_t end = token[size - 1] == ')' ? size - 1 : size;
    return end >= 2 && (token[end - 1] == 'j' || token[end - 1] == 'i') && is_digit(token[end - 2]);
}

static bool looks_like_name(char first)
{
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_' ||
           first == '"' || first == '\'';
}

/* What most likely went wrong, by the look of the token; "" when there is no telling. */
static const char *explain(const struct csv_reader *reader, const char *token, size_t size,
                           size_t line_start)
{
    bool comma = reader->separator == ',';
    char first = token[0];
    if (first == '[' || token[size - 1] == ']')
        return " (write plain numbers without brackets, one row per line)";
    if (memchr(token, '\r', size) != NULL)
        return " (is this an old line ending? end lines with LF)";
    if (comma && (memchr(token, ';', size) != NULL || memchr(token, '\t', size) != NULL))
        return " (is the comma a decimal comma? write 1.5, and a comma between numbers)";
    if (comma && memchr(token, ' ', size) != NULL && is_digit(first))
        return " (a comma belongs between two numbers)";
    if (first == '#' || first == '%')
        return " (comment lines are not allowed)";
    if (looks_complex(token, size))
        return " (complex numbers are not allowed)";
    size_t file_start = text_mark_size(reader->source.bytes, reader->source.size);
    if (line_start == file_start && looks_like_name(first))
        return " (the first line looks like a header; write numbers only)";
    if (first == '"' || first == '\'')
        return " (write numbers without quotes)";
    return "";
}

static int token_fault(const struct csv_reader *reader, size_t start, size_t end, size_t line_start,
                       struct error *error)
{
    const char *token = reader->source.bytes + start;
    if (start == end)
        return text_fault(&reader->source, start, error, "expected a number, found nothing%s",
                          start == line_start ? "" : " after the separator");
    char quoted[TEXT_QUOTE_MAX];
    return text_fault(&reader->source, start, error, "expected a number, found %s%s",
                      text_quote(quoted, token, end - start),
                      explain(reader, token, end - start, line_start));
}

static int add_number(struct csv_reader *reader, size_t start, size_t end, size_t line_start,
                      struct error *error)
{
    double value;
    if (!number_parse(reader->source.bytes + start, end - start, &value))
        return token_fault(reader, start, end, line_start, error);
    if (reader->numbers->count >= reader->maximum_entries)
        return text_fault(&reader->source, start, error, "more than %zu numbers",
                          reader->maximum_entries);
    return number_list_add(reader->numbers, value) ? 0 : error_memory(error);
}

/* Reads the fields of one line that is not blank: [start, end) without its line ending. */
static int read_fields(struct csv_reader *reader, size_t start, size_t end, struct error *error)
{
    const char *bytes = reader->source.bytes;
    size_t i = skip_blanks(bytes, start, end);
    for (;;) {
        size_t field = i;
        if (reader->separator == ' ')
            while (i < end && !is_blank(bytes[i]))
                i++;
        else
            while (i < end && bytes[i] != reader->separator)
                i++;
        size_t field_end = i;
        while (field_end > field && is_blank(bytes[field_end - 1]))
            field_end--;
        int status = add_number(reader, field, field_end, start, error);
        if (status != 0)
            return status;
        if (reader->separator == ' ') {
            i = skip_blanks(bytes, i, end);
            if (i == end)
                return 0;
        } else if (i == end) {
            return 0;
        } else {
            i = skip_blanks(bytes, i + 1, end);
        }
    }
}

static int read_row(struct csv_reader *reader, size_t start, size_t end, struct error *error)
{
    size_t before = reader->numbers->count;
    int status = read_fields(reader, start, end, error);
    if (status != 0)
        return status;
    size_t found = reader->numbers->count - before;
    if (reader->rows == 0)
        reader->columns = found;
    else if (found != reader->columns)
        return text_fault(&reader->source, start, error, "row %zu has %zu number%s, row 1 has %zu",
                          reader->rows + 1, found, found == 1 ? "" : "s", reader->columns);
    reader->rows++;
    return 0;
}

static int read_rows(struct csv_reader *reader, struct error *error)
{
    const char *bytes = reader->source.bytes;
    size_t size = reader->source.size;
    size_t blank_line = SIZE_MAX; // place of the first blank line not yet known to end the file
    for (size_t start = text_mark_size(bytes, size); start < size;) {
        const char *newline = memchr(bytes + start, '\n', size - start);
        size_t end = newline == NULL ? size : (size_t)(newline - bytes);
        size_t next = newline == NULL ? size : end + 1;
        if (end > start && bytes[end - 1] == '\r')
            end--;
        if (skip_blanks(bytes, start, end) == end) {
            if (blank_line == SIZE_MAX)
                blank_line = start;
        } else if (blank_line != SIZE_MAX) {
            return text_fault(&reader->source, blank_line, error,
                              "a blank line before the last row");
        } else {
            int status = read_row(reader, start, end, error);
            if (status != 0)
                return status;
        }
        start = next;
    }
    return 0;
}

int array_parse_csv(const char *bytes, size_t size, const char *file,
                    const struct array_limits *limits, struct ref_array *out, struct error *error)
{
    if (size > limits->maximum_bytes)
        return error_set(error, ERROR_SUBMISSION, "%s: larger than %zu bytes", file,
                         limits->maximum_bytes);
    if (size == 0)
        return error_set(error, ERROR_SUBMISSION, "%s: the file is empty", file);
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return error_set(error, ERROR_SUBMISSION, "%s: the file is UTF-16; write it as UTF-8",
                         file);
    AUTO_NUMBERS struct number_list numbers = {NULL, 0, 0};
    struct csv_reader reader = {
        .source = {bytes, size, file, ERROR_SUBMISSION},
        .maximum_entries = limits->maximum_entries,
        .separator = choose_separator(bytes, size),
        .numbers = &numbers,
    };
    int status = read_rows(&reader, error);
    if (status != 0)
        return status;
    if (reader.rows == 0)
        return error_set(error, ERROR_SUBMISSION, "%s: the file is empty", file);
    return number_list_to_array(&numbers, reader.rows, reader.columns, out, error);
}

void array_write_csv(struct buffer *buffer, const struct ref_array *array)
{
    for (size_t i = 0; i < array->rows; i++)
        for (size_t j = 0; j < array->columns; j++)
            buffer_append_format(buffer, "%.17g%c", array->data[i * array->columns + j],
                                 j + 1 < array->columns ? ',' : '\n');
}
