#include "grader/intake/intake_name.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "grader/base/buffer.h"

enum { NAME_MAX_BYTES = 255 };

/* HFS+ ignores these code points when it compares names, so ".g<U+200C>it" is ".git" there. */
static size_t ignored_by_hfs(const unsigned char *p, size_t left)
{
    if (left < 3)
        return 0;
    if (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
        return 3;
    if (p[0] != 0xe2)
        return 0;
    if (p[1] == 0x80 && ((p[2] >= 0x8c && p[2] <= 0x8f) || (p[2] >= 0xaa && p[2] <= 0xae)))
        return 3;
    if (p[1] == 0x81 && p[2] >= 0xaa && p[2] <= 0xaf)
        return 3;
    return 0;
}

/* NTFS drops dots and spaces at the end, and reads what follows a colon as a stream's name. */
static size_t length_on_ntfs(const char *name, size_t size)
{
    const char *colon = memchr(name, ':', size);
    if (colon != NULL)
        size = (size_t)(colon - name);
    while (size > 0 && (name[size - 1] == '.' || name[size - 1] == ' '))
        size--;
    return size;
}

static bool is_git_directory(const char *name, size_t size)
{
    char plain[8];
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        size_t skip = ignored_by_hfs((const unsigned char *)name + i, size - i);
        if (skip == 0 && used == sizeof plain - 1)
            return false;
        if (skip == 0)
            plain[used++] = name[i++];
        i += skip;
    }
    plain[used] = '\0';
    return strcasecmp(plain, ".git") == 0 || strcasecmp(plain, "git~1") == 0;
}

/* One part between slashes or backslashes: Windows takes both as separators. */
static const char *part_fault(const char *part, size_t size)
{
    if ((size == 1 && part[0] == '.') || (size == 2 && memcmp(part, "..", 2) == 0))
        return "is a relative folder";
    if (is_git_directory(part, size) || is_git_directory(part, length_on_ntfs(part, size)))
        return "is the folder of git itself, perhaps in disguise";
    return NULL;
}

const char *intake_name_fault(const char *name, size_t size)
{
    if (size == 0)
        return "is empty";
    if (size > NAME_MAX_BYTES)
        return "is longer than 255 bytes";
    if (memchr(name, '/', size) != NULL)
        return "contains a slash";
    if (memchr(name, '\0', size) != NULL)
        return "contains a zero byte";
    size_t start = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && name[i] != '\\')
            continue;
        const char *fault = part_fault(name + start, i - start);
        if (fault != NULL)
            return fault;
        start = i + 1;
    }
    return NULL;
}

void intake_escape(char *text, size_t capacity, const void *bytes, size_t size)
{
    AUTO_BUFFER struct buffer buffer = BUFFER_INIT(64 * 1024);
    buffer_append_escaped(&buffer, bytes, size < 8192 ? size : 8192, false);
    const char *escaped = buffer_text(&buffer);
    size_t length = strlen(escaped);
    if (length < capacity) {
        memcpy(text, escaped, length + 1);
        return;
    }
    size_t kept = capacity - 4;
    while (kept > 0 && ((unsigned char)escaped[kept] & 0xc0) == 0x80)
        kept--;
    memcpy(text, escaped, kept);
    memcpy(text + kept, "...", 4);
}

int intake_name_compare_folded(const char *left, const char *right)
{
    int order = strcasecmp(left, right);
    return order != 0 ? order : strcmp(left, right);
}
