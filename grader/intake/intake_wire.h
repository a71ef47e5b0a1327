/**
 * @file
 * The record that the confined process sends to its parent.
 */
#ifndef GRADER_INTAKE_INTAKE_WIRE_H
#define GRADER_INTAKE_INTAKE_WIRE_H

#include <limits.h>
#include <stdint.h>
#include "grader/intake/intake.h"

enum intake_record_type {
    INTAKE_RECORD_PROGRESS = 1,
    INTAKE_RECORD_FINDING,
    INTAKE_RECORD_ANSWER,
    INTAKE_RECORD_ERROR
};

struct intake_record {
    uint32_t type;
    int32_t error_kind;
    uint64_t done;
    uint64_t total;
    char word[32];                 /**< kind of finding, or what is in progress */
    char path[256];                /**< of a finding */
    char text[ERROR_MESSAGE_MAX];  /**< message of a finding or error */
    char commit[INTAKE_HASH_MAX];  /**< of the answer */
    char content[INTAKE_HASH_MAX]; /**< of the answer */
};

_Static_assert(sizeof(struct intake_record) <= PIPE_BUF, "a record must go in one piece");

#endif
