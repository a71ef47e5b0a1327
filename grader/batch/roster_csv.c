#include "grader/batch/roster_csv.h"

#include <stdlib.h>
#include <string.h>

void roster_csv_init(struct roster_csv *csv, const char *bytes, size_t size)
{
    *csv = (struct roster_csv){bytes, bytes + size, 1, ','};
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        csv->place += 3;
    static const char separators[] = {',', ';', '\t'};
    size_t most = 0;
    for (size_t i = 0; i < sizeof separators; i++) {
        size_t count = 0;
        for (const char *p = csv->place; p < csv->end && *p != '\n'; p++)
            count += *p == separators[i];
        if (count > most) {
            most = count;
            csv->separator = separators[i];
        }
    }
}

void roster_record_release(struct roster_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        free(record->fields[i]);
    record->count = 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool add_field(struct roster_record *record, const char *text, size_t size)
{
    char *copy = strndup(text, size);
    if (copy == NULL)
        return false;
    record->fields[record->count++] = copy;
    return true;
}

/* A quoted field; the place is behind its opening quote. */
static bool take_quoted(struct roster_csv *csv, struct roster_record *record, const char **fault)
{
    char text[ROSTER_FIELD_BYTES_MAX];
    size_t used = 0;
    for (; csv->place < csv->end; csv->place++) {
        char c = *csv->place;
        if (c == '"' && (csv->end - csv->place < 2 || csv->place[1] != '"'))
            break;
        csv->place += c == '"';
        csv->line += c == '\n';
        if (used == sizeof text)
            *fault = "a field is longer than 4096 bytes";
        else
            text[used++] = c;
    }
    if (csv->place == csv->end)
        *fault = "a quotation mark is never closed";
    else
        csv->place++;
    for (; csv->place < csv->end && *csv->place != csv->separator && *csv->place != '\n';
         csv->place++)
        if (!is_blank(*csv->place))
            *fault = "text follows a closing quotation mark";
    return add_field(record, text, used);
}

static bool take_plain(struct roster_csv *csv, struct roster_record *record, const char **fault)
{
    const char *start = csv->place;
    while (csv->place < csv->end && *csv->place != csv->separator && *csv->place != '\n') {
        if (*csv->place == '"')
            *fault = "a quotation mark inside a field that does not begin with one";
        csv->place++;
    }
    size_t size = (size_t)(csv->place - start);
    while (size > 0 && is_blank(start[size - 1]))
        size--;
    if (size > ROSTER_FIELD_BYTES_MAX) {
        *fault = "a field is longer than 4096 bytes";
        size = 0;
    }
    return add_field(record, start, size);
}

/* One field; false when out of memory. */
static bool take_field(struct roster_csv *csv, struct roster_record *record, const char **fault)
{
    while (csv->place < csv->end && is_blank(*csv->place) && *csv->place != csv->separator)
        csv->place++;
    if (csv->place < csv->end && *csv->place == '"') {
        csv->place++;
        return take_quoted(csv, record, fault);
    }
    return take_plain(csv, record, fault);
}

int roster_csv_next(struct roster_csv *csv, struct roster_record *record, const char **fault)
{
    *fault = NULL;
    record->count = 0;
    record->line = csv->line;
    if (csv->place >= csv->end)
        return 0;
    const char *start = csv->place;
    for (;;) {
        if (record->count == ROSTER_FIELDS_MAX) {
            *fault = "more than 64 columns";
            while (csv->place < csv->end && *csv->place != '\n')
                csv->place++;
        } else if (!take_field(csv, record, fault)) {
            roster_record_release(record);
            return -1;
        }
        if (csv->place == csv->end || *csv->place == '\n')
            break;
        csv->place++; // the separator
    }
    record->blank = record->count == 1 && record->fields[0][0] == '\0' && *start != '"';
    if (csv->place < csv->end) {
        csv->place++;
        csv->line++;
    }
    return 1;
}
