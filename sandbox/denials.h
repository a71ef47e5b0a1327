/** @file Denied system calls: what to answer, and how to tell a learner. */
#ifndef SANDBOX_DENIALS_H
#define SANDBOX_DENIALS_H

#include <sandbox/sandbox.h>

#include <linux/seccomp.h>

enum { DENIALS_TOLERATED = 1000 };

/** The verdict on one denied call. */
struct denial_answer {
    int error; /**< the errno that the program sees */
    bool told; /**< false: a harmless question that run-times ask; not recorded */
};

/** Decides about one call and, when it is to be told, adds it to result->denials. */
struct denial_answer denials_record(struct sandbox_result *result, const struct seccomp_data *call);

/** The program died by SIGSYS: only a foreign system-call interface does that. */
void denials_record_foreign_call(struct sandbox_result *result);

#endif
