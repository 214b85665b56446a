/* SPDX-License-Identifier: MIT */
#include "last_line.h"

#include <string.h>

const char *spb_last_line(char *text)
{
    if (!text)
        return "";
    size_t length = strlen(text);
    while (length && strchr(" \n\r\t", text[length - 1]))
        text[--length] = '\0';
    char *newline = strrchr(text, '\n');
    char *line = newline ? newline + 1 : text;
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return line;
}
