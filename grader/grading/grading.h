/**
 * @file
 * Everything that one grading found out. grade.c fills it, scoring adds points, and
 * reporting/report_json.c turns it into the report; nothing else reads it.
 *
 * Points are whole thousandths ("milli-points": 73500 is 73.5), so that sums are exact.
 * All text is printable UTF-8. What varies between two runs of the same submission stands in
 * struct measured, nowhere else.
 */
#ifndef GRADER_GRADING_GRADING_H
#define GRADER_GRADING_GRADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/exchange/array_set.h"
#include "grader/intake/intake.h"
#include "grader/marking/verdict.h"

typedef int64_t milli_points;

enum { EVIDENCE_IDS_MAX = 4, MESSAGE_MAX = 1024, NAME_MAX_LENGTH = 64 };

/** What marking saw in one output of one case. */
struct evidence {
    char output[NAME_MAX_LENGTH];
    unsigned case_number; /**< 1, 2, ... */
    enum verdict verdict;
    enum rung rung;
    char misconceptions[EVIDENCE_IDS_MAX][24]; /**< catalogue IDs ("PC03"), when RUNG_MISCONCEPTION,
                                                    or the convention, when ACCEPTED_CONVENTION */
    size_t misconception_count;
    char message[MESSAGE_MAX]; /**< to the learner: what their numbers did, and where to look */

    size_t rows, columns;                   /**< of the learner's array */
    size_t expected_rows, expected_columns; /**< of the task's */
    bool compared; /**< the members below are set: shapes agreed and a comparison took place */
    size_t worst_row, worst_column;   /**< entry farthest off, counted from 1 */
    double worst_got, worst_expected; /**< values there: only for feedback level "values" */
    double error_in_tolerances;       /**< largest |error| / tolerance over the entries */
    double digits;                    /**< digits that agree, normwise; at most 17 */
    double norm_ratio;                /**< norm of learner's / norm of expected */
    double cosine;                    /**< of the angle between the two as vectors */
};

/** One thing that earns points: a task, or a built-in check (builds, runs, a section of the
 * report, a manual item). */
struct check {
    char name[NAME_MAX_LENGTH]; /**< "covariance", "builds", "report/method" */
    char title[160];
    size_t criterion; /**< index into grading.criteria */
    int module;       /**< 1..6 of the course; 0: none */
    char topic[96];
    enum verdict verdict;
    milli_points points; /**< earned */
    milli_points maximum;
    milli_points pending;       /**< may still be added by a human; <= maximum */
    char expected[MESSAGE_MAX]; /**< what was asked of the learner (the task's convention) */
    char message[MESSAGE_MAX];  /**< one or two sentences; "" when correct */
    char misconceptions[EVIDENCE_IDS_MAX][24]; /**< union over the evidence, in order */
    size_t misconception_count;
    struct evidence *evidence; /**< owned; one per output and case, in order */
    size_t evidence_count;
    unsigned inputs_case;    /**< number of the case that failed and shows it best; 0: none */
    struct array_set inputs; /**< owned; what the program was given there: feedback "full" */
};

struct criterion_result {
    char name[NAME_MAX_LENGTH];
    char title[160];
    char requirement[NAME_MAX_LENGTH]; /**< which of Module 6's three requirements it serves */
    milli_points points, maximum, pending;
};

/** One run of the learner's code in the sandbox. All of it varies: it is reported as measured. */
struct run_record {
    char step[96];    /**< "build", "run all cases", "run covariance case 2" */
    char outcome[32]; /**< sandbox_outcome_name() */
    int exit_code, signal;
    uint64_t cpu_time_ns, wall_time_ns, peak_memory_bytes;
    bool memory_sampled;
    uint64_t cpu_time_limit_ms, wall_time_limit_ms, memory_limit_bytes;
    char *standard_output; /**< owned, escaped head and tail; NULL when nothing was printed */
    char *standard_error;
    uint64_t standard_output_total, standard_error_total;
    char denials[512]; /**< "socket(AF_INET) x3; ..." or "" */
    char layers[512];  /**< names of the sandbox layers, blank-separated */
};

struct measured {
    char started_at[32]; /**< RFC 3339, UTC */
    uint64_t intake_ns, build_ns, run_ns, marking_ns, total_ns;
    char blas_core[64];      /**< OpenBLAS core in use */
    struct run_record *runs; /**< owned */
    size_t run_count;
};

/** How the grading as a whole ended. */
enum grading_outcome {
    GRADING_GRADED,       /**< all automatic checks were made */
    GRADING_NOT_RUNNABLE, /**< malformed submission, or it did not build: message */
    GRADING_NOT_FETCHED   /**< the repository could not be taken in: message */
};

/** "graded", "not_runnable", "not_fetched": the words of the report schema. */
const char *grading_outcome_name(enum grading_outcome outcome);

/** The enum grading_outcome of that name, or -1. */
int grading_outcome_by_name(const char *name);

struct grading {
    enum grading_outcome outcome;
    char message[MESSAGE_MAX]; /**< why, when the outcome is not GRADED; else "" */

    char identity[256]; /**< equal for two gradings that must give the same marks: see grade.h */
    char grader_version[32];
    char rubric[NAME_MAX_LENGTH], rubric_title[160], rubric_version[32];
    char rubric_digest[65];
    char learner[NAME_MAX_LENGTH]; /**< "" when unknown */
    char project[NAME_MAX_LENGTH]; /**< "" when unknown */
    char project_title[160];
    char repository_given[1024],
        ref_given[256];       /**< as the caller gave them, credentials removed */
    char key_fingerprint[17]; /**< of the seed key; "public" for the public one */
    char feedback[16];        /**< level of this report: verdict, hint, values, full */
    struct intake_result intake;

    struct check *checks; /**< owned, in the rubric's order */
    size_t check_count;
    struct criterion_result *criteria; /**< owned, in the rubric's order */
    size_t criterion_count;
    milli_points points, maximum, pending;

    struct measured measured;
};

/** Frees what the grading owns and clears it; a zeroed grading is fine. */
void grading_release(struct grading *grading);

#endif
