/*
 * The factorisation is LAPACK's; the refinement is Björck's for the augmented system
 *
 *     [ I   A ] [ r ]   [ b ]
 *     [ A'  0 ] [ x ] = [ g ]
 *
 * with residuals and iterates in double-double (Björck 1967; Higham, Accuracy and Stability of
 * Numerical Algorithms, section 20.5). It converges while the condition number of the scaled A
 * stays below about 1e15, to the exact solution for the given doubles.
 */
#include "linear_algebra/least_squares.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "core/double_double.h"
#include "core/validate.h"
#include "linear_algebra/residual_kernels.h"
#include "reference/linear_algebra.h"

enum { REFINEMENTS_MAX = 12, BLOCK_MAX = 32 };

/* Iterates and right-hand sides of one augmented system, for scaled columns. */
struct augmented {
    const double *b; /* rows entries, or NULL for zeros */
    const double *g; /* columns entries, or NULL for zeros */
    struct dd *x;
    double *r_hi; /* r in double-double, as two arrays */
    double *r_lo;
    double *f_hi; /* residual of the upper block, then, rounded, the correction of r */
    double *f_lo;
    double *step; /* residual of the lower block, then the correction of x */
};

static int from_lapack(lapack_int info)
{
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return REF_ERROR_MEMORY;
    return info == 0 ? REF_OK : REF_ERROR_INTERNAL;
}

/* Row-major X, with ones in front when intercept, to column-major a; blocks of rows stay cached. */
static void transpose_design(struct least_squares *ls, const double *x, bool intercept)
{
    enum { BLOCK = 64 };
    size_t n = ls->rows, first = intercept ? 1 : 0, d = ls->columns - first;
    for (size_t i = 0; i < n && intercept; i++)
        ls->a[i] = 1.0;
    for (size_t start = 0; start < n; start += BLOCK) {
        size_t end = start + BLOCK < n ? start + BLOCK : n;
        for (size_t j = 0; j < d; j++)
            for (size_t i = start; i < end; i++)
                ls->a[(j + first) * n + i] = x[i * d + j];
    }
}

/* Scales columns by powers of two to a length of about one. */
static int scale_columns(struct least_squares *ls)
{
    size_t n = ls->rows;
    for (size_t j = 0; j < ls->columns; j++) {
        double *column = ls->a + j * n;
        double largest = 0.0;
        for (size_t i = 0; i < n; i++)
            largest = fabs(column[i]) > largest ? fabs(column[i]) : largest; // all are finite
        if (largest == 0.0)
            return REF_ERROR_SINGULAR;
        int exponent;
        (void)frexp(largest * sqrt((double)n), &exponent);
        if (exponent > 1000 || exponent < -1000)
            return REF_ERROR_DOMAIN;
        ls->scale[j] = ldexp(1.0, -exponent);
        for (size_t i = 0; i < n; i++)
            column[i] *= ls->scale[j];
    }
    return REF_OK;
}

static int factor(struct least_squares *ls)
{
    lapack_int m = (lapack_int)ls->rows, n = (lapack_int)ls->columns;
    memcpy(ls->qr, ls->a, ls->rows * ls->columns * sizeof *ls->a);
    // dgeqrt leaves parts of t as they are, and LAPACKE looks for NaN in all of it later.
    memset(ls->t, 0, ls->block * ls->columns * sizeof *ls->t);
    int status = from_lapack(LAPACKE_dgeqrt(LAPACK_COL_MAJOR, m, n, (lapack_int)ls->block, ls->qr,
                                            m, ls->t, (lapack_int)ls->block));
    if (status != REF_OK)
        return status;
    status = from_lapack(LAPACKE_dtrcon(LAPACK_COL_MAJOR, '1', 'U', 'N', n, ls->qr, m, &ls->rcond));
    if (status != REF_OK)
        return status;
    double threshold = 16.0 * (double)n * DBL_EPSILON;
    return ls->rcond > threshold ? REF_OK : REF_ERROR_SINGULAR; // also when it is NaN
}

int least_squares_init(struct least_squares *ls, const double *x, size_t rows, size_t d,
                       bool intercept)
{
    *ls = (struct least_squares){.rows = rows, .columns = d + (intercept ? 1 : 0)};
    int status = validate_matrix(x, rows, d);
    if (status != REF_OK)
        return status;
    if (rows < ls->columns)
        return REF_ERROR_SINGULAR;
    ls->a = new_numbers(rows, ls->columns);
    ls->qr = new_numbers(rows, ls->columns);
    ls->block = ls->columns < BLOCK_MAX ? ls->columns : BLOCK_MAX;
    ls->t = new_numbers(ls->block, ls->columns);
    ls->scale = new_numbers(ls->columns, 1);
    if (ls->a == NULL || ls->qr == NULL || ls->t == NULL || ls->scale == NULL)
        status = REF_ERROR_MEMORY;
    if (status == REF_OK) {
        transpose_design(ls, x, intercept);
        status = scale_columns(ls);
    }
    if (status == REF_OK)
        status = factor(ls);
    if (status != REF_OK)
        least_squares_release(ls);
    return status;
}

void least_squares_release(struct least_squares *ls)
{
    free(ls->a);
    free(ls->qr);
    free(ls->t);
    free(ls->scale);
    *ls = (struct least_squares){0};
}

/* f = b - r - A x and step = g - A'r, computed in double-double and rounded. */
static void residuals(const struct least_squares *ls, struct augmented *s)
{
    size_t m = ls->rows;
    for (size_t i = 0; i < m; i++) {
        struct dd f = dd_two_sum(s->b != NULL ? s->b[i] : 0.0, -s->r_hi[i]);
        f = dd_add_double(f, -s->r_lo[i]);
        s->f_hi[i] = f.hi;
        s->f_lo[i] = f.lo;
    }
    for (size_t j = 0; j < ls->columns; j++) {
        const double *column = ls->a + j * m;
        subtract_multiple(column, m, s->x[j], s->f_hi, s->f_lo);
        struct dd lower = dd_negate(dot_with(column, m, s->r_hi, s->r_lo));
        s->step[j] = dd_value(dd_add_double(lower, s->g != NULL ? s->g[j] : 0.0));
    }
    for (size_t i = 0; i < m; i++)
        s->f_hi[i] += s->f_lo[i];
}

/* The same before the first correction, when r and x are zero. */
static void right_hand_sides(const struct least_squares *ls, struct augmented *s)
{
    for (size_t i = 0; i < ls->rows; i++)
        s->f_hi[i] = s->b != NULL ? s->b[i] : 0.0;
    for (size_t j = 0; j < ls->columns; j++)
        s->step[j] = s->g != NULL ? s->g[j] : 0.0;
}

/* Solves the augmented system for the residuals with the factorisation, in doubles. */
static int correction(const struct least_squares *ls, struct augmented *s)
{
    int m = (int)ls->rows, n = (int)ls->columns, block = (int)ls->block;
    int status = from_lapack(LAPACKE_dgemqrt(LAPACK_COL_MAJOR, 'L', 'T', m, 1, n, block, ls->qr, m,
                                             ls->t, block, s->f_hi, m));
    if (status != REF_OK)
        return status;
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasTrans, CblasNonUnit, n, ls->qr, m, s->step, 1);
    for (int j = 0; j < n; j++) {
        double h = s->step[j];
        s->step[j] = s->f_hi[j] - h;
        s->f_hi[j] = h;
    }
    cblas_dtrsv(CblasColMajor, CblasUpper, CblasNoTrans, CblasNonUnit, n, ls->qr, m, s->step, 1);
    return from_lapack(LAPACKE_dgemqrt(LAPACK_COL_MAJOR, 'L', 'N', m, 1, n, block, ls->qr, m, ls->t,
                                       block, s->f_hi, m));
}

/* 2-norm of a correction of x, smallest entry of x, relative correction of the residual. */
struct progress {
    double step;
    double smallest;
    double residual;
};

static struct progress apply(const struct least_squares *ls, struct augmented *s)
{
    struct progress now = {.smallest = (double)INFINITY};
    for (size_t j = 0; j < ls->columns; j++) {
        s->x[j] = dd_add_double(s->x[j], s->step[j]);
        now.step += s->step[j] * s->step[j];
        now.smallest = fmin(now.smallest, fabs(s->x[j].hi));
    }
    now.step = sqrt(now.step);
    double residual = 0.0, correction_of_residual = 0.0;
    for (size_t i = 0; i < ls->rows; i++) {
        struct dd r = dd_add_double((struct dd){s->r_hi[i], s->r_lo[i]}, s->f_hi[i]);
        s->r_hi[i] = r.hi;
        s->r_lo[i] = r.lo;
        residual += r.hi * r.hi;
        correction_of_residual += s->f_hi[i] * s->f_hi[i];
    }
    now.residual = residual > 0.0 ? sqrt(correction_of_residual / residual) : 0.0;
    return now;
}

/*
 * Corrections shrink by about the same factor every round, so the next one is foreseen: the
 * iteration ends when it would be below the last bit of every entry of x, and of the residual.
 */
static int refine(const struct least_squares *ls, struct augmented *s)
{
    double previous = (double)INFINITY;
    for (int round = 0; round <= REFINEMENTS_MAX; round++) {
        if (round == 0)
            right_hand_sides(ls, s);
        else
            residuals(ls, s);
        int status = correction(ls, s);
        if (status != REF_OK)
            return status;
        if (!all_finite(s->step, ls->columns))
            return REF_ERROR_DOMAIN;
        struct progress now = apply(ls, s);
        double factor = now.step / previous; // 0 in round 0
        bool done = round > 0 && factor * now.step <= 0x1p-60 * now.smallest &&
                    factor * now.residual <= 0x1p-60;
        if (done || now.step == 0.0 || (round > 1 && !(factor < 0.5)))
            break;
        previous = now.step;
    }
    return REF_OK;
}

static void augmented_release(struct augmented *s)
{
    free(s->x);
    free(s->r_hi);
    free(s->r_lo);
    free(s->f_hi);
    free(s->f_lo);
    free(s->step);
}

static int augmented_init(struct augmented *s, const struct least_squares *ls)
{
    *s = (struct augmented){
        .x = calloc(ls->columns, sizeof *s->x),
        .r_hi = calloc(ls->rows, sizeof *s->r_hi),
        .r_lo = calloc(ls->rows, sizeof *s->r_lo),
        .f_hi = new_numbers(ls->rows, 1),
        .f_lo = new_numbers(ls->rows, 1),
        .step = new_numbers(ls->columns, 1),
    };
    if (s->x != NULL && s->r_hi != NULL && s->r_lo != NULL && s->f_hi != NULL && s->f_lo != NULL &&
        s->step != NULL)
        return REF_OK;
    augmented_release(s);
    return REF_ERROR_MEMORY;
}

int least_squares_solve(const struct least_squares *ls, const double *b, double *x, double *squares)
{
    if (!all_finite(b, ls->rows))
        return REF_ERROR_NOT_FINITE;
    struct augmented s;
    int status = augmented_init(&s, ls);
    if (status != REF_OK)
        return status;
    s.b = b;
    status = refine(ls, &s);
    if (status == REF_OK) {
        for (size_t j = 0; j < ls->columns; j++)
            x[j] = dd_value(s.x[j]) * ls->scale[j];
        status = validate_result(x, ls->columns);
    }
    if (status == REF_OK && squares != NULL) {
        struct dd total = {0.0, 0.0};
        for (size_t i = 0; i < ls->rows; i++)
            total = dd_add(total, dd_multiply((struct dd){s.r_hi[i], s.r_lo[i]},
                                              (struct dd){s.r_hi[i], s.r_lo[i]}));
        *squares = dd_value(total);
    }
    augmented_release(&s);
    return status;
}

/* The j-th diagonal entry of the inverse, refined: b = 0 and g = e_j give x = -(A'A)^-1 e_j. */
static int refined_diagonal(const struct least_squares *ls, double *diagonal)
{
    struct augmented s;
    int status = augmented_init(&s, ls);
    if (status != REF_OK)
        return status;
    double *unit = calloc(ls->columns, sizeof *unit);
    if (unit == NULL)
        status = REF_ERROR_MEMORY;
    s.g = unit;
    for (size_t j = 0; status == REF_OK && j < ls->columns; j++) {
        memset(s.r_hi, 0, ls->rows * sizeof *s.r_hi);
        memset(s.r_lo, 0, ls->rows * sizeof *s.r_lo);
        memset(s.x, 0, ls->columns * sizeof *s.x);
        unit[j] = 1.0;
        status = refine(ls, &s);
        unit[j] = 0.0;
        diagonal[j] = -dd_value(s.x[j]);
    }
    free(unit);
    augmented_release(&s);
    return status;
}

/* Row sums of squares of R^-1. */
static int plain_diagonal(const struct least_squares *ls, double *diagonal)
{
    size_t p = ls->columns;
    double *inverse = calloc(p * p, sizeof *inverse);
    if (inverse == NULL)
        return REF_ERROR_MEMORY;
    for (size_t j = 0; j < p; j++)
        memcpy(inverse + j * p, ls->qr + j * ls->rows, (j + 1) * sizeof *inverse);
    lapack_int n = (lapack_int)p;
    int status = from_lapack(LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'U', 'N', n, inverse, n));
    for (size_t i = 0; status == REF_OK && i < p; i++)
        diagonal[i] = dd_value(dd_dot(inverse + i * p + i, p, inverse + i * p + i, p, p - i));
    free(inverse);
    return status;
}

int least_squares_gram_inverse(const struct least_squares *ls, double *diagonal)
{
    static const double many = 1e6; // products: beyond, R^-1 in doubles must do
    double p = (double)ls->columns;
    int status = (double)ls->rows * p * p <= many ? refined_diagonal(ls, diagonal)
                                                  : plain_diagonal(ls, diagonal);
    if (status != REF_OK)
        return status;
    for (size_t j = 0; j < ls->columns; j++)
        diagonal[j] *= ls->scale[j] * ls->scale[j];
    return validate_result(diagonal, ls->columns);
}

int ref_least_squares(const double *a, size_t m, size_t n, const double *b, double *x)
{
    struct least_squares ls;
    int status = least_squares_init(&ls, a, m, n, false);
    if (status != REF_OK)
        return status;
    status = least_squares_solve(&ls, b, x, NULL);
    least_squares_release(&ls);
    return status;
}
