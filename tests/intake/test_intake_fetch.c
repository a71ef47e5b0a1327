#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/socket.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "repository_fixture.h"

/* main: a/b/data.csv, run.sh (executable), README.md; branch dev: one file more; tags v1, v2. */
static void make_repository(struct fixture *fixture)
{
    fixture_shell(
        fixture, "git init -q -b main work && cd work && mkdir -p a/b && echo 1,2 >a/b/data.csv && "
                 "echo Hello >README.md && printf '#!/bin/sh\\n' >run.sh && chmod +x run.sh && "
                 "git add -A && git commit -qm one && git tag v1 && git tag -a -m two v2 && "
                 "git checkout -qb dev && echo x >extra && git add -A && git commit -qm two && "
                 "git checkout -q main");
}

static void hash_of(struct fixture *fixture, const char *name, char *hash, size_t size)
{
    fixture_ask(fixture, hash, size, "git -C work rev-parse '%s^{commit}'", name);
}

static void writes_the_files_of_the_default_branch(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    char hash[64];
    hash_of(fixture, "main", hash, sizeof hash);
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    assert_string_equal(fixture->result.commit, hash);
    assert_int_equal(strlen(fixture->result.content), 64);
    assert_int_equal(fixture->result.finding_count, 0);
    size_t size;
    char *data = fixture_read(fixture, "a/b/data.csv", &size);
    assert_string_equal(data, "1,2\n");
    free(data);
    struct stat status;
    char path[700];
    snprintf(path, sizeof path, "%s/run.sh", fixture->destination);
    assert_int_equal(stat(path, &status), 0);
    assert_true((status.st_mode & S_IXUSR) != 0);
    snprintf(path, sizeof path, "%s/README.md", fixture->destination);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0111, 0);
    assert_false(fixture_has(fixture, ".git"));
    assert_false(fixture_has(fixture, "extra"));
}

static void finds_branches_tags_and_commits(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    char main_hash[64], dev_hash[64], part[8];
    hash_of(fixture, "main", main_hash, sizeof main_hash);
    hash_of(fixture, "dev", dev_hash, sizeof dev_hash);
    snprintf(part, sizeof part, "%.7s", dev_hash);
    const struct {
        const char *ref, *commit;
    } cases[] = {{"dev", dev_hash}, {"refs/heads/dev", dev_hash}, {"v1", main_hash},
                 {"v2", main_hash}, {"refs/tags/v2", main_hash},  {dev_hash, dev_hash},
                 {part, dev_hash},  {"HEAD", main_hash},          {NULL, main_hash}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (fixture_fetch(fixture, "work", cases[i].ref) != 0)
            print_error("%s: %s\n", cases[i].ref, fixture->error.message);
        assert_string_equal(fixture->result.commit, cases[i].commit);
    }
}

static void names_what_there_is_when_a_ref_is_missing(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    assert_int_equal(fixture_fetch(fixture, "work", "master"), ERROR_USAGE);
    assert_string_equal(fixture->error.message,
                        "no branch, tag or commit named 'master'; there are: dev, main, v1, v2");
    assert_int_equal(fixture_fetch(fixture, "work", "deadbeef"), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "named 'deadbeef'");
    assert_int_equal(fixture_fetch(fixture, "work", ""), ERROR_USAGE);
    assert_int_equal(fixture_fetch(fixture, "work", "../../etc/passwd"), ERROR_USAGE);
    assert_int_equal(fixture_fetch(fixture, "work", "--upload-pack=x"), ERROR_USAGE);
    assert_int_equal(fixture_fetch(fixture, "work", "a\nb"), ERROR_USAGE);
    assert_null(strchr(fixture->error.message, '\n'));
}

static void explains_repositories_without_commits(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "git init -q -b main empty");
    assert_int_equal(fixture_fetch(fixture, "empty", NULL), ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message, "the repository is empty: it has no commits");
    assert_int_equal(fixture_fetch(fixture, "empty", "main"), ERROR_SUBMISSION);
    make_repository(fixture);
    fixture_shell(fixture, "git -C work symbolic-ref HEAD refs/heads/gone");
    assert_int_equal(fixture_fetch(fixture, "work", NULL), ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message, "the default branch 'gone' has no commits; there "
                                                "are: dev, main, v1, v2");
    fixture_shell(fixture, "git -C work checkout -q --detach dev");
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    assert_true(fixture_has(fixture, "extra"));
}

static void takes_bare_repositories_and_file_addresses(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fixture_shell(fixture, "git clone -q --bare work 'a b.git' && git -C 'a b.git' repack -adq");
    char address[700], content[INTAKE_HASH_MAX];
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    memcpy(content, fixture->result.content, sizeof content);
    snprintf(address, sizeof address, "file://%s/a%%20b.git", fixture->root);
    assert_int_equal(fixture_fetch(fixture, address, NULL), 0);
    assert_string_equal(fixture->result.origin, address);
    assert_string_equal(fixture->result.content, content);
    assert_int_equal(fixture_fetch(fixture, "a b.git", "dev"), 0);
    assert_string_not_equal(fixture->result.content, content);
}

/* What a CI checkout is. */
static void takes_shallow_repositories(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fixture_shell(fixture, "git clone -q --depth 1 -b dev \"file://$PWD/work\" shallow");
    assert_int_equal(fixture_fetch(fixture, "shallow", NULL), 0);
    assert_true(fixture_has(fixture, "extra"));
}

static void explains_folders_that_are_none(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "touch file && mkdir plain && echo 1 >plain/a");
    assert_int_equal(fixture_fetch(fixture, "missing", NULL), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "no such folder");
    assert_int_equal(fixture_copy(fixture, "missing"), ERROR_USAGE);
    assert_int_equal(fixture_fetch(fixture, "file", NULL), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "is a file");
    assert_int_equal(fixture_fetch(fixture, "plain", "main"), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "is no git repository");
    assert_int_equal(fixture_fetch(fixture, "plain", NULL), 0);
    assert_string_equal(fixture->result.commit, "");
    assert_int_equal(fixture_copy(fixture, "https://example.org/a"), ERROR_USAGE);
}

static void a_folder_has_the_digest_of_its_commit(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fixture_shell(fixture, "cd work && ln -s README.md link && git add -A && git commit -qm link");
    char content[INTAKE_HASH_MAX], commit[INTAKE_HASH_MAX];
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    memcpy(content, fixture->result.content, sizeof content);
    memcpy(commit, fixture->result.commit, sizeof commit);
    assert_true(fixture_found(fixture, "symlink", "link"));
    assert_int_equal(fixture_copy(fixture, "work"), 0);
    assert_string_equal(fixture->result.content, content);
    assert_string_equal(fixture->result.commit, commit);
    assert_true(fixture_found(fixture, "symlink", "link"));
    // Each of path, mode and bytes counts, and then it is no commit any more.
    static const char *const changes[] = {"echo 2 >>work/README.md", "chmod +x work/README.md",
                                          "mv work/README.md work/LIESMICH.md"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture_shell(fixture, "git -C work reset -q --hard && git -C work clean -dfq");
        fixture_shell(fixture, "%s", changes[i]);
        assert_int_equal(fixture_copy(fixture, "work"), 0);
        assert_string_not_equal(fixture->result.content, content);
        assert_string_equal(fixture->result.commit, "");
    }
    fixture_shell(fixture, "git -C work reset -q --hard && git -C work clean -dfq && "
                           "mkdir work/empty && cp -r work elsewhere && rm -rf elsewhere/.git");
    assert_int_equal(fixture_copy(fixture, "elsewhere"), 0);
    assert_string_equal(fixture->result.content, content);
    assert_string_equal(fixture->result.commit, "");
    assert_false(fixture_has(fixture, "empty"));
}

static void a_folder_is_copied_as_git_would_take_it(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fixture_shell(fixture, "cd work && printf '.venv/\\n*.log\\nkept.log\\n' >.gitignore && "
                           "echo 1 >kept.log && git add -f kept.log .gitignore && "
                           "mkdir -p .venv/lib sub && echo 1 >.venv/lib/a && echo 1 >b.log && "
                           "echo 1 >new && git init -q sub && echo 1 >sub/a && mkfifo pipe");
    assert_int_equal(fixture_copy(fixture, "work"), 0);
    assert_true(fixture_has(fixture, "new"));
    assert_true(fixture_has(fixture, "kept.log"));
    assert_true(fixture_has(fixture, ".gitignore"));
    assert_false(fixture_has(fixture, ".venv"));
    assert_false(fixture_has(fixture, "b.log"));
    assert_false(fixture_has(fixture, "sub"));
    assert_false(fixture_has(fixture, "pipe"));
    assert_false(fixture_has(fixture, ".git"));
    assert_true(fixture_found(fixture, "ignored", ".venv"));
    assert_true(fixture_found(fixture, "ignored", "b.log"));
    assert_true(fixture_found(fixture, "submodule", "sub"));
    assert_true(fixture_found(fixture, "special_file", "pipe"));
    // Without a repository around them, rules are just a file.
    fixture_shell(fixture, "rm -rf work/.git work/sub/.git");
    assert_int_equal(fixture_copy(fixture, "work"), 0);
    assert_true(fixture_has(fixture, ".venv/lib/a"));
    assert_true(fixture_has(fixture, "sub/a"));
}

static void does_not_follow_links_out_of_a_folder(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "mkdir secret plain && echo secret >secret/a && "
                           "ln -s ../secret plain/folder && ln -s ../secret/a plain/file && "
                           "ln -s /etc/passwd plain/absolute && ln -s nowhere plain/dangling && "
                           "echo 1 >plain/mine");
    assert_int_equal(fixture_copy(fixture, "plain"), 0);
    assert_int_equal(fixture->result.finding_count, 4);
    assert_true(fixture_has(fixture, "mine"));
    assert_false(fixture_has(fixture, "folder"));
    assert_false(fixture_has(fixture, "file"));
    assert_false(fixture_has(fixture, "absolute"));
}

static void reports_what_is_unusual(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(
        fixture,
        "git init -q -b main work && cd work && printf '#!/bin/sh\\r\\necho\\r\\n' >dos.sh && "
        "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:00\\nsize 123456789\\n' "
        ">data.csv && echo 1 >Read.me && echo 2 >read.me && git init -q sub && cd sub && "
        "git commit -q --allow-empty -m x && cd .. && git -c advice.addEmbeddedRepo=false add -A "
        "2>/dev/null "
        "&& git commit -qm odd");
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    assert_true(fixture_found(fixture, "crlf_script", "dos.sh"));
    assert_true(fixture_found(fixture, "lfs_pointer", "data.csv"));
    assert_true(fixture_found(fixture, "case_collision", "read.me"));
    assert_true(fixture_found(fixture, "submodule", "sub"));
    for (size_t i = 0; i < fixture->result.finding_count; i++)
        if (strcmp(fixture->result.findings[i].kind, "lfs_pointer") == 0)
            assert_string_contains(fixture->result.findings[i].message, "(123.5 MB)");
    assert_true(fixture_has(fixture, "Read.me"));
    assert_true(fixture_has(fixture, "read.me"));
}

static void findings_are_capped(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "mkdir plain && cd plain && for i in $(seq 100); do ln -s x l$i; done");
    assert_int_equal(fixture_copy(fixture, "plain"), 0);
    assert_int_equal(fixture->result.finding_count, INTAKE_FINDINGS_MAX);
    assert_int_equal(fixture->result.findings_dropped, 100 - INTAKE_FINDINGS_MAX);
}

/* CVE-2022-23521 and friends: attributes are never read, bytes stay as they are in the blob. */
static void applies_no_attributes_and_filters(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture,
                  "git init -q -b main work && cd work && printf '$Id$\\nline\\n' >a.txt && "
                  "git add -A && printf '* ident text eol=crlf filter=evil\\n' >.gitattributes && "
                  "git config filter.evil.smudge 'touch ../smudged; cat' && "
                  "git config core.autocrlf true && git config core.fsmonitor 'touch ../ran' && "
                  "printf '#!/bin/sh\\ntouch ../../hook' >.git/hooks/post-checkout && "
                  "chmod +x .git/hooks/post-checkout && "
                  "git -c core.fsmonitor=false add .gitattributes 2>/dev/null && "
                  "git -c core.fsmonitor=false commit -qm filters 2>/dev/null && rm -f ../ran");
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    size_t size;
    char *data = fixture_read(fixture, "a.txt", &size);
    assert_string_equal(data, "$Id$\nline\n");
    free(data);
    assert_int_equal(fixture_copy(fixture, "work"), 0);
    static const char *const traces[] = {"smudged", "ran", "hook"};
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", fixture->root, traces[i]);
        assert_false(file_exists(path));
    }
}

static void keeps_the_limits(void **state)
{
    struct fixture *fixture = *state;
    fixture_shell(fixture, "git init -q -b main work && cd work && mkdir -p a/b/c && "
                           "head -c 30000 /dev/urandom >a/b/c/big && echo 1 >x && echo 2 >y && "
                           "git add -A && git commit -qm one");
    struct intake_limits *limits = &fixture->request.limits;
    const struct intake_limits usual = *limits;
    static const char *const messages[] = {"more than 5 files and folders (limit)",
                                           "folders are nested deeper than 3 (limit)",
                                           "the file 'a/b/c/big' is too large: 30.0 kB, limit "
                                           "20.0 kB",
                                           "the files are larger than 30.0 kB together (limit)"};
    for (int i = 0; i < 4; i++) {
        *limits = usual;
        limits->file_count = i == 0 ? 5 : usual.file_count;
        limits->depth = i == 1 ? 3 : usual.depth;
        limits->file_bytes = i == 2 ? 20000 : usual.file_bytes;
        limits->disk_bytes = i == 3 ? 30001 : usual.disk_bytes;
        assert_int_equal(fixture_fetch(fixture, "work", NULL), ERROR_SUBMISSION);
        assert_string_equal(fixture->error.message, messages[i]);
        assert_int_equal(fixture_copy(fixture, "work"), ERROR_SUBMISSION);
        assert_string_equal(fixture->error.message, messages[i]);
    }
    *limits = usual;
    limits->file_count = 6;
    limits->depth = 4;
    limits->file_bytes = 30000;
    limits->disk_bytes = 30004;
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    assert_int_equal(fixture_copy(fixture, "work"), 0);
}

static void an_existing_destination_is_not_touched(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    char taken[600], source[600], inside[700];
    snprintf(taken, sizeof taken, "%s/taken", fixture->root);
    snprintf(source, sizeof source, "%s/work", fixture->root);
    snprintf(inside, sizeof inside, "%s/mine", taken);
    fixture_shell(fixture, "mkdir taken && echo 1 >taken/mine");
    fixture->request.source = source;
    assert_int_equal(intake_fetch(&fixture->request, taken, &fixture->result, &fixture->error),
                     ERROR_ENVIRONMENT);
    assert_true(file_exists(inside));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(writes_the_files_of_the_default_branch),
        CASE(finds_branches_tags_and_commits),
        CASE(names_what_there_is_when_a_ref_is_missing),
        CASE(explains_repositories_without_commits),
        CASE(takes_bare_repositories_and_file_addresses),
        CASE(takes_shallow_repositories),
        CASE(explains_folders_that_are_none),
        CASE(a_folder_has_the_digest_of_its_commit),
        CASE(a_folder_is_copied_as_git_would_take_it),
        CASE(does_not_follow_links_out_of_a_folder),
        CASE(reports_what_is_unusual),
        CASE(findings_are_capped),
        CASE(applies_no_attributes_and_filters),
        CASE(keeps_the_limits),
        CASE(an_existing_destination_is_not_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
