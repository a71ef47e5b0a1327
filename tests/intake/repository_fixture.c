#include "repository_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "assertions.h"
#include "grader/base/file.h"

static size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(directory);
    return count;
}

static char *copy_variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? NULL : strdup(value);
}

static void restore_variable(const char *name, char *value)
{
    if (value == NULL)
        unsetenv(name);
    else
        setenv(name, value, 1);
    free(value);
}

int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    char base[FILE_PATH_MAX], path[600];
    struct error error = ERROR_INIT;
    assert_int_equal(file_make_scratch(base, "grader-test", &error), 0);
    snprintf(fixture->root, sizeof fixture->root, "%.500s", base);
    snprintf(path, sizeof path, "%s/home", fixture->root);
    assert_int_equal(mkdir(path, 0700), 0);
    fixture->kept_home = copy_variable("HOME");
    setenv("HOME", path, 1);
    snprintf(path, sizeof path, "%s/tmp", fixture->root);
    assert_int_equal(mkdir(path, 0700), 0);
    fixture->kept_tmpdir = copy_variable("TMPDIR");
    setenv("TMPDIR", path, 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_AUTHOR_NAME", "Ada", 1);
    setenv("GIT_AUTHOR_EMAIL", "ada@example.org", 1);
    setenv("GIT_COMMITTER_NAME", "Ada", 1);
    setenv("GIT_COMMITTER_EMAIL", "ada@example.org", 1);
    intake_limits_default(&fixture->request.limits);
    // Before anything else is open, so that the tear-down can compare.
    fixture->descriptors = count_entries("/proc/self/fd");
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    struct error error = ERROR_INIT;
    char path[600];
    for (size_t i = 0; i < fixture->server_count; i++) {
        kill(-fixture->servers[i], SIGKILL);
        waitpid(fixture->servers[i], NULL, 0);
    }
    int failures = 0;
    snprintf(path, sizeof path, "%s/tmp", fixture->root);
    if (count_entries(path) != 0) {
        print_error("temporary folders were left behind\n");
        failures++;
    }
    if (count_entries("/proc/self/fd") != fixture->descriptors) {
        print_error("descriptors were left open\n");
        failures++;
    }
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD) {
        print_error("a child process was left behind\n");
        failures++;
    }
    restore_variable("TMPDIR", fixture->kept_tmpdir);
    restore_variable("HOME", fixture->kept_home);
    // A tree of 3,000 levels is deeper than paths can be: only rm knows how to go there.
    snprintf(path, sizeof path, "rm -rf '%s'", fixture->root);
    if (system(path) != 0)
        failures++;
    (void)error;
    free(fixture);
    return failures;
}

static void make_command(const struct fixture *fixture, char **command, const char *format,
                         va_list arguments)
{
    char *wanted = NULL;
    assert_true(vasprintf(&wanted, format, arguments) >= 0);
    assert_true(asprintf(command, "cd '%s' && { %s; }", fixture->root, wanted) >= 0);
    free(wanted);
}

void fixture_shell(struct fixture *fixture, const char *format, ...)
{
    char *command = NULL;
    va_list arguments;
    va_start(arguments, format);
    make_command(fixture, &command, format, arguments);
    va_end(arguments);
    int status = system(command);
    if (status != 0)
        print_error("status %d of: %s\n", status, command);
    free(command);
    assert_int_equal(status, 0);
}

void fixture_ask(struct fixture *fixture, char *line, size_t size, const char *format, ...)
{
    char *command = NULL;
    va_list arguments;
    va_start(arguments, format);
    make_command(fixture, &command, format, arguments);
    va_end(arguments);
    FILE *stream = popen(command, "re");
    assert_non_null(stream);
    char *got = fgets(line, (int)size, stream);
    int status = pclose(stream);
    if (got == NULL || status != 0)
        print_error("status %d of: %s\n", status, command);
    free(command);
    assert_non_null(got);
    assert_int_equal(status, 0);
    line[strcspn(line, "\n")] = '\0';
}

unsigned fixture_serve(struct fixture *fixture, const char *mode, const char *argument)
{
    char script[FILE_PATH_MAX], text[32] = "";
    int ends[2];
    snprintf(script, sizeof script, "%s/tests/intake/git_server.py", getenv("GRADER_TEST_SOURCE"));
    assert_true(fixture->server_count < FIXTURE_SERVERS_MAX);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        setpgid(0, 0);
        dup2(ends[1], STDOUT_FILENO);
        execlp("python3", "python3", script, mode, argument, (char *)NULL);
        _exit(127);
    }
    fixture->servers[fixture->server_count++] = pid;
    close(ends[1]);
    FILE *stream = fdopen(ends[0], "r");
    assert_non_null(stream);
    char *got = fgets(text, sizeof text, stream);
    fclose(stream);
    assert_non_null(got);
    return (unsigned)strtoul(text, NULL, 10);
}

static void begin(struct fixture *fixture, const char *source, char *absolute, size_t size)
{
    memset(&fixture->result, 0xa5, sizeof fixture->result);
    fixture->error = (struct error)ERROR_INIT;
    snprintf(fixture->destination, sizeof fixture->destination, "%s/out-%u", fixture->root,
             fixture->fetched++);
    bool is_address = strchr(source, ':') != NULL || source[0] == '/' || source[0] == '-';
    snprintf(absolute, size, "%s%s%s", is_address ? "" : fixture->root, is_address ? "" : "/",
             source);
    fixture->request.source = absolute;
}

/* Whatever the reason: after a failure the destination is not there. */
static int end(struct fixture *fixture, int status)
{
    assert_int_equal(file_exists(fixture->destination), status == 0);
    assert_int_equal(status, (int)fixture->error.kind);
    fixture->request.source = NULL;
    return status;
}

int fixture_fetch(struct fixture *fixture, const char *source, const char *ref)
{
    char absolute[FILE_PATH_MAX];
    begin(fixture, source, absolute, sizeof absolute);
    fixture->request.ref = ref;
    return end(fixture, intake_fetch(&fixture->request, fixture->destination, &fixture->result,
                                     &fixture->error));
}

int fixture_copy(struct fixture *fixture, const char *folder)
{
    char absolute[FILE_PATH_MAX];
    begin(fixture, folder, absolute, sizeof absolute);
    fixture->request.ref = NULL;
    return end(fixture, intake_copy_folder(&fixture->request, fixture->destination,
                                           &fixture->result, &fixture->error));
}

char *fixture_read(struct fixture *fixture, const char *path, size_t *size)
{
    char absolute[FILE_PATH_MAX];
    struct error error = ERROR_INIT;
    char *data = NULL;
    snprintf(absolute, sizeof absolute, "%s/%s", fixture->destination, path);
    assert_int_equal(file_read(absolute, 1 << 20, &data, size, &error), 0);
    return data;
}

bool fixture_has(const struct fixture *fixture, const char *path)
{
    char absolute[FILE_PATH_MAX];
    snprintf(absolute, sizeof absolute, "%s/%s", fixture->destination, path);
    return file_exists(absolute);
}

bool fixture_found(const struct fixture *fixture, const char *kind, const char *path)
{
    for (size_t i = 0; i < fixture->result.finding_count; i++)
        if (strcmp(fixture->result.findings[i].kind, kind) == 0 &&
            strcmp(fixture->result.findings[i].path, path) == 0)
            return true;
    return false;
}

static void write_object(struct fixture *fixture, const char *repository, const char *type,
                         const void *bytes, size_t size, char id[FIXTURE_HASH_SIZE])
{
    char path[600];
    struct error error = ERROR_INIT;
    snprintf(path, sizeof path, "%s/object", fixture->root);
    assert_int_equal(file_write(path, bytes, size, &error), 0);
    fixture_ask(fixture, id, FIXTURE_HASH_SIZE + 1,
                "git -C '%s' hash-object --literally -w -t %s ../object", repository, type);
    assert_int_equal(strlen(id), FIXTURE_HASH_SIZE - 1);
}

void fixture_blob(struct fixture *fixture, const char *repository, const char *text,
                  char id[FIXTURE_HASH_SIZE])
{
    char line[FIXTURE_HASH_SIZE + 1];
    write_object(fixture, repository, "blob", text, strlen(text), line);
    memcpy(id, line, FIXTURE_HASH_SIZE);
}

void fixture_tree(struct fixture *fixture, const char *repository, const struct tree_entry *entries,
                  size_t count, char id[FIXTURE_HASH_SIZE])
{
    char bytes[64 * 1024], line[FIXTURE_HASH_SIZE + 1];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        int head =
            snprintf(bytes + used, sizeof bytes - used, "%s %s", entries[i].mode, entries[i].name);
        assert_true(head > 0 && used + (size_t)head + 21 < sizeof bytes);
        used += (size_t)head + 1;
        for (size_t j = 0; j < 20; j++) {
            unsigned byte = 0;
            assert_int_equal(sscanf(entries[i].id + 2 * j, "%2x", &byte), 1);
            bytes[used++] = (char)byte;
        }
    }
    write_object(fixture, repository, "tree", bytes, used, line);
    memcpy(id, line, FIXTURE_HASH_SIZE);
}

void fixture_commit(struct fixture *fixture, const char *repository, const char *tree,
                    const char *author_date)
{
    char text[512], id[FIXTURE_HASH_SIZE + 1];
    int size = snprintf(text, sizeof text,
                        "tree %s\nauthor Ada <ada@example.org> %s\n"
                        "committer Ada <ada@example.org> %s\n\nhostile\n",
                        tree, author_date, author_date);
    write_object(fixture, repository, "commit", text, (size_t)size, id);
    fixture_shell(fixture, "git -C '%s' update-ref refs/heads/main %s", repository, id);
}
