/**
 * @file
 * What the renderers say, in words for people: one place, so that terminal, Markdown and JUnit
 * never disagree. Everything appended here is one-line printable UTF-8; a renderer escapes it once
 * more for its own format.
 */
#ifndef GRADER_REPORTING_REPORT_RENDER_H
#define GRADER_REPORTING_REPORT_RENDER_H

#include <stdbool.h>
#include "grader/base/buffer.h"
#include "grader/reporting/report.h"
#include "grader/reporting/report_reader.h"

/** One function per format: they append to @p out and leave it to report_render() to ask
 * buffer_failed(). */
void render_text(const struct report_view *view, const struct report_style *style,
                 struct buffer *out);
void render_markdown(const struct report_view *view, const struct report_style *style,
                     struct buffer *out);
void render_junit(const struct report_view *view, struct buffer *out);

/** What a verdict means to whoever counts: CI formats and colours follow from it. */
enum standing {
    STANDING_PASSED,
    STANDING_PARTLY, /**< ran; some of it is wrong */
    STANDING_FAILED, /**< ran; the answer is wrong */
    STANDING_BROKEN, /**< did not run to its end: build, crash, limit, sandbox, or our own fault */
    STANDING_SKIPPED,
    STANDING_PENDING /**< a person has to look */
};

enum standing verdict_standing(enum verdict verdict);

/** "passed", "wrong", "out of time": at most WORD_COLUMNS columns. */
const char *verdict_word(enum verdict verdict);
enum { WORD_COLUMNS = 14 };

/** One column; never the only sign. */
const char *standing_symbol(enum standing standing);

/** Standing and word of points out of a maximum, for a criterion as a whole. */
enum standing score_standing(const struct view_score *score);
const char *score_word(const struct view_score *score);

/** "58.5 / 100" */
void say_points(struct buffer *out, const struct view_score *score);

/** "58.5 / 100 (12 pending)" */
void say_score(struct buffer *out, const struct view_score *score);

/** "Principal component analysis (pca)"; "unknown project" */
void say_project(struct buffer *out, const struct report_view *view);

/** "commit 0123456789ab of https://...", "the folder DIR as it stands" */
void say_submission(struct buffer *out, const struct report_view *view);

/** Text of a report as one line; line breaks become blanks. */
void say_text(struct buffer *out, const char *text);

/** " [PC03, DI16]" or nothing. */
void say_misconceptions(struct buffer *out, const struct view_texts *ids);

/** "C, case 2: entry (1, 3) is off by 4200 times the allowed error; ...". Returns false, and
 * appends nothing, when there is nothing to tell beyond the check's message. */
bool say_evidence(struct buffer *out, const struct view_evidence *evidence);

/** True for a run that did not end with exit code 0. */
bool run_failed(const struct view_run *run);

/** "ended with exit code 2", "stopped by signal 11 (SEGV)", "stopped: out of CPU time (10 s)" */
void say_run(struct buffer *out, const struct view_run *run);

/** Last lines of what the run printed, the errors if there are any; multi-line, "" when nothing. At
 * most @p lines lines and 4 KiB. */
void say_run_output(struct buffer *out, const struct view_run *run, unsigned lines);

/** "2 runs in the sandbox: 0.30 s of processor time in all, at most 36 MB of memory. ..." */
void say_resources(struct buffer *out, const struct report_view *view);

#endif
