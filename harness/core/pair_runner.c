/* SPDX-License-Identifier: MIT */
#include "pair_runner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command_workload.h"
#include "pair_run.h"

enum { FAILURES_MAX = 2, BUILDS_MAX = 64 };
#define TICK_NS UINT64_C(250000000)

struct runner {
    const struct spb_pair_runner_options *options;
    struct spb_pair_runner_result *result;
    struct spb_pair_row_state *states;
    bool *done;
    int program_fds[SPB_SIDES][BUILDS_MAX];
    uint64_t start_ns;
    uint64_t next_tick_ns;
    struct spb_pair_progress progress;
};

static uint64_t elapsed_ns(const struct runner *runner)
{
    return spb_clock_now_ns() - runner->start_ns;
}

static bool is_over(const struct spb_paired_row *row)
{
    return row->incomparable || row->row.outcome == SPB_OUTCOME_UNAVAILABLE || row->row.outcome == SPB_OUTCOME_FAILED;
}

/* ---- progress ---------------------------------------------------------------------------------------------------- */

/* What one more pair of every row that is not done is expected to take. */
static uint64_t next_pair_ns(const struct runner *runner)
{
    uint64_t sum = 0;
    for (size_t r = 0; r < runner->options->row_count; r++)
        sum += runner->done[r] ? 0 : runner->states[r].typical_ns;
    return sum;
}

static void count_progress(struct runner *runner)
{
    const struct spb_pair_runner_options *options = runner->options;
    struct spb_pair_progress *progress = &runner->progress;
    progress->planned = progress->done = 0;
    for (size_t r = 0; r < options->row_count; r++) {
        size_t pairs = options->rows[r].pair_count;
        progress->planned += runner->done[r] ? pairs : options->pair_count;
        progress->done += pairs;
    }
    progress->elapsed_ns = elapsed_ns(runner);
    progress->left_ns = next_pair_ns(runner) * (options->pair_count - progress->pair);
}

static void tick(void *context)
{
    struct runner *runner = context;
    uint64_t now = spb_clock_now_ns();
    if (now < runner->next_tick_ns || !runner->options->events || !runner->options->events->progress)
        return;
    runner->next_tick_ns = now + TICK_NS;
    count_progress(runner);
    runner->options->events->progress(runner->options->context, &runner->progress);
}

static unsigned cancel(void *context)
{
    struct runner *runner = context;
    const struct spb_pair_runner_events *events = runner->options->events;
    return events && events->cancel ? events->cancel(runner->options->context) : 0;
}

/* ---- one pair of one row ----------------------------------------------------------------------------------------- */

static void check_work(struct spb_paired_row *row, const struct spb_pair *pair)
{
    double base = pair->work_per_iteration[SPB_SIDE_BASE], new = pair->work_per_iteration[SPB_SIDE_NEW];
    if (pair->outcome != SPB_OUTCOME_OK || base == new || row->incomparable)
        return;
    struct spb_strbuf why = {0};
    spb_strbuf_printf(&why, "an iteration is %g %s of work on the base side and %g on the new one", base, row->row.unit,
                      new);
    row->incomparable = spb_strbuf_detach(&why);
}

static char *describe_failure(const struct spb_pair *pair)
{
    struct spb_strbuf text = {0};
    spb_strbuf_printf(&text, "the %s side: %s", spb_side_name(pair->failed_side),
                      pair->reason ? pair->reason : "unknown");
    return spb_strbuf_detach(&text);
}

static int take_in(struct runner *runner, size_t r, struct spb_pair *pair, struct spb_error *err)
{
    const struct spb_pair_runner_options *options = runner->options;
    struct spb_paired_row *row = &options->rows[r];
    bool failed = pair->outcome == SPB_OUTCOME_FAILED;
    int code =
        options->events && options->events->pair_done ? options->events->pair_done(options->context, r, pair, err) : 0;
    if (code < 0)
        return code;
    check_work(row, pair);
    runner->states[r].failures += failed;
    if (failed && runner->states[r].failures >= FAILURES_MAX) {
        row->row.outcome = SPB_OUTCOME_FAILED;
        free(row->row.reason);
        row->row.reason = describe_failure(pair);
    }
    return spb_paired_row_add(row, pair) < 0 ? spb_error_set(err, -ENOMEM, "out of memory") : 0;
}

static struct spb_worker_process_options watch(struct runner *runner, const struct spb_row *row)
{
    const struct spb_pair_runner_options *options = runner->options;
    bool command = strcmp(row->workload, spb_command_workload.name) == 0;
    return (struct spb_worker_process_options){
        .timeout_ns = command && options->command_timeout_ns ? options->command_timeout_ns : options->timeout_ns,
        .timeout_from = options->timeout_from,
        .cancel_fd = options->cancel_fd,
        .cancel = cancel,
        .tick = tick,
        .context = runner,
    };
}

static int run_pair(struct runner *runner, size_t r, unsigned index, struct spb_error *err)
{
    const struct spb_pair_runner_options *options = runner->options;
    struct spb_paired_row *row = &options->rows[r];
    const size_t builds[SPB_SIDES] = {options->sides[SPB_SIDE_BASE].build_count,
                                      options->sides[SPB_SIDE_NEW].build_count};
    char *key = spb_row_key(&row->row);
    if (!key)
        return spb_error_set(err, -ENOMEM, "out of memory");
    struct spb_pair_draw draw = spb_pair_draw(options->seed, key, index, builds);
    free(key);
    const int fds[SPB_SIDES] = {runner->program_fds[SPB_SIDE_BASE][draw.build[SPB_SIDE_BASE]],
                                runner->program_fds[SPB_SIDE_NEW][draw.build[SPB_SIDE_NEW]]};
    struct spb_worker_process_options how = watch(runner, &row->row);
    uint64_t start_ns = elapsed_ns(runner);
    struct spb_pair pair = {.index = index, .started_ns = start_ns};
    runner->progress.row = r;
    runner->progress.pair = index;
    int code = spb_pair_run(options, row, &runner->states[r], &draw, fds, &how, &pair, err);
    runner->states[r].typical_ns = elapsed_ns(runner) - start_ns;
    if (code == 0)
        code = take_in(runner, r, &pair, err);
    spb_pair_release(&pair);
    return code;
}

/* ---- the experiment ---------------------------------------------------------------------------------------------- */

static void close_programs(struct runner *runner)
{
    for (unsigned s = 0; s < SPB_SIDES; s++)
        for (size_t b = 0; b < BUILDS_MAX; b++)
            if (runner->program_fds[s][b] >= 0)
                close(runner->program_fds[s][b]);
}

/* All by descriptors, this program's too, so that both sides are started by paths of the same length. */
static int open_programs(struct runner *runner, struct spb_error *err)
{
    memset(runner->program_fds, 0xff, sizeof(runner->program_fds));
    for (unsigned s = 0; s < SPB_SIDES; s++) {
        const struct spb_pair_side *side = &runner->options->sides[s];
        if (!side->builds || side->build_count == 0 || side->build_count > BUILDS_MAX)
            return spb_error_set(err, -EINVAL, "a side has from 1 to %d builds", BUILDS_MAX);
        for (size_t b = 0; b < side->build_count; b++) {
            const char *path = side->builds[b].program ? side->builds[b].program : "/proc/self/exe";
            runner->program_fds[s][b] = open(path, O_RDONLY | O_CLOEXEC);
            if (runner->program_fds[s][b] < 0)
                return spb_error_system(err, -errno, "program %s", path);
        }
    }
    return 0;
}

static void mark_over(struct runner *runner)
{
    for (size_t r = 0; r < runner->options->row_count; r++)
        runner->done[r] = runner->done[r] || is_over(&runner->options->rows[r]);
}

static bool all_done(const struct runner *runner)
{
    for (size_t r = 0; r < runner->options->row_count; r++)
        if (!runner->done[r])
            return false;
    return true;
}

static bool is_look(const struct spb_pair_runner_options *options, unsigned pairs)
{
    if (!options->looks)
        return pairs == options->pair_count;
    for (size_t i = 0; i < options->look_count; i++)
        if (options->looks[i] == pairs)
            return true;
    return false;
}

/* The rows' wishes never take back what is done. */
static int look(struct runner *runner, unsigned pairs, struct spb_error *err)
{
    const struct spb_pair_runner_options *options = runner->options;
    if (!is_look(options, pairs) || !options->events || !options->events->decide)
        return 0;
    bool *wished = calloc(options->row_count + 1, sizeof(*wished));
    if (!wished)
        return spb_error_set(err, -ENOMEM, "out of memory");
    memcpy(wished, runner->done, options->row_count * sizeof(*wished));
    int code = options->events->decide(options->context, pairs, wished, err);
    for (size_t r = 0; r < options->row_count; r++)
        runner->done[r] = runner->done[r] || wished[r];
    free(wished);
    return code;
}

static int run_index(struct runner *runner, unsigned index, struct spb_error *err)
{
    size_t row_count = runner->options->row_count;
    size_t *order = calloc(row_count + 1, sizeof(*order));
    int code = order ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
    if (code == 0)
        spb_pair_order(runner->options->seed, index, order, row_count);
    for (size_t i = 0; i < row_count && code == 0; i++)
        if (!runner->done[order[i]])
            code = run_pair(runner, order[i], index, err);
    free(order);
    return code;
}

static bool fits_budget(const struct runner *runner)
{
    uint64_t budget = runner->options->budget_ns;
    return budget == 0 || elapsed_ns(runner) + next_pair_ns(runner) <= budget;
}

static int run_all(struct runner *runner, struct spb_error *err)
{
    struct spb_pair_runner_result *result = runner->result;
    int code = 0;
    mark_over(runner);
    result->end = SPB_PAIR_END_COUNT;
    while (code == 0 && result->pairs_done < runner->options->pair_count) {
        if (all_done(runner)) {
            result->end = SPB_PAIR_END_ROWS;
            break;
        }
        if (result->pairs_done && !fits_budget(runner)) {
            result->end = SPB_PAIR_END_BUDGET;
            break;
        }
        code = run_index(runner, result->pairs_done, err);
        if (code == 0) {
            result->pairs_done++;
            mark_over(runner);
            code = look(runner, result->pairs_done, err);
        }
    }
    if (code == -ECANCELED)
        result->end = SPB_PAIR_END_CANCELED;
    return code;
}

static void set_outcomes(const struct spb_pair_runner_options *options)
{
    for (size_t r = 0; r < options->row_count; r++) {
        struct spb_paired_row *row = &options->rows[r];
        if (!is_over(row))
            row->row.outcome = row->pair_count ? SPB_OUTCOME_OK : SPB_OUTCOME_INTERRUPTED;
    }
}

int spb_pair_runner_run(const struct spb_pair_runner_options *options, struct spb_pair_runner_result *result,
                        struct spb_error *err)
{
    struct runner runner = {.options = options, .result = result, .start_ns = spb_clock_now_ns()};
    *result = (struct spb_pair_runner_result){.pairs_done = 0};
    runner.states = calloc(options->row_count + 1, sizeof(*runner.states));
    runner.done = calloc(options->row_count + 1, sizeof(*runner.done));
    int code = open_programs(&runner, err);
    if (code == 0 && (!runner.states || !runner.done))
        code = spb_error_set(err, -ENOMEM, "out of memory");
    if (code == 0) {
        code = run_all(&runner, err);
        result->next_ns = next_pair_ns(&runner);
    }
    set_outcomes(options);
    result->elapsed_ns = elapsed_ns(&runner);
    close_programs(&runner);
    free(runner.states);
    free(runner.done);
    return code;
}

const char *spb_pair_end_text(enum spb_pair_end end)
{
    static const char *const texts[] = {
        [SPB_PAIR_END_COUNT] = "all pairs done",
        [SPB_PAIR_END_ROWS] = "no row needs another pair",
        [SPB_PAIR_END_BUDGET] = "the time budget is used up",
        [SPB_PAIR_END_CANCELED] = "interrupted",
    };
    return texts[end];
}
