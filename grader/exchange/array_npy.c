/*
 * NPY, the array file of NumPy: 6 bytes of magic, 2 of version, the header's length, the header,
 * the numbers. The header is a Python dictionary literal with exactly three keys:
 *
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }
 *
 * Nothing in it is believed: the numbers must fill the rest of the file exactly.
 */
#include "grader/exchange/array_file.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "grader/exchange/text_fault.h"

static const char magic[] = "\x93NUMPY";
enum { MAGIC_SIZE = 6, DIMENSIONS_MAX = 32, ALIGNMENT = 64 };

enum header_key { KEY_DESCR = 1, KEY_ORDER = 2, KEY_SHAPE = 4, KEY_ALL = 7 };

struct npy_reader {
    const unsigned char *bytes;
    size_t size; // of the file
    const char *file;
    size_t offset;     // next unread byte of the header
    size_t header_end; // the first number
    char kind;         // 'f', 'i', 'u', 'b'
    size_t width;      // bytes of one number
    bool big_endian;
    bool fortran_order;
    size_t dimensions[DIMENSIONS_MAX];
    size_t dimension_count;
};

__attribute__((format(printf, 3, 4))) static int fault(const struct npy_reader *reader,
                                                       struct error *error, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return error_set(error, ERROR_SUBMISSION, "%s: %s", reader->file, message);
}

static int header_fault(const struct npy_reader *reader, struct error *error, const char *expected)
{
    char quoted[TEXT_QUOTE_MAX];
    return fault(reader, error, "byte %zu of the header: expected %s, found %s", reader->offset,
                 expected,
                 text_quote(quoted, (const char *)reader->bytes + reader->offset,
                            reader->header_end - reader->offset));
}

static void skip_blanks(struct npy_reader *reader)
{
    while (reader->offset < reader->header_end &&
           (reader->bytes[reader->offset] == ' ' || reader->bytes[reader->offset] == '\n'))
        reader->offset++;
}

/* Takes the character if it comes next, after blanks. */
static bool take(struct npy_reader *reader, char c)
{
    skip_blanks(reader);
    if (reader->offset >= reader->header_end || reader->bytes[reader->offset] != (unsigned char)c)
        return false;
    reader->offset++;
    return true;
}

static bool take_word(struct npy_reader *reader, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(reader);
    if (reader->header_end - reader->offset < length ||
        memcmp(reader->bytes + reader->offset, word, length) != 0)
        return false;
    reader->offset += length;
    return true;
}

/* A quoted string without escapes, at most 15 characters. */
static bool take_string(struct npy_reader *reader, char text[16])
{
    char quote = take(reader, '\'') ? '\'' : take(reader, '"') ? '"' : '\0';
    if (quote == '\0')
        return false;
    for (size_t i = 0; i < 16 && reader->offset < reader->header_end; i++) {
        char c = (char)reader->bytes[reader->offset++];
        text[i] = c == quote ? '\0' : c;
        if (c == quote)
            return true;
    }
    return false;
}

static int set_type(struct npy_reader *reader, const char *type, struct error *error)
{
    static const char *const known[] = {"f4", "f8", "i1", "i2", "i4", "i8",
                                        "u1", "u2", "u4", "u8", "b1"};
    bool order_known = type[0] == '<' || type[0] == '>' || type[0] == '|';
    for (size_t i = 0; order_known && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(type + 1, known[i]) != 0)
            continue;
        reader->kind = type[1];
        reader->width = (size_t)(type[2] - '0');
        reader->big_endian = type[0] == '>';
        if (type[0] == '|' && reader->width > 1)
            break;
        return 0;
    }
    char quoted[TEXT_QUOTE_MAX];
    const char *hint = type[0] != '\0' && type[1] == 'c'   ? "; write the real part"
                       : type[0] != '\0' && type[1] == 'O' ? "; these are Python objects"
                                                           : "";
    return fault(reader, error, "type %s is not float32, float64, an integer or bool%s",
                 text_quote(quoted, type, strlen(type)), hint);
}

static int read_type(struct npy_reader *reader, struct error *error)
{
    if (take(reader, '['))
        return fault(reader, error, "structured arrays are not allowed; write plain numbers");
    char type[16];
    if (!take_string(reader, type))
        return header_fault(reader, error, "a type like '<f8'");
    return set_type(reader, type, error);
}

/* One length of the shape; Python 2 wrote 3L. */
static bool take_length(struct npy_reader *reader, size_t *length)
{
    skip_blanks(reader);
    size_t digits = 0, value = 0;
    while (reader->offset < reader->header_end && reader->bytes[reader->offset] >= '0' &&
           reader->bytes[reader->offset] <= '9') {
        size_t digit = (size_t)(reader->bytes[reader->offset] - '0');
        if (__builtin_mul_overflow(value, (size_t)10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
        reader->offset++;
        digits++;
    }
    if (digits > 0 && reader->offset < reader->header_end && reader->bytes[reader->offset] == 'L')
        reader->offset++;
    *length = value;
    return digits > 0;
}

static int read_shape(struct npy_reader *reader, struct error *error)
{
    if (!take(reader, '('))
        return header_fault(reader, error, "a shape like (3, 2)");
    while (!take(reader, ')')) {
        if (reader->dimension_count == DIMENSIONS_MAX)
            return fault(reader, error, "more than %d dimensions", DIMENSIONS_MAX);
        size_t *length = &reader->dimensions[reader->dimension_count];
        if (!take_length(reader, length))
            return header_fault(reader, error, "a length");
        reader->dimension_count++;
        if (take(reader, ','))
            continue;
        if (reader->dimension_count < 2 || !take(reader, ')'))
            return header_fault(reader, error, "a comma");
        break;
    }
    return 0;
}

static int read_order(struct npy_reader *reader, struct error *error)
{
    if (take_word(reader, "True"))
        reader->fortran_order = true;
    else if (!take_word(reader, "False"))
        return header_fault(reader, error, "True or False");
    return 0;
}

static int read_member(struct npy_reader *reader, unsigned *seen, struct error *error)
{
    char name[16];
    if (!take_string(reader, name))
        return header_fault(reader, error, "a key in quotes");
    unsigned key = strcmp(name, "descr") == 0           ? KEY_DESCR
                   : strcmp(name, "fortran_order") == 0 ? KEY_ORDER
                   : strcmp(name, "shape") == 0         ? KEY_SHAPE
                                                        : 0;
    char quoted[TEXT_QUOTE_MAX];
    if (key == 0 || (*seen & key) != 0)
        return fault(reader, error, "%s key %s in the header", key == 0 ? "unknown" : "repeated",
                     text_quote(quoted, name, strlen(name)));
    *seen |= key;
    if (!take(reader, ':'))
        return header_fault(reader, error, "a colon");
    if (key == KEY_DESCR)
        return read_type(reader, error);
    return key == KEY_ORDER ? read_order(reader, error) : read_shape(reader, error);
}

static int read_header(struct npy_reader *reader, struct error *error)
{
    unsigned seen = 0;
    if (!take(reader, '{'))
        return header_fault(reader, error, "a dictionary");
    while (!take(reader, '}')) {
        int status = read_member(reader, &seen, error);
        if (status != 0)
            return status;
        if (take(reader, ','))
            continue;
        if (!take(reader, '}'))
            return header_fault(reader, error, "a comma or the end of the dictionary");
        break;
    }
    if (seen != KEY_ALL)
        return fault(reader, error, "the header lacks descr, fortran_order or shape");
    skip_blanks(reader);
    if (reader->offset != reader->header_end)
        return header_fault(reader, error, "nothing after the dictionary");
    return 0;
}

/* Magic, version and the header's length. */
static int read_preamble(struct npy_reader *reader, struct error *error)
{
    if (reader->size < MAGIC_SIZE || memcmp(reader->bytes, magic, MAGIC_SIZE) != 0)
        return fault(reader, error, "not an NPY file (it does not start with \\x93NUMPY)");
    if (reader->size < MAGIC_SIZE + 2)
        return fault(reader, error, "cut off in the header");
    unsigned major = reader->bytes[6], minor = reader->bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return fault(reader, error, "NPY version %u.%u is not 1.0, 2.0 or 3.0", major, minor);
    size_t length_size = major == 1 ? 2 : 4, length = 0;
    reader->offset = MAGIC_SIZE + 2 + length_size;
    if (reader->size < reader->offset)
        return fault(reader, error, "cut off in the header");
    for (size_t i = length_size; i-- > 0;)
        length = length << 8 | reader->bytes[MAGIC_SIZE + 2 + i];
    if (length > reader->size - reader->offset)
        return fault(reader, error, "cut off in the header");
    reader->header_end = reader->offset + length;
    return 0;
}

/* A vector becomes a column; of three and more dimensions those of length 1 are dropped. */
static int settle_shape(struct npy_reader *reader, size_t *rows, size_t *columns,
                        struct error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < reader->dimension_count; i++)
        if (reader->dimension_count <= 2 || reader->dimensions[i] != 1)
            reader->dimensions[kept++] = reader->dimensions[i];
    if (kept > 2)
        return fault(reader, error, "%zu dimensions; a matrix has two", reader->dimension_count);
    *rows = kept > 0 ? reader->dimensions[0] : 1;
    *columns = kept > 1 ? reader->dimensions[1] : 1;
    if (*rows == 0 || *columns == 0)
        return fault(reader, error, "an array without entries");
    return 0;
}

static int check_size(const struct npy_reader *reader, size_t rows, size_t columns,
                      size_t maximum_entries, struct error *error)
{
    size_t entries, needed, there = reader->size - reader->header_end;
    if (__builtin_mul_overflow(rows, columns, &entries) ||
        __builtin_mul_overflow(entries, reader->width, &needed) || entries > maximum_entries)
        return fault(reader, error, "more than %zu numbers", maximum_entries);
    if (there < needed)
        return fault(reader, error, "cut off: %zu of %zu bytes of numbers", there, needed);
    if (there > needed)
        return fault(reader, error, "%zu bytes too many after the numbers", there - needed);
    return 0;
}

static double decode(const struct npy_reader *reader, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < reader->width; i++)
        bits |= (uint64_t)bytes[i] << 8 * (reader->big_endian ? reader->width - 1 - i : i);
    if (reader->kind == 'f' && reader->width == 8) {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (reader->kind == 'f') {
        uint32_t low = (uint32_t)bits;
        float value;
        memcpy(&value, &low, sizeof value);
        return (double)value;
    }
    if (reader->kind == 'b')
        return bits != 0 ? 1.0 : 0.0;
    if (reader->kind == 'u')
        return (double)bits;
    unsigned unused = 64 - 8 * (unsigned)reader->width; // extend the sign
    return (double)((int64_t)(bits << unused) >> unused);
}

static void decode_all(const struct npy_reader *reader, struct ref_array *array)
{
    const unsigned char *bytes = reader->bytes + reader->header_end;
    for (size_t i = 0; i < array->rows; i++)
        for (size_t j = 0; j < array->columns; j++) {
            size_t place = reader->fortran_order ? j * array->rows + i : i * array->columns + j;
            array->data[i * array->columns + j] = decode(reader, bytes + place * reader->width);
        }
}

int array_parse_npy(const char *bytes, size_t size, const char *file,
                    const struct array_limits *limits, struct ref_array *out, struct error *error)
{
    struct npy_reader reader = {.bytes = (const unsigned char *)bytes, .size = size, .file = file};
    if (size > limits->maximum_bytes)
        return fault(&reader, error, "larger than %zu bytes", limits->maximum_bytes);
    if (size == 0)
        return fault(&reader, error, "the file is empty");
    size_t rows = 0, columns = 0;
    int status = read_preamble(&reader, error);
    if (status == 0)
        status = read_header(&reader, error);
    if (status == 0)
        status = settle_shape(&reader, &rows, &columns, error);
    if (status == 0)
        status = check_size(&reader, rows, columns, limits->maximum_entries, error);
    if (status != 0)
        return status;
    struct ref_array array;
    if (ref_array_init(&array, rows, columns) != REF_OK)
        return error_memory(error);
    decode_all(&reader, &array);
    *out = array;
    return 0;
}

void array_write_npy(struct buffer *buffer, const struct ref_array *array, bool vector)
{
    char header[256];
    int used;
    if (vector && array->columns == 1)
        used = snprintf(header, sizeof header,
                        "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu,), }", array->rows);
    else
        used = snprintf(header, sizeof header,
                        "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu, %zu), }",
                        array->rows, array->columns);
    size_t length = (size_t)used + 1; // with the newline; blanks make the numbers start aligned
    size_t before = MAGIC_SIZE + 4;
    size_t padding = (ALIGNMENT - (before + length) % ALIGNMENT) % ALIGNMENT;
    unsigned char version_and_length[4] = {1, 0, (unsigned char)((length + padding) & 0xff),
                                           (unsigned char)((length + padding) >> 8)};
    buffer_append(buffer, magic, MAGIC_SIZE);
    buffer_append(buffer, version_and_length, sizeof version_and_length);
    buffer_append(buffer, header, (size_t)used);
    buffer_append_format(buffer, "%*s\n", (int)padding, "");
    for (size_t i = 0; i < array->rows * array->columns; i++) {
        uint64_t bits;
        memcpy(&bits, &array->data[i], sizeof bits);
        unsigned char bytes[8];
        for (unsigned b = 0; b < 8; b++)
            bytes[b] = (unsigned char)(bits >> 8 * b & 0xff);
        buffer_append(buffer, bytes, sizeof bytes);
    }
}
