#include "grader/marking/compare.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct sums {
    double got, expected, product, difference;
};

/* The sums are scaled by the largest entry, so that squares neither overflow nor vanish. */
static double common_scale(const struct ref_array *got, const struct ref_array *expected)
{
    double scale = fmax(ref_array_max_abs(got), ref_array_max_abs(expected));
    return scale > 0.0 && isfinite(scale) ? scale : 1.0;
}

static void look_at(struct comparison *c, size_t row, size_t column, double got, double expected,
                    double allowed)
{
    double ratio = fabs(got - expected) / allowed;
    if (!isfinite(ratio)) // NaN and infinity in got, or overflow: as far off as can be
        ratio = INFINITY;
    if (got != expected)
        c->equal = false;
    if (!(ratio <= 1.0))
        c->within = false;
    if (ratio > c->ratio || c->ratio < 0.0) {
        c->ratio = ratio;
        c->worst_row = row;
        c->worst_column = column;
        c->worst_got = got;
        c->worst_expected = expected;
    }
}

static double column_sign(const struct ref_array *got, const struct ref_array *expected, size_t j)
{
    double scale = common_scale(got, expected), dot = 0.0;
    for (size_t i = 0; i < got->rows; i++) {
        size_t at = i * got->columns + j;
        dot += (got->data[at] / scale) * (expected->data[at] / scale);
    }
    return dot < 0.0 ? -1.0 : 1.0;
}

static void finish(const struct sums *sums, struct comparison *c)
{
    double expected = sqrt(sums->expected), got = sqrt(sums->got);
    c->norm_ratio = got / expected;
    c->cosine = sums->product / (got * expected);
    c->relative = sqrt(sums->difference) / expected;
    if (!isfinite(c->relative))
        c->relative = INFINITY;
    if (!isfinite(c->norm_ratio))
        c->norm_ratio = 0.0;
    if (!isfinite(c->cosine))
        c->cosine = 0.0;
}

void compare_arrays(enum compare_verb verb, const struct ref_array *got,
                    const struct ref_array *expected, const struct ref_array *tolerance,
                    double widen, struct comparison *c)
{
    *c = (struct comparison){.within = true, .equal = true, .ratio = -1.0};
    struct sums sums = {0};
    double scale = common_scale(got, expected);
    bool flipped = false;
    for (size_t j = 0; j < got->columns; j++) {
        double sign = verb == COMPARE_COLUMNS_UP_TO_SIGN ? column_sign(got, expected, j) : 1.0;
        flipped = flipped || sign < 0.0;
        for (size_t i = 0; i < got->rows; i++) {
            size_t at = i * got->columns + j;
            double g = sign * got->data[at], e = expected->data[at];
            look_at(c, i, j, g, e, tolerance->data[at] * widen);
            sums.got += (g / scale) * (g / scale);
            sums.expected += (e / scale) * (e / scale);
            sums.product += (g / scale) * (e / scale);
            sums.difference += ((g - e) / scale) * ((g - e) / scale);
        }
    }
    c->flipped = flipped && c->within;
    c->ratio = fmax(c->ratio, 0.0);
    finish(&sums, c);
}

double digits_of(double relative)
{
    if (!(relative > 0.0))
        return relative == 0.0 ? 17.0 : 0.0;
    return fmin(fmax(-log10(relative), 0.0), 17.0);
}
