#include "grader/batch/roster.h"

#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"
#include "grader/batch/roster_csv.h"
#include "grader/intake/intake_source.h"
#include "grader/base/utf8.h"

enum column { COLUMN_LEARNER, COLUMN_REPOSITORY, COLUMN_REF, COLUMN_COUNT };

static const char *const column_names[] = {"learner", "repository", "ref"};

struct reader {
    struct roster *roster;
    struct buffer *problems;
    const char *file;
    const char *folder;
    int columns[COLUMN_COUNT]; /**< index of the field, -1: not there */
    size_t problem_count;
};

void roster_release(struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        free(roster->entries[i].repository);
        free(roster->entries[i].ref);
    }
    free(roster->entries);
    memset(roster, 0, sizeof *roster);
}

/* Fields are untrusted text of a spreadsheet: they are shown escaped and shortened. */
static void problem(struct reader *reader, size_t line, const char *reason, const char *value)
{
    if (reader->problem_count++ >= ROSTER_PROBLEMS_MAX)
        return;
    buffer_append_format(reader->problems, "%s line %zu: %s", reader->file, line, reason);
    if (value != NULL) {
        buffer_append_text(reader->problems, " '");
        buffer_append_escaped(reader->problems, value, strnlen(value, 100), false);
        buffer_append_text(reader->problems, "'");
    }
    buffer_append_text(reader->problems, "\n");
}

static const char *field(const struct reader *reader, const struct roster_record *record,
                         enum column column)
{
    int index = reader->columns[column];
    return index < 0 || (size_t)index >= record->count ? "" : record->fields[index];
}

static void read_header(struct reader *reader, const struct roster_record *record)
{
    for (int column = 0; column < COLUMN_COUNT; column++) {
        reader->columns[column] = -1;
        for (size_t i = 0; i < record->count; i++) {
            if (strcasecmp(record->fields[i], column_names[column]) != 0)
                continue;
            if (reader->columns[column] >= 0)
                problem(reader, record->line, "a column is there twice:", column_names[column]);
            reader->columns[column] = (int)i;
        }
        if (reader->columns[column] < 0 && column != COLUMN_REF)
            problem(reader, record->line, "the first line has no column", column_names[column]);
    }
}

static const char *learner_fault(const char *learner)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-";
    size_t size = strlen(learner);
    if (size == 0)
        return "the learner is empty";
    if (size > ROSTER_LEARNER_MAX)
        return "the learner is longer than 64 characters:";
    if (learner[0] == '.' || learner[0] == '-')
        return "the learner begins with a dot or hyphen:";
    if (strspn(learner, allowed) != size)
        return "the learner may hold letters A-Z, digits and . _ @ + - only:";
    return NULL;
}

/* Relative folders start where the roster lies, so that it can be called from anywhere. */
static char *resolve_repository(const struct reader *reader, const char *repository,
                                struct error *error)
{
    struct intake_source source;
    if (intake_source_parse(repository, &source, error) != 0)
        return NULL;
    bool is_path = source.kind == INTAKE_SOURCE_FOLDER && strncasecmp(repository, "file:", 5) != 0;
    if (!is_path || repository[0] == '/')
        return strdup(repository);
    char path[FILE_PATH_MAX];
    return file_join(path, reader->folder, repository, error) == 0 ? strdup(path) : NULL;
}

static int grow(struct roster *roster, struct error *error)
{
    if (roster->count < roster->capacity)
        return 0;
    size_t capacity = roster->capacity == 0 ? 64 : roster->capacity * 2;
    struct roster_entry *entries = reallocarray(roster->entries, capacity, sizeof *entries);
    if (entries == NULL)
        return error_memory(error);
    roster->entries = entries;
    roster->capacity = capacity;
    return 0;
}

static int read_entry(struct reader *reader, const struct roster_record *record,
                      struct error *error)
{
    const char *learner = field(reader, record, COLUMN_LEARNER);
    const char *repository = field(reader, record, COLUMN_REPOSITORY);
    const char *ref = field(reader, record, COLUMN_REF);
    const char *fault = learner_fault(learner);
    if (fault != NULL) {
        problem(reader, record->line, fault, learner[0] == '\0' ? NULL : learner);
        return 0;
    }
    if (repository[0] == '\0') {
        problem(reader, record->line, "the repository is empty for learner", learner);
        return 0;
    }
    struct error reason = ERROR_INIT;
    AUTO_FREE char *address = resolve_repository(reader, repository, &reason);
    if (address == NULL) {
        problem(reader, record->line, reason.message, NULL);
        return 0;
    }
    int result = grow(reader->roster, error);
    if (result != 0)
        return result;
    struct roster_entry *entry = &reader->roster->entries[reader->roster->count];
    memset(entry, 0, sizeof *entry);
    (void)snprintf(entry->learner, sizeof entry->learner, "%s", learner);
    entry->line = record->line;
    entry->ref = ref[0] == '\0' ? NULL : strdup(ref);
    entry->repository = STEAL(address);
    reader->roster->count++;
    return ref[0] != '\0' && entry->ref == NULL ? error_memory(error) : 0;
}

static int compare_entries(const void *left, const void *right)
{
    const struct roster_entry *const *a = left, *const *b = right;
    int order = strcasecmp((*a)->learner, (*b)->learner);
    if (order != 0)
        return order;
    return (*a)->line < (*b)->line ? -1 : (*a)->line > (*b)->line;
}

/* Two learners that differ in case only would share a file on some systems. */
static int check_unique(struct reader *reader, struct error *error)
{
    size_t count = reader->roster->count;
    AUTO_FREE const struct roster_entry **order = calloc(count + 1, sizeof *order);
    if (order == NULL)
        return error_memory(error);
    for (size_t i = 0; i < count; i++)
        order[i] = &reader->roster->entries[i];
    qsort(order, count, sizeof *order, compare_entries);
    for (size_t i = 1; i < count; i++) {
        char reason[96];
        if (strcasecmp(order[i - 1]->learner, order[i]->learner) != 0)
            continue;
        (void)snprintf(reason, sizeof reason, "already on line %zu: learner", order[i - 1]->line);
        problem(reader, order[i]->line, reason, order[i]->learner);
    }
    return 0;
}

static void check_utf8(struct reader *reader, const char *bytes, size_t size)
{
    if (size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)) {
        problem(reader, 1, "the file is UTF-16; save it as CSV UTF-8", NULL);
        return;
    }
    size_t line = 1, reported = 0;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_character_size(bytes + i, size - i);
        if ((length == 0 || bytes[i] == '\0') && reported != line) {
            problem(reader, line,
                    length == 0 ? "not valid UTF-8; save the file as CSV UTF-8" : "a zero byte",
                    NULL);
            reported = line;
        }
        line += bytes[i] == '\n';
        i += length == 0 ? 1 : length;
    }
}

static int read_records(struct reader *reader, struct roster_csv *csv, struct error *error)
{
    bool header = false;
    struct roster_record record;
    const char *fault;
    int got, result = 0;
    while (result == 0 && (got = roster_csv_next(csv, &record, &fault)) != 0) {
        if (got < 0)
            return error_memory(error);
        if (fault != NULL)
            problem(reader, record.line, fault, NULL);
        else if (!header && !record.blank)
            read_header(reader, &record);
        else if (!record.blank && reader->columns[COLUMN_LEARNER] >= 0 &&
                 reader->columns[COLUMN_REPOSITORY] >= 0)
            result = read_entry(reader, &record, error);
        header = header || !record.blank;
        roster_record_release(&record);
    }
    if (result == 0 && !header)
        problem(reader, 1, "the file is empty; the first line is: learner,repository", NULL);
    else if (result == 0 && reader->roster->count == 0 && reader->problem_count == 0)
        problem(reader, 1, "no learner follows the first line", NULL);
    return result;
}

int roster_parse(const char *bytes, size_t size, const char *file, const char *folder,
                 struct roster *roster, struct buffer *problems, struct error *error)
{
    memset(roster, 0, sizeof *roster);
    struct reader reader = {.roster = roster,
                            .problems = problems,
                            .file = file,
                            .folder = folder,
                            .columns = {-1, -1, -1}};
    struct roster_csv csv;
    roster_csv_init(&csv, bytes, size);
    int result = 0;
    check_utf8(&reader, bytes, size);
    if (reader.problem_count == 0)
        result = read_records(&reader, &csv, error);
    if (result == 0)
        result = check_unique(&reader, error);
    if (result == 0 && reader.problem_count > ROSTER_PROBLEMS_MAX)
        buffer_append_format(problems, "%s: and %zu more\n", file,
                             reader.problem_count - ROSTER_PROBLEMS_MAX);
    if (result == 0 && reader.problem_count > 0)
        result = error_set(error, ERROR_USAGE, "%s: %zu problem%s; nothing was graded", file,
                           reader.problem_count, reader.problem_count == 1 ? "" : "s");
    if (result != 0)
        roster_release(roster);
    return result;
}

int roster_load(const char *path, struct roster *roster, struct buffer *problems,
                struct error *error)
{
    memset(roster, 0, sizeof *roster);
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    int result = file_read(path, ROSTER_BYTES_MAX, &bytes, &size, error);
    if (result != 0)
        return result;
    AUTO_FREE char *for_folder = strdup(path);
    AUTO_FREE char *for_name = strdup(path);
    if (for_folder == NULL || for_name == NULL)
        return error_memory(error);
    return roster_parse(bytes, size, basename(for_name), dirname(for_folder), roster, problems,
                        error);
}
