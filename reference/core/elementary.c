#include "core/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* x = 2^e m with m in [sqrt(1/2), sqrt(2)). */
static double split(double x, int *exponent)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int e = (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp+0) {
        m *= 0.5;
        e++;
    }
    *exponent = e;
    return m;
}

/*
 * log(1 + f) = f - f^2/2 + s (f^2/2 + R) with s = f / (2 + f) and R the tail of 2 atanh(s) / s,
 * the arrangement of fdlibm's e_log.c; the tail is the Taylor series, long enough for
 * s^2 <= 0.0295.
 */
double exact_log(double x)
{
    static const double ln2_high = 6.93147180369123816490e-01; // 32 bits: e * ln2_high is exact
    static const double ln2_low = 1.90821492927058770002e-10;
    int exponent;
    double f = split(x, &exponent) - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double tail = 0.0;
    for (int k = 12; k >= 1; k--)
        tail = z * (2.0 / (2 * k + 1) + tail);
    double half_square = 0.5 * f * f;
    double e = exponent;
    return e * ln2_high - ((half_square - (s * (half_square + tail) + e * ln2_low)) - f);
}

static double polynomial(const double *c, int degree, double x)
{
    double value = c[degree];
    for (int i = degree - 1; i >= 0; i--)
        value = value * x + c[i];
    return value;
}

/* Wichura, "Algorithm AS 241: the percentage points of the normal distribution", 1988, PPND16. */
double exact_normal_quantile(double p)
{
    static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                               1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[] = {1.0,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * (polynomial(a, 7, r) / polynomial(b, 7, r));
    }
    double r = sqrt(-exact_log(q < 0.0 ? p : 1.0 - p));
    double z;
    if (r <= 5.0)
        z = polynomial(c, 7, r - 1.6) / polynomial(d, 7, r - 1.6);
    else
        z = polynomial(e, 7, r - 5.0) / polynomial(f, 7, r - 5.0);
    return q < 0.0 ? -z : z;
}

double exact_root(double x, unsigned n)
{
    if (n <= 1)
        return x;
    double root = x > 1.0 ? 1.0 + (x - 1.0) / n : 1.0; // not below the root: Newton falls to it
    for (int step = 0; step < 2000; step++) {
        double power = 1.0;
        for (unsigned i = 1; i < n; i++)
            power *= root;
        double next = root - (root - x / power) / n;
        if (!(next < root))
            break;
        root = next;
    }
    return root;
}
