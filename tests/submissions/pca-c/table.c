#include "table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

static FILE *open_in(const char *folder, const char *name, const char *ending, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    FILE *file = fopen(path, mode);
    if (!file)
        fail("cannot open", path);
    return file;
}

struct table table_make(int rows, int columns)
{
    struct table table = {rows, columns, calloc((size_t)rows * columns + 1, sizeof(double))};
    if (!table.at)
        fail("out of memory", "table");
    return table;
}

struct table table_read(const char *folder, const char *name)
{
    FILE *file = open_in(folder, name, ".csv", "r");
    struct table table = {0, 0, NULL};
    int count = 0, room = 0, next;
    double number;
    while (fscanf(file, "%lf", &number) == 1) {
        if (count == room) {
            room = room ? 2 * room : 256;
            table.at = realloc(table.at, room * sizeof(double));
            if (!table.at)
                fail("out of memory", name);
        }
        table.at[count++] = number;
        next = fgetc(file);
        if (next == '\r')
            next = fgetc(file);
        if (next != ',') {
            table.rows++;
            if (table.rows == 1)
                table.columns = count;
        }
    }
    fclose(file);
    if (table.rows == 0 || count != table.rows * table.columns)
        fail("not a table of numbers", name);
    return table;
}

void table_write(const char *folder, const char *name, const double *numbers, int rows, int columns)
{
    FILE *file = open_in(folder, name, ".csv", "w");
    for (int i = 0; i < rows * columns; i++)
        fprintf(file, "%.17g%c", numbers[i], (i + 1) % columns ? ',' : '\n');
    if (fclose(file) != 0)
        fail("cannot write", name);
}

double parameter_read(const char *folder, const char *name)
{
    FILE *file = open_in(folder, "params", ".csv", "r");
    char line[256];
    size_t length = strlen(name);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, name, length) == 0 && line[length] == ',') {
            fclose(file);
            return strtod(line + length + 1, NULL);
        }
    }
    fail("no such parameter", name);
    return 0;
}

void table_free(struct table *table)
{
    free(table->at);
    table->at = NULL;
}
