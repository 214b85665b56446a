/* SPDX-License-Identifier: MIT
 * tests/monitor/check_openmetrics.py holds the text against the format's rules; here it is held against what is meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "openmetrics.h"
#include "sample_look.h"

#define HOSTILE "a\\\"b\\\\c,d=\xc3\xa9"

static void assert_exposition(enum spb_exposition exposition, const char *expected)
{
    struct spb_look_view view = sample_view();
    struct spb_strbuf out = {0};
    view.process_count = 1;
    spb_openmetrics(&view, exposition, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void counters_gauges_and_ratios(void **state)
{
    (void)state;
    assert_exposition(SPB_EXPOSITION_OPENMETRICS,
                      "# TYPE spbench_cpu_busy_seconds counter\n"
                      "# UNIT spbench_cpu_busy_seconds seconds\n"
                      "# HELP spbench_cpu_busy_seconds time used by anything but idle, waiting for I/O and the "
                      "hypervisor\n"
                      "spbench_cpu_busy_seconds_total{cpu=\"cpu0\"} 1234.56\n"
                      "spbench_cpu_busy_seconds_total{cpu=\"cpu1\"} 1234.56\n"
                      "# TYPE spbench_load_1 gauge\n"
                      "# HELP spbench_load_1 load average over one minute\n"
                      "spbench_load_1 0.25\n"
                      "# TYPE spbench_kernel_context_switches counter\n"
                      "# HELP spbench_kernel_context_switches context switches\n"
                      "spbench_kernel_context_switches_total 123456789012\n"
                      "# TYPE spbench_memory_available_bytes gauge\n"
                      "# UNIT spbench_memory_available_bytes bytes\n"
                      "# HELP spbench_memory_available_bytes memory that programs can get without swapping\n"
                      "spbench_memory_available_bytes 3435973837\n"
                      "# TYPE spbench_swap_used_bytes gauge\n"
                      "# UNIT spbench_swap_used_bytes bytes\n"
                      "# HELP spbench_swap_used_bytes swap space in use\n"
                      "spbench_swap_used_bytes 0\n"
                      "# TYPE spbench_pressure_some_seconds counter\n"
                      "# UNIT spbench_pressure_some_seconds seconds\n"
                      "# HELP spbench_pressure_some_seconds time in which some task stood waiting for it\n"
                      "spbench_pressure_some_seconds_total{resource=\"cpu\"} 12.000001\n"
                      "# TYPE spbench_disk_read_bytes counter\n"
                      "# UNIT spbench_disk_read_bytes bytes\n"
                      "# HELP spbench_disk_read_bytes read\n"
                      "spbench_disk_read_bytes_total{device=\"" HOSTILE "\"} 4096\n"
                      "spbench_disk_read_bytes_total{device=\"dm-0\"} 4096\n"
                      "# TYPE spbench_filesystem_used_ratio gauge\n"
                      "# UNIT spbench_filesystem_used_ratio ratio\n"
                      "# HELP spbench_filesystem_used_ratio used, as df counts it\n"
                      "spbench_filesystem_used_ratio{mount=\"/srv\"} 0.425\n"
                      "# TYPE spbench_network_received_bytes counter\n"
                      "# UNIT spbench_network_received_bytes bytes\n"
                      "# HELP spbench_network_received_bytes received\n"
                      "spbench_network_received_bytes_total{interface=\"lo\"} 1000000000000\n"
                      "spbench_network_received_bytes_total{interface=\"eth0\"} 2048\n"
                      "# TYPE spbench_temperature_celsius gauge\n"
                      "# UNIT spbench_temperature_celsius celsius\n"
                      "# HELP spbench_temperature_celsius temperature\n"
                      "spbench_temperature_celsius{sensor=\"x86_pkg\"} -3.5\n"
                      "# TYPE spbench_process_cpu_seconds counter\n"
                      "# UNIT spbench_process_cpu_seconds seconds\n"
                      "# HELP spbench_process_cpu_seconds user and system time of a process\n"
                      "spbench_process_cpu_seconds_total{pid=\"4711\",name=\"" HOSTILE "\"} 12.345678901\n"
                      "# TYPE spbench_process_resident_bytes gauge\n"
                      "# UNIT spbench_process_resident_bytes bytes\n"
                      "# HELP spbench_process_resident_bytes resident memory of a process\n"
                      "spbench_process_resident_bytes{pid=\"4711\",name=\"" HOSTILE "\"} 123456789\n"
                      "# TYPE spbench_process_virtual_bytes gauge\n"
                      "# UNIT spbench_process_virtual_bytes bytes\n"
                      "# HELP spbench_process_virtual_bytes virtual memory of a process\n"
                      "spbench_process_virtual_bytes{pid=\"4711\",name=\"" HOSTILE "\"} 987654321\n"
                      "# TYPE spbench_process_threads gauge\n"
                      "# HELP spbench_process_threads threads of a process\n"
                      "spbench_process_threads{pid=\"4711\",name=\"" HOSTILE "\"} 4\n"
                      "# TYPE spbench_process_major_faults counter\n"
                      "# HELP spbench_process_major_faults page faults of a process that had to read\n"
                      "spbench_process_major_faults_total{pid=\"4711\",name=\"" HOSTILE "\"} 0\n"
                      "# TYPE spbench_process_read_bytes counter\n"
                      "# UNIT spbench_process_read_bytes bytes\n"
                      "# HELP spbench_process_read_bytes read from storage by a process\n"
                      "spbench_process_read_bytes_total{pid=\"4711\",name=\"" HOSTILE "\"} 4096\n"
                      "# TYPE spbench_process_written_bytes counter\n"
                      "# UNIT spbench_process_written_bytes bytes\n"
                      "# HELP spbench_process_written_bytes written to storage by a process\n"
                      "spbench_process_written_bytes_total{pid=\"4711\",name=\"" HOSTILE "\"} 0\n"
                      "# TYPE spbench_look_time_seconds gauge\n"
                      "# UNIT spbench_look_time_seconds seconds\n"
                      "# HELP spbench_look_time_seconds when the machine was looked at, since 1970 UTC\n"
                      "spbench_look_time_seconds 1798761599.12346\n"
                      "# TYPE spbench_look_interval_seconds gauge\n"
                      "# UNIT spbench_look_interval_seconds seconds\n"
                      "# HELP spbench_look_interval_seconds time between the last look and the one before\n"
                      "spbench_look_interval_seconds 1.000020304\n"
                      "# EOF\n");
}

static void assert_part(enum spb_exposition exposition, const char *part, bool expected)
{
    struct spb_look_view view = sample_view();
    struct spb_strbuf out = {0};
    spb_openmetrics(&view, exposition, &out);
    if ((strstr(spb_strbuf_text(&out), part) != NULL) != expected)
        fail_msg("'%s' in\n%s", part, spb_strbuf_text(&out));
    spb_strbuf_release(&out);
}

/* The older format calls a counter by the name of its samples, and knows neither units nor an end. */
static void the_older_format(void **state)
{
    (void)state;
    assert_part(SPB_EXPOSITION_TEXT, "# TYPE spbench_disk_read_bytes_total counter\n", true);
    assert_part(SPB_EXPOSITION_TEXT, "# HELP spbench_disk_read_bytes_total read\n", true);
    assert_part(SPB_EXPOSITION_TEXT, "\nspbench_disk_read_bytes_total{device=\"dm-0\"} 4096\n", true);
    assert_part(SPB_EXPOSITION_TEXT, "# UNIT", false);
    assert_part(SPB_EXPOSITION_TEXT, "# EOF", false);
}

/* No two series may share a name, nor may a gauge have that of a counter's samples. */
static void names_are_unique_and_plain(void **state)
{
    (void)state;
    char names[SPB_SERIES_COUNT][SPB_FAMILY_NAME_SIZE + 8];
    for (int i = 0; i < SPB_SERIES_COUNT; i++) {
        spb_family_name(names[i], (enum spb_series)i);
        assert_int_equal(strspn(names[i], "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(names[i]));
        assert_null(strstr(names[i], "__"));
        if (spb_series_info((enum spb_series)i)->kind != SPB_SERIES_GAUGE)
            strcat(names[i], "_total");
        for (int before = 0; before < i; before++)
            assert_string_not_equal(names[i], names[before]);
    }
}

static void the_format_follows_the_accept_header(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum spb_exposition expected;
    } cases[] = {
        {NULL, SPB_EXPOSITION_TEXT},
        {"", SPB_EXPOSITION_TEXT},
        {"*/*", SPB_EXPOSITION_TEXT},
        {"text/plain", SPB_EXPOSITION_TEXT},
        {"application/openmetrics-text", SPB_EXPOSITION_OPENMETRICS},
        {"Application/OpenMetrics-Text; version=1.0.0", SPB_EXPOSITION_OPENMETRICS},
        {"application/openmetrics-textual", SPB_EXPOSITION_TEXT},
        {"application/openmetrics-text;q=0", SPB_EXPOSITION_TEXT},
        {"text/plain;q=0.9,application/openmetrics-text;version=0.0.1; q=0.5", SPB_EXPOSITION_TEXT},
        {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
         "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
         SPB_EXPOSITION_OPENMETRICS}, /* Prometheus 2 */
        {",,;q=,application/openmetrics-text;q", SPB_EXPOSITION_OPENMETRICS},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (spb_exposition_accepted(cases[i].accept) != cases[i].expected)
            fail_msg("case %zu: %s", i, cases[i].accept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_gauges_and_ratios),
        cmocka_unit_test(the_older_format),
        cmocka_unit_test(names_are_unique_and_plain),
        cmocka_unit_test(the_format_follows_the_accept_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
