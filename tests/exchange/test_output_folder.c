#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "assertions.h"
#include "grader/base/file.h"
#include "grader/exchange/output_folder.h"

static const struct array_limits limits = {400, 20};

static int make_folder(void **state)
{
    static char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    *state = path;
    return file_make_scratch(path, "test-output-folder", &error);
}

static int remove_folder(void **state)
{
    struct error error = ERROR_INIT;
    return file_remove_tree(*state, &error);
}

static void put(const char *folder, const char *file, const char *text)
{
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, folder, file, &error), 0);
    assert_int_equal(file_write(path, text, strlen(text), &error), 0);
}

/* What the header promises about an opener, on a plain folder. */
static int open_plain(void *payload, const char *file, size_t maximum_bytes)
{
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    if (file_join(path, payload, file, &error) != 0)
        return -ENAMETOOLONG;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct stat status;
    int fault = fstat(fd, &status) != 0                  ? -errno
                : !S_ISREG(status.st_mode)               ? -EINVAL
                : (size_t)status.st_size > maximum_bytes ? -EFBIG
                                                         : 0;
    if (fault != 0)
        close(fd);
    return fault != 0 ? fault : fd;
}

static void expect(void *folder, const char *name, enum output_state wanted, const char *file,
                   const char *message)
{
    struct output_reading reading;
    struct error error = ERROR_INIT;
    assert_int_equal(output_folder_read(open_plain, folder, name, &limits, &reading, &error), 0);
    if (reading.state != wanted)
        print_error("%s: %s\n", name, reading.message);
    enum output_state found = reading.state;
    assert_string_equal(reading.file, file);
    assert_string_equal(reading.message, message);
    assert_int_equal(found == OUTPUT_READ, reading.array.data != NULL);
    output_reading_release(&reading);
    assert_int_equal(found, wanted);
}

static void test_each_form_is_found(void **state)
{
    char *folder = *state;
    put(folder, "a.csv", "1,2\n");
    put(folder, "b.json", "[1, 2]");
    put(folder, "output.json", "{\"c\": 1, \"note\": \"hello\", \"e\": [\"x\"]}");
    double number = 7;
    struct ref_array array = {1, 1, &number};
    AUTO_BUFFER struct buffer bytes = BUFFER_INIT(1000);
    array_write_npy(&bytes, &array, false);
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, folder, "d.npy", &error), 0);
    assert_int_equal(file_write(path, bytes.data, bytes.size, &error), 0);
    expect(folder, "a", OUTPUT_READ, "a.csv", "");
    expect(folder, "b", OUTPUT_READ, "b.json", "");
    expect(folder, "c", OUTPUT_READ, "output.json", "");
    expect(folder, "d", OUTPUT_READ, "d.npy", "");
    expect(folder, "e", OUTPUT_MALFORMED, "output.json",
           "output.json:1:33: expected a number, found the string \"x\"");
    expect(folder, "f", OUTPUT_MISSING, "", "");
}

static void test_two_forms_are_one_too_many(void **state)
{
    char *folder = *state;
    put(folder, "a.csv", "1\n");
    put(folder, "a.json", "1");
    put(folder, "b.npy", "not npy");
    put(folder, "c.csv", "1\n");
    put(folder, "output.json", "{\"b\": 1, \"c\": 2}");
    expect(folder, "a", OUTPUT_MALFORMED, "a.csv",
           "a.csv and a.json are both there; write only one of them");
    expect(folder, "b", OUTPUT_MALFORMED, "b.npy",
           "b.npy and output.json are both there; write only one of them");
    expect(folder, "c", OUTPUT_MALFORMED, "c.csv",
           "c.csv and output.json are both there; write only one of them");
}

static void test_broken_output_json_costs_only_those_without_a_file(void **state)
{
    char *folder = *state;
    put(folder, "a.csv", "1\n");
    put(folder, "output.json", "{\"b\": 1");
    expect(folder, "a", OUTPUT_READ, "a.csv", "");
    expect(folder, "b", OUTPUT_MALFORMED, "output.json",
           "output.json:1:8: expected a comma or \"}\", found the end of the file");
}

static void test_an_output_named_output(void **state)
{
    put(*state, "output.json", "[1, 2]");
    expect(*state, "output", OUTPUT_READ, "output.json", "");
}

static void make_special(const char *folder, const char *link, const char *fifo,
                         const char *directory)
{
    char path[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, folder, link, &error), 0);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    assert_int_equal(file_join(path, folder, fifo, &error), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_join(path, folder, directory, &error), 0);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void test_only_regular_files_within_the_limit(void **state)
{
    char *folder = *state;
    char text[402];
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    put(folder, "large.csv", text);
    make_special(folder, "link.csv", "fifo.npy", "folder.json");
    expect(folder, "large", OUTPUT_MALFORMED, "large.csv", "large.csv: larger than 400 bytes");
    expect(folder, "link", OUTPUT_MALFORMED, "link.csv",
           "link.csv: is a link; only regular files are read");
    expect(folder, "fifo", OUTPUT_MALFORMED, "fifo.npy", "fifo.npy: is not a regular file");
    expect(folder, "folder", OUTPUT_MALFORMED, "folder.json", "folder.json: is not a regular file");
}

/* The file of all outputs may be larger than the limit of one. */
static void test_output_json_may_hold_other_large_arrays(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(10000);
    buffer_append_text(&text, "{\"other\": [1");
    for (int i = 0; i < 1000; i++)
        buffer_append_text(&text, ", 2");
    buffer_append_text(&text, "], \"a\": 5}");
    put(*state, "output.json", buffer_text(&text));
    expect(*state, "a", OUTPUT_READ, "output.json", "");
    expect(*state, "other", OUTPUT_MALFORMED, "output.json",
           "output.json:1:72: more than 20 numbers");
}

static int open_fails(void *payload, const char *file, size_t maximum_bytes)
{
    (void)file;
    (void)maximum_bytes;
    return *(int *)payload;
}

/* Opens a file that is larger than it was said to be. */
static int open_growing(void *payload, const char *file, size_t maximum_bytes)
{
    (void)maximum_bytes;
    return open_plain(payload, file, SIZE_MAX);
}

static void test_faults_of_ours_are_errors(void **state)
{
    (void)state;
    struct output_reading reading;
    struct error error = ERROR_INIT;
    int fault = -EMFILE;
    assert_int_equal(output_folder_read(open_fails, &fault, "a", &limits, &reading, &error),
                     ERROR_ENVIRONMENT);
    assert_string_contains(error.message, "cannot open the output a.csv: ");
    fault = -EACCES;
    assert_int_equal(output_folder_read(open_fails, &fault, "a", &limits, &reading, &error), 0);
    assert_int_equal(reading.state, OUTPUT_MALFORMED);
}

static void test_a_file_that_grew_is_malformed(void **state)
{
    char text[500];
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    put(*state, "a.csv", text);
    struct output_reading reading;
    struct error error = ERROR_INIT;
    assert_int_equal(output_folder_read(open_growing, *state, "a", &limits, &reading, &error), 0);
    assert_int_equal(reading.state, OUTPUT_MALFORMED);
    assert_string_equal(reading.message, "a.csv: larger than 400 bytes");
}

int main(void)
{
#define in_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        in_folder(test_each_form_is_found),
        in_folder(test_two_forms_are_one_too_many),
        in_folder(test_broken_output_json_costs_only_those_without_a_file),
        in_folder(test_an_output_named_output),
        in_folder(test_only_regular_files_within_the_limit),
        in_folder(test_output_json_may_hold_other_large_arrays),
        cmocka_unit_test(test_faults_of_ours_are_errors),
        in_folder(test_a_file_that_grew_is_malformed),
    };
    return cmocka_run_group_tests_name("output_folder", tests, NULL, NULL);
}
