#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "assertions.h"
#include "grader/base/cleanup.h"
#include "grader/base/file.h"

enum { NOBODY = 65534 };

static char scratch[FILE_PATH_MAX];

static int set_up(void **state)
{
    struct error error = ERROR_INIT;
    *state = scratch;
    return file_make_scratch(scratch, "test-file", &error);
}

static int tear_down(void **state)
{
    struct error error = ERROR_INIT;
    return file_remove_tree(*state, &error);
}

/* Paths of four files at a time. */
static const char *in_scratch(const char *name)
{
    static char paths[4][FILE_PATH_MAX];
    static unsigned next;
    struct error error = ERROR_INIT;
    char *path = paths[next++ % 4];
    assert_int_equal(file_join(path, scratch, name, &error), 0);
    return path;
}

static void put(const char *name, const char *text)
{
    struct error error = ERROR_INIT;
    if (file_write(in_scratch(name), text, strlen(text), &error) != 0)
        fail_msg("%s", error.message);
}

static void test_join(void **state)
{
    (void)state;
    char path[FILE_PATH_MAX], name[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    assert_int_equal(file_join(path, "a", "b", &error), 0);
    assert_string_equal(path, "a/b");
    memset(name, 'n', sizeof name);
    name[FILE_PATH_MAX - 3] = '\0'; // with "a/" and the NUL it fits exactly
    assert_int_equal(file_join(path, "a", name, &error), 0);
    name[FILE_PATH_MAX - 3] = 'n';
    name[FILE_PATH_MAX - 2] = '\0';
    assert_int_equal(file_join(path, "a", name, &error), ERROR_USAGE);
}

static void test_read_is_bounded(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    AUTO_FREE char *data = NULL;
    AUTO_FREE char *none = NULL;
    size_t size = 99;
    put("five", "12345");
    assert_int_equal(file_read(in_scratch("five"), 5, &data, &size, &error), 0);
    assert_int_equal(size, 5);
    assert_string_equal(data, "12345");
    assert_int_equal(file_read(in_scratch("five"), 4, &none, &size, &error), ERROR_USAGE);
    assert_string_contains(error.message, "five: larger than 4 bytes");
    assert_null(none);
}

static void test_read_sizes_around_the_first_allocation(void **state)
{
    (void)state;
    static char text[8200];
    memset(text, 'x', sizeof text);
    for (size_t size = 4090; size <= 8194; size += size == 4100 ? 4088 : 1) {
        struct error error = ERROR_INIT;
        AUTO_FREE char *data = NULL;
        size_t found = 0;
        assert_int_equal(file_write(in_scratch("a"), text, size, &error), 0);
        assert_int_equal(file_read(in_scratch("a"), size, &data, &found, &error), 0);
        assert_int_equal(found, size);
        assert_int_equal(data[size], '\0');
    }
}

static void test_only_regular_files_are_read(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char *data = NULL;
    size_t size;
    assert_int_equal(mkfifo(in_scratch("fifo"), 0600), 0);
    assert_int_equal(file_read(in_scratch("fifo"), 100, &data, &size, &error), ERROR_USAGE);
    assert_string_contains(error.message, "fifo: not a regular file");
    assert_int_equal(file_read(scratch, 100, &data, &size, &error), ERROR_USAGE);
    assert_string_contains(error.message, "not a regular file");
    assert_int_equal(file_read(in_scratch("missing"), 100, &data, &size, &error), ERROR_USAGE);
    assert_string_contains(error.message, "missing: No such file or directory");
    assert_int_equal(file_read("/dev/zero", 100, &data, &size, &error), ERROR_USAGE);
    assert_null(data);
}

static void test_read_from_a_descriptor(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    AUTO_FREE char *data = NULL;
    size_t size = 0;
    put("digits", "0123456789");
    AUTO_CLOSE int fd = open(in_scratch("digits"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    assert_int_equal(file_read_fd(fd, 6, &data, &size, &error), 0);
    assert_string_equal(data, "456789");
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 10); // still open
}

static int count_entries(const char *path)
{
    AUTO_DIRECTORY DIR *directory = opendir(path);
    assert_non_null(directory);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    return count;
}

static void test_atomic_write(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    AUTO_FREE char *data = NULL;
    size_t size;
    struct stat status;
    assert_int_equal(file_write_atomic(in_scratch("report"), "first", 5, &error), 0);
    assert_int_equal(file_write_atomic(in_scratch("report"), "2nd", 3, &error), 0);
    assert_int_equal(file_read(in_scratch("report"), 100, &data, &size, &error), 0);
    assert_string_equal(data, "2nd");
    assert_int_equal(stat(in_scratch("report"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    assert_int_equal(count_entries(scratch), 1); // no temporary file stays
}

static void test_atomic_write_that_fails_leaves_nothing(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(mkdir(in_scratch("taken"), 0700), 0);
    put("taken/x", "");
    assert_int_equal(file_write_atomic(in_scratch("taken"), "a", 1, &error), ERROR_ENVIRONMENT);
    assert_int_equal(count_entries(scratch), 1);
    assert_int_equal(file_write_atomic(in_scratch("no/such"), "a", 1, &error), ERROR_ENVIRONMENT);
}

/* A link in the place of the file is replaced, what it points to stays as it is. */
static void test_writing_over_a_link(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    AUTO_FREE char *data = NULL;
    size_t size;
    put("target", "kept");
    assert_int_equal(symlink("target", in_scratch("link")), 0);
    assert_int_equal(file_write(in_scratch("link"), "x", 1, &error), ERROR_ENVIRONMENT);
    assert_int_equal(file_write_atomic(in_scratch("link"), "new", 3, &error), 0);
    assert_int_equal(file_read(in_scratch("target"), 100, &data, &size, &error), 0);
    assert_string_equal(data, "kept");
}

static void test_make_directories(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(file_make_directories(in_scratch("a/b/c"), &error), 0);
    assert_int_equal(file_make_directories(in_scratch("a/b/c"), &error), 0);
    assert_int_equal(file_make_directories(in_scratch("a/d/"), &error), 0);
    assert_true(file_is_directory(in_scratch("a/b/c")));
    assert_true(file_is_directory(in_scratch("a/d")));
    put("a/file", "");
    assert_int_equal(file_make_directories(in_scratch("a/file"), &error), ERROR_ENVIRONMENT);
    assert_int_equal(file_make_directories(in_scratch("a/file/x"), &error), ERROR_ENVIRONMENT);
    assert_int_equal(file_make_directories("", &error), ERROR_USAGE);
}

static void test_scratch_is_private(void **state)
{
    (void)state;
    struct stat status;
    assert_int_equal(stat(scratch, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(status.st_mode & 0777, 0700);
}

static void test_existence(void **state)
{
    (void)state;
    assert_int_equal(symlink("nowhere", in_scratch("dangling")), 0);
    assert_true(file_exists(in_scratch("dangling"))); // the link itself
    assert_false(file_is_directory(in_scratch("dangling")));
    assert_false(file_exists(in_scratch("nowhere")));
}

static void test_links_are_removed_not_followed(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(file_make_directories(in_scratch("outside"), &error), 0);
    put("outside/kept", "x");
    assert_int_equal(file_make_directories(in_scratch("tree"), &error), 0);
    assert_int_equal(symlink("../outside", in_scratch("tree/link")), 0);
    assert_int_equal(file_remove_tree(in_scratch("tree"), &error), 0);
    assert_false(file_exists(in_scratch("tree")));
    assert_true(file_exists(in_scratch("outside/kept")));
    assert_int_equal(symlink("outside", in_scratch("top")), 0);
    assert_int_equal(file_remove_tree(in_scratch("top"), &error), 0);
    assert_false(file_exists(in_scratch("top")));
    assert_true(file_exists(in_scratch("outside/kept")));
    assert_int_equal(file_remove_tree(in_scratch("never there"), &error), 0);
}

static void test_a_deep_tree_is_removed(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    char path[FILE_PATH_MAX];
    size_t used = (size_t)snprintf(path, sizeof path, "%s/deep", scratch);
    while (used < FILE_PATH_MAX - 10) { // far more levels than descriptors
        memcpy(path + used, "/d", 3);
        used += 2;
    }
    assert_int_equal(file_make_directories(path, &error), 0);
    assert_int_equal(file_remove_tree(in_scratch("deep"), &error), 0);
    assert_false(file_exists(in_scratch("deep")));
}

/* Deeper than any path, as a program makes it that goes down one step at a time. */
static void test_a_tree_deeper_than_a_path_is_removed(void **state)
{
    (void)state;
    struct error error = ERROR_INIT;
    assert_int_equal(mkdir(in_scratch("deep"), 0700), 0);
    int fd = open(in_scratch("deep"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int level = 0; level < 5000 && fd >= 0; level++) {
        int parent = fd;
        assert_int_equal(mkdirat(parent, "d", 0700), 0);
        fd = openat(parent, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(parent);
    }
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(file_remove_tree(in_scratch("deep"), &error), 0);
    assert_false(file_exists(in_scratch("deep")));
}

/* Directories without any permission, with files in them, as a learner's program may leave them. */
static void make_locked_tree(void)
{
    struct error error = ERROR_INIT;
    assert_int_equal(file_make_directories(in_scratch("locked/unreadable/inner"), &error), 0);
    assert_int_equal(file_make_directories(in_scratch("locked/unwritable"), &error), 0);
    put("locked/unreadable/file", "x");
    put("locked/unreadable/inner/file", "x");
    put("locked/unwritable/file", "x");
    assert_int_equal(chmod(in_scratch("locked/unreadable/inner"), 0), 0);
    assert_int_equal(chmod(in_scratch("locked/unreadable"), 0), 0);
    assert_int_equal(chmod(in_scratch("locked/unwritable"), 0500), 0);
}

/* Root may do everything, so the tree is made and removed as an ordinary user. */
static void test_locked_directories_are_removed(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        assert_int_equal(chown(scratch, NOBODY, NOBODY), 0);
        assert_int_equal(seteuid(NOBODY), 0);
    }
    make_locked_tree();
    struct error error = ERROR_INIT;
    int status = file_remove_tree(in_scratch("locked"), &error);
    if (geteuid() == NOBODY)
        (void)!seteuid(0);
    if (status != 0)
        fail_msg("%s", error.message);
    assert_false(file_exists(in_scratch("locked")));
}

int main(void)
{
#define in_folder(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        in_folder(test_read_is_bounded),
        in_folder(test_read_sizes_around_the_first_allocation),
        in_folder(test_only_regular_files_are_read),
        in_folder(test_read_from_a_descriptor),
        in_folder(test_atomic_write),
        in_folder(test_atomic_write_that_fails_leaves_nothing),
        in_folder(test_writing_over_a_link),
        in_folder(test_make_directories),
        in_folder(test_scratch_is_private),
        in_folder(test_existence),
        in_folder(test_links_are_removed_not_followed),
        in_folder(test_a_deep_tree_is_removed),
        in_folder(test_a_tree_deeper_than_a_path_is_removed),
        in_folder(test_locked_directories_are_removed),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
