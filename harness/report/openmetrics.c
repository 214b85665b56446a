/* SPDX-License-Identifier: MIT */
#include "openmetrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

/* The base unit as names of metrics spell it, and what a value is multiplied with to be in it. */
struct base_unit {
    const char *unit;    /* of series_list.h */
    const char *gauge;   /* "" for a plain count */
    const char *counter; /* of what a RATE or SHARE counts */
    double factor;
};

static const struct base_unit base_units[] = {
    {"%", "ratio", "seconds", 0.01},
    {"bytes", "bytes", "bytes", 1},
    {"bytes/s", "bytes", "bytes", 1},
    {"Hz", "hertz", "hertz", 1},
    {"C", "celsius", "celsius", 1},
    {"s", "seconds", "seconds", 1},
    {"CPUs", "cpus", "cpu_seconds", 1},
    {"/s", "", "", 1},
    {"", "", "", 1},
};

static const struct base_unit *base_unit_of(const struct spb_series_info *info)
{
    const size_t last = sizeof(base_units) / sizeof(base_units[0]) - 1;
    size_t i = 0;
    while (i < last && strcmp(base_units[i].unit, info->unit) != 0)
        i++;
    return &base_units[i];
}

static const char *unit_name(const struct spb_series_info *info)
{
    const struct base_unit *unit = base_unit_of(info);
    return info->kind == SPB_SERIES_GAUGE ? unit->gauge : unit->counter;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

const char *spb_family_name(char *text, enum spb_series series)
{
    const struct spb_series_info *info = spb_series_info(series);
    const char *unit = unit_name(info);
    int length = snprintf(text, SPB_FAMILY_NAME_SIZE, "spbench_%s", info->name);
    for (char *c = text; *c; c++)
        if (*c == '.' || *c == '-')
            *c = '_';
    if (strcmp(unit, "ratio") == 0 && ends_with(text, "_share")) /* a share is a ratio */
        length -= (int)strlen("_share");
    if (*unit)
        snprintf(text + length, SPB_FAMILY_NAME_SIZE - (size_t)length, "_%s", unit);
    return text;
}

/* ---- the two formats -------------------------------------------------------------------------------------------- */

const char *spb_exposition_content_type(enum spb_exposition exposition)
{
    return exposition == SPB_EXPOSITION_OPENMETRICS ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                                    : "text/plain; version=0.0.4; charset=utf-8";
}

/* The q of one element of an Accept header ("text/plain;version=0.0.4;q=0.3"), 1 without one. */
static double quality_of(const char *element, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (element[i] != ';')
            continue;
        size_t name = i + 1;
        while (name < length && (element[name] == ' ' || element[name] == '\t'))
            name++;
        if (name + 2 <= length && strncasecmp(element + name, "q=", 2) == 0)
            return strtod(element + name + 2, NULL);
    }
    return 1;
}

/* The highest q that the header gives to the type; -1: it does not name it. */
static double quality(const char *accept, const char *type)
{
    size_t type_length = strlen(type);
    double best = -1;
    while (*accept) {
        accept += strspn(accept, " \t,");
        size_t length = strcspn(accept, ",");
        bool same = length >= type_length && strncasecmp(accept, type, type_length) == 0 &&
                    (length == type_length || strchr("; \t", accept[type_length]));
        if (same)
            best = fmax(best, quality_of(accept, length));
        accept += length;
    }
    return best;
}

enum spb_exposition spb_exposition_accepted(const char *accept)
{
    if (!accept)
        return SPB_EXPOSITION_TEXT;
    double openmetrics = quality(accept, "application/openmetrics-text");
    return openmetrics > 0 && openmetrics >= quality(accept, "text/plain") ? SPB_EXPOSITION_OPENMETRICS
                                                                           : SPB_EXPOSITION_TEXT;
}

struct writer {
    struct spb_strbuf *out;
    enum spb_exposition exposition;
};

struct family {
    const char *name;
    const char *unit; /* "" for none */
    const char *help;
    bool is_counter;
};

static void add_escaped(struct spb_strbuf *out, const char *text)
{
    while (*text) {
        size_t length = spb_utf8_length(text);
        if (*text == '\n')
            spb_strbuf_append(out, "\\n");
        else if (*text == '"' || *text == '\\')
            spb_strbuf_append_bytes(out, (char[]){'\\', *text}, 2);
        else if (length)
            spb_strbuf_append_bytes(out, text, length);
        else
            spb_strbuf_append(out, "\xef\xbf\xbd");
        text += length ? length : 1;
    }
}

static void begin_family(struct writer *writer, const struct family *family)
{
    bool modern = writer->exposition == SPB_EXPOSITION_OPENMETRICS;
    const char *suffix = family->is_counter && !modern ? "_total" : "";
    spb_strbuf_printf(writer->out, "# TYPE %s%s %s\n", family->name, suffix, family->is_counter ? "counter" : "gauge");
    if (*family->unit && modern)
        spb_strbuf_printf(writer->out, "# UNIT %s %s\n", family->name, family->unit);
    spb_strbuf_printf(writer->out, "# HELP %s%s ", family->name, suffix);
    add_escaped(writer->out, family->help);
    spb_strbuf_append_char(writer->out, '\n');
}

static void add_sample_name(struct writer *writer, const struct family *family)
{
    spb_strbuf_append(writer->out, family->name);
    spb_strbuf_append(writer->out, family->is_counter ? "_total" : "");
}

/* Fifteen digits are what a double holds for sure: 1234567.89, not 1234567.8899999999. */
static void add_number(struct writer *writer, double value)
{
    spb_strbuf_printf(writer->out, " %.15g\n", value);
}

/* ---- the machine ------------------------------------------------------------------------------------------------ */

/* False: no sample. */
static bool sample_of(const struct spb_observation *item, double *value)
{
    const struct spb_series_info *info = spb_series_info(item->series);
    if (info->kind != SPB_SERIES_GAUGE) {
        *value = item->total;
        return item->has_total && isfinite(item->total) && item->total >= 0;
    }
    *value = spb_look_round(item->value * base_unit_of(info)->factor);
    return spb_observation_is_known(item);
}

/* All of them together, beside the single ones. */
static bool is_sum_of_others(const struct spb_look *look, size_t index)
{
    const struct spb_observation *item = &look->items[index];
    if (*item->instance)
        return false;
    return (index > 0 && look->items[index - 1].series == item->series) ||
           (index + 1 < look->count && look->items[index + 1].series == item->series);
}

static void add_item(struct writer *writer, const struct family *family, const struct spb_observation *item,
                     double value)
{
    add_sample_name(writer, family);
    if (*item->instance) {
        const char *label = spb_series_info(item->series)->label;
        spb_strbuf_printf(writer->out, "{%s=\"", *label ? label : "instance");
        add_escaped(writer->out, item->instance);
        spb_strbuf_append(writer->out, "\"}");
    }
    add_number(writer, value);
}

static void add_look(struct writer *writer, const struct spb_look *look)
{
    char name[SPB_FAMILY_NAME_SIZE];
    struct family family = {.name = name};
    int begun = -1;
    for (size_t i = 0; i < look->count; i++) {
        const struct spb_observation *item = &look->items[i];
        double value;
        if (!sample_of(item, &value) || is_sum_of_others(look, i) || spb_look_repeats(look, i))
            continue;
        if (begun != (int)item->series) {
            const struct spb_series_info *info = spb_series_info(item->series);
            family = (struct family){spb_family_name(name, item->series), unit_name(info), info->summary,
                                     info->kind != SPB_SERIES_GAUGE};
            begin_family(writer, &family);
            begun = (int)item->series;
        }
        add_item(writer, &family, item, value);
    }
}

static void add_single(struct writer *writer, const struct family *family, double value)
{
    begin_family(writer, family);
    add_sample_name(writer, family);
    add_number(writer, value);
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

/* False: not known. */
struct process_family {
    struct family family;
    bool (*value)(const struct spb_process_look *process, double *value);
};

static bool cpu_seconds(const struct spb_process_look *process, double *value)
{
    *value = (double)process->cpu_total_ns / 1e9;
    return true;
}

static bool rss_bytes(const struct spb_process_look *process, double *value)
{
    *value = (double)process->rss_bytes;
    return true;
}

static bool virtual_bytes(const struct spb_process_look *process, double *value)
{
    *value = (double)process->virtual_bytes;
    return true;
}

static bool threads(const struct spb_process_look *process, double *value)
{
    *value = process->threads;
    return true;
}

static bool major_faults(const struct spb_process_look *process, double *value)
{
    *value = (double)process->major_faults_total;
    return true;
}

static bool read_bytes(const struct spb_process_look *process, double *value)
{
    *value = (double)process->read_total_bytes;
    return process->has_io;
}

static bool written_bytes(const struct spb_process_look *process, double *value)
{
    *value = (double)process->written_total_bytes;
    return process->has_io;
}

static const struct process_family process_families[] = {
    {{"spbench_process_cpu_seconds", "seconds", "user and system time of a process", true}, cpu_seconds},
    {{"spbench_process_resident_bytes", "bytes", "resident memory of a process", false}, rss_bytes},
    {{"spbench_process_virtual_bytes", "bytes", "virtual memory of a process", false}, virtual_bytes},
    {{"spbench_process_threads", "", "threads of a process", false}, threads},
    {{"spbench_process_major_faults", "", "page faults of a process that had to read", true}, major_faults},
    {{"spbench_process_read_bytes", "bytes", "read from storage by a process", true}, read_bytes},
    {{"spbench_process_written_bytes", "bytes", "written to storage by a process", true}, written_bytes},
};

static void add_process_family(struct writer *writer, const struct process_family *of, const struct spb_look_view *view)
{
    bool begun = false;
    for (size_t i = 0; i < view->process_count; i++) {
        const struct spb_process_look *process = &view->processes[i];
        double value;
        if (!of->value(process, &value))
            continue;
        if (!begun)
            begin_family(writer, &of->family);
        begun = true;
        add_sample_name(writer, &of->family);
        spb_strbuf_printf(writer->out, "{pid=\"%d\",name=\"", (int)process->pid);
        add_escaped(writer->out, process->name);
        spb_strbuf_append(writer->out, "\"}");
        add_number(writer, value);
    }
}

/* ----------------------------------------------------------------------------------------------------------------- */

void spb_openmetrics(const struct spb_look_view *view, enum spb_exposition exposition, struct spb_strbuf *out)
{
    static const struct family time = {"spbench_look_time_seconds", "seconds",
                                       "when the machine was looked at, since 1970 UTC", false};
    static const struct family interval = {"spbench_look_interval_seconds", "seconds",
                                           "time between the last look and the one before", false};
    struct writer writer = {out, exposition};
    add_look(&writer, view->look);
    for (size_t i = 0; i < sizeof(process_families) / sizeof(process_families[0]); i++)
        add_process_family(&writer, &process_families[i], view);
    add_single(&writer, &time, (double)view->look->time_ns / 1e9);
    if (view->look->interval_ns)
        add_single(&writer, &interval, (double)view->look->interval_ns / 1e9);
    if (exposition == SPB_EXPOSITION_OPENMETRICS)
        spb_strbuf_append(out, "# EOF\n");
}
