/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "plot_kind.h"
#include "sample_judgement.h"

static int build(const struct spb_judgement *judgements, size_t count, struct spb_plot_data *data,
                 struct spb_error *err)
{
    static const char *const names[] = {"base", "new", "newer"};
    static const struct spb_result results[3];
    const struct spb_plot_input input = {.results = results,
                                         .names = names,
                                         .count = count + 1,
                                         .judgements = judgements,
                                         .judgement_names = names + 1,
                                         .judgement_count = count};
    return spb_plot_kind_find("change")->build(&input, data, err);
}

static void assert_holds(const struct spb_plot_data *data, const char *text)
{
    if (!strstr(spb_strbuf_text(&data->text), text))
        fail_msg("'%s' is not in\n%s", text, spb_strbuf_text(&data->text));
}

static void rows_have_the_order_of_the_judgement(void **state)
{
    struct spb_judgement judgement = sample_judgement();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(build(&judgement, 1, &data, &err), 0);
    assert_holds(&data, "# rows: place, name\n1\t\"cpu/slow\"\n2\t\"cpu/noisy size=4K\"\n3\t\"cpu/fast\"\n"
                        "4\t\"cpu/same\"\n5\t\"cpu/single\"\n6\t\"geometric mean\"\n");
    assert_holds(&data, "\t0\t0\t1\t\"regression\"\t\"+20.0 %  [+18.0, +22.0] %\"\n");
    assert_holds(&data, "\t2\t\"improved\"\t");
    assert_holds(&data, "\t3\t\"equivalent\"\t");
    assert_holds(&data, "\t4\t\"undecided\"\t\"+3.0 %  [-4.0, +10.0] % (71 %)\"\n");
    assert_holds(&data, "\t5\t\"suite\"\t");
    assert_holds(&data, "\"new: 1 regression, 1 error");
    spb_plot_data_release(&data);
    spb_judgement_release(&judgement);
}

static void what_is_not_drawn_has_its_reason(void **state)
{
    struct spb_judgement judgement = sample_judgement();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(build(&judgement, 1, &data, &err), 0);
    assert_holds(&data, "margin of 5 %, half of the slowdown of 10 %");
    assert_holds(&data, "error, failed in new: killed by SIGSEGV: cpu/broken\\n");
    assert_holds(&data, "not comparable, version 1 / 2 of the workload: cpu/changed\\n");
    assert_holds(&data, "missing, only in base: cpu/gone\\n");
    assert_holds(&data, "A note with a number: 7.");
    assert_null(strstr(data.text.text, "Arrows"));
    spb_plot_data_release(&data);
    spb_judgement_release(&judgement);
}

/* One wild row does not press all others together; it is cut, and that is said. */
static void wild_intervals_are_cut(void **state)
{
    struct spb_judgement judgement = sample_judgement();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    sample_judged_effect(&judgement.rows[4], 5000, -90, 100000);
    assert_int_equal(build(&judgement, 1, &data, &err), 0);
    assert_holds(&data, "Arrows: goes on beyond the picture.");
    assert_holds(&data, "\n2\t?\t-63\t63\t1\t1\t4\t\"undecided\"\t");
    spb_plot_data_release(&data);
    spb_judgement_release(&judgement);
}

static void several_judgements_share_their_rows(void **state)
{
    struct spb_judgement judgements[2] = {sample_judgement(), sample_judgement()};
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(build(judgements, 2, &data, &err), 0);
    assert_holds(&data, "\"regression\"\t\"1:  +20.0 %");
    assert_holds(&data, "\"regression\"\t\"2:  +20.0 %");
    assert_holds(&data, "5\t\"cpu/single\"\n6\t\"geometric mean\"\n");
    assert_holds(&data, "\"1:  new: 1 regression");
    assert_holds(&data, "\"2:  newer: 1 regression");
    spb_plot_data_release(&data);
    spb_judgement_release(&judgements[0]);
    spb_judgement_release(&judgements[1]);
}

static void nothing_to_compare_is_told(void **state)
{
    struct spb_judgement empty = {.row_count = 0};
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(build(NULL, 0, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "takes two results"));
    assert_int_equal(build(&empty, 1, &data, &err), -EXDEV);
    spb_plot_data_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_order_of_the_judgement),
        cmocka_unit_test(what_is_not_drawn_has_its_reason),
        cmocka_unit_test(wild_intervals_are_cut),
        cmocka_unit_test(several_judgements_share_their_rows),
        cmocka_unit_test(nothing_to_compare_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
