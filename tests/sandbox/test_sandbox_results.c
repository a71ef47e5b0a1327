/** @file What goes in by copy and what comes out by open and export. */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sandbox_result *run_hostile(const char *behaviour)
{
    struct sandbox_spec *spec = hostile_spec(behaviour, "");
    sandbox_spec_add_directory(spec, "/out");
    struct sandbox_result *result = run_or_fail(spec, behaviour);
    sandbox_spec_free(spec);
    int code = result->outcome == SANDBOX_EXITED ? result->exit_code : -1;
    assert_int_equal(code, 0);
    return result;
}

static int plant(void **state)
{
    *state = run_hostile("plant_outputs");
    return 0;
}

static int free_result(void **state)
{
    sandbox_result_free(*state);
    return 0;
}

static void only_plain_files_are_opened(void **state)
{
    const struct sandbox_result *result = *state;
    static const struct {
        const char *inside;
        int expected;
    } cases[] = {
        {"/out/link", -ELOOP},
        {"/out/near_link", -ELOOP},
        {"/out/linked_directory/passwd", -ELOOP},
        {"/out/fifo", -EINVAL},
        {"/out/socket", -EINVAL},
        {"/out/directory", -EINVAL},
        {"/out", -EINVAL},
        {"/out/twin", -EINVAL},
        {"/out/big", -EFBIG},
        {"/out/missing", -ENOENT},
        {"/outer/good", -ENOENT},
        {"/etc/passwd", -ENOENT},
        {"/usr/bin/true", -ENOENT},
        {"/out/../../etc/passwd", -EXDEV},
        {"/out/good/more", -ENOTDIR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int file = sandbox_result_open(result, cases[i].inside, 1000);
        if (file != cases[i].expected)
            fail_msg("%s: %d, expected %d", cases[i].inside, file, cases[i].expected);
    }
}

static void good_file_is_read_after_the_end(void **state)
{
    char text[8] = "";
    int file = sandbox_result_open(*state, "/out/good", 3);
    assert_true(file >= 0);
    ssize_t size = read(file, text, sizeof text);
    close(file);
    assert_int_equal(size, 3);
    assert_string_equal(text, "42\n");
    assert_int_equal(sandbox_result_open(*state, "/out/good", 2), -EFBIG);
}

static mode_t mode_of(const char *directory, const char *name)
{
    char path[512];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return lstat(path, &status) == 0 ? status.st_mode : 0;
}

static void export_leaves_out_what_is_dangerous(void **state)
{
    char target[256];
    struct sandbox_error error = {0};
    snprintf(target, sizeof target, "%s/exported", fixture_directory);
    assert_int_equal(sandbox_result_export(*state, "/out", target, &error), SANDBOX_OK);
    assert_int_equal(mode_of(target, "good"), S_IFREG | 0644);
    assert_int_equal(mode_of(target, "directory"), S_IFDIR | 0755);
    assert_int_equal(mode_of(target, "directory/tool"), S_IFREG | 0755); // no set-user-id
    assert_true(S_ISLNK(mode_of(target, "near_link")));
    assert_true(S_ISLNK(mode_of(target, "directory/inside_link")));
    assert_int_equal(mode_of(target, "directory/outside_link"), 0);
    assert_int_equal(mode_of(target, "link"), 0);
    assert_int_equal(mode_of(target, "linked_directory"), 0);
    assert_int_equal(mode_of(target, "fifo"), 0);
    assert_int_equal(mode_of(target, "socket"), 0);
    // What exists is never written into.
    assert_int_equal(sandbox_result_export(*state, "/out", target, &error), SANDBOX_ERROR_ARGUMENT);
    assert_string_contains(error.message, "File exists");
    snprintf(target, sizeof target, "%s/other", fixture_directory);
    assert_int_equal(sandbox_result_export(*state, "/etc", target, &error), SANDBOX_ERROR_ARGUMENT);
    assert_int_equal(mode_of(fixture_directory, "other"), 0);
}

static void absurd_depth_is_refused(void **state)
{
    (void)state;
    struct traces before = traces_now();
    struct sandbox_result *result = run_hostile("deep_tree");
    char target[256];
    struct sandbox_error error = {0};
    snprintf(target, sizeof target, "%s/deep", fixture_directory);
    int status = sandbox_result_export(result, "/out", target, &error);
    sandbox_result_free(result);
    assert_int_equal(status, SANDBOX_ERROR_INTERNAL);
    assert_int_equal(mode_of(fixture_directory, "deep"), 0);
    assert_no_traces(before, "deep_tree");
}

/** A small project with a program, a link, and a pipe that must stay behind. */
static void make_project(char *path, size_t size)
{
    static int number;
    char name[300];
    snprintf(path, size, "%s/project%d", fixture_directory, number++);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(name, sizeof name, "%s/run.sh", path);
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    fputs("#!/bin/sh\necho changed > data; cat data; test -x run.sh && test -L link && "
          "! test -e pipe && ! test -w /usr\n",
          file);
    fclose(file);
    assert_int_equal(chmod(name, 0755), 0);
    const struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    assert_int_equal(utimensat(AT_FDCWD, name, times, 0), 0);
    snprintf(name, sizeof name, "%s/data", path);
    file = fopen(name, "we");
    assert_non_null(file);
    fputs("original\n", file);
    fclose(file);
    snprintf(name, sizeof name, "%s/link", path);
    assert_int_equal(symlink("/etc/shadow", name), 0);
    snprintf(name, sizeof name, "%s/pipe", path);
    assert_int_equal(mkfifo(name, 0600), 0);
}

static void copies_are_private(void **state)
{
    (void)state;
    char project[256], data[300], text[16] = "";
    make_project(project, sizeof project);
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    sandbox_spec_add_copy(spec, project, "/work");
    sandbox_spec_set_directory(spec, "/work");
    sandbox_spec_set_command(spec, (const char *const[]){"./run.sh", NULL});
    struct sandbox_result *result = run_or_fail(spec, "copy");
    sandbox_spec_free(spec);
    int code = result->outcome == SANDBOX_EXITED ? result->exit_code : -1;
    bool printed = result->standard_output.head_size == 8 &&
                   memcmp(result->standard_output.head, "changed\n", 8) == 0;
    struct stat status = {0};
    int script = sandbox_result_open(result, "/work/run.sh", 1000);
    assert_int_equal(fstat(script, &status), 0);
    close(script);
    sandbox_result_free(result);
    snprintf(data, sizeof data, "%s/data", project);
    int file = open(data, O_RDONLY);
    assert_true(read(file, text, sizeof text - 1) > 0);
    close(file);
    assert_int_equal(code, 0);
    assert_true(printed);
    assert_string_equal(text, "original\n");
    assert_int_equal(status.st_mtim.tv_sec, 1000000000);
}

/** A repository may hold a link where we make a place: nothing may be made through it. */
static void links_where_places_go_are_refused(void **state)
{
    (void)state;
    char project[256], name[300];
    make_project(project, sizeof project);
    snprintf(name, sizeof name, "%s/out", project);
    assert_int_equal(symlink("/tmp", name), 0);
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    sandbox_spec_add_copy(spec, project, "/work");
    sandbox_spec_add_directory(spec, "/work/out/deeper");
    sandbox_spec_set_command(spec, (const char *const[]){"true", NULL});
    struct sandbox_error error = {0};
    struct sandbox_result *result = NULL;
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    assert_int_equal(status, SANDBOX_ERROR_ARGUMENT);
    assert_string_contains(error.message, "/work/out/deeper");
}

static void copy_that_does_not_fit_is_the_spec_s_mistake(void **state)
{
    (void)state;
    struct traces before = traces_now();
    char project[256], name[300];
    make_project(project, sizeof project);
    snprintf(name, sizeof name, "%s/huge", project);
    int file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(file, 1 << 22), 0);
    close(file);
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    sandbox_spec_add_copy(spec, project, "/work");
    sandbox_spec_set_limit(spec, SANDBOX_LIMIT_DISK_BYTES, 1 << 20);
    sandbox_spec_set_command(spec, (const char *const[]){"true", NULL});
    struct sandbox_error error = {0};
    struct sandbox_result *result = NULL;
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    assert_int_equal(status, SANDBOX_ERROR_ARGUMENT);
    assert_string_contains(error.message, "huge: it does not fit into the disk limit");
    assert_no_traces(before, "full copy");
}

int main(int argc, char **argv)
{
    if (!fixture_init(argc, argv))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_plain_files_are_opened, plant, free_result),
        cmocka_unit_test_setup_teardown(good_file_is_read_after_the_end, plant, free_result),
        cmocka_unit_test_setup_teardown(export_leaves_out_what_is_dangerous, plant, free_result),
        cmocka_unit_test(absurd_depth_is_refused),
        cmocka_unit_test(copies_are_private),
        cmocka_unit_test(links_where_places_go_are_refused),
        cmocka_unit_test(copy_that_does_not_fit_is_the_spec_s_mistake),
    };
    int failures = cmocka_run_group_tests_name("sandbox: results", tests, NULL, NULL);
    fixture_release();
    return failures;
}
