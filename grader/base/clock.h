/**
 * @file
 * Time: a monotonic clock for durations, the calendar only for the report's "started_at".
 */
#ifndef GRADER_BASE_CLOCK_H
#define GRADER_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/** Nanoseconds of CLOCK_MONOTONIC. */
uint64_t clock_monotonic_ns(void);

/** Now as RFC 3339 in UTC, "2026-05-04T13:37:00Z"; @p text has at least 32 bytes. */
void clock_calendar(char *text);

#endif
