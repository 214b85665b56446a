/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "screen_look.h"
#include "screen_model.h"

static void rows_are_joined_and_ordered(void **state)
{
    (void)state;
    static struct made_look made;
    struct spb_model model;
    spb_model_init(&model);
    look_clear(&made);
    look_add(&made, SPB_DISK_READ, "sda", 10);
    look_add(&made, SPB_DISK_READ, "sdb", 5)->has_total = true;
    look_add(&made, SPB_DISK_READ, "dm-0", 10);
    look_add(&made, SPB_DISK_WRITTEN, "sda", 1);
    look_add(&made, SPB_DISK_WRITTEN, "sdb", 100);
    look_absent(&made, SPB_DISK_BUSY, "sda", "first look");
    look_add(&made, SPB_DISK_BUSY, "sdb", 50);
    assert_int_equal(spb_model_take(&model, &made.look), 0);
    const struct spb_model_list *disks = &model.lists[SPB_LIST_DISKS];
    assert_int_equal(disks->count, 3);
    assert_string_equal(disks->rows[0].name, "sdb");
    assert_true(disks->rows[0].values[2] == 50);
    assert_string_equal(disks->rows[1].name, "sda");
    assert_true(isnan(disks->rows[1].values[2]));
    assert_true(spb_model_total(&model, SPB_LIST_DISKS, 0) == 15); /* dm-0 only passes on */
    assert_true(spb_model_total(&model, SPB_LIST_DISKS, 1) == 101);
    spb_model_release(&model);
}

static void each_file_system_is_one_row(void **state)
{
    (void)state;
    static struct made_look made;
    struct spb_model model;
    spb_model_init(&model);
    look_clear(&made);
    const enum spb_series series[] = {SPB_FILESYSTEM_SIZE, SPB_FILESYSTEM_AVAILABLE, SPB_FILESYSTEM_USED_SHARE};
    for (int i = 0; i < 3; i++) {
        look_add(&made, series[i], "/", 10 + i);
        look_add(&made, series[i], "/home", 20 + i);
    }
    spb_model_take(&model, &made.look);
    const struct spb_model_list *list = &model.lists[SPB_LIST_FILE_SYSTEMS];
    assert_int_equal(list->count, 2);
    assert_string_equal(list->rows[0].name, "/home");
    assert_true(list->rows[0].values[0] == 22 && list->rows[0].values[1] == 21 && list->rows[0].values[2] == 20);
    spb_model_release(&model);
}

static void idle_devices_stand_by_what_they_have_done(void **state)
{
    (void)state;
    static struct made_look made;
    struct spb_model model;
    spb_model_init(&model);
    look_clear(&made);
    look_add(&made, SPB_NETWORK_RECEIVED, "lo", 0);
    struct spb_observation *used = look_add(&made, SPB_NETWORK_RECEIVED, "eth0", 0);
    used->has_total = true;
    used->total = 1000;
    look_add(&made, SPB_NETWORK_ERRORS, "eth0", 1);
    look_add(&made, SPB_NETWORK_DROPS, "eth0", 2);
    spb_model_take(&model, &made.look);
    const struct spb_model_row *first = &model.lists[SPB_LIST_NETWORK].rows[0];
    assert_string_equal(first->name, "eth0");
    assert_true(first->values[2] == 3);
    spb_model_release(&model);
}

static void what_is_absent_has_its_reason(void **state)
{
    (void)state;
    static struct made_look made;
    struct spb_model model;
    spb_model_init(&model);
    look_clear(&made);
    look_add(&made, SPB_CPU_BUSY, "", 50);
    look_add(&made, SPB_LOAD_1, "", 50);
    spb_model_take(&model, &made.look);
    look_clear(&made);
    look_absent(&made, SPB_CPU_BUSY, "", "the counter ran backwards");
    look_absent(&made, SPB_PRESSURE_SOME, "cpu", "no PSI");
    look_absent(&made, SPB_TEMPERATURE, "", "no sensor");
    spb_model_take(&model, &made.look);
    assert_true(isnan(model.values[SPB_CPU_BUSY].value)); /* not that of the look before */
    assert_true(isnan(model.values[SPB_LOAD_1].value));
    assert_string_equal(model.values[SPB_CPU_BUSY].reason, "the counter ran backwards");
    assert_string_equal(model.lists[SPB_LIST_PRESSURE].reason, "no PSI");
    assert_string_equal(model.lists[SPB_LIST_TEMPERATURES].reason, "no sensor");
    assert_int_equal(model.lists[SPB_LIST_TEMPERATURES].count, 0);
    assert_true(isnan((double)model.history[SPB_HISTORY_CPU][1]));
    spb_model_release(&model);
}

static void history_keeps_the_newest(void **state)
{
    (void)state;
    static struct made_look made;
    struct spb_model model;
    spb_model_init(&model);
    for (int i = 0; i < SPB_HISTORY_LENGTH + 10; i++) {
        look_clear(&made);
        look_add(&made, SPB_CPU_BUSY, "", i);
        spb_model_take(&model, &made.look);
    }
    assert_int_equal(model.history_count, SPB_HISTORY_LENGTH);
    assert_true((double)model.history[SPB_HISTORY_CPU][0] == 10);
    assert_true((double)model.history[SPB_HISTORY_CPU][SPB_HISTORY_LENGTH - 1] == SPB_HISTORY_LENGTH + 9);
    spb_model_release(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_joined_and_ordered),
        cmocka_unit_test(each_file_system_is_one_row),
        cmocka_unit_test(idle_devices_stand_by_what_they_have_done),
        cmocka_unit_test(what_is_absent_has_its_reason),
        cmocka_unit_test(history_keeps_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
