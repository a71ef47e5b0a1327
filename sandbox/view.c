#include "view.h"

#include "tree_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// <sys/mount.h> clashes with <linux/mount.h> before glibc 2.37, hence these few by hand.
extern int mount(const char *source, const char *target, const char *type, unsigned long flags,
                 const void *data);
extern int umount2(const char *target, int flags);
enum {
    FLAG_NOSUID = 2,
    FLAG_NODEV = 4,
    FLAG_NOEXEC = 8,
    FLAG_REC = 16384,
    FLAG_PRIVATE = 1 << 18,
    FLAG_DETACH = 2
};

/** What programs need of the host: run-times and compilers below /usr, the linker's tables. */
static const char *const system_paths[] = {
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
};

static const char *const devices[] = {"null", "zero", "full", "random", "urandom"};

enum {
    SYSTEM_PATHS = sizeof system_paths / sizeof system_paths[0],
    DEVICES = sizeof devices / sizeof devices[0],
    LINK_MAX_LENGTH = 256
};

/** A host path, opened before anything is mounted over it. */
struct source {
    int tree; /**< detached mount; -1: none */
    bool directory;
    char link[LINK_MAX_LENGTH]; /**< not empty: show a symbolic link instead */
};

struct sources {
    struct source system[SYSTEM_PATHS];
    struct source device[DEVICES];
};

static int clone_tree(int directory, const char *path)
{
    return (int)syscall(SYS_open_tree, directory, path,
                        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

static int restrict_tree(int tree, uint64_t attributes)
{
    struct mount_attr wanted = {.attr_set = attributes};
    return (int)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &wanted,
                        sizeof wanted);
}

/** Both ends by descriptor, so that no path is resolved twice. Closes both. */
static int attach(int tree, int mount_point)
{
    int failed = (int)syscall(SYS_move_mount, tree, "", mount_point, "",
                              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    int reason = errno;
    close(tree);
    close(mount_point);
    errno = reason;
    return failed;
}

/** A missing path leaves an empty source: not every system has every directory. */
static void open_source(const struct launch *launch, const char *path, uint64_t attributes,
                        struct source *source)
{
    struct stat status;
    source->tree = -1;
    if (lstat(path, &status) != 0)
        return;
    source->directory = S_ISDIR(status.st_mode);
    if (S_ISLNK(status.st_mode)) {
        ssize_t length = readlink(path, source->link, sizeof source->link - 1);
        if (length < 0)
            launch_fail(launch, SETUP_SYSTEM_PATH, path);
        source->link[length] = '\0';
        return;
    }
    source->tree = clone_tree(AT_FDCWD, path);
    if (source->tree < 0 || restrict_tree(source->tree, attributes) != 0)
        launch_fail(launch, SETUP_SYSTEM_PATH, path);
}

static void open_devices(const struct launch *launch, struct sources *sources)
{
    for (size_t i = 0; i < DEVICES; i++) {
        char path[16] = "/dev/";
        memcpy(path + 5, devices[i], strlen(devices[i]) + 1);
        open_source(launch, path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, &sources->device[i]);
    }
}

static void open_places(const struct launch *launch)
{
    for (size_t i = 0; i < launch->spec->place_count; i++) {
        const struct place *place = &launch->spec->places[i];
        int source = -1;
        if (place->kind == PLACE_COPY)
            source = open(place->host, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (place->kind == PLACE_READ_ONLY)
            source = clone_tree(AT_FDCWD, place->host);
        if (place->kind != PLACE_DIRECTORY && source < 0)
            launch_fail(launch, SETUP_HOST_PATH, place->host);
        if (place->kind == PLACE_READ_ONLY &&
            restrict_tree(source, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) != 0)
            launch_fail(launch, SETUP_MOUNT, place->host);
        launch->place_sources[i] = source;
    }
}

static void open_sources(const struct launch *launch, struct sources *sources)
{
    for (size_t i = 0; i < SYSTEM_PATHS; i++)
        open_source(launch, system_paths[i],
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, &sources->system[i]);
    open_devices(launch, sources);
    open_places(launch);
}

/** Mounts a tmpfs over a directory of the old root that nobody needs any more, and opens it. */
static int mount_tmpfs(const struct launch *launch, const char *over, const char *options)
{
    if (mount("tmpfs", over, "tmpfs", FLAG_NOSUID | FLAG_NODEV, options) != 0)
        launch_fail(launch, SETUP_MOUNT, over);
    int directory = open(over, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        launch_fail(launch, SETUP_MOUNT, over);
    return directory;
}

/** Opens @p name below @p parent, a real directory, making it when it is missing. */
static int step_into(int parent, const char *name)
{
    const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int child = openat(parent, name, flags);
    if (child >= 0 || errno != ENOENT)
        return child;
    if (mkdirat(parent, name, 0755) != 0)
        return -1;
    return openat(parent, name, flags);
}

/**
 * Opens the mount point @p inside below the new root. No component may be a symbolic link: a copied
 * repository could have planted one to make us write elsewhere.
 */
static int open_mount_point(int root, const char *inside, bool directory)
{
    char name[NAME_MAX + 1];
    int current = fcntl(root, F_DUPFD_CLOEXEC, 3);
    while (current >= 0 && *inside == '/') {
        inside++;
        size_t length = strcspn(inside, "/");
        memcpy(name, inside, length);
        name[length] = '\0';
        inside += length;
        int next;
        if (*inside == '/' || directory) {
            next = step_into(current, name);
        } else {
            int made = openat(current, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
            if (made >= 0)
                close(made);
            next = openat(current, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        }
        int reason = errno;
        close(current);
        errno = reason;
        current = next;
    }
    return current;
}

static void show_source(const struct launch *launch, int root, const char *inside,
                        const struct source *source)
{
    if (source->link[0] != '\0') {
        int parent = root;
        const char *name = inside + 1;
        if (strncmp(inside, "/etc/", 5) == 0) {
            parent = step_into(root, "etc");
            name = inside + 5;
        }
        if (parent < 0 || symlinkat(source->link, parent, name) != 0)
            launch_fail(launch, SETUP_SYSTEM_PATH, inside);
        if (parent != root)
            close(parent);
        return;
    }
    if (source->tree < 0)
        return;
    int point = open_mount_point(root, inside, source->directory);
    if (point < 0 || attach(source->tree, point) != 0)
        launch_fail(launch, SETUP_SYSTEM_PATH, inside);
}

static void write_file(const struct launch *launch, int root, const char *path, const char *text)
{
    int file = openat(root, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_t size = strlen(text);
    if (file < 0 || write(file, text, size) != (ssize_t)size)
        launch_fail(launch, SETUP_ROOT, path);
    close(file);
}

static void make_link(const struct launch *launch, int root, const char *target, const char *path)
{
    if (symlinkat(target, root, path) != 0)
        launch_fail(launch, SETUP_ROOT, path);
}

static void make_system(const struct launch *launch, int root, const struct sources *sources)
{
    static const char *const directories[] = {"dev", "etc", "proc", "var"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        if (mkdirat(root, directories[i], 0755) != 0)
            launch_fail(launch, SETUP_ROOT, directories[i]);
    for (size_t i = 0; i < SYSTEM_PATHS; i++)
        show_source(launch, root, system_paths[i], &sources->system[i]);
    for (size_t i = 0; i < DEVICES; i++) {
        char path[16] = "/dev/";
        memcpy(path + 5, devices[i], strlen(devices[i]) + 1);
        show_source(launch, root, path, &sources->device[i]);
    }
    make_link(launch, root, "/proc/self/fd", "dev/fd");
    make_link(launch, root, "/proc/self/fd/0", "dev/stdin");
    make_link(launch, root, "/proc/self/fd/1", "dev/stdout");
    make_link(launch, root, "/proc/self/fd/2", "dev/stderr");
    make_link(launch, root, "/tmp", "var/tmp");
    write_file(launch, root, "etc/passwd",
               "learner:x:1000:1000:learner:/tmp:/bin/sh\n"
               "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    write_file(launch, root, "etc/group", "learner:x:1000:\nnogroup:x:65534:\n");
    write_file(launch, root, "etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
    write_file(launch, root, "etc/hosts", "127.0.0.1 localhost\n");
}

/** A directory of the disk that belongs to the program. Returns an open descriptor. */
static int make_disk_directory(const struct launch *launch, int disk, const char *name, mode_t mode)
{
    if (mkdirat(disk, name, 0700) != 0)
        launch_fail(launch, SETUP_PLACE, name);
    int directory = openat(disk, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0 || fchmod(directory, mode) != 0)
        launch_fail(launch, SETUP_PLACE, name);
    if (launch->privileged && fchown(directory, launch->host_uid, launch->host_gid) != 0)
        launch_fail(launch, SETUP_PLACE, name);
    return directory;
}

static void show_disk_directory(const struct launch *launch, int root, int disk, const char *name,
                                const char *inside)
{
    int tree = clone_tree(disk, name);
    int point = tree < 0 ? -1 : open_mount_point(root, inside, true);
    if (point < 0 || attach(tree, point) != 0)
        launch_fail(launch, SETUP_PLACE, inside);
}

static void copy_place(const struct launch *launch, int source, int target)
{
    struct tree_copy_options options = {.give_away = launch->privileged,
                                        .owner = launch->host_uid,
                                        .group = launch->host_gid,
                                        .bytes_left = UINT64_MAX,
                                        .files_left = UINT64_MAX};
    if (tree_copy(launch->copier, source, target, &options) != 0)
        launch_fail(launch, SETUP_COPY, tree_copier_subject(launch->copier));
    close(source);
}

/** Decimal digits of a place's index, the name of its directory on the disk. */
static void name_of_index(size_t index, char name[static 24])
{
    char digits[24];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    for (size_t i = 0; i < count; i++)
        name[i] = digits[count - 1 - i];
    name[count] = '\0';
}

static void make_place(const struct launch *launch, int root, int disk, size_t index)
{
    const struct place *place = &launch->spec->places[index];
    if (place->kind == PLACE_READ_ONLY) {
        struct stat status;
        int tree = launch->place_sources[index];
        if (fstat(tree, &status) != 0)
            launch_fail(launch, SETUP_HOST_PATH, place->host);
        int point = open_mount_point(root, place->inside, S_ISDIR(status.st_mode));
        if (point < 0 || attach(tree, point) != 0)
            launch_fail(launch, SETUP_PLACE, place->inside);
        return;
    }
    char name[24];
    name_of_index(index, name);
    int directory = make_disk_directory(launch, disk, name, index == 0 ? 01777 : 0755);
    if (place->kind == PLACE_COPY)
        copy_place(launch, launch->place_sources[index], directory);
    close(directory);
    show_disk_directory(launch, root, disk, name, place->inside);
}

static void enter_root(const struct launch *launch, int root)
{
    // The new root is stacked on the old one, which then is detached from below it.
    if (fchdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", FLAG_DETACH) != 0 || chdir("/") != 0)
        launch_fail(launch, SETUP_ROOT, NULL);
    struct mount_attr wanted = {.attr_set = MOUNT_ATTR_RDONLY};
    if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &wanted, sizeof wanted) != 0)
        launch_fail(launch, SETUP_ROOT, "/");
}

void view_build(const struct launch *launch, struct view *view)
{
    struct sources sources;
    memset(&sources, 0, sizeof sources);
    if (mount(NULL, "/", NULL, FLAG_REC | FLAG_PRIVATE, NULL) != 0)
        launch_fail(launch, SETUP_MOUNT, "/");
    open_sources(launch, &sources);
    // Every system has these two; what they hide has been opened already.
    view->disk = mount_tmpfs(launch, "/etc", launch->disk_options);
    int root = mount_tmpfs(launch, "/usr", launch->root_options);
    make_system(launch, root, &sources);
    int shm = make_disk_directory(launch, view->disk, "shm", 01777);
    close(shm);
    show_disk_directory(launch, root, view->disk, "shm", "/dev/shm");
    for (size_t i = 0; i < launch->spec->place_count; i++)
        make_place(launch, root, view->disk, i);
    if (fchdir(root) != 0 || mount("proc", "proc", "proc", FLAG_NOSUID | FLAG_NODEV | FLAG_NOEXEC,
                                   "hidepid=4,subset=pid") != 0)
        launch_fail(launch, SETUP_PROC, NULL);
    view->proc = openat(root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (view->proc < 0)
        launch_fail(launch, SETUP_PROC, NULL);
    enter_root(launch, root);
    close(root);
}
