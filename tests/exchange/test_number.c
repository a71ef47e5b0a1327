#include <string.h>
#include "assertions.h"
#include "grader/exchange/number.h"

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* splitmix64: any bit pattern, the same ones in every run. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void check_round_trip(double value)
{
    char text[NUMBER_TEXT_MAX];
    double again = 0;
    number_format(text, value);
    bool parsed = number_parse(text, strlen(text), &again);
    if (!parsed || !(isnan(value) ? isnan(again) : same_bits(value, again)))
        fail_msg("%a became \"%s\" became %a", value, text, again);
    if (number_is_json(text, strlen(text)) != (isfinite(value) != 0))
        fail_msg("\"%s\" in JSON", text);
}

static void test_a_million_bit_patterns_survive(void **state)
{
    (void)state;
    uint64_t seed = 20;
    for (int i = 0; i < 1000000; i++) {
        uint64_t bits = next_random(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        check_round_trip(value);
    }
}

static void test_powers_and_neighbours_survive(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent <= 1023; exponent++) {
        double power = ldexp(1.0, exponent);
        check_round_trip(power);
        check_round_trip(nextafter(power, 0));
        check_round_trip(-nextafter(power, INFINITY));
    }
}

static void test_format_is_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1e22, "1e+22"},
        {5e-324, "5e-324"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {9007199254740991, "9007199254740991"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {NAN, "NaN"},
        {INFINITY, "Infinity"},
        {-INFINITY, "-Infinity"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[NUMBER_TEXT_MAX];
        number_format(text, cases[i].value);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_parse_accepts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"42", 42},
        {"+3", 3},
        {".5", 0.5},
        {"5.", 5},
        {"-1.25E-10", -1.25e-10},
        {"0007", 7},
        {"-0", -0.0},
        {"1e999", INFINITY},
        {"-1e-999", -0.0},
        {"nAn", NAN},
        {"-nan", NAN},
        {"NA", NAN},
        {"Null", NAN},
        {"inf", INFINITY},
        {"-Infinity", -INFINITY},
        {"9007199254740993", 9007199254740992.0},
        {"2.2250738585072012e-308", 2.2250738585072014e-308},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 1234;
        bool known = number_parse(cases[i].text, strlen(cases[i].text), &value);
        bool nan = isnan(cases[i].value) && isnan(value);
        if (!known || !(nan || same_bits(value, cases[i].value)))
            fail_msg("\"%s\" became %a", cases[i].text, value);
    }
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",       "-",    "+",      ".",   "e5",  "1e",        "1e+",   "0x10",  "0X1p4",
        "1 ",     " 1",   "1,5",    "1_0", "--1", "+-1",       "1.2.3", "1e5.0", "infinit",
        "nan(1)", "nanx", "1.#INF", "1d5", "1f",  "infinity1", "true",  "\xff",  "1\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 1234;
        if (number_parse(texts[i], strlen(texts[i]), &value) || value != 1234)
            fail_msg("\"%s\" was taken for %g", texts[i], value);
    }
    double value = 1234;
    assert_false(number_parse("1\0", 2, &value));
}

static void test_long_texts(void **state)
{
    (void)state;
    char text[NUMBER_TOKEN_MAX + 1];
    double value = 0;
    memset(text, '1', sizeof text);
    memcpy(text, "0.", 2);
    assert_true(number_parse(text, NUMBER_TOKEN_MAX, &value));
    assert_true(value == 1.0 / 9);
    assert_false(number_parse(text, NUMBER_TOKEN_MAX + 1, &value));
}

/* The number ends where the size says, whatever follows. */
static void test_size_is_obeyed(void **state)
{
    (void)state;
    double value = 0;
    assert_true(number_parse("12345", 2, &value));
    assert_true(value == 12);
    assert_true(number_parse("nano", 3, &value));
    assert_true(isnan(value));
}

static void test_json_grammar(void **state)
{
    (void)state;
    static const char *const yes[] = {"0", "-0", "10", "1.5", "-1.5e-10", "1E+5", "0.0e0"};
    static const char *const no[] = {"",    "-",   "01",  "1.", ".5", "+1",   "1e",
                                     "1e+", "NaN", "0x1", "1 ", "-a", "1.e5", "--1"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (!number_is_json(yes[i], strlen(yes[i])))
            fail_msg("%s is JSON", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (number_is_json(no[i], strlen(no[i])))
            fail_msg("%s is not JSON", no[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_million_bit_patterns_survive),
        cmocka_unit_test(test_powers_and_neighbours_survive),
        cmocka_unit_test(test_format_is_short),
        cmocka_unit_test(test_parse_accepts),
        cmocka_unit_test(test_parse_refuses),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_size_is_obeyed),
        cmocka_unit_test(test_json_grammar),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
