/**
 * @file
 * A report as the renderers see it: read from JSON bytes that may come from anywhere, every member
 * checked for presence and type. After report_read() nothing about the document is doubtful
 * but the texts, which are still untrusted: each renderer escapes them for its own format.
 *
 * All texts are borrowed from the document that the view owns.
 */
#ifndef GRADER_REPORTING_REPORT_READER_H
#define GRADER_REPORTING_REPORT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"
#include "grader/grading/grading.h"

struct cJSON;

struct view_score {
    int64_t points, maximum, pending; /**< milli-points, none of them negative */
};

struct view_texts {
    const char **items;
    size_t count;
};

/** What `comparison` says; NaN and infinities are allowed, as the writer allows them. */
struct view_comparison {
    double error_in_tolerances, digits, norm_ratio, cosine;
    bool has_worst, has_values;
    int64_t worst_row, worst_column; /**< counted from 1 */
    double got, expected;            /**< when has_values */
};

struct view_evidence {
    const char *output, *message;
    int64_t case_number;
    enum verdict verdict;
    enum rung rung;
    struct view_texts misconceptions;
    int64_t shape[2], expected_shape[2];
    bool compared;
    struct view_comparison comparison; /**< when compared */
};

struct view_check {
    const char *name, *title, *expected, *message;
    const char *topic; /**< NULL: none */
    int64_t module;    /**< 0: none */
    enum verdict verdict;
    struct view_score score;
    struct view_texts misconceptions;
    struct view_evidence *evidence;
    size_t evidence_count;
};

struct view_criterion {
    const char *name, *title, *requirement;
    struct view_score score;
    struct view_check *checks;
    size_t check_count;
};

struct view_finding {
    const char *kind, *path, *message;
};

struct view_run {
    const char *step, *outcome, *denials;
    const char *output, *errors; /**< NULL: nothing printed, or not told */
    int64_t exit_code, signal;
    int64_t cpu_time_ns, wall_time_ns, peak_memory_bytes;
    int64_t cpu_time_limit_ms, wall_time_limit_ms, memory_limit_bytes;
};

struct report_view {
    const char *grader_version;
    const char *rubric, *rubric_title, *rubric_version;
    const char *learner, *project, *project_title; /**< NULL: unknown */
    const char *repository_given;
    const char *ref_given, *origin, *commit, *content; /**< NULL: unknown */
    struct view_finding *findings;
    size_t finding_count;
    int64_t findings_dropped;
    const char *feedback, *message;
    enum grading_outcome outcome;
    struct view_score score;
    struct view_criterion *criteria;
    size_t criterion_count;
    int64_t intake_ns, build_ns, run_ns, marking_ns, total_ns;
    struct view_run *runs;
    size_t run_count;

    struct cJSON *document; /**< owned */
};

/** Reads @p size bytes. ERROR_USAGE with file and place when this is not a report, or one of a
 * schema version that we do not know; @p view then holds nothing. Unknown members are ignored. */
int report_read(struct report_view *view, const char *json, size_t size, const char *file,
                struct error *error);

/** Frees what the view owns and clears it; a zeroed view is fine. */
void report_view_release(struct report_view *view);

#endif
