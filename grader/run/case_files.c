#include "grader/run/case_files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grader/base/file.h"
#include "grader/exchange/array_file.h"

enum { CASE_FILE_MAX = 64 * 1024 * 1024 };

void case_folder_name(char *name, size_t position, const struct test_case *test_case)
{
    snprintf(name, CASE_FOLDER_MAX, "%03zu-%.60s-%u", position, test_case->task->name,
             test_case->number);
}

static int write_buffer(const char *folder, const char *name, const struct buffer *buffer,
                        struct error *error)
{
    char path[FILE_PATH_MAX];
    if (buffer_failed(buffer))
        return error_memory(error);
    int status = file_join(path, folder, name, error);
    return status != 0 ? status : file_write(path, buffer_text(buffer), buffer->size, error);
}

static bool is_scalar(enum ref_kind kind)
{
    return kind == REF_REAL || kind == REF_COUNT;
}

static const char *kind_name(enum ref_kind kind)
{
    switch (kind) {
    case REF_REAL:
        return "real";
    case REF_COUNT:
        return "count";
    case REF_VECTOR:
        return "vector";
    case REF_MATRIX:
        return "matrix";
    }
    return "matrix";
}

/* Input names are identifiers of the registry: they need no quoting. */
static void add_scalar(struct buffer *csv, struct buffer *json, const char *name, double value)
{
    char number[32];
    number_format(number, value);
    buffer_append_format(csv, "%s,%.17g\n", name, value);
    buffer_append_format(json, "%s\n  \"%s\": %s", json->size > 1 ? "," : "", name, number);
}

static int write_array(const char *folder, const struct task_input *input,
                       const struct ref_array *array, bool npy, struct error *error)
{
    char name[ARRAY_NAME_MAX + 8];
    AUTO_BUFFER struct buffer bytes = BUFFER_INIT(CASE_FILE_MAX);
    snprintf(name, sizeof name, "%.60s.%s", input->name, npy ? "npy" : "csv");
    if (npy)
        array_write_npy(&bytes, array, input->kind == REF_VECTOR);
    else
        array_write_csv(&bytes, array);
    return write_buffer(folder, name, &bytes, error);
}

static int write_inputs(const char *folder, const struct test_case *test_case, bool npy,
                        struct error *error)
{
    AUTO_BUFFER struct buffer csv = BUFFER_INIT(65536);
    AUTO_BUFFER struct buffer json = BUFFER_INIT(65536);
    AUTO_BUFFER struct buffer kinds = BUFFER_INIT(65536);
    buffer_append_text(&json, "{");
    buffer_append_text(&kinds, "{");
    int status = 0;
    for (size_t i = 0; i < test_case->task->input_count && status == 0; i++) {
        const struct task_input *input = &test_case->task->inputs[i];
        const struct ref_array *array = &test_case->inputs[i];
        if (input->hidden)
            continue;
        buffer_append_format(&kinds, "%s\n  \"%s\": {\"kind\": \"%s\"}", kinds.size > 1 ? "," : "",
                             input->name, kind_name(input->kind));
        if (is_scalar(input->kind))
            add_scalar(&csv, &json, input->name, array->data[0]);
        else
            status = write_array(folder, input, array, npy, error);
    }
    buffer_append_text(&json, "\n}\n");
    buffer_append_text(&kinds, "\n}\n");
    if (status == 0)
        status = write_buffer(folder, "params.csv", &csv, error);
    if (status == 0)
        status = write_buffer(folder, "params.json", &json, error);
    return status != 0 ? status : write_buffer(folder, "inputs.json", &kinds, error);
}

int case_files_write(const char *directory, const char *name, const struct test_case *test_case,
                     bool npy, struct error *error)
{
    char folder[FILE_PATH_MAX];
    AUTO_BUFFER struct buffer task = BUFFER_INIT(256);
    AUTO_BUFFER struct buffer outputs = BUFFER_INIT(4096);
    buffer_append_format(&task, "%s\n", test_case->task->name);
    for (size_t i = 0; i < test_case->task->output_count; i++)
        buffer_append_format(
            &outputs, "%s\n",
            test_case->task->operation->outputs[test_case->task->outputs[i].index].name);
    int status = file_join(folder, directory, name, error);
    if (status == 0)
        status = file_make_directories(folder, error);
    if (status == 0)
        status = write_buffer(folder, "task.txt", &task, error);
    if (status == 0)
        status = write_buffer(folder, "outputs.txt", &outputs, error);
    return status != 0 ? status : write_inputs(folder, test_case, npy, error);
}
