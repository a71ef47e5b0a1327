/*
 * struct grading -> JSON, member by member in the order of rubrics/schemas/report.schema.json.
 *
 * Building is sticky like struct buffer: after a failed allocation the writer does nothing more and
 * report_write_json() asks once at the end. Every text is escaped to printable UTF-8 again here:
 * a fixed-size array may have been cut in the middle of a character, and our own strict reader
 * would refuse the whole report for it.
 */
#include "grader/reporting/report.h"

#include <string.h>
#include "grader/json/json_document.h"
#include "grader/reporting/feedback.h"
#include "grader/grading/points.h"

/* Integers up to here survive a reader that keeps numbers as doubles. */
static const uint64_t whole_max = (UINT64_C(1) << 53) - 1;

struct writer {
    const struct grading *grading;
    enum feedback feedback;
    bool failed;
};

static cJSON *keep(struct writer *writer, cJSON *item)
{
    if (item == NULL)
        writer->failed = true;
    return item;
}

/* Adds the item under a key, or to an array when the key is NULL; takes ownership either way. */
static cJSON *attach(struct writer *writer, cJSON *parent, const char *key, cJSON *item)
{
    if (keep(writer, item) == NULL)
        return NULL;
    bool added = parent != NULL && (key == NULL ? cJSON_AddItemToArray(parent, item)
                                                : cJSON_AddItemToObject(parent, key, item));
    if (added)
        return item;
    writer->failed = true;
    cJSON_Delete(item);
    return NULL;
}

static cJSON *put_object(struct writer *writer, cJSON *parent, const char *key)
{
    return attach(writer, parent, key, cJSON_CreateObject());
}

static cJSON *put_array(struct writer *writer, cJSON *parent, const char *key)
{
    return attach(writer, parent, key, cJSON_CreateArray());
}

static void put_null(struct writer *writer, cJSON *parent, const char *key)
{
    attach(writer, parent, key, cJSON_CreateNull());
}

static void put_bool(struct writer *writer, cJSON *parent, const char *key, bool value)
{
    attach(writer, parent, key, cJSON_CreateBool(value));
}

static void put_text(struct writer *writer, cJSON *parent, const char *key, const char *text)
{
    AUTO_BUFFER struct buffer escaped = BUFFER_INIT(REPORT_BYTES_MAX);
    buffer_append_escaped(&escaped, text, strlen(text), true);
    if (buffer_failed(&escaped))
        writer->failed = true;
    else
        attach(writer, parent, key, cJSON_CreateString(buffer_text(&escaped)));
}

/* "" means unknown in struct grading; the report says null. */
static void put_text_or_null(struct writer *writer, cJSON *parent, const char *key,
                             const char *text)
{
    if (text[0] == '\0')
        put_null(writer, parent, key);
    else
        put_text(writer, parent, key, text);
}

static void put_whole(struct writer *writer, cJSON *parent, const char *key, int64_t value)
{
    if (parent == NULL)
        writer->failed = true;
    else
        keep(writer, json_add_whole(parent, key, value));
}

static void put_size(struct writer *writer, cJSON *parent, const char *key, uint64_t value)
{
    put_whole(writer, parent, key, (int64_t)(value < whole_max ? value : whole_max));
}

static void put_real(struct writer *writer, cJSON *parent, const char *key, double value)
{
    if (parent == NULL)
        writer->failed = true;
    else
        keep(writer, json_add_real(parent, key, feedback_number(writer->feedback, value)));
}

static void put_shape(struct writer *writer, cJSON *parent, const char *key, size_t rows,
                      size_t columns)
{
    cJSON *shape = put_array(writer, parent, key);
    attach(writer, shape, NULL, cJSON_CreateNumber((double)rows));
    attach(writer, shape, NULL, cJSON_CreateNumber((double)columns));
}

static void put_points(struct writer *writer, cJSON *object, milli_points points,
                       milli_points maximum, milli_points pending)
{
    put_whole(writer, object, "points", points);
    put_whole(writer, object, "maximum", maximum);
    put_whole(writer, object, "pending", pending);
}

static void put_misconceptions(struct writer *writer, cJSON *parent, const char ids[][24],
                               size_t count)
{
    cJSON *array = put_array(writer, parent, "misconceptions");
    if (writer->feedback == FEEDBACK_VERDICT)
        return;
    for (size_t i = 0; i < count && i < EVIDENCE_IDS_MAX; i++)
        put_text(writer, array, NULL, ids[i]);
}

static void put_worst(struct writer *writer, cJSON *comparison, const struct evidence *evidence)
{
    if (evidence->worst_row == 0) {
        put_null(writer, comparison, "worst");
        return;
    }
    cJSON *worst = put_object(writer, comparison, "worst");
    put_size(writer, worst, "row", evidence->worst_row);
    put_size(writer, worst, "column", evidence->worst_column);
    if (writer->feedback >= FEEDBACK_VALUES) {
        put_real(writer, worst, "got", evidence->worst_got);
        put_real(writer, worst, "expected", evidence->worst_expected);
    }
}

static void put_comparison(struct writer *writer, cJSON *parent, const struct evidence *evidence)
{
    if (!evidence->compared) {
        put_null(writer, parent, "comparison");
        return;
    }
    cJSON *comparison = put_object(writer, parent, "comparison");
    put_real(writer, comparison, "error_in_tolerances", evidence->error_in_tolerances);
    put_real(writer, comparison, "digits", evidence->digits);
    put_real(writer, comparison, "norm_ratio", evidence->norm_ratio);
    put_real(writer, comparison, "cosine", evidence->cosine);
    put_worst(writer, comparison, evidence);
}

static void put_evidence(struct writer *writer, cJSON *array, const struct evidence *evidence)
{
    cJSON *item = put_object(writer, array, NULL);
    put_text(writer, item, "output", evidence->output);
    put_whole(writer, item, "case", evidence->case_number);
    put_text(writer, item, "verdict", verdict_name(evidence->verdict));
    put_text(writer, item, "rung", rung_name(evidence->rung));
    put_misconceptions(writer, item, evidence->misconceptions, evidence->misconception_count);
    put_text(writer, item, "message", evidence->message);
    put_shape(writer, item, "shape", evidence->rows, evidence->columns);
    put_shape(writer, item, "expected_shape", evidence->expected_rows, evidence->expected_columns);
    put_comparison(writer, item, evidence);
}

/* A number, a list, or a list of rows; null when it is too long to be read by anybody. */
static cJSON *array_value(struct writer *writer, const struct ref_array *array)
{
    enum { NUMBERS_MAX = 2000 };
    size_t size = ref_array_size(array);
    if (size > NUMBERS_MAX)
        return cJSON_CreateNull();
    if (size == 1)
        return json_real(array->data[0]);
    cJSON *list = keep(writer, cJSON_CreateArray());
    for (size_t i = 0; i < array->rows; i++) {
        cJSON *row = array->columns == 1 ? list : put_array(writer, list, NULL);
        for (size_t j = 0; j < array->columns; j++)
            attach(writer, row, NULL, json_real(array->data[i * array->columns + j]));
    }
    return list;
}

static void put_inputs(struct writer *writer, cJSON *item, const struct check *check)
{
    if (writer->feedback < FEEDBACK_FULL || check->inputs_case == 0) {
        put_null(writer, item, "inputs");
        return;
    }
    cJSON *inputs = put_object(writer, item, "inputs");
    put_whole(writer, inputs, "case", check->inputs_case);
    cJSON *values = put_object(writer, inputs, "values");
    for (size_t i = 0; i < check->inputs.count; i++)
        attach(writer, values, check->inputs.items[i].name,
               array_value(writer, &check->inputs.items[i].array));
}

static void put_check(struct writer *writer, cJSON *array, const struct check *check)
{
    cJSON *item = put_object(writer, array, NULL);
    put_text(writer, item, "check", check->name);
    put_text(writer, item, "title", check->title);
    if (check->module == 0)
        put_null(writer, item, "module");
    else
        put_whole(writer, item, "module", check->module);
    put_text_or_null(writer, item, "topic", check->topic);
    put_text(writer, item, "verdict", verdict_name(check->verdict));
    put_points(writer, item, check->points, check->maximum, check->pending);
    put_text(writer, item, "expected", check->expected);
    put_text(writer, item, "message", writer->feedback == FEEDBACK_VERDICT ? "" : check->message);
    put_misconceptions(writer, item, check->misconceptions, check->misconception_count);
    put_inputs(writer, item, check);
    cJSON *evidence = put_array(writer, item, "evidence");
    if (writer->feedback == FEEDBACK_VERDICT)
        return;
    for (size_t i = 0; i < check->evidence_count; i++)
        put_evidence(writer, evidence, &check->evidence[i]);
}

static void put_criteria(struct writer *writer, cJSON *root)
{
    const struct grading *grading = writer->grading;
    cJSON *criteria = put_array(writer, root, "criteria");
    for (size_t i = 0; i < grading->criterion_count; i++) {
        const struct criterion_result *criterion = &grading->criteria[i];
        cJSON *item = put_object(writer, criteria, NULL);
        put_text(writer, item, "criterion", criterion->name);
        put_text(writer, item, "title", criterion->title);
        put_text(writer, item, "requirement", criterion->requirement);
        put_points(writer, item, criterion->points, criterion->maximum, criterion->pending);
        cJSON *checks = put_array(writer, item, "checks");
        for (size_t j = 0; j < grading->check_count; j++)
            if (grading->checks[j].criterion == i)
                put_check(writer, checks, &grading->checks[j]);
    }
}

static void put_submission(struct writer *writer, cJSON *root)
{
    const struct grading *grading = writer->grading;
    const struct intake_result *intake = &grading->intake;
    cJSON *submission = put_object(writer, root, "submission");
    put_text_or_null(writer, submission, "learner", grading->learner);
    put_text_or_null(writer, submission, "project", grading->project);
    put_text_or_null(writer, submission, "project_title", grading->project_title);
    put_text(writer, submission, "repository_given", grading->repository_given);
    put_text_or_null(writer, submission, "ref_given", grading->ref_given);
    put_text_or_null(writer, submission, "origin", intake->origin);
    put_text_or_null(writer, submission, "commit", intake->commit);
    put_text_or_null(writer, submission, "content", intake->content);
    cJSON *findings = put_array(writer, submission, "findings");
    for (size_t i = 0; i < intake->finding_count && i < INTAKE_FINDINGS_MAX; i++) {
        cJSON *finding = put_object(writer, findings, NULL);
        put_text(writer, finding, "kind", intake->findings[i].kind);
        put_text(writer, finding, "path", intake->findings[i].path);
        put_text(writer, finding, "message", intake->findings[i].message);
    }
    put_size(writer, submission, "findings_dropped", intake->findings_dropped);
}

static void put_identity(struct writer *writer, cJSON *root)
{
    const struct grading *grading = writer->grading;
    put_text(writer, root, "schema", "grader-report");
    put_whole(writer, root, "schema_version", REPORT_SCHEMA_VERSION);
    put_text(writer, root, "identity", grading->identity);
    put_text(writer, put_object(writer, root, "grader"), "version", grading->grader_version);
    cJSON *rubric = put_object(writer, root, "rubric");
    put_text(writer, rubric, "rubric", grading->rubric);
    put_text(writer, rubric, "title", grading->rubric_title);
    put_text(writer, rubric, "version", grading->rubric_version);
    put_text(writer, rubric, "digest", grading->rubric_digest);
}

static void put_score(struct writer *writer, cJSON *root)
{
    const struct grading *grading = writer->grading;
    char text[SCORE_TEXT_MAX];
    points_score_text(text, grading->points, grading->maximum, grading->pending);
    cJSON *score = put_object(writer, root, "score");
    put_points(writer, score, grading->points, grading->maximum, grading->pending);
    put_text(writer, score, "text", text);
}

/* What the program printed may repeat its inputs: not told where only verdicts are. */
static void put_stream(struct writer *writer, cJSON *run, const char *key, const char *text,
                       uint64_t total)
{
    if (text == NULL || writer->feedback == FEEDBACK_VERDICT) {
        put_null(writer, run, key);
        return;
    }
    cJSON *stream = put_object(writer, run, key);
    put_text(writer, stream, "text", text);
    put_size(writer, stream, "total_bytes", total);
}

static void put_layers(struct writer *writer, cJSON *run, const char *layers)
{
    cJSON *array = put_array(writer, run, "layers");
    while (*(layers += strspn(layers, " ")) != '\0') {
        char name[64];
        size_t length = strcspn(layers, " ");
        size_t kept = length < sizeof name ? length : sizeof name - 1;
        memcpy(name, layers, kept);
        name[kept] = '\0';
        put_text(writer, array, NULL, name);
        layers += length;
    }
}

static void put_run(struct writer *writer, cJSON *array, const struct run_record *record)
{
    cJSON *run = put_object(writer, array, NULL);
    put_text(writer, run, "step", record->step);
    put_text(writer, run, "outcome", record->outcome);
    put_whole(writer, run, "exit_code", record->exit_code);
    put_whole(writer, run, "signal", record->signal);
    cJSON *usage = put_object(writer, run, "usage");
    put_size(writer, usage, "cpu_time_ns", record->cpu_time_ns);
    put_size(writer, usage, "wall_time_ns", record->wall_time_ns);
    put_size(writer, usage, "peak_memory_bytes", record->peak_memory_bytes);
    put_bool(writer, usage, "memory_sampled", record->memory_sampled);
    cJSON *limits = put_object(writer, run, "limits");
    put_size(writer, limits, "cpu_time_ms", record->cpu_time_limit_ms);
    put_size(writer, limits, "wall_time_ms", record->wall_time_limit_ms);
    put_size(writer, limits, "memory_bytes", record->memory_limit_bytes);
    put_stream(writer, run, "standard_output", record->standard_output,
               record->standard_output_total);
    put_stream(writer, run, "standard_error", record->standard_error, record->standard_error_total);
    put_text(writer, run, "denials", record->denials);
    put_layers(writer, run, record->layers);
}

static void put_measured(struct writer *writer, cJSON *root)
{
    const struct measured *measured = &writer->grading->measured;
    cJSON *object = put_object(writer, root, "measured");
    put_text_or_null(writer, object, "started_at", measured->started_at);
    cJSON *durations = put_object(writer, object, "durations_ns");
    put_size(writer, durations, "intake", measured->intake_ns);
    put_size(writer, durations, "build", measured->build_ns);
    put_size(writer, durations, "run", measured->run_ns);
    put_size(writer, durations, "marking", measured->marking_ns);
    put_size(writer, durations, "total", measured->total_ns);
    put_text_or_null(writer, object, "blas_core", measured->blas_core);
    cJSON *runs = put_array(writer, object, "runs");
    for (size_t i = 0; i < measured->run_count; i++)
        put_run(writer, runs, &measured->runs[i]);
}

static void put_report(struct writer *writer, cJSON *root)
{
    const struct grading *grading = writer->grading;
    put_identity(writer, root);
    put_submission(writer, root);
    put_text(writer, put_object(writer, root, "seed"), "key_fingerprint", grading->key_fingerprint);
    put_text(writer, root, "feedback", grading->feedback);
    put_text(writer, root, "outcome", grading_outcome_name(grading->outcome));
    put_text(writer, root, "message", grading->message);
    put_score(writer, root);
    put_criteria(writer, root);
    put_measured(writer, root);
}

int report_write_json(const struct grading *grading, struct buffer *json, struct error *error)
{
    int feedback = feedback_by_name(grading->feedback);
    if (feedback < 0) // telling too much cannot be taken back: an unknown level is no level
        return error_set(error, ERROR_BUG, "report: unknown feedback level \"%s\"",
                         grading->feedback);
    AUTO_JSON cJSON *root = cJSON_CreateObject();
    if (root == NULL)
        return error_memory(error);
    struct writer writer = {grading, (enum feedback)feedback, false};
    put_report(&writer, root);
    if (writer.failed)
        return error_memory(error);
    return json_print(root, json, error);
}
