/**
 * @file
 * Records of a CSV text (RFC 4180) in memory, with the line on which each begins.
 */
#ifndef GRADER_BATCH_ROSTER_CSV_H
#define GRADER_BATCH_ROSTER_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum { ROSTER_FIELDS_MAX = 64, ROSTER_FIELD_BYTES_MAX = 4096 };

struct roster_csv {
    const char *place;
    const char *end;
    size_t line;    /**< of @p place, from 1 */
    char separator; /**< ',' ';' or tab */
};

struct roster_record {
    char *fields[ROSTER_FIELDS_MAX]; /**< owned, blanks around unquoted text removed */
    size_t count;
    size_t line;
    bool blank; /**< nothing on the line */
};

/** Skips a BOM and finds the separator from the first line: spreadsheets of half of Europe write
 * semicolons. */
void roster_csv_init(struct roster_csv *csv, const char *bytes, size_t size);

/** Reads the next record. 1: read, 0: end of the text, -1: out of memory. What is wrong with it is
 * written into *fault (static text), else NULL. */
int roster_csv_next(struct roster_csv *csv, struct roster_record *record, const char **fault);
void roster_record_release(struct roster_record *record);

#endif
