/* SPDX-License-Identifier: MIT */
#include "look_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *spb_format_short(char *text, double value, double base)
{
    static const char suffixes[] = " kMGTPE";
    size_t step = 0;
    while (value >= (step ? 999.5 : 9999.5) && step + 2 < sizeof(suffixes)) {
        value /= base;
        step++;
    }
    if (step == 0)
        snprintf(text, SPB_SHORT_SIZE, "%.0f", value);
    else
        snprintf(text, SPB_SHORT_SIZE, "%.*f%c", value < 9.95 ? 1 : 0, value, suffixes[step]);
    return text;
}

/* ---- the numbers of a line -------------------------------------------------------------------------------------- */

/* Which instances of a series make up the number. */
enum part { PART_ONE, PART_DISKS, PART_NETWORK };

struct column {
    int width; /* with the gap before it */
    enum spb_series series;
    enum part part;
    const char *instance; /* of PART_ONE */
    double base;          /* of short numbers; 0: a whole number (per cent) */
};

static const struct column columns[] = {
    {5, SPB_CPU_BUSY, PART_ONE, "", 0},
    {4, SPB_CPU_IOWAIT, PART_ONE, "", 0},
    {4, SPB_CPU_STEAL, PART_ONE, "", 0},
    {4, SPB_TASKS_RUNNING, PART_ONE, "", 0},
    {6, SPB_MEMORY_AVAILABLE, PART_ONE, "", 1024},
    {6, SPB_SWAP_USED, PART_ONE, "", 1024},
    {6, SPB_CONTEXT_SWITCHES, PART_ONE, "", 1000},
    {6, SPB_DISK_READ, PART_DISKS, "", 1024},
    {6, SPB_DISK_WRITTEN, PART_DISKS, "", 1024},
    {6, SPB_NETWORK_RECEIVED, PART_NETWORK, "", 1024},
    {6, SPB_NETWORK_SENT, PART_NETWORK, "", 1024},
    {4, SPB_PRESSURE_SOME, PART_ONE, "cpu", 0},
    {4, SPB_PRESSURE_SOME, PART_ONE, "memory", 0},
    {4, SPB_PRESSURE_SOME, PART_ONE, "io", 0},
};

void spb_look_table_header(struct spb_strbuf *out)
{
    spb_strbuf_append(out, "         -- CPU % ---     -- memory - -------- per second --------- - stalled %\n"
                           "time     busy iow stl run avail  swap   csw  read write  recv  sent cpu mem  io\n");
}

/* What lies above other disks would count twice. */
static bool is_part(enum part part, const char *instance)
{
    if (part == PART_NETWORK)
        return strcmp(instance, "lo") != 0;
    return strncmp(instance, "dm-", 3) != 0 && strncmp(instance, "md", 2) != 0;
}

/* False: no part of it has a value. */
static bool sum_of(const struct spb_look *look, const struct column *column, double *sum)
{
    bool known = false;
    *sum = 0;
    for (size_t i = 0; i < look->count; i++) {
        const struct spb_observation *item = &look->items[i];
        bool wanted =
            item->series == column->series && (column->part == PART_ONE ? strcmp(item->instance, column->instance) == 0
                                                                        : is_part(column->part, item->instance));
        if (wanted && spb_observation_is_known(item)) {
            *sum += item->value;
            known = true;
        }
    }
    return known;
}

static void add_time(const struct spb_look *look, struct spb_strbuf *out)
{
    time_t seconds = (time_t)(look->time_ns / 1000000000);
    struct tm local = {0};
    localtime_r(&seconds, &local);
    spb_strbuf_printf(out, "%02d:%02d:%02d", local.tm_hour, local.tm_min, local.tm_sec);
}

static void add_machine(const struct spb_look *look, struct spb_strbuf *out)
{
    add_time(look, out);
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        char text[SPB_SHORT_SIZE] = "-";
        double value;
        if (sum_of(look, &columns[i], &value))
            spb_format_short(text, value, columns[i].base > 0 ? columns[i].base : 1000);
        spb_strbuf_printf(out, "%*s", columns[i].width, text);
    }
    spb_strbuf_append_char(out, '\n');
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

static void add_short(struct spb_strbuf *out, int width, bool known, double value)
{
    char text[SPB_SHORT_SIZE] = "-";
    if (known)
        spb_format_short(text, value, 1024);
    spb_strbuf_printf(out, "%*s", width, text);
}

static void add_process(const struct spb_process_look *process, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "%11d", (int)process->pid);
    if (process->has_cpu)
        spb_strbuf_printf(out, "%6.1f", process->cpu_pct);
    else
        spb_strbuf_printf(out, "%6s", "-");
    add_short(out, 8, true, (double)process->rss_bytes);
    spb_strbuf_printf(out, "%6u", process->threads);
    add_short(out, 7, process->has_io, process->read_bytes_per_s);
    add_short(out, 7, process->has_io, process->written_bytes_per_s);
    spb_strbuf_printf(out, "  %s\n", process->name);
}

void spb_look_table(const struct spb_look_view *view, struct spb_strbuf *out)
{
    add_machine(view->look, out);
    if (view->process_count)
        spb_strbuf_append(out, "        pid  cpu%  memory  thrd  read/s writ/s  name\n");
    for (size_t i = 0; i < view->process_count; i++)
        add_process(&view->processes[i], out);
    if (view->with_processes && !view->process_count)
        spb_strbuf_append(out, "            no such process\n");
}
