/**
 * @file
 * Arrays as files: the CSV, NPY and JSON of the submission contract, both ways.
 *
 * Everything read here is untrusted. Readers are bounded by the limits given, never trust a size in
 * a header, and report the first fault as ERROR_SUBMISSION with its place:
 *
 *     theta.csv:3:17: expected a number, found "abc"
 *
 * NaN and infinities in their usual spellings are numbers here; judging them is the marking's
 * business. On failure the output parameters are unchanged.
 */
#ifndef GRADER_EXCHANGE_ARRAY_FILE_H
#define GRADER_EXCHANGE_ARRAY_FILE_H

#include <stddef.h>
#include "grader/base/buffer.h"
#include "grader/base/error.h"
#include "grader/exchange/array_set.h"
#include "grader/exchange/number.h"

struct array_limits {
    size_t maximum_bytes;   /**< of the file */
    size_t maximum_entries; /**< of one array */
};

/** CSV: numbers, comma (or semicolon, tab, blanks when no comma occurs), no header, LF or CRLF,
 * BOM and last newline optional, blank lines at the end allowed, leading and trailing blanks fine.
 * All rows the same length. @p file is for messages. @p out is empty on entry. */
int array_parse_csv(const char *bytes, size_t size, const char *file,
                    const struct array_limits *limits, struct ref_array *out, struct error *error);

/** NPY 1.0, 2.0, 3.0: f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1, either endianness, C or Fortran order, 0 to
 * 2 dimensions (a 1-D array becomes n x 1, 0-D 1 x 1; length-1 extra dimensions are dropped). */
int array_parse_npy(const char *bytes, size_t size, const char *file,
                    const struct array_limits *limits, struct ref_array *out, struct error *error);

/** JSON: a number, an array of numbers, or an array of equally long arrays; "NaN", "Infinity" and
 * their usual spellings as bare words or strings are numbers too. */
int array_parse_json(const char *bytes, size_t size, const char *file,
                     const struct array_limits *limits, struct ref_array *out, struct error *error);

/** JSON object of several arrays, {"theta": [..], "loss": 1.5}; adds each to @p set (at most
 * ARRAY_SET_MAX; duplicate keys are an error). */
int array_parse_json_object(const char *bytes, size_t size, const char *file,
                            const struct array_limits *limits, struct array_set *set,
                            struct error *error);

/** The member @p name of such an object; *found says whether it is there. What the other members
 * hold does not matter as long as the whole is JSON of moderate depth: one bad array does not cost
 * the others. */
int array_parse_json_member(const char *bytes, size_t size, const char *file, const char *name,
                            const struct array_limits *limits, struct ref_array *out, bool *found,
                            struct error *error);

/** Writers append to a buffer; numbers are written so that reading gives the same bits back. CSV
 * uses %.17g, one matrix row per line, a vector one number per line. NPY is version 1.0, float64, C
 * order; n x 1 arrays are written as 1-D when @p vector. */
void array_write_csv(struct buffer *buffer, const struct ref_array *array);
void array_write_npy(struct buffer *buffer, const struct ref_array *array, bool vector);

#endif
