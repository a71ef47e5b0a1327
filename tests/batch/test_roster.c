#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/batch/roster.h"

struct parsed {
    struct roster roster;
    struct buffer problems;
    struct error error;
    int status;
};

static void parse(struct parsed *parsed, const char *text, size_t size)
{
    *parsed = (struct parsed){.problems = BUFFER_INIT(1 << 20), .error = ERROR_INIT};
    parsed->status = roster_parse(text, size, "r.csv", "/course", &parsed->roster,
                                  &parsed->problems, &parsed->error);
}

static void release(struct parsed *parsed)
{
    roster_release(&parsed->roster);
    buffer_release(&parsed->problems);
}

static void expect_problems(const char *text, const char *problems, const char *message)
{
    struct parsed parsed;
    parse(&parsed, text, strlen(text));
    assert_string_equal(buffer_text(&parsed.problems), problems);
    assert_int_equal(parsed.status, ERROR_USAGE);
    assert_string_equal(parsed.error.message, message);
    assert_int_equal(parsed.roster.count, 0);
    release(&parsed);
}

static void reads_columns_by_name(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfName,REF,Repository,Learner\r\n"
                               "\"Lovelace, Ada\",main,https://example.org/a.git,ada\r\n"
                               "\r\n"
                               "\"Bob \"\"the\r\nbuilder\"\"\",,work/bob,b.o-b_1@x+2\r\n"
                               "Zo\xc3\xab , v1 , \"/srv/my, work\" , zoe";
    struct parsed parsed;
    parse(&parsed, text, sizeof text - 1);
    assert_string_equal(buffer_text(&parsed.problems), "");
    assert_int_equal(parsed.status, 0);
    assert_int_equal(parsed.roster.count, 3);
    const struct roster_entry *entries = parsed.roster.entries;
    assert_string_equal(entries[0].learner, "ada");
    assert_string_equal(entries[0].repository, "https://example.org/a.git");
    assert_string_equal(entries[0].ref, "main");
    assert_int_equal(entries[0].line, 2);
    assert_string_equal(entries[1].learner, "b.o-b_1@x+2");
    assert_string_equal(entries[1].repository, "/course/work/bob");
    assert_null(entries[1].ref);
    assert_int_equal(entries[1].line, 4);
    assert_string_equal(entries[2].repository, "/srv/my, work");
    assert_string_equal(entries[2].ref, "v1");
    assert_int_equal(entries[2].line, 6);
    release(&parsed);
}

static void takes_what_spreadsheets_write(void **state)
{
    (void)state;
    static const char *const texts[] = {"learner;repository\nada;a,b\n",
                                        "learner\trepository\r\nada\ta,b\r\n",
                                        "learner,repository\nada,\"a,b\"\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct parsed parsed;
        parse(&parsed, texts[i], strlen(texts[i]));
        assert_int_equal(parsed.status, 0);
        assert_int_equal(parsed.roster.count, 1);
        assert_string_equal(parsed.roster.entries[0].repository, "/course/a,b");
        release(&parsed);
    }
}

static void reports_all_problems_with_their_lines(void **state)
{
    (void)state;
    expect_problems("learner,repository,ref\n"
                    "ada,https://example.org/a,\n"
                    ",x,\n"
                    "../etc,x,\n"
                    "-rf,x,\n"
                    "a b,x,\n"
                    "bob,,\n"
                    "eve,ext::sh -c id,\n"
                    "Ada,x,\n"
                    "zoe,\"unclosed,\n",
                    "r.csv line 3: the learner is empty\n"
                    "r.csv line 4: the learner begins with a dot or hyphen: '../etc'\n"
                    "r.csv line 5: the learner begins with a dot or hyphen: '-rf'\n"
                    "r.csv line 6: the learner may hold letters A-Z, digits and . _ @ + - only: "
                    "'a b'\n"
                    "r.csv line 7: the repository is empty for learner 'bob'\n"
                    "r.csv line 8: 'ext::sh -c id': accepted are https, http, ssh, git and file "
                    "addresses, user@host:path, and a folder\n"
                    "r.csv line 10: a quotation mark is never closed\n"
                    "r.csv line 9: already on line 2: learner 'Ada'\n",
                    "r.csv: 8 problems; nothing was graded");
}

static void names_missing_and_double_columns(void **state)
{
    (void)state;
    expect_problems("name,url\nada,x\n",
                    "r.csv line 1: the first line has no column 'learner'\n"
                    "r.csv line 1: the first line has no column 'repository'\n",
                    "r.csv: 2 problems; nothing was graded");
    expect_problems("learner,repository,learner\nada,x,y\n",
                    "r.csv line 1: a column is there twice: 'learner'\n",
                    "r.csv: 1 problem; nothing was graded");
    expect_problems("", "r.csv line 1: the file is empty; the first line is: learner,repository\n",
                    "r.csv: 1 problem; nothing was graded");
    expect_problems("learner,repository\n\n", "r.csv line 1: no learner follows the first line\n",
                    "r.csv: 1 problem; nothing was graded");
}

static void insists_on_utf8(void **state)
{
    (void)state;
    expect_problems("learner,repository,name\nada,x,Zo\xeb\nbob,x,\xc3\n",
                    "r.csv line 2: not valid UTF-8; save the file as CSV UTF-8\n"
                    "r.csv line 3: not valid UTF-8; save the file as CSV UTF-8\n",
                    "r.csv: 2 problems; nothing was graded");
    struct parsed parsed;
    parse(&parsed, "\xff\xfel\0e\0", 6);
    assert_string_equal(buffer_text(&parsed.problems),
                        "r.csv line 1: the file is UTF-16; save it as CSV UTF-8\n");
    release(&parsed);
    parse(&parsed, "learner,repository\na\0b,x\n", 25);
    assert_string_equal(buffer_text(&parsed.problems), "r.csv line 2: a zero byte\n");
    release(&parsed);
}

static void shows_no_control_characters(void **state)
{
    (void)state;
    expect_problems("learner,repository\n\x1b[2J,x\nada,\"a\nb\"\n",
                    "r.csv line 2: the learner may hold letters A-Z, digits and . _ @ + - only: "
                    "'\\x1b[2J'\n"
                    "r.csv line 3: 'a\\x0ab': the address contains a control character\n",
                    "r.csv: 2 problems; nothing was graded");
}

static void keeps_its_bounds(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT(1 << 22);
    buffer_append_text(&text, "learner,repository\n");
    for (int i = 0; i < 500; i++)
        buffer_append_text(&text, ",x\n");
    struct parsed parsed;
    parse(&parsed, text.data, text.size);
    assert_string_equal(parsed.error.message, "r.csv: 500 problems; nothing was graded");
    assert_string_contains(buffer_text(&parsed.problems), "r.csv: and 300 more\n");
    release(&parsed);
    text.size = 0;
    buffer_append_text(&text, "learner,repository\nada,");
    for (int i = 0; i < 5000; i++)
        buffer_append_text(&text, "x");
    for (int i = 0; i < 100; i++)
        buffer_append_text(&text, ",");
    parse(&parsed, text.data, text.size);
    assert_string_equal(buffer_text(&parsed.problems), "r.csv line 2: more than 64 columns\n");
    release(&parsed);
    char learner[70] = "";
    memset(learner, 'a', 64);
    text.size = 0;
    buffer_append_format(&text, "learner,repository\n%s,x\n%sb,x\n", learner, learner);
    parse(&parsed, text.data, text.size);
    assert_string_contains(buffer_text(&parsed.problems), "line 3: the learner is longer than 64");
    release(&parsed);
    buffer_release(&text);
}

static void grows_to_a_large_course(void **state)
{
    (void)state;
    struct buffer text = BUFFER_INIT(1 << 22);
    buffer_append_text(&text, "learner,repository\n");
    for (int i = 0; i < 20000; i++)
        buffer_append_format(&text, "learner%d,https://example.org/%d.git\n", i, i);
    struct parsed parsed;
    parse(&parsed, text.data, text.size);
    assert_int_equal(parsed.status, 0);
    assert_int_equal(parsed.roster.count, 20000);
    assert_string_equal(parsed.roster.entries[19999].learner, "learner19999");
    release(&parsed);
    buffer_release(&text);
}

static void a_missing_file_is_said(void **state)
{
    (void)state;
    struct parsed parsed = {.problems = BUFFER_INIT(1000), .error = ERROR_INIT};
    assert_int_equal(roster_load("/nowhere/r.csv", &parsed.roster, &parsed.problems, &parsed.error),
                     ERROR_USAGE);
    assert_string_contains(parsed.error.message, "/nowhere/r.csv");
    release(&parsed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_columns_by_name),
        cmocka_unit_test(takes_what_spreadsheets_write),
        cmocka_unit_test(reports_all_problems_with_their_lines),
        cmocka_unit_test(names_missing_and_double_columns),
        cmocka_unit_test(insists_on_utf8),
        cmocka_unit_test(shows_no_control_characters),
        cmocka_unit_test(keeps_its_bounds),
        cmocka_unit_test(grows_to_a_large_course),
        cmocka_unit_test(a_missing_file_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
