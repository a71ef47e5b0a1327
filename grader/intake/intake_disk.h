/**
 * @file
 * How much disk a folder takes at this moment.
 */
#ifndef GRADER_INTAKE_INTAKE_DISK_H
#define GRADER_INTAKE_INTAKE_DISK_H

#include <stdint.h>

/** Allocated bytes below @p path, links not followed; what vanishes meanwhile counts nothing. */
uint64_t intake_disk_usage(const char *path);

#endif
