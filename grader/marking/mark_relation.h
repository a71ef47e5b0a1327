/**
 * @file
 * Recognises answers that are right up to a constant factor or a constant offset.
 * Private to grader/marking.
 */
#ifndef GRADER_MARKING_MARK_RELATION_H
#define GRADER_MARKING_MARK_RELATION_H

#include "grader/cases/test_case.h"

struct relation {
    bool scaled; /**< got = factor * expected */
    double factor;
    char factor_name[48]; /**< "2", "1/2", "-1", "n", "n/(n-1)", "ln 2", ... or the number */
    bool offset;          /**< got = expected + shift, the same in every entry */
    double shift;
};

/** @p got has the shape of the expected output. A single number is related to every other number,
 * so for fewer than three entries only the named factors count. */
void mark_relation(const struct test_case *test_case, const struct task_output *output,
                   const struct ref_array *got, struct relation *relation);

#endif
