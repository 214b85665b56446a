/* SPDX-License-Identifier: MIT */
#include "cpu_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX_PER_S 1e9                 /* per CPU: one a nanosecond */
#define SLACK_NS         UINT64_C(200000000) /* ten states of 10 ms each, read twice */

void spb_cpu_source_init(struct spb_cpu_source *source, const char *root)
{
    *source = (struct spb_cpu_source){.code = -ENOENT};
    spb_kept_file_init(&source->file, root, "/proc/stat");
    for (int i = 0; i < SPB_STAT_FIELDS; i++)
        source->fields[i].code = source->fields_before[i].code = -ENOENT;
}

void spb_cpu_source_release(struct spb_cpu_source *source)
{
    spb_kept_file_release(&source->file);
    free(source->before.items);
    free(source->now.items);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

/* The memory of a list keeps its names: as long as no CPU comes or goes they are right already. */
static int add_cpu(struct spb_cpu_list *list, const struct spb_cpu_times *times)
{
    if (list->count == list->capacity) {
        size_t larger = list->capacity ? list->capacity * 2 : 8;
        struct spb_cpu_look *items = reallocarray(list->items, larger, sizeof(*items));
        if (!items)
            return -ENOMEM;
        memset(items + list->capacity, 0, (larger - list->capacity) * sizeof(*items));
        list->items = items;
        list->capacity = larger;
    }
    struct spb_cpu_look *cpu = &list->items[list->count++];
    if (!cpu->name[0] || cpu->times.os_index != times->os_index)
        snprintf(cpu->name, sizeof(cpu->name), "cpu%u", times->os_index);
    cpu->times = *times;
    return 0;
}

static int parse(struct spb_cpu_source *source, struct spb_span rest)
{
    struct spb_cpu_times times;
    int code;
    source->total = (struct spb_cpu_times){0};
    while ((code = spb_cpu_times_next(&rest, &times)) > 0 || code == -ERANGE) {
        if (code ==
            -ERANGE) { /* steal that ran below zero in a migrated guest, say: of this CPU alone nothing is known */
            times.state_count = 0;
            memset(times.ns, 0, sizeof(times.ns));
        }
        if (times.is_total)
            source->total = times;
        else if ((code = add_cpu(&source->now, &times)) < 0)
            break;
    }
    spb_stat_fields_parse(rest.text, rest.length, source->fields);
    if (code < 0)
        return code;
    return source->now.count ? 0 : -ENODATA;
}

int spb_cpu_source_read(struct spb_cpu_source *source, struct spb_read_buffer *buffer)
{
    struct spb_cpu_list spare = source->before;
    source->before = source->now;
    source->now = spare;
    source->now.count = 0;
    memcpy(source->fields_before, source->fields, sizeof(source->fields));
    for (int i = 0; i < SPB_STAT_FIELDS; i++)
        source->fields[i] = (struct spb_reading){.code = -ENOENT};
    source->code = spb_kept_file_read(&source->file, buffer);
    if (source->code == 0)
        source->code = parse(source, (struct spb_span){buffer->text, buffer->length});
    return source->code;
}

/* ---- shares of time -------------------------------------------------------------------------------------------- */

static bool may_fall(int state)
{
    return state == SPB_CPU_STATE_IDLE || state == SPB_CPU_STATE_IOWAIT || state == SPB_CPU_STATE_STEAL;
}

/* Idle time, waiting for I/O and steal may fall a little (README.md): then there was none. The others never do in one life. */
static void usage_between(const struct spb_cpu_times *before, const struct spb_cpu_times *now,
                          const struct spb_interval *interval, struct spb_cpu_usage *usage)
{
    *usage = (struct spb_cpu_usage){.reason = interval->reason};
    for (int state = 0; state < SPB_CPU_STATES; state++) {
        bool fell = now->ns[state] < before->ns[state];
        if (fell && !may_fall(state) && !usage->reason)
            usage->reason = "the counter ran backwards or began anew";
        usage->ns[state] = fell ? 0 : now->ns[state] - before->ns[state];
    }
    for (int state = SPB_CPU_STATE_USER; state <= SPB_CPU_STATE_STEAL; state++)
        usage->sum_ns += usage->ns[state];
    if (!usage->reason && usage->sum_ns == 0)
        usage->reason = "its counters stood still";
    if (!usage->reason && usage->sum_ns > 2 * interval->awake_ns + SLACK_NS)
        usage->reason = "the counter jumped further than is possible";
}

/* All CPUs: those that were there at both looks. The kernel's own line of all together jumps when one comes or goes. */
static void add_usage(struct spb_cpu_usage *all, const struct spb_cpu_usage *one)
{
    all->reason = NULL;
    all->sum_ns += one->sum_ns;
    for (int state = 0; state < SPB_CPU_STATES; state++)
        all->ns[state] += one->ns[state];
}

#define BIT(state) (1u << SPB_CPU_STATE_##state)

/* The states that make up a series, from cpu.busy on; the kernel counts guests as user time too. `columns`: what the kernel's line must have. */
static const struct {
    unsigned plus, minus, columns;
} parts[] = {
    [SPB_CPU_BUSY] = {BIT(USER) | BIT(NICE) | BIT(SYSTEM) | BIT(IRQ) | BIT(SOFTIRQ), 0, SPB_CPU_STATE_IDLE + 1},
    [SPB_CPU_USER] = {BIT(USER) | BIT(NICE), BIT(GUEST) | BIT(GUEST_NICE), SPB_CPU_STATE_IDLE + 1},
    [SPB_CPU_SYSTEM] = {BIT(SYSTEM), 0, SPB_CPU_STATE_IDLE + 1},
    [SPB_CPU_IRQ] = {BIT(IRQ) | BIT(SOFTIRQ), 0, SPB_CPU_STATE_SOFTIRQ + 1},
    [SPB_CPU_IOWAIT] = {BIT(IOWAIT), 0, SPB_CPU_STATE_IOWAIT + 1},
    [SPB_CPU_STEAL] = {BIT(STEAL), 0, SPB_CPU_STATE_STEAL + 1},
    [SPB_CPU_GUEST] = {BIT(GUEST) | BIT(GUEST_NICE), 0, SPB_CPU_STATE_GUEST + 1},
};

static uint64_t sum_of(unsigned states, const uint64_t *ns)
{
    uint64_t sum = 0;
    for (int state = 0; state < SPB_CPU_STATES; state++)
        sum += states & 1u << state ? ns[state] : 0;
    return sum;
}

static uint64_t pick(enum spb_series series, const uint64_t *ns)
{
    uint64_t plus = sum_of(parts[series].plus, ns), minus = sum_of(parts[series].minus, ns);
    return plus > minus ? plus - minus : 0;
}

static void add_share(struct spb_look_writer *writer, enum spb_series series, const char *name,
                      const struct spb_cpu_times *times, const struct spb_cpu_usage *usage)
{
    if (times->state_count < parts[series].columns) {
        spb_look_add_absent(writer, series, name,
                            times->state_count ? "this kernel does not count it" : "its counters are out of range");
        return;
    }
    struct spb_observation item = {.series = series, .reason = usage->reason, .has_value = !usage->reason};
    snprintf(item.instance, sizeof(item.instance), "%s", name);
    if (item.has_value)
        item.value = 100.0 * (double)pick(series, usage->ns) / (double)usage->sum_ns;
    item.has_total = true;
    item.total = (double)pick(series, times->ns) / 1e9;
    spb_look_add_counted(writer, &item);
}

/* Both lists are in the kernel's order, by number. */
static const struct spb_cpu_times *find_before(const struct spb_cpu_source *source, size_t *at, unsigned os_index)
{
    const struct spb_cpu_list *before = &source->before;
    while (*at < before->count && before->items[*at].times.os_index < os_index)
        ++*at;
    bool found = *at < before->count && before->items[*at].times.os_index == os_index;
    return found ? &before->items[*at].times : NULL;
}

static void compute(struct spb_cpu_source *source, const struct spb_interval *interval)
{
    source->all = (struct spb_cpu_usage){.reason = interval->reason ? interval->reason : "first look at it"};
    size_t at = 0;
    for (size_t i = 0; i < source->now.count; i++) {
        struct spb_cpu_look *cpu = &source->now.items[i];
        const struct spb_cpu_times *before = find_before(source, &at, cpu->times.os_index);
        if (before)
            usage_between(before, &cpu->times, interval, &cpu->usage);
        else
            cpu->usage = (struct spb_cpu_usage){.reason = "first look at it"};
        if (!cpu->usage.reason)
            add_usage(&source->all, &cpu->usage);
        else if (source->all.sum_ns == 0)
            source->all.reason = cpu->usage.reason;
    }
}

void spb_cpu_source_add_shares(struct spb_cpu_source *source, struct spb_look_writer *writer,
                               const struct spb_interval *interval)
{
    if (source->code) {
        for (enum spb_series series = SPB_CPU_BUSY; series <= SPB_CPU_GUEST; series++)
            spb_look_add_absent(writer, series, "", spb_reading_reason(source->code));
        return;
    }
    compute(source, interval);
    for (enum spb_series series = SPB_CPU_BUSY; series <= SPB_CPU_GUEST; series++) {
        add_share(writer, series, "", &source->total, &source->all);
        for (size_t i = 0; i < source->now.count; i++)
            add_share(writer, series, source->now.items[i].name, &source->now.items[i].times,
                      &source->now.items[i].usage);
    }
}

void spb_cpu_source_add_rates(const struct spb_cpu_source *source, struct spb_look_writer *writer,
                              const struct spb_interval *interval)
{
    static const struct {
        enum spb_series series;
        enum spb_stat_field field;
    } rates[] = {{SPB_CONTEXT_SWITCHES, SPB_STAT_CONTEXT_SWITCHES},
                 {SPB_INTERRUPTS, SPB_STAT_INTERRUPTS},
                 {SPB_FORKS, SPB_STAT_FORKS}};
    double max_per_s = EVENTS_MAX_PER_S * (double)(source->now.count ? source->now.count : 1);
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        spb_look_add_rate(
            writer,
            &(struct spb_rate_spec){
                .series = rates[i].series, .instance = "", .scale = 1, .max_per_s = max_per_s, .width = SPB_COUNTER_32},
            &source->fields_before[rates[i].field], &source->fields[rates[i].field], interval);
}
