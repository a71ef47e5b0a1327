#include "assertions.h"

#include <string.h>
#include "grader/intake/intake_name.h"
#include "grader/intake/intake_source.h"

static void accepts_the_five_schemes_and_folders(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum intake_source_kind kind;
        const char *address, *origin, *host;
    } cases[] = {
        {"https://example.org/a/b.git", INTAKE_SOURCE_HTTP, "https://example.org/a/b.git",
         "https://example.org/a/b.git", "example.org"},
        {"HTTPS://Example.org:8443/a", INTAKE_SOURCE_HTTP, "https://Example.org:8443/a",
         "https://Example.org:8443/a", "example.org"},
        {"https://ada:pass@example.org/a?token=t#x", INTAKE_SOURCE_HTTP,
         "https://ada:pass@example.org/a?token=t#x", "https://example.org/a", "example.org"},
        {"http://[::1]:80/a", INTAKE_SOURCE_HTTP, "http://[::1]:80/a", "http://[::1]:80/a",
         "[::1]"},
        {"ssh://git@example.org/a", INTAKE_SOURCE_SSH, "ssh://git@example.org/a",
         "ssh://example.org/a", "example.org"},
        {"git@example.org:ada/a.git", INTAKE_SOURCE_SSH, "git@example.org:ada/a.git",
         "example.org:ada/a.git", "example.org"},
        {"git://example.org/a", INTAKE_SOURCE_GIT, "git://example.org/a", "git://example.org/a",
         "example.org"},
        {"file:///srv/a%20b", INTAKE_SOURCE_FOLDER, "/srv/a b", "file:///srv/a%20b", ""},
        {"file://localhost/srv/a", INTAKE_SOURCE_FOLDER, "/srv/a", "file://localhost/srv/a", ""},
        {"/srv/a", INTAKE_SOURCE_FOLDER, "/srv/a", "/srv/a", ""},
        {"ada/work", INTAKE_SOURCE_FOLDER, "ada/work", "ada/work", ""},
        {"./a:b", INTAKE_SOURCE_FOLDER, "./a:b", "./a:b", ""},
        {".", INTAKE_SOURCE_FOLDER, ".", ".", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake_source source;
        struct error error = ERROR_INIT;
        if (intake_source_parse(cases[i].text, &source, &error) != 0)
            print_error("%s: %s\n", cases[i].text, error.message);
        assert_int_equal(error.kind, ERROR_NONE);
        assert_int_equal(source.kind, cases[i].kind);
        assert_string_equal(source.address, cases[i].address);
        assert_string_equal(source.origin, cases[i].origin);
        assert_string_equal(source.host, cases[i].host);
    }
}

static void refuses_everything_else(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "-u./x",
                                        "--upload-pack=x",
                                        "ext::sh -c id",
                                        "fd::17",
                                        "ftp://example.org/a",
                                        "javascript://example.org/a",
                                        "https://",
                                        "https:///a",
                                        "https://example.org",
                                        "https://example.org/",
                                        "https://-oProxyCommand=id/a",
                                        "ssh://-oProxyCommand=id/a",
                                        "ssh://git@-x/a",
                                        "https://exa mple.org/a",
                                        "https://example.org:port/a",
                                        "https://example.org:/a",
                                        "-oProxyCommand=id:a",
                                        "git@-oProxyCommand=id:a",
                                        "git@host:",
                                        "git@host:-x",
                                        "@host:path",
                                        "host::path",
                                        "a\nb",
                                        "https://example.org/a\r\nb",
                                        "file://host/a",
                                        "file:///a%0",
                                        "file:///a%00b",
                                        "file:a",
                                        "https://a@b:c@example.org/a",
                                        "https://evil.example\\@example.org/a",
                                        "https://example.org/-x",
                                        "https://exam\xc3\xa9ple.org/a"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake_source source;
        struct error error = ERROR_INIT;
        if (intake_source_parse(cases[i], &source, &error) == 0)
            print_error("accepted: %s\n", cases[i]);
        assert_int_equal(error.kind, ERROR_USAGE);
        assert_true(error.message[0] != '\0');
    }
    char longest[5000];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    struct intake_source source;
    struct error error = ERROR_INIT;
    assert_int_equal(intake_source_parse(longest, &source, &error), ERROR_USAGE);
    assert_int_equal(intake_source_parse(NULL, &source, &error), ERROR_USAGE);
}

static void no_message_repeats_a_password(void **state)
{
    (void)state;
    struct intake_source source;
    struct error error = ERROR_INIT;
    assert_int_equal(intake_source_parse("ftp://ada:hunter2@example.org/a", &source, &error),
                     ERROR_USAGE);
    assert_null(strstr(error.message, "hunter2"));
    char text[] = "failed at https://ada:hunter2@example.org/a and http://x:y@z/";
    intake_source_redact(text);
    assert_string_equal(text, "failed at https://example.org/a and http://z/");
}

static void names_of_git_in_disguise(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",           ".",         "..",          "a/b",         "/a",          ".git",
        ".GIT",       ".GiT",      "git~1",       "GIT~1",       ".git.",       ".git ",
        ".git...",    ".git . ",   ".git::$DATA", ".git:stream", ".git\\hooks", "a\\.git",
        "a\\..\\b",   "..\\a",     ".g\u200cit",  "\u200e.git",  ".git\u206f",  ".g\ufeffit",
        ".\u202agit", ".GI\u200dT"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (intake_name_fault(bad[i], strlen(bad[i])) == NULL)
            print_error("accepted: '%s'\n", bad[i]);
        assert_non_null(intake_name_fault(bad[i], strlen(bad[i])));
    }
    static const char *const good[] = {
        "a",       ".gitignore", ".gitattributes", "git",    "..a",       "...",
        "a b",     "-rf",        "r\xe9sum",       "a\nb",   "\x1b[31m",  "git~2",
        ".github", "a:b",        "a\\b",           "\u200c", "caf\u00e9", ".gitx"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (intake_name_fault(good[i], strlen(good[i])) != NULL)
            print_error("refused: '%s'\n", good[i]);
        assert_null(intake_name_fault(good[i], strlen(good[i])));
    }
    char longest[257];
    memset(longest, 'a', sizeof longest);
    assert_null(intake_name_fault(longest, 255));
    assert_non_null(intake_name_fault(longest, 256));
    assert_non_null(intake_name_fault("a\0b", 3));
}

static void escaping_fits_and_cuts_whole_characters(void **state)
{
    (void)state;
    char text[12];
    intake_escape(text, sizeof text, "a\nb", 3);
    assert_string_equal(text, "a\\x0ab");
    intake_escape(text, sizeof text, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 12);
    assert_string_equal(text, "\u00e9\u00e9\u00e9\u00e9...");
    intake_escape(text, sizeof text, "", 0);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_the_five_schemes_and_folders),
        cmocka_unit_test(refuses_everything_else),
        cmocka_unit_test(no_message_repeats_a_password),
        cmocka_unit_test(names_of_git_in_disguise),
        cmocka_unit_test(escaping_fits_and_cuts_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
