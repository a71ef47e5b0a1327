/**
 * @file
 * The learner's program in the sandbox: one build, then runs. What happened becomes a run record
 * (measured) and a failure (verdict and message), never an error of ours.
 */
#ifndef GRADER_RUN_PROGRAM_H
#define GRADER_RUN_PROGRAM_H

#include "grader/grading/grading.h"
#include "grader/manifest/manifest.h"
#include "grader/rubric/rubric.h"
#include "sandbox/sandbox.h"

/** Places inside the sandbox. */
#define PROGRAM_WORK "/work"     /* private copy of the repository: working directory */
#define PROGRAM_CASES "/cases"   /* read-only: inputs */
#define PROGRAM_OUTPUT "/output" /* where outputs go */
#define PROGRAM_RUNNERS "/runners"

struct program {
    const struct rubric *rubric;
    const struct manifest *manifest;
    char tree[4096];           /**< host folder with the repository, built once build_step ran */
    char runners[4096];        /**< host folder with our runners */
    struct measured *measured; /**< run records are added here */
    bool (*cancelled)(void *payload);
    void *payload;
};

/** How a run failed, in the report's words; VERDICT_CORRECT when it did not. */
struct failure {
    enum verdict verdict;
    char message[MESSAGE_MAX];
};

/** A spec with the limits of the step, the environment of the contract, and the private copy. NULL
 * when out of memory. */
struct sandbox_spec *program_spec(const struct program *program, enum sandbox_profile profile,
                                  const struct step_limits *limits);

/**
 * Runs the spec, keeps a record under the name @p step, and says in *failure how it failed, if it
 * did. *result belongs to the caller (sandbox_result_free). ERROR_ENVIRONMENT or ERROR_BUG when the
 * sandbox itself could not do its work, ERROR_CANCELLED.
 */
int program_run(const struct program *program, const struct sandbox_spec *spec, const char *step,
                const struct step_limits *limits, struct sandbox_result **result,
                struct failure *failure, struct error *error);

/**
 * Runs the manifest's build command in the build profile, and makes its tree the program's tree
 * (below @p scratch). Without a build command it does nothing. A build that fails is no error: see
 * *failure.
 */
int program_build(struct program *program, const char *scratch, struct failure *failure,
                  struct error *error);

#endif
