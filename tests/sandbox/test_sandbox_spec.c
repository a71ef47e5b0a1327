/** @file Setters and their mistakes, the kept bytes of streams; nothing is run here. */
#include "assertions.h"

#include "sandbox/spec.h"
#include "sandbox/stream.h"

#include <stdlib.h>
#include <string.h>

static struct sandbox_spec *new_spec(void)
{
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    assert_non_null(spec);
    sandbox_spec_set_command(spec, (const char *const[]){"true", NULL});
    return spec;
}

/** Frees the spec and expects its run to be refused with these words. */
static void assert_refused(struct sandbox_spec *spec, const char *words)
{
    struct sandbox_error error = {0};
    struct sandbox_result *result = NULL;
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    assert_int_equal(status, SANDBOX_ERROR_ARGUMENT);
    assert_null(result);
    assert_string_contains(error.message, words);
}

static void paths_inside_must_be_plain(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",       "work",     "./work", "/../etc",   "/work/..",
                                        "/a/./b", "/work//x", "//work", "/a/../../b"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct sandbox_spec *spec = new_spec();
        sandbox_spec_add_directory(spec, wrong[i]);
        assert_refused(spec, "path inside");
    }
    static const char *const right[] = {"/work", "/work/", "/..a", "/a/b.c/...", "/.hidden"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        struct sandbox_spec *spec = new_spec();
        struct sandbox_error error = {0};
        sandbox_spec_add_directory(spec, right[i]);
        int status = spec_check(spec, &error);
        sandbox_spec_free(spec);
        assert_int_equal(status, SANDBOX_OK);
    }
}

static void first_mistake_is_the_one_reported(void **state)
{
    (void)state;
    struct sandbox_spec *spec = new_spec();
    sandbox_spec_set_variable(spec, "A=B", "1");
    sandbox_spec_add_directory(spec, "relative");
    assert_refused(spec, "\"A=B\"");
}

static void command_is_needed(void **state)
{
    (void)state;
    assert_refused(sandbox_spec_new(SANDBOX_PROFILE_RUN), "no command");
    struct sandbox_spec *spec = new_spec();
    sandbox_spec_set_command(spec, (const char *const[]){"", NULL});
    assert_refused(spec, "no command");
}

static void limits_have_ranges(void **state)
{
    (void)state;
    struct sandbox_spec *spec = new_spec();
    assert_int_equal(sandbox_spec_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS), 10000);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS, 5);
    assert_int_equal(sandbox_spec_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS), 5);
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_CPU_TIME_MS, 0);
    assert_refused(spec, "CPU time");
    spec = new_spec();
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_MEMORY_BYTES, UINT64_MAX);
    assert_refused(spec, "memory");
}

static void variables_are_replaced_by_name(void **state)
{
    (void)state;
    struct sandbox_spec *spec = new_spec();
    sandbox_spec_set_variable(spec, "PATHS", "x");
    sandbox_spec_set_variable(spec, "PATH", "/opt");
    assert_string_equal(spec_variable(spec, "PATH"), "/opt");
    assert_string_equal(spec_variable(spec, "PATHS"), "x");
    assert_null(spec_variable(spec, "PAT"));
    sandbox_spec_free(spec);
}

/** Appends @p total bytes, each its position modulo 251, in parts of @p part bytes. */
static void fill(struct stream_keeper *keeper, size_t total, size_t part)
{
    static char bytes[200000];
    for (size_t done = 0; done < total;) {
        size_t size = total - done < part ? total - done : part;
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)((done + i) % 251);
        stream_append(keeper, bytes, size);
        done += size;
    }
    stream_finish(keeper);
}

static void streams_keep_head_and_tail(void **state)
{
    (void)state;
    static const size_t totals[] = {
        0, 1, STREAM_KEPT, STREAM_KEPT + 1, 2 * STREAM_KEPT, 2 * STREAM_KEPT + 1, 100000, 199999};
    static const size_t parts[] = {1, 7, 4096, 65536, 200000};
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++)
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            struct sandbox_stream stream = {0};
            struct stream_keeper keeper;
            assert_true(stream_init(&keeper, &stream));
            fill(&keeper, totals[i], parts[k]);
            bool right = stream.total == totals[i];
            for (size_t at = 0; at < stream.head_size; at++)
                right = right && (unsigned char)stream.head[at] == at % 251;
            size_t start = totals[i] - stream.tail_size;
            for (size_t at = 0; at < stream.tail_size; at++)
                right = right && (unsigned char)stream.tail[at] == (start + at) % 251;
            size_t kept = totals[i] < 2 * STREAM_KEPT ? totals[i] : 2 * STREAM_KEPT;
            right = right && stream.head_size + stream.tail_size == kept;
            free(stream.head);
            free(stream.tail);
            if (!right)
                fail_msg("%zu bytes in parts of %zu", totals[i], parts[k]);
        }
}

static void names_are_never_missing(void **state)
{
    (void)state;
    for (int outcome = SANDBOX_EXITED; outcome <= SANDBOX_CANCELLED; outcome++)
        assert_string_not_equal(sandbox_outcome_name((enum sandbox_outcome)outcome), "unknown");
    assert_string_equal(sandbox_outcome_name((enum sandbox_outcome)99), "unknown");
    for (unsigned bit = 0; bit <= 12; bit++)
        assert_non_null(sandbox_layer_name(1U << bit));
    assert_null(sandbox_layer_name(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_inside_must_be_plain),
        cmocka_unit_test(first_mistake_is_the_one_reported),
        cmocka_unit_test(command_is_needed),
        cmocka_unit_test(limits_have_ranges),
        cmocka_unit_test(variables_are_replaced_by_name),
        cmocka_unit_test(streams_keep_head_and_tail),
        cmocka_unit_test(names_are_never_missing),
    };
    return cmocka_run_group_tests_name("sandbox: spec", tests, NULL, NULL);
}
