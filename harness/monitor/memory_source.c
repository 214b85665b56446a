/* SPDX-License-Identifier: MIT */
#include "memory_source.h"

#include <errno.h>
#include <string.h>

#include "page_size.h"

#define BYTES_MAX_PER_S  1e13
#define EVENTS_MAX_PER_S 1e12
/* The total is of the moment of the last task that changed its state, and read at another moment than the clock. */
#define PRESSURE_RESOLUTION_NS UINT64_C(100000000)

static const char *const resources[SPB_PRESSURE_RESOURCES] = {"cpu", "memory", "io"};

void spb_memory_source_init(struct spb_memory_source *source, const char *root)
{
    static const char *const files[] = {"/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io"};
    *source = (struct spb_memory_source){.page_bytes = spb_page_size_read(root)};
    spb_kept_file_init(&source->meminfo, root, "/proc/meminfo");
    spb_kept_file_init(&source->vmstat, root, "/proc/vmstat");
    for (int i = 0; i < SPB_PRESSURE_RESOURCES; i++) {
        spb_kept_file_init(&source->pressure_file[i], root, files[i]);
        source->pressure[i] = (struct spb_pressure){.some.code = -ENOENT, .full.code = -ENOENT};
    }
    for (int i = 0; i < SPB_VM_EVENTS; i++)
        source->now.event[i].code = -ENOENT;
}

void spb_memory_source_release(struct spb_memory_source *source)
{
    spb_kept_file_release(&source->meminfo);
    spb_kept_file_release(&source->vmstat);
    for (int i = 0; i < SPB_PRESSURE_RESOURCES; i++)
        spb_kept_file_release(&source->pressure_file[i]);
}

static void read_memory(struct spb_memory_source *source, struct spb_read_buffer *buffer)
{
    int code = spb_kept_file_read(&source->meminfo, buffer);
    if (code == 0)
        spb_memory_info_parse(buffer->text, buffer->length, &source->memory);
    for (int i = 0; code && i < SPB_MEMINFO_FIELDS; i++)
        source->memory.field[i] = (struct spb_reading){.code = code};
    source->before = source->now;
    code = spb_kept_file_read(&source->vmstat, buffer);
    if (code == 0)
        spb_vm_events_parse(buffer->text, buffer->length, &source->now);
    for (int i = 0; code && i < SPB_VM_EVENTS; i++)
        source->now.event[i] = (struct spb_reading){.code = code};
}

void spb_memory_source_read(struct spb_memory_source *source, struct spb_read_buffer *buffer)
{
    read_memory(source, buffer);
    memcpy(source->pressure_before, source->pressure, sizeof(source->pressure));
    for (int i = 0; i < SPB_PRESSURE_RESOURCES; i++) {
        int code = spb_kept_file_read(&source->pressure_file[i], buffer);
        if (code == 0)
            spb_pressure_parse(buffer->text, buffer->length, &source->pressure[i]);
        else
            source->pressure[i] = (struct spb_pressure){.some.code = code, .full.code = code};
    }
}

/* ---- memory ---------------------------------------------------------------------------------------------------- */

static struct spb_reading sum_of(const struct spb_reading *a, const struct spb_reading *b)
{
    struct spb_reading sum = {.code = a->code ? a->code : b->code};
    if (!sum.code && __builtin_add_overflow(a->value, b->value, &sum.value))
        sum.code = -ERANGE;
    return sum;
}

static void add_available_share(const struct spb_reading *field, struct spb_look_writer *writer)
{
    const struct spb_reading *total = &field[SPB_MEMINFO_TOTAL], *available = &field[SPB_MEMINFO_AVAILABLE];
    if (total->code || available->code || total->value == 0)
        spb_look_add_absent(writer, SPB_MEMORY_AVAILABLE_SHARE, "",
                            spb_reading_reason(total->code ? total->code : available->code));
    else
        spb_look_add_value(writer, SPB_MEMORY_AVAILABLE_SHARE, "",
                           100.0 * (double)available->value / (double)total->value);
}

static void add_swap(const struct spb_reading *field, struct spb_look_writer *writer)
{
    const struct spb_reading *total = &field[SPB_MEMINFO_SWAP_TOTAL], *free = &field[SPB_MEMINFO_SWAP_FREE];
    struct spb_reading used = {.code = total->code ? total->code : free->code};
    if (!used.code)
        used.value = total->value > free->value ? total->value - free->value : 0;
    spb_look_add_reading(writer, SPB_SWAP_TOTAL, total, 1);
    spb_look_add_reading(writer, SPB_SWAP_USED, &used, 1);
}

static void add_gauges(const struct spb_reading *field, struct spb_look_writer *writer)
{
    struct spb_reading cached = sum_of(&field[SPB_MEMINFO_CACHED], &field[SPB_MEMINFO_BUFFERS]);
    struct spb_reading dirty = sum_of(&field[SPB_MEMINFO_DIRTY], &field[SPB_MEMINFO_WRITEBACK]);
    spb_look_add_reading(writer, SPB_MEMORY_TOTAL, &field[SPB_MEMINFO_TOTAL], 1);
    spb_look_add_reading(writer, SPB_MEMORY_AVAILABLE, &field[SPB_MEMINFO_AVAILABLE], 1);
    add_available_share(field, writer);
    spb_look_add_reading(writer, SPB_MEMORY_FREE, &field[SPB_MEMINFO_FREE], 1);
    spb_look_add_reading(writer, SPB_MEMORY_CACHED, &cached, 1);
    spb_look_add_reading(writer, SPB_MEMORY_ANONYMOUS, &field[SPB_MEMINFO_ANONYMOUS], 1);
    spb_look_add_reading(writer, SPB_MEMORY_SHARED, &field[SPB_MEMINFO_SHARED], 1);
    spb_look_add_reading(writer, SPB_MEMORY_SLAB, &field[SPB_MEMINFO_SLAB], 1);
    spb_look_add_reading(writer, SPB_MEMORY_DIRTY, &dirty, 1);
    add_swap(field, writer);
}

void spb_memory_source_add(const struct spb_memory_source *source, struct spb_look_writer *writer,
                           const struct spb_interval *interval)
{
    static const struct {
        enum spb_series series;
        enum spb_vm_event event;
        bool in_pages;
    } rates[] = {{SPB_SWAP_IN, SPB_VM_SWAP_IN_PAGES, true},
                 {SPB_SWAP_OUT, SPB_VM_SWAP_OUT_PAGES, true},
                 {SPB_PAGE_FAULTS, SPB_VM_PAGE_FAULTS, false},
                 {SPB_MAJOR_FAULTS, SPB_VM_MAJOR_FAULTS, false},
                 {SPB_OOM_KILLS, SPB_VM_OOM_KILL, false}};
    add_gauges(source->memory.field, writer);
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        spb_look_add_rate(writer,
                          &(struct spb_rate_spec){.series = rates[i].series,
                                                  .instance = "",
                                                  .scale = rates[i].in_pages ? (double)source->page_bytes : 1,
                                                  .max_per_s = rates[i].in_pages ? BYTES_MAX_PER_S : EVENTS_MAX_PER_S,
                                                  .width = SPB_COUNTER_32},
                          &source->before.event[rates[i].event], &source->now.event[rates[i].event], interval);
}

/* ---- pressure -------------------------------------------------------------------------------------------------- */

static const char *pressure_reason(int code, bool is_full)
{
    if (code == -ENOENT)
        return is_full ? "this kernel does not count it (of the CPU since Linux 5.13)"
                       : "this kernel has no pressure stalls (since Linux 4.20, CONFIG_PSI)";
    return code == -EOPNOTSUPP ? "pressure stalls are switched off (boot with psi=1)" : spb_reading_reason(code);
}

static void add_line(struct spb_look_writer *writer, struct spb_observation item,
                     const struct spb_pressure_line *before, const struct spb_pressure_line *now,
                     const struct spb_interval *interval)
{
    struct spb_reading readings[] = {{before->code, before->total_ns}, {now->code, now->total_ns}};
    uint64_t added_ns = 0;
    item.reason = now->code ? pressure_reason(now->code, item.series == SPB_PRESSURE_FULL) : interval->reason;
    if (!item.reason)
        item.reason = spb_counter_added(&readings[0], &readings[1], SPB_COUNTER_64, &added_ns);
    if (!item.reason)
        item.reason = spb_counter_share(added_ns, interval->awake_ns, PRESSURE_RESOLUTION_NS, &item.value);
    item.has_value = !item.reason;
    item.has_total = now->code == 0;
    item.total = item.has_total ? (double)now->total_ns / 1e9 : 0;
    spb_look_add_counted(writer, &item);
}

void spb_memory_source_add_pressure(const struct spb_memory_source *source, struct spb_look_writer *writer,
                                    const struct spb_interval *interval)
{
    for (int full = 0; full < 2; full++)
        for (int i = 0; i < SPB_PRESSURE_RESOURCES; i++) {
            const struct spb_pressure *before = &source->pressure_before[i], *now = &source->pressure[i];
            struct spb_observation item = {.series = full ? SPB_PRESSURE_FULL : SPB_PRESSURE_SOME};
            strcpy(item.instance, resources[i]);
            add_line(writer, item, full ? &before->full : &before->some, full ? &now->full : &now->some, interval);
        }
}
