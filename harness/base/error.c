/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <stdio.h>
#include <string.h>

/* Names in parentheses: for the analyzer error.h makes macros of them. */
int(spb_error_set)(struct spb_error *err, int code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof(err->text), format, args);
        va_end(args);
    }
    return code;
}

static const char *describe(int code)
{
    const char *text = strerrordesc_np(-code);
    return text ? text : "unknown error";
}

int(spb_error_system)(struct spb_error *err, int code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof(err->text), format, args);
        va_end(args);
        size_t length = strlen(err->text);
        snprintf(err->text + length, sizeof(err->text) - length, ": %s", describe(code));
    }
    return code;
}

int(spb_error_prefix)(struct spb_error *err, int code, const char *format, ...)
{
    if (err) {
        char rest[sizeof(err->text)];
        memcpy(rest, err->text, sizeof(rest));
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof(err->text), format, args);
        va_end(args);
        size_t length = strlen(err->text);
        snprintf(err->text + length, sizeof(err->text) - length, ": %s", rest);
    }
    return code;
}
