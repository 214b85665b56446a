/* SPDX-License-Identifier: MIT */
#include "flame_graph.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "fnv.h"
#include "profile_quality.h"
#include "units.h"
#include "utf8.h"

#define WIDTH      1180.0
#define LEFT       10.0
#define ROW_HEIGHT 17
#define TOP        58 /* title, subtitle, status */
#define BOTTOM     30
#define LETTER     6.6
#define DEPTH_MAX  1000
#define NARROWEST  (0.1 / WIDTH)

extern const struct spb_embedded spb_report_files[];

struct drawing {
    const struct spb_flame_graph *graph;
    struct spb_strbuf *out;
    double all;       /* the root's total */
    unsigned deepest; /* of the boxes that are drawn */
    uint64_t narrow, deep;
    double largest; /* difference of shares, over all functions */
};

const char *spb_profile_value_format(char *text, double value, const char *unit)
{
    if (strcmp(unit, "nanoseconds") == 0)
        return spb_format_duration(text, value);
    if (strcmp(unit, "bytes") == 0 && value >= 0)
        return spb_format_bytes(text, (uint64_t)value);
    return spb_format_si(text, value, strcmp(unit, "count") == 0 ? "" : unit);
}

/* ---- text that is safe in XML ------------------------------------------------------------------------------------ */

static void append_escaped(struct spb_strbuf *out, const char *text)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    for (const char *at = spb_strbuf_text(&printable); *at; at++)
        switch (*at) {
        case '&':
            spb_strbuf_append(out, "&amp;");
            break;
        case '<':
            spb_strbuf_append(out, "&lt;");
            break;
        case '>':
            spb_strbuf_append(out, "&gt;");
            break;
        case '"':
            spb_strbuf_append(out, "&quot;");
            break;
        default:
            spb_strbuf_append_char(out, *at);
        }
    out->failed = out->failed || printable.failed;
    spb_strbuf_release(&printable);
}

/* ---- colours ---------------------------------------------------------------------------------------------------- */

/* By where the code is from: the kernel, a library, what was made while it ran, the program itself. */
static unsigned hue_of(const struct spb_profile *profile, uint32_t function)
{
    if (spb_profile_is_kernel(profile, function))
        return 24;
    if (strcmp(spb_profile_module_name(profile, function), "[jit]") == 0)
        return 140;
    return spb_profile_is_library(profile, function) ? 45 : 8;
}

static void append_plain_colour(const struct drawing *drawing, uint32_t function_number)
{
    const struct spb_profile *profile = drawing->graph->profile;
    const struct spb_profile_function *function = &profile->functions[function_number];
    const char *name = spb_profile_text(profile, function->name);
    uint64_t hash = spb_fnv(SPB_FNV_START, name, strlen(name));
    spb_strbuf_printf(drawing->out, "hsl(%u,%u%%,%u%%)", hue_of(profile, function_number) + (unsigned)(hash % 13),
                      70 + (unsigned)(hash >> 8) % 20, 68 + (unsigned)(hash >> 16) % 10);
}

static const struct spb_profile_change *find_change(const struct spb_profile_diff *diff, const char *name)
{
    for (size_t i = 0; i < diff->count; i++)
        if (strcmp(diff->changes[i].name, name) == 0)
            return &diff->changes[i];
    return NULL;
}

/* Strong in proportion to the largest difference; grey within two standard errors. */
static void append_difference_colour(const struct drawing *drawing, const struct spb_profile_change *change)
{
    double strength = change && drawing->largest > 0 ? fabs(change->difference) / drawing->largest : 0;
    if (!change || fabs(change->difference) <= 2 * change->error)
        spb_strbuf_append(drawing->out, "hsl(0,0%,86%)");
    else
        spb_strbuf_printf(drawing->out, "hsl(%d,85%%,%.0f%%)", change->difference > 0 ? 4 : 215, 84 - 26 * strength);
}

/* ---- boxes ------------------------------------------------------------------------------------------------------ */

static void append_title(const struct drawing *drawing, const char *name, const struct spb_profile_branch *branch,
                         const struct spb_profile_change *change)
{
    char total[SPB_UNIT_TEXT_SIZE], self[SPB_UNIT_TEXT_SIZE];
    append_escaped(drawing->out, name);
    spb_strbuf_printf(drawing->out, ": %s, %.2f %%",
                      spb_profile_value_format(total, (double)branch->total, drawing->graph->unit),
                      100 * (double)branch->total / drawing->all);
    if (branch->self && branch->self != branch->total)
        spb_strbuf_printf(drawing->out, "; %s in itself",
                          spb_profile_value_format(self, (double)branch->self, drawing->graph->unit));
    if (change)
        spb_strbuf_printf(drawing->out, "; the function itself %+.2f %% of all, error %.2f %%",
                          100 * change->difference, 100 * change->error);
}

static void append_label(struct spb_strbuf *out, const char *name, double width)
{
    size_t room = width > 6 + 3 * LETTER ? (size_t)((width - 6) / LETTER) : 0, columns = 0, length;
    if (spb_utf8_columns(name, strlen(name)) <= room) {
        append_escaped(out, name);
        return;
    }
    struct spb_strbuf cut = {0};
    for (const char *at = name; *at && columns + 1 < room; at += length) {
        spb_utf8_decode(at, &length);
        columns += spb_utf8_columns(at, length);
        spb_strbuf_append_bytes(&cut, at, length);
    }
    if (room) {
        append_escaped(out, spb_strbuf_text(&cut));
        spb_strbuf_append(out, "\xe2\x80\xa6");
    }
    spb_strbuf_release(&cut);
}

struct box {
    size_t branch;
    unsigned depth;
    double x; /* share of the whole, from the left */
};

static const char *name_of(const struct drawing *drawing, const struct spb_profile_branch *branch)
{
    const struct spb_profile *profile = drawing->graph->profile;
    return branch->function == SPB_PROFILE_NONE ? "all"
                                                : spb_profile_text(profile, profile->functions[branch->function].name);
}

static void append_box(const struct drawing *drawing, const struct box *box)
{
    const struct spb_profile_branch *branch = &drawing->graph->tree->branches[box->branch];
    const char *name = name_of(drawing, branch);
    const struct spb_profile_change *change = drawing->graph->diff ? find_change(drawing->graph->diff, name) : NULL;
    double share = (double)branch->total / drawing->all, x = LEFT + box->x * WIDTH, width = share * WIDTH;
    unsigned y = TOP + (drawing->deepest - box->depth) * ROW_HEIGHT;
    spb_strbuf_printf(drawing->out,
                      "<g class=\"f\" tabindex=\"0\" data-x=\"%.9g\" data-w=\"%.9g\" data-d=\"%u\" data-n=\"", box->x,
                      share, box->depth);
    append_escaped(drawing->out, name);
    spb_strbuf_append(drawing->out, "\"><title>");
    append_title(drawing, name, branch, change);
    spb_strbuf_printf(drawing->out, "</title><rect x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\" rx=\"1\" fill=\"",
                      x, y, fmax(0.1, width - 0.4), ROW_HEIGHT - 1);
    if (branch->function == SPB_PROFILE_NONE)
        spb_strbuf_append(drawing->out, "hsl(0,0%,80%)");
    else if (drawing->graph->diff)
        append_difference_colour(drawing, change);
    else
        append_plain_colour(drawing, branch->function);
    spb_strbuf_printf(drawing->out, "\"/><text x=\"%.2f\" y=\"%u\">", x + 3, y + 12);
    append_label(drawing->out, name, width);
    spb_strbuf_append(drawing->out, "</text></g>\n");
}

/* The boxes that are drawn, in the order of the tree's levels; -ENOMEM or 0. */
static int lay_out(struct drawing *drawing, struct box **boxes, size_t *count)
{
    const struct spb_profile_tree *tree = drawing->graph->tree;
    *count = 0;
    *boxes = calloc(tree->count + 1, sizeof **boxes);
    if (!*boxes)
        return -ENOMEM;
    if (drawing->all > 0)
        (*boxes)[(*count)++] = (struct box){0, 0, 0};
    for (size_t i = 0; i < *count; i++) {
        const struct box box = (*boxes)[i];
        const struct spb_profile_branch *branch = &tree->branches[box.branch];
        double x = box.x;
        drawing->deepest = box.depth > drawing->deepest ? box.depth : drawing->deepest;
        for (size_t c = 0; c < branch->child_count; c++) {
            size_t child = branch->first_child + c;
            double share = (double)tree->branches[child].total / drawing->all;
            if (share >= NARROWEST && box.depth < DEPTH_MAX)
                (*boxes)[(*count)++] = (struct box){child, box.depth + 1, x};
            else if (share >= NARROWEST)
                drawing->deep++;
            else
                drawing->narrow++;
            x += fmax(0, share);
        }
    }
    return 0;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static const char style[] =
    "<style>\n"
    "svg{background:#fff;font-family:ui-monospace,\"DejaVu Sans Mono\",Menlo,monospace;font-size:11px;fill:#1f2328}\n"
    ".title{font:600 16px system-ui,sans-serif}.small{font:12px system-ui,sans-serif;fill:#59636e}\n"
    ".button{font:12px system-ui,sans-serif;fill:#0a58a5;cursor:pointer;text-decoration:underline}\n"
    "g.f{cursor:pointer}g.f text{pointer-events:none;fill:#111}g.f:hover rect,g.f:focus "
    "rect{stroke:#000;stroke-width:1.2}\n"
    "g.f:focus{outline:none}g.hit rect{fill:#b453d6}g.hit text{fill:#fff}g.caller{opacity:.5}\n"
    "@media (prefers-color-scheme:dark){svg{background:#0d1117;fill:#e6edf3}.small{fill:#9198a1}.button{fill:#7ab8ff}"
    "g.f:hover rect,g.f:focus rect{stroke:#fff}}\n"
    "</style>\n";

static void append_head(const struct drawing *drawing, unsigned height)
{
    struct spb_strbuf *out = drawing->out;
    spb_strbuf_printf(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" "
        "height=\"%u\" viewBox=\"0 0 1200 %u\" data-width=\"%.0f\">\n<title>",
        height, height, WIDTH);
    append_escaped(out, drawing->graph->title);
    spb_strbuf_append(out, "</title>\n");
    spb_strbuf_append(out, style);
    spb_strbuf_append(out, "<text class=\"title\" x=\"10\" y=\"22\">");
    append_escaped(out, drawing->graph->title);
    spb_strbuf_append(out, "</text>\n<text class=\"small\" x=\"10\" y=\"40\">");
    append_escaped(out, drawing->graph->subtitle ? drawing->graph->subtitle : "");
    spb_strbuf_append(out,
                      "</text>\n<text class=\"small\" id=\"status\" x=\"10\" y=\"54\"></text>\n"
                      "<text class=\"small\" id=\"found\" x=\"1040\" y=\"40\" text-anchor=\"end\"></text>\n"
                      "<text class=\"button\" id=\"clear\" x=\"1110\" y=\"22\" text-anchor=\"end\" tabindex=\"0\" "
                      "role=\"button\" style=\"display:none\">show all</text>\n"
                      "<text class=\"button\" id=\"search\" x=\"1190\" y=\"22\" text-anchor=\"end\" tabindex=\"0\" "
                      "role=\"button\" style=\"display:none\">search</text>\n");
}

static void append_foot(const struct drawing *drawing, unsigned height)
{
    struct spb_strbuf *out = drawing->out;
    spb_strbuf_printf(out, "<text class=\"small\" x=\"10\" y=\"%u\">", height - 10);
    if (drawing->all <= 0)
        spb_strbuf_append(out, "There is no sample in this profile. ");
    if (drawing->graph->diff)
        spb_strbuf_append(out, "Red: more than before, blue: less, grey: within two standard errors. ");
    else
        spb_strbuf_append(out, "Red: the program, yellow: libraries, orange: the kernel, green: made while it ran. ");
    if (drawing->narrow)
        spb_strbuf_printf(out, "%" PRIu64 " boxes are too narrow to be drawn. ", drawing->narrow);
    if (drawing->deep)
        spb_strbuf_printf(out, "%" PRIu64 " stacks go deeper than %d callers and are cut here. ", drawing->deep,
                          DEPTH_MAX);
    spb_strbuf_append(out, "</text>\n<script><![CDATA[\n");
    spb_strbuf_append(out, spb_report_files[0].text);
    spb_strbuf_append(out, "]]></script>\n</svg>\n");
}

int spb_flame_graph(const struct spb_flame_graph *graph, struct spb_strbuf *out)
{
    struct drawing drawing = {.graph = graph, .out = out};
    struct box *boxes = NULL;
    size_t count = 0;
    drawing.all = graph->tree->count ? (double)graph->tree->branches[0].total : 0;
    for (size_t i = 0; graph->diff && i < graph->diff->count; i++)
        drawing.largest = fmax(drawing.largest, fabs(graph->diff->changes[i].difference));
    int code = lay_out(&drawing, &boxes, &count);
    unsigned height = TOP + (drawing.deepest + 1) * ROW_HEIGHT + BOTTOM;
    append_head(&drawing, height);
    for (size_t i = 0; i < count; i++)
        append_box(&drawing, &boxes[i]);
    append_foot(&drawing, height);
    free(boxes);
    return code || out->failed ? -ENOMEM : 0;
}
