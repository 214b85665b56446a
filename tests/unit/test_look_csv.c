/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "look_csv.h"
#include "sample_look.h"

#define START   "2026-12-31T23:59:59.123Z,1.00002,"
#define HOSTILE "\"a\"\"b\\c,d=\xc3\xa9\""
#define PROCESS "\"4711 a\"\"b\\c,d=\xc3\xa9\""

static void a_line_a_number(void **state)
{
    (void)state;
    struct spb_look_view view = sample_view();
    struct spb_strbuf out = {0};
    spb_look_csv_header(&out);
    spb_look_csv(&view, &out);
    assert_string_equal(
        spb_strbuf_text(&out),
        "time,interval_s,series,instance,value,reason\r\n" START "cpu.busy,,12.3457,\r\n" START
        "cpu.busy,cpu0,20,\r\n" START "cpu.busy,cpu1,,first look\r\n" START
        "cpu.frequency,,,no CPU tells its frequency\r\n" START "load.1,,0.25,\r\n" START
        "kernel.context-switches,,1500.4,\r\n" START "memory.available,,3435973837,\r\n" START "swap.used,,0,\r\n" START
        "pressure.some,cpu,0.5,\r\n" START "disk.read," HOSTILE ",1048576,\r\n" START
        "disk.read,dm-0,1048576,\r\n" START "filesystem.used-share,/srv,42.5,\r\n" START
        "network.received,lo,1000000000,\r\n" START "network.received,eth0,102400,\r\n" START
        "temperature,x86_pkg,-3.5,\r\n" START "temperature,broken,,first look\r\n" START "process.cpu," PROCESS
        ",99.5123,\r\n" START "process.rss," PROCESS ",123456789,\r\n" START "process.threads," PROCESS ",4,\r\n" START
        "process.read," PROCESS ",1536,\r\n" START "process.written," PROCESS ",0,\r\n" START
        "process.cpu,2 [kthreadd],,seen for the first time\r\n" START "process.rss,2 [kthreadd],0,\r\n" START
        "process.threads,2 [kthreadd],1,\r\n" START "process.read,2 [kthreadd],,not permitted\r\n" START
        "process.written,2 [kthreadd],,not permitted\r\n");
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_a_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
