/**
 * @file
 * What can be counted in a case-study report: words, formulas, headings.
 *
 * The report is CommonMark with GitHub's extensions, or the Markdown cells of a Jupyter notebook.
 * It is untrusted: nothing in it is rendered or followed, and its size is bounded by the caller.
 */
#ifndef GRADER_CASESTUDY_CASE_STUDY_H
#define GRADER_CASESTUDY_CASE_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/base/error.h"

enum { CASE_STUDY_HEADINGS_MAX = 200, CASE_STUDY_HEADING_MAX = 160 };

struct case_study_facts {
    size_t words;    /**< in headings and text; not in code, not in formulas */
    size_t formulas; /**< $..$, $$..$$, \(..\), \[..\], math fences, LaTeX environments */
    char (*headings)[CASE_STUDY_HEADING_MAX]; /**< owned; lower case, as plain text */
    size_t heading_count;
};

/** Counts. @p file tells a notebook (.ipynb) from Markdown. ERROR_SUBMISSION when a notebook is no
 * JSON; ERROR_BUG when out of memory. Release *facts in any case. */
int case_study_read(const char *file, const char *bytes, size_t size,
                    struct case_study_facts *facts, struct error *error);

/** True when some heading holds one of the words (or phrases) as whole words, in any case. */
bool case_study_has_section(const struct case_study_facts *facts, const char *const *words,
                            size_t count);

void case_study_release(struct case_study_facts *facts);

#endif
