/* The linear model with an intercept, solved by Householder reflections. */
#ifndef LEAST_SQUARES_H
#define LEAST_SQUARES_H

#include "table.h"

/* X with a column of ones in front. */
struct table design(const struct table *X);

/* A is n x p. Fills theta (p numbers) and, when not NULL, inverse with the inverse of the triangle
 * R (p x p, row by row). */
void least_squares(const struct table *A, const double *y, double *theta, double *inverse);

/* Row i of A times theta. */
double prediction(const struct table *A, int i, const double *theta);

/* Sum of the squares of prediction minus y. */
double residual_sum(const struct table *A, const double *y, const double *theta);

/* Eigenvalues of a symmetric p x p matrix, which is destroyed; largest first. */
void symmetric_eigenvalues(double *S, int p, double *eigenvalues);

#endif
