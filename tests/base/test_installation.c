#include <stdlib.h>
#include <string.h>
#include "assertions.h"
#include "grader/base/file.h"
#include "grader/base/installation.h"

static void test_a_part_that_is_not_installed(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(installation_path("no such part", path, &error), ERROR_ENVIRONMENT);
    assert_string_contains(error.message, "share/grader/no such part");
}

static void test_the_rubric_that_is_given(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(installation_rubric("/usr/../tmp", path, &error), 0);
    assert_string_equal(path, "/tmp");
    assert_int_equal(installation_rubric("/no/such/rubric", path, &error), ERROR_USAGE);
    assert_string_contains(error.message, "rubric /no/such/rubric: No such file");
}

static void test_the_rubric_of_the_environment(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    setenv("GRADER_RUBRICS", "/rubrics", 1);
    int status = installation_rubric(NULL, path, &error);
    unsetenv("GRADER_RUBRICS");
    assert_int_equal(status, 0);
    assert_string_equal(path, "/rubrics/module6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_part_that_is_not_installed),
        cmocka_unit_test(test_the_rubric_that_is_given),
        cmocka_unit_test(test_the_rubric_of_the_environment),
    };
    return cmocka_run_group_tests_name("installation", tests, NULL, NULL);
}
