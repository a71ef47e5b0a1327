#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include "grader/base/clock.h"
#include "repository_fixture.h"

static void make_repository(struct fixture *fixture)
{
    fixture_shell(fixture,
                  "git init -q -b main work && cd work && mkdir a && echo 1 >a/b && "
                  "git add -A && git commit -qm one && git tag -a -m t v1 && "
                  "git checkout -qb dev && echo x >extra && git add -A && git commit -qm two && "
                  "git checkout -q main && cd .. && git clone -q --bare work work.git && "
                  "git init -q --bare -b main empty.git");
}

static char *address(const char *scheme, unsigned port, const char *path)
{
    static char text[256];
    snprintf(text, sizeof text, "%s://127.0.0.1:%u/%s", scheme, port, path);
    return text;
}

static void fetch_all_kinds(struct fixture *fixture, const char *scheme, unsigned port)
{
    char content[INTAKE_HASH_MAX], commit[64], part[8];
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    memcpy(content, fixture->result.content, sizeof content);
    if (fixture_fetch(fixture, address(scheme, port, "work.git"), NULL) != 0)
        print_error("%s\n", fixture->error.message);
    assert_string_equal(fixture->result.content, content);
    assert_string_equal(fixture->result.origin, address(scheme, port, "work.git"));
    fixture_ask(fixture, commit, sizeof commit, "git -C work rev-parse dev");
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "work.git"), "dev"), 0);
    assert_string_equal(fixture->result.commit, commit);
    assert_true(fixture_has(fixture, "extra"));
    snprintf(part, sizeof part, "%.7s", commit);
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "work.git"), part), 0);
    assert_string_equal(fixture->result.commit, commit);
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "work.git"), "v1"), 0);
    assert_string_equal(fixture->result.content, content);
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "work.git"), "no"), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "named 'no'; there are: dev, main, v1");
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "work.git"), "abcdef0"),
                     ERROR_USAGE);
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "empty.git"), NULL),
                     ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message, "the repository is empty: it has no commits");
    assert_int_equal(fixture_fetch(fixture, address(scheme, port, "none.git"), NULL), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "there is no repository at this address");
}

static void fetches_by_the_git_protocol(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fetch_all_kinds(fixture, "git", fixture_serve(fixture, "git", fixture->root));
}

static void fetches_by_http(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    fetch_all_kinds(fixture, "http", fixture_serve(fixture, "http", fixture->root));
}

static void unborn_and_detached_heads_of_a_server(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    fixture_shell(fixture, "git -C work.git symbolic-ref HEAD refs/heads/gone");
    assert_int_equal(fixture_fetch(fixture, address("git", port, "work.git"), NULL),
                     ERROR_SUBMISSION);
    assert_string_contains(fixture->error.message, "there are: dev, main, v1");
    fixture_shell(fixture, "git -C work.git update-ref --no-deref HEAD refs/heads/dev");
    assert_int_equal(fixture_fetch(fixture, address("git", port, "work.git"), NULL), 0);
    assert_true(fixture_has(fixture, "extra"));
}

static void a_token_goes_to_its_host_only(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    unsigned port = fixture_serve(fixture, "private", fixture->root);
    unsetenv("GRADER_GIT_TOKEN");
    unsetenv("GRADER_GIT_HOST");
    assert_int_equal(fixture_fetch(fixture, address("http", port, "work.git"), NULL), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "GRADER_GIT_TOKEN");
    setenv("GRADER_GIT_TOKEN", "secret-token", 1);
    setenv("GRADER_GIT_USER", "tester", 1);
    assert_int_equal(fixture_fetch(fixture, address("http", port, "work.git"), NULL), ERROR_USAGE);
    assert_string_contains(fixture->error.message, "another host");
    setenv("GRADER_GIT_HOST", "127.0.0.1", 1);
    assert_int_equal(fixture_fetch(fixture, address("http", port, "work.git"), NULL), 0);
    setenv("GRADER_GIT_TOKEN", "wrong-secret", 1);
    assert_int_equal(fixture_fetch(fixture, address("http", port, "work.git"), NULL), ERROR_USAGE);
    assert_null(strstr(fixture->error.message, "wrong-secret"));
    unsetenv("GRADER_GIT_TOKEN");
    unsetenv("GRADER_GIT_USER");
    unsetenv("GRADER_GIT_HOST");
}

static void credentials_of_an_address_are_used_and_not_told(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    unsigned port = fixture_serve(fixture, "private", fixture->root);
    char text[256], plain[256];
    snprintf(plain, sizeof plain, "%s", address("http", port, "work.git"));
    snprintf(text, sizeof text, "http://tester:secret-token@127.0.0.1:%u/work.git", port);
    assert_int_equal(fixture_fetch(fixture, text, NULL), 0);
    assert_string_equal(fixture->result.origin, plain);
    snprintf(text, sizeof text, "http://tester:wrong-token@127.0.0.1:%u/work.git", port);
    assert_int_equal(fixture_fetch(fixture, text, NULL), ERROR_USAGE);
    assert_null(strstr(fixture->error.message, "wrong-token"));
    assert_null(strstr(fixture->error.message, "tester"));
}

static void follows_a_renamed_repository_but_no_other_scheme(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    char target[128];
    unsigned port = fixture_serve(fixture, "http", fixture->root);
    snprintf(target, sizeof target, "http://127.0.0.1:%u", port);
    unsigned first = fixture_serve(fixture, "redirect", target);
    assert_int_equal(fixture_fetch(fixture, address("http", first, "work.git"), NULL), 0);
    char file[600];
    snprintf(file, sizeof file, "file://%s", fixture->root);
    unsigned second = fixture_serve(fixture, "redirect", file);
    assert_int_not_equal(fixture_fetch(fixture, address("http", second, "work.git"), NULL), 0);
    assert_false(fixture_has(fixture, "a"));
}

static void a_server_that_never_answers_costs_the_deadline(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = fixture_serve(fixture, "stall", fixture->root);
    fixture->request.limits.deadline_ms = 600;
    static const char *const schemes[] = {"git", "http", "ssh"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        uint64_t start = clock_monotonic_ns();
        assert_int_equal(fixture_fetch(fixture, address(schemes[i], port, "x"), NULL),
                         ERROR_ENVIRONMENT);
        uint64_t took = (clock_monotonic_ns() - start) / 1000000;
        assert_string_contains(fixture->error.message, "not fetched within 0.6 seconds");
        assert_in_range(took, 590, 1600);
    }
}

static bool always(void *payload)
{
    (void)payload;
    return true;
}

static void can_be_interrupted(void **state)
{
    struct fixture *fixture = *state;
    unsigned port = fixture_serve(fixture, "stall", fixture->root);
    fixture->request.cancelled = always;
    uint64_t start = clock_monotonic_ns();
    assert_int_equal(fixture_fetch(fixture, address("git", port, "x"), NULL), ERROR_CANCELLED);
    assert_true((clock_monotonic_ns() - start) / 1000000 < 1000);
}

static void a_server_that_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_fetch(fixture, "git://127.0.0.1:1/x", NULL), ERROR_ENVIRONMENT);
    assert_string_contains(fixture->error.message, "cannot fetch git://127.0.0.1:1/x");
    assert_int_equal(fixture_fetch(fixture, "https://127.0.0.1:1/x", NULL), ERROR_ENVIRONMENT);
}

static void what_is_received_counts_against_the_quota(void **state)
{
    struct fixture *fixture = *state;
    // The large file is in the history only: the quota is on the pack, not on the work tree.
    fixture_shell(fixture,
                  "git init -q -b main work && cd work && head -c 3000000 /dev/urandom >big && "
                  "git add -A && git commit -qm one && git rm -q big && echo 1 >small && "
                  "git add -A && git commit -qm two && cd .. && git clone -q --bare work work.git");
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    fixture->request.limits.disk_bytes = 1000000;
    assert_int_equal(fixture_fetch(fixture, address("git", port, "work.git"), NULL),
                     ERROR_SUBMISSION);
    assert_string_equal(fixture->error.message, "the repository is larger than 1.0 MB (limit)");
    assert_int_equal(fixture_fetch(fixture, "work", NULL), 0);
    fixture->request.limits.disk_bytes = 8000000;
    assert_int_equal(fixture_fetch(fixture, address("git", port, "work.git"), NULL), 0);
}

struct seen {
    unsigned calls;
    bool bounded;
};

static void note(void *payload, const char *what, uint64_t done, uint64_t total)
{
    struct seen *seen = payload;
    seen->calls++;
    seen->bounded = seen->bounded && what[0] != '\0' && strlen(what) < 32 && done <= total;
}

static void tells_its_progress(void **state)
{
    struct fixture *fixture = *state;
    make_repository(fixture);
    struct seen seen = {0, true};
    unsigned port = fixture_serve(fixture, "git", fixture->root);
    fixture->request.progress = note;
    fixture->request.payload = &seen;
    assert_int_equal(fixture_fetch(fixture, address("git", port, "work.git"), NULL), 0);
    assert_true(seen.calls > 0);
    assert_true(seen.bounded);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(fetches_by_the_git_protocol),
        CASE(fetches_by_http),
        CASE(unborn_and_detached_heads_of_a_server),
        CASE(a_token_goes_to_its_host_only),
        CASE(credentials_of_an_address_are_used_and_not_told),
        CASE(follows_a_renamed_repository_but_no_other_scheme),
        CASE(a_server_that_never_answers_costs_the_deadline),
        CASE(can_be_interrupted),
        CASE(a_server_that_is_not_there),
        CASE(what_is_received_counts_against_the_quota),
        CASE(tells_its_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
