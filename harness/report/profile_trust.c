/* SPDX-License-Identifier: MIT */
#include "profile_trust.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

__attribute__((format(printf, 3, 4))) static void note(struct spb_profile_trust *trust, enum spb_tone tone,
                                                       const char *format, ...)
{
    va_list args;
    if (trust->count == SPB_TRUST_MAX)
        return;
    struct spb_trust_note *at = &trust->notes[trust->count++];
    at->tone = tone;
    va_start(args, format);
    vsnprintf(at->text, sizeof at->text, format, args);
    va_end(args);
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

#define FEW_SAMPLES 100

/* Their records fill the same buffers; 0 where waits were not looked at. */
static double count_waits(const struct spb_profile *profile)
{
    unsigned type;
    double waits = 0;
    if (spb_profile_find_value(profile, "off-cpu-waits", &type, NULL) == 0)
        for (size_t i = 0; i < profile->sample_count; i++)
            waits += (double)profile->samples[i].values[type];
    return waits;
}

static void note_samples(const struct spb_profile *profile, const struct spb_profile_head *head,
                         struct spb_profile_trust *trust)
{
    struct spb_strbuf count = {0};
    double taken = (double)head->quality.samples, lost = spb_profile_fact_number(profile, "samples-lost");
    double waits = count_waits(profile), lost_pct = lost > 0 ? 100 * lost / (taken + waits + lost) : 0;
    spb_append_count(&count, head->quality.samples);
    if (taken == 0)
        note(trust, SPB_TONE_BAD,
             "no sample was taken: the program used hardly any CPU time, or the filter leaves nothing");
    else if (taken < FEW_SAMPLES)
        note(trust, SPB_TONE_WARN, "only %s samples: shares are rough; run it for longer, or raise the frequency (-F)",
             spb_strbuf_text(&count));
    if (!spb_profile_find_fact(profile, "samples-lost"))
        note(trust, SPB_TONE_PLAIN, "%s samples; how many were lost is not in the file", spb_strbuf_text(&count));
    else if (lost > 0)
        note(trust, lost_pct > 1 ? SPB_TONE_BAD : SPB_TONE_WARN,
             "%s samples taken%s, %.0f lost (%.1f %%): the profiler did not keep up; %s", spb_strbuf_text(&count),
             waits > 0 ? " and waits seen" : "", lost, lost_pct,
             waits > 0 ? "leave --off-cpu out, or lower the frequency (-F)" : "lower the frequency (-F)");
    else
        note(trust, SPB_TONE_PLAIN, "%s samples taken, none lost", spb_strbuf_text(&count));
    spb_strbuf_release(&count);
}

static void note_throttling(const struct spb_profile *profile, struct spb_profile_trust *trust)
{
    double throttled = spb_profile_fact_number(profile, "throttled");
    double malformed = spb_profile_fact_number(profile, "malformed-records");
    if (throttled > 0)
        note(trust, SPB_TONE_WARN,
             "the kernel throttled sampling %.0f times (kernel.perf_event_max_sample_rate, perf_cpu_time_max_percent): "
             "lower the frequency (-F)",
             throttled);
    if (malformed > 0)
        note(trust, SPB_TONE_WARN, "%.0f records of the kernel could not be read", malformed);
}

/* ---- stacks ----------------------------------------------------------------------------------------------------- */

static void note_stacks(const struct spb_profile *profile, const struct spb_profile_head *head,
                        struct spb_profile_trust *trust)
{
    double truncated = spb_profile_fact_number(profile, "truncated-stacks");
    double taken = (double)head->quality.samples, blind_pct = 100 * head->quality.blind;
    double truncated_pct = taken > 0 ? fmin(100, 100 * truncated / taken) : 0;
    bool dwarf = head->call_graph && strcmp(head->call_graph, "dwarf") == 0;
    if (head->call_graph && strcmp(head->call_graph, "none") == 0)
        return;
    if (blind_pct > 30 && head->quality.has_stacks)
        note(trust, SPB_TONE_BAD,
             "%.0f %% of the stacks end after one function, since %s: self times are right, totals and the call tree "
             "are "
             "not; %s",
             blind_pct,
             dwarf ? "there are no unwind tables" : "the program or a library was built without frame pointers",
             dwarf ? "build with -fasynchronous-unwind-tables"
                   : "profile with --call-graph dwarf, or build with -fno-omit-frame-pointer");
    if (truncated > 0)
        note(trust, truncated_pct > 5 ? SPB_TONE_WARN : SPB_TONE_PLAIN,
             "%.0f stacks (%.1f %%) are cut off: total shares of outer functions are too small%s", truncated,
             truncated_pct, dwarf ? "" : " (kernel.perf_event_max_stack is the limit)");
    else if (spb_profile_find_fact(profile, "truncated-stacks"))
        note(trust, SPB_TONE_PLAIN, "no stack is cut off");
    if (head->quality.empty > 0.01)
        note(trust, SPB_TONE_WARN, "%.1f %% of the samples have no stack", 100 * head->quality.empty);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

static void note_names(const struct spb_profile *profile, const struct spb_profile_head *head,
                       struct spb_profile_trust *trust)
{
    double unnamed_pct = 100 * head->quality.unnamed, replaced = spb_profile_fact_number(profile, "modules-replaced");
    const char *kernel = spb_profile_fact_text(profile, "kernel-symbols");
    if (unnamed_pct >= 0.05)
        note(trust, unnamed_pct > 10 ? SPB_TONE_WARN : SPB_TONE_PLAIN,
             "%.1f %% of the time is in code without a name%s", unnamed_pct,
             unnamed_pct > 10 ? ": no symbols; install the debug symbols, or do not strip" : "");
    else if (head->quality.samples)
        note(trust, SPB_TONE_PLAIN, "all of the code has names");
    if (head->quality.samples && head->quality.lines < 0.995)
        note(trust, SPB_TONE_PLAIN, "%.0f %% of the time is in code whose source lines are %s",
             100 * (1 - head->quality.lines), "not known (built without -g, or the debug symbols are not installed)");
    if (replaced > 0)
        note(trust, SPB_TONE_WARN,
             "%.0f modules were replaced since they ran (their build-ids differ): their functions have no names",
             replaced);
    if (kernel && head->quality.kernel_known)
        note(trust, SPB_TONE_WARN, "functions of the kernel have no names: %s", kernel);
}

/* ---- conditions ------------------------------------------------------------------------------------------------- */

static void note_conditions(const struct spb_profile *profile, const struct spb_profile_head *head,
                            struct spb_profile_trust *trust)
{
    static const char *const texts[] = {"kernel", "engine-reason", "note"};
    char own[SPB_UNIT_TEXT_SIZE];
    double profiler_ns = spb_profile_fact_number(profile, "profiler-cpu");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (spb_profile_fact_text(profile, texts[i]))
            note(trust, i == 0 ? SPB_TONE_WARN : SPB_TONE_PLAIN, "%s", spb_profile_fact_text(profile, texts[i]));
    if (profiler_ns > 0 && head->cpu_ns > 0) {
        double pct = 100 * profiler_ns / head->cpu_ns;
        note(trust, pct > 10 ? SPB_TONE_WARN : SPB_TONE_PLAIN,
             "the profiler itself used %s of CPU time, %.1f %% of what the program used%s",
             spb_format_duration(own, profiler_ns), pct, pct > 10 ? ": lower the frequency (-F)" : "");
    }
}

static void put_worst_first(struct spb_profile_trust *trust)
{
    static const enum spb_tone order[] = {SPB_TONE_BAD, SPB_TONE_WARN, SPB_TONE_PLAIN};
    struct spb_profile_trust sorted = {.count = 0};
    for (size_t tone = 0; tone < sizeof order / sizeof order[0]; tone++)
        for (size_t i = 0; i < trust->count; i++)
            if (trust->notes[i].tone == order[tone])
                sorted.notes[sorted.count++] = trust->notes[i];
    *trust = sorted;
}

void spb_profile_trust(const struct spb_profile *profile, const struct spb_profile_head *head,
                       struct spb_profile_trust *trust)
{
    trust->count = 0;
    note_samples(profile, head, trust);
    note_throttling(profile, trust);
    note_stacks(profile, head, trust);
    note_names(profile, head, trust);
    note_conditions(profile, head, trust);
    put_worst_first(trust);
}
