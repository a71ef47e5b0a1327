/**
 * @file
 * The folder of one case as the learner's program sees it: inputs, and nothing of the answers.
 * Private to grader/run.
 *
 * task.txt     name of the task
 * outputs.txt  names of the outputs, one per line, in order
 * inputs.json  {"X": {"kind": "matrix"}, "k": {"kind": "count"}, ...}
 * params.csv   name,value per line, all scalars;  params.json  the same as an object
 * NAME.csv (or NAME.npy)  every vector and matrix
 */
#ifndef GRADER_RUN_CASE_FILES_H
#define GRADER_RUN_CASE_FILES_H

#include "grader/cases/test_case.h"

enum { CASE_FOLDER_MAX = 96 };

/** "007-covariance-2": position, task, number. */
void case_folder_name(char *name, size_t position, const struct test_case *test_case);

/** Writes the folder DIRECTORY/NAME. */
int case_files_write(const char *directory, const char *name, const struct test_case *test_case,
                     bool npy, struct error *error);

#endif
