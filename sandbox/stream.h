/** @file Keeps the first and the last bytes of an output stream and counts all of them. */
#ifndef SANDBOX_STREAM_H
#define SANDBOX_STREAM_H

#include <sandbox/sandbox.h>

enum { STREAM_KEPT = 16 * 1024 };

/** The tail is a ring until stream_finish straightens it. */
struct stream_keeper {
    struct sandbox_stream *stream;
    size_t ring_start;
};

/** Allocates head and tail. False when out of memory. */
bool stream_init(struct stream_keeper *keeper, struct sandbox_stream *stream);
void stream_append(struct stream_keeper *keeper, const char *bytes, size_t size);
/** Puts the tail's bytes into their order. */
void stream_finish(struct stream_keeper *keeper);

#endif
