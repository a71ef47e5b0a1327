/*
 * exchange.h: read the inputs of a task and write its outputs, in plain C99.
 *
 * Put this file beside your own and include it. To the extent possible under law, its authors give
 * up all rights to it (CC0 1.0): use it as if you had written it.
 *
 *     matrix X    = matrix_read(inputs, "X");               reads INPUTS/X.csv
 *     vector y    = vector_read(inputs, "y");               reads INPUTS/y.csv
 *     double rate = scalar_read(inputs, "learning_rate");   reads INPUTS/params.csv
 *
 *     X.rows, X.columns, ENTRY(X, i, j)    the numbers; i and j count from 0
 *     y.size, y.data[i]
 *
 *     matrix_write(outputs, "C", C);                        writes OUTPUTS/C.csv
 *     vector_write(outputs, "theta", theta);
 *     scalar_write(outputs, "loss", loss);
 *
 * When something is wrong, a message goes to the standard error output and the program ends.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t rows, columns;
    double *data; /* row after row */
} matrix;

typedef struct {
    size_t size;
    double *data;
} vector;

#define ENTRY(a, i, j) ((a).data[(i) * (a).columns + (j)])

/* Says what is wrong with the file and ends the program. */
static inline void exchange_fail(const char *path, const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(EXIT_FAILURE);
}

static inline FILE *exchange_open(const char *folder, const char *name, const char *mode,
                                  char path[1024])
{
    FILE *file;
    int length = snprintf(path, 1024, "%s/%s.csv", folder, name);
    if (length < 0 || length >= 1024)
        exchange_fail(folder, "the name is too long");
    file = fopen(path, mode);
    if (file == NULL)
        exchange_fail(path, mode[0] == 'r' ? "cannot be opened" : "cannot be written");
    return file;
}

/* ---- making and freeing ---------------------------------------------------------------------- */

/* rows x columns zeros */
static inline matrix matrix_new(size_t rows, size_t columns)
{
    matrix a = {rows, columns, NULL};
    a.data = (double *)calloc(rows * columns + 1, sizeof(double));
    if (a.data == NULL)
        exchange_fail("matrix_new", "out of memory");
    return a;
}

static inline void matrix_free(matrix a)
{
    free(a.data);
}

/* size zeros */
static inline vector vector_new(size_t size)
{
    matrix a = matrix_new(size, 1);
    vector v = {size, a.data};
    return v;
}

static inline void vector_free(vector v)
{
    free(v.data);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The character that ends a number: a comma, or '\n' at the end of a row (or of the file). */
static inline int exchange_separator(FILE *file)
{
    int c = getc(file);
    while (c == ' ' || c == '\r')
        c = getc(file);
    return c == EOF ? '\n' : c;
}

static inline matrix matrix_read(const char *folder, const char *name)
{
    char path[1024];
    FILE *file = exchange_open(folder, name, "r", path);
    matrix a = {0, 0, NULL};
    size_t count = 0, room = 0;
    double number;
    while (fscanf(file, "%lf", &number) == 1) {
        int separator = exchange_separator(file);
        if (count == room) {
            room = room == 0 ? 64 : 2 * room;
            a.data = (double *)realloc(a.data, room * sizeof(double));
            if (a.data == NULL)
                exchange_fail(path, "out of memory");
        }
        a.data[count++] = number;
        if (separator == ',')
            continue;
        if (separator != '\n')
            exchange_fail(path, "a comma or the end of the row was expected after a number");
        a.rows++;
        if (a.rows == 1)
            a.columns = count;
        if (count != a.rows * a.columns)
            exchange_fail(path, "the rows are not equally long");
    }
    if (!feof(file) || count != a.rows * a.columns)
        exchange_fail(path, "there is something that is not a number");
    if (count == 0)
        exchange_fail(path, "the file is empty");
    fclose(file);
    return a;
}

static inline vector vector_read(const char *folder, const char *name)
{
    matrix a = matrix_read(folder, name);
    vector v;
    if (a.columns != 1 && a.rows != 1)
        exchange_fail(name, "is a matrix; read it with matrix_read");
    v.size = a.rows * a.columns;
    v.data = a.data;
    return v;
}

/* A single number: its line in params.csv is "name,value". */
static inline double scalar_read(const char *folder, const char *name)
{
    char path[1024], line[256];
    FILE *file = exchange_open(folder, "params", "r", path);
    size_t length = strlen(name);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, length) == 0 && line[length] == ',') {
            fclose(file);
            return strtod(line + length + 1, NULL);
        }
    }
    fprintf(stderr, "there is no %s:\n", name);
    exchange_fail(path, "the parameter is missing");
    return 0;
}

/* The same for a whole number, such as a number of iterations. */
static inline size_t count_read(const char *folder, const char *name)
{
    return (size_t)scalar_read(folder, name);
}

/* ---- writing --------------------------------------------------------------------------------- */

static inline void matrix_write(const char *folder, const char *name, matrix a)
{
    char path[1024];
    FILE *file = exchange_open(folder, name, "w", path);
    size_t i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.columns; j++) /* 17 digits: no bit is lost */
            fprintf(file, "%.17g%c", ENTRY(a, i, j), j + 1 < a.columns ? ',' : '\n');
    if (fclose(file) != 0)
        exchange_fail(path, "cannot be written");
}

static inline void vector_write(const char *folder, const char *name, vector v)
{
    matrix column;
    column.rows = v.size;
    column.columns = 1;
    column.data = v.data;
    matrix_write(folder, name, column);
}

static inline void scalar_write(const char *folder, const char *name, double number)
{
    vector one;
    one.size = 1;
    one.data = &number;
    vector_write(folder, name, one);
}

#endif
