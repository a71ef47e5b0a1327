#include "reference/linear_regression.h"

#include <float.h>
#include <math.h>

#include "core/validate.h"
#include "learning/ols_sums.h"
#include "linear_algebra/least_squares.h"
#include "reference/distributions.h"
#include "reference/linear_algebra.h"

int ref_ols_fit(const double *x, const double *y, size_t n, size_t d, double *theta)
{
    struct least_squares ls;
    int status = least_squares_init(&ls, x, n, d, true);
    if (status != REF_OK)
        return status;
    status = least_squares_solve(&ls, y, theta, NULL);
    least_squares_release(&ls);
    return status;
}

struct dd ols_residual(const double *row, double y, size_t d, const double *theta)
{
    struct dd value = dd_two_sum(theta[0], -y);
    return dd_add(value, dd_dot(row, 1, theta + 1, 1, d));
}

void ols_sums(const double *x, const double *y, size_t n, size_t d, const double *theta,
              struct dd *gradient, struct dd *squares)
{
    struct dd total = {0.0, 0.0};
    for (size_t j = 0; j <= d && gradient != NULL; j++)
        gradient[j] = (struct dd){0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        const double *row = x + i * d;
        struct dd residual = ols_residual(row, y[i], d, theta);
        total = dd_add(total, dd_multiply(residual, residual));
        if (gradient == NULL)
            continue;
        gradient[0] = dd_add(gradient[0], residual);
        for (size_t j = 0; j < d; j++)
            gradient[j + 1] = dd_add(gradient[j + 1], dd_multiply_double(residual, row[j]));
    }
    if (squares != NULL)
        *squares = total;
}

int ref_ols_predict(const double *x_new, size_t m, size_t d, const double *theta, double *y_new)
{
    int status = validate_matrix(x_new, m, d);
    if (status == REF_OK)
        status = validate_matrix(theta, d + 1, 1);
    if (status != REF_OK)
        return status;
    for (size_t i = 0; i < m; i++)
        y_new[i] = dd_value(ols_residual(x_new + i * d, 0.0, d, theta));
    return validate_result(y_new, m);
}

static int validate_loss(const double *x, const double *y, size_t n, size_t d, const double *theta)
{
    int status = validate_matrix(x, n, d);
    if (status == REF_OK)
        status = validate_matrix(y, n, 1);
    if (status == REF_OK)
        status = validate_matrix(theta, d + 1, 1);
    return status;
}

int ref_ols_loss(const double *x, const double *y, size_t n, size_t d, const double *theta,
                 double *loss)
{
    int status = validate_loss(x, y, n, d, theta);
    if (status != REF_OK)
        return status;
    struct dd squares;
    ols_sums(x, y, n, d, theta, NULL, &squares);
    *loss = dd_value(dd_divide_double(squares, 2.0 * (double)n));
    return validate_result(loss, 1);
}

int ref_ols_gradient(const double *x, const double *y, size_t n, size_t d, const double *theta,
                     double *gradient)
{
    int status = validate_loss(x, y, n, d, theta);
    if (status != REF_OK)
        return status;
    struct dd *sums = calloc(d + 1, sizeof *sums);
    if (sums == NULL)
        return REF_ERROR_MEMORY;
    ols_sums(x, y, n, d, theta, sums, NULL);
    for (size_t j = 0; j <= d; j++)
        gradient[j] = dd_value(dd_divide_double(sums[j], (double)n));
    free(sums);
    return validate_result(gradient, d + 1);
}

int ref_ols_descent(const double *x, const double *y, size_t n, size_t d, const double *theta0,
                    double learning_rate, size_t iterations, double *losses, double *theta)
{
    int status = validate_loss(x, y, n, d, theta0);
    if (status != REF_OK)
        return status;
    if (!isfinite(learning_rate))
        return REF_ERROR_NOT_FINITE;
    struct dd *sums = calloc(d + 1, sizeof *sums);
    if (sums == NULL)
        return REF_ERROR_MEMORY;
    for (size_t j = 0; j <= d; j++)
        theta[j] = theta0[j];
    for (size_t step = 0; step <= iterations; step++) {
        struct dd squares;
        ols_sums(x, y, n, d, theta, sums, &squares);
        losses[step] = dd_value(dd_divide_double(squares, 2.0 * (double)n));
        for (size_t j = 0; j <= d && step < iterations; j++) {
            struct dd move =
                dd_multiply_double(dd_divide_double(sums[j], (double)n), learning_rate);
            theta[j] = dd_value(dd_add_double(dd_negate(move), theta[j]));
        }
    }
    free(sums);
    status = validate_result(losses, iterations + 1);
    return status == REF_OK ? validate_result(theta, d + 1) : status;
}

int ols_summarise(const double *x, const double *y, size_t n, size_t d, struct ols_summary *summary)
{
    if (n > 0 && n <= d + 1)
        return REF_ERROR_DOMAIN;
    struct least_squares ls;
    int status = least_squares_init(&ls, x, n, d, true);
    if (status != REF_OK)
        return status;
    status = least_squares_solve(&ls, y, summary->theta, &summary->squares);
    if (status == REF_OK)
        status = validate_result(&summary->squares, 1);
    if (status == REF_OK)
        status = least_squares_gram_inverse(&ls, summary->inverse);
    least_squares_release(&ls);
    return status;
}

int ref_ols_standard_errors(const double *x, const double *y, size_t n, size_t d, double *theta,
                            double *se, double *sigma)
{
    double *own = new_numbers(d + 1, 1);
    if (own == NULL)
        return REF_ERROR_MEMORY;
    struct ols_summary summary = {.theta = own, .inverse = se};
    int status = ols_summarise(x, y, n, d, &summary);
    if (status == REF_OK) {
        *sigma = sqrt(summary.squares / (double)(n - d - 1));
        for (size_t j = 0; j <= d; j++) {
            se[j] = *sigma * sqrt(se[j]);
            if (theta != NULL)
                theta[j] = own[j];
        }
    }
    free(own);
    return status;
}

int ref_ols_t_tests(const double *x, const double *y, size_t n, size_t d, double *t, double *p)
{
    double sigma;
    int status = ref_ols_standard_errors(x, y, n, d, t, p, &sigma);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j <= d; j++) {
        if (!(p[j] > 0.0))
            return REF_ERROR_DOMAIN;
        t[j] /= p[j];
        p[j] = 2.0 * ref_student_t_sf(fabs(t[j]), (double)(n - d - 1));
    }
    return validate_result(t, d + 1);
}

int ref_ols_confidence_intervals(const double *x, const double *y, size_t n, size_t d, double level,
                                 double *lower, double *upper)
{
    if (!(level > 0.0 && level < 1.0))
        return isnan(level) ? REF_ERROR_NOT_FINITE : REF_ERROR_DOMAIN;
    double sigma;
    int status = ref_ols_standard_errors(x, y, n, d, lower, upper, &sigma);
    if (status != REF_OK)
        return status;
    double quantile = -ref_student_t_quantile(0.5 * (1.0 - level), (double)(n - d - 1));
    for (size_t j = 0; j <= d; j++) {
        double half = quantile * upper[j];
        upper[j] = lower[j] + half;
        lower[j] = lower[j] - half;
    }
    status = validate_result(lower, d + 1);
    return status == REF_OK ? validate_result(upper, d + 1) : status;
}

double total_squares(const double *y, size_t n)
{
    struct dd mean = dd_divide_double(dd_sum(y, 1, n), (double)n);
    struct dd total = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        struct dd centred = dd_add_double(dd_negate(mean), y[i]);
        total = dd_add(total, dd_multiply(centred, centred));
    }
    return dd_value(total);
}

int ref_ols_r_squared(const double *x, const double *y, size_t n, size_t d, double *r2)
{
    double *theta = new_numbers(d + 1, 1);
    if (theta == NULL)
        return REF_ERROR_MEMORY;
    double squares = 0.0;
    struct least_squares ls;
    int status = least_squares_init(&ls, x, n, d, true);
    if (status == REF_OK) {
        status = least_squares_solve(&ls, y, theta, &squares);
        least_squares_release(&ls);
    }
    free(theta);
    if (status != REF_OK)
        return status;
    double total = total_squares(y, n);
    double rounding = 0x1p-180 * (double)n; // of a constant y, relative to its square
    if (!(total > rounding * fabs(y[0]) * fabs(y[0])))
        return REF_ERROR_DOMAIN;
    *r2 = 1.0 - squares / total;
    return validate_result(r2, 1);
}

int ref_ols_hessian_spectrum(const double *x, size_t n, size_t d, double *eigenvalues,
                             double *condition)
{
    int status = validate_matrix(x, n, d);
    if (status != REF_OK)
        return status;
    if (n < d + 1)
        return REF_ERROR_SINGULAR;
    double *a = new_numbers(n, d + 1);
    if (a == NULL)
        return REF_ERROR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        a[i * (d + 1)] = 1.0;
        for (size_t j = 0; j < d; j++)
            a[i * (d + 1) + j + 1] = x[i * d + j];
    }
    status = ref_singular_values(a, n, d + 1, eigenvalues, NULL);
    free(a);
    if (status != REF_OK)
        return status;
    double largest = eigenvalues[0], smallest = eigenvalues[d];
    if (!(smallest > 4.0 * DBL_EPSILON * (double)(d + 1) * largest))
        return REF_ERROR_SINGULAR;
    *condition = (largest / smallest) * (largest / smallest);
    for (size_t j = 0; j <= d; j++)
        eigenvalues[j] = eigenvalues[j] * (eigenvalues[j] / (double)n);
    return validate_result(eigenvalues, d + 1);
}
