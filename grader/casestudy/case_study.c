#include "grader/casestudy/case_study.h"

#include <cmark-gfm.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/buffer.h"
#include "grader/base/cleanup.h"
#include "grader/casestudy/formulas.h"
#include "grader/json/json_document.h"

enum { NOTEBOOK_TEXT_MAX = 8 * 1024 * 1024 };

static bool is_word_byte(unsigned char c)
{
    return isalnum(c) != 0 || c >= 0x80; // letters of other scripts are UTF-8
}

static size_t count_words(const char *text)
{
    size_t words = 0;
    bool inside = false;
    for (; *text != '\0'; text++) {
        bool part = is_word_byte((unsigned char)*text) || (inside && *text == '\'');
        words += part && !inside ? 1 : 0;
        inside = part;
    }
    return words;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

static void add_heading(struct case_study_facts *facts, const char *text)
{
    if (facts->heading_count == CASE_STUDY_HEADINGS_MAX)
        return;
    char *heading = facts->headings[facts->heading_count++];
    snprintf(heading, CASE_STUDY_HEADING_MAX, "%s", text);
    lower(heading);
}

/* The text of one paragraph or heading; code spans are left out, breaks become blanks. */
static void append_inline(struct buffer *text, cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT)
        buffer_append_text(text, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
        buffer_append_text(text, " ");
}

static void count_block(struct case_study_facts *facts, cmark_node *block,
                        const struct buffer *text)
{
    if (cmark_node_get_type(block) == CMARK_NODE_HEADING)
        add_heading(facts, buffer_text(text));
    facts->words += count_words(buffer_text(text));
}

/* Words and headings, of the Markdown without its formulas. */
static int count_text(const char *markdown, size_t size, struct case_study_facts *facts,
                      struct error *error)
{
    cmark_node *document = cmark_parse_document(markdown, size, CMARK_OPT_VALIDATE_UTF8);
    if (document == NULL)
        return error_memory(error);
    cmark_iter *walk = cmark_iter_new(document);
    struct buffer text = BUFFER_INIT(NOTEBOOK_TEXT_MAX);
    for (cmark_event_type event; (event = cmark_iter_next(walk)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(walk);
        cmark_node_type type = cmark_node_get_type(node);
        bool block = type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING;
        if (event == CMARK_EVENT_ENTER && block)
            buffer_clear(&text);
        else if (event == CMARK_EVENT_EXIT && block)
            count_block(facts, node, &text);
        else if (event == CMARK_EVENT_ENTER)
            append_inline(&text, node);
    }
    buffer_release(&text);
    cmark_iter_free(walk);
    cmark_node_free(document);
    return 0;
}

/* "source" of a cell is one string or a list of strings. */
static void append_source(struct buffer *markdown, const cJSON *source)
{
    const cJSON *line;
    if (cJSON_IsString(source))
        buffer_append_text(markdown, source->valuestring);
    cJSON_ArrayForEach(line, source)
    {
        if (cJSON_IsString(line))
            buffer_append_text(markdown, line->valuestring);
    }
    buffer_append_text(markdown, "\n\n");
}

static int notebook_markdown(const char *file, const char *bytes, size_t size,
                             struct buffer *markdown, struct error *error)
{
    AUTO_JSON cJSON *notebook = NULL;
    const cJSON *cell;
    int status = json_parse(bytes, size, file, ERROR_SUBMISSION, &notebook, error);
    if (status != 0)
        return status;
    cJSON_ArrayForEach(cell, cJSON_GetObjectItemCaseSensitive(notebook, "cells"))
    {
        const cJSON *type = cJSON_GetObjectItemCaseSensitive(cell, "cell_type");
        if (cJSON_IsString(type) && strcmp(type->valuestring, "markdown") == 0)
            append_source(markdown, cJSON_GetObjectItemCaseSensitive(cell, "source"));
    }
    return buffer_failed(markdown) ? error_memory(error) : 0;
}

/* Bytes of a YAML header ("---", lines, "---"), which Markdown would take for a heading. */
static size_t front_matter_size(const char *markdown, size_t size)
{
    static const char fence[] = "\n---\n";
    size_t length = strlen(fence);
    if (size < length || memcmp(markdown, fence + 1, length - 1) != 0)
        return 0;
    const char *end = memmem(markdown + 3, size - 3, fence, length);
    return end == NULL ? 0 : (size_t)(end - markdown) + length;
}

static int count_markdown(const char *markdown, size_t size, struct case_study_facts *facts,
                          struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_INIT(NOTEBOOK_TEXT_MAX);
    facts->headings = calloc(CASE_STUDY_HEADINGS_MAX, sizeof *facts->headings);
    if (facts->headings == NULL)
        return error_memory(error);
    size_t header = front_matter_size(markdown, size);
    facts->formulas = formulas_remove(markdown + header, size - header, &text);
    if (buffer_failed(&text))
        return error_memory(error);
    return count_text(buffer_text(&text), text.size, facts, error);
}

int case_study_read(const char *file, const char *bytes, size_t size,
                    struct case_study_facts *facts, struct error *error)
{
    AUTO_BUFFER struct buffer markdown = BUFFER_INIT(NOTEBOOK_TEXT_MAX);
    *facts = (struct case_study_facts){0};
    const char *dot = strrchr(file, '.');
    if (dot == NULL || strcmp(dot, ".ipynb") != 0)
        return count_markdown(bytes, size, facts, error);
    int status = notebook_markdown(file, bytes, size, &markdown, error);
    if (status != 0)
        return status;
    return count_markdown(buffer_text(&markdown), markdown.size, facts, error);
}

static bool holds_phrase(const char *heading, const char *phrase)
{
    size_t length = strlen(phrase);
    for (const char *at = heading; (at = strcasestr(at, phrase)) != NULL; at++) {
        bool starts = at == heading || !is_word_byte((unsigned char)at[-1]);
        bool ends = !is_word_byte((unsigned char)at[length]);
        if (starts && ends && length > 0)
            return true;
    }
    return false;
}

bool case_study_has_section(const struct case_study_facts *facts, const char *const *words,
                            size_t count)
{
    for (size_t h = 0; h < facts->heading_count; h++)
        for (size_t w = 0; w < count; w++)
            if (holds_phrase(facts->headings[h], words[w]))
                return true;
    return false;
}

void case_study_release(struct case_study_facts *facts)
{
    free(facts->headings);
    *facts = (struct case_study_facts){0};
}
