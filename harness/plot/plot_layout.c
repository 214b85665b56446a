/* SPDX-License-Identifier: MIT */
#include "plot_layout.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_font.h"
#include "table.h"
#include "utf8.h"

#define TEXT_PX        12
#define NOTE_COLUMN_PX 6.4 /* its text is a pixel smaller */
#define NOTE_LINE_PX   17  /* that of an SVG; the others take less */
#define NOTE_GAP_PX    14  /* as in style.gp */
#define FOOT_PX        8   /* without a note */
#define NAMED_MAX      4   /* rows without a value that are named */
#define REASON_COLUMNS 200

double spb_plot_text_px(const char *text)
{
    double widest_px = 0;
    for (const char *line = text;; line++) {
        size_t length = strcspn(line, "\n");
        widest_px = fmax(widest_px, spb_plot_font_px(line, length, TEXT_PX));
        line += length;
        if (!*line)
            break;
    }
    return widest_px;
}

void spb_plot_label(struct spb_strbuf *out, const char *name, size_t columns)
{
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, name);
    spb_utf8_append_cut(out, spb_strbuf_text(&safe), columns);
    out->failed |= safe.failed;
    spb_strbuf_release(&safe);
}

/* ---- notes ------------------------------------------------------------------------------------------------------ */

static void wrap_line(const char *text, size_t length, size_t columns, struct spb_strbuf *out)
{
    struct spb_strbuf line = {0};
    spb_strbuf_append_bytes(&line, text, length);
    spb_wrap_text(spb_strbuf_text(&line), columns, out);
    out->failed |= line.failed;
    spb_strbuf_release(&line);
}

double spb_plot_note(struct spb_plot_data *data, const char *text, double width_px)
{
    struct spb_strbuf note = {0};
    size_t columns = (size_t)((width_px - 28) / NOTE_COLUMN_PX), lines = 0;
    for (const char *line = text; *line; line += *line == '\n') {
        size_t length = strcspn(line, "\n");
        wrap_line(line, length, columns, &note);
        line += length;
    }
    for (size_t i = 0; i < note.length; i++)
        lines += note.text[i] == '\n';
    spb_plot_data_words(data, "note", "%.*s", (int)(note.length ? note.length - 1 : 0), spb_strbuf_text(&note));
    data->text.failed |= note.failed;
    spb_strbuf_release(&note);
    return lines ? NOTE_LINE_PX * (double)lines + NOTE_GAP_PX : FOOT_PX;
}

static void append_absent(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    char *key = spb_row_key(row);
    spb_strbuf_append(&text, key ? key : row->workload);
    if (row->outcome != SPB_OUTCOME_OK)
        spb_strbuf_printf(&text, " (%s%s%s)", spb_outcome_name(row->outcome), row->reason ? ": " : "",
                          row->reason ? row->reason : "");
    else
        spb_strbuf_append(&text, " (no samples)");
    spb_plot_label(out, spb_strbuf_text(&text), REASON_COLUMNS);
    out->failed |= text.failed || !key;
    spb_strbuf_release(&text);
    free(key);
}

void spb_plot_left_out(const struct spb_plot_input *input, struct spb_strbuf *out)
{
    size_t all = 0, absent = 0;
    struct spb_strbuf names = {0};
    for (size_t i = 0; i < input->count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++, all++) {
            if (input->results[i].rows[r].stats.valid || absent++ >= NAMED_MAX)
                continue;
            spb_strbuf_append(&names, names.length ? "; " : "");
            append_absent(&input->results[i].rows[r], &names);
        }
    if (absent) {
        spb_strbuf_printf(out, "%zu of %zu rows %s no value: %s", absent, all, absent == 1 ? "has" : "have",
                          spb_strbuf_text(&names));
        if (absent > NAMED_MAX)
            spb_strbuf_printf(out, "; and %zu more", absent - NAMED_MAX);
        spb_strbuf_append_char(out, '.');
    }
    out->failed |= names.failed;
    spb_strbuf_release(&names);
}

int spb_plot_check_height(double height_px, size_t rows, struct spb_error *err)
{
    if (height_px <= SPB_PLOT_HEIGHT_MAX_PX)
        return 0;
    return spb_error_set(err, -EINVAL,
                         "%zu rows would need a picture of %.0f pixels in height, and %d are possible; --rows PATTERN "
                         "draws some of them",
                         rows, height_px, SPB_PLOT_HEIGHT_MAX_PX);
}
