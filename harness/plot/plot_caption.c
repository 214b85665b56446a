/* SPDX-License-Identifier: MIT */
#include "plot_caption.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "date.h"
#include "plot_layout.h"
#include "stamp.h"

#define HOSTS_MAX         3  /* are named */
#define HOST_COLUMNS_MAX  40 /* longer names are cut */
#define WHOLE_CONFIDENCE  0.95
#define MINUTE_CHARACTERS 16 /* of "2026-12-31T23:59:59" */

/* ---- hosts ------------------------------------------------------------------------------------------------------ */

static size_t stamp_count(const struct spb_plot_input *input)
{
    return input->experiment ? 1 : input->count;
}

static const char *host_of(const struct spb_plot_input *input, size_t index)
{
    const struct spb_stamp *stamp = input->experiment ? &input->experiment->stamp : &input->results[index].stamp;
    const struct spb_fact *fact = spb_stamp_find(stamp, "host.name");
    return fact && fact->kind == SPB_FACT_TEXT && *fact->text ? fact->text : "unknown host";
}

static bool is_new_host(const struct spb_plot_input *input, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(host_of(input, i), host_of(input, index)) == 0)
            return false;
    return true;
}

static void append_hosts(const struct spb_plot_input *input, struct spb_strbuf *out)
{
    size_t named = 0, others = 0;
    for (size_t i = 0; i < stamp_count(input); i++) {
        if (!is_new_host(input, i))
            continue;
        if (named == HOSTS_MAX) {
            others++;
            continue;
        }
        spb_strbuf_append(out, named++ ? ", " : "");
        spb_plot_label(out, host_of(input, i), HOST_COLUMNS_MAX);
    }
    if (others)
        spb_strbuf_printf(out, " and %zu more", others);
}

/* ---- when ------------------------------------------------------------------------------------------------------- */

static void append_minute(int64_t seconds, struct spb_strbuf *out)
{
    char text[SPB_DATE_TEXT_SIZE];
    spb_date_format_time(text, seconds);
    text[10] = ' ';
    spb_strbuf_append_bytes(out, text, MINUTE_CHARACTERS);
}

static void append_time(const struct spb_plot_input *input, struct spb_strbuf *out)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < stamp_count(input); i++) {
        int64_t created_s = input->experiment ? input->experiment->created_s : input->results[i].created_s;
        first = created_s < first ? created_s : first;
        last = created_s > last ? created_s : last;
    }
    if (stamp_count(input) == 0)
        return;
    spb_strbuf_append(out, ", ");
    append_minute(first, out);
    if (last / 60 > first / 60) {
        spb_strbuf_append(out, " to ");
        append_minute(last, out);
    }
    spb_strbuf_append(out, " UTC");
}

/* ---- how many --------------------------------------------------------------------------------------------------- */

struct range {
    size_t rows;
    size_t least;
    size_t most;
};

static void count(struct range *range, size_t units)
{
    range->least = range->rows == 0 || units < range->least ? units : range->least;
    range->most = units > range->most ? units : range->most;
    range->rows++;
}

static struct range count_results(const struct spb_plot_input *input, bool (*is_shown)(const struct spb_row *row))
{
    struct range range = {0};
    for (size_t i = 0; i < input->count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++) {
            const struct spb_row *row = &input->results[i].rows[r];
            if (row->stats.valid && (!is_shown || is_shown(row)))
                count(&range, row->stats.process_count);
        }
    return range;
}

static struct range count_pairs(const struct spb_plot_input *input)
{
    struct range range = {0};
    for (size_t i = 0; i < input->judgement_count; i++)
        for (size_t r = 0; r < input->judgements[i].row_count; r++)
            if (input->judgements[i].rows[r].has_effect)
                count(&range, input->judgements[i].rows[r].base_count);
    return range;
}

static void append_count(const struct spb_plot_input *input, const struct range *range, struct spb_strbuf *out)
{
    bool pairs = input->experiment != NULL;
    if (range->rows == 0)
        return;
    spb_strbuf_printf(out, "; %zu row%s", range->rows, range->rows == 1 ? "" : "s");
    if (input->count > 1)
        spb_strbuf_printf(out, " in %zu files", input->count);
    spb_strbuf_printf(out, " of %zu", range->least);
    if (range->most > range->least)
        spb_strbuf_printf(out, " to %zu", range->most);
    spb_strbuf_printf(out, range->most == 1 ? " %s" : pairs ? " %ss" : " %ses", pairs ? "pair" : "process");
}

void spb_plot_caption_of(const struct spb_plot_input *input, bool (*is_shown)(const struct spb_row *row),
                         struct spb_plot_data *data, const char *whiskers)
{
    struct spb_strbuf text = {0};
    append_hosts(input, &text);
    append_time(input, &text);
    struct range range = input->experiment ? count_pairs(input) : count_results(input, is_shown);
    append_count(input, &range, &text);
    if (whiskers)
        spb_strbuf_printf(&text, "\n%s", whiskers);
    spb_plot_data_words(data, "subtitle", "%s", spb_strbuf_text(&text));
    data->text.failed |= text.failed;
    spb_strbuf_release(&text);
}

void spb_plot_caption(const struct spb_plot_input *input, struct spb_plot_data *data, const char *whiskers)
{
    spb_plot_caption_of(input, NULL, data, whiskers);
}

/* ---- whiskers --------------------------------------------------------------------------------------------------- */

void spb_plot_whiskers(const struct spb_plot_input *input, bool (*is_shown)(const struct spb_row *row),
                       struct spb_strbuf *out)
{
    size_t with = 0, without = 0;
    double least = 1;
    for (size_t i = 0; i < input->count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++) {
            const struct spb_row *row = &input->results[i].rows[r];
            if (!row->stats.valid || (is_shown && !is_shown(row)))
                continue;
            with += row->stats.has_interval;
            without += !row->stats.has_interval;
            least = row->stats.has_interval && row->stats.confidence < least ? row->stats.confidence : least;
        }
    if (with == 0) {
        spb_strbuf_append(out, "no whiskers: a confidence interval takes two processes a row");
        return;
    }
    spb_strbuf_append(out, "whiskers: 95 % confidence interval over the processes");
    if (least < WHOLE_CONFIDENCE)
        spb_strbuf_printf(out, ", or what so few allow (from %.0f %%)", floor(100 * least));
    if (without)
        spb_strbuf_append(out, "; none where there is one process");
}
