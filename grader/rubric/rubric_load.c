/* Reads rubric.json, the wording, and the projects; adds up the points. */
#include "grader/rubric/rubric.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/grading/points.h"
#include "grader/rubric/rubric_reader.h"

int rubric_read_text(const struct json_place *parent, const char *key, char *text, size_t size,
                     struct error *error)
{
    const char *value;
    int status = json_get_string(parent, key, &value, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_member(parent, key);
    if (value[0] == '\0')
        return json_place_error(&place, error, "must not be empty");
    if (strlen(value) >= size)
        return json_place_error(&place, error, "longer than %zu bytes", size - 1);
    memcpy(text, value, strlen(value) + 1);
    return 0;
}

int rubric_read_points(const struct json_place *parent, const char *key, milli_points *points,
                       struct error *error)
{
    double value;
    int status = json_get_number(parent, key, &value, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_member(parent, key);
    double thousandths = value * 1000.0;
    if (!(thousandths >= 0.0 && thousandths <= 1e9))
        return json_place_error(&place, error, "points must lie between 0 and 1000000");
    double whole = nearbyint(thousandths);
    if (!(fabs(thousandths - whole) < 1e-6))
        return json_place_error(&place, error, "points have at most three decimals");
    *points = (milli_points)whole;
    return 0;
}

int rubric_count(const struct json_place *array)
{
    return array->node == NULL ? 0 : cJSON_GetArraySize(array->node);
}

/* Loads one file of the rubric and feeds its bytes to the digest. */
static int load_file(const struct rubric *rubric, const char *name,
                     crypto_generichash_state *digest, cJSON **root, struct error *error)
{
    char path[FILE_PATH_MAX];
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    int status = file_join(path, rubric->directory, name, error);
    if (status == 0)
        status = file_read(path, RUBRIC_FILE_MAX, &bytes, &size, error);
    if (status != 0)
        return status;
    crypto_generichash_update(digest, (const unsigned char *)name, strlen(name) + 1);
    crypto_generichash_update(digest, (const unsigned char *)bytes, size);
    return json_parse(bytes, size, path, ERROR_USAGE, root, error);
}

static int read_item(const struct json_place *place, const char *name_key, struct rubric_item *item,
                     struct error *error)
{
    const char *const keys[] = {name_key, "title", "points", "description", NULL};
    int status = json_check_keys(place, keys, error);
    if (status == 0)
        status = rubric_read_text(place, name_key, item->name, sizeof item->name, error);
    if (status == 0)
        status = rubric_read_text(place, "title", item->title, sizeof item->title, error);
    return status != 0 ? status : rubric_read_points(place, "points", &item->points, error);
}

static int read_items(const struct json_place *parent, const char *key, const char *name_key,
                      struct rubric_item **items, size_t *count, struct error *error)
{
    if (!json_has(parent, key))
        return 0;
    struct json_place array;
    int status = json_get_array(parent, key, &array, error);
    if (status != 0)
        return status;
    *count = (size_t)rubric_count(&array);
    *items = calloc(*count + 1, sizeof **items);
    if (*items == NULL)
        return error_memory(error);
    for (size_t i = 0; i < *count && status == 0; i++) {
        struct json_place place = json_place_item(&array, (int)i);
        status = read_item(&place, name_key, &(*items)[i], error);
    }
    return status;
}

static int read_criterion(const struct json_place *place, struct criterion *criterion,
                          struct error *error)
{
    static const char *const keys[] = {"criterion",   "title",  "points", "requirement",
                                       "description", "checks", "manual", NULL};
    int status = json_check_keys(place, keys, error);
    if (status == 0)
        status =
            rubric_read_text(place, "criterion", criterion->name, sizeof criterion->name, error);
    if (status == 0)
        status = rubric_read_text(place, "title", criterion->title, sizeof criterion->title, error);
    if (status == 0)
        status = rubric_read_text(place, "requirement", criterion->requirement,
                                  sizeof criterion->requirement, error);
    if (status == 0)
        status = rubric_read_points(place, "points", &criterion->points, error);
    if (status == 0)
        status = read_items(place, "checks", "check", &criterion->checks, &criterion->check_count,
                            error);
    if (status == 0)
        status = read_items(place, "manual", "item", &criterion->manual, &criterion->manual_count,
                            error);
    return status;
}

/* The checks that the grader makes itself; grade.c gives them their verdicts. */
static bool is_built_in(const char *name)
{
    static const char *const built_in[] = {"builds", "runs", "deterministic"};
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (strcmp(built_in[i], name) == 0)
            return true;
    return false;
}

static int check_built_in(const struct rubric *rubric, struct error *error)
{
    const char *seen[3] = {"", "", ""};
    size_t count = 0;
    for (size_t c = 0; c < rubric->criterion_count; c++) {
        for (size_t i = 0; i < rubric->criteria[c].check_count; i++) {
            const char *name = rubric->criteria[c].checks[i].name;
            bool twice = false;
            for (size_t k = 0; k < count; k++)
                twice = twice || strcmp(seen[k], name) == 0;
            if (!is_built_in(name) || twice)
                return error_set(
                    error, ERROR_USAGE, "rubric.json: criterion \"%s\": check \"%s\": %s",
                    rubric->criteria[c].name, name,
                    twice ? "stands there twice" : "there are only builds, runs and deterministic");
            seen[count++] = name;
        }
    }
    return 0;
}

static int read_criteria(const struct json_place *root, struct rubric *rubric, struct error *error)
{
    struct json_place array;
    int status = json_get_array(root, "criteria", &array, error);
    if (status != 0)
        return status;
    rubric->criterion_count = (size_t)rubric_count(&array);
    rubric->criteria = calloc(rubric->criterion_count + 1, sizeof *rubric->criteria);
    if (rubric->criteria == NULL)
        return error_memory(error);
    for (size_t i = 0; i < rubric->criterion_count && status == 0; i++) {
        struct json_place place = json_place_item(&array, (int)i);
        status = read_criterion(&place, &rubric->criteria[i], error);
    }
    return status != 0 ? status : check_built_in(rubric, error);
}

static int read_limits(const struct json_place *limits, const char *step, struct step_limits *out,
                       struct error *error)
{
    static const char *const keys[] = {"cpu_time_ms", "wall_time_ms", "memory_bytes",
                                       "processes",   "open_files",   "disk_bytes",
                                       "disk_files",  "output_bytes", NULL};
    uint64_t *const values[] = {&out->cpu_time_ms, &out->wall_time_ms, &out->memory_bytes,
                                &out->processes,   &out->open_files,   &out->disk_bytes,
                                &out->disk_files,  &out->output_bytes};
    struct json_place place;
    int status = json_get_object(limits, step, &place, error);
    if (status == 0)
        status = json_check_keys(&place, keys, error);
    for (size_t i = 0; keys[i] != NULL && status == 0; i++) {
        int64_t value = 0;
        status = json_get_integer(&place, keys[i], 1, INT64_C(1) << 50, &value, error);
        *values[i] = (uint64_t)value;
    }
    return status;
}

static int read_section(const struct json_place *place, struct case_study_section *section,
                        struct error *error)
{
    struct json_place words;
    int status = rubric_read_text(place, "title", section->title, sizeof section->title, error);
    if (status == 0)
        status = json_get_array(place, "headings", &words, error);
    if (status != 0)
        return status;
    section->word_count = (size_t)rubric_count(&words);
    if (section->word_count == 0 || section->word_count > RUBRIC_SECTIONS_MAX)
        return json_place_error(&words, error, "needs 1 to %d words", RUBRIC_SECTIONS_MAX);
    for (size_t i = 0; i < section->word_count; i++) {
        struct json_place word = json_place_item(&words, (int)i);
        if (!cJSON_IsString(word.node) || strlen(word.node->valuestring) >= 48)
            return json_place_error(&word, error, "expected a word of at most 47 bytes");
        snprintf(section->words[i], sizeof section->words[i], "%s", word.node->valuestring);
    }
    return 0;
}

static int read_sections(const struct json_place *check, struct case_study_rules *rules,
                         struct error *error)
{
    struct json_place array;
    int status = json_get_array(check, "sections", &array, error);
    if (status != 0)
        return status;
    rules->section_count = (size_t)rubric_count(&array);
    if (rules->section_count > RUBRIC_SECTIONS_MAX)
        return json_place_error(&array, error, "more than %d sections", RUBRIC_SECTIONS_MAX);
    for (size_t i = 0; i < rules->section_count && status == 0; i++) {
        struct json_place place = json_place_item(&array, (int)i);
        status = read_section(&place, &rules->section[i], error);
    }
    return status;
}

static int read_case_study_check(const struct json_place *place, struct case_study_rules *rules,
                                 struct error *error)
{
    static const char *const keys[] = {"check",   "title",         "points",   "description",
                                       "minimum", "minimum_words", "sections", NULL};
    char name[NAME_MAX_LENGTH];
    int64_t minimum = 0;
    int status = json_check_keys(place, keys, error);
    if (status == 0)
        status = rubric_read_text(place, "check", name, sizeof name, error);
    if (status != 0)
        return status;
    struct rubric_item *item = NULL;
    if (strcmp(name, "present") == 0) {
        item = &rules->present;
    } else if (strcmp(name, "sections") == 0) {
        item = &rules->sections;
        status = read_sections(place, rules, error);
    } else if (strcmp(name, "formulas") == 0) {
        item = &rules->formulas;
        status = json_get_integer(place, "minimum", 1, 1000, &minimum, error);
        rules->minimum_formulas = (size_t)minimum;
    } else if (strcmp(name, "length") == 0) {
        item = &rules->length;
        status = json_get_integer(place, "minimum_words", 1, 1000000, &minimum, error);
        rules->minimum_words = (size_t)minimum;
    } else {
        return json_place_error(
            place, error, "no such check \"%s\": present, sections, formulas or length", name);
    }
    if (status != 0)
        return status;
    snprintf(item->name, sizeof item->name, "report_%.50s", name);
    status = rubric_read_text(place, "title", item->title, sizeof item->title, error);
    return status != 0 ? status : rubric_read_points(place, "points", &item->points, error);
}

static int find_criterion(const struct json_place *parent, const struct rubric *rubric,
                          size_t *index, struct error *error)
{
    const char *name;
    int status = json_get_string(parent, "criterion", &name, error);
    if (status != 0)
        return status;
    for (size_t i = 0; i < rubric->criterion_count; i++) {
        if (strcmp(rubric->criteria[i].name, name) == 0) {
            *index = i;
            return 0;
        }
    }
    struct json_place place = json_place_member(parent, "criterion");
    return json_place_error(&place, error, "the rubric has no criterion \"%s\"", name);
}

static int read_case_study(const struct json_place *root, struct rubric *rubric,
                           struct error *error)
{
    if (!json_has(root, "case_study"))
        return 0;
    struct json_place place, checks;
    int status = json_get_object(root, "case_study", &place, error);
    if (status == 0)
        status = find_criterion(&place, rubric, &rubric->case_study.criterion, error);
    if (status == 0)
        status = json_get_array(&place, "checks", &checks, error);
    for (int i = 0; status == 0 && i < rubric_count(&checks); i++) {
        struct json_place check = json_place_item(&checks, i);
        status = read_case_study_check(&check, &rubric->case_study, error);
    }
    return status;
}

static int read_level(const struct json_place *place, const char *key, char *level, size_t size,
                      struct error *error)
{
    static const char *const levels[] = {"verdict", "hint", "values", "full"};
    int status = rubric_read_text(place, key, level, size, error);
    if (status != 0)
        return status;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i], level) == 0)
            return 0;
    struct json_place member = json_place_member(place, key);
    return json_place_error(&member, error, "\"%s\" is none of verdict, hint, values, full", level);
}

static int read_feedback(const struct json_place *root, struct rubric *rubric, struct error *error)
{
    static const char *const keys[] = {"check", "learner", "ci", "instructor", NULL};
    struct feedback_levels *levels = &rubric->feedback;
    char *const values[] = {levels->check, levels->learner, levels->ci, levels->instructor};
    struct json_place place;
    int status = json_get_object(root, "feedback", &place, error);
    if (status == 0)
        status = json_check_keys(&place, keys, error);
    for (size_t i = 0; keys[i] != NULL && status == 0; i++)
        status = read_level(&place, keys[i], values[i], FEEDBACK_LEVEL_MAX, error);
    return status;
}

static int read_head(const struct json_place *root, struct rubric *rubric, struct error *error)
{
    static const char *const keys[] = {
        "$schema",  "schema_version", "rubric",   "title",      "version", "points", "requirements",
        "criteria", "projects",       "feedback", "case_study", "limits",  NULL};
    int64_t version;
    int status = json_check_keys(root, keys, error);
    if (status == 0)
        status = json_get_integer(root, "schema_version", 1, 1, &version, error);
    if (status == 0)
        status = rubric_read_text(root, "rubric", rubric->name, sizeof rubric->name, error);
    if (status == 0)
        status = rubric_read_text(root, "title", rubric->title, sizeof rubric->title, error);
    if (status == 0)
        status = rubric_read_text(root, "version", rubric->version, sizeof rubric->version, error);
    if (status == 0)
        status = rubric_read_points(root, "points", &rubric->points, error);
    return status;
}

static int read_step_limits(const struct json_place *root, struct rubric *rubric,
                            struct error *error)
{
    struct json_place limits;
    int status = json_get_object(root, "limits", &limits, error);
    if (status == 0)
        status = read_limits(&limits, "build", &rubric->build, error);
    return status != 0 ? status : read_limits(&limits, "run", &rubric->run, error);
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct text_entry *)a)->key, ((const struct text_entry *)b)->key);
}

/* A flat object of texts; with @p member, each value is an object and the text is that member. */
static int read_texts(const struct json_place *root, const char *member,
                      struct text_entry **entries, size_t *count, struct error *error)
{
    if (!cJSON_IsObject(root->node))
        return json_place_error(root, error, "expected an object");
    *entries = calloc((size_t)cJSON_GetArraySize(root->node) + 1, sizeof **entries);
    if (*entries == NULL)
        return error_memory(error);
    for (const cJSON *item = root->node->child; item != NULL; item = item->next) {
        const char *text = NULL;
        struct json_place place = json_place_member(root, item->string);
        int status = member == NULL ? json_get_string(root, item->string, &text, error)
                                    : json_get_string(&place, member, &text, error);
        if (status != 0)
            return status;
        struct text_entry *entry = &(*entries)[(*count)++];
        entry->key = strdup(item->string);
        entry->text = strdup(text);
        if (entry->key == NULL || entry->text == NULL)
            return error_memory(error);
    }
    qsort(*entries, *count, sizeof **entries, compare_entries);
    return 0;
}

static int load_wording(struct rubric *rubric, crypto_generichash_state *digest,
                        struct error *error)
{
    AUTO_JSON cJSON *wording = NULL;
    AUTO_JSON cJSON *misconceptions = NULL;
    int status = load_file(rubric, "wording.json", digest, &wording, error);
    if (status == 0)
        status = load_file(rubric, "misconceptions.json", digest, &misconceptions, error);
    if (status != 0)
        return status;
    struct json_place words = json_place_root(wording, "wording.json", ERROR_USAGE);
    struct json_place ids = json_place_root(misconceptions, "misconceptions.json", ERROR_USAGE);
    status = read_texts(&words, NULL, &rubric->wording, &rubric->wording_count, error);
    if (status == 0)
        status = read_texts(&ids, "message", &rubric->misconceptions, &rubric->misconception_count,
                            error);
    return status;
}

static int load_task(struct rubric *rubric, const struct project *project, const char *name,
                     crypto_generichash_state *digest, struct task *task, struct error *error)
{
    char file[FILE_PATH_MAX];
    AUTO_JSON cJSON *root = NULL;
    snprintf(file, sizeof file, "projects/%s/%s.json", project->name, name);
    int status = load_file(rubric, file, digest, &root, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_root(root, file, ERROR_USAGE);
    status = task_read(&place, rubric, task, error);
    if (status == 0 && strcmp(task->name, name) != 0)
        return json_place_error(&place, error, "the task is named \"%s\", the file \"%s\"",
                                task->name, name);
    return status;
}

/* File names come from the rubric; they must not leave its folder. */
static bool is_plain_name(const cJSON *node)
{
    if (!cJSON_IsString(node) || node->valuestring[0] == '\0' ||
        strlen(node->valuestring) >= NAME_MAX_LENGTH)
        return false;
    return strspn(node->valuestring, "abcdefghijklmnopqrstuvwxyz0123456789_-") ==
           strlen(node->valuestring);
}

static int load_project(struct rubric *rubric, struct project *project, const char *name,
                        crypto_generichash_state *digest, struct error *error)
{
    static const char *const keys[] = {"$schema",     "schema_version", "project", "title",
                                       "description", "tasks",          NULL};
    char file[FILE_PATH_MAX];
    AUTO_JSON cJSON *root = NULL;
    snprintf(file, sizeof file, "projects/%s/project.json", name);
    int status = load_file(rubric, file, digest, &root, error);
    if (status != 0)
        return status;
    struct json_place place = json_place_root(root, file, ERROR_USAGE), tasks;
    status = json_check_keys(&place, keys, error);
    if (status == 0)
        status = rubric_read_text(&place, "project", project->name, sizeof project->name, error);
    if (status == 0 && strcmp(project->name, name) != 0)
        return json_place_error(&place, error, "the project is named \"%s\", its folder \"%s\"",
                                project->name, name);
    if (status == 0)
        status = rubric_read_text(&place, "title", project->title, sizeof project->title, error);
    if (status == 0)
        status = json_get_array(&place, "tasks", &tasks, error);
    if (status != 0)
        return status;
    project->task_count = (size_t)rubric_count(&tasks);
    project->tasks = calloc(project->task_count + 1, sizeof *project->tasks);
    if (project->tasks == NULL)
        return error_memory(error);
    for (size_t i = 0; i < project->task_count && status == 0; i++) {
        struct json_place item = json_place_item(&tasks, (int)i);
        if (!is_plain_name(item.node) || strcmp(item.node->valuestring, "project") == 0)
            return json_place_error(&item, error,
                                    "expected the name of a task file (and not \"project\")");
        status =
            load_task(rubric, project, item.node->valuestring, digest, &project->tasks[i], error);
    }
    return status;
}

static bool is_listed_before(const struct json_place *array, int index)
{
    struct json_place item = json_place_item(array, index);
    for (int i = 0; i < index; i++) {
        struct json_place other = json_place_item(array, i);
        if (strcmp(other.node->valuestring, item.node->valuestring) == 0)
            return true;
    }
    return false;
}

static int load_projects(const struct json_place *root, struct rubric *rubric,
                         crypto_generichash_state *digest, struct error *error)
{
    struct json_place array;
    int status = json_get_array(root, "projects", &array, error);
    if (status != 0)
        return status;
    rubric->project_count = (size_t)rubric_count(&array);
    rubric->projects = calloc(rubric->project_count + 1, sizeof *rubric->projects);
    if (rubric->projects == NULL)
        return error_memory(error);
    for (size_t i = 0; i < rubric->project_count && status == 0; i++) {
        struct json_place item = json_place_item(&array, (int)i);
        if (!is_plain_name(item.node))
            return json_place_error(&item, error, "expected the name of a project folder");
        if (is_listed_before(&array, (int)i))
            return json_place_error(&item, error, "the project stands there twice");
        status = load_project(rubric, &rubric->projects[i], item.node->valuestring, digest, error);
    }
    return status;
}

static milli_points item_sum(const struct rubric_item *items, size_t count)
{
    milli_points sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += items[i].points;
    return sum;
}

static milli_points fixed_points(const struct rubric *rubric, size_t criterion)
{
    const struct criterion *c = &rubric->criteria[criterion];
    const struct case_study_rules *study = &rubric->case_study;
    milli_points sum = item_sum(c->checks, c->check_count) + item_sum(c->manual, c->manual_count);
    if (study->criterion == criterion)
        sum += study->present.points + study->sections.points + study->formulas.points +
               study->length.points;
    return sum;
}

static int check_project_points(const struct rubric *rubric, const struct project *project,
                                struct error *error)
{
    for (size_t c = 0; c < rubric->criterion_count; c++) {
        milli_points sum = fixed_points(rubric, c);
        for (size_t t = 0; t < project->task_count; t++)
            if (project->tasks[t].criterion == c)
                sum += project->tasks[t].points;
        if (sum == rubric->criteria[c].points)
            continue;
        char have[POINTS_TEXT_MAX], want[POINTS_TEXT_MAX];
        points_text(have, sum);
        points_text(want, rubric->criteria[c].points);
        return error_set(error, ERROR_USAGE,
                         "projects/%s: criterion \"%s\" has %s points in checks and tasks, the "
                         "rubric gives it %s",
                         project->name, rubric->criteria[c].name, have, want);
    }
    return 0;
}

static int check_points(const struct rubric *rubric, struct error *error)
{
    milli_points sum = 0;
    for (size_t c = 0; c < rubric->criterion_count; c++)
        sum += rubric->criteria[c].points;
    if (sum != rubric->points)
        return error_set(error, ERROR_USAGE,
                         "rubric.json: the criteria's points do not add up to \"points\"");
    for (size_t p = 0; p < rubric->project_count; p++) {
        int status = check_project_points(rubric, &rubric->projects[p], error);
        if (status != 0)
            return status;
    }
    return 0;
}

static int load_all(struct rubric *rubric, struct error *error)
{
    crypto_generichash_state digest;
    crypto_generichash_init(&digest, NULL, 0, 32);
    AUTO_JSON cJSON *json = NULL;
    int status = load_file(rubric, "rubric.json", &digest, &json, error);
    if (status != 0)
        return status;
    struct json_place root = json_place_root(json, "rubric.json", ERROR_USAGE);
    status = read_head(&root, rubric, error);
    if (status == 0)
        status = read_criteria(&root, rubric, error);
    if (status == 0)
        status = read_step_limits(&root, rubric, error);
    if (status == 0)
        status = read_feedback(&root, rubric, error);
    if (status == 0)
        status = read_case_study(&root, rubric, error);
    if (status == 0)
        status = load_wording(rubric, &digest, error);
    if (status == 0)
        status = load_projects(&root, rubric, &digest, error);
    if (status == 0)
        status = check_points(rubric, error);
    unsigned char hash[32];
    crypto_generichash_final(&digest, hash, sizeof hash);
    sodium_bin2hex(rubric->digest, sizeof rubric->digest, hash, sizeof hash);
    return status;
}

int rubric_load(const char *directory, struct rubric **out, struct error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_ENVIRONMENT, "libsodium cannot start");
    if (strlen(directory) >= sizeof(*out)->directory)
        return error_set(error, ERROR_USAGE, "path of the rubric is too long");
    struct rubric *rubric = calloc(1, sizeof *rubric);
    if (rubric == NULL)
        return error_memory(error);
    rubric->case_study.criterion = SIZE_MAX;
    snprintf(rubric->directory, sizeof rubric->directory, "%s", directory);
    int status = load_all(rubric, error);
    if (status != 0) {
        rubric_free(rubric);
        return error_context(error, "rubric");
    }
    *out = rubric;
    return 0;
}

static void free_texts(struct text_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(entries[i].key);
        free(entries[i].text);
    }
    free(entries);
}

void rubric_free(struct rubric *rubric)
{
    if (rubric == NULL)
        return;
    for (size_t i = 0; i < rubric->criterion_count; i++) {
        free(rubric->criteria[i].checks);
        free(rubric->criteria[i].manual);
    }
    free(rubric->criteria);
    for (size_t i = 0; rubric->projects != NULL && i < rubric->project_count; i++)
        free(rubric->projects[i].tasks);
    free(rubric->projects);
    free_texts(rubric->wording, rubric->wording_count);
    free_texts(rubric->misconceptions, rubric->misconception_count);
    free(rubric);
}

const struct project *rubric_project(const struct rubric *rubric, const char *name)
{
    for (size_t i = 0; i < rubric->project_count; i++)
        if (strcmp(rubric->projects[i].name, name) == 0)
            return &rubric->projects[i];
    return NULL;
}

void rubric_project_names(const struct rubric *rubric, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < rubric->project_count && used < size; i++) {
        int wrote = snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ",
                             rubric->projects[i].name);
        used += wrote < 0 ? 0 : (size_t)wrote;
    }
}
