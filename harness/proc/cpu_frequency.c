/* SPDX-License-Identifier: MIT */
#include "cpu_frequency.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "setting.h"
#include "span.h"

#define POLICIES "/sys/devices/system/cpu/cpufreq"

static int read_policy_text(const char *root, const char *policy, const char *name, char *text, size_t size)
{
    char path[192];
    snprintf(path, sizeof(path), "%s/%.32s/%s", POLICIES, policy, name);
    return spb_file_read_line(root, path, text, size);
}

static void add_governor(struct spb_cpu_frequency *frequency, const char *governor)
{
    char known[sizeof(frequency->governor)];
    struct spb_span rest = {known, 0};
    for (size_t i = 0; i <= strlen(frequency->governor); i++)
        known[i] = frequency->governor[i] == '+' ? ' ' : frequency->governor[i];
    rest.length = strlen(known);
    size_t length = rest.length;
    if (*governor && !spb_span_has_word(rest, governor))
        snprintf(frequency->governor + length, sizeof(frequency->governor) - length, "%s%s", length ? "+" : "",
                 governor);
}

/* "2300000", in kHz */
static struct spb_reading read_hz(const char *root, const char *policy, const char *name)
{
    char text[32];
    struct spb_reading reading = {.code = read_policy_text(root, policy, name, text, sizeof(text))};
    if (reading.code == 0)
        reading.code = spb_span_parse_u64((struct spb_span){text, strlen(text)}, &reading.value);
    if (reading.code == 0 && __builtin_mul_overflow(reading.value, 1000u, &reading.value))
        reading.code = -ERANGE;
    return reading;
}

static void read_policy(const char *root, const char *policy, struct spb_cpu_frequency *frequency)
{
    char governor[32];
    if (read_policy_text(root, policy, "scaling_governor", governor, sizeof(governor)) == 0)
        add_governor(frequency, governor);
    if (!frequency->driver[0] &&
        read_policy_text(root, policy, "scaling_driver", frequency->driver, sizeof(frequency->driver)) < 0)
        frequency->driver[0] = '\0';
    struct spb_reading min = read_hz(root, policy, "scaling_min_freq");
    struct spb_reading max = read_hz(root, policy, "scaling_max_freq");
    if (!min.code && (frequency->min_hz.code || min.value < frequency->min_hz.value))
        frequency->min_hz = min;
    if (!max.code && (frequency->max_hz.code || max.value > frequency->max_hz.value))
        frequency->max_hz = max;
}

void spb_cpu_frequency_read(const char *root, struct spb_cpu_frequency *frequency)
{
    struct spb_folder policies;
    *frequency = (struct spb_cpu_frequency){.min_hz.code = -ENOENT, .max_hz.code = -ENOENT};
    frequency->code = spb_folder_read(root, POLICIES, "policy", &policies);
    if (frequency->code)
        return;
    for (size_t i = 0; i < policies.count; i++)
        read_policy(root, policies.names[i], frequency);
    if (policies.count == 0)
        frequency->code = -ENOENT;
    spb_folder_release(&policies);
}

static struct spb_reading read_cpu_number(const char *root, unsigned os_index, const char *name)
{
    char path[128], text[32];
    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/%s", os_index, name);
    struct spb_reading reading = {.code = spb_file_read_line(root, path, text, sizeof(text))};
    if (reading.code == 0)
        reading.code = spb_span_parse_u64((struct spb_span){text, strlen(text)}, &reading.value);
    return reading;
}

struct spb_reading spb_cpu_frequency_current_hz(const char *root, unsigned os_index)
{
    struct spb_reading reading = read_cpu_number(root, os_index, "cpufreq/scaling_cur_freq");
    if (reading.code == 0 && __builtin_mul_overflow(reading.value, 1000u, &reading.value)) /* "2300000", in kHz */
        reading.code = -ERANGE;
    return reading;
}

struct spb_reading spb_cpu_throttle_count(const char *root, unsigned os_index)
{
    return read_cpu_number(root, os_index, "thermal_throttle/core_throttle_count");
}

void spb_turbo_read(const char *root, struct spb_turbo *turbo)
{
    static const struct {
        enum spb_setting_id id;
        bool on_when;
    } switches[] = {{SPB_SETTING_INTEL_NO_TURBO, false}, {SPB_SETTING_CPUFREQ_BOOST, true}};
    *turbo = (struct spb_turbo){.code = -ENOENT};
    for (size_t i = 0; i < 2; i++) {
        struct spb_setting setting;
        if (spb_setting_read(root, switches[i].id, &setting) < 0)
            continue;
        turbo->code = 0;
        turbo->on = (setting.number != 0) == switches[i].on_when;
        turbo->off_value[0] = switches[i].on_when ? '0' : '1';
        snprintf(turbo->control, sizeof(turbo->control), "%s", spb_setting_path(switches[i].id));
        return;
    }
}
