/** @file The caller's side of a running sandbox: one loop that watches everything. */
#ifndef SANDBOX_SUPERVISE_H
#define SANDBOX_SUPERVISE_H

#include "launch.h"

/** A started sandbox; descriptors are -1 when absent and are owned here. */
struct supervisor {
    const struct launch *launch;
    struct sandbox_result *result;
    pid_t init;
    int init_handle; /**< pidfd */
    int control;
    int output, error; /**< read ends, non-blocking */
    int disk, proc, listener;
};

void supervisor_init(struct supervisor *supervisor);
void supervisor_release(struct supervisor *supervisor);

/** Returns when init, and with it every process, is dead and reaped. The result is complete but for
 * the places. */
int supervise(struct supervisor *supervisor, struct sandbox_error *error);

#endif
