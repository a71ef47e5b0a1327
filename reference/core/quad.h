/**
 * @file
 * IEEE binary128 arithmetic (113 bits) with the functions of the C library. Internal to the
 * reference library: no public header mentions it.
 */
#ifndef REFERENCE_CORE_QUAD_H
#define REFERENCE_CORE_QUAD_H

#include <math.h>

#if defined(__clang__) // has the type by its older name, and then glibc hides the functions
typedef __float128 quad;
quad erfcf128(quad x);
quad erff128(quad x);
quad expf128(quad x);
quad fabsf128(quad x);
quad log1pf128(quad x);
quad logf128(quad x);
quad sqrtf128(quad x);
#else
__extension__ typedef _Float128 quad;
#endif

#define QUAD_EPSILON ((quad)0x1p-112)

/** pi as the sum of three doubles: error below 1e-48. */
static inline quad quad_pi(void)
{
    return (quad)0x1.921fb54442d18p+1 + (quad)0x1.1a62633145c07p-53 + (quad)-0x1.f1976b7ed8fbcp-109;
}

#endif
