/**
 * @file
 * A rubric in memory: criteria, projects, tasks, wording, all loaded from data and checked.
 *
 * Loading proves that every name exists (operations, generators, inputs, outputs, variants,
 * criteria) and that points add up exactly. The messages name file and place. Whether the shapes of
 * generated inputs fit shows when a case is made (cases/test_case.h).
 * The struct owns everything in it; pointers into it live until rubric_free().
 */
#ifndef GRADER_RUBRIC_RUBRIC_H
#define GRADER_RUBRIC_RUBRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"
#include "grader/grading/grading.h"
#include "reference/generator.h"
#include "reference/operation.h"

enum {
    RUBRIC_NUMBERS_MAX = 16, /**< per-case values of one parameter */
    RUBRIC_IDS_MAX = 32,     /**< misconceptions of one task */
    RUBRIC_CASES_MAX = 20,
    RUBRIC_INPUTS_MAX = 12,
    RUBRIC_SECTIONS_MAX = 16
};

/** A number that may differ from case to case: the value of case i is values[i % count]. */
struct case_number {
    double values[RUBRIC_NUMBERS_MAX];
    size_t count;
};

double case_number_at(const struct case_number *number, unsigned case_index);

/** How one input of a task is made. */
struct task_input {
    char name[NAME_MAX_LENGTH];
    bool hidden;                                       /**< not given to the learner */
    const struct ref_generator *generator;             /**< NULL: a plain value */
    struct case_number value;                          /**< when generator is NULL */
    struct case_number parameters[REF_PARAMETERS_MAX]; /**< count 0: the default */
    int dependencies[REF_DEPENDENCIES_MAX];            /**< indices of earlier inputs of the task */
    enum ref_kind kind;                                /**< as learners see it */
};

enum compare_verb {
    COMPARE_VALUE,
    COMPARE_COLUMNS_UP_TO_SIGN,
    COMPARE_TRACE,
    COMPARE_METRIC,
    COMPARE_DISTRIBUTION,
    COMPARE_DETERMINISTIC
};

enum tolerance_scale {
    SCALE_ARRAY, /**< floor relative to the largest entry of the array */
    SCALE_ENTRY  /**< floor relative to each entry itself */
};

/** How one output of a task is judged. */
struct task_output {
    int index; /**< into the operation's outputs */
    enum compare_verb compare;
    bool conditioned; /**< tolerance from the problem; else the two below, larger one wins */
    double epsabs, epsrel;
    enum tolerance_scale scale;
    int truth;     /**< metric: index of the hidden input with the truth; else -1 */
    double margin; /**< metric: how much worse than the reference is still right, relative */
};

struct task {
    char name[NAME_MAX_LENGTH];
    char title[160];
    char ask[MESSAGE_MAX];
    char convention[256];
    char topic[96];
    int module;
    size_t criterion;
    milli_points points;
    const struct ref_operation *operation;
    struct task_input inputs[RUBRIC_INPUTS_MAX];
    size_t input_count;
    int argument[REF_ARGUMENTS_MAX]; /**< operation input i is task input argument[i] */
    struct task_output outputs[REF_OUTPUTS_MAX];
    size_t output_count;
    unsigned cases;
    const struct ref_variant *accepted[RUBRIC_IDS_MAX];
    size_t accepted_count;
    const struct ref_variant *misconceptions[RUBRIC_IDS_MAX];
    size_t misconception_count;
};

struct project {
    char name[NAME_MAX_LENGTH];
    char title[160];
    struct task *tasks;
    size_t task_count;
};

/** A named item that earns points without being a task. */
struct rubric_item {
    char name[NAME_MAX_LENGTH];
    char title[160];
    milli_points points;
};

struct criterion {
    char name[NAME_MAX_LENGTH];
    char title[160];
    char requirement[NAME_MAX_LENGTH];
    milli_points points;
    struct rubric_item *checks; /**< built-in checks: builds, runs, deterministic */
    size_t check_count;
    struct rubric_item *manual; /**< for a human */
    size_t manual_count;
};

/** Limits of one step; zero never occurs after loading. */
struct step_limits {
    uint64_t cpu_time_ms, wall_time_ms, memory_bytes, processes, open_files;
    uint64_t disk_bytes, disk_files, output_bytes;
};

/** A section that the case study must have: any of the words in a heading. */
struct case_study_section {
    char title[96];
    char words[RUBRIC_SECTIONS_MAX][48];
    size_t word_count;
};

struct case_study_rules {
    size_t criterion;
    struct rubric_item present, sections, formulas, length; /**< points 0: not asked */
    struct case_study_section section[RUBRIC_SECTIONS_MAX];
    size_t section_count;
    size_t minimum_formulas, minimum_words;
};

enum { FEEDBACK_LEVEL_MAX = 16 };

/** How much a report tells, per audience: verdict, hint, values or full. */
struct feedback_levels {
    char check[FEEDBACK_LEVEL_MAX];   /**< public data */
    char learner[FEEDBACK_LEVEL_MAX]; /**< data from a secret key */
    char ci[FEEDBACK_LEVEL_MAX];
    char instructor[FEEDBACK_LEVEL_MAX];
};

struct text_entry {
    char *key;
    char *text;
};

struct rubric {
    char name[NAME_MAX_LENGTH];
    char title[160];
    char version[32];
    char digest[65]; /**< BLAKE2b-256 over all files read, in order */
    char directory[4096];
    milli_points points;
    struct criterion *criteria;
    size_t criterion_count;
    struct project *projects;
    size_t project_count;
    struct step_limits build, run;
    struct case_study_rules case_study;
    struct feedback_levels feedback;
    struct text_entry *wording; /**< sorted by key */
    size_t wording_count;
    struct text_entry *misconceptions; /**< ID -> message, sorted */
    size_t misconception_count;
};

/** Loads and checks the rubric in @p directory (rubric.json and what it names). ERROR_USAGE. */
int rubric_load(const char *directory, struct rubric **rubric, struct error *error);
void rubric_free(struct rubric *rubric);

/** The project of that name, or NULL. */
const struct project *rubric_project(const struct rubric *rubric, const char *name);

/** Comma-separated names of the projects, for messages. */
void rubric_project_names(const struct rubric *rubric, char *text, size_t size);

/** Message for variant id "PC03/n": its own, else that of "PC03"; NULL when neither is there. */
const char *rubric_misconception(const struct rubric *rubric, const char *id);

/**
 * Writes the wording of @p key with its placeholders filled in: pairs of name and value, ended by
 * NULL. A key that the rubric does not have gives the key itself, a placeholder without value
 * stays as it is: wording can be poor, but never stops a grading.
 *
 *     rubric_say(rubric, text, sizeof text, "missing_output", "output", name, NULL);
 */
void rubric_say(const struct rubric *rubric, char *text, size_t size, const char *key, ...)
    __attribute__((sentinel));

#endif
