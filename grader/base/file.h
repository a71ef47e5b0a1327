/**
 * @file
 * Files and directories: bounded reads, writes that are whole or absent, trees.
 */
#ifndef GRADER_BASE_FILE_H
#define GRADER_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/base/error.h"

/** Longest path that we build; longer ones are ERROR_USAGE. */
enum { FILE_PATH_MAX = 4096 };

/** Joins two parts with a slash into @p path (FILE_PATH_MAX bytes). */
int file_join(char *path, const char *directory, const char *name, struct error *error);

/** Reads a regular file of at most @p maximum bytes; *data is NUL-terminated and owned by the
 * caller. A larger file, a directory, a FIFO is ERROR_USAGE. */
int file_read(const char *path, size_t maximum, char **data, size_t *size, struct error *error);

/** The same from an open descriptor, from its current place; does not close it. */
int file_read_fd(int fd, size_t maximum, char **data, size_t *size, struct error *error);

/** Writes the file so that it is there whole or not at all: temporary file beside it, fsync,
 * rename, fsync of the directory. An existing file is replaced. */
int file_write_atomic(const char *path, const void *data, size_t size, struct error *error);

/** Writes a new or truncated file plainly (scratch data of our own). */
int file_write(const char *path, const void *data, size_t size, struct error *error);

/** mkdir -p; existing directories are fine. */
int file_make_directories(const char *path, struct error *error);

/** Makes a private directory (mode 700) below $TMPDIR or /tmp; @p path has FILE_PATH_MAX bytes. */
int file_make_scratch(char *path, const char *prefix, struct error *error);

/** Removes a tree without following links; missing is fine. Does not recurse on the stack deeper
 * than the tree's depth allows (64 levels of descriptors). Errors are reported, what can be removed
 * is. */
int file_remove_tree(const char *path, struct error *error);

bool file_exists(const char *path);
bool file_is_directory(const char *path);

#endif
