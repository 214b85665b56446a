/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "random.h"
#include "registry.h"

static const char *not_here(void)
{
    return "not on this machine";
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "bytes", .defaults = "4KiB", .minimum = 1, .maximum = 1 << 20, .kind = SPB_PARAM_BYTES},
    {.name = "mode", .summary = "how", .defaults = "a", .choices = "a,b", .kind = SPB_PARAM_CHOICE},
    {0},
};
static const struct spb_workload first = {SPB_WORKLOAD_HEADER, .name = "my/first", .summary = "s",
                                          .meaning = "m",      .unit = "byte",     .measure = SPB_UNITS_PER_SECOND,
                                          .version = 9,        .params = params,   .threads_max = UINT_MAX};
static const struct spb_workload second = {SPB_WORKLOAD_HEADER, .name = "my/second", .summary = "t",
                                           .unit = "u",         .version = 1,        .unavailable = not_here};
static const struct spb_workload *const table[] = {&first, &second, NULL};

static void descriptions_survive(void **state)
{
    (void)state;
    struct spb_strbuf bytes = {0};
    struct spb_plugin_description in = {0};
    struct spb_registry registry = {0};
    spb_plugin_description_encode(table, NULL, &bytes);
    assert_int_equal(spb_plugin_description_decode(bytes.text, bytes.length, &in, NULL), 0);
    assert_int_equal(in.count, 2);
    assert_string_equal(in.table[0]->name, "my/first");
    assert_int_equal(in.table[0]->measure, SPB_UNITS_PER_SECOND);
    assert_int_equal(in.table[0]->version, 9);
    assert_int_equal(in.table[0]->threads_max, UINT_MAX);
    assert_string_equal(in.table[0]->params[1].choices, "a,b");
    assert_int_equal(in.table[0]->params[0].maximum, 1 << 20);
    assert_null(in.table[0]->params[2].name);
    assert_null(in.table[1]->meaning);
    assert_null(in.reasons[0]);
    assert_string_equal(in.reasons[1], "not on this machine");
    assert_int_equal(spb_registry_add(&registry, in.table, "/x.so", in.reasons, NULL), 0);
    assert_string_equal(spb_registry_reason(&registry.entries[1]), "not on this machine");
    spb_registry_release(&registry);
    spb_plugin_description_release(&in);
    spb_strbuf_release(&bytes);
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    struct spb_strbuf bytes = {0};
    struct spb_plugin_description in = {0};
    struct spb_error err = {0};
    spb_plugin_description_encode(NULL, "it has no table", &bytes);
    assert_int_equal(spb_plugin_description_decode(bytes.text, bytes.length, &in, &err), -EINVAL);
    assert_string_equal(err.text, "it has no table");
    spb_plugin_description_release(&in);
    spb_strbuf_release(&bytes);
}

static void control_characters_are_refused(void **state)
{
    (void)state;
    struct spb_workload bad = first;
    const struct spb_workload *const bad_table[] = {&bad, NULL};
    struct spb_strbuf bytes = {0};
    struct spb_plugin_description in = {0};
    bad.summary = "a\x1b[2Jb";
    spb_plugin_description_encode(bad_table, NULL, &bytes);
    assert_int_equal(spb_plugin_description_decode(bytes.text, bytes.length, &in, NULL), -EBADMSG);
    spb_plugin_description_release(&in);
    spb_strbuf_release(&bytes);
}

/* Whatever a plug-in makes its worker send: refused or read, never a crash; the sanitizers watch. */
static void damaged_ones_are_harmless(void **state)
{
    (void)state;
    struct spb_strbuf bytes = {0};
    struct spb_random random = {.state = 3};
    spb_plugin_description_encode(table, NULL, &bytes);
    for (size_t length = 0; length < bytes.length; length++) {
        struct spb_plugin_description in = {0};
        assert_int_equal(spb_plugin_description_decode(bytes.text, length, &in, NULL), -EBADMSG);
        spb_plugin_description_release(&in);
    }
    for (int i = 0; i < 20000; i++) {
        struct spb_plugin_description in = {0};
        struct spb_registry registry = {0};
        char *copy = malloc(bytes.length);
        memcpy(copy, bytes.text, bytes.length);
        for (uint64_t flips = 1 + spb_random_below(&random, 4); flips; flips--)
            copy[spb_random_below(&random, bytes.length)] = (char)spb_random_next(&random);
        if (spb_plugin_description_decode(copy, bytes.length, &in, NULL) == 0)
            spb_registry_add(&registry, in.table, "/x.so", in.reasons, NULL); /* right or not */
        spb_registry_release(&registry);
        spb_plugin_description_release(&in);
        free(copy);
    }
    spb_strbuf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_survive),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(control_characters_are_refused),
        cmocka_unit_test(damaged_ones_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
