/**
 * @file
 * Points as people read them. Inside the program and in the JSON they are whole milli-points.
 */
#ifndef GRADER_GRADING_POINTS_H
#define GRADER_GRADING_POINTS_H

#include <stdint.h>

enum { POINTS_TEXT_MAX = 32, SCORE_TEXT_MAX = 128 };

/** 73500 -> "73.5", 4000 -> "4", -250 -> "-0.25". Exact: no floating point is involved. */
void points_text(char text[POINTS_TEXT_MAX], int64_t milli_points);

/** "73.5 / 100", with " (12 pending)" when a person can still add points. */
void points_score_text(char text[SCORE_TEXT_MAX], int64_t points, int64_t maximum, int64_t pending);

#endif
