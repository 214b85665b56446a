/* SPDX-License-Identifier: MIT */
#include "cpu_times.h"

#include <errno.h>
#include <stdlib.h>

#include "file.h"

enum { FILE_LIMIT_BYTES = 16 << 20, CPU_NUMBER_MAX = 1 << 20 };

static int parse_name(struct spb_span name, struct spb_cpu_times *times)
{
    uint64_t number = 0;
    times->is_total = name.length == 3;
    if (!times->is_total) {
        int code = spb_span_parse_u64((struct spb_span){name.text + 3, name.length - 3}, &number);
        if (code || number > CPU_NUMBER_MAX)
            return code ? code : -ERANGE;
    }
    times->os_index = (unsigned)number;
    return 0;
}

/* "cpu0 1919 0 1326 134528 52 0 13 863 0 0"; 4 columns in Linux 2.4, 10 since 2.6.33 */
static int parse_line(struct spb_span line, struct spb_cpu_times *times)
{
    struct spb_span word;
    *times = (struct spb_cpu_times){0};
    spb_span_take_word(&line, &word);
    int code = parse_name(word, times);
    while (code == 0 && times->state_count < SPB_CPU_STATES && spb_span_take_word(&line, &word)) {
        uint64_t *ns = &times->ns[times->state_count++];
        code = spb_span_parse_u64(word, ns);
        if (code == 0 && *ns > UINT64_MAX / SPB_CPU_STATES / SPB_CPU_TICK_NS)
            code = -ERANGE; /* so that the sum of all states cannot overflow */
        *ns *= SPB_CPU_TICK_NS;
    }
    if (code == 0 && times->state_count <= SPB_CPU_STATE_IDLE)
        code = -EINVAL;
    return code;
}

int spb_cpu_times_next(struct spb_span *rest, struct spb_cpu_times *times)
{
    struct spb_span line;
    if (!spb_span_starts_with(*rest, "cpu") || !spb_span_take_line(rest, &line))
        return 0;
    int code = parse_line(line, times);
    return code ? code : 1;
}

uint64_t spb_cpu_times_sum_ns(const struct spb_cpu_times *times)
{
    uint64_t sum = 0;
    for (int state = SPB_CPU_STATE_USER; state <= SPB_CPU_STATE_STEAL; state++)
        sum += times->ns[state];
    return sum;
}

uint64_t spb_cpu_times_busy_ns(const struct spb_cpu_times *times)
{
    return spb_cpu_times_sum_ns(times) - times->ns[SPB_CPU_STATE_IDLE] - times->ns[SPB_CPU_STATE_IOWAIT] -
           times->ns[SPB_CPU_STATE_STEAL];
}

static int add_cpu(struct spb_system_times *times, size_t *capacity, const struct spb_cpu_times *one)
{
    if (one->is_total) {
        times->total = *one;
        return 0;
    }
    if (times->cpu_count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 16;
        struct spb_cpu_times *cpus = reallocarray(times->cpus, larger, sizeof(*cpus));
        if (!cpus)
            return -ENOMEM;
        times->cpus = cpus;
        *capacity = larger;
    }
    times->cpus[times->cpu_count++] = *one;
    return 0;
}

/* "ctxt 29005436"; "intr 15456336 0 0 ..." has the sum first, and then each of them */
void spb_stat_fields_parse(const char *text, size_t length, struct spb_reading *readings)
{
    static const char *const keys[SPB_STAT_FIELDS] = {[SPB_STAT_CONTEXT_SWITCHES] = "ctxt",
                                                      [SPB_STAT_INTERRUPTS] = "intr",
                                                      [SPB_STAT_FORKS] = "processes",
                                                      [SPB_STAT_RUNNING] = "procs_running",
                                                      [SPB_STAT_BLOCKED] = "procs_blocked"};
    struct spb_span rest = {text, length}, line, key, value;
    for (size_t i = 0; i < SPB_STAT_FIELDS; i++)
        readings[i] = (struct spb_reading){.code = -ENOENT};
    while (spb_span_take_line(&rest, &line)) {
        if (!spb_span_take_word(&line, &key) || !spb_span_take_word(&line, &value))
            continue;
        for (size_t i = 0; i < SPB_STAT_FIELDS; i++)
            if (readings[i].code == -ENOENT && spb_span_equals(key, keys[i]))
                readings[i].code = spb_span_parse_u64(value, &readings[i].value);
    }
}

int spb_system_times_parse(const char *text, size_t length, struct spb_system_times *times)
{
    struct spb_span rest = {text, length};
    struct spb_cpu_times one;
    struct spb_reading readings[SPB_STAT_FIELDS];
    size_t capacity = 0;
    int code;
    *times = (struct spb_system_times){0};
    while ((code = spb_cpu_times_next(&rest, &one)) > 0)
        if ((code = add_cpu(times, &capacity, &one)) < 0)
            break;
    if (code < 0)
        return code;
    spb_stat_fields_parse(rest.text, rest.length, readings);
    times->context_switches = readings[SPB_STAT_CONTEXT_SWITCHES];
    times->running = readings[SPB_STAT_RUNNING];
    return times->cpu_count && spb_cpu_times_sum_ns(&times->total) ? 0 : -ENODATA;
}

int spb_system_times_read(const char *root, struct spb_system_times *times)
{
    struct spb_strbuf text = {0};
    *times = (struct spb_system_times){0};
    int code = spb_file_read(root, "/proc/stat", FILE_LIMIT_BYTES, &text);
    if (code == 0)
        code = spb_system_times_parse(spb_strbuf_text(&text), text.length, times);
    spb_strbuf_release(&text);
    return code;
}

void spb_system_times_release(struct spb_system_times *times)
{
    free(times->cpus);
    *times = (struct spb_system_times){0};
}
