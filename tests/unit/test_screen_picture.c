/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "grid_text.h"
#include "screen_look.h"
#include "screen_picture.h"

struct scene {
    struct spb_model model;
    struct spb_view view;
    struct spb_process_order order;
    struct spb_process_look processes[2];
    struct spb_grid grid;
};

static void add_machine(struct made_look *made, unsigned cpus)
{
    look_add(made, SPB_CPU_BUSY, "", 37);
    for (unsigned i = 0; i < cpus; i++) {
        char name[16];
        snprintf(name, sizeof(name), "cpu%u", i);
        look_add(made, SPB_CPU_BUSY, name, i % 2 ? 75 : 10);
    }
    look_add(made, SPB_CPU_USER, "", 30);
    look_add(made, SPB_CPU_SYSTEM, "", 7);
    look_add(made, SPB_CPU_IOWAIT, "", 0);
    look_absent(made, SPB_CPU_STEAL, "", "this kernel does not show it");
    look_add(made, SPB_CPU_ONLINE, "", cpus);
    look_add(made, SPB_LOAD_1, "", 0.5);
    look_add(made, SPB_LOAD_5, "", 0.25);
    look_add(made, SPB_LOAD_15, "", 0.125);
    look_add(made, SPB_TASKS_PROCESSES, "", 2);
    look_add(made, SPB_CONTEXT_SWITCHES, "", 1234);
    look_add(made, SPB_INTERRUPTS, "", 567);
    look_add(made, SPB_FORKS, "", 0);
    look_add(made, SPB_MEMORY_TOTAL, "", 4294967296);
    look_add(made, SPB_MEMORY_AVAILABLE, "", 3221225472);
    look_add(made, SPB_MEMORY_AVAILABLE_SHARE, "", 75);
    look_add(made, SPB_MEMORY_FREE, "", 2147483648);
    look_add(made, SPB_MEMORY_CACHED, "", 1073741824);
    look_add(made, SPB_SWAP_TOTAL, "", 0);
    look_absent(made, SPB_PRESSURE_SOME, "cpu", "this kernel has no PSI");
    look_add(made, SPB_DISK_READ, "sda", 1048576);
    look_add(made, SPB_DISK_WRITTEN, "sda", 0);
    look_add(made, SPB_DISK_BUSY, "sda", 12);
    look_absent(made, SPB_NETWORK_RECEIVED, "", "no interface");
}

static void make_scene(struct scene *scene, int width, int height, unsigned cpus)
{
    static struct made_look made;
    char *none = NULL;
    *scene = (struct scene){.grid = grid_of(width, height)};
    spb_model_init(&scene->model);
    spb_view_init(&scene->view, &(struct spb_screen_options){.interval_ns = 2000000000});
    look_clear(&made);
    add_machine(&made, cpus);
    for (int i = 0; i < 3; i++)
        spb_model_take(&scene->model, &made.look);
    scene->processes[0] = (struct spb_process_look){.pid = 10,
                                                    .name = "worker",
                                                    .command = none,
                                                    .state = 'R',
                                                    .user = 1000,
                                                    .threads = 4,
                                                    .has_cpu = true,
                                                    .cpu_pct = 55.5,
                                                    .rss_bytes = 1536 * 1024};
    scene->processes[1] =
        (struct spb_process_look){.pid = 2, .name = "[kthreadd]", .state = 'S', .is_kernel = true, .threads = 1};
}

static void draw_scene(struct scene *scene)
{
    struct spb_picture picture = {.model = &scene->model,
                                  .view = &scene->view,
                                  .host = "machine",
                                  .processes = {scene->processes, 2},
                                  .order = &scene->order};
    spb_picture_draw(&picture, &scene->grid);
}

static void release_scene(struct scene *scene)
{
    spb_model_release(&scene->model);
    spb_process_order_release(&scene->order);
    spb_grid_release(&scene->grid);
}

/* A line each. */
static void assert_picture(struct scene *scene, const char *const *expected)
{
    draw_scene(scene);
    for (int y = 0; y < scene->grid.height; y++)
        assert_line(&scene->grid, y, expected[y]);
}

static void a_picture_of_80x24(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "machine  load 0.50 0.25 0.12  up 1d02h  tasks 2          00:00:00 UTC  every 2 s",
        "CPU   37 %  user 30 %  system 7.0 %  iowait 0 %  steal -  CPUs 2",
        "",
        "                                                                             ...",
        "  0 ###..........................  10 %    1 ######################.......  75 %",
        "Memory  25 %        ...  1 GiB of 4 GiB  Disks  :::       read    written   busy",
        "##########==========...................  sda           1 MiB/s      0 B/s   12 %",
        "available 3 GiB  cached 1 GiB  dirty -   Network  no interface",
        "swap   none",
        "Pressure  this kernel has no PSI         Kernel",
        "                                         switches     1.23k  faults           -",
        "                                         interrupts     567  major            -",
        "                                         forks            0  open files       -",
        "    PID USER     S  THR *CPU %   RSS  READ/s WRITE/s COMMAND",
        "     10 1000     R    4   55.5 1.50M       -       - worker",
        "      2 0        S    1      -     -       -       - [kthreadd]",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "q quit  h help  / filter  c CPU  m memory  i I/O  t threads  Enter its threads"};
    struct scene scene;
    make_scene(&scene, 80, 24, 2);
    scene.grid.ascii = true;
    assert_picture(&scene, expected);
    release_scene(&scene);
}

static void a_picture_of_60x15(void **state)
{
    (void)state;
    static const char *const expected[] = {"machine  load 0.50 0.25 0.12         00:00:00 UTC  every 2 s",
                                           "CPU   37 %  user 30 %  system 7.0 %  iowait 0 %  steal -",
                                           "    0 ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄  each 25 CPUs",
                                           "Memory  25 %  ━━━━━━━╸╍╍╍╍╍╍╍───────────────  1 GiB of 4 GiB",
                                           "Pressure  this kernel has no PSI",
                                           "Disks  read 1 MiB/s  written 0 B/s  sda 12 %",
                                           "Network  no interface",
                                           "Kernel/s  cs 1.23k  irq 567  fork 0  faults -",
                                           "    PID S  THR ▾CPU %   RSS  I/O /s COMMAND",
                                           "     10 R    4   55.5 1.50M       - worker",
                                           "      2 S    1      -     -       - [kthreadd]",
                                           "",
                                           "",
                                           "",
                                           "q quit  h help  / filter  c CPU  m memory  i I/O  t threads"};
    struct scene scene;
    make_scene(&scene, 60, 15, 1000);
    assert_picture(&scene, expected);
    release_scene(&scene);
}

static bool shows(struct scene *scene, const char *text)
{
    draw_scene(scene);
    char *all = grid_text(&scene->grid);
    bool is_there = strstr(all, text) != NULL;
    free(all);
    return is_there;
}

static void what_is_absent_is_never_nought(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 132, 43, 2);
    assert_true(shows(&scene, "steal -"));
    assert_true(shows(&scene, "this kernel has no PSI"));
    assert_true(shows(&scene, "no interface"));
    assert_true(shows(&scene, "swap   none"));
    scene.view.mode = SPB_VIEW_HELP;
    assert_false(shows(&scene, "COMMAND"));
    scene.view.cursor = 1000;
    assert_true(shows(&scene, "cpu.steal"));
    release_scene(&scene);
}

static void every_size_can_be_drawn(void **state)
{
    (void)state;
    struct scene scene;
    const enum spb_view_mode modes[] = {SPB_VIEW_PROCESSES, SPB_VIEW_THREADS, SPB_VIEW_HELP};
    make_scene(&scene, 1, 1, 130);
    for (int width = 1; width < 310; width += width < 90 ? 1 : 17)
        for (int height = 1; height < 110; height += height < 40 ? 1 : 13)
            for (int mode = 0; mode < 3; mode++) {
                assert_int_equal(spb_grid_resize(&scene.grid, width, height), 0);
                scene.view.mode = modes[mode];
                scene.grid.ascii = (width + height) % 2;
                draw_scene(&scene);
            }
    release_scene(&scene);
}

static void before_the_first_look_there_is_a_picture_too(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 80, 24, 2);
    spb_model_release(&scene.model);
    spb_model_init(&scene.model);
    assert_true(shows(&scene, "CPU      -"));
    release_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_of_80x24),
        cmocka_unit_test(a_picture_of_60x15),
        cmocka_unit_test(what_is_absent_is_never_nought),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(before_the_first_look_there_is_a_picture_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
