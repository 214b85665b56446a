/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "look_json.h"
#include "sample_look.h"

static void assert_line(const struct spb_look_view *view, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_look_json(view, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

#define HOSTILE "a\\\"b\\\\c,d=\xc3\xa9"

static void a_line_has_values_reasons_and_processes(void **state)
{
    (void)state;
    struct spb_look_view view = sample_view();
    assert_line(
        &view,
        "{\"schema\":\"spbench-monitor\",\"schema_version\":1,\"time\":\"2026-12-31T23:59:59.123Z\",\"interval_s\":1."
        "00002,"
        "\"series\":{\"cpu.busy\":{\"\":12.3457,\"cpu0\":20,\"cpu1\":null},\"cpu.frequency\":{\"\":null},\"load.1\":0."
        "25,"
        "\"kernel.context-switches\":1500.4,\"memory.available\":3435973837,\"swap.used\":0,"
        "\"pressure.some\":{\"cpu\":0.5},\"disk.read\":{\"" HOSTILE "\":1048576,\"dm-0\":1048576},"
        "\"filesystem.used-share\":{\"/srv\":42.5},\"network.received\":{\"lo\":1000000000,\"eth0\":102400},"
        "\"temperature\":{\"x86_pkg\":-3.5,\"broken\":null}},"
        "\"absent\":{\"cpu.busy\":{\"cpu1\":\"first look\"},\"cpu.frequency\":{\"\":\"no CPU tells its frequency\"},"
        "\"temperature\":{\"broken\":\"first look\"}},"
        "\"processes\":[{\"pid\":4711,\"parent\":1,\"name\":\"" HOSTILE
        "\",\"state\":\"R\",\"user\":1000,\"threads\":4,"
        "\"cpu_s\":12.3457,\"cpu_pct\":99.5123,\"rss_bytes\":123456789,\"virtual_bytes\":987654321,\"major_faults\":0,"
        "\"read_bytes_per_s\":1536,\"written_bytes_per_s\":0},"
        "{\"pid\":2,\"parent\":0,\"name\":\"[kthreadd]\",\"state\":\"S\",\"user\":0,\"threads\":1,\"cpu_s\":0,"
        "\"cpu_pct\":null,\"rss_bytes\":0,\"virtual_bytes\":0,\"major_faults\":0,\"read_bytes_per_s\":null,"
        "\"written_bytes_per_s\":null}]}\n");
}

static void the_first_look_has_no_interval(void **state)
{
    (void)state;
    struct spb_observation item = {.series = SPB_LOAD_1};
    struct spb_look look = {.items = &item, .count = 1};
    assert_line(&(struct spb_look_view){.look = &look},
                "{\"schema\":\"spbench-monitor\",\"schema_version\":1,\"time\":\"1970-01-01T00:00:00.000Z\","
                "\"interval_s\":null,\"series\":{\"load.1\":null},\"absent\":{\"load.1\":\"no reason is known\"}}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_values_reasons_and_processes),
        cmocka_unit_test(the_first_look_has_no_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
