/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pair_environment.h"

static char *const own[] = {(char[]){"HOME=/root"}, (char[]){"LANG=C"}, (char[]){"LANGUAGE=de"}, NULL};

static const char *find(char **environment, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; environment[i]; i++)
        if (strncmp(environment[i], name, strlen(name)) == 0 && environment[i][strlen(name)] == '=') {
            assert_null(found); /* not twice */
            found = environment[i] + strlen(name) + 1;
        }
    return found;
}

static void entries_come_beside_or_in_place(void **state)
{
    (void)state;
    static const char *const entries[] = {"LANG=fr", "LD_PRELOAD=x.so", "EMPTY="};
    char **environment = spb_pair_environment_make(own, entries, 3, 0);
    assert_string_equal(find(environment, "HOME"), "/root");
    assert_string_equal(find(environment, "LANG"), "fr");
    assert_string_equal(find(environment, "LANGUAGE"), "de");
    assert_string_equal(find(environment, "LD_PRELOAD"), "x.so");
    assert_string_equal(find(environment, "EMPTY"), "");
    spb_pair_environment_free(environment);
}

static size_t bytes_of(char **environment)
{
    size_t bytes = 0;
    for (size_t i = 0; environment[i]; i++)
        bytes += strlen(environment[i]) + 1 + sizeof(char *);
    return bytes;
}

/* What one side has more, the other has more padding. */
static void both_sides_are_equally_large(void **state)
{
    (void)state;
    static const char *const entries[] = {"LANG=a longer one", "LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"};
    size_t plain = spb_pair_environment_bytes(own, NULL, 0), more = spb_pair_environment_bytes(own, entries, 2);
    assert_true(more > plain);
    char **base = spb_pair_environment_make(own, NULL, 0, 100 + more - plain);
    char **new = spb_pair_environment_make(own, entries, 2, 100);
    assert_int_equal(bytes_of(base), bytes_of(new));
    assert_int_equal(bytes_of(new), more + strlen("SPBENCH_PADDING=") + 1 + sizeof(char *) + 100);
    spb_pair_environment_free(base);
    spb_pair_environment_free(new);
}

/* As a shell does it: the last one counts. The padding is the harness's own. */
static void a_later_entry_replaces_an_earlier_one(void **state)
{
    (void)state;
    static const char *const entries[] = {"LANG=fr", "SPBENCH_PADDING=mine", "LANG=it", "LANGUAGE=fr"};
    char **environment = spb_pair_environment_make(own, entries, 4, 3);
    assert_string_equal(find(environment, "LANG"), "it");
    assert_string_equal(find(environment, "LANGUAGE"), "fr");
    assert_string_equal(find(environment, "SPBENCH_PADDING"), "xxx");
    assert_int_equal(bytes_of(environment),
                     spb_pair_environment_bytes(own, entries, 4) + strlen("SPBENCH_PADDING=xxx") + 1 + sizeof(char *));
    spb_pair_environment_free(environment);
}

/* A program of the harness that runs within a process of a pair is not padded twice. */
static void older_padding_goes(void **state)
{
    (void)state;
    char *const padded[] = {(char[]){"SPBENCH_PADDING=xxxxx"}, NULL};
    assert_int_equal(spb_pair_environment_bytes(padded, NULL, 0), 0);
    char **environment = spb_pair_environment_make(padded, NULL, 0, 2);
    assert_string_equal(find(environment, "SPBENCH_PADDING"), "xx");
    spb_pair_environment_free(environment);
    spb_pair_environment_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_beside_or_in_place),
        cmocka_unit_test(both_sides_are_equally_large),
        cmocka_unit_test(a_later_entry_replaces_an_earlier_one),
        cmocka_unit_test(older_padding_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
