/** @file Giving up every privilege, for good. */
#ifndef SANDBOX_CAPABILITIES_H
#define SANDBOX_CAPABILITIES_H

/** Empties all five capability sets and sets no_new_privs. 0, or -1 with errno. */
int capabilities_drop(void);

#endif
