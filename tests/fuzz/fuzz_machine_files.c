/* SPDX-License-Identifier: MIT
 *
 * The small texts of /proc, /sys and cgroups that the monitor reads: each parser gets every input. */
#include <stdlib.h>

#include "cgroup_usage.h"
#include "cpu_times.h"
#include "file_handles.h"
#include "fuzz_target.h"
#include "load_average.h"
#include "memory_info.h"
#include "page_size.h"
#include "process_status.h"
#include "temperature.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *text = (const char *)bytes;
    struct spb_system_times times;
    struct spb_reading fields[SPB_STAT_FIELDS];
    struct spb_memory_info memory;
    struct spb_vm_events events;
    struct spb_load_average load;
    struct spb_pressure pressure;
    struct spb_file_handles handles;
    struct spb_cgroup_usage usage;
    struct spb_schedule_times schedule;
    double celsius;
    spb_system_times_parse(text, length, &times);
    spb_system_times_release(&times);
    spb_stat_fields_parse(text, length, fields);
    spb_memory_info_parse(text, length, &memory);
    spb_vm_events_parse(text, length, &events);
    spb_load_average_parse(text, length, &load);
    spb_pressure_parse(text, length, &pressure);
    spb_schedule_times_parse(text, length, &schedule);
    spb_file_handles_parse(text, length, &handles);
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++)
        for (unsigned version = 1; version <= 2; version++)
            spb_cgroup_usage_parse(file, version, 0, text, length, &usage);
    if (spb_temperature_parse(text, length, &celsius) == 0 && !(celsius >= -60 && celsius <= 250))
        abort();
    uint64_t page = spb_page_size_parse(text, length);
    if (page && (page < 4096 || (page & (page - 1))))
        abort();
    return 0;
}
