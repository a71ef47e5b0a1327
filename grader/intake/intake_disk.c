#include "grader/intake/intake_disk.h"

#include <ftw.h>
#include <stddef.h>
#include <sys/stat.h>

// nftw passes no payload to its callback.
static _Thread_local uint64_t sum;

static int add(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)path;
    (void)walk;
    if (type == FTW_F)
        sum += (uint64_t)status->st_blocks * 512;
    return 0;
}

uint64_t intake_disk_usage(const char *path)
{
    sum = 0;
    (void)nftw(path, add, 16, FTW_PHYS);
    return sum;
}
