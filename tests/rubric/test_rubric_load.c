/* The rubric of Module 6 as loaded, and one mistake after the other put into a copy of it. */
#include "assertions.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/grading/points.h"
#include "grader/base/buffer.h"
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/rubric/rubric.h"

enum { COPIED_FILE_MAX = 1024 * 1024 };

/* ---- a copy of the rubric that can be spoilt ------------------------------------------------ */

static void original_path(char *path)
{
    snprintf(path, FILE_PATH_MAX, "%s/rubrics/module6", getenv("GRADER_TEST_SOURCE"));
}

static void join(char *path, const char *directory, const char *name)
{
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, directory, name, &error), 0);
}

static void copy_file(const char *from, const char *to)
{
    struct error error = ERROR_INIT;
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(file_read(from, COPIED_FILE_MAX, &bytes, &size, &error), 0);
    assert_int_equal(file_write(to, bytes, size, &error), 0);
}

static void copy_tree(const char *from, const char *to)
{
    struct error error = ERROR_INIT;
    AUTO_DIRECTORY DIR *folder = opendir(from);
    assert_non_null(folder);
    assert_int_equal(file_make_directories(to, &error), 0);
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char source[FILE_PATH_MAX], target[FILE_PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        join(source, from, entry->d_name);
        join(target, to, entry->d_name);
        if (file_is_directory(source))
            copy_tree(source, target);
        else
            copy_file(source, target);
    }
}

static int make_copy(void **state)
{
    struct error error = ERROR_INIT;
    char original[FILE_PATH_MAX];
    char *copy = malloc(FILE_PATH_MAX);
    *state = copy;
    if (copy == NULL || file_make_scratch(copy, "rubric", &error) != 0)
        return -1;
    original_path(original);
    copy_tree(original, copy);
    return 0;
}

static int remove_copy(void **state)
{
    struct error error = ERROR_INIT;
    int status = file_remove_tree(*state, &error);
    free(*state);
    return status;
}

/* Replaces the first @p from in a file of the copy; it must be there. */
static void replace_in(const char *copy, const char *file, const char *from, const char *to)
{
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    AUTO_FREE char *text = NULL;
    AUTO_BUFFER struct buffer spoilt = BUFFER_INIT(2 * COPIED_FILE_MAX);
    size_t size = 0;
    join(path, copy, file);
    assert_int_equal(file_read(path, COPIED_FILE_MAX, &text, &size, &error), 0);
    char *found = strstr(text, from);
    if (found == NULL) {
        print_error("%s does not contain %s\n", file, from);
        fail();
    } else {
        buffer_append(&spoilt, text, (size_t)(found - text));
        buffer_append_text(&spoilt, to);
        buffer_append_text(&spoilt, found + strlen(from));
        assert_int_equal(file_write(path, spoilt.data, spoilt.size, &error), 0);
    }
}

static void restore(const char *copy, const char *file)
{
    char original[FILE_PATH_MAX], from[FILE_PATH_MAX], to[FILE_PATH_MAX];
    original_path(original);
    join(from, original, file);
    join(to, copy, file);
    copy_file(from, to);
}

static struct rubric *load(const char *directory)
{
    struct error error = ERROR_INIT;
    struct rubric *rubric = NULL;
    if (rubric_load(directory, &rubric, &error) != 0) {
        print_error("%s\n", error.message);
        fail();
    }
    return rubric;
}

/* The digest of the rubric in @p directory. */
static void digest_of(const char *directory, char digest[65])
{
    struct rubric *rubric = load(directory);
    memcpy(digest, rubric->digest, 65);
    rubric_free(rubric);
}

static void expect_refusal(const char *copy, const char *message)
{
    struct error error = ERROR_INIT;
    struct rubric *rubric = NULL;
    int status = rubric_load(copy, &rubric, &error);
    if (status == 0) {
        rubric_free(rubric);
        print_error("loaded, expected: %s\n", message);
    }
    assert_int_equal(status, ERROR_USAGE);
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_string_contains(error.message, message);
    assert_ptr_equal(strstr(error.message, "rubric: "), error.message);
    assert_null(strchr(error.message, '\n'));
}

/* ---- what is in the rubric ------------------------------------------------------------------ */

static int load_module6(void **state)
{
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    original_path(path);
    if (rubric_load(path, (struct rubric **)state, &error) == 0)
        return 0;
    print_error("%s\n", error.message);
    return -1;
}

static int free_module6(void **state)
{
    rubric_free(*state);
    return 0;
}

static void module6_has_100_points(void **state)
{
    const struct rubric *rubric = *state;
    milli_points sum = 0;
    assert_string_equal(rubric->name, "module6");
    assert_int_equal(rubric->points, 100000);
    for (size_t i = 0; i < rubric->criterion_count; i++)
        sum += rubric->criteria[i].points;
    assert_int_equal(sum, 100000);
}

static milli_points sum_of_items(const struct rubric_item *items, size_t count)
{
    milli_points sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += items[i].points;
    return sum;
}

/* All that can be earned under criterion @p c in a project. */
static milli_points sum_of_criterion(const struct rubric *rubric, const struct project *project,
                                     size_t c)
{
    const struct criterion *criterion = &rubric->criteria[c];
    const struct case_study_rules *study = &rubric->case_study;
    milli_points sum = sum_of_items(criterion->checks, criterion->check_count) +
                       sum_of_items(criterion->manual, criterion->manual_count);
    for (size_t t = 0; t < project->task_count; t++)
        if (project->tasks[t].criterion == c)
            sum += project->tasks[t].points;
    if (study->criterion == c)
        sum += study->present.points + study->sections.points + study->formulas.points +
               study->length.points;
    return sum;
}

static void points_of_every_project_add_up(void **state)
{
    const struct rubric *rubric = *state;
    assert_true(rubric->project_count >= 2);
    for (size_t p = 0; p < rubric->project_count; p++)
        for (size_t c = 0; c < rubric->criterion_count; c++)
            assert_int_equal(sum_of_criterion(rubric, &rubric->projects[p], c),
                             rubric->criteria[c].points);
}

static void check_task(const struct rubric *rubric, const struct task *task)
{
    assert_true(task->points > 0);
    assert_in_range(task->cases, 1, RUBRIC_CASES_MAX);
    assert_in_range(task->module, 1, 6);
    assert_non_null(task->operation);
    assert_true(task->output_count > 0);
    assert_true(task->criterion < rubric->criterion_count);
    for (size_t i = 0; i < task->operation->input_count; i++)
        assert_string_equal(task->inputs[task->argument[i]].name, task->operation->inputs[i].name);
    for (size_t i = 0; i < task->misconception_count; i++)
        assert_non_null(rubric_misconception(rubric, task->misconceptions[i]->id));
}

static void every_task_is_complete(void **state)
{
    const struct rubric *rubric = *state;
    for (size_t p = 0; p < rubric->project_count; p++) {
        const struct project *project = &rubric->projects[p];
        assert_ptr_equal(rubric_project(rubric, project->name), project);
        for (size_t t = 0; t < project->task_count; t++)
            check_task(rubric, &project->tasks[t]);
    }
}

static void limits_are_set(void **state)
{
    const struct rubric *rubric = *state;
    const struct step_limits *steps[] = {&rubric->build, &rubric->run};
    for (size_t i = 0; i < 2; i++) {
        assert_true(steps[i]->cpu_time_ms > 0 && steps[i]->wall_time_ms > steps[i]->cpu_time_ms);
        assert_true(steps[i]->memory_bytes > 0 && steps[i]->processes > 0);
        assert_true(steps[i]->open_files > 0 && steps[i]->disk_bytes > 0);
        assert_true(steps[i]->disk_files > 0 && steps[i]->output_bytes > 0);
    }
}

static void projects_are_found_by_name(void **state)
{
    const struct rubric *rubric = *state;
    char names[256], few[8];
    assert_non_null(rubric_project(rubric, "pca"));
    assert_null(rubric_project(rubric, "PCA"));
    assert_null(rubric_project(rubric, ""));
    rubric_project_names(rubric, names, sizeof names);
    assert_string_contains(names, "linear-regression, pca");
    rubric_project_names(rubric, few, sizeof few);
    assert_true(strlen(few) < sizeof few);
}

static void a_variant_falls_back_to_its_family(void **state)
{
    const struct rubric *rubric = *state;
    const char *family = rubric_misconception(rubric, "PC03");
    assert_non_null(family);
    assert_string_equal(rubric_misconception(rubric, "PC03/there_is_no_such"), family);
    assert_non_null(rubric_misconception(rubric, "PC03/n"));
    assert_string_not_equal(rubric_misconception(rubric, "PC03/n"), family);
    assert_null(rubric_misconception(rubric, "ZZ99"));
    assert_null(rubric_misconception(rubric, "ZZ99/n"));
}

/* ---- wording -------------------------------------------------------------------------------- */

static struct text_entry spoken[] = {
    {(char[]){"accents"}, (char[]){"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8d\x8e"}}, // 2, 3 and 4 bytes
    {(char[]){"braces"}, (char[]){"{ {} {a {a}"}},
    {(char[]){"twice"}, (char[]){"{a} and {b} and {a}"}},
    {(char[]){"unknown"}, (char[]){"{a} {other}."}},
};
static const struct rubric speaker = {.wording = spoken,
                                      .wording_count = sizeof spoken / sizeof *spoken};

static void placeholders_are_filled_in(void **state)
{
    (void)state;
    char text[64];
    rubric_say(&speaker, text, sizeof text, "twice", "a", "1", "b", "{a}", NULL);
    assert_string_equal(text, "1 and {a} and 1"); // values are not filled in again
    rubric_say(&speaker, text, sizeof text, "unknown", "a", "1", NULL);
    assert_string_equal(text, "1 {other}.");
    rubric_say(&speaker, text, sizeof text, "unknown", "a", NULL, "other", "2", NULL);
    assert_string_equal(text, " 2.");
    rubric_say(&speaker, text, sizeof text, "braces", "a", "1", NULL);
    assert_string_equal(text, "{ {} {a 1");
    rubric_say(&speaker, text, sizeof text, "nobody_wrote_this", "a", "1", NULL);
    assert_string_equal(text, "nobody_wrote_this");
}

static void text_is_cut_between_characters(void **state)
{
    (void)state;
    static const size_t whole[] = {0, 0, 2, 2, 2, 5, 5, 5, 5, 9, 9}; // of so many bytes of room
    for (size_t room = 0; room < sizeof whole / sizeof *whole; room++) {
        char text[16];
        memset(text, '#', sizeof text);
        rubric_say(&speaker, text, room + 1, "accents", NULL);
        assert_int_equal(strlen(text), whole[room]);
        assert_memory_equal(text, spoken[0].text, whole[room]);
        assert_int_equal(text[room + 1], '#');
    }
    char text[8];
    rubric_say(&speaker, text, sizeof text, "twice", "a", "1", "b", "2", NULL);
    assert_string_equal(text, "1 and 2");
}

static void points_are_written_as_people_do(void **state)
{
    (void)state;
    static const struct {
        milli_points points;
        const char *text;
    } examples[] = {{0, "0"},        {1, "0.001"},    {10, "0.01"},           {500, "0.5"},
                    {1000, "1"},     {73500, "73.5"}, {99999, "99.999"},      {100000, "100"},
                    {-2500, "-2.5"}, {-1, "-0.001"},  {1000000000, "1000000"}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char text[POINTS_TEXT_MAX];
        points_text(text, examples[i].points);
        assert_string_equal(text, examples[i].text);
    }
}

/* ---- mistakes ------------------------------------------------------------------------------- */

#define RUBRIC "rubric.json"
#define PCA "projects/pca/project.json"
#define COMPONENTS "projects/pca/components.json"
#define FIT "projects/linear-regression/fit.json"
#define HELD_OUT "projects/linear-regression/predict_held_out.json"
#define POWER "projects/pca/power_iteration.json"

struct mistake {
    const char *file;
    const char *from, *to;
    const char *message; /* part of it: file, place, and what is wrong */
};

static void try_all(const char *copy, const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        replace_in(copy, mistakes[i].file, mistakes[i].from, mistakes[i].to);
        expect_refusal(copy, mistakes[i].message);
        restore(copy, mistakes[i].file);
    }
    rubric_free(load(copy)); // all is as it was
}

static void mistakes_in_the_rubric_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {RUBRIC, "\"title\"", "\"titel\"", "rubric.json: unknown key \"titel\""},
        {RUBRIC, "\"schema_version\": 1", "\"schema_version\": 2", "rubric.json: schema_version: "},
        {RUBRIC, "\"rubric\": \"module6\"", "\"rubric\": \"\"",
         "rubric.json: rubric: must not be empty"},
        {RUBRIC, "\"points\": 100", "\"points\": 101",
         "rubric.json: the criteria's points do not add up to \"points\""},
        {RUBRIC, "\"points\": 100", "\"points\": -100",
         "rubric.json: points: points must lie between 0 and 1000000"},
        {RUBRIC, "\"points\": 100", "\"points\": \"100\"",
         "rubric.json: points: expected a number"},
        {RUBRIC, "\"points\": 100", "\"points\": 100.0001",
         "rubric.json: points: points have at most three decimals"},
        {RUBRIC, "\"description\": \"", "\"describtion\": \"",
         "rubric.json: criteria[0]: unknown key \"describtion\" (did you mean \"description\"?)"},
        {RUBRIC, "\"check\": \"builds\", \"title\"", "\"check\": \"builds\", \"name\"",
         "rubric.json: criteria[0].checks[0]: unknown key"},
        {RUBRIC, "\"criterion\": \"model\"", "\"criterion\": \"modell\"",
         "the rubric has no criterion \"model\""},
        {RUBRIC, "\"case_study\": {\n    \"criterion\": \"report\"",
         "\"case_study\": {\n    \"criterion\": \"raport\"",
         "rubric.json: case_study.criterion: the rubric has no criterion \"raport\""},
        {RUBRIC, "\"check\": \"present\"", "\"check\": \"pretty\"",
         "rubric.json: case_study.checks[0]: no such check \"pretty\""},
        {RUBRIC, "\"cpu_time_ms\": ", "\"cpu_time_s\": ",
         "rubric.json: limits.build: unknown key \"cpu_time_s\""},
        {RUBRIC, "\"memory_bytes\": 1", "\"memory_bytes\": -1",
         "rubric.json: limits.build.memory_bytes: expected a whole number from 1"},
        {RUBRIC,
         "\"learner\": ", "\"student\": ", "rubric.json: feedback: unknown key \"student\""},
        {RUBRIC, "\"criteria\": [", "\"criteria\": [,", "rubric.json:"},
        {RUBRIC, "\"projects\": [\"", "\"projects\": [\"../",
         "rubric.json: projects[0]: expected the name of a project folder"},
        {RUBRIC, "\"projects\": [\"", "\"projects\": [\"/etc/",
         "rubric.json: projects[0]: expected the name of a project folder"},
        {RUBRIC, "\"projects\": [\"", "\"projects\": [\"\", \"",
         "rubric.json: projects[0]: expected the name of a project folder"},
        {RUBRIC, "\"projects\": [\"", "\"projects\": [\"not-there\", \"",
         "projects/not-there/project.json"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_a_project_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {PCA, "\"tasks\"", "\"task\"", "projects/pca/project.json: unknown key \"task\""},
        {PCA, "\"components\"", "\"../linear-regression/fit\"",
         "projects/pca/project.json: tasks[0]: expected the name of a task file"},
        {PCA, "\"components\"", "\"components.json\"",
         "projects/pca/project.json: tasks[0]: expected the name of a task file"},
        {PCA, "\"components\"", "7",
         "projects/pca/project.json: tasks[0]: expected the name of a task file"},
        {PCA, "\"components\"", "\"not_there\"", "projects/pca/not_there.json"},
        {PCA, "\"components\",", "", "projects/pca: criterion \"model\" has "},
        {COMPONENTS, "\"points\": ", "\"points\": 1", "projects/pca: criterion \"model\" has "},
        {COMPONENTS,
         "\"points\": ", "\"points\": 0.0001,\"points\": ", "the key \"points\" is there twice"},
        {COMPONENTS, "\"task\": \"components\"", "\"task\": \"directions\"",
         "projects/pca/components.json: the task is named \"directions\", the file \"components\""},
        {COMPONENTS, "{", "[", "projects/pca/components.json:"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_a_task_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {FIT, "\"topic\"", "\"topics\"",
         "fit.json: unknown key \"topics\" (did you mean \"topic\"?)"},
        {FIT, "\"module\": ", "\"module\": 7", "fit.json: module: expected a whole number from 1"},
        {FIT, "\"cases\": ", "\"cases\": 99", "fit.json: cases: expected a whole number from 1"},
        {FIT, "\"points\": ", "\"points\": 0.1234", "fit.json: points: points have at most three"},
        {FIT, "\"criterion\": \"model\"", "\"criterion\": \"modelling\"",
         "fit.json: the rubric has no criterion \"modelling\""},
        {FIT, "\"reference\": \"ols_fit\"", "\"reference\": \"ols_fitt\"",
         "fit.json: reference: there is no operation \"ols_fitt\""},
        {FIT, "\"misconceptions\": [", "\"misconceptions\": [\"ZZ99\", ",
         "fit.json: misconceptions[0]: operation \"ols_fit\" has no variant \"ZZ99\""},
        {FIT, "\"accept\": [", "\"accept\": [\"PC03\"",
         "fit.json: accept[0]: operation \"ols_fit\" has no variant \"PC03\""},
        {FIT, "\"accept\": []", "\"accept\": \"LR01\"",
         "fit.json: accept: expected an array of catalogue IDs"},
        {FIT, "\"accept\": [", "\"accept\": [1", "fit.json: accept[0]: expected a catalogue ID"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_inputs_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {FIT, "\"correlated_normal\"", "\"correlated_norm\"",
         "fit.json: inputs.X: there is no generator \"correlated_norm\""},
        {FIT, "\"rows\": ", "\"lines\": ",
         "fit.json: inputs.X.lines: generator \"correlated_normal\" has no parameter \"lines\""},
        {FIT, "\"rows\": [", "\"rows\": [0, ", "fit.json: inputs.X: rows: missing, or out of"},
        {FIT, "\"rows\": [", "\"rows\": [\"9\", ", "fit.json: inputs.X.rows[0]: expected a number"},
        {FIT, "\"sd\": ", "\"sd\": -", "fit.json: inputs.theta_true: sd: missing, or out of its"},
        {FIT, "\"theta\": \"theta_true\", ", "",
         "fit.json: inputs.y: generator \"linear_response\" needs \"theta\""},
        {FIT, "\"theta\": \"theta_true\"", "\"theta\": \"theta_not_true\"",
         "fit.json: inputs.y.theta: expected the name of an input that stands before this one"},
        {FIT, "\"theta\": \"theta_true\"", "\"theta\": \"y\"",
         "fit.json: inputs.y.theta: expected the name of an input that stands before this one"},
        {FIT, "\"noise\": 1}", "\"noise\": 1, \"hidden\": true}",
         "fit.json: inputs: \"y\" is needed and cannot be hidden"},
        {FIT, ", \"hidden\": true}", "}",
         "fit.json: inputs: \"theta_true\" is no input of operation \"ols_fit\"; mark it hidden"},
        {FIT, "\"y\": {", "\"z\": {",
         "fit.json: inputs: operation \"ols_fit\" needs the input \"y\""},
        {FIT, "\"hidden\": true", "\"hidden\": 1",
         "fit.json: inputs.theta_true.hidden: expected true or false"},
        {POWER, "{\"value\": [6, 5, 8]}", "{\"values\": 6}",
         "power_iteration.json: inputs.iterations: unknown key \"values\""},
        {POWER, "{\"value\": [6, 5, 8]}", "{}",
         "power_iteration.json: inputs.iterations: needs \"generate\" or \"value\""},
        {POWER, "{\"value\": [6, 5, 8]}", "{\"value\": []}",
         "power_iteration.json: inputs.iterations.value: expected a number, or 1 to 16 numbers"},
        {POWER, "{\"value\": [6, 5, 8]}", "8",
         "power_iteration.json: inputs.iterations: expected an object"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_outputs_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {FIT, "\"outputs\": {\"theta\"", "\"outputs\": {\"beta\"",
         "fit.json: outputs.beta: operation \"ols_fit\" has no output \"beta\""},
        {FIT, "\"compare\": \"value\"", "\"compare\": \"valu\"",
         "fit.json: outputs.theta.compare: there is no comparison \"valu\""},
        {FIT, "\"compare\": \"value\"", "\"compare\": \"value\", \"tolerence\": 1",
         "fit.json: outputs.theta: unknown key \"tolerence\" (did you mean \"tolerance\"?)"},
        {FIT, "\"tolerance\": \"conditioned\"", "\"tolerance\": \"loose\"",
         "fit.json: outputs.theta.tolerance: expected \"conditioned\" or"},
        {FIT, "\"tolerance\": \"conditioned\"", "\"tolerance\": {\"epsabs\": 0, \"epsrel\": 1e-6}",
         "fit.json: outputs.theta.tolerance: epsabs must be above 0"},
        {FIT, "\"tolerance\": \"conditioned\"", "\"tolerance\": {\"epsrel\": 1e-6}",
         "fit.json: outputs.theta.tolerance.epsabs: missing"},
        {FIT, "\"tolerance\": \"conditioned\"", "\"tolerance\": {\"epsabs\": 1, \"epsrel\": 1}",
         "fit.json: outputs.theta.tolerance: epsabs must be above 0"},
        {FIT, "\"tolerance\": \"conditioned\"",
         "\"tolerance\": \"conditioned\", \"scale\": \"row\"",
         "fit.json: outputs.theta: scale is \"array\" or \"entry\""},
        {FIT, "\"outputs\": {\"theta\": {\"compare\": \"value\", \"tolerance\": \"conditioned\"}}",
         "\"outputs\": {}", "fit.json: outputs: a task needs an output"},
        {HELD_OUT, "\"metric\": \"rmse\"", "\"metric\": \"mse\"",
         "predict_held_out.json: outputs.y_new: there is no metric \"mse\""},
        {HELD_OUT, "\"truth\": \"y_test\"", "\"truth\": \"y_true\"",
         "predict_held_out.json: outputs.y_new: truth names no input of the task"},
        {HELD_OUT, "\"margin\": 0.05", "\"margin\": 5",
         "predict_held_out.json: outputs.y_new: margin lies in [0, 1]"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void mistakes_in_words_are_named(void **state)
{
    static const struct mistake mistakes[] = {
        {"wording.json", "\"missing_output\": \"", "\"missing_output\": 1, \"more\": \"",
         "wording.json: missing_output: expected a string"},
        {"misconceptions.json", "\"message\"", "\"massage\"", ".message: missing"},
        {"misconceptions.json", "\"LR01\"", "\"LR01x\"",
         "misconceptions.json has no message for \"LR01"},
        {"misconceptions.json", "{", "[", "misconceptions.json:"},
    };
    try_all(*state, mistakes, sizeof mistakes / sizeof *mistakes);
}

static void no_file_may_be_missing(void **state)
{
    static const char *const files[] = {RUBRIC, "wording.json", "misconceptions.json", PCA, FIT};
    const char *copy = *state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[FILE_PATH_MAX];
        join(path, copy, files[i]);
        assert_int_equal(unlink(path), 0);
        expect_refusal(copy, files[i]);
        restore(copy, files[i]);
    }
    expect_refusal("/there/is/no/such/rubric", "/there/is/no/such/rubric/rubric.json");
}

static void other_rubrics_have_other_digests(void **state)
{
    static const struct mistake changes[] = {
        {RUBRIC, "\"title\": \"", "\"title\": \"x", NULL},
        {"wording.json", ": \"", ": \"x", NULL},
        {"misconceptions.json", "\"message\": \"", "\"message\": \"x", NULL},
        {PCA, "\"title\": \"", "\"title\": \"x", NULL},
        {FIT, "\"title\": \"", "\"title\": \"x", NULL},
        {FIT, "\n", "\n ", NULL}, // bytes count, not meaning
    };
    const char *copy = *state;
    char original[FILE_PATH_MAX], first[65], digest[65];
    original_path(original);
    digest_of(original, first);
    assert_int_equal(strspn(first, "0123456789abcdef"), 64);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        digest_of(copy, digest);
        assert_string_equal(digest, first); // wherever it lies
        replace_in(copy, changes[i].file, changes[i].from, changes[i].to);
        digest_of(copy, digest);
        assert_string_not_equal(digest, first);
        restore(copy, changes[i].file);
    }
}

int main(void)
{
    const struct CMUnitTest contents[] = {
        cmocka_unit_test(module6_has_100_points),
        cmocka_unit_test(points_of_every_project_add_up),
        cmocka_unit_test(every_task_is_complete),
        cmocka_unit_test(limits_are_set),
        cmocka_unit_test(projects_are_found_by_name),
        cmocka_unit_test(a_variant_falls_back_to_its_family),
        cmocka_unit_test(placeholders_are_filled_in),
        cmocka_unit_test(text_is_cut_between_characters),
        cmocka_unit_test(points_are_written_as_people_do),
    };
    const struct CMUnitTest mistakes[] = {
        cmocka_unit_test_setup_teardown(mistakes_in_the_rubric_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(mistakes_in_a_project_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(mistakes_in_a_task_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(mistakes_in_inputs_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(mistakes_in_outputs_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(mistakes_in_words_are_named, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(no_file_may_be_missing, make_copy, remove_copy),
        cmocka_unit_test_setup_teardown(other_rubrics_have_other_digests, make_copy, remove_copy),
    };
    int failed = cmocka_run_group_tests(contents, load_module6, free_module6);
    return failed + cmocka_run_group_tests(mistakes, NULL, NULL);
}
