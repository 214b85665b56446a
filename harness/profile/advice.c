/* SPDX-License-Identifier: MIT
 *
 * A rule fires when its figure lies above its limit by more than 1.96 standard errors: with 95 % confidence it is above. Gains are Amdahl's: of the
 * run time, what a part p of it loses when a fraction g of the part goes is g p; low and high take the ends of p's interval and what is known of g.
 */
#include "advice.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice_internal.h"
#include "strbuf.h"
#include "units.h"

#define Z95 1.96

/* ---- shares of classes ------------------------------------------------------------------------------------------ */

struct share_rule {
    const char *rule;
    enum spb_advice_class class;
    const char *doing;
    double least;               /* share from which it is worth a word */
    double gain_low, gain_high; /* fractions of the share that may go */
    const char *action;
};

static const struct share_rule share_rules[] = {
    /* Another allocator saves about a third of it in most programs; not allocating in the loop saves nearly all. */
    {"time-in-allocation", SPB_CLASS_ALLOCATION, "allocating and freeing memory", 0.05, 0.3, 0.95,
     "take the memory once outside of the loop, reserve containers, use an arena; or try another allocator: "
     "LD_PRELOAD=libjemalloc.so.2"},
    /* As above; and a collector works the less often, the more memory it is given. */
    {"time-in-collection", SPB_CLASS_COLLECTION, "allocating and collecting garbage", 0.05, 0.2, 0.95,
     "allocate less in the hot loop (sync.Pool, slices made with their capacity), or collect less often: GOGC=200"},
    /* Some copies are the work itself; one that is passed by reference instead goes whole. */
    {"time-in-copying", SPB_CLASS_COPYING, "copying and clearing memory", 0.05, 0, 0.95,
     "pass by reference or move instead of copying, clear only what is read, hand buffers on"},
    /* Uncontended locks must stay; contention can go whole when data is split or read without locks. */
    {"time-in-locking", SPB_CLASS_LOCKING, "locking and waking", 0.05, 0, 0.95,
     "hold locks for less time, split the data by thread, take reader locks or atomics; wake once for many items"},
    /* Each page must be touched once, the fault for 4 KiB becomes one for 2 MiB with huge pages. */
    {"page-faults", SPB_CLASS_PAGE_FAULTS, "page faults", 0.03, 0.3, 0.95,
     "keep and reuse memory instead of giving it back (GLIBC_TUNABLES=glibc.malloc.trim_threshold=1073741824), "
     "or huge pages: madvise(MADV_HUGEPAGE)"},
    /* The bytes still have to be moved; the cost of the calls falls with their number. */
    {"system-calls-transfer", SPB_CLASS_TRANSFER, "system calls that read and write", 0.1, 0, 0.8,
     "fewer and larger transfers: a buffer of 64 KiB or more, readv and writev, sendfile, mmap"},
    {"system-calls-mapping", SPB_CLASS_MAPPING, "system calls that map and unmap memory", 0.05, 0.3, 0.95,
     "keep mappings; let malloc keep memory: GLIBC_TUNABLES=glibc.malloc.mmap_threshold=1073741824"},
    {"system-calls-processes", SPB_CLASS_PROCESSES, "starting and ending processes and threads", 0.1, 0.3, 0.95,
     "keep processes and threads and hand them work (a pool); posix_spawn instead of fork for a large process"},
    {"system-calls-files", SPB_CLASS_FILES, "system calls that look up and open files", 0.1, 0.2, 0.9,
     "keep files open, remember what was looked up, use openat and one stat instead of several"},
    {"system-calls-waiting", SPB_CLASS_WAITING, "system calls that ask whether there is work", 0.05, 0.3, 0.95,
     "wait until there is work (epoll with a timeout, a condition) instead of asking again and again"},
};

/* ---- texts ------------------------------------------------------------------------------------------------------ */

struct pending {
    struct spb_strbuf finding, evidence;
};

static int add(struct spb_advice_list *list, const struct spb_advice *advice, struct pending *texts)
{
    struct spb_advice *items = reallocarray(list->items, list->count + 1, sizeof *items);
    struct spb_advice made = *advice;
    if (items)
        list->items = items;
    made.finding = spb_strbuf_detach(&texts->finding);
    made.evidence = spb_strbuf_detach(&texts->evidence);
    made.action = strdup(advice->action);
    if (items && made.finding && made.evidence && made.action) {
        items[list->count++] = made;
        return 0;
    }
    free(made.finding);
    free(made.evidence);
    free(made.action);
    return -ENOMEM;
}

static const char *name_of(const struct spb_advice_evidence *evidence, uint32_t function)
{
    const struct spb_profile *profile = evidence->profile;
    return spb_profile_text(profile, profile->functions[function].name);
}

static bool is_above(double share, double error, double limit)
{
    return share - Z95 * error > limit;
}

/* "23.1 % ± 1.2 % of 1974 samples" */
static void append_share(struct spb_strbuf *out, double share, double error, int64_t samples)
{
    spb_strbuf_printf(out, "%.1f %% \xc2\xb1 %.1f %% (95 %%) of %lld samples", 100 * share, 100 * Z95 * error,
                      (long long)samples);
}

static double low_gain(double fraction, double share, double error)
{
    return fraction * fmax(0, share - Z95 * error);
}

static double high_gain(double fraction, double share, double error)
{
    return fraction * fmin(1, share + Z95 * error);
}

static int apply_share_rule(const struct spb_advice_evidence *evidence, const struct share_rule *rule,
                            struct spb_advice_list *list)
{
    const struct spb_class_evidence *of = &evidence->classes[rule->class];
    struct pending texts = {0};
    if (!is_above(of->share, of->error, rule->least))
        return 0;
    spb_strbuf_printf(&texts.finding, "%.0f %% of the CPU time goes into %s", 100 * of->share, rule->doing);
    if (of->caller != SPB_PROFILE_NONE)
        spb_strbuf_printf(&texts.finding, " (%.0f %% for %s)", 100 * of->caller_share, name_of(evidence, of->caller));
    append_share(&texts.evidence, of->share, of->error, evidence->quality.samples);
    if (of->function != SPB_PROFILE_NONE)
        spb_strbuf_printf(&texts.evidence, ", most of them in %s (%.1f %%)", name_of(evidence, of->function),
                          100 * of->function_share);
    return add(list,
               &(struct spb_advice){.rule = rule->rule,
                                    .action = (char *)(uintptr_t)rule->action,
                                    .gain_low = low_gain(rule->gain_low, of->share, of->error),
                                    .gain_high = high_gain(rule->gain_high, of->share, of->error)},
               &texts);
}

/* ---- rules of their own ----------------------------------------------------------------------------------------- */

#define ACTION(text) .action = (char *)(uintptr_t)(text)

static int advise_kernel(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    double share = evidence->quality.kernel, error = spb_profile_share_error(share, evidence->quality.samples);
    struct pending texts = {0};
    if (!is_above(share, error, 0.3))
        return 0;
    spb_strbuf_printf(&texts.finding, "%.0f %% of the CPU time is spent in the kernel", 100 * share);
    append_share(&texts.evidence, share, error, evidence->quality.samples);
    spb_strbuf_append(&texts.evidence, " have their innermost function in the kernel");
    return add(list,
               &(struct spb_advice){.rule = "kernel-share",
                                    ACTION("see which calls lead there: --focus '^(entry_|do_syscall|asm_exc)' --tree; "
                                           "strace -c counts them"),
                                    .gain_high = high_gain(1, share, error)},
               &texts);
}

/* CPU time of each thread, and how many samples it rests on. */
struct thread_use {
    double cpu_ns;
    int64_t samples;
};

static void find_use(const struct spb_profile *profile, struct thread_use *use)
{
    bool is_time = strcmp(spb_profile_text(profile, profile->types[profile->default_type].unit), "nanoseconds") == 0;
    unsigned count_type = 0;
    while (count_type < profile->type_count &&
           strcmp(spb_profile_text(profile, profile->types[count_type].unit), "count") != 0)
        count_type++;
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct spb_profile_sample *sample = &profile->samples[i];
        if (sample->thread >= profile->thread_count)
            continue;
        use[sample->thread].samples += count_type < profile->type_count ? sample->values[count_type] : 0;
        use[sample->thread].cpu_ns += is_time ? (double)sample->values[profile->default_type] : 0;
    }
    for (size_t i = 0; !is_time && i < profile->timeline_count; i++) {
        const struct spb_profile_timeline *line = &profile->timelines[i];
        if (line->thread < profile->thread_count && strcmp(spb_profile_text(profile, line->name), "cpu") == 0)
            for (size_t step = 0; step < line->count; step++)
                use[line->thread].cpu_ns += (double)line->values[step];
    }
}

#define SATURATED 0.9

/* With the work spread evenly over the threads that are there, the run would take their mean and not their maximum. */
static int advise_threads(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    const struct spb_profile *profile = evidence->profile;
    struct thread_use *use = calloc(profile->thread_count + 1u, sizeof *use);
    struct pending texts = {0};
    double all_ns = 0, threads = 0, duration_ns = (double)profile->duration_ns;
    uint32_t busiest = 0;
    if (!use)
        return -ENOMEM;
    find_use(profile, use);
    for (uint32_t i = 1; i < profile->thread_count; i++)
        busiest = use[i].cpu_ns > use[busiest].cpu_ns ? i : busiest;
    for (uint32_t i = 0; i < profile->thread_count; i++)
        if (profile->threads[i].pid == profile->threads[busiest].pid) {
            all_ns += use[i].cpu_ns;
            threads++;
        }
    struct thread_use top = use[busiest];
    free(use);
    if (threads < 2 || duration_ns <= 0 || top.samples <= 0)
        return 0;
    double share = top.cpu_ns / duration_ns, error = share / sqrt((double)top.samples);
    double others = (all_ns - top.cpu_ns) / (threads - 1) / duration_ns;
    if (!is_above(share, error, SATURATED) || others > share / 2)
        return 0;
    spb_strbuf_printf(&texts.finding,
                      "one thread, %s (%d), keeps a CPU busy while %.0f other%s of its process wait%s: the program is "
                      "as fast as that thread",
                      spb_profile_text(profile, profile->threads[busiest].name), profile->threads[busiest].tid,
                      threads - 1, threads > 2 ? "s" : "", threads > 2 ? "" : "s");
    spb_strbuf_printf(&texts.evidence,
                      "it used %.0f %% \xc2\xb1 %.0f %% (95 %%) of a CPU, the others %.1f %% each on average",
                      100 * share, 100 * Z95 * error, 100 * others);
    return add(
        list,
        &(struct spb_advice){.rule = "one-thread-saturated",
                             ACTION("give part of its work to the others; see what it does: --thread NAME --tree"),
                             .gain_high = 1 - all_ns / threads / top.cpu_ns},
        &texts);
}

/* A wait costs two switches and a timer, between 2 and 10 us of CPU time (Li, Ding and Shen 2007, and timers). */
#define WAIT_LOW_NS    2000.0
#define WAIT_HIGH_NS   10000.0
#define SLEEPS_LEAST   100.0     /* in a second */
#define SLEEP_SHORT_NS 2000000.0 /* on average */

static int advise_sleeps(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    const struct spb_class_evidence *of = &evidence->classes[SPB_CLASS_SLEEPING];
    double seconds = (double)evidence->profile->duration_ns / 1e9;
    struct pending texts = {0};
    char mean[SPB_UNIT_TEXT_SIZE];
    if (!evidence->has_waits || of->waits <= 0 || seconds <= 0)
        return 0;
    double rate = of->waits / seconds, error = sqrt(of->waits) / seconds, mean_ns = of->waiting_ns / of->waits;
    if (!is_above(rate, error, SLEEPS_LEAST) || mean_ns > SLEEP_SHORT_NS)
        return 0;
    spb_format_duration(mean, mean_ns);
    spb_strbuf_printf(&texts.finding, "threads sleep %.0f times a second, for %s on average", rate, mean);
    if (of->caller != SPB_PROFILE_NONE)
        spb_strbuf_printf(&texts.finding, ", most of them in %s", name_of(evidence, of->caller));
    spb_strbuf_printf(&texts.evidence, "%.0f \xc2\xb1 %.0f (95 %%) sleeps a second in %.1f s", rate, Z95 * error,
                      seconds);
    return add(
        list,
        &(struct spb_advice){.rule = "frequent-short-sleeps",
                             ACTION("wait for what is being waited for (a condition, an eventfd, epoll) instead of "
                                    "sleeping and looking"),
                             .gain_low = fmin(1, (rate - Z95 * error) * WAIT_LOW_NS / 1e9),
                             .gain_high = fmin(1, (rate + Z95 * error) * WAIT_HIGH_NS / 1e9)},
        &texts);
}

/* Cores of today retire 4 to 8 instructions a cycle; below one it is waiting most of the time, mostly for memory. */
#define IPC_POOR 0.7

static int advise_instructions(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    const struct spb_profile_fact *instructions = spb_profile_find_fact(evidence->profile, "instructions");
    const struct spb_profile_fact *cycles = spb_profile_find_fact(evidence->profile, "cycles");
    struct pending texts = {0};
    if (!instructions || !cycles || !(instructions->value > 0) || !(cycles->value > 0))
        return 0;
    double each = instructions->value / cycles->value; /* counted, not sampled: no sampling error */
    if (each >= IPC_POOR)
        return 0;
    spb_strbuf_printf(&texts.finding,
                      "only %.2f instructions a cycle: the CPU waits most of the time, mostly for memory", each);
    spb_strbuf_printf(&texts.evidence, "%.3g instructions in %.3g cycles, counted", instructions->value, cycles->value);
    return add(
        list,
        &(struct spb_advice){.rule = "few-instructions-per-cycle",
                             ACTION("smaller and denser data, arrays in place of lists, work in blocks that fit the "
                                    "cache; spbench run --counters cache-misses,branch-misses says which it is"),
                             .gain_high = 1 - each},
        &texts);
}

/* -O2 makes code of -O0 two to five times as fast where it spends its time: from 1 - 1/2 to 1 - 1/5 of it. */
static int advise_build(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    const struct spb_class_evidence *of = &evidence->classes[SPB_CLASS_TINY];
    const struct spb_profile_fact *known = spb_profile_find_fact(evidence->profile, "unoptimised");
    struct pending texts = {0};
    if (!known && !is_above(of->share, of->error, 0.05))
        return 0;
    spb_strbuf_append(&texts.finding, "the program was built without optimisation");
    if (known)
        spb_strbuf_printf(&texts.evidence, "its debug information says so: %s",
                          spb_profile_text(evidence->profile, known->text));
    else {
        append_share(&texts.evidence, of->share, of->error, evidence->quality.samples);
        spb_strbuf_printf(&texts.evidence, " are in functions that every optimising compiler inlines, such as %s",
                          name_of(evidence, of->function));
    }
    return add(
        list,
        &(struct spb_advice){.rule = "debug-build",
                             ACTION("build with -O2 -g (cargo build --release, CMAKE_BUILD_TYPE=RelWithDebInfo) and "
                                    "profile that: what is hot now may not be then"),
                             .gain_low = 0.5 * (1 - evidence->quality.kernel),
                             .gain_high = 0.8 * (1 - evidence->quality.kernel)},
        &texts);
}

/* Makes nothing faster, but what stands beside it cannot be relied on. */
static int advise_stacks(const struct spb_advice_evidence *evidence, struct spb_advice_list *list)
{
    double share = evidence->quality.blind, error = spb_profile_share_error(share, evidence->quality.samples);
    struct pending texts = {0};
    if (!evidence->quality.has_stacks || !is_above(share, error, 0.3))
        return 0;
    spb_strbuf_append(&texts.finding,
                      "most stacks end after one function: the program or a library was built without frame pointers");
    append_share(&texts.evidence, share, error, evidence->quality.samples);
    spb_strbuf_append(&texts.evidence, " have no caller");
    return add(
        list,
        &(struct spb_advice){.rule = "missing-frame-pointers",
                             ACTION("profile again with --call-graph dwarf, or build with -fno-omit-frame-pointer")},
        &texts);
}

static int (*const other_rules[])(const struct spb_advice_evidence *, struct spb_advice_list *) = {
    advise_kernel, advise_threads, advise_sleeps, advise_instructions, advise_build, advise_stacks};

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static int by_gain(const void *a, const void *b)
{
    const struct spb_advice *left = a, *right = b;
    if (left->gain_high != right->gain_high)
        return left->gain_high > right->gain_high ? -1 : 1;
    return strcmp(left->rule, right->rule);
}

int spb_advice_cpu(const struct spb_profile *profile, struct spb_advice_list *list)
{
    struct spb_advice_evidence evidence;
    *list = (struct spb_advice_list){0};
    if (!profile->type_count || !profile->sample_count)
        return 0;
    int code = spb_advice_gather(profile, &evidence);
    for (size_t i = 0; code == 0 && i < sizeof share_rules / sizeof share_rules[0]; i++)
        code = apply_share_rule(&evidence, &share_rules[i], list);
    for (size_t i = 0; code == 0 && i < sizeof other_rules / sizeof other_rules[0]; i++)
        code = other_rules[i](&evidence, list);
    if (code)
        spb_advice_list_release(list);
    else if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_gain);
    return code;
}

void spb_advice_list_release(struct spb_advice_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].finding);
        free(list->items[i].evidence);
        free(list->items[i].action);
    }
    free(list->items);
    *list = (struct spb_advice_list){0};
}
