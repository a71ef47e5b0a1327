/**
 * @file
 * Reads the outputs of one case from what the learner's program left behind.
 */
#ifndef GRADER_EXCHANGE_OUTPUT_FOLDER_H
#define GRADER_EXCHANGE_OUTPUT_FOLDER_H

#include "grader/base/error.h"
#include "grader/exchange/array_file.h"

/** Opens a file of the folder for reading, or returns a negative errno: -ENOENT not there, -ELOOP
 * a link, -EINVAL not a regular file, -EFBIG larger than @p maximum_bytes. */
typedef int output_open(void *payload, const char *file, size_t maximum_bytes);

enum output_state {
    OUTPUT_READ,     /**< the array is there */
    OUTPUT_MISSING,  /**< no file for it */
    OUTPUT_MALFORMED /**< a file is there, but is not an array: message */
};

struct output_reading {
    enum output_state state;
    struct ref_array array;          /**< owned when OUTPUT_READ */
    char file[ARRAY_NAME_MAX + 8];   /**< "theta.csv", or "" when missing */
    char message[ERROR_MESSAGE_MAX]; /**< when OUTPUT_MALFORMED */
};

/**
 * Reads output @p name: NAME.csv, NAME.npy, NAME.json, or the member NAME of output.json, whichever
 * is there (more than one is malformed: nobody can tell which is meant; but an output.json that
 * cannot be read does not count against an output with a file of its own). The limits are those of
 * this output; output.json may have ARRAY_SET_MAX times as many bytes. Only our own failures
 * (memory) are errors; what the learner did is in *reading.
 */
int output_folder_read(output_open *open_file, void *payload, const char *name,
                       const struct array_limits *limits, struct output_reading *reading,
                       struct error *error);

void output_reading_release(struct output_reading *reading);

#endif
