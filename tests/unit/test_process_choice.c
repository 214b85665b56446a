/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "process_choice.h"

static const struct spb_process_look items[] = {
    {.pid = 10, .name = "sh", .has_cpu = true, .cpu_pct = 1, .rss_bytes = 500, .threads = 1},
    {.pid = 11, .name = "cc1plus", .has_cpu = true, .cpu_pct = 99, .rss_bytes = 900, .threads = 1, .has_io = true},
    {.pid = 12, .name = "a-name-of-fifte", .cpu_total_ns = 5, .rss_bytes = 100, .threads = 7},
    {.pid = 13, .name = "[kworker/0:1]", .has_cpu = true, .rss_bytes = 0, .threads = 1},
    {.pid = 14,
     .name = "sh",
     .has_cpu = true,
     .cpu_pct = 1,
     .cpu_total_ns = 9,
     .rss_bytes = 500,
     .threads = 1,
     .has_io = true,
     .written_bytes_per_s = 4096},
};
enum { ITEM_COUNT = sizeof(items) / sizeof(items[0]) };

/* `expected` ends with 0. */
static void assert_chosen(const struct spb_process_choice *choice, const pid_t *expected)
{
    struct spb_process_look *chosen;
    size_t count;
    assert_int_equal(spb_process_choose(choice, items, ITEM_COUNT, &chosen, &count), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(chosen[i].pid, expected[i]);
    assert_int_equal(expected[count], 0);
    free(chosen);
}

static void the_busiest_first(void **state)
{
    (void)state;
    assert_chosen(&(struct spb_process_choice){.sort = SPB_SORT_CPU}, (pid_t[]){11, 14, 10, 13, 12, 0});
    assert_chosen(&(struct spb_process_choice){.sort = SPB_SORT_MEMORY}, (pid_t[]){11, 14, 10, 12, 13, 0});
    assert_chosen(&(struct spb_process_choice){.sort = SPB_SORT_IO, .most = 2}, (pid_t[]){14, 11, 0});
    assert_chosen(&(struct spb_process_choice){.sort = SPB_SORT_THREADS, .most = 1}, (pid_t[]){12, 0});
    assert_chosen(&(struct spb_process_choice){.most = 2, .without = 11}, (pid_t[]){14, 10, 0});
}

static void by_number_name_and_pattern(void **state)
{
    (void)state;
    const struct {
        const char *wanted[2];
        pid_t expected[4];
    } cases[] = {
        {{"13"}, {13}},
        {{"sh"}, {14, 10}},
        {{"cc1*", "sh"}, {11, 14, 10}},
        {{"s"}, {0}},
        {{"?kworker/0:1?"}, {13}},
        {{"a-name-of-fifteen-and-more"}, {12}}, /* the kernel keeps fifteen bytes of a name */
        {{"sh-and-more"}, {0}},
        {{"99999999999999999999"}, {0}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_chosen(
            &(struct spb_process_choice){.wanted = cases[i].wanted, .wanted_count = cases[i].wanted[1] ? 2 : 1},
            cases[i].expected);
}

static void nothing_from_nothing(void **state)
{
    (void)state;
    struct spb_process_look *chosen;
    size_t count;
    assert_int_equal(spb_process_choose(&(struct spb_process_choice){0}, NULL, 0, &chosen, &count), 0);
    assert_int_equal(count, 0);
    free(chosen);
}

static void keys_have_names(void **state)
{
    (void)state;
    enum spb_screen_sort sort = SPB_SORT_CPU;
    assert_int_equal(spb_process_sort_parse("threads", &sort), 0);
    assert_int_equal(sort, SPB_SORT_THREADS);
    assert_int_equal(spb_process_sort_parse("Threads", &sort), -EINVAL);
    assert_int_equal(sort, SPB_SORT_THREADS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_busiest_first),
        cmocka_unit_test(by_number_name_and_pattern),
        cmocka_unit_test(nothing_from_nothing),
        cmocka_unit_test(keys_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
