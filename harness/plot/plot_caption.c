/* SPDX-License-Identifier: MIT */
#include "plot_caption.h"

#include "date.h"

static const char *host_of(const struct spb_result *result)
{
    const struct spb_fact *fact = spb_stamp_find(&result->stamp, "host.name");
    return fact && fact->kind == SPB_FACT_TEXT ? fact->text : "host not known";
}

void spb_plot_caption(const struct spb_plot_input *input, struct spb_plot_data *data, const char *whiskers)
{
    char when[SPB_DATE_TEXT_SIZE];
    size_t processes = 0, samples = 0;
    for (size_t f = 0; f < input->count; f++)
        for (size_t i = 0; i < input->results[f].row_count; i++) {
            const struct spb_row_stats *stats = &input->results[f].rows[i].stats;
            processes += stats->valid ? stats->process_count : 0;
            samples += stats->valid ? stats->sample_count : 0;
        }
    const struct spb_result *first = &input->results[0];
    spb_plot_data_words(data, "subtitle", "%s, %s UTC, %zu files, %zu processes, %zu samples\n%s", host_of(first),
                        spb_date_format_time(when, first->created_s), input->count, processes, samples, whiskers);
}
