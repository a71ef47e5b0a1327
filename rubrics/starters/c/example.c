/*
 * A program that does two small tasks. Copy it, and put the tasks of your project in their place.
 *
 *     cc -std=c99 -O2 -Wall -o model example.c -lm
 *     ./model column_means INPUTS OUTPUTS
 *
 * submission.json says how the grader builds and starts it:
 *
 *     {
 *       "project": "linear-regression",
 *       "build": ["cc", "-std=c99", "-O2", "-o", "model", "example.c", "-lm"],
 *       "run": ["./model"],
 *       "report": "REPORT.md"
 *     }
 */
#include "exchange.h"

/* Task column_means. Input: the matrix X. Output: the vector means, one number per column. */
static void column_means(const char *inputs, const char *outputs)
{
    matrix X = matrix_read(inputs, "X");
    vector means = vector_new(X.columns);
    for (size_t j = 0; j < X.columns; j++) {
        for (size_t i = 0; i < X.rows; i++)
            means.data[j] += ENTRY(X, i, j);
        means.data[j] /= (double)X.rows;
    }
    vector_write(outputs, "means", means);
    vector_free(means);
    matrix_free(X);
}

/* Task stretch. Inputs: the vector v, the number factor. Outputs: the vector w = factor * v, and
 * total, the sum of its entries. */
static void stretch(const char *inputs, const char *outputs)
{
    vector v = vector_read(inputs, "v");
    double factor = scalar_read(inputs, "factor");
    double total = 0;
    for (size_t i = 0; i < v.size; i++) {
        v.data[i] *= factor;
        total += v.data[i];
    }
    vector_write(outputs, "w", v);
    scalar_write(outputs, "total", total);
    vector_free(v);
}

/* The grader starts the program once per case: ./model TASK INPUTS OUTPUTS */
int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s TASK INPUTS OUTPUTS\n", argv[0]);
        return 2;
    }
    const char *task = argv[1], *inputs = argv[2], *outputs = argv[3];
    if (strcmp(task, "column_means") == 0) {
        column_means(inputs, outputs);
    } else if (strcmp(task, "stretch") == 0) {
        stretch(inputs, outputs);
    } else {
        fprintf(stderr, "the task %s is not done yet\n", task);
        return 1;
    }
    return 0;
}
