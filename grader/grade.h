/**
 * @file
 * One submission from its repository to its grading: the straight road of the grader.
 */
#ifndef GRADER_GRADE_H
#define GRADER_GRADE_H

#include <stdbool.h>
#include "grader/base/error.h"
#include "grader/grading/grading.h"

struct grade_request {
    const char *source;   /**< URL or folder */
    const char *ref;      /**< branch, tag or commit; NULL: default */
    bool as_it_stands;    /**< a folder with its uncommitted changes, repository or not */
    const char *learner;  /**< NULL: unknown; part of the seed */
    const char *rubric;   /**< folder of the rubric; NULL: the installed one */
    const char *key;      /**< file with the secret seed key; NULL: the public key */
    const char *seed;     /**< word for other practice data; NULL: none; not together with key */
    const char *feedback; /**< verdict, hint, values, full, or an audience of the rubric (learner,
                               ci, instructor); NULL: the rubric's for this use */
    const char *task;     /**< grade only this task; NULL: all */
    /** Progress in words, for a terminal; NULL: none. */
    void (*progress)(void *payload, const char *what, uint64_t done, uint64_t total);
    bool (*cancelled)(void *payload);
    void *payload;
};

/**
 * Grades. What the learner did wrong, up to a repository that cannot be cloned because it is
 * hostile or empty, is in *grading; errors are the user's (ERROR_USAGE), the machine's
 * (ERROR_ENVIRONMENT), ours (ERROR_BUG) or ERROR_CANCELLED, and then *grading is empty.
 * The caller releases *grading.
 */
int grade_submission(const struct grade_request *request, struct grading *grading,
                     struct error *error);

/** The identity that a report of this request would carry: two gradings of the same identity and
 * commit give the same marks. Reads the rubric and the key only. */
int grade_identity(const struct grade_request *request, char *text, size_t size,
                   struct error *error);

#endif
