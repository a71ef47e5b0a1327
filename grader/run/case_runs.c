#include "grader/run/case_runs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/run/case_files.h"
#include "grader/run/learner_fault.h"
#include "grader/run/run_failure.h"

enum { LEARNER_FAULT_MAX = 64 * 1024, COMMAND_MAX = MANIFEST_WORDS_MAX + 8 };

/* One pass over a list of cases. */
struct pass {
    const struct program *program;
    const char *what;
    char cases[FILE_PATH_MAX];  /* host folder with the case folders */
    char output[FILE_PATH_MAX]; /* host folder with an empty folder per case: shape of the output */
    const struct test_case *const *list;
    size_t count;
    struct case_run *runs;
    bool *done; /* the case has its result */
};

/* Where the outputs of a case lie inside the sandbox of a finished run. */
struct output_place {
    const struct sandbox_result *result;
    char folder[256];
};

static int open_output(void *payload, const char *file, size_t maximum_bytes)
{
    const struct output_place *place = payload;
    char path[512];
    int length = snprintf(path, sizeof path, "%s/%s", place->folder, file);
    if (length < 0 || (size_t)length >= sizeof path)
        return -ENAMETOOLONG;
    return sandbox_result_open(place->result, path, maximum_bytes);
}

/* Learners get shapes wrong in known ways (n x n for d x d): the limits leave room for those. */
static struct array_limits limits_for(const struct test_case *test_case)
{
    size_t side = 64;
    for (size_t i = 0; i < test_case->task->input_count; i++) {
        const struct ref_array *input = &test_case->inputs[i];
        side = input->rows > side ? input->rows : side;
        side = input->columns > side ? input->columns : side;
    }
    for (size_t i = 0; i < REF_OUTPUTS_MAX; i++)
        side = test_case->expected[i].rows > side ? test_case->expected[i].rows : side;
    return (struct array_limits){.maximum_entries = 4 * side * side,
                                 .maximum_bytes = 256 * side * side + 65536};
}

static int read_outputs(struct output_place *place, const struct test_case *test_case,
                        struct case_run *run, struct error *error)
{
    const struct task *task = test_case->task;
    struct array_limits limits = limits_for(test_case);
    int status = 0;
    for (size_t i = 0; i < task->output_count && status == 0; i++) {
        output_reading_release(&run->readings[i]);
        const char *name = task->operation->outputs[task->outputs[i].index].name;
        status = output_folder_read(open_output, place, name, &limits, &run->readings[i], error);
    }
    return status;
}

/* True when the functions runner left a fault for the case. */
static bool read_fault(const struct program *program, struct output_place *place,
                       const struct task *task, struct failure *failure)
{
    AUTO_CLOSE int fd = open_output(place, "error.json", LEARNER_FAULT_MAX);
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error ignored = ERROR_INIT;
    if (fd < 0 || file_read_fd(fd, LEARNER_FAULT_MAX, &bytes, &size, &ignored) != 0)
        return false;
    learner_fault_read(program->rubric, task->name, bytes, size, failure);
    return true;
}

static bool all_read(const struct task *task, const struct case_run *run)
{
    for (size_t i = 0; i < task->output_count; i++)
        if (run->readings[i].state == OUTPUT_MISSING)
            return false;
    return true;
}

static bool uses_functions(const struct program *program)
{
    return program->manifest->functions[0] != '\0';
}

static struct sandbox_spec *run_spec(const struct pass *pass, const char *const *command)
{
    const struct program *program = pass->program;
    struct sandbox_spec *spec = program_spec(program, SANDBOX_PROFILE_RUN, &program->rubric->run);
    if (spec == NULL)
        return NULL;
    sandbox_spec_add_read_only(spec, pass->cases, PROGRAM_CASES);
    if (uses_functions(program))
        sandbox_spec_add_read_only(spec, program->runners, PROGRAM_RUNNERS);
    sandbox_spec_set_command(spec, command);
    return spec;
}

/* The words that start the program, without the arguments of a case. */
static size_t start_words(const struct program *program, const char **command)
{
    size_t count = 0;
    if (uses_functions(program)) {
        command[count++] = "python3";
        command[count++] = "-B";
        command[count++] = PROGRAM_RUNNERS "/python/run_functions.py";
        command[count++] = program->manifest->functions;
    }
    for (size_t i = 0; i < program->manifest->run.count; i++)
        command[count++] = program->manifest->run.words[i];
    return count;
}

static int run_command(const struct pass *pass, const char *const *command, const char *step,
                       bool folders, struct sandbox_result **result, struct failure *failure,
                       struct error *error)
{
    struct sandbox_spec *spec = run_spec(pass, command);
    if (spec == NULL)
        return error_memory(error);
    if (folders)
        sandbox_spec_add_copy(spec, pass->output, PROGRAM_OUTPUT);
    else
        sandbox_spec_add_directory(spec, PROGRAM_OUTPUT);
    int status =
        program_run(pass->program, spec, step, &pass->program->rubric->run, result, failure, error);
    sandbox_spec_free(spec);
    return status;
}

/* Takes what a grouped run left for one case. A case that is not finished, or whose fault may come
 * from a denied system call of some other case, waits for a run of its own. */
static int take_from_group(struct pass *pass, size_t i, const struct sandbox_result *result,
                           struct error *error)
{
    const struct test_case *test_case = pass->list[i];
    struct case_run *run = &pass->runs[i];
    struct output_place place = {.result = result};
    char name[CASE_FOLDER_MAX];
    case_folder_name(name, i, test_case);
    snprintf(place.folder, sizeof place.folder, "%s/%s", PROGRAM_OUTPUT, name);
    int status = read_outputs(&place, test_case, run, error);
    if (status != 0)
        return status;
    bool fault = read_fault(pass->program, &place, test_case->task, &run->failure);
    pass->done[i] = fault ? result->denial_count == 0 : all_read(test_case->task, run);
    return 0;
}

static int run_group(struct pass *pass, struct error *error)
{
    const char *command[COMMAND_MAX];
    size_t words = start_words(pass->program, command);
    command[words++] = "--cases";
    command[words++] = PROGRAM_CASES;
    command[words++] = PROGRAM_OUTPUT;
    command[words] = NULL;
    struct sandbox_result *result = NULL;
    struct failure ignored; // what failed shows when the case is run alone
    char step[96];
    snprintf(step, sizeof step, "all %s", pass->what);
    int status = run_command(pass, command, step, true, &result, &ignored, error);
    for (size_t i = 0; i < pass->count && status == 0; i++)
        status = take_from_group(pass, i, result, error);
    sandbox_result_free(result);
    return status;
}

static int take_alone(struct pass *pass, size_t i, const struct sandbox_result *result,
                      const struct failure *failure, struct error *error)
{
    const struct test_case *test_case = pass->list[i];
    struct case_run *run = &pass->runs[i];
    struct output_place place = {.result = result};
    snprintf(place.folder, sizeof place.folder, "%s", PROGRAM_OUTPUT);
    int status = read_outputs(&place, test_case, run, error);
    if (status != 0)
        return status;
    run->failure = *failure;
    bool fault = failure->verdict == VERDICT_CORRECT &&
                 read_fault(pass->program, &place, test_case->task, &run->failure);
    bool incomplete = fault || !all_read(test_case->task, run);
    if (run->failure.verdict == VERDICT_CRASHED && !fault)
        (void)read_fault(pass->program, &place, test_case->task, &run->failure);
    if (incomplete && (failure->verdict == VERDICT_CORRECT || failure->verdict == VERDICT_CRASHED))
        (void)run_failure_denied(pass->program->rubric, result, &run->failure);
    pass->done[i] = true;
    return 0;
}

static int run_alone(struct pass *pass, size_t i, struct error *error)
{
    const char *command[COMMAND_MAX];
    const struct test_case *test_case = pass->list[i];
    size_t words = start_words(pass->program, command);
    char folder[CASE_FOLDER_MAX], input[CASE_FOLDER_MAX + 16], step[96];
    case_folder_name(folder, i, test_case);
    snprintf(input, sizeof input, "%s/%s", PROGRAM_CASES, folder);
    snprintf(step, sizeof step, "%s: %.50s case %u", pass->what, test_case->task->name,
             test_case->number);
    command[words++] = test_case->task->name;
    command[words++] = input;
    command[words++] = PROGRAM_OUTPUT;
    command[words] = NULL;
    struct sandbox_result *result = NULL;
    struct failure failure;
    int status = run_command(pass, command, step, false, &result, &failure, error);
    if (status == 0)
        status = take_alone(pass, i, result, &failure, error);
    sandbox_result_free(result);
    return status;
}

static bool used_up_a_limit(enum verdict verdict)
{
    return verdict == VERDICT_CPU_TIME_EXCEEDED || verdict == VERDICT_WALL_TIME_EXCEEDED ||
           verdict == VERDICT_MEMORY_EXCEEDED || verdict == VERDICT_OUTPUT_EXCEEDED;
}

/* A task that used up a limit once would only do so again: its other cases are skipped. */
static bool skip_after_limit(struct pass *pass, size_t i)
{
    for (size_t before = 0; before < i; before++) {
        if (pass->list[before]->task != pass->list[i]->task ||
            !used_up_a_limit(pass->runs[before].failure.verdict))
            continue;
        struct failure *failure = &pass->runs[i].failure;
        failure->verdict = VERDICT_SKIPPED;
        rubric_say(pass->program->rubric, failure->message, MESSAGE_MAX, "not_run", "step",
                   "an earlier case of this task", NULL);
        return true;
    }
    return false;
}

static int write_case_folders(const struct pass *pass, struct error *error)
{
    int status = 0;
    for (size_t i = 0; i < pass->count && status == 0; i++) {
        char name[CASE_FOLDER_MAX], folder[FILE_PATH_MAX];
        case_folder_name(name, i, pass->list[i]);
        status =
            case_files_write(pass->cases, name, pass->list[i], pass->program->manifest->npy, error);
        if (status == 0)
            status = file_join(folder, pass->output, name, error);
        if (status == 0)
            status = file_make_directories(folder, error);
    }
    return status;
}

static int execute(struct pass *pass, const char *scratch, struct error *error)
{
    int status = file_join(pass->cases, scratch, "cases", error);
    if (status == 0)
        status = file_join(pass->output, scratch, "output", error);
    if (status == 0)
        status = write_case_folders(pass, error);
    if (status == 0 && (uses_functions(pass->program) || pass->program->manifest->grouped))
        status = run_group(pass, error);
    for (size_t i = 0; i < pass->count && status == 0; i++)
        if (!pass->done[i] && !skip_after_limit(pass, i))
            status = run_alone(pass, i, error);
    return status;
}

int case_runs_execute(const struct program *program, const char *scratch, const char *what,
                      const struct test_case *const *cases, size_t count, struct case_run *runs,
                      struct error *error)
{
    AUTO_FREE bool *done = calloc(count + 1, sizeof *done);
    if (done == NULL)
        return error_memory(error);
    struct pass pass = {.program = program,
                        .what = what,
                        .list = cases,
                        .count = count,
                        .runs = runs,
                        .done = done};
    return execute(&pass, scratch, error);
}

void case_runs_release(struct case_run *runs, size_t count)
{
    for (size_t i = 0; runs != NULL && i < count; i++)
        for (size_t k = 0; k < REF_OUTPUTS_MAX; k++)
            output_reading_release(&runs[i].readings[k]);
}
