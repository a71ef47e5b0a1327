/*
 * Proves rubrics/module6 on generated data: the reference's own answers are right, and every wrong
 * variant that a task names is far from right, is recognised, and by its own name.
 */
#include "module6.h"

#include "grader/marking/compare.h"
#include "grader/marking/mark_output.h"

enum { SEEDS = 20 };

typedef void visit(const struct project *project, const struct task *task,
                   const struct test_case *test_case);

static void for_each_case(visit *visit_case)
{
    for (size_t p = 0; p < module6->project_count; p++) {
        const struct project *project = &module6->projects[p];
        for (size_t t = 0; t < project->task_count; t++) {
            for (unsigned s = 0; s < SEEDS * project->tasks[t].cases; s++) {
                struct error error = ERROR_INIT;
                struct seed_key key;
                struct test_case test_case;
                char word[16];
                snprintf(word, sizeof word, "seed %u", s / project->tasks[t].cases);
                assert_int_equal(seed_key_from_word(word, &key, &error), 0);
                int status =
                    test_case_make(module6, project, &project->tasks[t],
                                   s % project->tasks[t].cases, "ada", &key, &test_case, &error);
                if (status != 0)
                    print_error("%s\n", error.message);
                assert_int_equal(status, 0);
                visit_case(project, &project->tasks[t], &test_case);
                test_case_release(&test_case);
            }
        }
    }
}

static void mark_array(const struct test_case *test_case, size_t output,
                       const struct ref_array *array, struct evidence *evidence)
{
    struct output_reading reading = {.state = OUTPUT_READ, .array = *array};
    mark_output(module6, test_case, output, &reading, NULL, evidence);
}

static void reference_is_right(const struct project *project, const struct task *task,
                               const struct test_case *test_case)
{
    for (size_t k = 0; k < task->output_count; k++) {
        struct evidence evidence;
        mark_array(test_case, k, &test_case->expected[task->outputs[k].index], &evidence);
        if (evidence.verdict != VERDICT_CORRECT)
            print_error("%s/%s case %u %s: %s\n", project->name, task->name, test_case->number,
                        evidence.output, evidence.message);
        assert_int_equal(evidence.verdict, VERDICT_CORRECT);
    }
}

static void the_references_answers_are_right(void **state)
{
    (void)state;
    for_each_case(reference_is_right);
}

/* The same numbers as a float32 program would hand them in. */
static void single_precision_is_right(const struct project *project, const struct task *task,
                                      const struct test_case *test_case)
{
    for (size_t k = 0; k < task->output_count; k++) {
        struct evidence evidence;
        struct ref_array rounded;
        if (!task->outputs[k].conditioned)
            continue;
        assert_int_equal(ref_array_copy(&rounded, &test_case->expected[task->outputs[k].index]), 0);
        for (size_t i = 0; i < ref_array_size(&rounded); i++)
            rounded.data[i] = (double)(float)rounded.data[i];
        mark_array(test_case, k, &rounded, &evidence);
        ref_array_release(&rounded);
        if (evidence.verdict != VERDICT_CORRECT)
            print_error("%s/%s %s\n", project->name, task->name, evidence.message);
        assert_int_equal(evidence.verdict, VERDICT_CORRECT);
    }
}

static void answers_rounded_to_single_precision_are_right(void **state)
{
    (void)state;
    for_each_case(single_precision_is_right);
}

/*
 * What became of one wrong variant over the cases of a task, for one seed. A variant may happen to
 * be right on one case (a lower tail is the right tail when every t is negative); it must not be
 * right on all, for an output counts only when it is right in every case.
 */
struct tally {
    const struct task *task;
    const struct ref_variant *variant;
    unsigned cases, wrong, named, other_name, no_name;
};

static struct tally tallies[RUBRIC_IDS_MAX];

static bool has_id(const struct evidence *evidence, const char *id)
{
    size_t length = strcspn(id, "/");
    for (size_t i = 0; i < evidence->misconception_count; i++)
        if (strlen(evidence->misconceptions[i]) == length &&
            strncmp(evidence->misconceptions[i], id, length) == 0)
            return true;
    return false;
}

static void try_variant(const struct test_case *test_case, struct tally *tally)
{
    const struct task *task = test_case->task;
    struct ref_array outputs[REF_OUTPUTS_MAX];
    unsigned wrong = 0, named = 0, other = 0;
    tally->cases++;
    if (!test_case_variant(test_case, tally->variant, outputs))
        return;
    for (size_t k = 0; k < task->output_count; k++) {
        struct evidence evidence;
        mark_array(test_case, k, &outputs[task->outputs[k].index], &evidence);
        bool is_wrong = evidence.verdict != VERDICT_CORRECT;
        bool is_named = is_wrong && has_id(&evidence, tally->variant->id);
        wrong += is_wrong ? 1 : 0;
        named += is_named ? 1 : 0;
        other += is_wrong && evidence.misconception_count > (is_named ? 1 : 0) ? 1 : 0;
    }
    outputs_release(outputs);
    tally->wrong += wrong > 0 ? 1 : 0;
    tally->named += named > 0 ? 1 : 0;
    tally->other_name += other > 0 ? 1 : 0;
    tally->no_name += wrong > named ? 1 : 0;
}

static unsigned judge_tallies(const struct task *task)
{
    unsigned bad = 0;
    for (size_t i = 0; i < task->misconception_count; i++) {
        const struct tally *t = &tallies[i];
        if (t->wrong > 0 && t->named == t->wrong && t->other_name == 0 && t->no_name == 0)
            continue;
        print_error("%s %s: wrong in %u of %u cases, named in %u, another name in %u, none in %u\n",
                    task->name, t->variant->id, t->wrong, t->cases, t->named, t->other_name,
                    t->no_name);
        bad++;
    }
    return bad;
}

static unsigned bad_variants;

static void try_variants(const struct project *project, const struct task *task,
                         const struct test_case *test_case)
{
    (void)project;
    for (size_t i = 0; i < task->misconception_count; i++) {
        if (test_case->number == 1)
            tallies[i] = (struct tally){.task = task, .variant = task->misconceptions[i]};
        try_variant(test_case, &tallies[i]);
    }
    if (test_case->number == task->cases)
        bad_variants += judge_tallies(task);
}

static void every_misconception_is_wrong_and_named(void **state)
{
    (void)state;
    bad_variants = 0;
    for_each_case(try_variants);
    assert_int_equal(bad_variants, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_references_answers_are_right),
        cmocka_unit_test(answers_rounded_to_single_precision_are_right),
        cmocka_unit_test(every_misconception_is_wrong_and_named),
    };
    return cmocka_run_group_tests_name("rubric gaps", tests, module6_load, module6_free);
}
