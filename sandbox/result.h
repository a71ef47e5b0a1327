/** @file What lies behind struct sandbox_result: the disk that the program left. */
#ifndef SANDBOX_RESULT_H
#define SANDBOX_RESULT_H

#include "spec.h"

/** The public result is the first member, so that a pointer to it is a pointer to this. */
struct kept_result {
    struct sandbox_result result;
    int disk;      /**< keeps the tmpfs alive when its namespace is gone; -1: none */
    char **inside; /**< per place its path; NULL for read-only places */
    size_t place_count;
    uint64_t disk_bytes, disk_files;
};

/** NULL when out of memory. */
struct kept_result *kept_result_new(const struct sandbox_spec *spec);

#endif
