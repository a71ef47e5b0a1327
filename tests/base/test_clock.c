#include <string.h>
#include "assertions.h"
#include "grader/base/clock.h"

static void test_monotonic_time_does_not_go_back(void **state)
{
    (void)state;
    uint64_t before = clock_monotonic_ns();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = clock_monotonic_ns();
        assert_true(now >= before);
        before = now;
    }
    assert_true(before > 0);
}

static void test_calendar_is_rfc_3339(void **state)
{
    (void)state;
    static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
    char text[32];
    clock_calendar(text);
    assert_int_equal(strlen(text), sizeof pattern - 1);
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i])
            fail_msg("%s", text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_monotonic_time_does_not_go_back),
        cmocka_unit_test(test_calendar_is_rfc_3339),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
