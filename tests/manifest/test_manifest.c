/* submission.json: both ways in, and every mistake with the place that its message names. */
#include "assertions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/file.h"
#include "grader/manifest/manifest.h"

/* A repository with the files that the manifests below name, and what came of reading it. */
struct repository {
    char path[FILE_PATH_MAX];
    struct manifest manifest;
    struct error error;
};

static void write_in(const struct repository *repository, const char *name, const char *text,
                     size_t size)
{
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    assert_int_equal(file_join(path, repository->path, name, &error), 0);
    assert_int_equal(file_write(path, text, size, &error), 0);
}

static void make_folder(const struct repository *repository, const char *name)
{
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    assert_int_equal(file_join(path, repository->path, name, &error), 0);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_link(const struct repository *repository, const char *target, const char *name)
{
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    assert_int_equal(file_join(path, repository->path, name, &error), 0);
    assert_int_equal(symlink(target, path), 0);
}

static int set_up(void **state)
{
    static const char *const files[] = {"model.py",  "work.ipynb", "model.r",   "model",
                                        "REPORT.md", "src/fit.py", "src/..a.py"};
    struct repository *repository = calloc(1, sizeof *repository);
    *state = repository;
    if (repository == NULL)
        return -1;
    if (file_make_scratch(repository->path, "manifest", &repository->error) != 0)
        return -1;
    make_folder(repository, "src");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        write_in(repository, files[i], "x", 1);
    make_link(repository, "model.py", "link.py");
    return 0;
}

static int tear_down(void **state)
{
    struct repository *repository = *state;
    struct error ignored = ERROR_INIT;
    manifest_release(&repository->manifest);
    int status = file_remove_tree(repository->path, &ignored);
    free(repository);
    return status;
}

static int load_bytes(struct repository *repository, const char *text, size_t size)
{
    manifest_release(&repository->manifest);
    repository->error = (struct error)ERROR_INIT;
    write_in(repository, "submission.json", text, size);
    return manifest_load(repository->path, &repository->manifest, &repository->error);
}

static int load(struct repository *repository, const char *text)
{
    return load_bytes(repository, text, strlen(text));
}

static const struct manifest *load_good(struct repository *repository, const char *text)
{
    if (load(repository, text) != 0) {
        print_error("%s\n", repository->error.message);
        fail();
    }
    return &repository->manifest;
}

static void expect_refusal(const struct repository *repository, int status, const char *message)
{
    assert_int_equal(status, ERROR_SUBMISSION);
    assert_int_equal(repository->error.kind, ERROR_SUBMISSION);
    assert_string_equal(repository->error.message, message);
}

static void expect_words(const struct command_words *command, const char *const *words)
{
    size_t count = 0;
    for (; words[count] != NULL; count++)
        assert_string_equal(command->words[count], words[count]);
    assert_int_equal(command->count, count);
    assert_null(command->words[count]);
}

/* ---- what is right -------------------------------------------------------------------------- */

static void functions_are_a_way_in(void **state)
{
    const struct manifest *manifest = load_good(
        *state, "{\"project\": \"pca\", \"functions\": \"model.py\", \"report\": \"REPORT.md\"}");
    assert_string_equal(manifest->project, "pca");
    assert_string_equal(manifest->functions, "model.py");
    assert_string_equal(manifest->report, "REPORT.md");
    assert_int_equal(manifest->run.count, 0);
    assert_int_equal(manifest->build.count, 0);
    assert_false(manifest->grouped);
    assert_false(manifest->npy);
}

static void a_program_is_a_way_in(void **state)
{
    const struct manifest *manifest =
        load_good(*state, "{\"$schema\": \"submission.schema.json\", \"project\": \"pca\",\n"
                          " \"build\": [\"make\", \"-j2\"], \"run\": [\"./model\", \"\"],\n"
                          " \"grouped\": true, \"format\": \"npy\"}\n");
    expect_words(&manifest->build, (const char *const[]){"make", "-j2", NULL});
    expect_words(&manifest->run, (const char *const[]){"./model", "", NULL});
    assert_true(manifest->grouped);
    assert_true(manifest->npy);
    assert_string_equal(manifest->functions, "");
    assert_string_equal(manifest->report, "");
}

static void one_string_goes_to_the_shell(void **state)
{
    const struct manifest *manifest = load_good(
        *state, "{\"project\": \"pca\", \"run\": \"exec ./model\", \"build\": \"make; true\"}");
    expect_words(&manifest->run, (const char *const[]){"/bin/sh", "-c", "exec ./model", NULL});
    expect_words(&manifest->build, (const char *const[]){"/bin/sh", "-c", "make; true", NULL});
}

static void functions_may_need_a_build(void **state)
{
    const struct manifest *manifest = load_good(
        *state, "{\"project\": \"pca\", \"functions\": \"work.ipynb\", \"build\": [\"make\"]}");
    assert_string_equal(manifest->functions, "work.ipynb");
    assert_int_equal(manifest->build.count, 1);
}

static void a_file_may_lie_in_a_folder(void **state)
{
    const struct manifest *manifest =
        load_good(*state, "{\"project\": \"pca\", \"functions\": \"src/fit.py\"}");
    assert_string_equal(manifest->functions, "src/fit.py");
    manifest = load_good(*state, "{\"project\": \"pca\", \"functions\": \"src/..a.py\"}");
    assert_string_equal(manifest->functions, "src/..a.py");
}

static void csv_is_the_default_format(void **state)
{
    const struct manifest *manifest =
        load_good(*state, "{\"project\": \"pca\", \"run\": [\"./model\"], \"format\": \"csv\", "
                          "\"grouped\": false}");
    assert_false(manifest->npy);
    assert_false(manifest->grouped);
}

/* ---- what is wrong -------------------------------------------------------------------------- */

struct mistake {
    const char *text;    /* of submission.json */
    const char *message; /* the whole of it */
};

static void every_mistake_has_its_place(void **state)
{
    static const struct mistake mistakes[] = {
        // keys
        {"{\"project\": \"pca\", \"function\": \"model.py\"}",
         "submission.json: unknown key \"function\" (did you mean \"functions\"?)"},
        {"{\"project\": \"pca\", \"entrypoint\": \"model.py\"}",
         "submission.json: unknown key \"entrypoint\"; allowed: $schema, project, functions, run, "
         "build, grouped, format, report"},
        {"{\"Project\": \"pca\", \"run\": [\"./model\"]}",
         "submission.json: unknown key \"Project\" (did you mean \"project\"?)"},
        {"{\"project\": \"pca\", \"run\": [\"a\"], \"run\": [\"b\"]}",
         "submission.json: the key \"run\" is there twice"},
        // the two ways in
        {"{\"project\": \"pca\", \"functions\": \"model.py\", \"run\": [\"./model\"]}",
         "submission.json: give either \"functions\" or \"run\", not both"},
        {"{\"project\": \"pca\"}",
         "submission.json: needs \"functions\" (a Python file) or \"run\" (a command)"},
        // project
        {"{\"functions\": \"model.py\"}", "submission.json: project: missing; expected a string"},
        {"{\"project\": 7, \"functions\": \"model.py\"}",
         "submission.json: project: expected a string"},
        {"{\"project\": [\"pca\"], \"functions\": \"model.py\"}",
         "submission.json: project: expected a string"},
        // files
        {"{\"project\": \"pca\", \"functions\": [\"model.py\"]}",
         "submission.json: functions: expected a string"},
        {"{\"project\": \"pca\", \"functions\": \"\"}",
         "submission.json: functions: \"\" must be the path of a file inside your repository"},
        {"{\"project\": \"pca\", \"functions\": \"/etc/passwd\"}",
         "submission.json: functions: \"/etc/passwd\" must be the path of a file inside your "
         "repository"},
        {"{\"project\": \"pca\", \"functions\": \"../model.py\"}",
         "submission.json: functions: \"../model.py\" must be the path of a file inside your "
         "repository"},
        {"{\"project\": \"pca\", \"functions\": \"src/../../model.py\"}",
         "submission.json: functions: \"src/../../model.py\" must be the path of a file inside "
         "your repository"},
        {"{\"project\": \"pca\", \"functions\": \"src//fit.py\"}",
         "submission.json: functions: \"src//fit.py\" must be the path of a file inside your "
         "repository"},
        {"{\"project\": \"pca\", \"functions\": \"Model.py\"}",
         "submission.json: functions: there is no file \"Model.py\" in your repository"},
        {"{\"project\": \"pca\", \"functions\": \"src\"}",
         "submission.json: functions: there is no file \"src\" in your repository"},
        {"{\"project\": \"pca\", \"functions\": \"link.py\"}",
         "submission.json: functions: there is no file \"link.py\" in your repository"},
        {"{\"project\": \"pca\", \"functions\": \"model.r\"}",
         "submission.json: functions: \"model.r\" is neither a Python file (.py) nor a notebook "
         "(.ipynb); for other languages use \"run\""},
        {"{\"project\": \"pca\", \"functions\": \"model\"}",
         "submission.json: functions: \"model\" is neither a Python file (.py) nor a notebook "
         "(.ipynb); for other languages use \"run\""},
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"report\": \"report.pdf\"}",
         "submission.json: report: there is no file \"report.pdf\" in your repository"},
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"report\": true}",
         "submission.json: report: expected a string"},
        // commands
        {"{\"project\": \"pca\", \"run\": []}",
         "submission.json: run: expected a command: a list of 1 to 28 words, or one string"},
        {"{\"project\": \"pca\", \"run\": \"\"}",
         "submission.json: run: expected a command: a list of 1 to 28 words, or one string"},
        {"{\"project\": \"pca\", \"run\": {\"command\": \"./model\"}}",
         "submission.json: run: expected a command: a list of 1 to 28 words, or one string"},
        {"{\"project\": \"pca\", \"run\": null}",
         "submission.json: run: expected a command: a list of 1 to 28 words, or one string"},
        {"{\"project\": \"pca\", \"run\": [\"./model\", 3]}",
         "submission.json: run[1]: expected a word in quotes"},
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"build\": [[\"make\"]]}",
         "submission.json: build[0]: expected a word in quotes"},
        // the rest
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"grouped\": \"yes\"}",
         "submission.json: grouped: expected true or false"},
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"format\": \"xlsx\"}",
         "submission.json: format: expected \"csv\" or \"npy\", found \"xlsx\""},
        {"{\"project\": \"pca\", \"run\": [\"./model\"], \"format\": 1}",
         "submission.json: format: expected a string"},
        {"[\"pca\"]", "submission.json: expected an object: { \"project\": ... }"},
        {"\"pca\"", "submission.json: expected an object: { \"project\": ... }"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        int status = load(*state, mistakes[i].text);
        expect_refusal(*state, status, mistakes[i].message);
    }
}

/* The words of these are the JSON reader's; here it counts that the place is right. */
static void bad_json_has_line_and_column(void **state)
{
    static const struct mistake mistakes[] = {
        {"", "submission.json: the file is empty"},
        {"{\"project\": \"pca\",\n \"run\": [\"./model\"],\n}", "submission.json:3:1: "},
        {"{\"project\": \"pca\", \"run\": [\"./model\"]} extra", "submission.json:1:40: "},
        {"{'project': 'pca'}", "submission.json:1:2: "},
        {"{\"project\": \"p\xff\"}", "submission.json:1:15: "},
        {"// mine\n{\"project\": \"pca\"}", "submission.json:1:1: "},
    };
    struct repository *repository = *state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_int_equal(load(repository, mistakes[i].text), ERROR_SUBMISSION);
        assert_string_contains(repository->error.message, mistakes[i].message);
        assert_ptr_equal(strstr(repository->error.message, mistakes[i].message),
                         repository->error.message);
    }
}

/* A manifest whose command has @p count words. */
static int load_words(struct repository *repository, int count)
{
    char text[1024];
    int used = snprintf(text, sizeof text, "{\"project\": \"pca\", \"run\": [\"./model\"");
    for (int i = 1; i < count; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, ", \"%d\"", i);
    snprintf(text + used, sizeof text - (size_t)used, "]}");
    return load(repository, text);
}

static void commands_leave_room_for_our_arguments(void **state)
{
    struct repository *repository = *state;
    assert_int_equal(load_words(repository, MANIFEST_WORDS_MAX - 4), 0);
    assert_int_equal(repository->manifest.run.count, MANIFEST_WORDS_MAX - 4);
    expect_refusal(repository, load_words(repository, MANIFEST_WORDS_MAX - 3),
                   "submission.json: run: expected a command: a list of 1 to 28 words, or one "
                   "string");
}

static void a_path_has_a_limit(void **state)
{
    char text[2048], path[MANIFEST_PATH_MAX + 1];
    memset(path, 'a', MANIFEST_PATH_MAX);
    path[MANIFEST_PATH_MAX] = '\0';
    snprintf(text, sizeof text, "{\"project\": \"pca\", \"functions\": \"%s\"}", path);
    struct repository *repository = *state;
    assert_int_equal(load(repository, text), ERROR_SUBMISSION);
    assert_string_contains(repository->error.message, "submission.json: functions: \"aaa");
    assert_string_contains(repository->error.message, "inside your repository");
}

/* A right manifest, filled up with blanks. */
static int load_size(struct repository *repository, size_t size)
{
    static const char text[] = "{\"project\": \"pca\", \"run\": [\"./model\"]}";
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, ' ', size);
    memcpy(bytes, text, sizeof text - 1);
    int status = load_bytes(repository, bytes, size);
    free(bytes);
    return status;
}

static void a_manifest_has_at_most_64_kib(void **state)
{
    struct repository *repository = *state;
    assert_int_equal(load_size(repository, MANIFEST_BYTES_MAX), 0);
    expect_refusal(repository, load_size(repository, MANIFEST_BYTES_MAX + 1),
                   "submission.json: not a regular file of at most 64 KiB");
}

static void there_must_be_a_manifest(void **state)
{
    struct repository *repository = *state;
    expect_refusal(repository,
                   manifest_load(repository->path, &repository->manifest, &repository->error),
                   "there is no submission.json at the top of the repository; it tells the grader "
                   "your project and how to run it");
}

static void a_link_is_no_manifest(void **state)
{
    struct repository *repository = *state;
    static const char text[] = "{\"project\": \"pca\", \"run\": [\"./model\"]}";
    write_in(repository, "elsewhere.json", text, sizeof text - 1);
    make_link(repository, "elsewhere.json", "submission.json");
    expect_refusal(repository,
                   manifest_load(repository->path, &repository->manifest, &repository->error),
                   "submission.json: not a regular file of at most 64 KiB");
}

static void a_folder_is_no_manifest(void **state)
{
    struct repository *repository = *state;
    make_folder(repository, "submission.json");
    expect_refusal(repository,
                   manifest_load(repository->path, &repository->manifest, &repository->error),
                   "submission.json: not a regular file of at most 64 KiB");
}

static void a_pipe_is_no_manifest(void **state)
{
    struct repository *repository = *state;
    char path[FILE_PATH_MAX];
    assert_int_equal(file_join(path, repository->path, "submission.json", &repository->error), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refusal(repository,
                   manifest_load(repository->path, &repository->manifest, &repository->error),
                   "submission.json: not a regular file of at most 64 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(functions_are_a_way_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_program_is_a_way_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_string_goes_to_the_shell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(functions_may_need_a_build, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_may_lie_in_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(csv_is_the_default_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_mistake_has_its_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_json_has_line_and_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(commands_leave_room_for_our_arguments, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_path_has_a_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_manifest_has_at_most_64_kib, set_up, tear_down),
        cmocka_unit_test_setup_teardown(there_must_be_a_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_is_no_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_is_no_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_is_no_manifest, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
