/* SPDX-License-Identifier: MIT */
#include "setting.h"

#include <errno.h>
#include <string.h>

#include "file.h"
#include "span.h"

enum kind { TEXT, NUMBER, CHOICE };

#define CPU "/sys/devices/system/cpu/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define CLK "/sys/devices/system/clocksource/clocksource0/"
#define DMI "/sys/class/dmi/id/"

static const struct {
    const char *path;
    enum kind kind;
} settings[SPB_SETTINGS] = {
    [SPB_SETTING_HOST_NAME] = {"/proc/sys/kernel/hostname", TEXT},
    [SPB_SETTING_KERNEL_RELEASE] = {"/proc/sys/kernel/osrelease", TEXT},
    [SPB_SETTING_KERNEL_VERSION] = {"/proc/sys/kernel/version", TEXT},
    [SPB_SETTING_MACHINE] = {"/proc/sys/kernel/arch", TEXT},
    [SPB_SETTING_ASLR] = {"/proc/sys/kernel/randomize_va_space", NUMBER},
    [SPB_SETTING_PERF_PARANOID] = {"/proc/sys/kernel/perf_event_paranoid", NUMBER},
    [SPB_SETTING_NMI_WATCHDOG] = {"/proc/sys/kernel/nmi_watchdog", NUMBER},
    [SPB_SETTING_NUMA_BALANCING] = {"/proc/sys/kernel/numa_balancing", NUMBER},
    [SPB_SETTING_TIMER_MIGRATION] = {"/proc/sys/kernel/timer_migration", NUMBER},
    [SPB_SETTING_CLOCK_SOURCE] = {CLK "current_clocksource", TEXT},
    [SPB_SETTING_CLOCK_SOURCES] = {CLK "available_clocksource", TEXT},
    [SPB_SETTING_THP] = {THP "enabled", CHOICE},
    [SPB_SETTING_THP_DEFRAG] = {THP "defrag", CHOICE},
    [SPB_SETTING_SMT_ACTIVE] = {CPU "smt/active", NUMBER},
    [SPB_SETTING_SMT_CONTROL] = {CPU "smt/control", TEXT},
    [SPB_SETTING_CPUS_ONLINE] = {CPU "online", TEXT},
    [SPB_SETTING_CPUS_OFFLINE] = {CPU "offline", TEXT},
    [SPB_SETTING_CPUS_ISOLATED] = {CPU "isolated", TEXT},
    [SPB_SETTING_CPUS_NOHZ_FULL] = {CPU "nohz_full", TEXT},
    [SPB_SETTING_INTEL_NO_TURBO] = {CPU "intel_pstate/no_turbo", NUMBER},
    [SPB_SETTING_CPUFREQ_BOOST] = {CPU "cpufreq/boost", NUMBER},
    [SPB_SETTING_HYPERVISOR_TYPE] = {"/sys/hypervisor/type", TEXT},
    [SPB_SETTING_DMI_VENDOR] = {DMI "sys_vendor", TEXT},
    [SPB_SETTING_DMI_PRODUCT] = {DMI "product_name", TEXT},
    [SPB_SETTING_DEVICE_TREE_MODEL] = {"/proc/device-tree/model", TEXT},
};

const char *spb_setting_path(enum spb_setting_id id)
{
    return settings[id].path;
}

bool spb_setting_is_number(enum spb_setting_id id)
{
    return settings[id].kind == NUMBER;
}

/* "always [madvise] never" */
static int take_choice(struct spb_span *span)
{
    struct spb_span before, chosen;
    if (!spb_span_take_until(span, '[', &before) || !spb_span_take_until(span, ']', &chosen) || !chosen.length)
        return -EINVAL;
    *span = chosen;
    return 0;
}

int spb_setting_parse(enum spb_setting_id id, const char *text, struct spb_setting *setting)
{
    struct spb_span span = spb_span_trim((struct spb_span){text, strlen(text)});
    int code = 0;
    *setting = (struct spb_setting){0};
    if (settings[id].kind == NUMBER)
        code = spb_span_parse_i64(span, &setting->number);
    else if (settings[id].kind == CHOICE)
        code = take_choice(&span);
    if (code == 0)
        spb_span_copy(span, setting->text, sizeof(setting->text));
    return code;
}

int spb_setting_read(const char *root, enum spb_setting_id id, struct spb_setting *setting)
{
    char text[sizeof(setting->text)];
    int code = spb_file_read_line(root, settings[id].path, text, sizeof(text));
    if (code)
        return code;
    code = spb_setting_parse(id, text, setting);
    /* Linux prints the mask of an empty set as "(null)" where nohz_full= was never given. */
    if (code == 0 && strcmp(setting->text, "(null)") == 0)
        setting->text[0] = '\0';
    return code;
}
