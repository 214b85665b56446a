/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "look_table.h"
#include "sample_look.h"
#include "utf8.h"

static void assert_short(double value, double base, const char *expected)
{
    char text[SPB_SHORT_SIZE];
    assert_string_equal(spb_format_short(text, value, base), expected);
}

static void short_numbers_have_at_most_four_characters_or_a_suffix(void **state)
{
    (void)state;
    assert_short(0, 1000, "0");
    assert_short(9999.4, 1000, "9999");
    assert_short(9999.6, 1000, "10k");
    assert_short(12345, 1024, "12k");
    assert_short(999.6 * 1024, 1024, "1.0M");
    assert_short(3435973837, 1024, "3.2G");
    assert_short(1e18, 1000, "1.0E");
    assert_short(1e25, 1000, "10000000E");
}

/* Sums leave out what lies on other disks, and loopback. */
static void a_line_and_its_processes(void **state)
{
    (void)state;
    struct spb_look_view view = sample_view();
    struct spb_strbuf out = {0};
    setenv("TZ", "UTC", 1);
    tzset();
    spb_look_table_header(&out);
    spb_look_table(&view, &out);
    assert_string_equal(spb_strbuf_text(&out),
                        "         -- CPU % ---     -- memory - -------- per second --------- - stalled %\n"
                        "time     busy iow stl run avail  swap   csw  read write  recv  sent cpu mem  io\n"
                        "23:59:59   12   -   -   -  3.2G     0  1500  1.0M     -  100k     -   0   -   -\n"
                        "        pid  cpu%  memory  thrd  read/s writ/s  name\n"
                        "       4711  99.5    118M     4   1536      0  " SAMPLE_HOSTILE "\n"
                        "          2     -       0     1      -      -  [kthreadd]\n");
    spb_strbuf_release(&out);
}

static void nothing_is_wider_than_a_terminal(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_look_table_header(&out);
    for (const char *line = spb_strbuf_text(&out); *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 79);
    spb_strbuf_release(&out);
}

static void processes_that_were_named_and_are_not_there(void **state)
{
    (void)state;
    struct spb_look look = {0};
    struct spb_strbuf out = {0};
    spb_look_table(&(struct spb_look_view){.look = &look, .with_processes = true}, &out);
    assert_non_null(strstr(spb_strbuf_text(&out), "no such process"));
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_numbers_have_at_most_four_characters_or_a_suffix),
        cmocka_unit_test(a_line_and_its_processes),
        cmocka_unit_test(nothing_is_wider_than_a_terminal),
        cmocka_unit_test(processes_that_were_named_and_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
