#include "grader/grading/points.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void points_text(char text[POINTS_TEXT_MAX], int64_t milli_points)
{
    // Unsigned, because -INT64_MIN does not fit.
    uint64_t size = milli_points < 0 ? 0 - (uint64_t)milli_points : (uint64_t)milli_points;
    const char *sign = milli_points < 0 ? "-" : "";
    uint64_t whole = size / 1000, thousandths = size % 1000;
    if (thousandths == 0) {
        snprintf(text, POINTS_TEXT_MAX, "%s%" PRIu64, sign, whole);
        return;
    }
    snprintf(text, POINTS_TEXT_MAX, "%s%" PRIu64 ".%03" PRIu64, sign, whole, thousandths);
    for (size_t end = strlen(text); text[end - 1] == '0'; end--)
        text[end - 1] = '\0';
}

void points_score_text(char text[SCORE_TEXT_MAX], int64_t points, int64_t maximum, int64_t pending)
{
    char got[POINTS_TEXT_MAX], all[POINTS_TEXT_MAX], open[POINTS_TEXT_MAX];
    points_text(got, points);
    points_text(all, maximum);
    points_text(open, pending);
    if (pending == 0)
        snprintf(text, SCORE_TEXT_MAX, "%s / %s", got, all);
    else
        snprintf(text, SCORE_TEXT_MAX, "%s / %s (%s pending)", got, all, open);
}
