/**
 * @file
 * The files of a submission, listed and counted before the first byte is written.
 */
#ifndef GRADER_INTAKE_INTAKE_LIST_H
#define GRADER_INTAKE_INTAKE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grader/intake/intake.h"

enum { INTAKE_ID_SIZE = 20, INTAKE_DIGEST_SIZE = 32 };

struct intake_file {
    char *path; /**< relative, owned */
    uint64_t size;
    bool executable;
    unsigned char id[INTAKE_ID_SIZE];         /**< of the blob; zeros in a plain folder */
    unsigned char digest[INTAKE_DIGEST_SIZE]; /**< of the bytes; set when they are copied */
};

struct intake_list {
    const struct intake_limits *limits;
    struct intake_file *files;
    size_t count;
    size_t capacity;
    size_t entries; /**< files, folders, links: everything that was looked at */
    uint64_t bytes;
};

/** Lists are made in the confined process only, and end with it: nothing is to be released. */
void intake_list_init(struct intake_list *list, const struct intake_limits *limits);

/** Counts one entry of a folder at @p depth (the root has depth 1) before anything is done with it:
 * ERROR_SUBMISSION beyond a limit. */
int intake_list_enter(struct intake_list *list, unsigned depth, struct error *error);

/** Adds a regular file. @p id may be NULL. ERROR_SUBMISSION when it or the sum is too large. */
int intake_list_add(struct intake_list *list, const char *path, uint64_t size, bool executable,
                    const unsigned char *id, struct error *error);

/** Sorts by path and writes the digest over (path, mode, size, digest of bytes) of every file as
 * hexadecimal text. */
int intake_list_digest(struct intake_list *list, char text[INTAKE_HASH_MAX], struct error *error);

/** Joins a folder's path ("" for the root) and a name; ERROR_SUBMISSION when longer than paths may
 * be. @p path has FILE_PATH_MAX bytes. */
int intake_list_path(char *path, const char *folder, const char *name, struct error *error);

/** A size for people: "12 bytes", "3.4 MB". */
void intake_format_size(char *text, size_t capacity, uint64_t bytes);

#endif
