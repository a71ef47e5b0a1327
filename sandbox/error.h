/** @file Filling the caller's struct sandbox_error. */
#ifndef SANDBOX_ERROR_H
#define SANDBOX_ERROR_H

#include <sandbox/sandbox.h>

/** Writes one line into @p error (may be NULL) and returns @p status. */
int sandbox_error_set(struct sandbox_error *error, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
