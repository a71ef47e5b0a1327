/*
 * The road of one submission. Read grade_submission() at the end of this file first: every line of
 * travel() is a module, in the order in which a submission passes through them.
 */
#include "grader/grade.h"

#include <cblas.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/clock.h"
#include "grader/base/file.h"
#include "grader/base/installation.h"
#include "grader/cases/test_case.h"
#include "grader/casestudy/case_study.h"
#include "grader/intake/intake.h"
#include "grader/intake/intake_source.h"
#include "grader/manifest/manifest.h"
#include "grader/run/case_runs.h"
#include "grader/run/program.h"
#include "grader/scoring/scoring.h"

enum { CASE_STUDY_BYTES_MAX = 4 * 1024 * 1024 };

/* Everything that one journey carries. */
struct journey {
    const struct grade_request *request;
    struct grading *grading;
    struct rubric *rubric;
    struct seed_key key;
    char scratch[FILE_PATH_MAX]; /* private folder, removed at the end */
    char tree[FILE_PATH_MAX];    /* the learner's files */
    struct manifest manifest;
    const struct project *project;
    struct test_case *cases;
    const struct test_case **case_list;
    size_t case_count;
    struct program program;
    struct case_run *runs;
    struct case_run *again; /* second run of the first case of each task */
};

static void say_progress(const struct journey *j, const char *what)
{
    if (j->request->progress != NULL)
        j->request->progress(j->request->payload, what, 0, 0);
}

/* ---- what to grade against ---------------------------------------------------------------- */

static int load_key(const struct grade_request *request, struct seed_key *key, struct error *error)
{
    if (request->key != NULL)
        return seed_key_load(request->key, key, error);
    if (request->seed != NULL)
        return seed_key_from_word(request->seed, key, error);
    return seed_key_public(key, error);
}

/* A level by its name, or the level that the rubric gives an audience. */
static const char *feedback_level(const struct grade_request *request, const struct rubric *rubric)
{
    const char *asked = request->feedback;
    bool hidden_data = request->key != NULL;
    if (asked == NULL)
        return hidden_data ? rubric->feedback.learner : rubric->feedback.check;
    if (strcmp(asked, "learner") == 0)
        return rubric->feedback.learner;
    if (strcmp(asked, "ci") == 0)
        return rubric->feedback.ci;
    if (strcmp(asked, "instructor") == 0)
        return rubric->feedback.instructor;
    return asked;
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

/* Digest of what was asked for: the text of any length that must be the same. */
static void request_digest(const struct grade_request *request, const char *origin, char *hex,
                           size_t size)
{
    const char *const parts[] = {or_empty(request->learner), origin, or_empty(request->ref),
                                 or_empty(request->task)};
    unsigned char hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) // the NUL ends each part
        crypto_generichash_update(&state, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, size, hash, sizeof hash);
}

static int write_identity(const struct grade_request *request, const struct rubric *rubric,
                          const struct seed_key *key, char *text, size_t size, struct error *error)
{
    struct intake_source source;
    char digest[33];
    int status = intake_source_parse(request->source, &source, error);
    if (status != 0)
        return status;
    request_digest(request, source.origin, digest, sizeof digest);
    snprintf(text, size, "grader=%s rubric=%s key=%s feedback=%s request=%s", GRADER_VERSION,
             rubric->digest, key->fingerprint, feedback_level(request, rubric), digest);
    return 0;
}

static int describe(struct journey *j, struct error *error)
{
    struct grading *g = j->grading;
    const struct grade_request *request = j->request;
    const struct rubric *rubric = j->rubric;
    snprintf(g->grader_version, sizeof g->grader_version, "%s", GRADER_VERSION);
    snprintf(g->rubric, sizeof g->rubric, "%s", rubric->name);
    snprintf(g->rubric_title, sizeof g->rubric_title, "%s", rubric->title);
    snprintf(g->rubric_version, sizeof g->rubric_version, "%s", rubric->version);
    snprintf(g->rubric_digest, sizeof g->rubric_digest, "%s", rubric->digest);
    snprintf(g->learner, sizeof g->learner, "%s", or_empty(request->learner));
    struct intake_source source;
    int status = intake_source_parse(request->source, &source, error);
    if (status != 0)
        return status;
    snprintf(g->repository_given, sizeof g->repository_given, "%s", source.origin);
    snprintf(g->ref_given, sizeof g->ref_given, "%s", or_empty(request->ref));
    snprintf(g->key_fingerprint, sizeof g->key_fingerprint, "%s", j->key.fingerprint);
    snprintf(g->feedback, sizeof g->feedback, "%s", feedback_level(request, rubric));
    snprintf(g->measured.blas_core, sizeof g->measured.blas_core, "%s", openblas_get_corename());
    clock_calendar(g->measured.started_at);
    return write_identity(request, rubric, &j->key, g->identity, sizeof g->identity, error);
}

static int prepare(struct journey *j, struct error *error)
{
    char directory[FILE_PATH_MAX];
    // The order of sums, and with it the last bits, would depend on the number of processors.
    openblas_set_num_threads(1);
    int status = installation_rubric(j->request->rubric, directory, error);
    if (status == 0)
        status = rubric_load(directory, &j->rubric, error);
    if (status == 0)
        status = load_key(j->request, &j->key, error);
    if (status == 0)
        status = installation_path("runners", j->program.runners, error);
    if (status == 0)
        status = file_make_scratch(j->scratch, "grader", error);
    return status != 0 ? status : describe(j, error);
}

/* ---- 1. intake: URL or folder -> files of a pinned commit ---------------------------------- */

static int take_in(struct journey *j, struct error *error)
{
    struct intake_request request = {.source = j->request->source,
                                     .ref = j->request->ref,
                                     .progress = j->request->progress,
                                     .cancelled = j->request->cancelled,
                                     .payload = j->request->payload};
    uint64_t start = clock_monotonic_ns();
    say_progress(j, "fetching");
    intake_limits_default(&request.limits);
    int status = file_join(j->tree, j->scratch, "tree", error);
    if (status == 0)
        status = j->request->as_it_stands
                     ? intake_copy_folder(&request, j->tree, &j->grading->intake, error)
                     : intake_fetch(&request, j->tree, &j->grading->intake, error);
    j->grading->measured.intake_ns = clock_monotonic_ns() - start;
    return status;
}

/* ---- 2. manifest: which project, how to build, how to run ---------------------------------- */

static int read_manifest(struct journey *j, struct error *error)
{
    int status = manifest_load(j->tree, &j->manifest, error);
    if (status != 0)
        return status;
    j->project = rubric_project(j->rubric, j->manifest.project);
    if (j->project == NULL) {
        char names[512];
        rubric_project_names(j->rubric, names, sizeof names);
        return error_set(error, ERROR_SUBMISSION,
                         "submission.json: project: there is no project \"%.64s\"; choose one of: "
                         "%s",
                         j->manifest.project, names);
    }
    snprintf(j->grading->project, sizeof j->grading->project, "%s", j->project->name);
    snprintf(j->grading->project_title, sizeof j->grading->project_title, "%s", j->project->title);
    return 0;
}

/* ---- 3. build: the manifest's build command in the sandbox --------------------------------- */

static void use_program(struct journey *j)
{
    j->program.rubric = j->rubric;
    j->program.manifest = &j->manifest;
    j->program.measured = &j->grading->measured;
    j->program.cancelled = j->request->cancelled;
    j->program.payload = j->request->payload;
    snprintf(j->program.tree, sizeof j->program.tree, "%s", j->tree);
}

static int build(struct journey *j, struct failure *failure, struct error *error)
{
    uint64_t start = clock_monotonic_ns();
    say_progress(j, "building");
    use_program(j);
    int status = program_build(&j->program, j->scratch, failure, error);
    j->grading->measured.build_ns = clock_monotonic_ns() - start;
    if (status == 0)
        scoring_set(scoring_find(j->grading, "builds"), failure->verdict, failure->message);
    return status;
}

/* ---- 4. cases: fresh inputs, the reference's answers, tolerances --------------------------- */

static bool is_asked(const struct journey *j, const struct task *task)
{
    return j->request->task == NULL || strcmp(j->request->task, task->name) == 0;
}

static int count_cases(struct journey *j, size_t *count, struct error *error)
{
    *count = 0;
    for (size_t t = 0; t < j->project->task_count; t++)
        if (is_asked(j, &j->project->tasks[t]))
            *count += j->project->tasks[t].cases;
    if (*count == 0)
        return error_set(error, ERROR_USAGE, "project %s has no task \"%s\"", j->project->name,
                         or_empty(j->request->task));
    return 0;
}

static int make_cases(struct journey *j, struct error *error)
{
    size_t count;
    int status = count_cases(j, &count, error);
    if (status != 0)
        return status;
    j->cases = calloc(count, sizeof *j->cases);
    j->case_list = calloc(count, sizeof *j->case_list);
    j->runs = calloc(count, sizeof *j->runs);
    j->again = calloc(count, sizeof *j->again);
    if (j->cases == NULL || j->case_list == NULL || j->runs == NULL || j->again == NULL)
        return error_memory(error);
    for (size_t t = 0; t < j->project->task_count; t++) {
        const struct task *task = &j->project->tasks[t];
        for (unsigned c = 0; is_asked(j, task) && c < task->cases && status == 0; c++) {
            struct test_case *test_case = &j->cases[j->case_count];
            status = test_case_make(j->rubric, j->project, task, c, or_empty(j->request->learner),
                                    &j->key, test_case, error);
            j->case_list[j->case_count++] = test_case;
        }
    }
    return status;
}

/* ---- 5. and 6. run and exchange: the program's outputs as named arrays --------------------- */

static int run_again(struct journey *j, struct error *error)
{
    char scratch[FILE_PATH_MAX];
    size_t count = 0;
    AUTO_FREE const struct test_case **first = calloc(j->case_count, sizeof *first);
    if (first == NULL)
        return error_memory(error);
    for (size_t i = 0; i < j->case_count; i++)
        if (j->cases[i].number == 1 && j->runs[i].failure.verdict == VERDICT_CORRECT)
            first[count++] = &j->cases[i];
    int status = file_join(scratch, j->scratch, "second", error);
    if (status != 0 || count == 0)
        return status;
    return case_runs_execute(&j->program, scratch, "cases again", first, count, j->again, error);
}

static int run(struct journey *j, struct error *error)
{
    char scratch[FILE_PATH_MAX];
    uint64_t start = clock_monotonic_ns();
    say_progress(j, "running");
    int status = file_join(scratch, j->scratch, "first", error);
    if (status == 0)
        status = case_runs_execute(&j->program, scratch, "cases", j->case_list, j->case_count,
                                   j->runs, error);
    if (status == 0)
        status = run_again(j, error);
    j->grading->measured.run_ns = clock_monotonic_ns() - start;
    return status;
}

/* ---- 7. marking: each task from its cases -------------------------------------------------- */

/* The second run of a task, which exists for tasks whose first case ran. */
static const struct case_run *second_run(const struct journey *j, const struct task *task)
{
    size_t position = 0;
    for (size_t i = 0; i < j->case_count; i++) {
        if (j->cases[i].number != 1 || j->runs[i].failure.verdict != VERDICT_CORRECT)
            continue;
        if (j->cases[i].task == task)
            return &j->again[position];
        position++;
    }
    return NULL;
}

static bool same_twice(const struct task *task, const struct case_run *first,
                       const struct case_run *second)
{
    if (second->failure.verdict != VERDICT_CORRECT)
        return false;
    for (size_t k = 0; k < task->output_count; k++)
        if (!readings_equal(&first->readings[k], &second->readings[k]))
            return false;
    return true;
}

static void mark_reproducibility(struct journey *j)
{
    char changed[MESSAGE_MAX / 2] = "", message[MESSAGE_MAX] = "";
    size_t ran = 0, used = 0;
    for (size_t i = 0; i < j->case_count; i++) {
        const struct task *task = j->cases[i].task;
        ran += j->runs[i].failure.verdict == VERDICT_CORRECT ? 1 : 0;
        const struct case_run *second = j->cases[i].number == 1 ? second_run(j, task) : NULL;
        if (second == NULL || same_twice(task, &j->runs[i], second))
            continue;
        int wrote = snprintf(changed + used, sizeof changed - used, "%s%s", used == 0 ? "" : ", ",
                             task->name);
        used += wrote > 0 && (size_t)wrote < sizeof changed - used ? (size_t)wrote : 0;
    }
    rubric_say(j->rubric, message, sizeof message, "nondeterministic", "output", changed, NULL);
    enum verdict verdict = used > 0 ? VERDICT_NONDETERMINISTIC : VERDICT_CORRECT;
    if (ran == 0)
        return; // nothing to compare: the check stays skipped
    scoring_set(scoring_find(j->grading, "deterministic"), verdict, used > 0 ? message : "");
}

static void mark_running(struct journey *j)
{
    struct check *check = scoring_find(j->grading, "runs");
    const struct failure *first = NULL;
    size_t ran = 0;
    for (size_t i = 0; i < j->case_count; i++) {
        if (j->runs[i].failure.verdict == VERDICT_CORRECT)
            ran++;
        else if (first == NULL)
            first = &j->runs[i].failure;
    }
    if (check == NULL)
        return;
    scoring_set(check, first == NULL ? VERDICT_CORRECT : first->verdict,
                first == NULL ? "" : first->message);
    if (first == NULL || ran == 0)
        return;
    check->verdict = VERDICT_PARTLY_CORRECT;
    check->points = check->maximum * (milli_points)ran / (milli_points)j->case_count;
}

static int mark(struct journey *j, struct error *error)
{
    uint64_t start = clock_monotonic_ns();
    int status = 0;
    say_progress(j, "marking");
    for (size_t i = 0; i < j->case_count && status == 0;) {
        const struct task *task = j->cases[i].task;
        const struct case_run *runs[RUBRIC_CASES_MAX];
        for (unsigned c = 0; c < task->cases; c++)
            runs[c] = &j->runs[i + c];
        status = scoring_task(j->rubric, &j->case_list[i], runs, task->cases, second_run(j, task),
                              scoring_find(j->grading, task->name), error);
        i += task->cases;
    }
    mark_running(j);
    mark_reproducibility(j);
    j->grading->measured.marking_ns = clock_monotonic_ns() - start;
    return status;
}

/* ---- 8. the case study --------------------------------------------------------------------- */

static int mark_case_study(struct journey *j, struct error *error)
{
    char path[FILE_PATH_MAX], problem[MESSAGE_MAX];
    const char *report = j->manifest.report[0] == '\0' ? "REPORT.md" : j->manifest.report;
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    struct error unreadable = ERROR_INIT;
    struct case_study_facts facts = {0};
    rubric_say(j->rubric, problem, sizeof problem, "report_missing", "file", report, NULL);
    int status = file_join(path, j->tree, report, error);
    if (status != 0)
        return status;
    if (file_read(path, CASE_STUDY_BYTES_MAX, &text, &size, &unreadable) != 0 || size == 0) {
        scoring_case_study(j->rubric, NULL, problem, j->grading);
        return 0;
    }
    status = case_study_read(report, text, size, &facts, &unreadable);
    if (status == ERROR_BUG)
        return error_set(error, ERROR_BUG, "%s", unreadable.message);
    scoring_case_study(j->rubric, status == 0 ? &facts : NULL, unreadable.message, j->grading);
    case_study_release(&facts);
    return 0;
}

/* ---- the road ------------------------------------------------------------------------------ */

/* A submission that cannot go on keeps what it has earned so far; every check that was not reached
 * names the step that failed. */
static int end_early(struct journey *j, enum grading_outcome outcome, const char *message,
                     const char *step)
{
    char why[MESSAGE_MAX];
    j->grading->outcome = outcome;
    snprintf(j->grading->message, sizeof j->grading->message, "%s", message);
    rubric_say(j->rubric, why, sizeof why, "not_run", "step", step, NULL);
    scoring_explain_skipped(j->grading, why);
    return 0;
}

/* What the learner handed in cannot be used: that is a result, not an error. */
static int unusable_or_error(struct journey *j, int status, enum grading_outcome outcome,
                             const char *step, struct error *error)
{
    char message[MESSAGE_MAX];
    if (status != ERROR_SUBMISSION)
        return status;
    const char *key = outcome == GRADING_NOT_FETCHED ? "not_fetched" : "malformed_submission";
    rubric_say(j->rubric, message, sizeof message, key, "detail", error->message, NULL);
    status = scoring_prepare(j->rubric, NULL, j->grading, error);
    return status != 0 ? status : end_early(j, outcome, message, step);
}

static int travel(struct journey *j, struct error *error)
{
    struct failure failure;
    int status = take_in(j, error);
    if (status != 0)
        return unusable_or_error(j, status, GRADING_NOT_FETCHED, "taking in the repository", error);
    status = read_manifest(j, error);
    if (status != 0)
        return unusable_or_error(j, status, GRADING_NOT_RUNNABLE, "reading submission.json", error);
    status = scoring_prepare(j->rubric, j->project, j->grading, error);
    if (status == 0)
        status = mark_case_study(j, error);
    if (status == 0)
        status = build(j, &failure, error);
    if (status == 0 && failure.verdict != VERDICT_CORRECT)
        return end_early(j, GRADING_NOT_RUNNABLE, failure.message, "the build");
    if (status == 0)
        status = make_cases(j, error);
    if (status == 0)
        status = run(j, error);
    return status != 0 ? status : mark(j, error);
}

static void unpack(struct journey *j)
{
    struct error ignored = ERROR_INIT;
    case_runs_release(j->runs, j->case_count);
    case_runs_release(j->again, j->case_count);
    for (size_t i = 0; i < j->case_count; i++)
        test_case_release(&j->cases[i]);
    free(j->cases);
    free(j->case_list);
    free(j->runs);
    free(j->again);
    manifest_release(&j->manifest);
    rubric_free(j->rubric);
    if (j->scratch[0] != '\0' && getenv("GRADER_KEEP") == NULL)
        (void)file_remove_tree(j->scratch, &ignored);
}

int grade_submission(const struct grade_request *request, struct grading *grading,
                     struct error *error)
{
    uint64_t start = clock_monotonic_ns();
    *grading = (struct grading){0};
    struct journey journey = {.request = request, .grading = grading};
    int status = prepare(&journey, error);
    if (status == 0)
        status = travel(&journey, error);
    if (status == 0)
        scoring_total(journey.rubric, grading);
    unpack(&journey);
    grading->measured.total_ns = clock_monotonic_ns() - start;
    if (status != 0)
        grading_release(grading);
    return status;
}

int grade_identity(const struct grade_request *request, char *text, size_t size,
                   struct error *error)
{
    char directory[FILE_PATH_MAX];
    struct rubric *rubric = NULL;
    struct seed_key key;
    int status = installation_rubric(request->rubric, directory, error);
    if (status == 0)
        status = rubric_load(directory, &rubric, error);
    if (status == 0)
        status = load_key(request, &key, error);
    if (status == 0)
        status = write_identity(request, rubric, &key, text, size, error);
    rubric_free(rubric);
    return status;
}
