#include "grader/run/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/buffer.h"
#include "grader/base/file.h"
#include "grader/run/run_failure.h"

static void set_environment(struct sandbox_spec *spec)
{
    static const char *const variables[][2] = {
        {"PATH", "/usr/local/bin:/usr/bin:/bin"},
        {"HOME", "/home/learner"},
        {"TMPDIR", "/tmp"},
        {"LC_ALL", "C.UTF-8"},
        {"TZ", "UTC"},
        {"PYTHONHASHSEED", "0"},
        {"PYTHONDONTWRITEBYTECODE", "1"},
        {"MPLBACKEND", "Agg"},
        {"OPENBLAS_NUM_THREADS", "1"},
        {"OMP_NUM_THREADS", "1"},
        {"MKL_NUM_THREADS", "1"},
    };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        sandbox_spec_set_variable(spec, variables[i][0], variables[i][1]);
}

static void set_limits(struct sandbox_spec *spec, const struct step_limits *limits)
{
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS, limits->cpu_time_ms);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_WALL_TIME_MS, limits->wall_time_ms);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_MEMORY_BYTES, limits->memory_bytes);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_PROCESSES, limits->processes);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_OPEN_FILES, limits->open_files);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_DISK_BYTES, limits->disk_bytes);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_DISK_FILES, limits->disk_files);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_OUTPUT_BYTES, limits->output_bytes);
}

struct sandbox_spec *program_spec(const struct program *program, enum sandbox_profile profile,
                                  const struct step_limits *limits)
{
    struct sandbox_spec *spec = sandbox_spec_new(profile);
    if (spec == NULL)
        return NULL;
    set_environment(spec);
    set_limits(spec, limits);
    sandbox_spec_add_copy(spec, program->tree, PROGRAM_WORK);
    sandbox_spec_add_directory(spec, "/home/learner");
    sandbox_spec_set_directory(spec, PROGRAM_WORK);
    sandbox_spec_set_cancel(spec, program->cancelled, program->payload);
    return spec;
}

/* Head and tail as printable text, with what lies between them counted. */
static char *stream_text(const struct sandbox_stream *stream)
{
    if (stream->total == 0)
        return NULL;
    struct buffer text = BUFFER_INIT(256 * 1024);
    buffer_append_escaped(&text, stream->head, stream->head_size, true);
    uint64_t kept = stream->head_size + stream->tail_size;
    if (stream->total > kept)
        buffer_append_format(&text, "\n[... %" PRIu64 " bytes left out ...]\n",
                             stream->total - kept);
    buffer_append_escaped(&text, stream->tail, stream->tail_size, true);
    char *result = buffer_failed(&text) ? NULL : buffer_steal(&text);
    buffer_release(&text);
    return result;
}

static void list_denials(const struct sandbox_result *result, char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < result->denial_count && used < size; i++) {
        const struct sandbox_denial *denial = &result->denials[i];
        int wrote = snprintf(text + used, size - used, "%s%s x%" PRIu64, i == 0 ? "" : "; ",
                             denial->syscall, denial->count);
        used += wrote < 0 ? 0 : (size_t)wrote;
    }
}

static void list_layers(unsigned layers, char *text, size_t size)
{
    size_t used = 0;
    for (unsigned bit = 1; bit != 0 && used < size; bit <<= 1) {
        const char *name = (layers & bit) != 0 ? sandbox_layer_name(bit) : NULL;
        if (name == NULL)
            continue;
        int wrote = snprintf(text + used, size - used, "%s%s", used == 0 ? "" : " ", name);
        used += wrote < 0 ? 0 : (size_t)wrote;
    }
}

static void fill_record(const struct sandbox_result *result, const char *step,
                        const struct step_limits *limits, struct run_record *record)
{
    *record = (struct run_record){
        .exit_code = result->exit_code,
        .signal = result->signal,
        .cpu_time_ns = result->usage.cpu_time_ns,
        .wall_time_ns = result->usage.wall_time_ns,
        .peak_memory_bytes = result->usage.peak_memory_bytes,
        .memory_sampled = result->usage.memory_sampled,
        .cpu_time_limit_ms = limits->cpu_time_ms,
        .wall_time_limit_ms = limits->wall_time_ms,
        .memory_limit_bytes = limits->memory_bytes,
        .standard_output = stream_text(&result->standard_output),
        .standard_error = stream_text(&result->standard_error),
        .standard_output_total = result->standard_output.total,
        .standard_error_total = result->standard_error.total,
    };
    snprintf(record->step, sizeof record->step, "%s", step);
    snprintf(record->outcome, sizeof record->outcome, "%s", sandbox_outcome_name(result->outcome));
    list_denials(result, record->denials, sizeof record->denials);
    list_layers(result->layers, record->layers, sizeof record->layers);
}

static int keep_record(struct measured *measured, const struct sandbox_result *result,
                       const char *step, const struct step_limits *limits, struct error *error)
{
    size_t bytes = (measured->run_count + 1) * sizeof *measured->runs;
    struct run_record *runs = realloc(measured->runs, bytes);
    if (runs == NULL)
        return error_memory(error);
    measured->runs = runs;
    fill_record(result, step, limits, &runs[measured->run_count++]);
    return 0;
}

static int sandbox_failed(const struct sandbox_error *reason, struct error *error)
{
    enum error_kind kind =
        reason->status == SANDBOX_ERROR_ENVIRONMENT ? ERROR_ENVIRONMENT : ERROR_BUG;
    return error_set(error, kind, "sandbox: %s", reason->message);
}

int program_run(const struct program *program, const struct sandbox_spec *spec, const char *step,
                const struct step_limits *limits, struct sandbox_result **result,
                struct failure *failure, struct error *error)
{
    struct sandbox_error reason = {0};
    struct sandbox_result *ran = NULL;
    if (sandbox_run(spec, &ran, &reason) != SANDBOX_OK)
        return sandbox_failed(&reason, error);
    int status = keep_record(program->measured, ran, step, limits, error);
    if (status == 0 && ran->outcome == SANDBOX_CANCELLED)
        status = error_set(error, ERROR_CANCELLED, "stopped during: %s", step);
    if (status != 0) {
        sandbox_result_free(ran);
        return status;
    }
    run_failure_of(program->rubric, ran, limits, failure);
    *result = ran;
    return 0;
}

static int keep_built_tree(struct program *program, const struct sandbox_result *result,
                           const char *scratch, struct error *error)
{
    struct sandbox_error reason = {0};
    char built[FILE_PATH_MAX];
    int status = file_join(built, scratch, "built", error);
    if (status != 0)
        return status;
    if (sandbox_result_export(result, PROGRAM_WORK, built, &reason) != SANDBOX_OK)
        return sandbox_failed(&reason, error);
    snprintf(program->tree, sizeof program->tree, "%s", built);
    return 0;
}

static void call_it_a_build_failure(const struct rubric *rubric,
                                    const struct sandbox_result *result, struct failure *failure)
{
    char code[16];
    snprintf(code, sizeof code, "%d", result->exit_code);
    if (result->outcome == SANDBOX_CPU_TIME_EXCEEDED ||
        result->outcome == SANDBOX_WALL_TIME_EXCEEDED)
        rubric_say(rubric, failure->message, MESSAGE_MAX, "build_timeout", NULL);
    else if (result->outcome == SANDBOX_EXITED && failure->verdict == VERDICT_CRASHED)
        rubric_say(rubric, failure->message, MESSAGE_MAX, "build_failed", "exit_code", code, NULL);
    failure->verdict = VERDICT_BUILD_FAILED;
}

int program_build(struct program *program, const char *scratch, struct failure *failure,
                  struct error *error)
{
    *failure = (struct failure){.verdict = VERDICT_CORRECT};
    if (program->manifest->build.count == 0)
        return 0;
    const struct step_limits *limits = &program->rubric->build;
    struct sandbox_spec *spec = program_spec(program, SANDBOX_PROFILE_BUILD, limits);
    if (spec == NULL)
        return error_memory(error);
    sandbox_spec_set_command(spec, (const char *const *)program->manifest->build.words);
    struct sandbox_result *result = NULL;
    int status = program_run(program, spec, "build", limits, &result, failure, error);
    sandbox_spec_free(spec);
    if (status != 0)
        return status;
    if (failure->verdict == VERDICT_CORRECT)
        status = keep_built_tree(program, result, scratch, error);
    else
        call_it_a_build_failure(program->rubric, result, failure);
    sandbox_result_free(result);
    return status;
}
