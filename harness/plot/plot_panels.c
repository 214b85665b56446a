/* SPDX-License-Identifier: MIT */
#include "plot_panels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot_caption.h"
#include "plot_text.h"
#include "utf8.h"

#define WIDTH_PX        960
#define HEAD_PX         96 /* title and two lines */
#define LINE_PX         18
#define LEGEND_LINE_PX  22
#define PANEL_LABEL_PX  48
#define PANEL_TICKS_PX  26
#define X_LABEL_PX      30
#define SIDE_PX         20
#define LEGEND_POINT_PX 30
#define LEGEND_COLUMNS  60
#define NOTE_COLUMN_PX  7.0
#define LABEL_COLUMN_PX 8.0 /* pixels a column: what is cut takes no more than the width */

static const int shapes[SPB_PLOT_FILES_MAX] = {7, 5, 9, 13, 11, 6, 4, 8};

int spb_plot_shape(size_t file)
{
    return shapes[file % SPB_PLOT_FILES_MAX];
}

int spb_plot_page_prepare(struct spb_plot_page *page, size_t panel_count)
{
    page->panels = calloc(panel_count + 1, sizeof(*page->panels));
    if (!page->panels)
        return -ENOMEM;
    page->panel_room = panel_count;
    return 0;
}

void spb_plot_page_release(struct spb_plot_page *page)
{
    for (size_t p = 0; page->panels && p < page->panel_room; p++) {
        free(page->panels[p].label);
        free(page->panels[p].detail);
    }
    for (size_t i = 0; i < page->legend_count; i++)
        free(page->legends[i].text);
    free(page->panels);
    spb_strbuf_release(&page->note);
    *page = (struct spb_plot_page){0};
}

/* ---- the legend ------------------------------------------------------------------------------------------------------------ */

void spb_plot_page_legend(struct spb_plot_page *page, int colour, int shape, const char *text)
{
    struct spb_strbuf clipped = {0};
    if (page->legend_count == SPB_PLOT_LEGENDS_MAX)
        return;
    spb_plot_text_clip(text, LEGEND_COLUMNS, &clipped);
    page->note.failed |= clipped.failed;
    page->legends[page->legend_count++] = (struct spb_plot_legend){spb_strbuf_detach(&clipped), colour, shape};
}

void spb_plot_page_legend_files(struct spb_plot_page *page, const struct spb_plot_input *input)
{
    for (size_t f = 0; f < input->count && input->count > 1; f++)
        spb_plot_page_legend(page, (int)f + 1, spb_plot_shape(f), input->names[f]);
}

/* Where each entry goes: beside the one before, or on the next line. Returns the lines. */
struct pen {
    double x_px;
    size_t line;
};

static void move_pen(struct pen *pen, const struct spb_plot_legend *legend, double width_px, double *used_px)
{
    const char *text = legend->text ? legend->text : "";
    *used_px = spb_plot_text_width_px(spb_utf8_columns(text, strlen(text))) + LEGEND_POINT_PX;
    if (pen->x_px > SIDE_PX && pen->x_px + *used_px > width_px) {
        pen->x_px = SIDE_PX;
        pen->line++;
    }
}

static size_t count_legend_lines(const struct spb_plot_page *page, double width_px)
{
    struct pen pen = {SIDE_PX, 0};
    double used_px;
    for (size_t i = 0; i < page->legend_count; i++) {
        move_pen(&pen, &page->legends[i], width_px, &used_px);
        pen.x_px += used_px;
    }
    return page->legend_count ? pen.line + 1 : 0;
}

static void write_legend(const struct spb_plot_page *page, double width_px, struct spb_plot_data *data)
{
    struct pen pen = {SIDE_PX, 0};
    double used_px;
    spb_plot_data_block(data, "legend: text, colour, shape, x in pixels, y in pixels from the top");
    for (size_t i = 0; i < page->legend_count; i++) {
        move_pen(&pen, &page->legends[i], width_px, &used_px);
        spb_plot_data_text(data, page->legends[i].text);
        spb_plot_data_number(data, page->legends[i].colour);
        spb_plot_data_number(data, page->legends[i].shape);
        spb_plot_data_number(data, pen.x_px);
        spb_plot_data_number(data, HEAD_PX + LEGEND_LINE_PX * (double)pen.line);
        spb_plot_data_end_row(data);
        pen.x_px += used_px;
    }
}

/* ---- the panels ------------------------------------------------------------------------------------------------------------ */

static double panel_height_px(size_t count)
{
    return count == 1 ? 380 : count <= 3 ? 240 : 170;
}

/* Of the area of a panel, from the top of the picture. */
static double panel_top_px(const struct spb_plot_page *page, double width_px, size_t panel)
{
    double above = HEAD_PX + LEGEND_LINE_PX * (double)count_legend_lines(page, width_px) + PANEL_LABEL_PX;
    return above + (double)panel * (panel_height_px(page->panel_count) + PANEL_TICKS_PX + PANEL_LABEL_PX);
}

static void write_clipped(const char *text, double room_px, struct spb_plot_data *data)
{
    struct spb_strbuf clipped = {0};
    spb_plot_text_clip(text ? text : "", (size_t)(room_px / LABEL_COLUMN_PX), &clipped);
    spb_plot_data_text(data, spb_strbuf_text(&clipped));
    data->text.failed |= clipped.failed;
    spb_strbuf_release(&clipped);
}

static void write_panels(const struct spb_plot_page *page, double width_px, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "panels: label, detail, y label, top, bottom (pixels from the top), y low, y high, "
                              "logarithmic, x low, x high");
    for (size_t p = 0; p < page->panel_count; p++) {
        const struct spb_plot_panel *panel = &page->panels[p];
        double top_px = panel_top_px(page, width_px, p);
        const double numbers[] = {top_px,
                                  top_px + panel_height_px(page->panel_count),
                                  panel->range.low,
                                  panel->range.high,
                                  panel->range.is_log,
                                  panel->x_low,
                                  panel->x_high};
        write_clipped(panel->label, width_px - 2 * SIDE_PX, data);
        write_clipped(panel->detail, width_px - 2 * SIDE_PX, data);
        write_clipped(panel->y_label, panel_height_px(page->panel_count) + PANEL_LABEL_PX, data);
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
            spb_plot_data_number(data, numbers[i]);
        spb_plot_data_end_row(data);
    }
}

void spb_plot_page_begin(const struct spb_plot_input *input, const struct spb_plot_page *page,
                         struct spb_plot_data *data)
{
    double width_px = page->width_px > 0 ? page->width_px : WIDTH_PX;
    struct spb_strbuf note = {0};
    spb_plot_text_wrap(spb_strbuf_text(&page->note), (size_t)((width_px - 2 * SIDE_PX) / NOTE_COLUMN_PX), &note);
    double notes_px = LINE_PX * (double)spb_plot_text_lines(spb_strbuf_text(&note));
    double bottom_px = panel_top_px(page, width_px, page->panel_count - 1) + panel_height_px(page->panel_count) +
                       PANEL_TICKS_PX + X_LABEL_PX;
    spb_plot_data_words(data, "title", "%s", page->title);
    spb_plot_caption(input, data, page->whiskers);
    spb_plot_data_words(data, "note", "%s", spb_strbuf_text(&note));
    spb_plot_data_words(data, "x_label", "%s", page->x_label);
    spb_plot_data_value(data, "width", width_px);
    spb_plot_data_value(data, "height", bottom_px + notes_px + 16);
    spb_plot_data_value(data, "note_y", bottom_px + 12);
    data->text.failed |= note.failed || page->note.failed;
    spb_strbuf_release(&note);
    write_panels(page, width_px, data);
    write_legend(page, width_px, data);
}
