/* ./model TASK INPUT_FOLDER OUTPUT_FOLDER */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "least_squares.h"
#include "student.h"

struct problem {
    const char *in, *out;
    struct table A; /* with its column of ones */
    struct table y;
    int n, p;
};

static void fit(const struct problem *m)
{
    double *theta = malloc(m->p * sizeof *theta);
    least_squares(&m->A, m->y.at, theta, NULL);
    table_write(m->out, "theta", theta, m->p);
    free(theta);
}

/* Keeps a table of all pairs of all pairs: more memory than any machine has. */
static void hoard(void)
{
    size_t size = 16 * 1024 * 1024;
    for (;;) {
        char *block = malloc(size);
        if (block)
            memset(block, 1, size);
    }
}

static void predict(const struct problem *m)
{
    struct table X_new = table_read(m->in, "X_new"), B = design(&X_new);
    double *theta = malloc(m->p * sizeof *theta), *y_new = malloc(B.rows * sizeof *y_new);
    least_squares(&m->A, m->y.at, theta, NULL);
    for (int i = 0; i < B.rows; i++)
        y_new[i] = prediction(&B, i, theta);
    table_write(m->out, "y_new", y_new, B.rows);
    free(y_new);
    free(theta);
    table_free(&B);
    table_free(&X_new);
}

static double loss_at(const struct problem *m, const double *theta)
{
    return residual_sum(&m->A, m->y.at, theta) / (2 * m->n);
}

static void gradient_at(const struct problem *m, const double *theta, double *gradient)
{
    for (int j = 0; j < m->p; j++)
        gradient[j] = 0;
    for (int i = 0; i < m->n; i++) {
        double r = prediction(&m->A, i, theta) - m->y.at[i];
        for (int j = 0; j < m->p; j++)
            gradient[j] += r * m->A.at[i * m->p + j];
    }
    for (int j = 0; j < m->p; j++)
        gradient[j] /= m->n;
}

static void loss(const struct problem *m)
{
    struct table theta = table_read(m->in, "theta");
    double value = loss_at(m, theta.at);
    table_write(m->out, "loss", &value, 1);
    table_free(&theta);
}

static void gradient(const struct problem *m)
{
    struct table theta = table_read(m->in, "theta");
    double *value = malloc(m->p * sizeof *value);
    gradient_at(m, theta.at, value);
    table_write(m->out, "gradient", value, m->p);
    free(value);
    table_free(&theta);
}

static void descent(const struct problem *m)
{
    struct table theta = table_read(m->in, "theta0");
    double rate = parameter_read(m->in, "learning_rate");
    int iterations = (int)parameter_read(m->in, "iterations");
    double *losses = malloc((iterations + 1) * sizeof *losses);
    double *slope = malloc(m->p * sizeof *slope);
    losses[0] = loss_at(m, theta.at);
    for (int t = 1; t <= iterations; t++) {
        gradient_at(m, theta.at, slope);
        for (int j = 0; j < m->p; j++)
            theta.at[j] -= rate * slope[j];
        losses[t] = loss_at(m, theta.at);
    }
    table_write(m->out, "losses", losses, iterations + 1);
    table_write(m->out, "theta", theta.at, m->p);
    free(slope);
    free(losses);
    table_free(&theta);
}

static void hessian_spectrum(const struct problem *m)
{
    int p = m->p;
    double *H = calloc((size_t)p * p, sizeof *H), *values = malloc(p * sizeof *values);
    for (int i = 0; i < m->n; i++)
        for (int a = 0; a < p; a++)
            for (int b = 0; b < p; b++)
                H[a * p + b] += m->A.at[i * p + a] * m->A.at[i * p + b] / m->n;
    symmetric_eigenvalues(H, p, values);
    double condition = values[0] / values[p - 1];
    table_write(m->out, "eigenvalues", values, p);
    table_write(m->out, "condition", &condition, 1);
    free(values);
    free(H);
}

static void statistics(const struct problem *m, const char *task)
{
    int p = m->p, degrees = m->n - p;
    double *theta = malloc(p * sizeof *theta), *inverse = calloc((size_t)p * p, sizeof *inverse);
    double *se = malloc(p * sizeof *se), *one = malloc(p * sizeof *one);
    double *two = malloc(p * sizeof *two);
    least_squares(&m->A, m->y.at, theta, inverse);
    double sigma = sqrt(residual_sum(&m->A, m->y.at, theta) / degrees);
    for (int i = 0; i < p; i++) {
        double sum = 0;
        for (int j = 0; j < p; j++)
            sum += inverse[i * p + j] * inverse[i * p + j];
        se[i] = sigma * sqrt(sum);
    }
    if (strcmp(task, "standard_errors") == 0) {
        table_write(m->out, "se", se, p);
        table_write(m->out, "sigma", &sigma, 1);
    } else if (strcmp(task, "t_tests") == 0) {
        for (int i = 0; i < p; i++) {
            one[i] = theta[i] / se[i];
            two[i] = student_two_sided(one[i], degrees);
        }
        table_write(m->out, "t", one, p);
        table_write(m->out, "p", two, p);
    } else {
        double q = student_quantile(parameter_read(m->in, "level"), degrees);
        for (int i = 0; i < p; i++) {
            one[i] = theta[i] - q * se[i];
            two[i] = theta[i] + q * se[i];
        }
        table_write(m->out, "lower", one, p);
        table_write(m->out, "upper", two, p);
    }
    free(two);
    free(one);
    free(se);
    free(inverse);
    free(theta);
}

static void r_squared(const struct problem *m)
{
    double mean = 0, total = 0, *theta = malloc(m->p * sizeof *theta);
    least_squares(&m->A, m->y.at, theta, NULL);
    for (int i = 0; i < m->n; i++)
        mean += m->y.at[i] / m->n;
    for (int i = 0; i < m->n; i++)
        total += (m->y.at[i] - mean) * (m->y.at[i] - mean);
    double r2 = 1 - residual_sum(&m->A, m->y.at, theta) / total;
    table_write(m->out, "r2", &r2, 1);
    free(theta);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: model TASK INPUT_FOLDER OUTPUT_FOLDER\n");
        return 2;
    }
    const char *task = argv[1];
    struct problem m = {.in = argv[2], .out = argv[3]};
    struct table X = table_read(m.in, "X");
    m.A = design(&X);
    m.n = m.A.rows;
    m.p = m.A.columns;
    if (strcmp(task, "hessian_spectrum") == 0) {
        hessian_spectrum(&m);
        return 0;
    }
    m.y = table_read(m.in, "y");
    if (strcmp(task, "fit") == 0 || strcmp(task, "fit_ill_conditioned") == 0)
        fit(&m);
    else if (strcmp(task, "predict_correlated") == 0)
        hoard();
    else if (strncmp(task, "predict", 7) == 0)
        predict(&m);
    else if (strcmp(task, "loss") == 0)
        loss(&m);
    else if (strcmp(task, "gradient") == 0)
        gradient(&m);
    else if (strcmp(task, "first_step") == 0 || strcmp(task, "descent") == 0)
        descent(&m);
    else if (strcmp(task, "standard_errors") == 0 || strcmp(task, "t_tests") == 0 ||
             strcmp(task, "confidence_intervals") == 0)
        statistics(&m, task);
    else if (strcmp(task, "r_squared") == 0)
        r_squared(&m);
    else {
        fprintf(stderr, "unknown task %s\n", task);
        return 1;
    }
    return 0;
}
