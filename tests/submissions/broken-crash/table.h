/* Tables of numbers as CSV files. */
#ifndef TABLE_H
#define TABLE_H

struct table {
    int rows, columns;
    double *at; /* row by row */
};

struct table table_make(int rows, int columns);
struct table table_read(const char *folder, const char *name);
void table_write(const char *folder, const char *name, const double *numbers, int count);
double parameter_read(const char *folder, const char *name);
void table_free(struct table *table);

#endif
