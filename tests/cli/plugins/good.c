/* SPDX-License-Identifier: MIT
 *
 * A plug-in that uses all that the interface has: parameters, threads with something of their own, memory, verification, reports,
 * rates, latencies; and one workload that cannot run here.
 */
#include <limits.h>
#include <spbench.h>

struct table {
    uint64_t words;
    uint64_t *memory;
    uint64_t expected;
};

static int set_up(struct spb_bench *bench)
{
    struct table *table = spb_alloc(bench, sizeof(*table));
    uint64_t words = spb_param(bench, "size") / sizeof(uint64_t);
    uint64_t *memory = spb_alloc(bench, words * sizeof(*memory));
    if (!table || !memory)
        return -1;
    for (uint64_t i = 0; i < words; i++)
        memory[i] = i;
    *table = (struct table){.words = words, .memory = memory, .expected = words * (words - 1) / 2};
    spb_set_state(bench, table);
    spb_set_work(bench, (double)words * spb_threads(bench));
    spb_set_rate(bench, "sums", "sum", spb_threads(bench));
    return 0;
}

struct own {
    uint64_t wrong;
    uint64_t sums;
};

static int thread_set_up(struct spb_thread *thread)
{
    thread->local = spb_alloc(thread->bench, sizeof(struct own));
    return thread->local ? 0 : -1;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct table *table = thread->state;
    struct own *own = thread->local;
    uint64_t before = spb_now_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t sum = 0;
        for (uint64_t word = 0; word < table->words; word++)
            sum += table->memory[word];
        spb_keep(sum);
        own->wrong += sum != table->expected;
    }
    own->sums += iterations;
    spb_record_ns(thread, (spb_now_ns() - before) / iterations);
    if (own->wrong)
        spb_fail(thread->bench, "a sum was wrong");
}

static int verify(struct spb_bench *bench)
{
    const struct table *table = spb_state(bench);
    spb_report(bench, "words", "word", (double)table->words);
    return 0;
}

static const char *not_here(void)
{
    return "no such thing in this machine";
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "bytes", .defaults = "1KiB,l1/2", .minimum = 64, .kind = SPB_PARAM_BYTES},
    {0},
};

static const struct spb_workload sum = {SPB_WORKLOAD_HEADER,
                                        .name = "my/sum",
                                        .summary = "sum of a table",
                                        .meaning = "m",
                                        .unit = "word",
                                        .version = 7,
                                        .params = params,
                                        .threads_max = UINT_MAX,
                                        .set_up = set_up,
                                        .thread_set_up = thread_set_up,
                                        .run = run,
                                        .verify = verify};
static const struct spb_workload missing = {
    SPB_WORKLOAD_HEADER, .name = "my/missing", .summary = "s", .meaning = "m",
    .unit = "u",         .version = 1,         .run = run,     .unavailable = not_here};
static const struct spb_workload *const workloads[] = {&sum, &missing, NULL};

SPB_MAIN(workloads)
