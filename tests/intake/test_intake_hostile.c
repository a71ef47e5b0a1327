/* Repositories that attack whoever clones them. Each is read where it lies and fetched from a
 * server too. Families: CVE-2014-9390, 2018-11235, 2018-17456, 2019-1349, 2019-1352, 2019-1353,
 * 2019-1387, 2021-21300, 2022-24765, 2022-39253, 2024-32002, 2024-32004. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grader/base/clock.h"
#include "grader/base/file.h"
#include "repository_fixture.h"

static const char usual_date[] = "1700000000 +0000";

/* Fetches from the folder and, with a port, from a server: both must say the same. */
static void expect(struct fixture *fixture, unsigned port, const char *label, enum error_kind kind,
                   const char *message)
{
    char address[64];
    snprintf(address, sizeof address, "git://127.0.0.1:%u/r", port);
    const char *sources[] = {"r", address};
    for (size_t i = 0; i < (port == 0 ? 1 : 2); i++) {
        int status = fixture_fetch(fixture, sources[i], NULL);
        if (status != (int)kind ||
            (message != NULL && strstr(fixture->error.message, message) == NULL))
            print_error("%s, source %zu: got %d '%s'\n", label, i, status, fixture->error.message);
        assert_int_equal(status, kind);
        if (message != NULL)
            assert_string_contains(fixture->error.message, message);
    }
}

static void new_repository(struct fixture *fixture)
{
    fixture_shell(fixture, "rm -rf r && git init -q -b main r");
}

static void names_that_leave_the_folder(void **state)
{
    struct fixture *fixture = *state;
    static char too_long[300];
    memset(too_long, 'n', 256);
    const struct {
        const char *name, *message;
        bool folder;
    } cases[] = {
        {".git", "the folder of git itself", true},
        {".GIT", "the folder of git itself", true},
        {"git~1", "the folder of git itself", true},
        {".git", "the folder of git itself", false},
        {".git\\foo", "the folder of git itself", false},
        {".g\u200cit", "the folder of git itself", true},
        {".git ", "the folder of git itself", true},
        {".git::$INDEX_ALLOCATION", "the folder of git itself", true},
        {"..", "is a relative folder", true},
        {".", "is a relative folder", true},
        {"..\\x", "is a relative folder", false},
        {"/etc/passwd", "contains a slash", false},
        {"../../x", "contains a slash", false},
        {"a/b", "contains a slash", false},
        {"", "is empty", false},
        {too_long, "longer than 255 bytes", false},
    };
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char blob[FIXTURE_HASH_SIZE], inner[FIXTURE_HASH_SIZE], tree[FIXTURE_HASH_SIZE];
        new_repository(fixture);
        fixture_blob(fixture, "r", "payload\n", blob);
        fixture_tree(fixture, "r", &(struct tree_entry){"100644", "config", blob}, 1, inner);
        struct tree_entry entry = {cases[i].folder ? "40000" : "100644", cases[i].name,
                                   cases[i].folder ? inner : blob};
        fixture_tree(fixture, "r", &entry, 1, tree);
        fixture_commit(fixture, "r", tree, usual_date);
        // With an empty name git's own server breaks off: nobody can fetch it.
        expect(fixture, cases[i].name[0] == '\0' ? 0 : port, cases[i].name, ERROR_SUBMISSION,
               cases[i].message);
    }
}

static void trees_that_git_does_not_write(void **state)
{
    struct fixture *fixture = *state;
    const struct {
        const char *label;
        struct tree_entry entries[3];
        const char *message;
    } cases[] = {
        {"duplicate", {{"100644", "a", "b"}, {"100644", "a", "b"}}, "there twice"},
        {"file and folder", {{"100644", "a", "b"}, {"40000", "a", "t"}}, "is there twice"},
        {"file and folder, apart",
         {{"100644", "a", "b"}, {"100644", "a.b", "b"}, {"40000", "a", "t"}},
         "is there twice"},
        {"link and folder", {{"120000", "a", "b"}, {"40000", "a", "t"}}, "is there twice"},
        {"link and other case", {{"40000", "A", "t"}, {"120000", "a", "b"}}, "symbolic link"},
        {"unsorted", {{"100644", "b", "b"}, {"100644", "a", "b"}}, "out of order"},
        {"folder sorted as file", {{"40000", "a", "t"}, {"100644", "a.b", "b"}}, "out of order"},
        {"zero-padded", {{"040000", "a", "t"}}, "a mode that git does not write"},
        {"all permissions", {{"100777", "a", "b"}}, "a mode that git does not write"},
        {"set-user-id", {{"104755", "a", "b"}}, "a mode that git does not write"},
        {"device", {{"60000", "a", "b"}}, "a mode that git does not write"},
        {"no mode", {{"", "a", "b"}}, "a mode that git does not write"},
        {"linked .gitmodules", {{"120000", ".gitmodules", "b"}}, "is a symbolic link"},
        {"blob as folder", {{"40000", "a", "b"}}, NULL},
        {"folder as blob", {{"100644", "a", "t"}}, NULL},
        {"missing blob", {{"100644", "a", "m"}}, NULL},
        {"null id", {{"100644", "a", "0"}}, NULL},
        {"missing tree", {{"40000", "a", "m"}}, NULL},
    };
    static const char missing[] = "0123456789012345678901234567890123456789";
    static const char null[] = "0000000000000000000000000000000000000000";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char blob[FIXTURE_HASH_SIZE], folder[FIXTURE_HASH_SIZE], tree[FIXTURE_HASH_SIZE];
        struct tree_entry entries[3];
        size_t count = 0;
        new_repository(fixture);
        fixture_blob(fixture, "r", "x\n", blob);
        fixture_tree(fixture, "r", &(struct tree_entry){"100644", "inner", blob}, 1, folder);
        for (; count < 3 && cases[i].entries[count].mode != NULL; count++) {
            entries[count] = cases[i].entries[count];
            char kind = entries[count].id[0];
            entries[count].id = kind == 'b'   ? blob
                                : kind == 't' ? folder
                                : kind == 'm' ? missing
                                              : null;
        }
        fixture_tree(fixture, "r", entries, count, tree);
        fixture_commit(fixture, "r", tree, usual_date);
        int status = fixture_fetch(fixture, "r", NULL);
        if (status != ERROR_SUBMISSION || cases[i].message == NULL ||
            strstr(fixture->error.message, cases[i].message) == NULL)
            if (cases[i].message != NULL || status != ERROR_SUBMISSION)
                print_error("%s: %d %s\n", cases[i].label, status, fixture->error.message);
        assert_int_equal(status, ERROR_SUBMISSION);
        if (cases[i].message != NULL)
            assert_string_contains(fixture->error.message, cases[i].message);
    }
}

static void odd_names_are_no_crime(void **state)
{
    struct fixture *fixture = *state;
    char longest[256];
    memset(longest, 'n', 255);
    longest[255] = '\0';
    const char *names[] = {"-rf", "\x1b[31mred", "a\nb", longest, "r\xe9sum\xe9"};
    struct tree_entry entries[5];
    char blob[FIXTURE_HASH_SIZE], tree[FIXTURE_HASH_SIZE];
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    new_repository(fixture);
    fixture_blob(fixture, "r", "#!/bin/sh\r\n", blob);
    const char *sorted[] = {names[1], names[0], names[2], names[3], names[4]};
    for (size_t i = 0; i < 5; i++)
        entries[i] = (struct tree_entry){"100755", sorted[i], blob};
    fixture_tree(fixture, "r", entries, 5, tree);
    fixture_commit(fixture, "r", tree, usual_date);
    expect(fixture, port, "odd names", ERROR_NONE, NULL);
    for (size_t i = 0; i < 5; i++)
        assert_true(fixture_has(fixture, names[i]));
    // In findings they are printable, one line each.
    assert_true(fixture_found(fixture, "crlf_script", "\\x1b[31mred"));
    assert_true(fixture_found(fixture, "crlf_script", "a\\x0ab"));
    assert_true(fixture_found(fixture, "crlf_script", "r\\xe9sum\\xe9"));
    char content[INTAKE_HASH_MAX];
    memcpy(content, fixture->result.content, sizeof content);
    fixture_shell(fixture, "cp -r '%s' plain", fixture->destination);
    assert_int_equal(fixture_copy(fixture, "plain"), 0);
    assert_string_equal(fixture->result.content, content);
}

static void links_and_submodules_stay_out(void **state)
{
    struct fixture *fixture = *state;
    char blob[FIXTURE_HASH_SIZE], target[FIXTURE_HASH_SIZE], modules[FIXTURE_HASH_SIZE];
    char tree[FIXTURE_HASH_SIZE];
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    new_repository(fixture);
    fixture_blob(fixture, "r", "x\n", blob);
    fixture_blob(fixture, "r", "/etc/passwd", target);
    fixture_blob(fixture, "r",
                 "[submodule \"../../x\"]\n\tpath = sub\n\turl = -u./payload\n"
                 "[submodule \"e\"]\n\tpath = e\n\turl = ext::sh -c 'touch ../ran'\n",
                 modules);
    const struct tree_entry entries[] = {
        {"100644", ".gitmodules", modules}, {"160000", "e", blob},   {"100644", "file", blob},
        {"120000", "passwd", target},       {"160000", "sub", blob},
    };
    fixture_tree(fixture, "r", entries, 5, tree);
    fixture_commit(fixture, "r", tree, usual_date);
    expect(fixture, port, "links", ERROR_NONE, NULL);
    assert_true(fixture_found(fixture, "symlink", "passwd"));
    assert_true(fixture_found(fixture, "submodule", "sub"));
    assert_true(fixture_found(fixture, "submodule", "e"));
    assert_true(fixture_has(fixture, "file"));
    assert_false(fixture_has(fixture, "passwd"));
    assert_false(fixture_has(fixture, "sub"));
}

/* Ten folders of ten folders of ...: 10^10 files in a few hundred bytes. */
static void a_tree_bomb_is_counted_before_it_is_written(void **state)
{
    struct fixture *fixture = *state;
    char id[FIXTURE_HASH_SIZE];
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    new_repository(fixture);
    fixture_blob(fixture, "r", "boom\n", id);
    for (int level = 0; level < 10; level++) {
        struct tree_entry entries[10];
        char names[10][4], below[FIXTURE_HASH_SIZE];
        memcpy(below, id, sizeof below);
        for (int i = 0; i < 10; i++) {
            snprintf(names[i], sizeof names[i], "d%d", i);
            entries[i] = (struct tree_entry){level == 0 ? "100644" : "40000", names[i], below};
        }
        fixture_tree(fixture, "r", entries, 10, id);
    }
    fixture_commit(fixture, "r", id, usual_date);
    uint64_t start = clock_monotonic_ns();
    expect(fixture, port, "bomb", ERROR_SUBMISSION, "more than 20000 files and folders (limit)");
    assert_true((clock_monotonic_ns() - start) / 1000000 < 10000);
}

static void three_thousand_nested_folders(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    new_repository(fixture);
    fixture_shell(fixture,
                  "{ printf 'commit refs/heads/main\\ncommitter A <a@b> 1700000000 +0000\\n"
                  "data 1\\nx\\nM 100644 inline '; for i in $(seq 3000); do printf 'd/'; done; "
                  "printf 'f\\ndata 1\\nx\\n'; } | git -C r fast-import --quiet");
    expect(fixture, port, "nested", ERROR_SUBMISSION, "nested deeper than 32 (limit)");
}

static void a_gigabyte_of_zeros_in_a_megabyte(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    new_repository(fixture);
    fixture_shell(fixture, "cd r && head -c 1073741824 /dev/zero >zeros && "
                           "git -c core.compression=1 -c core.bigFileThreshold=1m add zeros && "
                           "git commit -qm zeros && rm zeros");
    uint64_t start = clock_monotonic_ns();
    expect(fixture, port, "zeros", ERROR_SUBMISSION, NULL);
    assert_true((clock_monotonic_ns() - start) / 1000000 < 60000);
    assert_int_equal(fixture_fetch(fixture, "r", NULL), ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message,
                        "the file 'zeros' is too large: 1.1 GB, limit 67.1 MB");
}

static void commits_with_impossible_dates_are_read(void **state)
{
    struct fixture *fixture = *state;
    static const char *const dates[] = {"99999999999999999999 +0000", "1700000000 +999900",
                                        "-5 +0000", "x"};
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char blob[FIXTURE_HASH_SIZE], tree[FIXTURE_HASH_SIZE];
        new_repository(fixture);
        fixture_blob(fixture, "r", "x\n", blob);
        fixture_tree(fixture, "r", &(struct tree_entry){"100644", "a", blob}, 1, tree);
        fixture_commit(fixture, "r", tree, dates[i]);
        expect(fixture, port, dates[i], ERROR_NONE, NULL);
    }
}

static void a_branch_that_is_no_commit(void **state)
{
    struct fixture *fixture = *state;
    char blob[FIXTURE_HASH_SIZE], tree[FIXTURE_HASH_SIZE];
    new_repository(fixture);
    fixture_blob(fixture, "r", "x\n", blob);
    fixture_tree(fixture, "r", &(struct tree_entry){"100644", "a", blob}, 1, tree);
    fixture_shell(fixture, "mkdir -p r/.git/refs/heads && echo %s >r/.git/refs/heads/main", tree);
    assert_int_equal(fixture_fetch(fixture, "r", NULL), ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message, "'main' is a tree and no commit");
    fixture_shell(fixture, "echo %s >r/.git/refs/heads/main", blob);
    assert_int_equal(fixture_fetch(fixture, "r", NULL), ERROR_SUBMISSION);
    fixture_shell(fixture, "echo garbage >r/.git/refs/heads/main");
    assert_int_equal(fixture_fetch(fixture, "r", NULL), ERROR_SUBMISSION);
    fixture_shell(fixture,
                  "git -C r tag -f t0 %s && for i in 1 2 3 4 5 6 7 8 9; do "
                  "git -C r tag -a -m x t$i t$((i - 1)) 2>/dev/null; done",
                  tree);
    assert_int_equal(fixture_fetch(fixture, "r", "t9"), ERROR_SUBMISSION);
}

static void repositories_that_point_to_others(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture,
                  "git init -q -b main victim && cd victim && echo secret >a && git add -A && "
                  "git commit -qm secret && cd .. && "
                  "mkdir gitfile && echo \"gitdir: $PWD/victim/.git\" >gitfile/.git && "
                  "mkdir linked && ln -s ../victim/.git linked/.git && "
                  "git clone -q --shared victim borrowed && "
                  "git init -q -b main objects && rm -rf objects/.git/objects && "
                  "ln -s ../../victim/.git/objects objects/.git/objects && "
                  "cp victim/.git/refs/heads/main objects/.git/refs/heads/main && "
                  "git init -q -b main pieces && cp -rs $PWD/victim/.git/objects/. "
                  "pieces/.git/objects/ && cp victim/.git/refs/heads/main "
                  "pieces/.git/refs/heads/main && "
                  "git -C victim worktree add -q -f ../worktree -b wt && "
                  "cp -r victim shared && echo ../../victim/.git >shared/.git/commondir");
    static const struct {
        const char *folder, *message;
    } cases[] = {
        {"gitfile", "points to another repository"},
        {"linked", "points to another repository"},
        {"borrowed", "borrows objects from another"},
        {"objects", "holds links"},
        {"pieces", "holds links"},
        {"worktree", "points to another repository"},
        {"shared", "shares its data with another"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = fixture_fetch(fixture, cases[i].folder, NULL);
        if (status != ERROR_SUBMISSION)
            print_error("%s: %d %s\n", cases[i].folder, status, fixture->error.message);
        assert_int_equal(status, ERROR_SUBMISSION);
        assert_string_contains(fixture->error.message, cases[i].message);
        // As a folder each is harmless: its own files, and no commit that is not its own.
        assert_int_equal(fixture_copy(fixture, cases[i].folder), 0);
        assert_string_equal(fixture->result.commit, "");
    }
}

/* CVE-2022-24765: git itself refuses these ("dubious ownership"). Nothing of them is executed here.
 * Only root can give a file away; for others the repository stays their own. */
static void a_repository_of_another_user(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "git init -q -b main r && cd r && echo 1 >a && git add -A && "
                           "git commit -qm one");
    if (geteuid() == 0)
        fixture_shell(fixture, "chown -R 65534:65534 r");
    assert_int_equal(fixture_fetch(fixture, "r", NULL), 0);
    assert_int_equal(fixture_copy(fixture, "r"), 0);
    assert_int_equal(strlen(fixture->result.commit), 40);
}

static void damaged_repositories(void **state)
{
    struct fixture *fixture = *state;
    static const char *const damages[] = {
        "find r/.git/objects -name '*.pack' -exec sh -c 'chmod u+w \"$1\"; "
        "printf garbage | dd of=\"$1\" bs=1 seek=20 conv=notrunc 2>/dev/null' _ {} ';'",
        "find r/.git/objects -name '*.pack' -exec sh -c 'chmod u+w \"$1\"; : >\"$1\"' _ {} ';'",
        "find r/.git/objects -name '*.idx' -delete",
        "find r/.git/objects -type f -delete",
        "echo 'ref: ' >r/.git/HEAD",
        ": >r/.git/HEAD",
        "mkfifo r/.git/objects/info/fifo",
    };
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        new_repository(fixture);
        fixture_shell(fixture,
                      "cd r && echo 1 >a && git add -A && git commit -qm one && "
                      "git repack -adq && cd .. && %s",
                      damages[i]);
        int status = fixture_fetch(fixture, "r", NULL);
        if (status != ERROR_SUBMISSION)
            print_error("%s: %d %s\n", damages[i], status, fixture->error.message);
        assert_int_equal(status, ERROR_SUBMISSION);
    }
}

static void twenty_thousand_branches(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    fixture_shell(fixture, "git init -q -b main r && cd r && echo 1 >a && git add -A && "
                           "git commit -qm one && h=$(git rev-parse HEAD) && "
                           "for i in $(seq 20000); do echo \"create refs/heads/b$i $h\"; done | "
                           "git update-ref --stdin && git pack-refs --all");
    uint64_t start = clock_monotonic_ns();
    expect(fixture, port, "branches", ERROR_NONE, NULL);
    assert_true((clock_monotonic_ns() - start) / 1000000 < 20000);
    assert_int_equal(fixture_fetch(fixture, "r", "none"), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "and 19993 more");
}

/* ASan has no address-space limit, so there the object limit alone is at work. */
static void memory_is_limited(void **state)
{
    struct fixture *fixture = *state;
    new_repository(fixture);
    fixture_shell(fixture, "cd r && head -c 50000000 /dev/zero >big && git add -A && "
                           "git commit -qm big");
    fixture->request.limits.memory_bytes = 30000000;
#if !defined(__SANITIZE_ADDRESS__)
    assert_int_equal(fixture_fetch(fixture, "r", NULL), ERROR_SUBMISSION);
    assert_string_contains(fixture->error.message, "more memory than allowed");
#endif
    fixture->request.limits.memory_bytes = 400000000;
    assert_int_equal(fixture_fetch(fixture, "r", NULL), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(names_that_leave_the_folder),
        CASE(trees_that_git_does_not_write),
        CASE(odd_names_are_no_crime),
        CASE(links_and_submodules_stay_out),
        CASE(a_tree_bomb_is_counted_before_it_is_written),
        CASE(three_thousand_nested_folders),
        CASE(a_gigabyte_of_zeros_in_a_megabyte),
        CASE(commits_with_impossible_dates_are_read),
        CASE(a_branch_that_is_no_commit),
        CASE(repositories_that_point_to_others),
        CASE(a_repository_of_another_user),
        CASE(damaged_repositories),
        CASE(twenty_thousand_branches),
        CASE(memory_is_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
