/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "follow_summary.h"

static struct spb_follow_summary sample(void)
{
    return (struct spb_follow_summary){.command = "make\n",
                                       .status = 3 << 8,
                                       .wall_ns = 2000000000,
                                       .user_ns = 2500000000,
                                       .system_ns = 500000000,
                                       .largest_rss_bytes = 300 << 20,
                                       .has_io = true,
                                       .read_bytes = 4096,
                                       .written_bytes = 1 << 20,
                                       .minor_faults = 1234,
                                       .major_faults = 5,
                                       .voluntary_switches = 67,
                                       .involuntary_switches = 8,
                                       .looks = 9,
                                       .together_rss_bytes = UINT64_C(2) << 30,
                                       .threads_max = 12,
                                       .processes_max = 10,
                                       .processes_seen = 42,
                                       .still_running = 2,
                                       .still_cpu_ns = 1000000};
}

static void assert_text(const struct spb_follow_summary *summary, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_follow_summary(summary, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void every_number_has_its_source(void **state)
{
    (void)state;
    struct spb_follow_summary summary = sample();
    assert_text(&summary,
                "make\xef\xbf\xbd: exit code 3 after 2.00 s\n"
                "what              value                                 source\n"
                "CPU time          2.50 s user, 500 ms system            kernel\n"
                "CPUs used         1.50 on average                       kernel\n"
                "peak memory       300 MiB of the largest process        kernel\n"
                "                  2 GiB of all together                 looks, what they share counts for each\n"
                "storage           4 KiB read, 1 MiB written             kernel\n"
                "page faults       1234 minor, 5 major                   kernel\n"
                "context switches  67 voluntary, 8 involuntary           kernel\n"
                "processes         at least 42, at most 10 at a time     looks\n"
                "threads           at most 12 at a time                  looks\n"
                "still running     2 of its processes, 1.00 ms CPU time  looks, in none of the numbers above\n"
                "kernel: counted for the command and each of its descendants that was waited for, exact\n"
                "looks: seen at 9 moments; what lived between two is missed\n");
}

static void what_was_not_seen_is_not_zero(void **state)
{
    (void)state;
    struct spb_follow_summary summary = {.command = "true", .status = SIGTERM, .wall_ns = 1000000, .processes_seen = 1};
    assert_text(&summary, "true: killed by SIGTERM after 1.00 ms\n"
                          "what              value                       source\n"
                          "CPU time          0 s user, 0 s system        kernel\n"
                          "CPUs used         0.00 on average             kernel\n"
                          "peak memory       0 B of the largest process  kernel\n"
                          "                  of all together: not known  it ended before a look\n"
                          "storage           not known                   this kernel does not count it\n"
                          "page faults       0 minor, 0 major            kernel\n"
                          "context switches  0 voluntary, 0 involuntary  kernel\n"
                          "processes         at least 1                  looks\n"
                          "threads           not known                   it ended before a look\n"
                          "kernel: counted for the command and each of its descendants that was waited for, exact\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_has_its_source),
        cmocka_unit_test(what_was_not_seen_is_not_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
