#include "grader/grading/grading.h"

#include <stdlib.h>
#include <string.h>

static const char *const outcome_names[] = {
    [GRADING_GRADED] = "graded",
    [GRADING_NOT_RUNNABLE] = "not_runnable",
    [GRADING_NOT_FETCHED] = "not_fetched",
};

enum { OUTCOME_COUNT = sizeof outcome_names / sizeof outcome_names[0] };

const char *grading_outcome_name(enum grading_outcome outcome)
{
    return (size_t)outcome < OUTCOME_COUNT ? outcome_names[outcome] : "unknown";
}

int grading_outcome_by_name(const char *name)
{
    for (int i = 0; i < OUTCOME_COUNT; i++)
        if (strcmp(outcome_names[i], name) == 0)
            return i;
    return -1;
}

void grading_release(struct grading *grading)
{
    for (size_t i = 0; i < grading->check_count; i++) {
        free(grading->checks[i].evidence);
        array_set_release(&grading->checks[i].inputs);
    }
    free(grading->checks);
    free(grading->criteria);
    for (size_t i = 0; i < grading->measured.run_count; i++) {
        free(grading->measured.runs[i].standard_output);
        free(grading->measured.runs[i].standard_error);
    }
    free(grading->measured.runs);
    memset(grading, 0, sizeof *grading);
}
