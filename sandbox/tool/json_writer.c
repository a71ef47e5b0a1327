#include "json_writer.h"

#include <inttypes.h>
#include <string.h>

/** Length of the valid UTF-8 sequence at @p bytes, or 0: no overlong forms, no surrogates. */
static size_t utf8_length(const unsigned char *bytes, size_t size)
{
    unsigned char first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xc2 && first <= 0xdf   ? 2
                    : first >= 0xe0 && first <= 0xef ? 3
                    : first >= 0xf0 && first <= 0xf4 ? 4
                                                     : 0;
    if (length == 0 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (first == 0xe0 && bytes[1] < 0xa0) || (first == 0xf0 && bytes[1] < 0x90);
    bool surrogate = first == 0xed && bytes[1] > 0x9f;
    bool too_large = first == 0xf4 && bytes[1] > 0x8f;
    return overlong || surrogate || too_large ? 0 : length;
}

static void write_ascii(FILE *file, unsigned char byte)
{
    switch (byte) {
    case '"':
        fputs("\\\"", file);
        break;
    case '\\':
        fputs("\\\\", file);
        break;
    case '\n':
        fputs("\\n", file);
        break;
    case '\t':
        fputs("\\t", file);
        break;
    default:
        if (byte < 0x20 || byte == 0x7f)
            fprintf(file, "\\u%04x", byte);
        else
            fputc(byte, file);
    }
}

void json_write_string(FILE *file, const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes;
    const unsigned char *end = at + size;
    fputc('"', file);
    while (at < end) {
        size_t length = utf8_length(at, (size_t)(end - at));
        if (length == 1)
            write_ascii(file, *at);
        else if (length == 0)
            fputs("\\ufffd", file);
        else
            fwrite(at, 1, length, file);
        at += length > 0 ? length : 1;
    }
    fputc('"', file);
}

static void write_text(FILE *file, const char *text)
{
    json_write_string(file, text, strlen(text));
}

void json_write_layers(FILE *file, unsigned layers)
{
    const char *separator = "";
    fputc('[', file);
    for (unsigned bit = 0; bit < 32; bit++) {
        unsigned layer = layers & (1U << bit);
        const char *name = layer != 0 ? sandbox_layer_name(layer) : NULL;
        if (name == NULL)
            continue;
        fputs(separator, file);
        write_text(file, name);
        separator = ", ";
    }
    fputc(']', file);
}

static void write_stream(FILE *file, const char *name, const struct sandbox_stream *stream)
{
    fprintf(file, "  \"%s\": {\"total\": %" PRIu64 ", \"head\": ", name, stream->total);
    json_write_string(file, stream->head, stream->head_size);
    fputs(", \"tail\": ", file);
    json_write_string(file, stream->tail, stream->tail_size);
    fputs("},\n", file);
}

static void write_denials(FILE *file, const struct sandbox_result *result)
{
    fprintf(file, "  \"denials_observed\": %s,\n  \"denials\": [",
            result->denials_observed ? "true" : "false");
    for (size_t i = 0; i < result->denial_count; i++) {
        const struct sandbox_denial *denial = &result->denials[i];
        fputs(i == 0 ? "\n    {\"syscall\": " : ",\n    {\"syscall\": ", file);
        write_text(file, denial->syscall);
        fprintf(file, ", \"number\": %d, \"count\": %" PRIu64 ", \"arguments\": [", denial->number,
                denial->count);
        // As text: a 64-bit number would lose digits in most JSON readers.
        for (size_t k = 0; k < 6; k++)
            fprintf(file, "%s\"0x%" PRIx64 "\"", k == 0 ? "" : ", ", denial->arguments[k]);
        fputs("], \"explanation\": ", file);
        write_text(file, denial->explanation);
        fputc('}', file);
    }
    fputs("],\n", file);
}

void json_write_result(FILE *file, const struct sandbox_result *result)
{
    const struct sandbox_usage *usage = &result->usage;
    fputs("{\n  \"outcome\": ", file);
    write_text(file, sandbox_outcome_name(result->outcome));
    fputs(",\n", file);
    if (result->outcome == SANDBOX_EXITED)
        fprintf(file, "  \"exit_code\": %d,\n", result->exit_code);
    if (result->outcome == SANDBOX_SIGNALED)
        fprintf(file, "  \"signal\": %d,\n", result->signal);
    if (result->outcome == SANDBOX_CANNOT_START) {
        fputs("  \"start_error\": ", file);
        write_text(file, strerror(result->start_errno));
        fputs(",\n", file);
    }
    fprintf(file,
            "  \"cpu_time_ns\": %" PRIu64 ",\n  \"wall_time_ns\": %" PRIu64
            ",\n  \"peak_memory_bytes\": %" PRIu64 ",\n  \"memory_sampled\": %s,\n",
            usage->cpu_time_ns, usage->wall_time_ns, usage->peak_memory_bytes,
            usage->memory_sampled ? "true" : "false");
    fprintf(file, "  \"disk_full\": %s,\n", result->disk_full ? "true" : "false");
    write_stream(file, "standard_output", &result->standard_output);
    write_stream(file, "standard_error", &result->standard_error);
    write_denials(file, result);
    fputs("  \"layers\": ", file);
    json_write_layers(file, result->layers);
    fputs("\n}\n", file);
}
