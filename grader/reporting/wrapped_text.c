#include "grader/reporting/wrapped_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "grader/base/utf8.h"

struct range {
    uint32_t first, last;
};

/* Blocks that terminals draw two columns wide (Unicode's East Asian Width W and F, by block). */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

/* Characters drawn over the one before, and those without any width. */
static const struct range narrow[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    return false;
}

/* Decodes a well-formed character of the given size. */
static uint32_t decode(const char *bytes, size_t size)
{
    static const unsigned char lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t character = (unsigned char)bytes[0] & (uint32_t)lead_mask[size];
    for (size_t i = 1; i < size; i++)
        character = character << 6 | ((unsigned char)bytes[i] & 0x3fu);
    return character;
}

/* Bytes of the character, and how many columns it takes. A stray byte counts as one column. */
static size_t measure(const char *text, size_t left, size_t *columns)
{
    size_t size = utf8_character_size(text, left);
    *columns = 1;
    if (size <= 1)
        return 1;
    uint32_t character = decode(text, size);
    if (is_in(wide, sizeof wide / sizeof *wide, character))
        *columns = 2;
    else if (is_in(narrow, sizeof narrow / sizeof *narrow, character))
        *columns = 0;
    return size;
}

size_t text_columns(const char *text, size_t size)
{
    size_t sum = 0;
    for (size_t i = 0; i < size;) {
        size_t columns;
        i += measure(text + i, size - i, &columns);
        sum += columns;
    }
    return sum;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t';
}

size_t text_fit(const char *text, size_t columns)
{
    /* A character has at most four bytes, but any number of combining ones may follow: cut there,
     * so that one line of a hostile text stays bounded too. */
    size_t left = strnlen(text, 16 * columns + 16);
    size_t used = 0, last_word_end = 0, i = 0;
    while (i < left) {
        size_t wide_by;
        size_t size = measure(text + i, left - i, &wide_by);
        if (is_blank(text[i]) && i > 0 && !is_blank(text[i - 1]))
            last_word_end = i;
        if (used + wide_by > columns && i > 0)
            return last_word_end > 0 ? last_word_end : i;
        used += wide_by;
        i += size;
    }
    if (text[i] != '\0')
        return last_word_end > 0 ? last_word_end : i;
    while (i > 0 && is_blank(text[i - 1]))
        i--;
    return i;
}

/* One line; blanks of any kind become single-column blanks. */
static void append_line(struct buffer *out, const char *text, size_t size)
{
    // A line of a CI log that begins with "::" is a command to GitHub's runner: U+200B makes it
    // none.
    if (size >= 2 && text[0] == ':' && text[1] == ':')
        buffer_append_text(out, "\xe2\x80\x8b");
    for (size_t i = 0; i < size;) {
        size_t plain = strcspn(text + i, "\n\t");
        plain = plain < size - i ? plain : size - i;
        buffer_append(out, text + i, plain);
        i += plain;
        if (i < size) {
            buffer_append(out, " ", 1);
            i++;
        }
    }
    buffer_append(out, "\n", 1);
}

void text_blanks(struct buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_append(out, " ", 1);
}

void text_wrap_behind(struct buffer *out, const char *lead, const char *text, size_t indent,
                      size_t width)
{
    size_t inner = indent + text_columns(lead, strlen(lead));
    size_t columns = width > inner + 8 ? width - inner : 8;
    bool first = true;
    while (*(text += strspn(text, " \n\t")) != '\0') {
        size_t size = text_fit(text, columns);
        text_blanks(out, first ? indent : inner);
        if (first)
            buffer_append_text(out, lead);
        append_line(out, text, size);
        text += size;
        first = false;
    }
}

void text_wrap(struct buffer *out, const char *text, size_t indent, size_t width)
{
    text_wrap_behind(out, "", text, indent, width);
}

void text_cut(struct buffer *out, const char *text, size_t columns)
{
    size_t line = strcspn(text, "\n");
    size_t used = 0, end = 0, end_with_mark = 0;
    for (; end < line;) {
        size_t wide_by;
        size_t size = measure(text + end, line - end, &wide_by);
        if (used + wide_by > columns || end > 16 * columns)
            break;
        used += wide_by;
        end += size;
        if (used + 1 <= columns)
            end_with_mark = end;
    }
    bool whole = end == line;
    buffer_append(out, text, whole ? end : end_with_mark);
    if (!whole)
        buffer_append_text(out, "…");
}
