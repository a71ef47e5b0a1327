/** @file The program's process between clone and execve. */
#ifndef SANDBOX_PROGRAM_H
#define SANDBOX_PROGRAM_H

#include "launch.h"

/** Entry point for clone(CLONE_VM | CLONE_VFORK): runs on its own stack in init's memory. */
int program_start(void *launch);

#endif
