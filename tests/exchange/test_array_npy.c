/* NPY files are built here byte by byte, so that the test does not believe our own writer. */
#include <string.h>
#include "assertions.h"
#include "grader/exchange/array_file.h"

static const struct array_limits limits = {100000, 1000};

struct npy {
    char bytes[1024];
    size_t size;
};

static void append(struct npy *npy, const void *bytes, size_t size)
{
    assert_true(npy->size + size <= sizeof npy->bytes);
    memcpy(npy->bytes + npy->size, bytes, size);
    npy->size += size;
}

/* Magic, version, length and header text; version 1 has a length of two bytes, the others of four.
 */
static void begin(struct npy *npy, int version, const char *header)
{
    size_t length = strlen(header);
    npy->size = 0;
    append(npy, "\x93NUMPY", 6);
    unsigned char preamble[6] = {(unsigned char)version,       0, (unsigned char)(length & 0xff),
                                 (unsigned char)(length >> 8), 0, 0};
    append(npy, preamble, version == 1 ? 4 : 6);
    append(npy, header, length);
}

static void begin_typed(struct npy *npy, const char *type, const char *order, const char *shape)
{
    char header[256];
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }   \n",
             type, order, shape);
    begin(npy, 1, header);
}

/* The low @p width bytes of @p bits in the given order. */
static void append_bits(struct npy *npy, uint64_t bits, unsigned width, bool big)
{
    for (unsigned i = 0; i < width; i++) {
        unsigned char byte = (unsigned char)(bits >> 8 * (big ? width - 1 - i : i) & 0xff);
        append(npy, &byte, 1);
    }
}

static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static int parse(const struct npy *npy, struct ref_array *array, struct error *error)
{
    return array_parse_npy(npy->bytes, npy->size, "C.npy", &limits, array, error);
}

static void expect(const struct npy *npy, size_t rows, size_t columns, const double *numbers)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    if (parse(npy, &array, &error) != 0)
        fail_msg("%s", error.message);
    bool same = array.rows == rows && array.columns == columns &&
                memcmp(array.data, numbers, rows * columns * sizeof *numbers) == 0;
    ref_array_release(&array);
    assert_true(same);
}

static void expect_fault(const struct npy *npy, const char *message)
{
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    int status = parse(npy, &array, &error);
    assert_null(array.data);
    assert_string_equal(error.message, message);
    assert_int_equal(status, ERROR_SUBMISSION);
}

struct type_case {
    const char *type;
    uint64_t bits[3];
    double values[3];
};

/* Each type in both byte orders; the bits of integers are their two's complement. */
static void test_every_type_in_both_byte_orders(void **state)
{
    (void)state;
    const struct type_case cases[] = {
        {"f8", {double_bits(0.1), double_bits(-0.0), double_bits(INFINITY)}, {0.1, -0.0, INFINITY}},
        {"f4",
         {float_bits(0.5f), float_bits(-3e-40f), float_bits(-INFINITY)},
         {0.5, (double)-3e-40f, -INFINITY}},
        {"i1", {0x80, 0xff, 0x7f}, {-128, -1, 127}},
        {"i2", {0x8000, 0xfffe, 0x0102}, {-32768, -2, 258}},
        {"i4", {0x80000000, 0xfffffffe, 0x01020304}, {-2147483648.0, -2, 16909060}},
        {"i8", {0x8000000000000000, 0xfffffffffffffffe, 1}, {-9223372036854775808.0, -2, 1}},
        {"u1", {0, 0xff, 7}, {0, 255, 7}},
        {"u2", {0, 0xffff, 0x0102}, {0, 65535, 258}},
        {"u4", {0, 0xffffffff, 0x01020304}, {0, 4294967295.0, 16909060}},
        {"u8", {0, 0xffffffffffffffff, 1}, {0, 18446744073709551616.0, 1}},
        {"b1", {0, 1, 1}, {0, 1, 1}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        unsigned width = (unsigned)(cases[c].type[1] - '0');
        for (int big = 0; big <= 1; big++) {
            struct npy npy;
            char type[4];
            snprintf(type, sizeof type, "%c%s", width == 1 ? '|' : big ? '>' : '<', cases[c].type);
            begin_typed(&npy, type, "False", "(3,)");
            for (int i = 0; i < 3; i++)
                append_bits(&npy, cases[c].bits[i], width, big);
            expect(&npy, 3, 1, cases[c].values);
        }
    }
}

static void append_doubles(struct npy *npy, int count)
{
    for (int i = 1; i <= count; i++)
        append_bits(npy, double_bits(i), 8, false);
}

static void test_orders_and_shapes(void **state)
{
    (void)state;
    static const double rows_first[] = {1, 2, 3, 4, 5, 6};
    static const double columns_first[] = {1, 3, 5, 2, 4, 6};
    static const struct {
        const char *order, *shape;
        size_t rows, columns;
        const double *numbers;
    } cases[] = {
        {"False", "(2, 3)", 2, 3, rows_first},         {"True", "(2, 3)", 2, 3, columns_first},
        {"False", "(6,)", 6, 1, rows_first},           {"True", "(6,)", 6, 1, rows_first},
        {"False", "(1, 6)", 1, 6, rows_first},         {"False", "(1, 2, 1, 3)", 2, 3, rows_first},
        {"True", "(1, 2, 1, 3)", 2, 3, columns_first}, {"False", "(6, 1, 1)", 6, 1, rows_first},
        {"False", "(2L, 3L)", 2, 3, rows_first},       {"False", "(2,3)", 2, 3, rows_first},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct npy npy;
        begin_typed(&npy, "<f8", cases[i].order, cases[i].shape);
        append_doubles(&npy, 6);
        expect(&npy, cases[i].rows, cases[i].columns, cases[i].numbers);
    }
    struct npy scalar;
    begin_typed(&scalar, "<f8", "False", "()");
    append_doubles(&scalar, 1);
    expect(&scalar, 1, 1, rows_first);
}

static void test_versions_and_spellings_of_the_header(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n",
        "{\"shape\":(1,),\"descr\":\"<f8\",\"fortran_order\":True}",
        " { 'fortran_order' : False , 'shape' : ( 1 , ) , 'descr' : '<f8' } \n",
    };
    double one = 1;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        for (int version = 1; version <= 3; version++) {
            struct npy npy;
            begin(&npy, version, headers[i]);
            append_doubles(&npy, 1);
            expect(&npy, 1, 1, &one);
        }
}

static void test_nan_payload_is_kept(void **state)
{
    (void)state;
    struct npy npy;
    double numbers[2];
    uint64_t bits[2] = {0xfff8dead0000beef, 0x7ff0000000000001};
    memcpy(numbers, bits, sizeof numbers);
    begin_typed(&npy, "<f8", "False", "(2,)");
    append_bits(&npy, bits[0], 8, false);
    append_bits(&npy, bits[1], 8, false);
    expect(&npy, 2, 1, numbers);
}

static void test_types_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *type, *message;
    } cases[] = {
        {"<c16", "C.npy: type \"<c16\" is not float32, float64, an integer or bool; write the real "
                 "part"},
        {"|O", "C.npy: type \"|O\" is not float32, float64, an integer or bool; these are Python "
               "objects"},
        {"<f2", "C.npy: type \"<f2\" is not float32, float64, an integer or bool"},
        {"<U5", "C.npy: type \"<U5\" is not float32, float64, an integer or bool"},
        {"|f8", "C.npy: type \"|f8\" is not float32, float64, an integer or bool"},
        {"=f8", "C.npy: type \"=f8\" is not float32, float64, an integer or bool"},
        {"f8", "C.npy: type \"f8\" is not float32, float64, an integer or bool"},
        {"", "C.npy: type \"\" is not float32, float64, an integer or bool"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct npy npy;
        begin_typed(&npy, cases[i].type, "False", "(1,)");
        append_doubles(&npy, 1);
        expect_fault(&npy, cases[i].message);
    }
}

static void test_shapes_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *shape, *message;
    } cases[] = {
        {"(2, 3, 1, 2)", "C.npy: 4 dimensions; a matrix has two"},
        {"(0, 3)", "C.npy: an array without entries"},
        {"(0,)", "C.npy: an array without entries"},
        {"(1001,)", "C.npy: more than 1000 numbers"},
        {"(4294967296, 4294967296)", "C.npy: more than 1000 numbers"},
        {"(2305843009213693953,)", "C.npy: more than 1000 numbers"},
        {"(7,)", "C.npy: cut off: 48 of 56 bytes of numbers"},
        {"(5,)", "C.npy: 8 bytes too many after the numbers"},
        {"(99999999999999999999999,)",
         "C.npy: byte 80 of the header: expected a length, found \"9999,), }   \\x0a\""},
        {"(-6,)", "C.npy: byte 61 of the header: expected a length, found \"-6,), }   \\x0a\""},
        {"(6)", "C.npy: byte 62 of the header: expected a comma, found \"), }   \\x0a\""},
        {"6", "C.npy: byte 60 of the header: expected a shape like (3, 2), found \"6, }   \\x0a\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct npy npy;
        begin_typed(&npy, "<f8", "False", cases[i].shape);
        append_doubles(&npy, 6);
        expect_fault(&npy, cases[i].message);
    }
}

static void test_headers_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *header, *message;
    } cases[] = {
        {"{'descr': '<f8', 'shape': (1,)}",
         "C.npy: the header lacks descr, fortran_order or shape"},
        {"{'shape': (1,), 'shape': (1,)}", "C.npy: repeated key \"shape\" in the header"},
        {"{'colour': 1}", "C.npy: unknown key \"colour\" in the header"},
        {"{'descr': [('a', '<f8')]}",
         "C.npy: structured arrays are not allowed; write plain numbers"},
        {"[]", "C.npy: byte 10 of the header: expected a dictionary, found \"[]\""},
        {"{'descr' '<f8'}", "C.npy: byte 19 of the header: expected a colon, found \"'<f8'}\""},
        {"{'descr': 5}", "C.npy: byte 20 of the header: expected a type like '<f8', found \"5}\""},
        {"{'fortran_order': Maybe}",
         "C.npy: byte 28 of the header: expected True or False, found \"Maybe}\""},
        {"{'shape': (1,) 'descr': '<f8'}", "C.npy: byte 25 of the header: expected a comma or the "
                                           "end of the dictionary, found \"'descr': '<f8'}\""},
        {"{'shape': (1,), 'descr': '<f8', 'fortran_order': True} + {}",
         "C.npy: byte 65 of the header: expected nothing after the dictionary, found \"+ {}\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct npy npy;
        begin(&npy, 1, cases[i].header);
        append_doubles(&npy, 1);
        expect_fault(&npy, cases[i].message);
    }
}

static void test_other_files_are_refused(void **state)
{
    (void)state;
    struct npy npy = {.size = 0};
    expect_fault(&npy, "C.npy: the file is empty");
    append(&npy, "PK\x03\x04", 4);
    expect_fault(&npy, "C.npy: not an NPY file (it does not start with \\x93NUMPY)");
    begin(&npy, 1, "");
    npy.bytes[6] = 4;
    expect_fault(&npy, "C.npy: NPY version 4.0 is not 1.0, 2.0 or 3.0");
    npy.bytes[6] = 1;
    npy.bytes[7] = 1;
    expect_fault(&npy, "C.npy: NPY version 1.1 is not 1.0, 2.0 or 3.0");
}

static void test_cut_off_at_every_length(void **state)
{
    (void)state;
    for (int version = 1; version <= 3; version++) {
        struct npy npy;
        begin(&npy, version, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n");
        append_doubles(&npy, 6);
        for (size_t size = npy.size; size-- > 0;) {
            struct ref_array array = REF_ARRAY_EMPTY;
            struct error error = ERROR_INIT;
            npy.size = size;
            assert_int_equal(parse(&npy, &array, &error), ERROR_SUBMISSION);
            assert_null(array.data);
        }
    }
}

static void test_file_over_the_limit(void **state)
{
    (void)state;
    struct ref_array array = REF_ARRAY_EMPTY;
    struct error error = ERROR_INIT;
    static const struct array_limits tiny = {20, 1000};
    assert_int_equal(
        array_parse_npy("\x93NUMPY               ", 21, "C.npy", &tiny, &array, &error),
        ERROR_SUBMISSION);
    assert_string_equal(error.message, "C.npy: larger than 20 bytes");
}

/* As NumPy itself writes it, up to the blanks. */
static void test_written_bytes(void **state)
{
    (void)state;
    double numbers[] = {1, -0.0, 0.1, NAN, INFINITY, 5e-324};
    struct ref_array matrix = {2, 3, numbers}, vector = {6, 1, numbers};
    AUTO_BUFFER struct buffer bytes = BUFFER_INIT(1000);
    array_write_npy(&bytes, &matrix, true);
    assert_int_equal(bytes.size, 128 + sizeof numbers);
    assert_memory_equal(bytes.data, "\x93NUMPY\x01\x00\x76\x00", 10);
    assert_string_contains(bytes.data + 10,
                           "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }  ");
    assert_int_equal(bytes.data[127], '\n');
    assert_memory_equal(bytes.data + 128, numbers, sizeof numbers); // a little-endian machine
    AUTO_BUFFER struct buffer one = BUFFER_INIT(1000);
    array_write_npy(&one, &vector, true);
    assert_string_contains(one.data + 10, "'shape': (6,), }");
    AUTO_BUFFER struct buffer column = BUFFER_INIT(1000);
    array_write_npy(&column, &vector, false);
    assert_string_contains(column.data + 10, "'shape': (6, 1), }");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_in_both_byte_orders),
        cmocka_unit_test(test_orders_and_shapes),
        cmocka_unit_test(test_versions_and_spellings_of_the_header),
        cmocka_unit_test(test_nan_payload_is_kept),
        cmocka_unit_test(test_types_that_are_refused),
        cmocka_unit_test(test_shapes_that_are_refused),
        cmocka_unit_test(test_headers_that_are_refused),
        cmocka_unit_test(test_other_files_are_refused),
        cmocka_unit_test(test_cut_off_at_every_length),
        cmocka_unit_test(test_file_over_the_limit),
        cmocka_unit_test(test_written_bytes),
    };
    return cmocka_run_group_tests_name("array_npy", tests, NULL, NULL);
}
