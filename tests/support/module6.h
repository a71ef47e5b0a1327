/**
 * @file
 * The rubric of Module 6 as tests use it: loaded once, cases made from a word.
 */
#ifndef TESTS_MODULE6_H
#define TESTS_MODULE6_H

#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/cases/test_case.h"

static struct rubric *module6;

static inline int module6_load(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char path[4096];
    snprintf(path, sizeof path, "%s/rubrics/module6", getenv("GRADER_TEST_SOURCE"));
    if (rubric_load(path, &module6, &error) == 0)
        return 0;
    print_error("%s\n", error.message);
    return -1;
}

static inline int module6_free(void **state)
{
    (void)state;
    rubric_free(module6);
    return 0;
}

static inline const struct task *module6_task(const char *project, const char *name)
{
    const struct project *found = rubric_project(module6, project);
    assert_non_null(found);
    for (size_t i = 0; i < found->task_count; i++)
        if (strcmp(found->tasks[i].name, name) == 0)
            return &found->tasks[i];
    print_error("no task %s in %s\n", name, project);
    fail();
    return NULL;
}

/** Makes case 1 of a task; release with test_case_release(). */
static inline void module6_case(const char *project, const char *task, const char *word,
                                struct test_case *test_case)
{
    struct error error = ERROR_INIT;
    struct seed_key key;
    assert_int_equal(seed_key_from_word(word, &key, &error), 0);
    int status = test_case_make(module6, rubric_project(module6, project),
                                module6_task(project, task), 0, "ada", &key, test_case, &error);
    if (status != 0)
        print_error("%s\n", error.message);
    assert_int_equal(status, 0);
}

#endif
