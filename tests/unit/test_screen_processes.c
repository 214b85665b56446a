/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "grid_text.h"
#include "screen_processes.h"
#include "screen_snapshot.h"

static struct spb_process_look process(pid_t pid, const char *name, double cpu_pct, uint64_t rss_bytes)
{
    struct spb_process_look look = {.pid = pid,
                                    .state = 'S',
                                    .threads = 1,
                                    .has_cpu = cpu_pct >= 0,
                                    .cpu_pct = cpu_pct >= 0 ? cpu_pct : 200,
                                    .rss_bytes = rss_bytes};
    snprintf(look.name, sizeof(look.name), "%s", name);
    return look;
}

static void order_is_whole_as_far_as_asked(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static struct spb_process_look looks[COUNT];
    struct spb_process_order order = {0};
    struct spb_view view = {.sort = SPB_SORT_MEMORY};
    for (int i = 0; i < COUNT; i++)
        looks[i] = process(i + 1, "name", 0, (uint64_t)(i * 7919 % 401));
    assert_int_equal(spb_process_order_fill(&order, &(struct spb_processes){looks, COUNT}, &view, 100), 0);
    assert_int_equal(order.count, COUNT);
    for (int i = 1; i < 100; i++) {
        const struct spb_process_look *before = order.items[i - 1], *now = order.items[i];
        assert_true(before->rss_bytes > now->rss_bytes ||
                    (before->rss_bytes == now->rss_bytes && before->pid < now->pid));
    }
    for (int i = 100; i < COUNT; i++)
        assert_true(order.items[i]->rss_bytes <= order.items[99]->rss_bytes);
    spb_process_order_release(&order);
}

static void absent_values_come_last(void **state)
{
    (void)state;
    struct spb_process_look looks[] = {process(1, "unknown", -1, 0), process(2, "idle", 0, 0),
                                       process(3, "busy", 99, 0)};
    struct spb_process_order order = {0};
    struct spb_view view = {.sort = SPB_SORT_CPU};
    spb_process_order_fill(&order, &(struct spb_processes){looks, 3}, &view, 3);
    assert_int_equal(order.items[0]->pid, 3);
    assert_int_equal(order.items[1]->pid, 2);
    assert_int_equal(order.items[2]->pid, 1);
    view.sort = SPB_SORT_IO;
    looks[0].has_io = true;
    spb_process_order_fill(&order, &(struct spb_processes){looks, 3}, &view, 3);
    assert_int_equal(order.items[0]->pid, 1);
    spb_process_order_release(&order);
}

static void the_filter_looks_at_name_command_and_number(void **state)
{
    (void)state;
    char command[] = "/usr/bin/Python3 serve.py";
    struct spb_process_look looks[] = {process(10, "serve", 1, 0), process(20, "python3", 2, 0),
                                       process(300, "sh", 3, 0)};
    struct spb_process_order order = {0};
    struct spb_view view = {0};
    const struct {
        const char *filter;
        size_t count;
    } cases[] = {{"", 3}, {"PYTHON", 2}, {"serve.py", 1}, {"300", 1}, {"30", 0}, {"nothing", 0}};
    looks[0].command = command;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(view.filter, sizeof(view.filter), "%s", cases[i].filter);
        spb_process_order_fill(&order, &(struct spb_processes){looks, 3}, &view, 3);
        assert_int_equal(order.count, cases[i].count);
        assert_int_equal(order.total, 3);
    }
    spb_process_order_release(&order);
}

static void columns_stay_straight(void **state)
{
    (void)state;
    char hostile[] = "e\xcc\x81\xe6\x96\x87 --x";
    struct spb_process_look looks[] = {process(4194304, "a", 1600, UINT64_C(1) << 60), process(1, "b", 0, 0)};
    struct spb_process_order order = {0};
    struct spb_view view = {0};
    struct spb_grid grid = grid_of(80, 4);
    looks[0].command = hostile;
    looks[0].has_io = true;
    looks[0].read_bytes_per_s = 1e12;
    looks[0].threads = 12345;
    spb_draw_processes(&grid, spb_grid_rect(&grid), &order, &(struct spb_processes){looks, 2}, &view, NULL);
    assert_line(&grid, 0,
                "    PID USER     S  THR \u25be"
                "CPU %   RSS  READ/s WRITE/s COMMAND");
    assert_line(&grid, 1, "4194304 0        S 1234   1600 1.00E    931G       0 e\xcc\x81\xe6\x96\x87 --x");
    assert_line(&grid, 2, "      1 0        S    1    0.0     0       -       - b");
    assert_int_equal(grid_cell(&grid, 79, 1)->ink, SPB_INK_CHOSEN);
    assert_int_equal(view.chosen, 4194304);
    spb_grid_release(&grid);
    spb_process_order_release(&order);
}

static void the_cursor_is_always_in_sight(void **state)
{
    (void)state;
    enum { COUNT = 50 };
    static struct spb_process_look looks[COUNT];
    struct spb_process_order order = {0};
    struct spb_view view = {.cursor = 30};
    struct spb_grid grid = grid_of(80, 6);
    for (int i = 0; i < COUNT; i++)
        looks[i] = process(i + 1, "name", COUNT - i, 0);
    for (int count = COUNT; count >= 0; count -= 7) {
        struct spb_processes processes = {looks, (size_t)count};
        spb_grid_clear(&grid);
        spb_draw_processes(&grid, spb_grid_rect(&grid), &order, &processes, &view, NULL);
        int marked = 0;
        for (int y = 0; y < grid.height; y++)
            marked += grid_cell(&grid, 0, y)->ink == SPB_INK_CHOSEN;
        assert_int_equal(marked, count > 0);
        assert_int_equal(view.chosen, count == 0 ? 0 : count > 30 ? 31 : count);
    }
    spb_grid_release(&grid);
    spb_process_order_release(&order);
}

static void threads_are_in_order(void **state)
{
    (void)state;
    struct spb_thread_look items[] = {{.tid = 7, .name = "idle", .state = 'S', .has_cpu = true},
                                      {.tid = 8, .name = "new", .state = 'R'},
                                      {.tid = 9, .name = "busy", .state = 'R', .has_cpu = true, .cpu_pct = 88.8}};
    struct spb_process_look of = process(7, "worker", 1, 0);
    struct spb_threads threads = {&of, items, 3};
    struct spb_view view = {.mode = SPB_VIEW_THREADS, .process = 7};
    struct spb_grid grid = grid_of(60, 6);
    spb_draw_threads(&grid, spb_grid_rect(&grid), &threads, &view);
    assert_line(&grid, 0, "3 threads of 7  worker");
    assert_line(&grid, 2, "      9 R   88.8   0m00s busy");
    assert_line(&grid, 3, "      7 S    0.0   0m00s idle");
    assert_line(&grid, 4, "      8 R      -   0m00s new");
    spb_grid_clear(&grid);
    threads = (struct spb_threads){0};
    spb_draw_threads(&grid, spb_grid_rect(&grid), &threads, &view);
    assert_line(&grid, 0, "Process 7 has ended; Esc goes back to the others");
    spb_grid_release(&grid);
}

static void a_snapshot_is_its_own(void **state)
{
    (void)state;
    char command[] = "first --option";
    struct spb_process_look looks[] = {process(1, "a", 0, 0), process(2, "b", 0, 0)};
    struct spb_snapshot snapshot = {0};
    looks[1].command = command;
    assert_int_equal(spb_snapshot_take(&snapshot, looks, 2), 0);
    memset(command, 'x', sizeof(command) - 1);
    memset(looks, 0, sizeof(looks));
    assert_int_equal(snapshot.count, 2);
    assert_null(snapshot.items[0].command);
    assert_string_equal(snapshot.items[1].command, "first --option");
    assert_int_equal(spb_snapshot_take(&snapshot, looks, 0), 0);
    assert_int_equal(snapshot.count, 0);
    spb_snapshot_release(&snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_whole_as_far_as_asked),
        cmocka_unit_test(absent_values_come_last),
        cmocka_unit_test(the_filter_looks_at_name_command_and_number),
        cmocka_unit_test(columns_stay_straight),
        cmocka_unit_test(the_cursor_is_always_in_sight),
        cmocka_unit_test(threads_are_in_order),
        cmocka_unit_test(a_snapshot_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
