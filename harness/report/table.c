/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"
#include "utf8.h"

#define GAP "  "
/* A last column that would be narrower than this goes below its row: one word a line cannot be read. */
#define WRAP_COLUMNS_MIN 20
#define BELOW_INDENT     4

struct spb_table_cell {
    const char *text; /* printable; owned */
    enum spb_tone tone;
    bool begins_group;
};

void spb_table_column(struct spb_table *table, const char *header, enum spb_align align)
{
    assert(table->column_count < SPB_TABLE_COLUMNS_MAX && table->cell_count == 0);
    table->headers[table->column_count] = header;
    table->aligns[table->column_count] = align;
    table->column_count++;
}

static bool grow(struct spb_table *table)
{
    size_t capacity = table->cell_capacity ? table->cell_capacity * 2 : 64;
    struct spb_table_cell *cells = reallocarray(table->cells, capacity, sizeof(*cells));
    if (!cells)
        return false;
    table->cells = cells;
    table->cell_capacity = capacity;
    return true;
}

__attribute__((format(printf, 1, 0))) static char *printable(const char *format, va_list args)
{
    char *raw;
    if (vasprintf(&raw, format, args) < 0)
        return NULL;
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, raw);
    free(raw);
    return spb_strbuf_detach(&safe);
}

void spb_table_cell(struct spb_table *table, const char *format, ...)
{
    assert(table->column_count > 0);
    if (table->cell_count == table->cell_capacity && !grow(table)) {
        table->failed = true;
        return;
    }
    va_list args;
    va_start(args, format);
    char *text = printable(format, args);
    va_end(args);
    if (!text) {
        table->failed = true;
        return;
    }
    table->cells[table->cell_count++] = (struct spb_table_cell){.text = text, .begins_group = table->group_pending};
    table->group_pending = false;
}

void spb_table_group(struct spb_table *table)
{
    table->group_pending = table->cell_count > 0;
}

void spb_table_tone(struct spb_table *table, enum spb_tone tone)
{
    if (table->cell_count > 0)
        table->cells[table->cell_count - 1].tone = tone;
}

void spb_table_release(struct spb_table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free((char *)table->cells[i].text);
    free(table->cells);
    *table = (struct spb_table){0};
}

static size_t row_count(const struct spb_table *table)
{
    return table->column_count ? (table->cell_count + table->column_count - 1) / table->column_count : 0;
}

/* The last row may be short; what it lacks is empty. */
static struct spb_table_cell cell_at(const struct spb_table *table, size_t row, size_t column)
{
    static const struct spb_table_cell empty = {.text = ""};
    size_t index = row * table->column_count + column;
    return index < table->cell_count ? table->cells[index] : empty;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

struct text_layout {
    size_t widths[SPB_TABLE_COLUMNS_MAX];
    size_t indent;     /* where the last column starts */
    size_t wrap_width; /* of the last column; 0: not wrapped */
    bool below;        /* the last column has lines of its own below the row, and no header */
    bool color;
};

static size_t columns_of(const char *text)
{
    return spb_utf8_columns(text, strlen(text));
}

static bool last_is_left(const struct spb_table *table)
{
    return table->column_count && table->aligns[table->column_count - 1] == SPB_ALIGN_LEFT;
}

static struct text_layout lay_out(const struct spb_table *table, const struct spb_table_options *options)
{
    struct text_layout layout = {.color = options && options->color};
    for (size_t column = 0; column < table->column_count; column++) {
        size_t widest = columns_of(table->headers[column]);
        for (size_t row = 0; row < row_count(table); row++) {
            size_t width = columns_of(cell_at(table, row, column).text);
            widest = width > widest ? width : widest;
        }
        layout.widths[column] = widest;
        if (column + 1 < table->column_count)
            layout.indent += widest + strlen(GAP);
    }
    if (!last_is_left(table) || !options || options->width <= WRAP_COLUMNS_MIN + BELOW_INDENT)
        return layout;
    layout.below = table->last_below || options->width < layout.indent + WRAP_COLUMNS_MIN;
    layout.indent = layout.below ? BELOW_INDENT : layout.indent;
    layout.wrap_width = options->width - layout.indent;
    return layout;
}

/* Appends with the escape sequence of the terminal around it; `sgr` NULL: plain. */
static void append_colored(struct spb_strbuf *out, const char *sgr, const char *text, size_t length)
{
    if (sgr && length)
        spb_strbuf_printf(out, "\033[%sm", sgr);
    spb_strbuf_append_bytes(out, text, length);
    if (sgr && length)
        spb_strbuf_append(out, "\033[0m");
}

/* Bytes of `text` that fit into `width` columns, cut after a word; a word that is wider stays whole, so that a command
 * or a path can still be copied. */
static size_t fitting_length(const char *text, size_t width)
{
    size_t fits = 0;
    for (size_t end = 0;; end++) {
        if (text[end] != ' ' && text[end] != '\0')
            continue;
        if (fits > 0 && spb_utf8_columns(text, end) > width)
            return fits;
        fits = end;
        if (text[end] == '\0')
            return fits;
    }
}

static void trim_spaces(struct spb_strbuf *out, size_t start)
{
    while (out->length > start && out->text[out->length - 1] == ' ')
        out->text[--out->length] = '\0';
}

static void render_wrapped(struct spb_strbuf *out, const struct text_layout *layout, const char *sgr, const char *text)
{
    if (layout->below && *text) {
        trim_spaces(out, 0);
        spb_strbuf_append_char(out, '\n');
        spb_strbuf_append_repeated(out, ' ', layout->indent);
    }
    for (;;) {
        size_t length = layout->wrap_width ? fitting_length(text, layout->wrap_width) : strlen(text);
        append_colored(out, sgr, text, length);
        text += length;
        text += strspn(text, " ");
        if (!*text)
            return;
        spb_strbuf_append_char(out, '\n');
        spb_strbuf_append_repeated(out, ' ', layout->indent);
    }
}

struct line {
    const char *texts[SPB_TABLE_COLUMNS_MAX];
    const char *sgrs[SPB_TABLE_COLUMNS_MAX];
};

static void render_line(struct spb_strbuf *out, const struct spb_table *table, const struct text_layout *layout,
                        const struct line *line)
{
    size_t start = out->length;
    for (size_t column = 0; column < table->column_count; column++) {
        const char *text = line->texts[column];
        const char *sgr = layout->color ? line->sgrs[column] : NULL;
        bool last = column + 1 == table->column_count;
        size_t padding = layout->widths[column] - columns_of(text);
        if (table->aligns[column] == SPB_ALIGN_RIGHT)
            spb_strbuf_append_repeated(out, ' ', padding);
        if (last)
            render_wrapped(out, layout, sgr, text);
        else
            append_colored(out, sgr, text, strlen(text));
        if (!last && table->aligns[column] == SPB_ALIGN_LEFT)
            spb_strbuf_append_repeated(out, ' ', padding);
        if (!last)
            spb_strbuf_append(out, GAP);
    }
    trim_spaces(out, start);
    spb_strbuf_append_char(out, '\n');
}

size_t spb_table_width(const struct spb_table *table)
{
    struct text_layout layout = lay_out(table, NULL);
    size_t gap = table->column_count > 1 ? strlen(GAP) : 0;
    if (table->column_count == 0)
        return 0;
    return last_is_left(table) ? layout.indent - gap : layout.indent + layout.widths[table->column_count - 1];
}

static const char *const sgr_of_tone[] = {[SPB_TONE_PLAIN] = NULL,
                                          [SPB_TONE_GOOD] = "32",
                                          [SPB_TONE_WARN] = "33",
                                          [SPB_TONE_BAD] = "31",
                                          [SPB_TONE_DIM] = "2"};

void spb_toned_text(enum spb_tone tone, bool color, const char *text, struct spb_strbuf *out)
{
    append_colored(out, color ? sgr_of_tone[tone] : NULL, text, strlen(text));
}

static void render_text(const struct spb_table *table, const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct text_layout layout = lay_out(table, options);
    struct line line;
    for (size_t column = 0; column < table->column_count; column++) {
        line.texts[column] = layout.below && column + 1 == table->column_count ? "" : table->headers[column];
        line.sgrs[column] = "1";
    }
    render_line(out, table, &layout, &line);
    for (size_t row = 0; row < row_count(table); row++) {
        if (cell_at(table, row, 0).begins_group)
            spb_strbuf_append_char(out, '\n');
        for (size_t column = 0; column < table->column_count; column++) {
            struct spb_table_cell cell = cell_at(table, row, column);
            line.texts[column] = cell.text;
            line.sgrs[column] = sgr_of_tone[cell.tone];
        }
        render_line(out, table, &layout, &line);
    }
}

void spb_wrap_text(const char *text, size_t width, struct spb_strbuf *out)
{
    const struct text_layout layout = {.wrap_width = width};
    render_wrapped(out, &layout, NULL, text);
    spb_strbuf_append_char(out, '\n');
}

/* ---- CSV, Markdown ---------------------------------------------------------------------------------------------- */

void spb_csv_append(struct spb_strbuf *out, const char *text)
{
    double number;
    /* A spreadsheet would run such a cell as a formula. */
    bool is_formula = *text && strchr("=+-@", *text) && spb_parse_double(text, &number, NULL) < 0;
    bool quoted = is_formula || strpbrk(text, ",\"") || *text == ' ';
    if (!quoted) {
        spb_strbuf_append(out, text);
        return;
    }
    spb_strbuf_append(out, is_formula ? "\"'" : "\"");
    for (; *text; text++) {
        if (*text == '"')
            spb_strbuf_append_char(out, '"');
        spb_strbuf_append_char(out, *text);
    }
    spb_strbuf_append_char(out, '"');
}

static void render_csv(const struct spb_table *table, struct spb_strbuf *out)
{
    for (size_t column = 0; column < table->column_count; column++) {
        spb_strbuf_append(out, column ? "," : "");
        spb_csv_append(out, table->headers[column]);
    }
    spb_strbuf_append(out, "\r\n");
    for (size_t row = 0; row < row_count(table); row++) {
        for (size_t column = 0; column < table->column_count; column++) {
            spb_strbuf_append(out, column ? "," : "");
            spb_csv_append(out, cell_at(table, row, column).text);
        }
        spb_strbuf_append(out, "\r\n");
    }
}

static void append_markdown(struct spb_strbuf *out, const char *text)
{
    spb_strbuf_append(out, " ");
    for (; *text; text++) {
        if (strchr("\\|`*<[", *text))
            spb_strbuf_append_char(out, '\\');
        spb_strbuf_append_char(out, *text);
    }
    spb_strbuf_append(out, " |");
}

static void render_markdown(const struct spb_table *table, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "|");
    for (size_t column = 0; column < table->column_count; column++)
        append_markdown(out, table->headers[column]);
    spb_strbuf_append(out, "\n|");
    for (size_t column = 0; column < table->column_count; column++)
        spb_strbuf_append(out, table->aligns[column] == SPB_ALIGN_RIGHT ? "---:|" : ":---|");
    spb_strbuf_append(out, "\n");
    for (size_t row = 0; row < row_count(table); row++) {
        spb_strbuf_append(out, "|");
        for (size_t column = 0; column < table->column_count; column++)
            append_markdown(out, cell_at(table, row, column).text);
        spb_strbuf_append(out, "\n");
    }
}

void spb_table_render(const struct spb_table *table, enum spb_table_format format,
                      const struct spb_table_options *options, struct spb_strbuf *out)
{
    switch (format) {
    case SPB_TABLE_TEXT:
        render_text(table, options, out);
        break;
    case SPB_TABLE_CSV:
        render_csv(table, out);
        break;
    case SPB_TABLE_MARKDOWN:
        render_markdown(table, out);
        break;
    }
    if (table->failed)
        out->failed = true;
}
