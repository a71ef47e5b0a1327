/** @file Process 1 of the sandbox: sets it up, starts the program, buries the dead. */
#ifndef SANDBOX_INIT_H
#define SANDBOX_INIT_H

#include "launch.h"

/** The signal by which the supervisor ends the run early. */
#define INIT_STOP_SIGNAL SIGUSR1

/** Runs in the new process right after the clone and never returns. */
_Noreturn void init_main(struct launch *launch);

#endif
