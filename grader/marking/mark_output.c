#include "grader/marking/mark_output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/marking/compare.h"
#include "grader/marking/mark_metric.h"
#include "grader/marking/mark_relation.h"
#include "grader/marking/mark_variant.h"

/* Everything that the steps of one judgement look at. */
struct subject {
    const struct rubric *rubric;
    const struct test_case *test_case;
    const struct task_output *output;
    const char *name;                 /* of the output */
    const struct ref_array *expected; /* of this case */
    const struct ref_array *tolerance;
    struct ref_array got; /* view of the reading, in the expected orientation */
    struct evidence *evidence;
};

static void conclude(struct subject *s, enum verdict verdict, enum rung rung)
{
    s->evidence->verdict = verdict;
    s->evidence->rung = rung;
}

static char *message_of(struct subject *s)
{
    return s->evidence->message;
}

static void format_count(char *text, size_t value)
{
    snprintf(text, 24, "%zu", value);
}

bool readings_equal(const struct output_reading *a, const struct output_reading *b)
{
    if (a->state != OUTPUT_READ || b->state != OUTPUT_READ)
        return a->state == b->state;
    if (a->array.rows != b->array.rows || a->array.columns != b->array.columns)
        return false;
    for (size_t i = 0; i < ref_array_size(&a->array); i++) {
        double x = a->array.data[i], y = b->array.data[i];
        if (!(x == y || (isnan(x) && isnan(y))))
            return false;
    }
    return true;
}

/* Present and readable? */
static bool judge_reading(struct subject *s, const struct output_reading *reading)
{
    switch (reading->state) {
    case OUTPUT_READ:
        return false;
    case OUTPUT_MISSING:
        conclude(s, VERDICT_MISSING_OUTPUT, RUNG_MISSING);
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "missing_output", "output", s->name,
                   NULL);
        return true;
    case OUTPUT_MALFORMED:
        conclude(s, VERDICT_MALFORMED_OUTPUT, RUNG_MALFORMED);
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "malformed_output", "output", s->name,
                   "detail", reading->message, NULL);
        return true;
    }
    return true;
}

static void name_variants(struct subject *s, const struct ref_variant *const *found, size_t count)
{
    struct evidence *e = s->evidence;
    for (size_t i = 0; i < count && e->misconception_count < EVIDENCE_IDS_MAX; i++)
        snprintf(e->misconceptions[e->misconception_count++], sizeof *e->misconceptions, "%.*s",
                 (int)strcspn(found[i]->id, "/"), found[i]->id);
}

static bool judge_convention(struct subject *s)
{
    const struct task *task = s->test_case->task;
    const struct ref_variant *found[VARIANT_MATCHES_MAX];
    size_t count = mark_find_variants(s->test_case, s->output, &s->got, task->accepted,
                                      task->accepted_count, found);
    if (count == 0)
        return false;
    conclude(s, VERDICT_CORRECT, RUNG_ACCEPTED_CONVENTION);
    name_variants(s, found, 1);
    const char *text = rubric_misconception(s->rubric, found[0]->id);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "accepted_convention", "output", s->name,
               "message", text, NULL);
    return true;
}

static bool judge_misconception(struct subject *s)
{
    const struct task *task = s->test_case->task;
    const struct ref_variant *found[VARIANT_MATCHES_MAX];
    size_t count = mark_find_variants(s->test_case, s->output, &s->got, task->misconceptions,
                                      task->misconception_count, found);
    if (count == 0)
        return false;
    conclude(s, VERDICT_WRONG, RUNG_MISCONCEPTION);
    name_variants(s, found, count);
    const char *first = rubric_misconception(s->rubric, found[0]->id);
    if (count == 1)
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "misconception", "output", s->name,
                   "message", first, NULL);
    else
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "two_misconceptions", "output", s->name,
                   "first", first, "second", rubric_misconception(s->rubric, found[1]->id), NULL);
    return true;
}

/* A trace that is right but starts one step early or late. */
static int trace_shift(const struct subject *s)
{
    const double *got = s->got.data, *expected = s->expected->data;
    size_t have = ref_array_size(&s->got), want = ref_array_size(s->expected);
    for (int shift = -1; shift <= 1; shift++) {
        bool same = have >= 3 && want >= 3;
        size_t compared = 0;
        for (size_t i = 0; i < have && same; i++) {
            size_t at = i + (size_t)(shift + 1);
            if (at < 1 || at - 1 >= want)
                continue;
            same = fabs(got[i] - expected[at - 1]) <= s->tolerance->data[at - 1];
            compared++;
        }
        bool longest = shift == 0 && have == want; // that is no shift at all
        if (same && !longest && compared + 1 >= (have < want ? have : want))
            return shift == 0 ? 2 : shift;
    }
    return 0;
}

static bool judge_shifted_trace(struct subject *s)
{
    if (s->output->compare != COMPARE_TRACE)
        return false;
    bool vectors = (s->got.rows == 1 || s->got.columns == 1) && s->expected->columns == 1;
    int shift = vectors ? trace_shift(s) : 0;
    if (shift == 0)
        return false;
    char have[24], want[24];
    format_count(have, ref_array_size(&s->got));
    format_count(want, ref_array_size(s->expected));
    const char *direction = shift == 2    ? "cut off or continued at its end"
                            : shift == -1 ? "one step late"
                                          : "one step early";
    conclude(s, VERDICT_WRONG, RUNG_UNEXPLAINED);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "shifted_trace", "output", s->name, "shift",
               direction, "rows", have, "expected_rows", want, NULL);
    return true;
}

static void judge_shape(struct subject *s)
{
    if (judge_misconception(s) || judge_shifted_trace(s))
        return;
    char rows[24], columns[24], expected_rows[24], expected_columns[24];
    format_count(rows, s->got.rows);
    format_count(columns, s->got.columns);
    format_count(expected_rows, s->expected->rows);
    format_count(expected_columns, s->expected->columns);
    conclude(s, VERDICT_WRONG, RUNG_SHAPE);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "wrong_shape", "output", s->name, "rows",
               rows, "columns", columns, "expected_rows", expected_rows, "expected_columns",
               expected_columns, NULL);
}

static bool judge_finite(struct subject *s)
{
    for (size_t i = 0; i < ref_array_size(&s->got); i++) {
        if (isfinite(s->got.data[i]))
            continue;
        char row[24], column[24];
        format_count(row, i / s->got.columns + 1);
        format_count(column, i % s->got.columns + 1);
        conclude(s, VERDICT_WRONG, RUNG_NOT_FINITE);
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "not_finite", "output", s->name, "row",
                   row, "column", column, "got",
                   isnan(s->got.data[i]) ? "NaN (not a number)" : "infinity", NULL);
        return true;
    }
    return false;
}

/* Non-negative and summing to one, when the task calls it a distribution. */
static bool breaks_distribution(struct subject *s)
{
    double sum = 0.0;
    char text[32], row[24];
    for (size_t i = 0; i < ref_array_size(&s->got); i++) {
        if (s->got.data[i] < -s->tolerance->data[i]) {
            format_count(row, i + 1);
            rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "negative_probability", "output",
                       s->name, "row", row, "column", "1", NULL);
            return true;
        }
        sum += s->got.data[i];
    }
    if (fabs(sum - 1.0) <= 1e-4)
        return false;
    snprintf(text, sizeof text, "%.6g", sum);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "not_a_distribution", "output", s->name,
               "sum", text, NULL);
    return true;
}

static void record_comparison(struct subject *s, const struct comparison *c)
{
    struct evidence *e = s->evidence;
    e->compared = true;
    e->worst_row = c->worst_row + 1;
    e->worst_column = c->worst_column + 1;
    e->worst_got = c->worst_got;
    e->worst_expected = c->worst_expected;
    e->error_in_tolerances = c->ratio;
    e->digits = digits_of(c->relative);
    e->norm_ratio = c->norm_ratio;
    e->cosine = c->cosine;
}

static bool judge_value(struct subject *s, struct comparison *c)
{
    compare_arrays(s->output->compare, &s->got, s->expected, s->tolerance, 1.0, c);
    record_comparison(s, c);
    if (!c->within)
        return false;
    conclude(s, VERDICT_CORRECT,
             c->flipped ? RUNG_EQUIVALENT
             : c->equal ? RUNG_EQUAL
                        : RUNG_WITHIN_TOLERANCE);
    return true;
}

/* Four digits or more agree, yet fewer than the problem allows: the formula is right. */
static bool judge_degraded(struct subject *s, const struct comparison *c)
{
    if (!(c->relative < 1e-4))
        return false;
    double allowed = ref_array_max_abs(s->tolerance) / ref_array_max_abs(s->expected);
    char digits[24], wanted[24];
    snprintf(digits, sizeof digits, "%.1f", digits_of(c->relative));
    snprintf(wanted, sizeof wanted, "%.1f", digits_of(allowed));
    conclude(s, VERDICT_WRONG, RUNG_DEGRADED);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "degraded", "output", s->name, "digits",
               digits, "expected_digits", wanted, NULL);
    return true;
}

static bool judge_relation(struct subject *s)
{
    struct relation relation;
    mark_relation(s->test_case, s->output, &s->got, &relation);
    if (!relation.scaled && !relation.offset)
        return false;
    conclude(s, VERDICT_WRONG, RUNG_SCALED);
    char shift[32];
    snprintf(shift, sizeof shift, "%.6g", relation.shift);
    if (relation.scaled)
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "scaled", "output", s->name, "factor",
                   relation.factor_name, NULL);
    else
        rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "offset", "output", s->name, "offset",
                   shift, NULL);
    return true;
}

static void judge_unexplained(struct subject *s, const struct comparison *c)
{
    char row[24], column[24], ratio[32], digits[24];
    format_count(row, c->worst_row + 1);
    format_count(column, c->worst_column + 1);
    snprintf(ratio, sizeof ratio, "%.3g", c->ratio);
    snprintf(digits, sizeof digits, "%.1f", digits_of(c->relative));
    conclude(s, VERDICT_WRONG, RUNG_UNEXPLAINED);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "unexplained", "output", s->name, "row", row,
               "column", column, "ratio", ratio, "digits", digits, NULL);
}

static void judge_numbers(struct subject *s)
{
    struct comparison comparison;
    if (judge_finite(s) || judge_value(s, &comparison) || judge_convention(s) ||
        judge_misconception(s))
        return;
    if (s->output->compare == COMPARE_DISTRIBUTION && breaks_distribution(s)) {
        conclude(s, VERDICT_WRONG, RUNG_INVARIANT);
        return;
    }
    if (judge_shifted_trace(s) || judge_degraded(s, &comparison) || judge_relation(s))
        return;
    judge_unexplained(s, &comparison);
}

static void judge_deterministic(struct subject *s, const struct output_reading *first,
                                const struct output_reading *again)
{
    if (again == NULL || readings_equal(first, again)) {
        conclude(s, VERDICT_CORRECT, RUNG_EQUAL);
        return;
    }
    conclude(s, VERDICT_NONDETERMINISTIC, RUNG_UNEXPLAINED);
    rubric_say(s->rubric, message_of(s), MESSAGE_MAX, "nondeterministic", "output", s->name, NULL);
}

/* Predictions that are too poor may still have a name. */
static void judge_metric(struct subject *s)
{
    mark_metric(s->rubric, s->test_case, s->output, &s->got, s->evidence);
    if (s->evidence->verdict == VERDICT_WRONG && s->evidence->rung != RUNG_NOT_FINITE)
        (void)judge_misconception(s);
}

void mark_output(const struct rubric *rubric, const struct test_case *test_case, size_t index,
                 const struct output_reading *reading, const struct output_reading *again,
                 struct evidence *evidence)
{
    const struct task_output *output = &test_case->task->outputs[index];
    struct subject s = {.rubric = rubric,
                        .test_case = test_case,
                        .output = output,
                        .name = test_case->task->operation->outputs[output->index].name,
                        .expected = &test_case->expected[output->index],
                        .tolerance = &test_case->tolerance[output->index],
                        .evidence = evidence};
    *evidence = (struct evidence){.case_number = test_case->number,
                                  .expected_rows = s.expected->rows,
                                  .expected_columns = s.expected->columns};
    snprintf(evidence->output, sizeof evidence->output, "%s", s.name);
    if (judge_reading(&s, reading))
        return;
    evidence->rows = reading->array.rows;
    evidence->columns = reading->array.columns;
    s.got = mark_oriented(&reading->array, s.expected->rows, s.expected->columns);
    bool same_shape = s.got.rows == s.expected->rows && s.got.columns == s.expected->columns;
    if (output->compare == COMPARE_DETERMINISTIC)
        judge_deterministic(&s, reading, again);
    else if (!same_shape)
        judge_shape(&s);
    else if (output->compare == COMPARE_METRIC)
        judge_metric(&s);
    else
        judge_numbers(&s);
}
