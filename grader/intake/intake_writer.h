/**
 * @file
 * Copies one file's bytes into the work tree, hashing and inspecting them on the way.
 */
#ifndef GRADER_INTAKE_INTAKE_WRITER_H
#define GRADER_INTAKE_INTAKE_WRITER_H

#include <sodium.h>
#include "grader/intake/intake_child.h"
#include "grader/intake/intake_list.h"

enum { INTAKE_HEAD_SIZE = 1024 };

struct intake_writer {
    int fd; /**< -1: only hashed */
    crypto_generichash_state hash;
    char head[INTAKE_HEAD_SIZE]; /**< first bytes, for inspection */
    uint64_t size;
};

/** Begins the file below the open folder @p root, making the folders in between; nothing that is
 * there is followed or replaced. @p root -1: hash only. */
int intake_writer_open(struct intake_writer *writer, int root, const struct intake_file *file,
                       struct error *error);
int intake_writer_append(struct intake_writer *writer, const void *bytes, size_t size,
                         struct error *error);

/** Sets the file's size and digest; with a @p channel, reports what is unusual about the bytes. */
int intake_writer_close(struct intake_writer *writer, struct intake_file *file,
                        struct intake_channel *channel, struct error *error);

#endif
