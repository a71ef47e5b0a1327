#include "fixture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

char fixture_directory[64];
char fixture_hostile[96];

enum { TEST_UID = 65534 };

static bool copy_program(const char *from, const char *to)
{
    static char block[1 << 16];
    FILE *source = fopen(from, "rbe");
    FILE *target = fopen(to, "wbe");
    bool copied = source != NULL && target != NULL;
    size_t size;
    while (copied && (size = fread(block, 1, sizeof block, source)) > 0)
        copied = fwrite(block, 1, size, target) == size;
    if (source != NULL)
        fclose(source);
    if (target != NULL && fclose(target) != 0)
        copied = false;
    return copied && chmod(to, 0755) == 0;
}

/** As a login would: no groups, all ids, and /proc/self belongs to the new user again. */
static bool become_user(void)
{
    return chown(fixture_directory, TEST_UID, TEST_UID) == 0 && setgroups(0, NULL) == 0 &&
           setresgid(TEST_UID, TEST_UID, TEST_UID) == 0 &&
           setresuid(TEST_UID, TEST_UID, TEST_UID) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
}

bool fixture_init(int argc, char **argv)
{
    strcpy(fixture_directory, "/tmp/sandbox-test-XXXXXX");
    if (mkdtemp(fixture_directory) == NULL || chmod(fixture_directory, 0755) != 0) {
        perror(fixture_directory);
        return false;
    }
    snprintf(fixture_hostile, sizeof fixture_hostile, "%s/hostile", fixture_directory);
    if (!copy_program(HOSTILE_PROGRAM, fixture_hostile)) {
        perror(HOSTILE_PROGRAM);
        return false;
    }
    if (argc > 1 && strcmp(argv[1], "--as-user") == 0 && !become_user()) {
        perror("cannot become an ordinary user");
        return false;
    }
    return chdir("/") == 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void fixture_release(void)
{
    nftw(fixture_directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    rmdir(fixture_directory); // as a user: /tmp is sticky, but the directory is ours
}

static int count_descriptors(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static unsigned long hash_mounts(void)
{
    unsigned long hash = 5381;
    int byte;
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    assert_non_null(mounts);
    while ((byte = fgetc(mounts)) != EOF)
        hash = hash * 33 + (unsigned long)byte;
    fclose(mounts);
    return hash;
}

struct traces traces_now(void)
{
    return (struct traces){.descriptors = count_descriptors(), .mounts = hash_mounts()};
}

bool hostile_lives(void)
{
    bool lives = false;
    DIR *processes = opendir("/proc");
    assert_non_null(processes);
    const struct dirent *entry;
    while ((entry = readdir(processes)) != NULL) {
        char path[300], command[512] = "";
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0)
            continue;
        ssize_t size = read(file, command, sizeof command - 1);
        close(file);
        if (size > 0 &&
            memmem(command, (size_t)size, fixture_directory, strlen(fixture_directory)) != NULL &&
            memmem(command, (size_t)size, "/hostile", 8) == (void *)command)
            lives = true;
    }
    closedir(processes);
    return lives;
}

void assert_no_traces(struct traces before, const char *label)
{
    struct traces after = traces_now();
    bool childless = waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD;
    if (before.descriptors == after.descriptors && before.mounts == after.mounts && childless &&
        !hostile_lives())
        return;
    fail_msg("%s left something: descriptors %d -> %d, mounts %s, children %s", label,
             before.descriptors, after.descriptors,
             before.mounts == after.mounts ? "same" : "CHANGED", childless ? "none" : "SOME");
}

struct sandbox_result *run_or_fail(const struct sandbox_spec *spec, const char *label)
{
    struct sandbox_result *result = NULL;
    struct sandbox_error error = {0};
    int status = sandbox_run(spec, &result, &error);
    if (status != SANDBOX_OK)
        fail_msg("%s: status %d: %s", label, status, error.message);
    return result;
}

struct sandbox_spec *hostile_spec(const char *behaviour, const char *argument)
{
    struct sandbox_spec *spec = sandbox_spec_new(SANDBOX_PROFILE_RUN);
    assert_non_null(spec);
    sandbox_spec_add_read_only(spec, fixture_hostile, "/hostile");
    sandbox_spec_set_command(
        spec, (const char *const[]){"/hostile", behaviour, argument, fixture_directory, NULL});
    return spec;
}

const char *fixture_write(const char *name, const char *text)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", fixture_directory, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}
