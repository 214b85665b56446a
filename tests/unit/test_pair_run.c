/* SPDX-License-Identifier: MIT
 *
 * One pair, from start to end, with workers that do what they do in earnest.
 */
#include "pair_subject.h"

static struct spb_pair_runner_result run_with(struct spb_paired_row *row, struct spb_pair_runner_options *options)
{
    struct spb_pair_runner_result result;
    struct spb_error err = {0};
    options->rows = row;
    int code = spb_pair_runner_run(options, &result, &err);
    if (code != 0)
        fail_msg("%d: %s", code, err.text);
    return result;
}

static struct spb_paired_row run_row(const char *behaviour)
{
    struct spb_paired_row row = make_subject_row(behaviour);
    struct spb_pair_runner_options options = subject_options(&row, 1);
    run_with(&row, &options);
    return row;
}

static double reported(const struct spb_pair *pair, enum spb_side side, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(&pair->metrics[side], name);
    assert_non_null(metric);
    assert_true(spb_metric_has_value(metric));
    return metric->value;
}

static void expect_equal(const struct spb_pair *pair, const char *name)
{
    double base = reported(pair, SPB_SIDE_BASE, name), new = reported(pair, SPB_SIDE_NEW, name);
    if (base < new || base > new)
        fail_msg("%s: %g on the base side, %g on the new one", name, base, new);
}

static void all_that_happened_is_there(void **state)
{
    (void)state;
    struct spb_paired_row row = run_row("well");
    assert_int_equal(row.row.outcome, SPB_OUTCOME_OK);
    assert_int_equal(row.pair_count, 2);
    for (size_t p = 0; p < 2; p++) {
        const struct spb_pair *pair = &row.pairs[p];
        assert_int_equal(pair->outcome, SPB_OUTCOME_OK);
        assert_null(pair->reason);
        assert_int_equal(pair->index, p);
        assert_int_equal(pair->round_count, 2);
        for (size_t j = 0; j < pair->round_count; j++) {
            const struct spb_round *round = &pair->rounds[j];
            assert_true(round->iterations > 0);
            for (unsigned s = 0; s < SPB_SIDES; s++) {
                assert_true(round->elapsed_ns[s] > 0);
                assert_true(spb_round_time_ns(pair, round, (enum spb_side)s) > 0);
            }
        }
        for (unsigned s = 0; s < SPB_SIDES; s++)
            assert_true(pair->work_per_iteration[s] == 1);
    }
    assert_true(row.pairs[0].seed != row.pairs[1].seed);
    /* One count for all pairs, lengthened by a fifth at most. */
    double ratio = (double)row.pairs[1].rounds[0].iterations / (double)row.pairs[0].rounds[0].iterations;
    assert_true(ratio > 1 / 1.25 && ratio < 1.25);
    spb_paired_row_release(&row);
}

/* Among them that the two never run at once, and that each verifies its own work in the memory that both write. */
static void both_have_the_same_conditions(void **state)
{
    (void)state;
    struct spb_paired_row row = run_row("well");
    for (size_t p = 0; p < row.pair_count; p++) {
        const struct spb_pair *pair = &row.pairs[p];
        expect_equal(pair, "environment");
        expect_equal(pair, "path");
        expect_equal(pair, "data");
        assert_true(reported(pair, SPB_SIDE_BASE, "side") == 0 && reported(pair, SPB_SIDE_NEW, "side") == 1);
        if (pair->shared_buffers) /* under AddressSanitizer the address is taken */
            expect_equal(pair, "address");
    }
    double first = reported(&row.pairs[0], SPB_SIDE_BASE, "environment");
    double second = reported(&row.pairs[1], SPB_SIDE_BASE, "environment");
    assert_true(first < second || first > second); /* drawn for each pair; holds for this seed */
    spb_paired_row_release(&row);
}

/* Of the very first pair too, whose base side finds the row's count: or its coin would not be a fair one. */
static void the_coin_says_who_comes_first(void **state)
{
    (void)state;
    bool seen[SPB_SIDES] = {false};
    for (uint64_t seed = 1; !seen[SPB_SIDE_BASE] || !seen[SPB_SIDE_NEW]; seed++) {
        struct spb_paired_row row = make_subject_row("well");
        struct spb_pair_runner_options options = subject_options(&row, 1);
        options.seed = seed;
        run_with(&row, &options);
        for (size_t p = 0; p < row.pair_count; p++) {
            const struct spb_pair *pair = &row.pairs[p];
            bool base_first = reported(pair, SPB_SIDE_BASE, "first-time") < reported(pair, SPB_SIDE_NEW, "first-time");
            assert_int_equal(base_first ? SPB_SIDE_BASE : SPB_SIDE_NEW, pair->x);
            expect_equal(pair, "first-iterations");
        }
        seen[row.pairs[0].x] = true;
        spb_paired_row_release(&row);
    }
}

static void both_run_where_the_row_says(void **state)
{
    (void)state;
    cpu_set_t allowed;
    assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
    for (unsigned cpu = 0, tried = 0; cpu < CPU_SETSIZE && tried < 2; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        struct spb_paired_row row = make_subject_row("well");
        struct spb_pair_runner_options options = subject_options(&row, 1);
        row.row.pinned = true;
        row.row.cpus = calloc(1, sizeof(*row.row.cpus));
        row.row.cpus[0].os_index = cpu;
        run_with(&row, &options);
        assert_int_equal(row.row.outcome, SPB_OUTCOME_OK);
        for (unsigned s = 0; s < SPB_SIDES; s++)
            assert_int_equal(reported(&row.pairs[0], (enum spb_side)s, "cpu"), cpu);
        spb_paired_row_release(&row);
        tried++;
    }
}

/* `part`: of the memory is shared at least. */
static void expect_shared(const char *behaviour, bool shared, bool part)
{
    struct spb_paired_row row = run_row(behaviour);
    assert_int_equal(row.row.outcome, SPB_OUTCOME_OK);
    assert_int_equal(row.pair_count, 2);
    for (size_t p = 0; p < row.pair_count; p++) {
        assert_int_equal(row.pairs[p].outcome, SPB_OUTCOME_OK);
        assert_int_equal(row.pairs[p].shared_buffers, shared);
        for (unsigned s = 0; s < SPB_SIDES; s++)
            assert_int_equal(reported(&row.pairs[p], (enum spb_side)s, "saw-other"), part);
    }
    spb_paired_row_release(&row);
}

static void memory_is_shared_where_it_can_be(void **state)
{
    (void)state;
    expect_shared("well", can_share(), can_share());
    expect_shared("writes-otherwise", false, false);
    expect_shared("stands-in-the-way", false, can_share());
}

static void private_buffers_are_private(void **state)
{
    (void)state;
    struct spb_paired_row row = make_subject_row("well");
    struct spb_pair_runner_options options = subject_options(&row, 1);
    options.private_buffers = true;
    run_with(&row, &options);
    assert_int_equal(row.row.outcome, SPB_OUTCOME_OK);
    assert_false(row.pairs[0].shared_buffers);
    spb_paired_row_release(&row);
}

/* ---- failures ---------------------------------------------------------------------------------------------------- */

static void expect_failure(const char *behaviour, const char *what)
{
    struct spb_paired_row row = make_subject_row(behaviour);
    struct spb_pair_runner_options options = subject_options(&row, 1);
    options.pair_count = 5;
    if (strcmp(behaviour, "hangs") == 0 || strcmp(behaviour, "dawdles") == 0)
        options.timeout_ns = 400000000;
    options.timeout_from = "--timeout";
    struct spb_pair_runner_result result = run_with(&row, &options);
    assert_int_equal(row.pair_count, 2); /* tried a second time, and no more */
    assert_int_equal(result.end, SPB_PAIR_END_ROWS);
    assert_int_equal(row.row.outcome, SPB_OUTCOME_FAILED);
    for (size_t p = 0; p < row.pair_count; p++) {
        assert_int_equal(row.pairs[p].outcome, SPB_OUTCOME_FAILED);
        assert_int_equal(row.pairs[p].failed_side, SPB_SIDE_NEW);
        if (!strstr(row.pairs[p].reason, what))
            fail_msg("%s: '%s' does not say '%s'", behaviour, row.pairs[p].reason, what);
    }
    assert_non_null(strstr(row.row.reason, "the new side: "));
    assert_non_null(strstr(row.row.reason, what));
    spb_paired_row_release(&row);
}

static void every_failure_has_its_side_and_reason(void **state)
{
    (void)state;
    expect_failure("set-up-fails", "set-up: no data there");
    expect_failure("set-up-crashes", "killed by SIGSEGV (Segmentation fault)");
    expect_failure("run-fails", "run: the sum is wrong");
    expect_failure("crashes", "killed by SIGSEGV (Segmentation fault)");
    expect_failure("exits", "ended with exit code 7 before it reported; its last words: something is missing");
    expect_failure("verify-fails", "verification: a wrong result");
    expect_failure("talks-nonsense", "sent no report, or a damaged one");
    expect_failure("hangs", "no answer within its time limit of 400 ms (--timeout), and was killed");
}

/* Each slice ends in time, all of them together do not. */
static void the_time_limit_is_that_of_the_process(void **state)
{
    (void)state;
    expect_failure("dawdles", "no answer within its time limit of 400 ms");
}

static void a_crash_at_the_very_end_counts(void **state)
{
    (void)state;
    expect_failure("crashes-at-exit", "killed by SIGABRT");
}

static void other_work_is_not_compared(void **state)
{
    (void)state;
    struct spb_paired_row row = run_row("works-more");
    assert_non_null(row.incomparable);
    assert_non_null(strstr(row.incomparable, "1 operation of work on the base side and 2 on the new one"));
    assert_int_equal(row.pair_count, 1);
    spb_paired_row_release(&row);
}

static void both_threads_take_part(void **state)
{
    (void)state;
    struct spb_paired_row row = make_subject_row("well");
    struct spb_pair_runner_options options = subject_options(&row, 1);
    row.row.threads = 2;
    struct spb_pair_runner_result result = run_with(&row, &options);
    assert_int_equal(result.pairs_done, 2);
    assert_int_equal(row.row.outcome, SPB_OUTCOME_OK);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        assert_true(reported(&row.pairs[1], (enum spb_side)s, "seconds-calls") > 8); /* slices and warm-up */
    spb_paired_row_release(&row);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "worker") == 0)
        return be_worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_happened_is_there),
        cmocka_unit_test(both_have_the_same_conditions),
        cmocka_unit_test(the_coin_says_who_comes_first),
        cmocka_unit_test(both_run_where_the_row_says),
        cmocka_unit_test(memory_is_shared_where_it_can_be),
        cmocka_unit_test(private_buffers_are_private),
        cmocka_unit_test(every_failure_has_its_side_and_reason),
        cmocka_unit_test(the_time_limit_is_that_of_the_process),
        cmocka_unit_test(a_crash_at_the_very_end_counts),
        cmocka_unit_test(other_work_is_not_compared),
        cmocka_unit_test(both_threads_take_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
