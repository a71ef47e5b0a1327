/**
 * @file
 * Compares two arrays entry by entry against a tolerance per entry, and describes the difference.
 *
 * NaN and infinity never agree with anything here; callers that expect them decide before.
 */
#ifndef GRADER_MARKING_COMPARE_H
#define GRADER_MARKING_COMPARE_H

#include <stdbool.h>
#include "grader/rubric/rubric.h"

struct comparison {
    bool within;  /**< every |got - expected| <= tolerance */
    bool equal;   /**< every entry has the same value, bit for bit (-0 equals 0) */
    bool flipped; /**< within, after changing the sign of at least one column */
    double ratio; /**< largest |got - expected| / tolerance; infinite when not finite */
    size_t worst_row, worst_column; /**< from 0; where the ratio is largest */
    double worst_got, worst_expected;
    double relative;   /**< ||got - expected|| / ||expected||, Frobenius; infinite when undefined */
    double norm_ratio; /**< ||got|| / ||expected|| */
    double cosine;     /**< <got, expected> / (||got|| ||expected||); 0 when undefined */
};

/**
 * @p got, @p expected and @p tolerance have the same shape; @p widen >= 1 multiplies the tolerance.
 * With COMPARE_COLUMNS_UP_TO_SIGN each column of got is first given the sign that makes its inner
 * product with the expected column positive; all other verbs compare as they stand.
 */
void compare_arrays(enum compare_verb verb, const struct ref_array *got,
                    const struct ref_array *expected, const struct ref_array *tolerance,
                    double widen, struct comparison *comparison);

/** Significant digits in which two arrays agree, from their relative distance: 0 to 17. */
double digits_of(double relative);

#endif
