#include "student.h"
#include <math.h>

/* Regularised incomplete beta function by its power series; quick and exact enough for x <= 1/2:
 * I_x(a, b) = x^a (1-x)^b / (a B(a, b)) * sum of (a+b)_k / (a+1)_k x^k. */
static double beta_series(double a, double b, double x)
{
    double front = exp(lgamma(a + b) - lgamma(a + 1) - lgamma(b) + a * log(x) + b * log1p(-x));
    double term = 1, sum = 1;
    for (int k = 0; k < 2000 && term > 1e-18 * sum; k++) {
        term *= (a + b + k) / (a + 1 + k) * x;
        sum += term;
    }
    return front * sum;
}

double student_two_sided(double t, double degrees)
{
    double x = degrees / (degrees + t * t);
    if (t == 0)
        return 1;
    if (x <= 0.5)
        return beta_series(degrees / 2, 0.5, x);
    return 1 - beta_series(0.5, degrees / 2, t * t / (degrees + t * t));
}

double student_quantile(double level, double degrees)
{
    double low = 0, high = 1;
    while (student_two_sided(high, degrees) > 1 - level)
        high *= 2;
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        if (student_two_sided(middle, degrees) > 1 - level)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
