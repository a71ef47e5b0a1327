/**
 * @file
 * What the live tests of the sandbox share: an identity, a readable copy of the hostile program,
 * and a look at the machine before and after each run.
 */
#ifndef TESTS_SANDBOX_FIXTURE_H
#define TESTS_SANDBOX_FIXTURE_H

#include "assertions.h"

#include <sandbox/sandbox.h>

#include <stdbool.h>
#include <string.h>

/** A directory of this test run, world-readable, removed by fixture_release. */
extern char fixture_directory[64];
/** The hostile program in it. */
extern char fixture_hostile[96];

/**
 * Call first in main. With the argument "--as-user" the process becomes uid 65534 for good, after
 * it has copied what it needs to a place that this user can read. False: cannot, so fail.
 */
bool fixture_init(int argc, char **argv);
void fixture_release(void);

/** What must be the same before and after a run. */
struct traces {
    int descriptors;
    unsigned long mounts; /**< hash of the mount table */
};

struct traces traces_now(void);
/** Does any process of this test's hostile program live, whoever its parent is? Other tests may run
 * the program at the same time, so the last argument tells whose it is; see hostile_spec. */
bool hostile_lives(void);
/** Fails the test when something is left: descriptors, mounts, children, hostile processes. */
void assert_no_traces(struct traces before, const char *label);

/** Runs and fails the test, with the message, unless SANDBOX_OK. The caller frees the result. */
struct sandbox_result *run_or_fail(const struct sandbox_spec *spec, const char *label);

/** A spec that runs the hostile program, shown at /hostile, with one or two arguments. */
struct sandbox_spec *hostile_spec(const char *behaviour, const char *argument);

/** Writes a file below fixture_directory and returns its path in a static buffer. */
const char *fixture_write(const char *name, const char *text);

#endif
