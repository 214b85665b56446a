/* SPDX-License-Identifier: MIT */
#include "sensor_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_frequency.h"

#define SECOND              UINT64_C(1000000000)
#define THROTTLES_MAX_PER_S 1e6

enum { FEW_CPUS = 64 };

struct spb_cpu_rate {
    char name[16];
    struct spb_reading hz;
};

void spb_sensor_source_init(struct spb_sensor_source *source, const char *root)
{
    *source = (struct spb_sensor_source){.root = root, .throttles.code = -ENOENT, .throttles_before.code = -ENOENT};
    source->temperature_pace.period_ns = 5 * SECOND;
    source->throttle_pace.period_ns = 10 * SECOND;
    source->throttle_interval.reason = "first look";
}

void spb_sensor_source_release(struct spb_sensor_source *source)
{
    spb_temperatures_release(&source->temperatures);
    free(source->rates);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

static void read_frequencies(struct spb_sensor_source *source, const struct spb_cpu_list *cpus)
{
    struct spb_cpu_rate *rates = reallocarray(source->rates, cpus->count ? cpus->count : 1, sizeof(*rates));
    source->rate_count = 0;
    source->frequency_code = rates ? -ENOENT : -ENOMEM;
    if (!rates)
        return;
    source->rates = rates;
    for (size_t i = 0; i < cpus->count; i++) {
        struct spb_cpu_rate *rate = &rates[source->rate_count];
        rate->hz = spb_cpu_frequency_current_hz(source->root, cpus->items[i].times.os_index);
        memcpy(rate->name, cpus->items[i].name, sizeof(rate->name));
        if (rate->hz.code == -ENOENT && i == 0)
            return; /* no cpufreq: not asked of a thousand others */
        source->rate_count++;
        source->frequency_code = 0;
    }
}

/* The sum is of the CPUs that are online: it is another counter when their number changes. */
static void read_throttles(struct spb_sensor_source *source, const struct spb_cpu_list *cpus, uint64_t boot_ns,
                           uint64_t before_ns)
{
    source->throttles_before = source->throttles;
    source->throttles = (struct spb_reading){.code = -ENOENT};
    for (size_t i = 0; i < cpus->count; i++) {
        struct spb_reading one = spb_cpu_throttle_count(source->root, cpus->items[i].times.os_index);
        if (one.code && i == 0)
            break;
        if (one.code == 0)
            source->throttles = (struct spb_reading){.value = source->throttles.value + one.value};
    }
    source->throttle_interval = (struct spb_interval){.boot_ns = boot_ns};
    if (before_ns == 0 || before_ns >= boot_ns)
        source->throttle_interval.reason = "first look";
    else if (source->throttle_cpus != cpus->count)
        source->throttle_interval.reason = "CPUs came or went";
    else
        source->throttle_interval.ns = boot_ns - before_ns;
    source->throttle_cpus = cpus->count;
}

/* The names of sensors come from the drivers' and the firmware's hands. */
static void make_printable(struct spb_temperatures *temperatures)
{
    char safe[SPB_INSTANCE_SIZE];
    for (size_t i = 0; i < temperatures->count; i++) {
        char *raw = temperatures->items[i].name;
        spb_instance_name(raw, strlen(raw), safe);
        memcpy(raw, safe, sizeof(safe));
    }
}

_Static_assert(sizeof(((struct spb_temperature *)0)->name) == SPB_INSTANCE_SIZE, "a printable name fits in place");

void spb_sensor_source_read(struct spb_sensor_source *source, const struct spb_cpu_list *cpus, uint64_t boot_ns)
{
    uint64_t throttled_ns = source->throttle_pace.last_boot_ns;
    source->frequency_pace.period_ns = (cpus->count <= FEW_CPUS ? 2 : 10) * SECOND;
    if (spb_slow_pace_is_due(&source->frequency_pace, boot_ns))
        read_frequencies(source, cpus);
    if (spb_slow_pace_is_due(&source->throttle_pace, boot_ns))
        read_throttles(source, cpus, boot_ns, throttled_ns);
    if (spb_slow_pace_is_due(&source->temperature_pace, boot_ns)) {
        spb_temperatures_release(&source->temperatures);
        source->temperature_code = spb_temperatures_read(source->root, &source->temperatures);
        make_printable(&source->temperatures);
    }
}

/* ---- series ---------------------------------------------------------------------------------------------------- */

static void add_mean(const struct spb_sensor_source *source, struct spb_look_writer *writer)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < source->rate_count; i++)
        if (source->rates[i].hz.code == 0) {
            sum += (double)source->rates[i].hz.value;
            count++;
        }
    if (count)
        spb_look_add_value(writer, SPB_CPU_FREQUENCY, "", sum / (double)count);
    else
        spb_look_add_absent(writer, SPB_CPU_FREQUENCY, "",
                            source->frequency_code == -ENOENT
                                ? "no cpufreq: a hypervisor hides it, or the kernel has no driver"
                                : "it cannot be read");
}

void spb_sensor_source_add_frequencies(const struct spb_sensor_source *source, struct spb_look_writer *writer)
{
    add_mean(source, writer);
    for (size_t i = 0; i < source->rate_count; i++) {
        const struct spb_cpu_rate *rate = &source->rates[i];
        if (rate->hz.code)
            spb_look_add_absent(writer, SPB_CPU_FREQUENCY, rate->name, spb_reading_reason(rate->hz.code));
        else
            spb_look_add_value(writer, SPB_CPU_FREQUENCY, rate->name, (double)rate->hz.value);
    }
}

static void add_temperatures(const struct spb_temperatures *temperatures, struct spb_look_writer *writer)
{
    for (size_t i = 0; i < temperatures->count; i++)
        if (temperatures->items[i].code)
            spb_look_add_absent(writer, SPB_TEMPERATURE, temperatures->items[i].name,
                                "the sensor shows what no temperature is");
        else
            spb_look_add_value(writer, SPB_TEMPERATURE, temperatures->items[i].name, temperatures->items[i].celsius);
    if (temperatures->count == 0)
        spb_look_add_absent(writer, SPB_TEMPERATURE, "", "no sensor is shown, as is usual in a VM");
}

static void add_limits(const struct spb_temperatures *temperatures, struct spb_look_writer *writer)
{
    size_t listed = 0;
    for (size_t i = 0; i < temperatures->count; i++)
        if (temperatures->items[i].has_limit) {
            spb_look_add_value(writer, SPB_TEMPERATURE_LIMIT, temperatures->items[i].name,
                               temperatures->items[i].limit_celsius);
            listed++;
        }
    if (listed == 0)
        spb_look_add_absent(writer, SPB_TEMPERATURE_LIMIT, "", "no sensor has a critical temperature");
}

void spb_sensor_source_add(const struct spb_sensor_source *source, struct spb_look_writer *writer)
{
    struct spb_rate_spec spec = {.series = SPB_THERMAL_THROTTLES,
                                 .instance = "",
                                 .scale = 1,
                                 .max_per_s = THROTTLES_MAX_PER_S,
                                 .width = SPB_COUNTER_64};
    add_temperatures(&source->temperatures, writer);
    add_limits(&source->temperatures, writer);
    spb_look_add_rate(writer, &spec, &source->throttles_before, &source->throttles, &source->throttle_interval);
}
