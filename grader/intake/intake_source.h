/**
 * @file
 * What a learner or roster may give as source: a folder, or an address of one of five schemes.
 * Pure text; nothing is opened here.
 */
#ifndef GRADER_INTAKE_INTAKE_SOURCE_H
#define GRADER_INTAKE_INTAKE_SOURCE_H

#include <stddef.h>
#include "grader/base/error.h"

enum intake_source_kind {
    INTAKE_SOURCE_FOLDER, /**< a path, or file:// */
    INTAKE_SOURCE_HTTP,   /**< http or https */
    INTAKE_SOURCE_SSH,    /**< ssh:// or user@host:path */
    INTAKE_SOURCE_GIT     /**< git:// */
};

enum { INTAKE_ADDRESS_MAX = 2048, INTAKE_ORIGIN_MAX = 1024, INTAKE_HOST_MAX = 256 };

struct intake_source {
    enum intake_source_kind kind;
    char address[INTAKE_ADDRESS_MAX]; /**< for libgit2, or the folder; may hold a password */
    char origin[INTAKE_ORIGIN_MAX];   /**< for people: no user name, password or query */
    char host[INTAKE_HOST_MAX];       /**< lower case, without port; "" for a folder */
};

/** ERROR_USAGE for anything that is not one of the kinds. */
int intake_source_parse(const char *text, struct intake_source *source, struct error *error);

/** Removes "user:password@" after every "://" in a message, in place. */
void intake_source_redact(char *message);

#endif
