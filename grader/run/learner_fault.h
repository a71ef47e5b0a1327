/**
 * @file
 * error.json: what our functions runner says about a case that raised an exception. The learner's
 * code could have written it too, so it is read as untrusted text. Private to grader/run.
 */
#ifndef GRADER_RUN_LEARNER_FAULT_H
#define GRADER_RUN_LEARNER_FAULT_H

#include "grader/run/program.h"

/** Reads the bytes of an error.json into a failure with its message. Nonsense gives a plain
 * "crashed". */
void learner_fault_read(const struct rubric *rubric, const char *task, const char *bytes,
                        size_t size, struct failure *failure);

#endif
