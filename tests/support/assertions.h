/**
 * @file
 * cmocka with its headers in the order it wants, and assertions for doubles: cmocka's own accept
 * NaN against anything and compare as float.
 */
#ifndef TESTS_ASSERTIONS_H
#define TESTS_ASSERTIONS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

/** Fails unless |actual - expected| <= max(epsabs, epsrel * |expected|). NaN always fails. */
#define assert_near(actual, expected, epsabs, epsrel)                                              \
    assert_near_at((actual), (expected), (epsabs), (epsrel), #actual, __FILE__, __LINE__)

static inline void assert_near_at(double actual, double expected, double epsabs, double epsrel,
                                  const char *expression, const char *file, int line)
{
    double error = fabs(actual - expected);
    double allowed = fmax(epsabs, epsrel * fabs(expected));
    if (error <= allowed) // false when error is NaN
        return;
    if (actual == expected) // equal infinities
        return;
    print_error("%s is %.17g, expected %.17g: off by %.3g, allowed %.3g\n", expression, actual,
                expected, error, allowed);
    _fail(file, line);
}

#define assert_string_contains(text, part)                                                         \
    do {                                                                                           \
        if (strstr((text), (part)) == NULL) {                                                      \
            print_error("\"%s\" does not contain \"%s\"\n", (text), (part));                       \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

#endif
