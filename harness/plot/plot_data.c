/* SPDX-License-Identifier: MIT */
#include "plot_data.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "units.h"
#include "utf8.h"

/* One line of a text, without its quotes. */
static void append_encoded(struct spb_strbuf *out, const char *text)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    for (const char *at = spb_strbuf_text(&printable); *at; at++)
        if (*at == '\\')
            spb_strbuf_append(out, "\\\\");
        else if (*at == '"')
            spb_strbuf_append(out, "\xe2\x80\xb3");
        else
            spb_strbuf_append_char(out, *at);
    out->failed = out->failed || printable.failed;
    spb_strbuf_release(&printable);
}

static void begin_cell(struct spb_plot_data *data)
{
    if (data->in_row)
        spb_strbuf_append_char(&data->text, '\t');
    data->in_row = true;
}

/* The lines of `text` in one cell: gnuplot makes a new line of \n. */
static void append_lines(struct spb_plot_data *data, char *text)
{
    begin_cell(data);
    spb_strbuf_append_char(&data->text, '"');
    for (char *line = text, *end = line; end; line = end + 1) {
        end = line;
        while (*end && *end != '\n')
            end++;
        bool last = !*end;
        *end = '\0';
        append_encoded(&data->text, line);
        if (last)
            break;
        spb_strbuf_append(&data->text, "\\n");
    }
    spb_strbuf_append_char(&data->text, '"');
}

void spb_plot_data_words(struct spb_plot_data *data, const char *name, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        data->text.failed = true;
        return;
    }
    spb_plot_data_text(data, name);
    append_lines(data, text);
    spb_plot_data_end_row(data);
    free(text);
}

void spb_plot_data_value(struct spb_plot_data *data, const char *name, double value)
{
    spb_plot_data_text(data, name);
    spb_plot_data_number(data, value);
    spb_plot_data_end_row(data);
}

static void end_block(struct spb_plot_data *data)
{
    if (data->row_count == 0) {
        spb_plot_data_absent(data);
        spb_plot_data_end_row(data);
    }
}

void spb_plot_data_block(struct spb_plot_data *data, const char *columns)
{
    end_block(data);
    spb_strbuf_printf(&data->text, "\n\n# %s\n", columns);
    data->block_count++;
    data->row_count = 0;
}

void spb_plot_data_text(struct spb_plot_data *data, const char *text)
{
    begin_cell(data);
    if (!text) {
        spb_strbuf_append_char(&data->text, '?');
        return;
    }
    spb_strbuf_append_char(&data->text, '"');
    append_encoded(&data->text, *text ? text : " "); /* after an empty text gnuplot takes the next cells for it */
    spb_strbuf_append_char(&data->text, '"');
}

void spb_plot_data_number(struct spb_plot_data *data, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    begin_cell(data);
    spb_strbuf_append(&data->text, isfinite(value) ? spb_format_double(text, value) : "?");
}

void spb_plot_data_absent(struct spb_plot_data *data)
{
    begin_cell(data);
    spb_strbuf_append_char(&data->text, '?');
}

void spb_plot_data_end_row(struct spb_plot_data *data)
{
    spb_strbuf_append_char(&data->text, '\n');
    data->in_row = false;
    data->row_count++;
}

void spb_plot_data_end(struct spb_plot_data *data)
{
    end_block(data);
}

void spb_plot_data_release(struct spb_plot_data *data)
{
    spb_strbuf_release(&data->text);
    *data = (struct spb_plot_data){0};
}
