/* SPDX-License-Identifier: MIT */
#include "profile_head.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "flame_graph.h"
#include "units.h"

const char *spb_profile_fact_text(const struct spb_profile *profile, const char *name)
{
    const struct spb_profile_fact *fact = spb_profile_find_fact(profile, name);
    return fact && fact->text ? spb_profile_text(profile, fact->text) : NULL;
}

double spb_profile_fact_number(const struct spb_profile *profile, const char *name)
{
    const struct spb_profile_fact *fact = spb_profile_find_fact(profile, name);
    return fact && !fact->text && isfinite(fact->value) ? fact->value : 0;
}

const struct spb_profile_timeline *spb_profile_cpu_timeline(const struct spb_profile *profile, uint32_t thread)
{
    for (size_t i = 0; i < profile->timeline_count; i++) {
        const struct spb_profile_timeline *line = &profile->timelines[i];
        if (line->thread == thread && strcmp(spb_profile_text(profile, line->name), "cpu") == 0 && line->step_ns)
            return line;
    }
    return NULL;
}

/* The value "cpu" in nanoseconds, as most writers of pprof call it; else what the timeline adds up to. */
static void find_cpu_time(const struct spb_profile *profile, struct spb_profile_head *head)
{
    const struct spb_profile_timeline *line = spb_profile_cpu_timeline(profile, SPB_PROFILE_NONE);
    unsigned type;
    bool is_time = spb_profile_find_value(profile, "cpu", &type, NULL) == 0 &&
                   strcmp(spb_profile_text(profile, profile->types[type].unit), "nanoseconds") == 0;
    head->has_cpu = is_time || line;
    for (size_t i = 0; is_time && i < profile->sample_count; i++)
        head->cpu_ns += (double)profile->samples[i].values[type];
    for (size_t i = 0; !is_time && line && i < line->count; i++)
        head->cpu_ns += (double)line->values[i];
}

int spb_profile_head(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                     struct spb_profile_head *head, struct spb_error *err)
{
    *head = (struct spb_profile_head){.command = spb_profile_fact_text(profile, "command"),
                                      .engine = spb_profile_fact_text(profile, "engine"),
                                      .event = spb_profile_fact_text(profile, "event"),
                                      .call_graph = spb_profile_fact_text(profile, "call-graph"),
                                      .frequency_hz = spb_profile_fact_number(profile, "frequency"),
                                      .duration_ns = (double)profile->duration_ns};
    int code = spb_profile_quality(profile, filter, &head->quality, err);
    if (code)
        return code;
    head->value_name = spb_profile_text(profile, profile->types[filter->type].name);
    head->value_unit = spb_profile_text(profile, profile->types[filter->type].unit);
    head->value_sum = head->quality.sum;
    find_cpu_time(profile, head);
    return 0;
}

double spb_profile_cpus(const struct spb_profile_head *head)
{
    return head->has_cpu && head->duration_ns > 0 ? head->cpu_ns / head->duration_ns : 0;
}

void spb_append_count(struct spb_strbuf *out, int64_t count)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%" PRId64, count);
    for (int i = 0; i < length; i++) {
        spb_strbuf_append_char(out, digits[i]);
        if ((length - 1 - i) % 3 == 0 && i + 1 < length && digits[i] != '-')
            spb_strbuf_append_char(out, ',');
    }
}

void spb_profile_amount_format(const struct spb_profile_head *head, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    double cpus = spb_profile_cpus(head);
    if (head->has_cpu)
        spb_strbuf_printf(out, "%s of CPU time", spb_format_duration(text, head->cpu_ns));
    else
        spb_strbuf_printf(out, "%s of %s", spb_profile_value_format(text, head->value_sum, head->value_unit),
                          head->value_name);
    if (head->duration_ns > 0)
        spb_strbuf_printf(out, " in %s", spb_format_duration(text, head->duration_ns));
    if (cpus > 0)
        spb_strbuf_printf(out, ", %.2f CPUs on average", cpus);
}

static void append_period(const struct spb_profile *profile, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    if (profile->period > 0)
        spb_strbuf_printf(out, ", one each %s of %s",
                          spb_profile_value_format(text, (double)profile->period,
                                                   spb_profile_text(profile, profile->period_type.unit)),
                          spb_profile_text(profile, profile->period_type.name));
}

void spb_profile_method_format(const struct spb_profile *profile, const struct spb_profile_head *head,
                               struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_append_count(out, head->quality.samples);
    spb_strbuf_append(out, head->quality.samples == 1 ? " sample" : " samples");
    if (head->event)
        spb_strbuf_printf(out, " of %s", head->event);
    if (head->frequency_hz > 0)
        spb_strbuf_printf(out, " at %s Hz", spb_format_double(text, head->frequency_hz));
    else
        append_period(profile, out);
    if (head->engine)
        spb_strbuf_printf(out, " by %s",
                          strcmp(head->engine, "perf") == 0    ? "perf events"
                          : strcmp(head->engine, "timer") == 0 ? "timers in the program"
                                                               : head->engine);
    if (head->call_graph && strcmp(head->call_graph, "none") != 0)
        spb_strbuf_printf(out, ", stacks by %s", strcmp(head->call_graph, "dwarf") == 0 ? "DWARF" : head->call_graph);
    else if (head->call_graph)
        spb_strbuf_append(out, ", without stacks");
}
