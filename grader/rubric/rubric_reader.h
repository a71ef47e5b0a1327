/**
 * @file
 * What the files of the rubric loader share. Private to grader/rubric.
 */
#ifndef GRADER_RUBRIC_RUBRIC_READER_H
#define GRADER_RUBRIC_RUBRIC_READER_H

#include "grader/json/json_document.h"
#include "grader/rubric/rubric.h"

enum { RUBRIC_FILE_MAX = 1024 * 1024 };

/** Copies a required string into a fixed buffer; too long or empty is an error with its place. */
int rubric_read_text(const struct json_place *parent, const char *key, char *text, size_t size,
                     struct error *error);

/** Reads points with at most three decimals as whole thousandths. */
int rubric_read_points(const struct json_place *parent, const char *key, milli_points *points,
                       struct error *error);

/** Reads one task file into @p task. */
int task_read(const struct json_place *place, const struct rubric *rubric, struct task *task,
              struct error *error);

/** Number of items of an array place (0 when absent). */
int rubric_count(const struct json_place *array);

#endif
