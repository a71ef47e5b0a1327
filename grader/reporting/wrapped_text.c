#include "grader/reporting/wrapped_text.h"

#include <string.h>

static bool starts_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t columns_of(const char *text, size_t size)
{
    size_t columns = 0;
    for (size_t i = 0; i < size; i++)
        columns += starts_character(text[i]) ? 1 : 0;
    return columns;
}

size_t text_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

static void append_blanks(struct buffer *out, size_t count)
{
    while (count-- > 0)
        buffer_append(out, " ", 1);
}

void wrapped_append(struct buffer *out, const char *first, const char *text, unsigned width)
{
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(1024 * 1024);
    size_t indent = text_columns(first), column = indent;
    buffer_append_escaped(&clean, text, strlen(text), true);
    buffer_append_text(out, first);
    for (const char *p = buffer_text(&clean); *p != '\0';) {
        p += strspn(p, " \t\n");
        size_t size = strcspn(p, " \t\n"), columns = columns_of(p, size);
        if (size == 0)
            break;
        if (column > indent && column + 1 + columns > width) {
            buffer_append_text(out, "\n");
            append_blanks(out, indent);
            column = indent;
        } else if (column > indent) {
            buffer_append_text(out, " ");
            column++;
        }
        buffer_append(out, p, size);
        column += columns;
        p += size;
    }
    buffer_append_text(out, "\n");
}

/* Where the last @p most_lines lines of the text begin. */
static const char *last_lines(const char *text, unsigned most_lines)
{
    const char *end = text + strlen(text), *start = end;
    while (end > text && end[-1] == '\n')
        end--;
    for (start = end; start > text; start--)
        if (start[-1] == '\n' && most_lines-- <= 1)
            break;
    return start;
}

static size_t bytes_of_columns(const char *text, size_t size, size_t columns)
{
    size_t bytes = 0;
    while (bytes < size && (columns > 0 || !starts_character(text[bytes]))) {
        columns -= starts_character(text[bytes]) ? 1 : 0;
        bytes++;
    }
    return bytes;
}

void lines_append(struct buffer *out, const char *prefix, const char *text, unsigned most_lines,
                  unsigned width)
{
    AUTO_BUFFER struct buffer clean = BUFFER_INIT(4 * 1024 * 1024);
    size_t used = text_columns(prefix), room = width > used ? width - used : 1;
    buffer_append_escaped(&clean, text, strlen(text), true);
    for (const char *p = last_lines(buffer_text(&clean), most_lines); *p != '\0';) {
        size_t size = strcspn(p, "\n");
        buffer_append_text(out, prefix);
        buffer_append(out, p, bytes_of_columns(p, size, room));
        buffer_append_text(out, "\n");
        p += size + (p[size] == '\n' ? 1 : 0);
    }
}
