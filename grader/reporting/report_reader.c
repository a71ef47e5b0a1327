/*
 * JSON -> struct report_view. Reading is sticky: the first fault is kept in the reader and every
 * later getter returns a harmless value, so the code below lists members instead of statuses.
 */
#include "grader/reporting/report_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "grader/json/json_document.h"
#include "grader/reporting/feedback.h"
#include "grader/reporting/report.h"

/* Whole numbers that a double holds exactly; the getters accept nothing beyond. */
static const int64_t whole_max = (INT64_C(1) << 53) - 1;

struct reader {
    struct error *error;
    int status;
};

/* ---- members ------------------------------------------------------------------------------- */

static const char *get_text(struct reader *reader, const struct json_place *parent, const char *key)
{
    const char *value = "";
    if (reader->status == 0)
        reader->status = json_get_string(parent, key, &value, reader->error);
    return value;
}

static bool is_null(const struct json_place *parent, const char *key)
{
    return cJSON_IsNull(json_place_member(parent, key).node) != 0;
}

static const char *get_text_or_null(struct reader *reader, const struct json_place *parent,
                                    const char *key)
{
    return is_null(parent, key) ? NULL : get_text(reader, parent, key);
}

static int64_t get_whole(struct reader *reader, const struct json_place *parent, const char *key,
                         int64_t lowest)
{
    int64_t value = lowest;
    if (reader->status == 0)
        reader->status = json_get_integer(parent, key, lowest, whole_max, &value, reader->error);
    return value;
}

/* A number, or one of the words that stand for the numbers JSON does not have. */
static double get_real(struct reader *reader, const struct json_place *parent, const char *key)
{
    struct json_place place = json_place_member(parent, key);
    if (reader->status != 0)
        return 0.0;
    if (cJSON_IsNumber(place.node))
        return place.node->valuedouble;
    const char *word = cJSON_IsString(place.node) ? place.node->valuestring : "";
    if (strcmp(word, "NaN") == 0)
        return (double)NAN;
    if (strcmp(word, "Infinity") == 0)
        return (double)INFINITY;
    if (strcmp(word, "-Infinity") == 0)
        return (double)-INFINITY;
    reader->status = json_place_error(&place, reader->error,
                                      "%sexpected a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
                                      place.node == NULL ? "missing; " : "");
    return 0.0;
}

/* A word of a fixed vocabulary, as its enum. */
static int get_word(struct reader *reader, const struct json_place *parent, const char *key,
                    int (*by_name)(const char *))
{
    const char *word = get_text(reader, parent, key);
    int value = reader->status == 0 ? by_name(word) : 0;
    if (value >= 0)
        return value;
    struct json_place place = json_place_member(parent, key);
    reader->status = json_place_error(&place, reader->error,
                                      "\"%.40s\" is no word of this report "
                                      "version",
                                      word);
    return 0;
}

static struct json_place get_object(struct reader *reader, const struct json_place *parent,
                                    const char *key)
{
    struct json_place value = json_place_member(parent, key);
    if (reader->status == 0)
        reader->status = json_get_object(parent, key, &value, reader->error);
    return value;
}

/* ---- arrays -------------------------------------------------------------------------------- */

/* Items are visited by their links, because asking cJSON for the i-th walks there every time. */
struct walk {
    struct json_place array, item;
};

/* Finds the array; false when there is nothing to visit. */
static bool start_walk(struct reader *reader, const struct json_place *parent, const char *key,
                       struct walk *walk)
{
    walk->array = json_place_member(parent, key);
    if (reader->status == 0)
        reader->status = json_get_array(parent, key, &walk->array, reader->error);
    walk->item = (struct json_place){
        .parent = &walk->array, .index = -1, .file = walk->array.file, .kind = walk->array.kind};
    return reader->status == 0 && walk->array.node->child != NULL;
}

/* The same with one zeroed element per item; NULL when there is nothing to do. */
static void *get_array(struct reader *reader, const struct json_place *parent, const char *key,
                       size_t element_size, struct walk *walk)
{
    if (!start_walk(reader, parent, key, walk))
        return NULL;
    void *elements = calloc((size_t)cJSON_GetArraySize(walk->array.node), element_size);
    if (elements == NULL)
        reader->status = error_memory(reader->error);
    return elements;
}

static bool next_item(struct reader *reader, struct walk *walk)
{
    if (reader->status != 0)
        return false;
    walk->item.node = walk->item.node == NULL ? walk->array.node->child : walk->item.node->next;
    walk->item.index++;
    return walk->item.node != NULL;
}

static int expect(struct reader *reader, const struct json_place *place, bool good,
                  const char *expected)
{
    if (reader->status == 0 && !good)
        reader->status = json_place_error(place, reader->error, "expected %s", expected);
    return reader->status;
}

static void read_texts(struct reader *reader, const struct json_place *parent, const char *key,
                       struct view_texts *texts)
{
    struct walk walk;
    texts->items = get_array(reader, parent, key, sizeof *texts->items, &walk);
    while (texts->items != NULL && next_item(reader, &walk))
        if (expect(reader, &walk.item, cJSON_IsString(walk.item.node) != 0, "a string") == 0)
            texts->items[texts->count++] = walk.item.node->valuestring;
}

static void read_shape(struct reader *reader, const struct json_place *parent, const char *key,
                       int64_t shape[2])
{
    struct walk walk;
    int count = 0;
    bool any = start_walk(reader, parent, key, &walk);
    while (any && next_item(reader, &walk)) {
        double value = cJSON_IsNumber(walk.item.node) ? walk.item.node->valuedouble : -1.0;
        bool whole = value >= 0.0 && value <= (double)whole_max && value == floor(value);
        if (expect(reader, &walk.item, whole && count < 2, "two whole numbers in all") == 0)
            shape[count++] = (int64_t)value;
    }
    expect(reader, &walk.array, count == 2, "two whole numbers");
}

/* ---- the parts, from the inside out -------------------------------------------------------- */

static void read_score(struct reader *reader, const struct json_place *place,
                       struct view_score *score)
{
    score->points = get_whole(reader, place, "points", 0);
    score->maximum = get_whole(reader, place, "maximum", 0);
    score->pending = get_whole(reader, place, "pending", 0);
}

static void read_worst(struct reader *reader, const struct json_place *place,
                       struct view_comparison *comparison)
{
    comparison->has_worst = true;
    comparison->worst_row = get_whole(reader, place, "row", 1);
    comparison->worst_column = get_whole(reader, place, "column", 1);
    comparison->has_values = json_has(place, "got") || json_has(place, "expected");
    if (!comparison->has_values)
        return;
    comparison->got = get_real(reader, place, "got");
    comparison->expected = get_real(reader, place, "expected");
}

static void read_comparison(struct reader *reader, const struct json_place *item,
                            struct view_evidence *evidence)
{
    if (is_null(item, "comparison"))
        return;
    struct view_comparison *comparison = &evidence->comparison;
    struct json_place place = get_object(reader, item, "comparison");
    evidence->compared = true;
    comparison->error_in_tolerances = get_real(reader, &place, "error_in_tolerances");
    comparison->digits = get_real(reader, &place, "digits");
    comparison->norm_ratio = get_real(reader, &place, "norm_ratio");
    comparison->cosine = get_real(reader, &place, "cosine");
    if (is_null(&place, "worst"))
        return;
    struct json_place worst = get_object(reader, &place, "worst");
    read_worst(reader, &worst, comparison);
}

static void read_one_evidence(struct reader *reader, const struct json_place *item,
                              struct view_evidence *evidence)
{
    evidence->output = get_text(reader, item, "output");
    evidence->case_number = get_whole(reader, item, "case", 0);
    evidence->verdict = (enum verdict)get_word(reader, item, "verdict", verdict_by_name);
    evidence->rung = (enum rung)get_word(reader, item, "rung", rung_by_name);
    read_texts(reader, item, "misconceptions", &evidence->misconceptions);
    evidence->message = get_text(reader, item, "message");
    read_shape(reader, item, "shape", evidence->shape);
    read_shape(reader, item, "expected_shape", evidence->expected_shape);
    read_comparison(reader, item, evidence);
}

static void read_check(struct reader *reader, const struct json_place *item,
                       struct view_check *check)
{
    check->name = get_text(reader, item, "check");
    check->title = get_text(reader, item, "title");
    check->module = is_null(item, "module") ? 0 : get_whole(reader, item, "module", 1);
    check->topic = get_text_or_null(reader, item, "topic");
    check->verdict = (enum verdict)get_word(reader, item, "verdict", verdict_by_name);
    read_score(reader, item, &check->score);
    check->expected = get_text(reader, item, "expected");
    check->message = get_text(reader, item, "message");
    read_texts(reader, item, "misconceptions", &check->misconceptions);
    struct walk walk;
    check->evidence = get_array(reader, item, "evidence", sizeof *check->evidence, &walk);
    while (check->evidence != NULL && next_item(reader, &walk))
        read_one_evidence(reader, &walk.item, &check->evidence[check->evidence_count++]);
}

static void read_criterion(struct reader *reader, const struct json_place *item,
                           struct view_criterion *criterion)
{
    criterion->name = get_text(reader, item, "criterion");
    criterion->title = get_text(reader, item, "title");
    criterion->requirement = get_text(reader, item, "requirement");
    read_score(reader, item, &criterion->score);
    struct walk walk;
    criterion->checks = get_array(reader, item, "checks", sizeof *criterion->checks, &walk);
    while (criterion->checks != NULL && next_item(reader, &walk))
        read_check(reader, &walk.item, &criterion->checks[criterion->check_count++]);
}

static const char *read_stream(struct reader *reader, const struct json_place *run, const char *key)
{
    if (is_null(run, key))
        return NULL;
    struct json_place stream = get_object(reader, run, key);
    return get_text(reader, &stream, "text");
}

static void read_run(struct reader *reader, const struct json_place *item, struct view_run *run)
{
    run->step = get_text(reader, item, "step");
    run->outcome = get_text(reader, item, "outcome");
    run->exit_code = get_whole(reader, item, "exit_code", -whole_max);
    run->signal = get_whole(reader, item, "signal", -whole_max);
    struct json_place usage = get_object(reader, item, "usage");
    run->cpu_time_ns = get_whole(reader, &usage, "cpu_time_ns", 0);
    run->wall_time_ns = get_whole(reader, &usage, "wall_time_ns", 0);
    run->peak_memory_bytes = get_whole(reader, &usage, "peak_memory_bytes", 0);
    struct json_place limits = get_object(reader, item, "limits");
    run->cpu_time_limit_ms = get_whole(reader, &limits, "cpu_time_ms", 0);
    run->wall_time_limit_ms = get_whole(reader, &limits, "wall_time_ms", 0);
    run->memory_limit_bytes = get_whole(reader, &limits, "memory_bytes", 0);
    run->output = read_stream(reader, item, "standard_output");
    run->errors = read_stream(reader, item, "standard_error");
    run->denials = get_text(reader, item, "denials");
}

static void read_measured(struct reader *reader, const struct json_place *root,
                          struct report_view *view)
{
    struct json_place measured = get_object(reader, root, "measured");
    struct json_place durations = get_object(reader, &measured, "durations_ns");
    view->intake_ns = get_whole(reader, &durations, "intake", 0);
    view->build_ns = get_whole(reader, &durations, "build", 0);
    view->run_ns = get_whole(reader, &durations, "run", 0);
    view->marking_ns = get_whole(reader, &durations, "marking", 0);
    view->total_ns = get_whole(reader, &durations, "total", 0);
    struct walk walk;
    view->runs = get_array(reader, &measured, "runs", sizeof *view->runs, &walk);
    while (view->runs != NULL && next_item(reader, &walk))
        read_run(reader, &walk.item, &view->runs[view->run_count++]);
}

static void read_submission(struct reader *reader, const struct json_place *root,
                            struct report_view *view)
{
    struct json_place place = get_object(reader, root, "submission");
    view->learner = get_text_or_null(reader, &place, "learner");
    view->project = get_text_or_null(reader, &place, "project");
    view->project_title = get_text_or_null(reader, &place, "project_title");
    view->repository_given = get_text(reader, &place, "repository_given");
    view->ref_given = get_text_or_null(reader, &place, "ref_given");
    view->origin = get_text_or_null(reader, &place, "origin");
    view->commit = get_text_or_null(reader, &place, "commit");
    view->content = get_text_or_null(reader, &place, "content");
    struct walk walk;
    view->findings = get_array(reader, &place, "findings", sizeof *view->findings, &walk);
    while (view->findings != NULL && next_item(reader, &walk)) {
        struct view_finding *finding = &view->findings[view->finding_count++];
        finding->kind = get_text(reader, &walk.item, "kind");
        finding->path = get_text(reader, &walk.item, "path");
        finding->message = get_text(reader, &walk.item, "message");
    }
    view->findings_dropped = get_whole(reader, &place, "findings_dropped", 0);
}

static void read_header(struct reader *reader, const struct json_place *root,
                        struct report_view *view)
{
    struct json_place schema = json_place_member(root, "schema");
    const char *name = get_text(reader, root, "schema");
    expect(reader, &schema, strcmp(name, "grader-report") == 0, "\"grader-report\"");
    struct json_place version = json_place_member(root, "schema_version");
    int64_t number = get_whole(reader, root, "schema_version", 0);
    if (reader->status == 0 && number != REPORT_SCHEMA_VERSION)
        reader->status = json_place_error(&version, reader->error,
                                          "this grader reads reports of version %d, not %lld",
                                          REPORT_SCHEMA_VERSION, (long long)number);
    (void)get_text(reader, root, "identity");
    struct json_place grader = get_object(reader, root, "grader");
    view->grader_version = get_text(reader, &grader, "version");
    struct json_place rubric = get_object(reader, root, "rubric");
    view->rubric = get_text(reader, &rubric, "rubric");
    view->rubric_title = get_text(reader, &rubric, "title");
    view->rubric_version = get_text(reader, &rubric, "version");
}

static void read_report(struct reader *reader, const struct json_place *root,
                        struct report_view *view)
{
    expect(reader, root, cJSON_IsObject(root->node) != 0, "an object: a report of grader");
    read_header(reader, root, view);
    read_submission(reader, root, view);
    (void)get_word(reader, root, "feedback", feedback_by_name);
    view->feedback = get_text(reader, root, "feedback");
    view->outcome =
        (enum grading_outcome)get_word(reader, root, "outcome", grading_outcome_by_name);
    view->message = get_text(reader, root, "message");
    struct json_place score = get_object(reader, root, "score");
    read_score(reader, &score, &view->score);
    struct walk walk;
    view->criteria = get_array(reader, root, "criteria", sizeof *view->criteria, &walk);
    while (view->criteria != NULL && next_item(reader, &walk))
        read_criterion(reader, &walk.item, &view->criteria[view->criterion_count++]);
    read_measured(reader, root, view);
}

int report_read(struct report_view *view, const char *json, size_t size, const char *file,
                struct error *error)
{
    memset(view, 0, sizeof *view);
    struct reader reader = {error, 0};
    reader.status = json_parse(json, size, file, ERROR_USAGE, &view->document, error);
    if (reader.status != 0)
        return reader.status;
    struct json_place root = json_place_root(view->document, file, ERROR_USAGE);
    read_report(&reader, &root, view);
    if (reader.status != 0)
        report_view_release(view);
    return reader.status;
}

static void release_check(struct view_check *check)
{
    for (size_t i = 0; i < check->evidence_count; i++)
        free(check->evidence[i].misconceptions.items);
    free(check->evidence);
    free(check->misconceptions.items);
}

void report_view_release(struct report_view *view)
{
    for (size_t i = 0; i < view->criterion_count; i++) {
        for (size_t j = 0; j < view->criteria[i].check_count; j++)
            release_check(&view->criteria[i].checks[j]);
        free(view->criteria[i].checks);
    }
    free(view->criteria);
    free(view->findings);
    free(view->runs);
    json_release(&view->document);
    memset(view, 0, sizeof *view);
}
