/** @file What the process tree uses, read from outside through the sandbox's own /proc. */
#ifndef SANDBOX_MEASURE_H
#define SANDBOX_MEASURE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tree_usage {
    uint64_t cpu_ns;             /**< living processes and whom they or init have waited for */
    uint64_t memory_bytes;       /**< anonymous and shared memory, and the disk */
    uint64_t largest_peak_bytes; /**< of one process that still lives, with mapped files */
    unsigned processes;
};

/**
 * Pages that processes share (after fork) are counted once each process first; only when that sum
 * is above @p suspicious_bytes is the exact, slower count made.
 */
bool measure_tree(DIR *proc, pid_t init, int disk, uint64_t suspicious_bytes,
                  struct tree_usage *usage);

/** Bytes used on the disk; *full when no byte or no file fits any more. */
uint64_t measure_disk(int disk, bool *full);

#endif
