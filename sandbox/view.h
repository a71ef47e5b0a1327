/**
 * @file
 * The file system that the program sees, built by init inside its own mount namespace:
 *
 *     /usr /bin /sbin /lib*      the host's, read-only
 *     /etc                       passwd, group made here; the linker's cache and a few more
 *     /dev                       null zero full random urandom; shm on the disk
 *     /proc                      of this pid namespace only, processes only
 *     /tmp and the spec's places
 *
 * The root is a small read-only tmpfs. Everything writable is a directory of one other tmpfs, "the
 * disk", of limited size. Nothing else of the host can be reached: the old root is detached.
 */
#ifndef SANDBOX_VIEW_H
#define SANDBOX_VIEW_H

#include "launch.h"

/** Descriptors that stay useful when the view is complete. */
struct view {
    int disk; /**< root of the disk: directory "N" is place N, "shm" is /dev/shm */
    int proc;
};

/** Leaves by launch_fail when something cannot be done. */
void view_build(const struct launch *launch, struct view *view);

#endif
