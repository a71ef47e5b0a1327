/* Reads one task file and checks it against the registry of operations and generators. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/rubric/rubric_reader.h"

double case_number_at(const struct case_number *number, unsigned case_index)
{
    return number->values[case_index % number->count];
}

static int read_case_number(const struct json_place *place, struct case_number *number,
                            struct error *error)
{
    if (cJSON_IsNumber(place->node)) {
        number->values[0] = place->node->valuedouble;
        number->count = 1;
        return 0;
    }
    int count = cJSON_IsArray(place->node) ? cJSON_GetArraySize(place->node) : 0;
    if (count < 1 || count > RUBRIC_NUMBERS_MAX)
        return json_place_error(place, error,
                                "expected a number, or 1 to %d numbers (one per case)",
                                RUBRIC_NUMBERS_MAX);
    for (int i = 0; i < count; i++) {
        struct json_place item = json_place_item(place, i);
        if (!cJSON_IsNumber(item.node))
            return json_place_error(&item, error, "expected a number");
        number->values[i] = item.node->valuedouble;
    }
    number->count = (size_t)count;
    return 0;
}

static int find_input(const struct task *task, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(task->inputs[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* One member of a generator's specification: a dependency, a parameter, or a mistake. */
static int read_generator_member(const struct json_place *place, const struct task *task,
                                 struct task_input *input, size_t made, struct error *error)
{
    const char *key = place->key;
    int dependency = ref_generator_dependency(input->generator, key);
    if (dependency >= 0) {
        const char *from = cJSON_IsString(place->node) ? place->node->valuestring : "";
        input->dependencies[dependency] = find_input(task, made, from);
        if (input->dependencies[dependency] < 0)
            return json_place_error(place, error,
                                    "expected the name of an input that stands before this one");
        return 0;
    }
    int parameter = ref_generator_parameter(input->generator, key);
    if (parameter < 0)
        return json_place_error(place, error, "generator \"%s\" has no parameter \"%s\"",
                                input->generator->name, key);
    return read_case_number(place, &input->parameters[parameter], error);
}

static int check_parameters(const struct json_place *place, const struct task_input *input,
                            unsigned cases, struct error *error)
{
    const struct ref_generator *generator = input->generator;
    for (size_t i = 0; i < generator->dependency_count; i++)
        if (input->dependencies[i] < 0)
            return json_place_error(place, error, "generator \"%s\" needs \"%s\"", generator->name,
                                    generator->dependencies[i]);
    for (unsigned c = 0; c < cases; c++) {
        double values[REF_PARAMETERS_MAX];
        ref_generator_defaults(generator, values);
        for (size_t i = 0; i < generator->parameter_count; i++)
            if (input->parameters[i].count > 0)
                values[i] = case_number_at(&input->parameters[i], c);
        int bad = ref_generator_bad_parameter(generator, values);
        if (bad >= 0)
            return json_place_error(place, error, "%s: missing, or out of its range %g to %g",
                                    generator->parameters[bad].name,
                                    generator->parameters[bad].lowest,
                                    generator->parameters[bad].highest);
    }
    return 0;
}

static int read_generated(const struct json_place *place, const struct task *task, size_t made,
                          struct task_input *input, struct error *error)
{
    const char *name;
    int status = json_get_string(place, "generate", &name, error);
    if (status != 0)
        return status;
    input->generator = ref_generator_find(name);
    if (input->generator == NULL)
        return json_place_error(place, error, "there is no generator \"%s\"", name);
    for (const cJSON *item = place->node->child; item != NULL && status == 0; item = item->next) {
        if (strcmp(item->string, "generate") == 0 || strcmp(item->string, "hidden") == 0)
            continue;
        struct json_place member = json_place_member(place, item->string);
        status = read_generator_member(&member, task, input, made, error);
    }
    return status != 0 ? status : check_parameters(place, input, task->cases, error);
}

static int read_input(const struct json_place *place, struct task *task, struct error *error)
{
    if (!cJSON_IsObject(place->node))
        return json_place_error(place, error, "expected an object");
    if (task->input_count == RUBRIC_INPUTS_MAX)
        return json_place_error(place, error, "more than %d inputs", RUBRIC_INPUTS_MAX);
    size_t made = task->input_count++;
    struct task_input *input = &task->inputs[made];
    if (strlen(place->key) >= sizeof input->name)
        return json_place_error(place, error, "name too long");
    snprintf(input->name, sizeof input->name, "%s", place->key);
    for (size_t i = 0; i < REF_DEPENDENCIES_MAX; i++)
        input->dependencies[i] = -1;
    int status = 0;
    if (json_has(place, "hidden"))
        status = json_get_bool(place, "hidden", &input->hidden, error);
    if (status != 0)
        return status;
    if (json_has(place, "generate"))
        return read_generated(place, task, made, input, error);
    static const char *const keys[] = {"value", "hidden", NULL};
    status = json_check_keys(place, keys, error);
    if (status != 0)
        return status;
    struct json_place value = json_place_member(place, "value");
    if (value.node == NULL)
        return json_place_error(place, error, "needs \"generate\" or \"value\"");
    return read_case_number(&value, &input->value, error);
}

/* Which input of the task stands for which input of the operation. */
static int bind_inputs(const struct json_place *place, struct task *task, struct error *error)
{
    const struct ref_operation *operation = task->operation;
    for (size_t i = 0; i < operation->input_count; i++) {
        int found = find_input(task, task->input_count, operation->inputs[i].name);
        if (found < 0)
            return json_place_error(place, error, "operation \"%s\" needs the input \"%s\"",
                                    operation->name, operation->inputs[i].name);
        if (task->inputs[found].hidden)
            return json_place_error(place, error, "\"%s\" is needed and cannot be hidden",
                                    operation->inputs[i].name);
        task->argument[i] = found;
        task->inputs[found].kind = operation->inputs[i].kind;
    }
    for (size_t i = 0; i < task->input_count; i++)
        if (!task->inputs[i].hidden && ref_operation_input(operation, task->inputs[i].name) < 0)
            return json_place_error(place, error,
                                    "\"%s\" is no input of operation \"%s\"; mark it hidden",
                                    task->inputs[i].name, operation->name);
    return 0;
}

static int read_inputs(const struct json_place *root, struct task *task, struct error *error)
{
    struct json_place inputs;
    int status = json_get_object(root, "inputs", &inputs, error);
    if (status != 0)
        return status;
    for (const cJSON *item = inputs.node->child; item != NULL && status == 0; item = item->next) {
        struct json_place place = json_place_member(&inputs, item->string);
        status = read_input(&place, task, error);
    }
    return status != 0 ? status : bind_inputs(&inputs, task, error);
}

static int read_compare(const struct json_place *place, struct task_output *output,
                        struct error *error)
{
    static const char *const verbs[] = {"value",  "columns_up_to_sign", "trace",
                                        "metric", "distribution",       "deterministic"};
    const char *name;
    int status = json_get_string(place, "compare", &name, error);
    if (status != 0)
        return status;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i], name) == 0) {
            output->compare = (enum compare_verb)i;
            return 0;
        }
    }
    struct json_place member = json_place_member(place, "compare");
    return json_place_error(&member, error, "there is no comparison \"%s\"", name);
}

static int read_tolerance(const struct json_place *place, struct task_output *output,
                          struct error *error)
{
    output->conditioned = true;
    struct json_place tolerance = json_place_member(place, "tolerance");
    if (tolerance.node == NULL ||
        (cJSON_IsString(tolerance.node) && strcmp(tolerance.node->valuestring, "conditioned") == 0))
        return 0;
    static const char *const keys[] = {"epsabs", "epsrel", "rule", NULL};
    if (!cJSON_IsObject(tolerance.node))
        return json_place_error(&tolerance, error,
                                "expected \"conditioned\" or {\"epsabs\": ..., \"epsrel\": ...}");
    output->conditioned = false;
    struct json_place rule = json_place_member(&tolerance, "rule");
    int status = json_check_keys(&tolerance, keys, error);
    if (status == 0 && rule.node != NULL &&
        !(cJSON_IsString(rule.node) && strcmp(rule.node->valuestring, "either") == 0))
        return json_place_error(&rule, error, "the only rule is \"either\": the larger one allows");
    if (status == 0)
        status = json_get_number(&tolerance, "epsabs", &output->epsabs, error);
    if (status == 0)
        status = json_get_number(&tolerance, "epsrel", &output->epsrel, error);
    if (status != 0)
        return status;
    if (!(output->epsabs > 0.0 && output->epsrel >= 0.0 && output->epsrel < 1.0))
        return json_place_error(&tolerance, error,
                                "epsabs must be above 0 (a relative tolerance alone asks for exact "
                                "zeros) and epsrel lie in [0, 1)");
    return 0;
}

static int read_scale(const struct json_place *place, struct task_output *output,
                      struct error *error)
{
    if (!json_has(place, "scale"))
        return 0;
    const char *name;
    int status = json_get_string(place, "scale", &name, error);
    if (status != 0)
        return status;
    if (strcmp(name, "entry") == 0)
        output->scale = SCALE_ENTRY;
    else if (strcmp(name, "array") != 0)
        return json_place_error(place, error, "scale is \"array\" or \"entry\"");
    return 0;
}

static int read_metric(const struct json_place *place, const struct task *task,
                       struct task_output *output, struct error *error)
{
    output->truth = -1;
    if (output->compare != COMPARE_METRIC)
        return 0;
    const char *metric, *truth;
    int status = json_get_string(place, "metric", &metric, error);
    if (status == 0)
        status = json_get_string(place, "truth", &truth, error);
    if (status == 0)
        status = json_get_number(place, "margin", &output->margin, error);
    if (status != 0)
        return status;
    if (strcmp(metric, "rmse") != 0)
        return json_place_error(place, error, "there is no metric \"%s\"", metric);
    if (!(output->margin >= 0.0 && output->margin <= 1.0))
        return json_place_error(place, error, "margin lies in [0, 1]");
    output->truth = find_input(task, task->input_count, truth);
    if (output->truth < 0)
        return json_place_error(place, error, "truth names no input of the task");
    return 0;
}

static int read_output(const struct json_place *place, struct task *task, struct error *error)
{
    static const char *const keys[] = {"compare", "tolerance", "scale", "metric",
                                       "truth",   "margin",    NULL};
    if (task->output_count == REF_OUTPUTS_MAX)
        return json_place_error(place, error, "more than %d outputs", REF_OUTPUTS_MAX);
    struct task_output *output = &task->outputs[task->output_count++];
    output->index = ref_operation_output(task->operation, place->key);
    if (output->index < 0)
        return json_place_error(place, error, "operation \"%s\" has no output \"%s\"",
                                task->operation->name, place->key);
    int status = json_check_keys(place, keys, error);
    if (status == 0)
        status = read_compare(place, output, error);
    if (status == 0)
        status = read_tolerance(place, output, error);
    if (status == 0)
        status = read_scale(place, output, error);
    return status != 0 ? status : read_metric(place, task, output, error);
}

static int read_outputs(const struct json_place *root, struct task *task, struct error *error)
{
    struct json_place outputs;
    int status = json_get_object(root, "outputs", &outputs, error);
    if (status != 0)
        return status;
    for (const cJSON *item = outputs.node->child; item != NULL && status == 0; item = item->next) {
        struct json_place place = json_place_member(&outputs, item->string);
        status = read_output(&place, task, error);
    }
    if (status == 0 && task->output_count == 0)
        return json_place_error(&outputs, error, "a task needs an output");
    return status;
}

/* "PC03" stands for every variant "PC03" and "PC03/..." of the operation. */
static bool id_covers(const char *asked, const char *variant)
{
    size_t length = strlen(asked);
    return strncmp(asked, variant, length) == 0 &&
           (variant[length] == '\0' || (variant[length] == '/' && strchr(asked, '/') == NULL));
}

static int read_ids(const struct json_place *root, const char *key, const struct task *task,
                    const struct ref_variant **list, size_t *count, struct error *error)
{
    struct json_place array = json_place_member(root, key);
    if (array.node == NULL)
        return 0;
    if (!cJSON_IsArray(array.node))
        return json_place_error(&array, error, "expected an array of catalogue IDs");
    for (int i = 0; i < rubric_count(&array); i++) {
        struct json_place item = json_place_item(&array, i);
        if (!cJSON_IsString(item.node))
            return json_place_error(&item, error, "expected a catalogue ID");
        size_t before = *count;
        for (size_t v = 0; v < task->operation->variant_count; v++) {
            const struct ref_variant *variant = &task->operation->variants[v];
            if (id_covers(item.node->valuestring, variant->id) && *count < RUBRIC_IDS_MAX)
                list[(*count)++] = variant;
        }
        if (*count == before)
            return json_place_error(&item, error,
                                    "operation \"%s\" has no variant \"%s\" (or there are more "
                                    "than %d)",
                                    task->operation->name, item.node->valuestring, RUBRIC_IDS_MAX);
    }
    return 0;
}

static int check_messages(const struct json_place *root, const struct rubric *rubric,
                          const struct task *task, struct error *error)
{
    for (size_t i = 0; i < task->misconception_count; i++)
        if (rubric_misconception(rubric, task->misconceptions[i]->id) == NULL)
            return json_place_error(root, error, "misconceptions.json has no message for \"%s\"",
                                    task->misconceptions[i]->id);
    return 0;
}

static int find_task_criterion(const struct json_place *root, const struct rubric *rubric,
                               struct task *task, struct error *error)
{
    const char *name;
    int status = json_get_string(root, "criterion", &name, error);
    if (status != 0)
        return status;
    for (task->criterion = 0; task->criterion < rubric->criterion_count; task->criterion++)
        if (strcmp(rubric->criteria[task->criterion].name, name) == 0)
            return 0;
    return json_place_error(root, error, "the rubric has no criterion \"%s\"", name);
}

static int read_head(const struct json_place *root, const struct rubric *rubric, struct task *task,
                     struct error *error)
{
    int64_t module = 0, cases = 0;
    int status = rubric_read_text(root, "task", task->name, sizeof task->name, error);
    if (status == 0)
        status = rubric_read_text(root, "title", task->title, sizeof task->title, error);
    if (status == 0)
        status = rubric_read_text(root, "ask", task->ask, sizeof task->ask, error);
    if (status == 0 && json_has(root, "convention"))
        status =
            rubric_read_text(root, "convention", task->convention, sizeof task->convention, error);
    if (status == 0)
        status = rubric_read_text(root, "topic", task->topic, sizeof task->topic, error);
    if (status == 0)
        status = json_get_integer(root, "module", 1, 6, &module, error);
    if (status == 0)
        status = json_get_integer(root, "cases", 1, RUBRIC_CASES_MAX, &cases, error);
    if (status == 0)
        status = rubric_read_points(root, "points", &task->points, error);
    task->module = (int)module;
    task->cases = (unsigned)cases;
    return status != 0 ? status : find_task_criterion(root, rubric, task, error);
}

static int find_operation(const struct json_place *root, struct task *task, struct error *error)
{
    const char *name;
    int status = json_get_string(root, "reference", &name, error);
    if (status != 0)
        return status;
    task->operation = ref_operation_find(name);
    if (task->operation == NULL)
        return json_place_error(root, error, "reference: there is no operation \"%s\"", name);
    return 0;
}

int task_read(const struct json_place *root, const struct rubric *rubric, struct task *task,
              struct error *error)
{
    static const char *const keys[] = {"$schema", "task",       "title",          "ask",
                                       "module",  "topic",      "criterion",      "points",
                                       "cases",   "reference",  "inputs",         "outputs",
                                       "accept",  "convention", "misconceptions", NULL};
    int status = json_check_keys(root, keys, error);
    if (status == 0)
        status = read_head(root, rubric, task, error);
    if (status == 0)
        status = find_operation(root, task, error);
    if (status == 0)
        status = read_inputs(root, task, error);
    if (status == 0)
        status = read_outputs(root, task, error);
    if (status == 0)
        status = read_ids(root, "accept", task, task->accepted, &task->accepted_count, error);
    if (status == 0)
        status = read_ids(root, "misconceptions", task, task->misconceptions,
                          &task->misconception_count, error);
    return status != 0 ? status : check_messages(root, rubric, task, error);
}
