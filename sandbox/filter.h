/** @file The system-call filter of a profile, built once per process. */
#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

#include <sandbox/sandbox.h>

#include <linux/filter.h>

/** A BPF program for seccomp(2). Owned by this module, valid for ever. */
struct filter {
    struct sock_fprog observed;   /**< denied calls wait for the supervisor's answer */
    struct sock_fprog unobserved; /**< denied calls fail with EPERM; nobody is told */
};

/** The filter of @p profile, or NULL with @p error. Thread-safe. */
const struct filter *filter_of_profile(enum sandbox_profile profile, struct sandbox_error *error);

#endif
