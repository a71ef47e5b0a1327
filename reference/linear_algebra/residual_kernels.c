#include "linear_algebra/residual_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) // its start-up comes after the choice of clones
#define FOR_EVERY_PROCESSOR                                                                        \
    __attribute__((target_clones("default", "arch=haswell", "arch=skylake-avx512")))
#else
#define FOR_EVERY_PROCESSOR
#endif

enum { LANES = 16 };

FOR_EVERY_PROCESSOR
void subtract_multiple(const double *restrict a, size_t n, struct dd x, double *restrict f_hi,
                       double *restrict f_lo)
{
    for (size_t i = 0; i < n; i++) {
        struct dd f = {f_hi[i], f_lo[i]};
        f = dd_subtract(f, dd_multiply_double(x, a[i]));
        f_hi[i] = f.hi;
        f_lo[i] = f.lo;
    }
}

FOR_EVERY_PROCESSOR
struct dd dot_with(const double *restrict a, size_t n, const double *restrict r_hi,
                   const double *restrict r_lo)
{
    double hi[LANES] = {0.0}, lo[LANES] = {0.0};
    size_t whole = n - n % LANES;
    for (size_t i = 0; i < whole; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            struct dd sum = {hi[l], lo[l]}, r = {r_hi[i + l], r_lo[i + l]};
            sum = dd_add(sum, dd_multiply_double(r, a[i + l]));
            hi[l] = sum.hi;
            lo[l] = sum.lo;
        }
    struct dd total = {0.0, 0.0};
    for (size_t l = 0; l < LANES; l++)
        total = dd_add(total, (struct dd){hi[l], lo[l]});
    for (size_t i = whole; i < n; i++)
        total = dd_add(total, dd_multiply_double((struct dd){r_hi[i], r_lo[i]}, a[i]));
    return total;
}
