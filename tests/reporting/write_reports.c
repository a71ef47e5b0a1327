/* Writes sample reports, and what is rendered from them, into a folder for check_reports.py. */
#include "assertions.h"

#include <string.h>
#include "grader/base/file.h"
#include "grader/reporting/report.h"
#include "sample_grading.h"

static const char *folder;

static void write_out(const char *name, const char *suffix, const struct buffer *bytes)
{
    char path[FILE_PATH_MAX], file[128];
    struct error error = ERROR_INIT;
    snprintf(file, sizeof file, "%s.%s", name, suffix);
    assert_int_equal(file_join(path, folder, file, &error), 0);
    assert_int_equal(file_write(path, buffer_text(bytes), bytes->size, &error), 0);
}

static void write_all(const char *name, struct grading *grading)
{
    struct report_style style = {.width = 80};
    struct error error = ERROR_INIT;
    AUTO_BUFFER struct buffer json = BUFFER_INIT(REPORT_BYTES_MAX);
    AUTO_BUFFER struct buffer junit = BUFFER_INIT(REPORT_BYTES_MAX);
    sample_report(grading, &json);
    grading_release(grading);
    write_out(name, "json", &json);
    assert_int_equal(
        report_render(json.data, json.size, name, REPORT_JUNIT, &style, &junit, &error), 0);
    write_out(name, "xml", &junit);
}

static void every_feedback_level(void **state)
{
    (void)state;
    static const char *const levels[] = {"verdict", "hint", "values", "full"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct grading grading;
        sample_grading_full(&grading);
        snprintf(grading.feedback, sizeof grading.feedback, "%s", levels[i]);
        write_all(levels[i], &grading);
    }
}

static void not_fetched(void **state)
{
    (void)state;
    struct grading grading;
    sample_grading_not_fetched(&grading);
    write_all("not_fetched", &grading);
}

static void hostile_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "]]></failure><testcase name=\"mine\"/><![CDATA[", "\"'&<>&amp;&#0;<!-- -->",
        "\033[2J\x01\x02\x7f\xc2\x80\xff", "\xef\xbf\xbe\xef\xbf\xbf \xf0\x9f\x98\x80",
        "line\nline\ttab\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct grading grading;
        char name[32];
        sample_grading_hostile(&grading, texts[i]);
        snprintf(name, sizeof name, "hostile-%zu", i);
        write_all(name, &grading);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    folder = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_feedback_level),
        cmocka_unit_test(not_fetched),
        cmocka_unit_test(hostile_texts),
    };
    return cmocka_run_group_tests_name("write reports", tests, NULL, NULL);
}
