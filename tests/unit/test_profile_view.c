/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"
#include "profile_sample.h"
#include "profile_view.h"

#define CPU 1 /* the value type */

static const struct spb_profile_entry *entry_of(const struct spb_profile_top *top, const char *name)
{
    for (size_t i = 0; i < top->count; i++)
        if (strcmp(top->entries[i].name, name) == 0)
            return &top->entries[i];
    fail_msg("no %s", name);
    return NULL;
}

static struct spb_profile_top top_of(const struct spb_profile *profile, enum spb_profile_by by,
                                     struct spb_profile_filter filter)
{
    struct spb_profile_top top;
    struct spb_error err = {{0}};
    filter.type = CPU;
    if (spb_profile_top(profile, &filter, by, &top, &err) < 0)
        fail_msg("%s", err.text);
    return top;
}

static void equal_things_have_one_number(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    assert_int_equal(spb_profile_string(profile, "main"), spb_profile_string(profile, "main"));
    assert_int_equal(spb_profile_string(profile, ""), 0);
    uint32_t nodes = profile->node_count, frame = profile->nodes[1].frame;
    assert_int_equal(spb_profile_child(profile, SPB_PROFILE_ROOT, frame), 1);
    assert_int_equal(profile->node_count, nodes);
    size_t samples = profile->sample_count;
    spb_profile_add(profile, profile->samples[0].node, profile->samples[0].thread, (const int64_t[]){1, 5});
    assert_int_equal(profile->sample_count, samples);
    assert_int_equal(profile->samples[0].values[CPU], 105);
    spb_profile_destroy(profile);
}

static void what_hangs_on_nothing_is_dropped(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    assert_int_equal(spb_profile_child(profile, 12345, 0), SPB_PROFILE_NONE);
    assert_int_equal(spb_profile_child(profile, SPB_PROFILE_ROOT, SPB_PROFILE_NONE), SPB_PROFILE_NONE);
    assert_int_equal(spb_profile_frame(profile, &(struct spb_profile_frame){.function = 99}), SPB_PROFILE_NONE);
    size_t samples = profile->sample_count;
    spb_profile_add(profile, SPB_PROFILE_NONE, 0, (const int64_t[]){1, 1});
    assert_int_equal(profile->sample_count, samples);
    assert_false(profile->failed);
    spb_profile_destroy(profile);
}

static void many_of_each_are_found_again(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    uint32_t first = 0;
    char text[32];
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "name %u", i);
        uint32_t number = spb_profile_string(profile, text);
        first = i ? first : number;
        assert_int_equal(number, first + i);
    }
    for (unsigned i = 0; i < 5000; i += 7) {
        snprintf(text, sizeof text, "name %u", i);
        assert_int_equal(spb_profile_string(profile, text), first + i);
    }
    spb_profile_destroy(profile);
}

static void functions_have_self_and_total_and_recursion_counts_once(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_top top = top_of(profile, SPB_BY_FUNCTION, (struct spb_profile_filter){0});
    assert_int_equal(top.sum, 1000);
    assert_int_equal(top.sample_count, 100);
    assert_string_equal(top.entries[0].name, "hash");
    assert_int_equal(top.entries[0].self, 600);
    assert_int_equal(top.entries[0].total, 600);
    assert_int_equal(entry_of(&top, "main")->self, 0);
    assert_int_equal(entry_of(&top, "main")->total, 1000);
    assert_int_equal(entry_of(&top, "parse")->self, 100);
    assert_int_equal(entry_of(&top, "parse")->total, 400);
    assert_int_equal(entry_of(&top, "get_byte")->self, 300);
    /* 60 of 100: sqrt(60 * 0.4) samples of 10 ns each. */
    assert_near(entry_of(&top, "hash")->self_error, 10 * sqrt(24), 1e-9);
    spb_profile_top_release(&top);
    spb_profile_destroy(profile);
}

static void lines_modules_threads_and_processes(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_top top = top_of(profile, SPB_BY_LINE, (struct spb_profile_filter){0});
    assert_int_equal(entry_of(&top, "main.c:40 hash")->total, 600);
    assert_int_equal(entry_of(&top, "main.c:40 hash")->self, 400);
    assert_int_equal(entry_of(&top, "main.c:41 hash")->self, 200);
    spb_profile_top_release(&top);
    top = top_of(profile, SPB_BY_MODULE, (struct spb_profile_filter){0});
    assert_int_equal(entry_of(&top, "demo")->self, 1000);
    spb_profile_top_release(&top);
    top = top_of(profile, SPB_BY_THREAD, (struct spb_profile_filter){0});
    assert_int_equal(entry_of(&top, "worker (12)")->self, 600);
    assert_int_equal(entry_of(&top, "reader (11)")->self, 400);
    spb_profile_top_release(&top);
    top = top_of(profile, SPB_BY_PROCESS, (struct spb_profile_filter){0});
    assert_int_equal(top.count, 1);
    assert_int_equal(entry_of(&top, "demo (10)")->self, 1000);
    spb_profile_top_release(&top);
    spb_profile_destroy(profile);
}

static void a_filter_keeps_stacks_through_a_function_and_threads_by_name(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_top top = top_of(profile, SPB_BY_FUNCTION, (struct spb_profile_filter){.focus = "^par"});
    assert_int_equal(top.sum, 400);
    assert_int_equal(entry_of(&top, "main")->total, 400);
    spb_profile_top_release(&top);
    top = top_of(profile, SPB_BY_FUNCTION, (struct spb_profile_filter){.thread = "work*"});
    assert_int_equal(top.sum, 600);
    spb_profile_top_release(&top);
    top = top_of(profile, SPB_BY_FUNCTION, (struct spb_profile_filter){.pid = 77});
    assert_int_equal(top.sum, 0);
    assert_int_equal(top.count, 0);
    spb_profile_top_release(&top);
    struct spb_error err = {{0}};
    const struct spb_profile_filter broken = {.type = CPU, .focus = "("}, beyond = {.type = 2};
    assert_int_equal(spb_profile_top(profile, &broken, SPB_BY_FUNCTION, &top, &err), -EINVAL);
    assert_non_null(strstr(err.text, "'('"));
    assert_int_equal(spb_profile_top(profile, &beyond, SPB_BY_FUNCTION, &top, &err), -EINVAL);
    spb_profile_destroy(profile);
}

static void the_tree_merges_addresses_and_puts_the_largest_first(void **state)
{
    (void)state;
    struct spb_profile *profile = sample_profile();
    struct spb_profile_tree tree;
    const struct spb_profile_filter filter = {.type = CPU};
    assert_int_equal(spb_profile_tree(profile, &filter, &tree, NULL), 0);
    assert_int_equal(tree.count, 6); /* root main hash parse hash get_byte */
    const struct spb_profile_branch *root = &tree.branches[0], *program = &tree.branches[root->first_child];
    assert_int_equal(root->total, 1000);
    assert_int_equal(program->child_count, 2);
    const struct spb_profile_branch *hash = &tree.branches[program->first_child], *parse = hash + 1;
    assert_string_equal(spb_profile_text(profile, profile->functions[hash->function].name), "hash");
    assert_int_equal(hash->total, 600);
    assert_int_equal(hash->self, 400);
    assert_int_equal(parse->self, 100);
    assert_int_equal(parse->total, 400);
    assert_int_equal(tree.branches[parse->first_child].self, 300);
    spb_profile_tree_release(&tree);
    spb_profile_destroy(profile);
}

static void a_difference_has_its_error(void **state)
{
    (void)state;
    struct spb_profile *base = sample_profile(), *other = sample_profile();
    struct spb_profile_diff diff;
    const struct spb_profile_filter filter = {.type = CPU};
    /* hash: 160 of 200 now, 60 of 100 before. prop.test(c(60, 160), c(100, 200), correct = FALSE): p = 0.0002218467 */
    spb_profile_add(other, 5, 1, (const int64_t[]){100, 1000});
    assert_int_equal(spb_profile_diff(base, other, &filter, &diff, NULL), 0);
    assert_int_equal(diff.count, 4);
    assert_string_equal(diff.changes[0].name, "hash");
    assert_near(diff.changes[0].base_share, 0.6, 1e-12);
    assert_near(diff.changes[0].new_share, 0.8, 1e-12);
    assert_near(diff.changes[0].error, sqrt(0.6 * 0.4 / 100 + 0.8 * 0.2 / 200), 1e-12);
    assert_near(diff.changes[0].p, 4 * 0.0002218467, 1e-9); /* Holm: of four functions */
    spb_profile_diff_release(&diff);
    assert_int_equal(spb_profile_diff(base, base, &filter, &diff, NULL), 0);
    for (size_t i = 0; i < diff.count; i++)
        assert_true(diff.changes[i].difference == 0 && diff.changes[i].p == 1);
    spb_profile_diff_release(&diff);
    spb_profile_destroy(base);
    spb_profile_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_things_have_one_number),
        cmocka_unit_test(what_hangs_on_nothing_is_dropped),
        cmocka_unit_test(many_of_each_are_found_again),
        cmocka_unit_test(functions_have_self_and_total_and_recursion_counts_once),
        cmocka_unit_test(lines_modules_threads_and_processes),
        cmocka_unit_test(a_filter_keeps_stacks_through_a_function_and_threads_by_name),
        cmocka_unit_test(the_tree_merges_addresses_and_puts_the_largest_first),
        cmocka_unit_test(a_difference_has_its_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
