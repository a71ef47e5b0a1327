#include "assertions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "grader/reporting/report.h"
#include "sample_grading.h"

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    assert_non_null(memory);
    return memory;
}

#define SET(member, ...) snprintf((member), sizeof(member), __VA_ARGS__)

static void set_head(struct grading *g)
{
    SET(g->identity, "grader=0.1.0 rubric=24a21d5e learner=ada");
    SET(g->grader_version, "0.1.0");
    SET(g->rubric, "module6");
    SET(g->rubric_title, "Final project");
    SET(g->rubric_version, "2026.1");
    memset(g->rubric_digest, 'a', 64);
    SET(g->learner, "ada");
    SET(g->repository_given, "https://example.org/ada.git");
    SET(g->key_fingerprint, "0123456789abcdef");
    SET(g->feedback, "full");
    SET(g->intake.origin, "https://example.org/ada.git");
}

static void set_evidence(struct evidence *evidence, unsigned number)
{
    static const double ratios[] = {1.5, NAN, INFINITY, -INFINITY};
    *evidence = (struct evidence){.case_number = number + 1,
                                  .verdict = VERDICT_WRONG,
                                  .rung = RUNG_MISCONCEPTION,
                                  .misconception_count = 1,
                                  .rows = 4,
                                  .columns = 4,
                                  .expected_rows = 4,
                                  .expected_columns = 4,
                                  .compared = true,
                                  .worst_row = 2,
                                  .worst_column = 3,
                                  .worst_got = 0.1234567890123456,
                                  .worst_expected = 0.6543210987654321,
                                  .error_in_tolerances = 123456.78901234567,
                                  .digits = 3.0000000000000004,
                                  .norm_ratio = ratios[number % 4],
                                  .cosine = 0.1 + 0.2};
    SET(evidence->output, "C");
    SET(evidence->misconceptions[0], "PC03");
    SET(evidence->message, "Your covariance matches dividing by n; the task asks for n - 1.");
}

static void set_check(struct check *check, size_t criterion, enum verdict verdict)
{
    *check =
        (struct check){.criterion = criterion, .module = 1, .verdict = verdict, .maximum = 4000};
    SET(check->name, "check-%zu-%d", criterion, (int)verdict);
    SET(check->title, "Check %d of criterion %zu", (int)verdict, criterion);
    SET(check->topic, "matrix operations and properties");
    SET(check->expected, "Divide by n - 1.");
    if (verdict == VERDICT_CORRECT)
        check->points = check->maximum;
    if (verdict == VERDICT_PARTLY_CORRECT)
        check->points = 1500;
    if (verdict == VERDICT_PENDING_MANUAL)
        check->pending = check->maximum;
    if (verdict != VERDICT_WRONG)
        return;
    SET(check->message, "Your covariance matches dividing by n; the task asks for n - 1.");
    SET(check->misconceptions[0], "PC03");
    check->misconception_count = 1;
    check->evidence_count = 4;
    check->evidence = allocate(check->evidence_count, sizeof *check->evidence);
    for (unsigned i = 0; i < check->evidence_count; i++)
        set_evidence(&check->evidence[i], i);
}

static void add_up(struct grading *g, const struct check *check)
{
    struct criterion_result *criterion = &g->criteria[check->criterion];
    criterion->points += check->points;
    criterion->maximum += check->maximum;
    criterion->pending += check->pending;
    g->points += check->points;
    g->maximum += check->maximum;
    g->pending += check->pending;
}

/* The first @p verdicts verdicts in each of @p criteria criteria. */
static void set_criteria(struct grading *g, size_t criteria, size_t verdicts)
{
    g->criterion_count = criteria;
    g->criteria = allocate(g->criterion_count, sizeof *g->criteria);
    g->check_count = criteria * verdicts;
    g->checks = allocate(g->check_count, sizeof *g->checks);
    for (size_t i = 0; i < g->criterion_count; i++) {
        SET(g->criteria[i].name, "criterion-%zu", i);
        SET(g->criteria[i].title, "Criterion number %zu", i);
        SET(g->criteria[i].requirement, "design");
    }
    for (size_t i = 0; i < g->check_count; i++) {
        set_check(&g->checks[i], i / verdicts, (enum verdict)(i % verdicts));
        add_up(g, &g->checks[i]);
    }
}

static char *copy(const char *text)
{
    char *copied = strdup(text);
    assert_non_null(copied);
    return copied;
}

static void set_measured(struct measured *measured)
{
    SET(measured->started_at, "2026-11-22T22:30:00Z");
    SET(measured->blas_core, "Haswell");
    measured->total_ns = 1500000000;
    measured->run_count = 2;
    measured->runs = allocate(measured->run_count, sizeof *measured->runs);
    for (size_t i = 0; i < measured->run_count; i++) {
        struct run_record *run = &measured->runs[i];
        SET(run->step, i == 0 ? "build" : "all cases");
        SET(run->outcome, i == 0 ? "exited" : "signaled");
        run->signal = i == 0 ? 0 : 11;
        run->cpu_time_ns = 1200000000;
        run->peak_memory_bytes = 100 * 1024 * 1024;
        run->cpu_time_limit_ms = 10000;
        SET(run->layers, " user_namespace  syscall_filter ");
    }
    measured->runs[1].standard_output = copy("first line\nsecond line\n");
    measured->runs[1].standard_error = copy("Segmentation fault\n");
    measured->runs[1].standard_output_total = 23;
    measured->runs[1].standard_error_total = 19;
    SET(measured->runs[1].denials, "socket(AF_INET) x3");
}

static void set_graded(struct grading *g, size_t criteria, size_t verdicts)
{
    *g = (struct grading){.outcome = GRADING_GRADED};
    set_head(g);
    SET(g->project, "pca");
    SET(g->project_title, "Principal component analysis");
    SET(g->ref_given, "main");
    memset(g->intake.commit, 'c', 40);
    memset(g->intake.content, 'd', 64);
    g->intake.finding_count = 1;
    SET(g->intake.findings[0].kind, "symlink");
    SET(g->intake.findings[0].path, "data/link");
    SET(g->intake.findings[0].message, "a symbolic link was left out");
    set_criteria(g, criteria, verdicts);
    set_measured(&g->measured);
}

void sample_grading_full(struct grading *g)
{
    set_graded(g, SAMPLE_CRITERIA, VERDICT_COUNT);
}

void sample_grading_small(struct grading *g)
{
    set_graded(g, 1, VERDICT_WRONG + 1);
}

void sample_grading_not_fetched(struct grading *g)
{
    *g = (struct grading){.outcome = GRADING_NOT_FETCHED};
    set_head(g);
    SET(g->message, "the repository is empty");
}

void sample_grading_hostile(struct grading *g, const char *text)
{
    sample_grading_full(g);
    SET(g->learner, "%s", text);
    SET(g->project_title, "%s", text);
    SET(g->repository_given, "%s", text);
    SET(g->ref_given, "%s", text);
    SET(g->intake.origin, "%s", text);
    SET(g->intake.findings[0].path, "%s", text);
    SET(g->intake.findings[0].message, "%s", text);
    for (size_t i = 0; i < g->check_count; i++) {
        SET(g->checks[i].title, "%s", text);
        SET(g->checks[i].message, "%s", text);
        for (size_t j = 0; j < g->checks[i].evidence_count; j++) {
            SET(g->checks[i].evidence[j].output, "%s", text);
            SET(g->checks[i].evidence[j].message, "%s", text);
        }
    }
    for (size_t i = 0; i < g->measured.run_count; i++) {
        struct run_record *run = &g->measured.runs[i];
        SET(run->denials, "%s", text);
        free(run->standard_output);
        free(run->standard_error);
        run->standard_output = copy(text);
        run->standard_error = copy(text);
    }
}

void sample_report(const struct grading *grading, struct buffer *json)
{
    struct error error = ERROR_INIT;
    if (report_write_json(grading, json, &error) != 0)
        fail_msg("no report: %s", error.message);
}
