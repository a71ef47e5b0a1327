/* Student's t distribution. */
#ifndef STUDENT_H
#define STUDENT_H

/* Probability of a value at least as far from zero as t, on either side. */
double student_two_sided(double t, double degrees);

/* The t with two-sided probability 1 - level. */
double student_quantile(double level, double degrees);

#endif
