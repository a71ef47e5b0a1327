#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int sandbox_error_set(struct sandbox_error *error, int status, const char *format, ...)
{
    if (error == NULL)
        return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}
