#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/** What one process contributes. */
struct process_usage {
    uint64_t cpu_ns;
    uint64_t anonymous, shared, peak; /**< bytes */
};

/** A process may be gone at any moment: then the text is empty. */
static bool read_text(int directory, const char *path, char *text, size_t size)
{
    text[0] = '\0';
    int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t length = read(file, text, size - 1);
    close(file);
    if (length <= 0)
        return false;
    text[length] = '\0';
    return true;
}

static bool read_process_text(int proc, const char *process, const char *name, char *text,
                              size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "%.20s/%s", process, name);
    return read_text(proc, path, text, size);
}

/** Value in bytes of a line "Name:  123 kB". */
static uint64_t kilobytes(const char *text, const char *name)
{
    const char *line = strstr(text, name);
    return line == NULL ? 0 : strtoull(line + strlen(name), NULL, 10) * 1024;
}

struct stat_times {
    uint64_t own_ticks, children_ticks;
    unsigned threads;
};

static bool parse_stat(const char *text, struct stat_times *times)
{
    const char *after_name = strrchr(text, ')'); // the name may hold anything
    unsigned long long user, system;
    long long children_user, children_system, threads;
    if (after_name == NULL ||
        sscanf(after_name + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d %lld",
               &user, &system, &children_user, &children_system, &threads) != 5)
        return false;
    times->own_ticks = user + system;
    times->children_ticks = (uint64_t)(children_user + children_system);
    times->threads = (unsigned)threads;
    return true;
}

static uint64_t ticks_to_ns(uint64_t ticks)
{
    static long per_second;
    if (per_second == 0)
        per_second = sysconf(_SC_CLK_TCK);
    return ticks * (UINT64_C(1000000000) / (uint64_t)per_second);
}

/** Clock ticks are coarse (10 ms, rounded down twice); one thread alone has an exact counter. */
static bool measure_cpu(int proc, const char *process, uint64_t *cpu_ns)
{
    char text[1024];
    struct stat_times times;
    if (!read_process_text(proc, process, "stat", text, sizeof text) || !parse_stat(text, &times))
        return false;
    uint64_t own = ticks_to_ns(times.own_ticks);
    if (times.threads == 1 && read_process_text(proc, process, "schedstat", text, sizeof text)) {
        uint64_t exact = strtoull(text, NULL, 10);
        own = exact > own ? exact : own;
    }
    *cpu_ns = own + ticks_to_ns(times.children_ticks);
    return true;
}

static bool measure_process(int proc, const char *process, struct process_usage *usage)
{
    char text[4096];
    if (!measure_cpu(proc, process, &usage->cpu_ns) ||
        !read_process_text(proc, process, "status", text, sizeof text))
        return false;
    usage->anonymous = kilobytes(text, "\nRssAnon:") + kilobytes(text, "\nVmSwap:");
    usage->shared = kilobytes(text, "\nRssShmem:");
    usage->peak = kilobytes(text, "\nVmHWM:");
    return true;
}

/** Each page divided by the number of its users: walks the page tables, so only when in doubt. */
static void measure_shares(int proc, const char *process, struct process_usage *usage)
{
    char text[2048];
    if (!read_process_text(proc, process, "smaps_rollup", text, sizeof text))
        return;
    usage->anonymous = kilobytes(text, "\nPss_Anon:") + kilobytes(text, "\nSwapPss:");
    usage->shared = kilobytes(text, "\nPss_Shmem:");
}

uint64_t measure_disk(int disk, bool *full)
{
    struct statvfs status;
    if (disk < 0 || fstatvfs(disk, &status) != 0)
        return 0;
    if (status.f_bavail == 0 || status.f_favail == 0)
        *full = true;
    return (uint64_t)(status.f_blocks - status.f_bfree) * status.f_frsize;
}

/** What init has inherited from those it has buried. */
static uint64_t cpu_of_buried(pid_t init)
{
    char path[64];
    char text[1024];
    struct stat_times times;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)init);
    if (!read_text(AT_FDCWD, path, text, sizeof text) || !parse_stat(text, &times))
        return 0;
    return ticks_to_ns(times.children_ticks);
}

/** One pass over all processes but init. */
static void add_up(DIR *proc, bool exact, struct tree_usage *usage, struct process_usage *sum)
{
    *sum = (struct process_usage){0};
    usage->processes = 0;
    rewinddir(proc);
    const struct dirent *entry;
    while ((entry = readdir(proc)) != NULL) {
        const char *process = entry->d_name;
        struct process_usage one;
        if (process[0] < '0' || process[0] > '9' || strcmp(process, "1") == 0)
            continue;
        if (!measure_process(dirfd(proc), process, &one))
            continue;
        if (exact)
            measure_shares(dirfd(proc), process, &one);
        usage->processes++;
        sum->cpu_ns += one.cpu_ns;
        sum->anonymous += one.anonymous;
        sum->shared += one.shared;
        if (one.peak > usage->largest_peak_bytes)
            usage->largest_peak_bytes = one.peak;
    }
}

bool measure_tree(DIR *proc, pid_t init, int disk, uint64_t suspicious_bytes,
                  struct tree_usage *usage)
{
    struct process_usage sum;
    bool full = false;
    uint64_t on_disk = measure_disk(disk, &full);
    add_up(proc, false, usage, &sum);
    if (usage->processes > 1 && sum.anonymous + sum.shared + on_disk > suspicious_bytes)
        add_up(proc, true, usage, &sum);
    usage->cpu_ns = sum.cpu_ns + cpu_of_buried(init);
    // Mapped files of the disk are in both numbers; the larger one bounds their union well enough.
    usage->memory_bytes = sum.anonymous + (sum.shared > on_disk ? sum.shared : on_disk);
    return full;
}
