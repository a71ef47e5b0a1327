#include "stream.h"

#include <stdlib.h>
#include <string.h>

bool stream_init(struct stream_keeper *keeper, struct sandbox_stream *stream)
{
    *keeper = (struct stream_keeper){.stream = stream};
    stream->head = malloc(STREAM_KEPT);
    stream->tail = malloc(STREAM_KEPT);
    return stream->head != NULL && stream->tail != NULL;
}

static void append_to_ring(struct stream_keeper *keeper, const char *bytes, size_t size)
{
    struct sandbox_stream *stream = keeper->stream;
    if (size > STREAM_KEPT) {
        bytes += size - STREAM_KEPT;
        size = STREAM_KEPT;
    }
    size_t end = (keeper->ring_start + stream->tail_size) % STREAM_KEPT;
    size_t until_wrap = STREAM_KEPT - end;
    size_t first = size < until_wrap ? size : until_wrap;
    memcpy(stream->tail + end, bytes, first);
    memcpy(stream->tail, bytes + first, size - first);
    size_t filled = stream->tail_size + size;
    if (filled > STREAM_KEPT) {
        keeper->ring_start = (keeper->ring_start + filled - STREAM_KEPT) % STREAM_KEPT;
        filled = STREAM_KEPT;
    }
    stream->tail_size = filled;
}

void stream_append(struct stream_keeper *keeper, const char *bytes, size_t size)
{
    struct sandbox_stream *stream = keeper->stream;
    stream->total += size;
    size_t room = STREAM_KEPT - stream->head_size;
    size_t first = size < room ? size : room;
    memcpy(stream->head + stream->head_size, bytes, first);
    stream->head_size += first;
    if (size > first)
        append_to_ring(keeper, bytes + first, size - first);
}

/** Reverses bytes [from, to). Three reversals rotate in place. */
static void reverse(char *bytes, size_t from, size_t to)
{
    while (from + 1 < to) {
        char kept = bytes[from];
        bytes[from++] = bytes[--to];
        bytes[to] = kept;
    }
}

void stream_finish(struct stream_keeper *keeper)
{
    if (keeper->ring_start == 0)
        return;
    char *tail = keeper->stream->tail;
    reverse(tail, 0, keeper->ring_start);
    reverse(tail, keeper->ring_start, STREAM_KEPT);
    reverse(tail, 0, STREAM_KEPT);
    keeper->ring_start = 0;
}
