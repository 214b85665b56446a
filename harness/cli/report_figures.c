/* SPDX-License-Identifier: MIT */
#include "report_figures.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gnuplot.h"

#define DRAWERS 2

/* What the threads share: each takes the next picture until there is none. */
struct drawing {
    const struct spb_plot_input *input;
    struct spb_report_figures *figures;
    const struct spb_plot_kind *kinds[SPB_REPORT_FIGURES_MAX];
    int codes[SPB_REPORT_FIGURES_MAX];
    atomic_size_t next;
};

/* Of single rows; the rows have their own. */
static bool is_of_rows(const struct spb_plot_kind *kind)
{
    return strcmp(kind->name, "distribution") == 0 || strcmp(kind->name, "drift") == 0;
}

static void choose(struct drawing *drawing)
{
    struct spb_report_figures *figures = drawing->figures;
    for (const struct spb_plot_kind *const *kind = spb_plot_kinds; *kind; kind++) {
        /* Two points are no history. */
        if (is_of_rows(*kind) || ((*kind)->many_files && drawing->input->count < 3) ||
            (*kind)->fit(drawing->input) <= 0 || figures->count == SPB_REPORT_FIGURES_MAX)
            continue;
        drawing->kinds[figures->count] = *kind;
        figures->items[figures->count++] = (struct spb_html_figure){.kind = (*kind)->name, .title = (*kind)->summary};
    }
}

static int draw_one(const struct drawing *drawing, size_t i)
{
    struct spb_report_figures *figures = drawing->figures;
    struct spb_plot_data data = {.in_row = false};
    char template_name[64];
    snprintf(template_name, sizeof(template_name), "%s.gp", drawing->kinds[i]->name);
    int code = drawing->kinds[i]->build(drawing->input, &data, &figures->errors[i]);
    if (code == 0)
        code = spb_gnuplot_draw(template_name, &data, SPB_PICTURE_SVG, SPB_THEME_LIGHT, &figures->pictures[i],
                                &figures->errors[i]);
    spb_plot_data_release(&data);
    return code;
}

static void *draw_next(void *context)
{
    struct drawing *drawing = context;
    for (size_t i; (i = atomic_fetch_add(&drawing->next, 1)) < drawing->figures->count;)
        drawing->codes[i] = draw_one(drawing, i);
    return NULL;
}

static void draw_all(struct drawing *drawing)
{
    pthread_t threads[DRAWERS - 1];
    size_t started = 0;
    while (started < DRAWERS - 1 && pthread_create(&threads[started], NULL, draw_next, drawing) == 0)
        started++;
    draw_next(drawing);
    while (started > 0)
        pthread_join(threads[--started], NULL);
}

void spb_report_figures_draw(const struct spb_plot_input *input, struct spb_report_figures *figures)
{
    struct drawing drawing = {.input = input, .figures = figures};
    size_t impossible = 0;
    choose(&drawing);
    draw_all(&drawing);
    for (size_t i = 0; i < figures->count; i++) {
        impossible += drawing.codes[i] == -ENOTSUP;
        if (drawing.codes[i] == 0)
            figures->items[i].svg = spb_strbuf_text(&figures->pictures[i]);
        else
            figures->items[i].reason = figures->errors[i].text;
    }
    if (impossible > 0 && impossible == figures->count) {
        figures->without_gnuplot = strdup(figures->errors[0].text);
        figures->count = 0;
    }
}

void spb_report_figures_release(struct spb_report_figures *figures)
{
    for (size_t i = 0; i < SPB_REPORT_FIGURES_MAX; i++)
        spb_strbuf_release(&figures->pictures[i]);
    free(figures->without_gnuplot);
}
