/* SPDX-License-Identifier: MIT */
#include "gate_self_test.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ab_judge.h"
#include "compare.h"
#include "more_pairs.h"
#include "random.h"
#include "slowdown.h"

/* Beside these, the bound of each row is tried. */
static const double common_slowdowns[] = {0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0};
enum { COMMON_COUNT = sizeof(common_slowdowns) / sizeof(common_slowdowns[0]) };

#define ALL_ROWS SIZE_MAX
/* From here on a row must be red, in thresholds. */
#define BOUND_FACTOR 2
#define NAMED_MAX    3
/* Experiments go on to so many pairs of a row that is not decided, and further only while time is left. */
#define PAIRS_WANTED 20

struct tester {
    const struct spb_self_test_input *input;
    struct spb_self_test *test;
    struct spb_slowdown slowdown;
    size_t *data_rows;   /* test->rows[i] is that row of the data */
    size_t *pair_counts; /* of the rows of an experiment, as they were */
    struct spb_error *err;
};

/* How a row came out. */
struct sight {
    bool red;
    bool waived;
};

void spb_self_test_release(struct spb_self_test *test)
{
    for (size_t i = 0; i < test->row_count; i++)
        free(test->rows[i].key);
    free(test->rows);
    free(test->slowdowns);
    free(test->headline);
    free(test->at_zero);
    *test = (struct spb_self_test){.row_count = 0};
}

/* ---- one run of the gate ----------------------------------------------------------------------------------------- */

static size_t data_row_count(const struct spb_self_test_input *input)
{
    return input->ab ? input->ab->row_count : input->new_result->row_count;
}

static const struct spb_row *data_row(const struct spb_self_test_input *input, size_t index)
{
    return input->ab ? &input->ab->rows[index].row : &input->new_result->rows[index];
}

/* The times of the row, or of all, are slower by that from now on. */
static int inject(struct tester *tester, size_t index, double ratio)
{
    const struct spb_self_test_input *input = tester->input;
    spb_slowdown_apply(&tester->slowdown, index, ratio);
    int code = 0;
    for (size_t i = 0; code == 0 && !input->ab && i < input->new_result->row_count; i++)
        if (index == ALL_ROWS || index == i)
            code = spb_row_stats_compute(&input->new_result->rows[i]);
    return code;
}

static int judge(const struct tester *tester, struct spb_judgement *judgement)
{
    const struct spb_self_test_input *input = tester->input;
    if (input->ab) {
        struct spb_ab_judge_options options = {.thresholds = input->thresholds, .seed = input->ab->seed};
        return spb_ab_judge(input->ab->rows, input->ab->row_count, &options, judgement, tester->err);
    }
    struct spb_compare_options options = {
        .thresholds = input->thresholds, .session_sd = input->session_sd, .context = input->session_context};
    return spb_compare_results(input->base, input->new_result, &options, judgement, tester->err);
}

static int run_gate(const struct tester *tester, struct spb_judgement *judgement, struct spb_gate *gate)
{
    int code = judge(tester, judgement);
    if (code)
        return code;
    code = spb_gate_decide(judgement, tester->input->policy, tester->input->today, gate);
    if (code)
        spb_judgement_release(judgement);
    return code;
}

static const struct spb_gate_row *find_row(const struct spb_gate *gate, const char *key)
{
    for (size_t i = 0; i < gate->row_count; i++)
        if (strcmp(gate->rows[i].judged->key, key) == 0)
            return &gate->rows[i];
    return NULL;
}

static struct sight look(const struct spb_gate *gate, const char *key)
{
    const struct spb_gate_row *row = find_row(gate, key);
    bool slower = row && row->judged->verdict == SPB_VERDICT_REGRESSION;
    return (struct sight){.red = slower && row->status == SPB_GATE_ROW_FAIL,
                          .waived = slower && row->status == SPB_GATE_ROW_WAIVED};
}

/* ---- without a slowdown ------------------------------------------------------------------------------------------ */

/* Rows that failed, that one side lacks or that cannot be compared have no time to be made slower. */
static bool can_be_tested(const struct spb_row_judgement *row)
{
    return row->has_effect;
}

static int add_row(struct tester *tester, size_t index, char *key, const struct spb_row_judgement *judged)
{
    const struct spb_self_test_input *input = tester->input;
    struct spb_self_test *test = tester->test;
    tester->data_rows[test->row_count] = index;
    test->rows[test->row_count++] = (struct spb_self_test_row){
        .key = key,
        .threshold_ratio = judged->threshold_ratio,
        .bound_ratio = BOUND_FACTOR * judged->threshold_ratio,
        .detectable_ratio = judged->detectable_ratio,
    };
    return input->ab ? spb_slowdown_add_paired(&tester->slowdown, index, &input->ab->rows[index])
                     : spb_slowdown_add_row(&tester->slowdown, index, &input->new_result->rows[index]);
}

static int collect_rows(struct tester *tester, const struct spb_gate *gate)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < data_row_count(tester->input); i++) {
        char *key = spb_row_key(data_row(tester->input, i));
        if (!key)
            return -ENOMEM;
        const struct spb_gate_row *row = find_row(gate, key);
        if (row && can_be_tested(row->judged))
            code = add_row(tester, i, key, row->judged);
        else
            free(key);
    }
    return code;
}

/* A row that was decided at ten pairs has none left for what a slowdown would have needed. */
static int supply_pairs(struct tester *tester)
{
    struct spb_ab *ab = tester->input->ab;
    int code = 0;
    for (size_t i = 0; code == 0 && ab && i < ab->row_count; i++) {
        code = spb_more_pairs(&ab->rows[i], PAIRS_WANTED, spb_random_derive(ab->seed, i));
        tester->test->supplied_count += ab->rows[i].pair_count > tester->pair_counts[i];
    }
    return code;
}

static void put_back(struct tester *tester)
{
    struct spb_ab *ab = tester->input->ab;
    spb_slowdown_apply(&tester->slowdown, ALL_ROWS, 0);
    for (size_t i = 0; ab && tester->pair_counts && i < ab->row_count; i++)
        spb_fewer_pairs(&ab->rows[i], tester->pair_counts[i]);
}

static int allocate(struct tester *tester)
{
    const struct spb_self_test_input *input = tester->input;
    size_t count = data_row_count(input);
    count = count ? count : 1;
    tester->pair_counts = calloc(count, sizeof(*tester->pair_counts));
    for (size_t i = 0; tester->pair_counts && input->ab && i < input->ab->row_count; i++)
        tester->pair_counts[i] = input->ab->rows[i].pair_count;
    tester->test->rows = calloc(count, sizeof(*tester->test->rows));
    tester->data_rows = calloc(count, sizeof(*tester->data_rows));
    tester->test->slowdowns = calloc(count + COMMON_COUNT, sizeof(*tester->test->slowdowns));
    return tester->pair_counts && tester->test->rows && tester->data_rows && tester->test->slowdowns ? 0 : -ENOMEM;
}

static int look_at_zero(struct tester *tester)
{
    struct spb_judgement judgement = {.row_count = 0};
    struct spb_gate gate;
    int code = run_gate(tester, &judgement, &gate);
    if (code)
        return code;
    tester->test->green = gate.outcome == SPB_GATE_PASSED;
    tester->test->stored = judgement.stored;
    tester->test->at_zero = strdup(gate.headline);
    code = tester->test->at_zero ? collect_rows(tester, &gate) : -ENOMEM;
    spb_gate_release(&gate);
    spb_judgement_release(&judgement);
    if (code == 0 && tester->test->row_count == 0)
        code = spb_error_set(tester->err, -EINVAL,
                             "there is no row that could be made slower: both sides must have been "
                             "measured");
    return code;
}

/* ---- with slowdowns ---------------------------------------------------------------------------------------------- */

static int compare_ratios(const void *a, const void *b)
{
    const double *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

static void choose_slowdowns(struct spb_self_test *test)
{
    size_t count = 0, kept = 0;
    for (; count < COMMON_COUNT; count++)
        test->slowdowns[count] = common_slowdowns[count];
    for (size_t i = 0; i < test->row_count; i++)
        test->slowdowns[count++] = test->rows[i].bound_ratio;
    qsort(test->slowdowns, count, sizeof(*test->slowdowns), compare_ratios);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || test->slowdowns[i] > test->slowdowns[kept - 1] * (1 + 1e-9))
            test->slowdowns[kept++] = test->slowdowns[i];
    test->slowdown_count = kept;
}

/* Every slowdown in all rows at once. */
static int try_together(struct tester *tester)
{
    struct spb_self_test *test = tester->test;
    int code = 0;
    for (size_t s = 0; code == 0 && s < test->slowdown_count; s++) {
        struct spb_judgement judgement = {.row_count = 0};
        struct spb_gate gate;
        code = inject(tester, ALL_ROWS, test->slowdowns[s]);
        if (code == 0)
            code = run_gate(tester, &judgement, &gate);
        if (code)
            return code;
        for (size_t i = 0; i < test->row_count; i++)
            if (test->rows[i].together_ratio == 0 && look(&gate, test->rows[i].key).red)
                test->rows[i].together_ratio = test->slowdowns[s];
        spb_gate_release(&gate);
        spb_judgement_release(&judgement);
    }
    return code ? code : inject(tester, ALL_ROWS, 0);
}

static int try_one(struct tester *tester, size_t row, size_t slowdown, struct sight *sight)
{
    struct spb_self_test *test = tester->test;
    struct spb_judgement judgement = {.row_count = 0};
    struct spb_gate gate;
    int code = inject(tester, tester->data_rows[row], test->slowdowns[slowdown]);
    if (code == 0)
        code = run_gate(tester, &judgement, &gate);
    if (code)
        return code;
    *sight = look(&gate, test->rows[row].key);
    spb_gate_release(&gate);
    spb_judgement_release(&judgement);
    return 0;
}

static size_t index_of(const struct spb_self_test *test, double ratio)
{
    size_t index = 0;
    while (index + 1 < test->slowdown_count && test->slowdowns[index] < ratio)
        index++;
    return index;
}

/* One row at a time. Among rows that are slower too it is seen as early or earlier, so the search goes up and down from there: every
 * neighbour of the answer has been tried. */
static int try_alone(struct tester *tester, size_t index)
{
    struct spb_self_test *test = tester->test;
    struct spb_self_test_row *row = &test->rows[index];
    size_t at = index_of(test, row->together_ratio);
    struct sight sight;
    int code = try_one(tester, index, at, &sight);
    while (code == 0 && sight.red) { /* down, to the first that is not */
        row->alone_ratio = test->slowdowns[at];
        if (at == 0)
            break;
        code = try_one(tester, index, --at, &sight);
    }
    while (code == 0 && row->alone_ratio == 0 && !sight.waived && at + 1 < test->slowdown_count) { /* up */
        code = try_one(tester, index, ++at, &sight);
        if (code == 0 && sight.red)
            row->alone_ratio = test->slowdowns[at];
    }
    row->waived = code == 0 && row->alone_ratio == 0 && sight.waived;
    row->blind = !row->waived && (row->alone_ratio == 0 || row->alone_ratio > row->bound_ratio * (1 + 1e-9));
    int back = inject(tester, tester->data_rows[index], 0);
    return code ? code : back;
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

static void append_blind(const struct spb_self_test *test, struct spb_strbuf *out)
{
    size_t named = 0;
    for (size_t i = 0; i < test->row_count && named < NAMED_MAX; i++) {
        const struct spb_self_test_row *row = &test->rows[i];
        if (!row->blind)
            continue;
        spb_strbuf_printf(out, "%s%.120s at +%.3g %%", named++ ? ", " : ": ", row->key, 100 * row->bound_ratio);
    }
    if (test->blind_count > named)
        spb_strbuf_printf(out, " and %zu more", test->blind_count - named);
}

static void append_seen(const struct spb_self_test *test, struct spb_strbuf *out)
{
    double last = 0;
    size_t waived = 0;
    for (size_t i = 0; i < test->row_count; i++) {
        last = fmax(last, test->rows[i].alone_ratio);
        waived += test->rows[i].waived;
    }
    size_t seen = test->row_count - waived;
    spb_strbuf_printf(out, seen == 1 ? "the row turns red" : "each of %zu rows turns red", seen);
    if (seen)
        spb_strbuf_printf(out, seen == 1 ? " at +%.3g %%" : ", the last at +%.3g %%", 100 * last);
    if (waived)
        spb_strbuf_printf(out, "; %zu waived", waived);
}

static int conclude(struct spb_self_test *test)
{
    struct spb_strbuf out = {0};
    for (size_t i = 0; i < test->row_count; i++)
        test->blind_count += test->rows[i].blind;
    test->passed = test->green && test->blind_count == 0;
    spb_strbuf_append(&out, test->passed ? "PASS - " : "FAIL - ");
    if (!test->green)
        spb_strbuf_printf(&out, "not green without a slowdown: %s%s", test->at_zero, test->blind_count ? "; " : "");
    if (test->blind_count) {
        spb_strbuf_printf(&out, "blind in %zu of %zu rows", test->blind_count, test->row_count);
        append_blind(test, &out);
    }
    if (test->passed)
        append_seen(test, &out);
    test->headline = spb_strbuf_detach(&out);
    return test->headline ? 0 : -ENOMEM;
}

int spb_self_test_run(const struct spb_self_test_input *input, struct spb_self_test *test, struct spb_error *err)
{
    struct tester tester = {.input = input, .test = test, .err = err};
    *test = (struct spb_self_test){.row_count = 0};
    int code = allocate(&tester);
    if (code == 0)
        code = supply_pairs(&tester);
    if (code == 0)
        code = look_at_zero(&tester);
    if (code == 0) {
        choose_slowdowns(test);
        code = try_together(&tester);
    }
    for (size_t i = 0; code == 0 && i < test->row_count; i++)
        code = try_alone(&tester, i);
    if (code == 0)
        code = conclude(test);
    put_back(&tester);
    spb_slowdown_release(&tester.slowdown);
    free(tester.data_rows);
    free(tester.pair_counts);
    if (code == -ENOMEM)
        spb_error_set(err, code, "not enough memory for the gate's test of itself");
    if (code)
        spb_self_test_release(test);
    return code;
}
