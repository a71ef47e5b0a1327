#include "grader/exchange/output_folder.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"

/* The forms an output may have, in the order they are looked for. */
enum form { FORM_CSV, FORM_NPY, FORM_JSON, FORM_MEMBER, FORM_COUNT };

static const char collective_file[] = "output.json";

struct folder_reader {
    output_open *open_file;
    void *payload;
    const char *name;
    const struct array_limits *limits;
};

static void file_of(char *file, const char *name, enum form form)
{
    static const char *const endings[] = {".csv", ".npy", ".json"};
    if (form == FORM_MEMBER)
        snprintf(file, sizeof((struct output_reading *)NULL)->file, "%s", collective_file);
    else
        snprintf(file, sizeof((struct output_reading *)NULL)->file, "%.*s%s", ARRAY_NAME_MAX, name,
                 endings[form]);
}

static const char *open_fault(int status)
{
    switch (-status) {
    case ELOOP:
        return "is a link; only regular files are read";
    case EINVAL:
        return "is not a regular file";
    case EACCES:
    case EPERM:
        return "may not be read";
    default:
        return NULL;
    }
}

__attribute__((format(printf, 2, 3))) static int malformed(struct output_reading *reading,
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reading->message, sizeof reading->message, format, arguments);
    va_end(arguments);
    reading->state = OUTPUT_MALFORMED;
    return 0;
}

static int parse(const struct folder_reader *folder, enum form form, const char *bytes, size_t size,
                 const struct array_limits *limits, struct output_reading *reading,
                 struct error *error)
{
    bool found = true;
    int status;
    if (form == FORM_CSV)
        status = array_parse_csv(bytes, size, reading->file, limits, &reading->array, error);
    else if (form == FORM_NPY)
        status = array_parse_npy(bytes, size, reading->file, limits, &reading->array, error);
    else if (form == FORM_JSON)
        status = array_parse_json(bytes, size, reading->file, limits, &reading->array, error);
    else
        status = array_parse_json_member(bytes, size, reading->file, folder->name, limits,
                                         &reading->array, &found, error);
    if (status == 0)
        reading->state = found ? OUTPUT_READ : OUTPUT_MISSING;
    return status;
}

/* The file of all outputs may be as large as all of them together. */
static struct array_limits limits_of(const struct folder_reader *folder, enum form form)
{
    struct array_limits limits = *folder->limits;
    if (form == FORM_MEMBER &&
        __builtin_mul_overflow(limits.maximum_bytes, (size_t)ARRAY_SET_MAX, &limits.maximum_bytes))
        limits.maximum_bytes = SIZE_MAX;
    return limits;
}

/* Reads one form into *reading, which is OUTPUT_MISSING on entry. */
static int read_form(const struct folder_reader *folder, enum form form,
                     struct output_reading *reading, struct error *error)
{
    struct array_limits limits = limits_of(folder, form);
    file_of(reading->file, folder->name, form);
    AUTO_CLOSE int fd = folder->open_file(folder->payload, reading->file, limits.maximum_bytes);
    if (fd == -ENOENT || fd == -ENOTDIR)
        return 0;
    if (fd == -EFBIG)
        return malformed(reading, "%s: larger than %zu bytes", reading->file, limits.maximum_bytes);
    if (fd < 0) {
        const char *reason = open_fault(fd);
        if (reason == NULL)
            return error_errno(error, ERROR_ENVIRONMENT, -fd, "cannot open the output %s",
                               reading->file);
        return malformed(reading, "%s: %s", reading->file, reason);
    }
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error fault = ERROR_INIT;
    int status = file_read_fd(fd, limits.maximum_bytes, &bytes, &size, &fault);
    if (status == ERROR_USAGE) // it grew since it was opened
        return malformed(reading, "%s: %s", reading->file, fault.message);
    if (status == 0)
        status = parse(folder, form, bytes, size, &limits, reading, &fault);
    if (status == ERROR_SUBMISSION)
        return malformed(reading, "%s", fault.message);
    if (status != 0)
        *error = fault;
    return status;
}

static void reading_init(struct output_reading *reading)
{
    *reading = (struct output_reading){.state = OUTPUT_MISSING, .array = REF_ARRAY_EMPTY};
}

/* Puts a second form found beside the first into the message. A collective file that cannot be read
 * does not count against an output that has a file of its own. */
static void merge(struct output_reading *first, struct output_reading *next, enum form form)
{
    if (next->state == OUTPUT_MISSING || (form == FORM_MEMBER && next->state == OUTPUT_MALFORMED &&
                                          first->state != OUTPUT_MISSING)) {
        output_reading_release(next);
        return;
    }
    if (first->state == OUTPUT_MISSING) {
        *first = *next;
        return;
    }
    char file[sizeof first->file];
    memcpy(file, first->file, sizeof file);
    output_reading_release(first);
    malformed(first, "%s and %s are both there; write only one of them", file, next->file);
    memcpy(first->file, file, sizeof file);
    output_reading_release(next);
}

int output_folder_read(output_open *open_file, void *payload, const char *name,
                       const struct array_limits *limits, struct output_reading *reading,
                       struct error *error)
{
    struct folder_reader folder = {open_file, payload, name, limits};
    reading_init(reading);
    for (int form = 0; form < FORM_COUNT; form++) {
        if (form == FORM_MEMBER && strcmp(name, "output") == 0)
            continue; // then output.json is the file of this output alone
        struct output_reading next;
        reading_init(&next);
        int status = read_form(&folder, (enum form)form, &next, error);
        if (status != 0) {
            output_reading_release(&next);
            output_reading_release(reading);
            return status;
        }
        merge(reading, &next, (enum form)form);
    }
    if (reading->state == OUTPUT_MISSING)
        reading->file[0] = '\0';
    return 0;
}

void output_reading_release(struct output_reading *reading)
{
    ref_array_release(&reading->array);
    reading_init(reading);
}
