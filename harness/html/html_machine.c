/* SPDX-License-Identifier: MIT
 *
 * The machines: what they are, and what on them disturbs a measurement. The findings are those of the doctor, made of what the
 * result file recorded. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "html_internal.h"
#include "probe.h"
#include "row_report.h"
#include "rules.h"
#include "stamp_lookup.h"

/* A share of the samples from which on a mark is worth a warning. */
#define MARKED_WARN_RATIO 0.01

/* ---- facts as recorded ------------------------------------------------------------------------------------------ */

static const struct spb_metric *find_hardware_metric(const struct spb_result *result)
{
    static const char *const names[] = {"instructions", "instructions-per-unit", "cycles"};
    for (size_t i = 0; i < result->row_count; i++)
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            const struct spb_metric *metric = spb_metrics_find(&result->rows[i].metrics, names[n]);
            if (metric)
                return metric;
        }
    return NULL;
}

static struct spb_fact_value number(double value)
{
    return (struct spb_fact_value){.kind = SPB_VALUE_NUMBER, .number = value, .unit = ""};
}

static struct spb_fact_value find_pmu(const struct spb_result *result, bool is_reason)
{
    const struct spb_metric *metric = find_hardware_metric(result);
    if (metric && is_reason)
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = metric->reason};
    if (metric && spb_metric_has_value(metric))
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = "counted"};
    return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT, .text = metric ? metric->reason : NULL};
}

/* What the doctor would find out itself, from what the run wrote down. A text of NULL: nobody wrote it down. */
static struct spb_fact_value find_recorded(const void *context, const char *name)
{
    const struct spb_result *result = context;
    const struct spb_fact *pus = spb_stamp_find(&result->stamp, "topology.pus");
    if (spb_stamp_find(&result->stamp, name))
        return spb_stamp_lookup(&result->stamp, name);
    if (strcmp(name, "cpu.count") == 0)
        return spb_stamp_lookup(&result->stamp, "topology.pus");
    if (strcmp(name, "cpu.allowed_count") == 0)
        return spb_stamp_lookup(&result->stamp, "topology.allowed_pus");
    if (strcmp(name, "load.one") == 0 && result->load_before.valid)
        return number(result->load_before.one);
    if (strcmp(name, "load.per_cpu") == 0 && result->load_before.valid && pus && pus->number >= 1)
        return number(result->load_before.one / pus->number);
    if (strncmp(name, "pmu.", 4) == 0)
        return find_pmu(result, strcmp(name, "pmu.reason") == 0);
    return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT};
}

/* ---- findings --------------------------------------------------------------------------------------------------- */

static const char *sign_of(enum spb_level level)
{
    static const char *const signs[] = {[SPB_LEVEL_OK] = "\xe2\x9c\x93",
                                        [SPB_LEVEL_UNKNOWN] = "?",
                                        [SPB_LEVEL_WARN] = "\xe2\x96\xb2",
                                        [SPB_LEVEL_BAD] = "\xe2\x9c\x97"};
    return signs[level];
}

static enum spb_tone tone_of(enum spb_level level)
{
    static const enum spb_tone tones[] = {[SPB_LEVEL_OK] = SPB_TONE_GOOD,
                                          [SPB_LEVEL_UNKNOWN] = SPB_TONE_DIM,
                                          [SPB_LEVEL_WARN] = SPB_TONE_WARN,
                                          [SPB_LEVEL_BAD] = SPB_TONE_BAD};
    return tones[level];
}

static void begin_finding(enum spb_level level, const char *name, struct spb_strbuf *out)
{
    spb_strbuf_printf(out,
                      "<li class=\"%s\"><span class=\"level\"><span aria-hidden=\"true\">%s</span> %s</span><div><b>",
                      spb_html_tone(tone_of(level)), sign_of(level), spb_level_name(level));
    spb_html_append(out, name);
    spb_strbuf_append(out, "</b> ");
}

static void append_finding(const struct spb_finding *finding, struct spb_strbuf *out)
{
    begin_finding(finding->level, finding->check, out);
    spb_html_printf(out, "%s%s%s", finding->value, *finding->value && *finding->message ? ": " : "", finding->message);
    spb_strbuf_append(out, "<span class=\"why\">");
    spb_html_append(out, finding->why);
    if (finding->mend) {
        spb_strbuf_append(out, "; <code>");
        spb_html_append(out, finding->mend);
        spb_strbuf_append(out, "</code>");
    } else if (finding->obstacle) {
        spb_html_printf(out, "; %s", finding->obstacle);
    }
    spb_strbuf_append(out, "</span></div></li>");
}

static void append_levels(const struct spb_diagnosis *diagnosis, enum spb_level from, enum spb_level to,
                          struct spb_strbuf *out)
{
    for (int level = (int)to; level >= (int)from; level--)
        for (size_t i = 0; i < diagnosis->count; i++)
            if ((int)diagnosis->findings[i].level == level)
                append_finding(&diagnosis->findings[i], out);
}

struct marked {
    size_t samples;
    size_t count;
    const struct spb_row *most; /* of all rows, the one with the largest share */
    double most_ratio;
};

static struct marked count_marked(const struct spb_result *result, uint32_t mark)
{
    struct marked all = {.samples = 0};
    for (size_t r = 0; r < result->row_count; r++) {
        const struct spb_row *row = &result->rows[r];
        size_t samples = 0, count = 0;
        for (size_t p = 0; p < row->process_count; p++) {
            samples += row->processes[p].sample_count;
            for (size_t i = 0; i < row->processes[p].sample_count; i++)
                count += (row->processes[p].samples[i].marks & mark) != 0;
        }
        all.samples += samples;
        all.count += count;
        if (samples && (double)count / (double)samples > all.most_ratio) {
            all.most_ratio = (double)count / (double)samples;
            all.most = row;
        }
    }
    return all;
}

static void append_marks(const struct spb_result *result, struct spb_strbuf *out)
{
    static const struct {
        uint32_t mark;
        const char *name;
        const char *what;
    } marks[] = {{SPB_MARK_STEAL, "steal", "the hypervisor took time from a CPU in use"},
                 {SPB_MARK_WAITED, "waited",
                  "a thread was ready to run, but had no CPU for more than a hundredth of the sample"},
                 {SPB_MARK_PREEMPTED, "preempted", "another task had the CPU, however shortly"},
                 {SPB_MARK_MIGRATED, "migrated", "a thread changed its CPU"}};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        struct marked marked = count_marked(result, marks[i].mark);
        struct spb_strbuf text = {0};
        double ratio = (double)marked.count / (double)marked.samples;
        if (marked.count == 0 || !marked.most)
            continue;
        begin_finding(ratio >= MARKED_WARN_RATIO ? SPB_LEVEL_WARN : SPB_LEVEL_OK, marks[i].name, out);
        spb_percent_format(ratio, &text);
        spb_strbuf_printf(&text, " of %zu samples; most in %s: ", marked.samples, marked.most->workload);
        spb_percent_format(marked.most_ratio, &text);
        spb_html_take(out, &text);
        spb_strbuf_append(out, "<span class=\"why\">");
        spb_html_append(out, marks[i].what);
        spb_strbuf_append(out, "</span></div></li>");
        spb_strbuf_release(&text);
    }
}

static void append_findings(const struct spb_result *result, struct spb_strbuf *out)
{
    struct spb_diagnosis diagnosis;
    struct spb_fact_source facts = {find_recorded, result};
    if (spb_doctor_judge(&facts, &diagnosis) < 0) {
        out->failed = true;
        return;
    }
    spb_strbuf_append(out, "<div><h4>What makes it noisy</h4><ul class=\"findings\">");
    append_levels(&diagnosis, SPB_LEVEL_UNKNOWN, SPB_LEVEL_BAD, out);
    append_marks(result, out);
    if (diagnosis.count == 0)
        spb_strbuf_append(out, "<li class=\"dim\">the file does not say</li>");
    spb_strbuf_append(out, "</ul>");
    if (diagnosis.level_counts[SPB_LEVEL_OK]) {
        spb_strbuf_printf(out, "<details><summary>%zu checks found nothing</summary><ul class=\"findings\">",
                          diagnosis.level_counts[SPB_LEVEL_OK]);
        append_levels(&diagnosis, SPB_LEVEL_OK, SPB_LEVEL_OK, out);
        spb_strbuf_append(out, "</ul></details>");
    }
    spb_strbuf_append(out, "</div>");
    spb_diagnosis_release(&diagnosis);
}

/* ---- facts ------------------------------------------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* NULL: the stamp lacks it. */
static bool same_fact(const struct spb_fact *a, const struct spb_fact *b)
{
    return a && b && a->kind == b->kind && same_text(a->text, b->text) && a->flag == b->flag &&
           !(fabs(a->number - b->number) > 0);
}

static void append_value(const struct spb_stamp *stamp, const char *name, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    struct spb_fact_value value = spb_stamp_lookup(stamp, name);
    if (value.kind == SPB_VALUE_ABSENT) {
        spb_strbuf_append(out, "<span class=\"absent\">absent: ");
        spb_html_append(out, value.text);
        spb_strbuf_append(out, "</span>");
    } else {
        spb_fact_value_format(&value, &text);
        if (text.length == 0)
            spb_strbuf_append(&text, "none");
        spb_html_take(out, &text);
    }
    spb_strbuf_release(&text);
}

/* "L1d 48 KiB, L2 2 MiB, L3 105 MiB" */
static void append_caches(const struct spb_stamp *stamp, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < stamp->count; i++) {
        const char *name = stamp->facts[i].name, *end = strstr(name, ".size");
        if (strncmp(name, "cache.", 6) != 0 || !end || stamp->facts[i].kind != SPB_FACT_NUMBER)
            continue;
        struct spb_fact_value value = spb_stamp_lookup(stamp, name);
        spb_strbuf_printf(&text, "%s%c%.*s ", text.length ? ", " : "", name[6] == 'l' ? 'L' : name[6],
                          (int)(end - name - 7), name + 7);
        spb_fact_value_format(&value, &text);
    }
    spb_html_fact("Caches", &text, out);
    spb_strbuf_release(&text);
}

/* `first`: the stamp of the first card, or NULL in it. */
static void append_facts(const struct spb_stamp *stamp, const struct spb_stamp *first, struct spb_strbuf *out)
{
    static const struct {
        const char *label;
        const char *name;
    } facts[] = {{"Processor", "cpu.model"},
                 {"CPUs", "topology.pus"},
                 {"Cores", "topology.cores"},
                 {"Packages", "topology.packages"},
                 {"NUMA nodes", "numa.nodes"},
                 {"Memory", "memory.total"},
                 {"Virtualization", "host.hypervisor"},
                 {"Container", "host.container"},
                 {"Kernel", "kernel.release"},
                 {"Governor", "cpu.governor"},
                 {"Turbo", "cpu.turbo"},
                 {"Sibling threads", "cpu.smt"},
                 {"Isolated CPUs", "cpu.isolated"},
                 {"Huge pages", "memory.thp"},
                 {"Clock", "kernel.clock_source"},
                 {"Compiler", "build.compiler"},
                 {"Flags", "build.flags"},
                 {"C library", "build.libc"},
                 {"spbench", "build.version"},
                 {"Commit", "build.commit"},
                 {"Imported from", "import.tool"}};
    spb_strbuf_append(out, "<dl class=\"facts\">");
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        if (!spb_stamp_find(stamp, facts[i].name))
            continue;
        spb_strbuf_printf(out, "<div><dt>%s</dt><dd>", facts[i].label);
        append_value(stamp, facts[i].name, out);
        if (first && !same_fact(spb_stamp_find(stamp, facts[i].name), spb_stamp_find(first, facts[i].name)))
            spb_strbuf_append(out, " <mark>differs</mark>");
        spb_strbuf_append(out, "</dd></div>");
        if (strcmp(facts[i].name, "numa.nodes") == 0)
            append_caches(stamp, out);
    }
    spb_strbuf_append(out, "</dl>");
}

static void append_all_facts(const struct spb_stamp *stamp, struct spb_strbuf *out)
{
    spb_strbuf_printf(out,
                      "<details><summary>All %zu facts of the machine and the build</summary><dl class=\"facts wide\">",
                      stamp->count);
    for (size_t i = 0; i < stamp->count; i++) {
        spb_strbuf_append(out, "<div><dt>");
        spb_html_append(out, stamp->facts[i].name);
        spb_strbuf_append(out, "</dt><dd>");
        append_value(stamp, stamp->facts[i].name, out);
        spb_strbuf_append(out, "</dd></div>");
    }
    spb_strbuf_append(out, "</dl></details>");
}

/* ---- cards ------------------------------------------------------------------------------------------------------ */

static bool same_stamp(const struct spb_stamp *a, const struct spb_stamp *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++)
        same = strcmp(a->facts[i].name, b->facts[i].name) == 0 && same_fact(&a->facts[i], &b->facts[i]);
    return same;
}

static size_t count_sides(const struct spb_html_input *input)
{
    return input->count + (input->base ? 1 : 0);
}

/* Number 0 is the base, where there is one. */
static const struct spb_result *side(const struct spb_html_input *input, size_t i)
{
    size_t first = input->base ? 1 : 0;
    return i < first ? input->base : &input->results[i - first];
}

static const char *side_name(const struct spb_html_input *input, size_t i)
{
    size_t first = input->base ? 1 : 0;
    return spb_html_file_name(i < first ? input->base_name : input->names[i - first]);
}

static bool was_shown(const struct spb_html_input *input, size_t index, const struct spb_result *result)
{
    for (size_t i = 0; i < index; i++)
        if (same_stamp(&side(input, i)->stamp, &result->stamp))
            return true;
    return false;
}

static void append_card(const struct spb_html_input *input, size_t index, const struct spb_result *result,
                        struct spb_strbuf *out)
{
    const struct spb_fact *host = spb_stamp_find(&result->stamp, "host.name");
    const char *separator = ": ";
    spb_strbuf_append(out, "<article class=\"card\"><h3>");
    spb_html_append(out, host && host->kind == SPB_FACT_TEXT ? host->text : "a machine without a name");
    spb_strbuf_append(out, "<span class=\"of\">");
    for (size_t i = index; i < count_sides(input); i++)
        if (same_stamp(&side(input, i)->stamp, &result->stamp)) {
            spb_html_printf(out, "%s%s", separator, side_name(input, i));
            separator = ", ";
        }
    spb_strbuf_append(out, "</span></h3><div class=\"halves\">");
    append_facts(&result->stamp, index ? &side(input, 0)->stamp : NULL, out);
    append_findings(result, out);
    spb_strbuf_append(out, "</div>");
    append_all_facts(&result->stamp, out);
    spb_strbuf_append(out, "</article>");
}

void spb_html_machine(const struct spb_html_page *page, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    spb_strbuf_append(out, "<section aria-labelledby=\"machine\"><h2 id=\"machine\">Machine</h2>");
    for (size_t i = 0; i < count_sides(input); i++)
        if (!was_shown(input, i, side(input, i)))
            append_card(input, i, side(input, i), out);
    spb_strbuf_append(out, "</section>\n");
}
