/* SPDX-License-Identifier: MIT */
#include "plot_caches.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot_layout.h"
#include "units.h"

#define LABEL_GAP_PX 8
#define FILE_COLUMNS 24
#define NEARBY       8 /* a cache up to so many times beyond the sizes measured is shown */

/* A cache that holds instructions too has no letter in its fact. */
static const struct {
    const char *name;
    const char *facts[2];
} levels[SPB_PLOT_CACHE_LEVELS + 1] = {
    {NULL, {NULL, NULL}},
    {"L1d", {"cache.l1d", "cache.l1"}},
    {"L2", {"cache.l2", "cache.l2d"}},
    {"L3", {"cache.l3", "cache.l3d"}},
};

const char *spb_plot_cache_name(unsigned level)
{
    return levels[level].name;
}

/* NULL: there is none of either name. */
static const struct spb_fact *find_fact(const struct spb_stamp *stamp, unsigned level, const char *member)
{
    const struct spb_fact *found = NULL;
    for (unsigned i = 0; i < 2 && !found; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.%s", levels[level].facts[i], member);
        found = spb_stamp_find(stamp, name);
    }
    return found;
}

double spb_plot_cache_bytes(const struct spb_stamp *stamp, unsigned level)
{
    const struct spb_fact *fact = find_fact(stamp, level, "size");
    return fact && fact->kind == SPB_FACT_NUMBER && fact->number >= 1 ? fact->number : 0;
}

double spb_plot_cache_sharers(const struct spb_stamp *stamp, unsigned level)
{
    const struct spb_fact *fact = find_fact(stamp, level, "shared_by");
    return fact && fact->kind == SPB_FACT_NUMBER && fact->number >= 1 ? fact->number : 1;
}

/* ---- collecting ------------------------------------------------------------------------------------------------- */

static void begin_sentence(struct spb_strbuf *note)
{
    spb_strbuf_append(note, note->length ? "\n" : "");
}

static void note_missing(const struct spb_stamp *stamp, unsigned level, struct spb_strbuf *note)
{
    const struct spb_fact *fact = find_fact(stamp, level, "size");
    begin_sentence(note);
    spb_strbuf_printf(note, "%s is not marked: ", levels[level].name);
    if (fact && fact->kind == SPB_FACT_ABSENT)
        spb_strbuf_printf(note, "%s.", fact->text);
    else
        spb_strbuf_printf(note, "the machine's stamp has no %s.size.", levels[level].facts[0]);
}

static bool all_alike(const struct spb_plot_input *input, unsigned level)
{
    for (size_t i = 1; i < input->count; i++) {
        double first = spb_plot_cache_bytes(&input->results[0].stamp, level);
        if (fabs(spb_plot_cache_bytes(&input->results[i].stamp, level) - first) >= 1)
            return false;
    }
    return true;
}

static int add_mark(struct spb_plot_caches *caches, unsigned level, double bytes, const char *file)
{
    struct spb_plot_cache_mark *marks = reallocarray(caches->marks, caches->count + 1, sizeof *marks);
    char size[SPB_UNIT_TEXT_SIZE];
    struct spb_strbuf label = {0};
    if (!marks)
        return -ENOMEM;
    caches->marks = marks;
    spb_strbuf_printf(&label, "%s %s", levels[level].name, spb_format_bytes(size, (uint64_t)bytes));
    if (file) {
        spb_strbuf_append(&label, ", ");
        spb_plot_label(&label, file, FILE_COLUMNS);
    }
    struct spb_plot_cache_mark mark = {.bytes = bytes, .label = spb_strbuf_detach(&label)};
    if (!mark.label)
        return -ENOMEM;
    size_t at = caches->count++;
    for (; at > 0 && marks[at - 1].bytes > bytes; at--)
        marks[at] = marks[at - 1];
    marks[at] = mark;
    return 0;
}

static bool is_near(const struct spb_plot_axis *measured, double bytes)
{
    return measured->high > 0 && bytes >= measured->low / NEARBY && bytes <= measured->high * NEARBY;
}

static void note_far(unsigned level, double bytes, struct spb_strbuf *note)
{
    char size[SPB_UNIT_TEXT_SIZE];
    begin_sentence(note);
    spb_strbuf_printf(note, "%s (%s) is far from all sizes measured.", levels[level].name,
                      spb_format_bytes(size, (uint64_t)bytes));
}

int spb_plot_caches_collect(const struct spb_plot_input *input, struct spb_plot_axis *axis,
                            struct spb_plot_caches *caches, struct spb_strbuf *note)
{
    const struct spb_plot_axis measured = *axis;
    int code = 0;
    *caches = (struct spb_plot_caches){0};
    for (unsigned level = 1; level <= SPB_PLOT_CACHE_LEVELS; level++) {
        bool alike = all_alike(input, level);
        for (size_t i = 0; i < (alike ? 1 : input->count) && code == 0; i++) {
            double bytes = spb_plot_cache_bytes(&input->results[i].stamp, level);
            if (bytes <= 0)
                note_missing(&input->results[i].stamp, level, note);
            else if (!is_near(&measured, bytes))
                note_far(level, bytes, note);
            else
                code = add_mark(caches, level, bytes, alike ? NULL : input->names[i]);
            if (code == 0 && bytes > 0 && is_near(&measured, bytes))
                spb_plot_axis_include(axis, bytes);
        }
    }
    return code;
}

/* ---- placing ---------------------------------------------------------------------------------------------------- */

static double half_width(const struct spb_plot_cache_mark *mark, double width_px)
{
    return (spb_plot_text_px(mark->label) + LABEL_GAP_PX) / 2 / width_px;
}

static bool collides(const struct spb_plot_caches *caches, size_t index, double width_px)
{
    const struct spb_plot_cache_mark *mark = &caches->marks[index];
    for (size_t i = 0; i < index; i++) {
        const struct spb_plot_cache_mark *other = &caches->marks[i];
        if (other->storey == mark->storey &&
            fabs(other->place - mark->place) < half_width(other, width_px) + half_width(mark, width_px))
            return true;
    }
    return false;
}

void spb_plot_caches_place(struct spb_plot_caches *caches, const struct spb_plot_axis *axis, double width_px)
{
    caches->storeys = caches->count > 0;
    for (size_t i = 0; i < caches->count; i++) {
        struct spb_plot_cache_mark *mark = &caches->marks[i];
        double half = half_width(mark, width_px);
        mark->place = fmax(half, fmin(1 - half, spb_plot_axis_place(axis, mark->bytes)));
        for (mark->storey = 0; collides(caches, i, width_px);)
            mark->storey++;
        caches->storeys = mark->storey >= caches->storeys ? mark->storey + 1 : caches->storeys;
    }
}

void spb_plot_caches_write(const struct spb_plot_caches *caches, struct spb_plot_data *data)
{
    spb_plot_data_block(data, "caches: bytes, label, place of the label from 0 (left) to 1, storey of the label");
    for (size_t i = 0; i < caches->count; i++) {
        spb_plot_data_number(data, caches->marks[i].bytes);
        spb_plot_data_text(data, caches->marks[i].label);
        spb_plot_data_number(data, caches->marks[i].place);
        spb_plot_data_number(data, caches->marks[i].storey);
        spb_plot_data_end_row(data);
    }
}

void spb_plot_caches_release(struct spb_plot_caches *caches)
{
    for (size_t i = 0; i < caches->count; i++)
        free(caches->marks[i].label);
    free(caches->marks);
    *caches = (struct spb_plot_caches){0};
}
