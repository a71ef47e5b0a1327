#include <string.h>
#include "grader/reporting/report_formats.h"
#include "grader/reporting/report_reader.h"

int report_format_by_name(const char *name)
{
    static const char *const names[] = {"text", "json", "junit", "markdown"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

int report_render(const char *json, size_t size, const char *file, enum report_format format,
                  const struct report_style *style, struct buffer *out, struct error *error)
{
    AUTO_JSON cJSON *report = NULL;
    int status = report_parse(json, size, file, &report, error);
    if (status != 0)
        return status;
    switch (format) {
    case REPORT_TEXT:
        report_render_text(report, style, out);
        break;
    case REPORT_JSON:
        buffer_append(out, json, size); // the digits stay as they were written
        break;
    case REPORT_JUNIT:
        report_render_junit(report, out);
        break;
    case REPORT_MARKDOWN:
        report_render_markdown(report, style, out);
        break;
    }
    return buffer_failed(out) ? error_memory(error) : 0;
}
