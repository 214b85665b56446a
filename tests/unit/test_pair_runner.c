/* SPDX-License-Identifier: MIT
 *
 * An experiment: which pair next, who is done, when it ends.
 */
#include "pair_subject.h"

#include <errno.h>
#include <fcntl.h>

enum { ROWS_MAX = 3, PAIRS_MAX = 24 };

/* What the events saw. */
struct record {
    size_t order[ROWS_MAX * PAIRS_MAX]; /* rows, as their pairs ended */
    size_t ended;
    unsigned looks[PAIRS_MAX];
    size_t look_count;
    unsigned ticks;
    size_t drop_row; /* at the first look; ROWS_MAX: none */
    int fail_after;  /* so many pairs, pair_done fails; 0: never */
    int cancel_fds[2];
    int cancel_after; /* so many pairs, the user asks to stop; 0: never */
    unsigned cancels;
};

static int note_pair(void *context, size_t row, const struct spb_pair *pair, struct spb_error *err)
{
    struct record *record = context;
    assert_true(pair->round_count > 0 || pair->outcome == SPB_OUTCOME_FAILED);
    record->order[record->ended++] = row;
    if (record->fail_after && record->ended >= (size_t)record->fail_after)
        return spb_error_set(err, -ENOSPC, "no space left");
    if (record->cancel_after && record->ended == (size_t)record->cancel_after)
        assert_int_equal(write(record->cancel_fds[1], "c", 1), 1);
    return 0;
}

static int look(void *context, unsigned pairs_done, bool *done, struct spb_error *err)
{
    struct record *record = context;
    (void)err;
    if (record->look_count == 0 && record->drop_row < ROWS_MAX)
        done[record->drop_row] = true;
    else if (record->drop_row < ROWS_MAX)
        done[record->drop_row] = false; /* takes nothing back */
    record->looks[record->look_count++] = pairs_done;
    return 0;
}

static unsigned count_cancels(void *context)
{
    struct record *record = context;
    char byte;
    if (read(record->cancel_fds[0], &byte, 1) == 1)
        record->cancels++;
    return record->cancels;
}

static void note_tick(void *context, const struct spb_pair_progress *progress)
{
    struct record *record = context;
    assert_true(progress->done <= progress->planned);
    record->ticks++;
}

static const struct spb_pair_runner_events events = {note_tick, note_pair, look, count_cancels};

struct experiment {
    struct spb_paired_row rows[ROWS_MAX];
    struct record record;
    struct spb_pair_runner_options options;
    struct spb_pair_runner_result result;
    struct spb_error err;
};

/* Three rows, of which the second behaves as told. */
static void prepare(struct experiment *e, const char *behaviour)
{
    *e = (struct experiment){.record = {.drop_row = ROWS_MAX}};
    e->rows[0] = make_subject_row("well");
    e->rows[1] = make_subject_row(behaviour);
    e->rows[2] = make_subject_row("slowly"); /* which is "well" by another name */
    e->options = subject_options(e->rows, ROWS_MAX);
    e->options.events = &events;
    e->options.context = &e->record;
}

static int run_it(struct experiment *e)
{
    return spb_pair_runner_run(&e->options, &e->result, &e->err);
}

static void release(struct experiment *e)
{
    for (size_t r = 0; r < ROWS_MAX; r++)
        spb_paired_row_release(&e->rows[r]);
}

static void every_row_gets_a_pair_of_each_index(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    free(e.rows[1].row.params[0].text);
    e.rows[1].row.params[0].text = strdup("otherwise named");
    e.options.pair_count = 4;
    assert_int_equal(run_it(&e), 0);
    assert_int_equal(e.result.pairs_done, 4);
    assert_int_equal(e.result.end, SPB_PAIR_END_COUNT);
    assert_true(e.result.next_ns > 0 && e.result.elapsed_ns > e.result.next_ns);
    assert_int_equal(e.record.ended, 12);
    for (size_t i = 0; i < e.record.ended; i += ROWS_MAX) {
        bool seen[ROWS_MAX] = {false};
        for (size_t r = 0; r < ROWS_MAX; r++)
            seen[e.record.order[i + r]] = true;
        assert_true(seen[0] && seen[1] && seen[2]);
    }
    assert_int_equal(e.record.look_count, 1);
    assert_int_equal(e.record.looks[0], 4);
    assert_true(e.record.ticks > 0);
    for (size_t r = 0; r < ROWS_MAX; r++) {
        assert_int_equal(e.rows[r].row.outcome, SPB_OUTCOME_OK);
        assert_int_equal(e.rows[r].pair_count, 4);
        for (size_t p = 1; p < 4; p++)
            assert_true(e.rows[r].pairs[p].started_ns > e.rows[r].pairs[p - 1].started_ns);
    }
    release(&e);
}

/* All but the times. */
static void the_seed_repeats_the_schedule(void **state)
{
    (void)state;
    struct experiment e[3];
    for (int i = 0; i < 3; i++) {
        prepare(&e[i], "well");
        e[i].options.seed = i < 2 ? 11 : 12;
        e[i].options.pair_count = 4;
        assert_int_equal(run_it(&e[i]), 0);
    }
    assert_memory_equal(e[0].record.order, e[1].record.order, sizeof(e[0].record.order));
    assert_memory_not_equal(e[0].record.order, e[2].record.order, sizeof(e[0].record.order)); /* for these seeds */
    unsigned differing = 0;
    for (size_t p = 0; p < 4; p++) {
        const struct spb_pair *first = &e[0].rows[0].pairs[p], *again = &e[1].rows[0].pairs[p];
        const struct spb_pair *other = &e[2].rows[0].pairs[p];
        assert_true(first->x == again->x && first->seed == again->seed);
        for (size_t j = 0; j < first->round_count; j++) {
            assert_int_equal(first->rounds[j].outer, again->rounds[j].outer);
            differing += first->rounds[j].outer != other->rounds[j].outer || first->x != other->x;
        }
    }
    assert_true(differing > 0);
    for (int i = 0; i < 3; i++)
        release(&e[i]);
}

static void a_row_that_fails_ends_alone(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "set-up-fails");
    e.options.pair_count = 4;
    assert_int_equal(run_it(&e), 0);
    assert_int_equal(e.result.end, SPB_PAIR_END_COUNT);
    assert_int_equal(e.rows[0].pair_count, 4);
    assert_int_equal(e.rows[1].pair_count, 2);
    assert_int_equal(e.rows[1].row.outcome, SPB_OUTCOME_FAILED);
    assert_string_equal(e.rows[1].row.reason, "the new side: set-up: no data there");
    assert_int_equal(e.rows[2].pair_count, 4);
    assert_int_equal(e.rows[2].row.outcome, SPB_OUTCOME_OK);
    release(&e);
}

static void a_look_drops_rows(void **state)
{
    (void)state;
    static const unsigned looks[] = {2, 3, 5};
    struct experiment e;
    prepare(&e, "well");
    e.options.pair_count = 5;
    e.options.looks = looks;
    e.options.look_count = 3;
    e.record.drop_row = 1;
    assert_int_equal(run_it(&e), 0);
    assert_int_equal(e.record.look_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(e.record.looks[i], looks[i]);
    assert_int_equal(e.rows[0].pair_count, 5);
    assert_int_equal(e.rows[1].pair_count, 2);
    assert_int_equal(e.rows[1].row.outcome, SPB_OUTCOME_OK);
    release(&e);
}

static void nothing_is_begun_that_does_not_fit(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    e.options.pair_count = 20;
    e.options.budget_ns = 1;
    assert_int_equal(run_it(&e), 0);
    assert_int_equal(e.result.pairs_done, 1);
    assert_int_equal(e.result.end, SPB_PAIR_END_BUDGET);
    assert_string_equal(spb_pair_end_text(e.result.end), "the time budget is used up");
    for (size_t r = 0; r < ROWS_MAX; r++)
        assert_int_equal(e.rows[r].pair_count, 1);
    release(&e);
}

static void some_rows_are_passed_over(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    e.rows[0].row.outcome = SPB_OUTCOME_UNAVAILABLE;
    e.rows[1].incomparable = strdup("other units");
    assert_int_equal(run_it(&e), 0);
    assert_true(e.rows[0].pair_count == 0 && e.rows[1].pair_count == 0 && e.rows[2].pair_count == 2);
    assert_int_equal(e.rows[0].row.outcome, SPB_OUTCOME_UNAVAILABLE);
    release(&e);

    prepare(&e, "well");
    for (size_t r = 0; r < ROWS_MAX; r++)
        e.rows[r].row.outcome = SPB_OUTCOME_UNAVAILABLE;
    assert_int_equal(run_it(&e), 0);
    assert_int_equal(e.result.end, SPB_PAIR_END_ROWS);
    assert_int_equal(e.result.pairs_done, 0);
    release(&e);
}

static void what_is_complete_is_kept(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    e.options.pair_count = 8;
    e.record.cancel_after = 4;
    assert_int_equal(pipe(e.record.cancel_fds), 0);
    e.options.cancel_fd = e.record.cancel_fds[0];
    assert_int_equal(run_it(&e), -ECANCELED);
    assert_int_equal(e.result.end, SPB_PAIR_END_CANCELED);
    assert_int_equal(e.result.pairs_done, 1);
    assert_int_equal(e.record.ended, 4);
    size_t kept = 0;
    for (size_t r = 0; r < ROWS_MAX; r++)
        for (size_t p = 0; p < e.rows[r].pair_count; p++, kept++)
            assert_int_equal(e.rows[r].pairs[p].outcome, SPB_OUTCOME_OK);
    assert_int_equal(kept, 4);
    close(e.record.cancel_fds[0]);
    close(e.record.cancel_fds[1]);
    release(&e);
}

/* Asked before anything was measured: no row has an outcome but that. */
static void asked_to_stop_at_once(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    assert_int_equal(pipe(e.record.cancel_fds), 0);
    assert_int_equal(write(e.record.cancel_fds[1], "c", 1), 1);
    e.options.cancel_fd = e.record.cancel_fds[0];
    assert_int_equal(run_it(&e), -ECANCELED);
    for (size_t r = 0; r < ROWS_MAX; r++) {
        assert_int_equal(e.rows[r].pair_count, 0);
        assert_int_equal(e.rows[r].row.outcome, SPB_OUTCOME_INTERRUPTED);
    }
    close(e.record.cancel_fds[0]);
    close(e.record.cancel_fds[1]);
    release(&e);
}

static int pressed[2] = {-1, -1};

static void press(int number)
{
    (void)number;
    if (write(pressed[1], "c", 1) < 0)
        abort();
}

/* Late enough for the worker's answer to be there. */
static unsigned stop_late(void *context)
{
    struct record *record = context;
    char byte;
    usleep(200000);
    if (read(pressed[0], &byte, 1) == 1)
        record->cancels++;
    return record->cancels;
}

/* Processes whose memory turns out to differ are started anew: what the user wants is not forgotten over that. */
static void asked_to_stop_before_a_new_start(void **state)
{
    (void)state;
    static const struct spb_pair_runner_events stopping = {.cancel = stop_late};
    bool seen[SPB_SIDES] = {!can_share(), !can_share()};
    signal(SIGUSR1, press);
    for (uint64_t seed = 1; !seen[SPB_SIDE_BASE] || !seen[SPB_SIDE_NEW]; seed++) {
        struct experiment e;
        prepare(&e, "well");
        struct spb_paired_row row = make_subject_row("asks-to-stop");
        assert_int_equal(pipe2(pressed, O_NONBLOCK | O_CLOEXEC), 0);
        e.options.rows = &row;
        e.options.row_count = 1;
        e.options.seed = seed;
        e.options.events = &stopping;
        e.options.cancel_fd = pressed[0];
        assert_int_equal(run_it(&e), -ECANCELED);
        assert_int_equal(e.record.cancels, 1);
        assert_int_equal(row.pair_count, 0);
        char *key = spb_row_key(&row.row);
        seen[spb_pair_draw(seed, key, 0, (const size_t[]){1, 1}).x] = true;
        free(key);
        close(pressed[0]);
        close(pressed[1]);
        spb_paired_row_release(&row);
        release(&e);
    }
}

static void an_event_that_fails_ends_it(void **state)
{
    (void)state;
    struct experiment e;
    prepare(&e, "well");
    e.record.fail_after = 2;
    assert_int_equal(run_it(&e), -ENOSPC);
    assert_string_equal(e.err.text, "no space left");
    assert_int_equal(e.record.ended, 2);
    release(&e);
}

static void pairs_draw_their_builds(void **state)
{
    (void)state;
    const struct spb_pair_build builds[3] = {{0}};
    struct experiment e;
    prepare(&e, "well");
    e.options.pair_count = 6;
    e.options.sides[SPB_SIDE_NEW].builds = builds;
    e.options.sides[SPB_SIDE_NEW].build_count = 3;
    assert_int_equal(run_it(&e), 0);
    unsigned seen[3] = {0};
    for (size_t p = 0; p < 6; p++) {
        assert_int_equal(e.rows[0].pairs[p].build[SPB_SIDE_BASE], 0);
        seen[e.rows[0].pairs[p].build[SPB_SIDE_NEW]]++;
    }
    assert_true(seen[0] == 2 && seen[1] == 2 && seen[2] == 2);
    release(&e);
}

static void a_program_that_is_none_is_named(void **state)
{
    (void)state;
    const struct spb_pair_build missing = {.program = "/nonexistent/spbench"}, text = {.program = "/etc/passwd"};
    struct experiment e;
    prepare(&e, "well");
    e.options.sides[SPB_SIDE_NEW].builds = &missing;
    assert_int_equal(run_it(&e), -ENOENT);
    assert_non_null(strstr(e.err.text, "/nonexistent/spbench"));
    e.options.sides[SPB_SIDE_NEW].builds = &text;
    assert_true(run_it(&e) < 0);
    assert_non_null(strstr(e.err.text, "/etc/passwd"));
    e.options.sides[SPB_SIDE_NEW].build_count = 0;
    assert_int_equal(run_it(&e), -EINVAL);
    release(&e);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "worker") == 0)
        return be_worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_gets_a_pair_of_each_index),
        cmocka_unit_test(the_seed_repeats_the_schedule),
        cmocka_unit_test(a_row_that_fails_ends_alone),
        cmocka_unit_test(a_look_drops_rows),
        cmocka_unit_test(nothing_is_begun_that_does_not_fit),
        cmocka_unit_test(some_rows_are_passed_over),
        cmocka_unit_test(what_is_complete_is_kept),
        cmocka_unit_test(asked_to_stop_at_once),
        cmocka_unit_test(asked_to_stop_before_a_new_start),
        cmocka_unit_test(an_event_that_fails_ends_it),
        cmocka_unit_test(pairs_draw_their_builds),
        cmocka_unit_test(a_program_that_is_none_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
