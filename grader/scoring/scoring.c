#include "grader/scoring/scoring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies text that fits by the rubric's own limits; longer text is cut. */
static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
}

static struct check *add_check(struct grading *grading, size_t criterion, const char *name,
                               const char *title, milli_points points)
{
    struct check *check = &grading->checks[grading->check_count++];
    *check = (struct check){.criterion = criterion, .maximum = points, .verdict = VERDICT_SKIPPED};
    copy(check->name, sizeof check->name, name);
    copy(check->title, sizeof check->title, title);
    return check;
}

static void add_task(struct grading *grading, const struct task *task)
{
    struct check *check =
        add_check(grading, task->criterion, task->name, task->title, task->points);
    check->module = task->module;
    copy(check->topic, sizeof check->topic, task->topic);
    copy(check->expected, sizeof check->expected, task->ask);
}

static void add_manual(const struct rubric *rubric, struct grading *grading, size_t criterion,
                       const struct rubric_item *item)
{
    struct check *check = add_check(grading, criterion, item->name, item->title, item->points);
    check->verdict = VERDICT_PENDING_MANUAL;
    check->pending = item->points;
    rubric_say(rubric, check->message, MESSAGE_MAX, "pending_manual", "title", item->title, NULL);
}

static void add_case_study(const struct rubric *rubric, struct grading *grading, size_t criterion)
{
    const struct case_study_rules *rules = &rubric->case_study;
    const struct rubric_item *items[] = {&rules->present, &rules->sections, &rules->formulas,
                                         &rules->length};
    if (rules->criterion != criterion)
        return;
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        if (items[i]->name[0] != '\0')
            add_check(grading, criterion, items[i]->name, items[i]->title, items[i]->points);
}

static void prepare_criterion(const struct rubric *rubric, const struct project *project,
                              struct grading *grading, size_t c)
{
    const struct criterion *criterion = &rubric->criteria[c];
    struct criterion_result *result = &grading->criteria[c];
    copy(result->name, sizeof result->name, criterion->name);
    copy(result->title, sizeof result->title, criterion->title);
    copy(result->requirement, sizeof result->requirement, criterion->requirement);
    for (size_t i = 0; i < criterion->check_count; i++)
        add_check(grading, c, criterion->checks[i].name, criterion->checks[i].title,
                  criterion->checks[i].points);
    for (size_t i = 0; project != NULL && i < project->task_count; i++)
        if (project->tasks[i].criterion == c)
            add_task(grading, &project->tasks[i]);
    add_case_study(rubric, grading, c);
    for (size_t i = 0; i < criterion->manual_count; i++)
        add_manual(rubric, grading, c, &criterion->manual[i]);
}

int scoring_prepare(const struct rubric *rubric, const struct project *project,
                    struct grading *grading, struct error *error)
{
    size_t most = 4 + (project == NULL ? 0 : project->task_count);
    for (size_t c = 0; c < rubric->criterion_count; c++)
        most += rubric->criteria[c].check_count + rubric->criteria[c].manual_count;
    grading->checks = calloc(most, sizeof *grading->checks);
    grading->criteria = calloc(rubric->criterion_count + 1, sizeof *grading->criteria);
    if (grading->checks == NULL || grading->criteria == NULL)
        return error_memory(error);
    grading->criterion_count = rubric->criterion_count;
    for (size_t c = 0; c < rubric->criterion_count; c++)
        prepare_criterion(rubric, project, grading, c);
    return 0;
}

struct check *scoring_find(struct grading *grading, const char *name)
{
    for (size_t i = 0; i < grading->check_count; i++)
        if (strcmp(grading->checks[i].name, name) == 0)
            return &grading->checks[i];
    return NULL;
}

void scoring_set(struct check *check, enum verdict verdict, const char *message)
{
    if (check == NULL)
        return;
    check->verdict = verdict;
    check->points = verdict == VERDICT_CORRECT ? check->maximum : 0;
    copy(check->message, sizeof check->message, message);
}

void scoring_explain_skipped(struct grading *grading, const char *message)
{
    for (size_t i = 0; i < grading->check_count; i++)
        if (grading->checks[i].verdict == VERDICT_SKIPPED && grading->checks[i].message[0] == '\0')
            copy(grading->checks[i].message, MESSAGE_MAX, message);
}

static void add_misconceptions(struct check *check, const struct evidence *evidence)
{
    for (size_t i = 0; i < evidence->misconception_count; i++) {
        bool known = evidence->verdict == VERDICT_CORRECT;
        for (size_t k = 0; k < check->misconception_count; k++)
            known = known || strcmp(check->misconceptions[k], evidence->misconceptions[i]) == 0;
        if (!known && check->misconception_count < EVIDENCE_IDS_MAX)
            memcpy(check->misconceptions[check->misconception_count++], evidence->misconceptions[i],
                   sizeof *check->misconceptions);
    }
}

static void evidence_of_failure(const struct test_case *test_case, size_t output,
                                const struct failure *failure, struct evidence *evidence)
{
    const struct task *task = test_case->task;
    *evidence = (struct evidence){.case_number = test_case->number, .verdict = failure->verdict};
    copy(evidence->output, sizeof evidence->output,
         task->operation->outputs[task->outputs[output].index].name);
    copy(evidence->message, sizeof evidence->message, failure->message);
}

static void gather_evidence(const struct rubric *rubric, const struct test_case *const *cases,
                            const struct case_run *const *runs, size_t count,
                            const struct case_run *again, struct check *check)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < cases[i]->task->output_count; k++) {
            struct evidence *evidence = &check->evidence[check->evidence_count++];
            const struct output_reading *second =
                i == 0 && again != NULL ? &again->readings[k] : NULL;
            if (runs[i]->failure.verdict == VERDICT_CORRECT)
                mark_output(rubric, cases[i], k, &runs[i]->readings[k], second, evidence);
            else
                evidence_of_failure(cases[i], k, &runs[i]->failure, evidence);
            add_misconceptions(check, evidence);
        }
    }
}

static size_t outputs_right(const struct task *task, const struct check *check)
{
    size_t right = 0;
    for (size_t k = 0; k < task->output_count; k++) {
        bool all = true;
        for (size_t i = k; i < check->evidence_count; i += task->output_count)
            all = all && check->evidence[i].verdict == VERDICT_CORRECT;
        right += all ? 1 : 0;
    }
    return right;
}

/* The evidence that says most about a failure: one with a name for it, else the first. */
static const struct evidence *telling_evidence(const struct check *check)
{
    const struct evidence *first = NULL;
    for (size_t i = 0; i < check->evidence_count; i++) {
        const struct evidence *evidence = &check->evidence[i];
        if (evidence->verdict == VERDICT_CORRECT || evidence->verdict == VERDICT_SKIPPED)
            continue;
        if (evidence->rung == RUNG_MISCONCEPTION)
            return evidence;
        if (first == NULL)
            first = evidence;
    }
    return first;
}

/* Keeps what the learner's program was given in the case that the message speaks of. */
static int keep_inputs(const struct test_case *const *cases, size_t count, unsigned number,
                       struct check *check, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct task *task = cases[i]->task;
        if (cases[i]->number != number)
            continue;
        check->inputs_case = number;
        for (size_t k = 0; k < task->input_count; k++) {
            struct ref_array copy;
            if (task->inputs[k].hidden)
                continue;
            if (ref_array_copy(&copy, &cases[i]->inputs[k]) != REF_OK)
                return error_memory(error);
            if (array_set_add(&check->inputs, task->inputs[k].name, &copy) != 0) {
                ref_array_release(&copy);
                return error_set(error, ERROR_BUG, "task %s: too many inputs", task->name);
            }
        }
    }
    return 0;
}

int scoring_task(const struct rubric *rubric, const struct test_case *const *cases,
                 const struct case_run *const *runs, size_t count, const struct case_run *again,
                 struct check *check, struct error *error)
{
    const struct task *task = cases[0]->task;
    check->evidence = calloc(count * task->output_count + 1, sizeof *check->evidence);
    if (check->evidence == NULL)
        return error_memory(error);
    gather_evidence(rubric, cases, runs, count, again, check);
    size_t right = outputs_right(task, check);
    check->points = check->maximum * (milli_points)right / (milli_points)task->output_count;
    if (right == task->output_count) {
        check->verdict = VERDICT_CORRECT;
        return 0;
    }
    const struct evidence *telling = telling_evidence(check);
    if (telling == NULL) // not reached: something is wrong where not everything is right
        return error_set(error, ERROR_BUG, "task %s failed without evidence", task->name);
    check->verdict = right > 0 ? VERDICT_PARTLY_CORRECT : telling->verdict;
    copy(check->message, sizeof check->message, telling->message);
    return keep_inputs(cases, count, telling->case_number, check, error);
}

static void set_sections(const struct rubric *rubric, const struct case_study_facts *facts,
                         struct grading *grading)
{
    const struct case_study_rules *rules = &rubric->case_study;
    char missing[512] = "", message[MESSAGE_MAX];
    size_t found = 0, used = 0;
    for (size_t i = 0; i < rules->section_count; i++) {
        const struct case_study_section *section = &rules->section[i];
        const char *words[RUBRIC_SECTIONS_MAX];
        for (size_t w = 0; w < section->word_count; w++)
            words[w] = section->words[w];
        if (case_study_has_section(facts, words, section->word_count)) {
            found++;
            continue;
        }
        int wrote = snprintf(missing + used, sizeof missing - used, "%s%s", used == 0 ? "" : ", ",
                             section->title);
        used += wrote > 0 && (size_t)wrote < sizeof missing - used ? (size_t)wrote : 0;
    }
    struct check *check = scoring_find(grading, rules->sections.name);
    if (check == NULL)
        return;
    rubric_say(rubric, message, sizeof message, "report_section_missing", "sections", missing,
               NULL);
    bool all = found == rules->section_count;
    scoring_set(check, all ? VERDICT_CORRECT : VERDICT_WRONG, all ? "" : message);
    if (all || found == 0)
        return;
    check->verdict = VERDICT_PARTLY_CORRECT;
    check->points = check->maximum * (milli_points)found / (milli_points)rules->section_count;
}

static void set_minimum(const struct rubric *rubric, struct grading *grading,
                        const struct rubric_item *item, const char *key, size_t found,
                        size_t minimum)
{
    char message[MESSAGE_MAX], have[24], want[24];
    snprintf(have, sizeof have, "%zu", found);
    snprintf(want, sizeof want, "%zu", minimum);
    rubric_say(rubric, message, sizeof message, key, "found", have, "minimum", want, NULL);
    bool enough = found >= minimum;
    scoring_set(scoring_find(grading, item->name), enough ? VERDICT_CORRECT : VERDICT_WRONG,
                enough ? "" : message);
}

void scoring_case_study(const struct rubric *rubric, const struct case_study_facts *facts,
                        const char *problem, struct grading *grading)
{
    const struct case_study_rules *rules = &rubric->case_study;
    const struct rubric_item *items[] = {&rules->present, &rules->sections, &rules->formulas,
                                         &rules->length};
    if (facts == NULL) {
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)
            if (items[i]->name[0] != '\0')
                scoring_set(scoring_find(grading, items[i]->name), VERDICT_MISSING_OUTPUT, problem);
        return;
    }
    scoring_set(scoring_find(grading, rules->present.name), VERDICT_CORRECT, "");
    set_sections(rubric, facts, grading);
    set_minimum(rubric, grading, &rules->formulas, "report_formulas", facts->formulas,
                rules->minimum_formulas);
    set_minimum(rubric, grading, &rules->length, "report_words", facts->words,
                rules->minimum_words);
}

void scoring_total(const struct rubric *rubric, struct grading *grading)
{
    for (size_t i = 0; i < grading->check_count; i++) {
        const struct check *check = &grading->checks[i];
        struct criterion_result *criterion = &grading->criteria[check->criterion];
        criterion->points += check->points;
        criterion->pending += check->pending;
    }
    grading->maximum = rubric->points;
    for (size_t c = 0; c < grading->criterion_count; c++) {
        grading->criteria[c].maximum = rubric->criteria[c].points;
        grading->points += grading->criteria[c].points;
        grading->pending += grading->criteria[c].pending;
    }
}
