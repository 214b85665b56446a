/* SPDX-License-Identifier: MIT
 *
 * Every frame of a sample's stack belongs to a key (its function, its line, its module); a key's total counts once a stack, which a mark a key
 * keeps track of.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile_view_internal.h"

struct keys {
    enum spb_profile_by by;
    uint32_t *of_frame; /* or of thread; by number */
    uint32_t count;
};

/* ---- which key ---------------------------------------------------------------------------------------------------- */

static uint32_t frame_count_of(const struct spb_profile *profile, enum spb_profile_by by)
{
    return by == SPB_BY_THREAD || by == SPB_BY_PROCESS ? profile->thread_count : profile->frame_count;
}

static int by_line(const void *a, const void *b, void *context)
{
    const struct spb_profile *profile = context;
    const struct spb_profile_frame *left = &profile->frames[*(const uint32_t *)a];
    const struct spb_profile_frame *right = &profile->frames[*(const uint32_t *)b];
    if (left->function != right->function)
        return left->function < right->function ? -1 : 1;
    return (left->line > right->line) - (left->line < right->line);
}

/* The key of a line is the first frame of it in the order of function and line. */
static int line_keys(const struct spb_profile *profile, struct keys *keys)
{
    uint32_t *order = calloc(profile->frame_count + 1u, sizeof *order);
    if (!order)
        return -ENOMEM;
    for (uint32_t i = 0; i < profile->frame_count; i++)
        order[i] = i;
    qsort_r(order, profile->frame_count, sizeof *order, by_line, (void *)(uintptr_t)profile);
    for (uint32_t i = 0; i < profile->frame_count; i++) {
        bool same = i && by_line(&order[i - 1], &order[i], (void *)(uintptr_t)profile) == 0;
        keys->of_frame[order[i]] = same ? keys->of_frame[order[i - 1]] : order[i];
    }
    free(order);
    return 0;
}

/* The first thread of a process stands for it. */
static uint32_t process_key(const struct spb_profile *profile, uint32_t thread)
{
    uint32_t first = 0;
    while (profile->threads[first].pid != profile->threads[thread].pid)
        first++;
    return first;
}

static int find_keys(const struct spb_profile *profile, enum spb_profile_by by, struct keys *keys)
{
    uint32_t count = frame_count_of(profile, by);
    *keys = (struct keys){.by = by, .of_frame = calloc(count + 1u, sizeof(uint32_t)), .count = count};
    if (!keys->of_frame)
        return -ENOMEM;
    if (by == SPB_BY_LINE)
        return line_keys(profile, keys);
    for (uint32_t i = 0; i < count; i++)
        if (by == SPB_BY_FUNCTION)
            keys->of_frame[i] = profile->frames[i].function;
        else if (by == SPB_BY_MODULE)
            keys->of_frame[i] = profile->functions[profile->frames[i].function].module;
        else
            keys->of_frame[i] = by == SPB_BY_THREAD ? i : process_key(profile, i);
    keys->count = by == SPB_BY_FUNCTION ? profile->function_count
                  : by == SPB_BY_MODULE ? profile->module_count + 1u /* the last one: of no module */
                                        : count;
    for (uint32_t i = 0; by == SPB_BY_MODULE && i < count; i++)
        if (keys->of_frame[i] == SPB_PROFILE_NONE)
            keys->of_frame[i] = profile->module_count;
    return 0;
}

/* ---- their names ------------------------------------------------------------------------------------------------ */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static char *line_name(const struct spb_profile *profile, uint32_t frame_number)
{
    const struct spb_profile_frame *frame = &profile->frames[frame_number];
    const struct spb_profile_function *function = &profile->functions[frame->function];
    const char *name = spb_profile_text(profile, function->name), *file = spb_profile_text(profile, function->file);
    char *text = NULL;
    int length = frame->line && *file ? asprintf(&text, "%s:%u %s", base_name(file), frame->line, name)
                                      : asprintf(&text, "%s (line not known)", name);
    return length < 0 ? NULL : text;
}

static char *thread_name(const struct spb_profile *profile, uint32_t number, bool is_process)
{
    const struct spb_profile_thread *thread = &profile->threads[number];
    char *text = NULL;
    int length = asprintf(&text, "%s (%d)", spb_profile_text(profile, is_process ? thread->process : thread->name),
                          is_process ? thread->pid : thread->tid);
    return length < 0 ? NULL : text;
}

static char *key_name(const struct spb_profile *profile, enum spb_profile_by by, uint32_t key)
{
    switch (by) {
    case SPB_BY_FUNCTION:
        return strdup(spb_profile_text(profile, profile->functions[key].name));
    case SPB_BY_LINE:
        return line_name(profile, key);
    case SPB_BY_MODULE:
        return strdup(key < profile->module_count ? base_name(spb_profile_text(profile, profile->modules[key].path))
                                                  : "[unknown]");
    case SPB_BY_THREAD:
        return thread_name(profile, key, false);
    case SPB_BY_PROCESS:
        return thread_name(profile, key, true);
    }
    return NULL;
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

struct counting {
    const struct spb_profile_selection *selection;
    const struct keys *keys;
    struct spb_profile_entry *entries; /* by key */
    uint32_t *marks;                   /* by key: the last sample + 1 that it was counted for */
};

static void count_stack(struct counting *counting, uint32_t number, int64_t value, int64_t events)
{
    const struct spb_profile *profile = counting->selection->profile;
    const struct spb_profile_sample *sample = &profile->samples[number];
    for (uint32_t node = sample->node; node != SPB_PROFILE_ROOT; node = profile->nodes[node].parent) {
        uint32_t key = counting->keys->of_frame[profile->nodes[node].frame];
        if (node == sample->node) {
            counting->entries[key].self += value;
            counting->entries[key].samples += events;
        }
        if (counting->marks[key] != number + 1)
            counting->entries[key].total += value;
        counting->marks[key] = number + 1;
    }
}

static void count_sample(struct counting *counting, uint32_t number, struct spb_profile_top *top)
{
    const struct spb_profile *profile = counting->selection->profile;
    const struct spb_profile_sample *sample = &profile->samples[number];
    int64_t value = sample->values[counting->selection->filter->type];
    int64_t events = spb_profile_events(counting->selection, sample);
    bool of_threads = counting->keys->by == SPB_BY_THREAD || counting->keys->by == SPB_BY_PROCESS;
    top->sum += value;
    top->sample_count += events;
    if (!of_threads) {
        count_stack(counting, number, value, events);
    } else if (sample->thread < profile->thread_count) {
        struct spb_profile_entry *entry = &counting->entries[counting->keys->of_frame[sample->thread]];
        entry->self += value;
        entry->total += value;
        entry->samples += events;
    }
}

/* Each event is one draw out of all: binomial, in the value's unit. */
static double sampling_error(const struct spb_profile_entry *entry, int64_t all)
{
    if (entry->samples <= 0 || all <= 0)
        return 0;
    double share = (double)entry->samples / (double)all;
    double each = (double)entry->self / (double)entry->samples;
    return fabs(each) * sqrt((double)entry->samples * (1 - share));
}

static int by_self(const void *a, const void *b)
{
    const struct spb_profile_entry *left = a, *right = b;
    if (left->self != right->self)
        return left->self > right->self ? -1 : 1;
    if (left->total != right->total)
        return left->total > right->total ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* Keeps the entries with a value, gives them names and puts them in order. */
static int finish(const struct counting *counting, struct spb_profile_top *top)
{
    int code = 0;
    for (uint32_t key = 0; key < counting->keys->count; key++) {
        struct spb_profile_entry *entry = &counting->entries[key];
        if (!entry->self && !entry->total)
            continue;
        struct spb_profile_entry *kept = &counting->entries[top->count++];
        *kept = *entry;
        kept->key = key;
        kept->self_error = sampling_error(kept, top->sample_count);
        kept->name = key_name(counting->selection->profile, counting->keys->by, key);
        code = kept->name ? code : -ENOMEM;
    }
    top->entries = counting->entries;
    if (code == 0)
        qsort(top->entries, top->count, sizeof *top->entries, by_self);
    return code;
}

int spb_profile_top(const struct spb_profile *profile, const struct spb_profile_filter *filter, enum spb_profile_by by,
                    struct spb_profile_top *top, struct spb_error *err)
{
    struct spb_profile_selection selection;
    struct keys keys = {0};
    *top = (struct spb_profile_top){0};
    int code = spb_profile_select(profile, filter, &selection, err);
    if (code == 0 && (code = find_keys(profile, by, &keys)) == 0) {
        struct counting counting = {&selection, &keys, calloc(keys.count + 1u, sizeof(struct spb_profile_entry)),
                                    calloc(keys.count + 1u, sizeof(uint32_t))};
        code = counting.entries && counting.marks ? 0 : -ENOMEM;
        for (size_t i = 0; i < profile->sample_count && code == 0; i++)
            if (spb_profile_passes(&selection, &profile->samples[i]))
                count_sample(&counting, (uint32_t)i, top);
        if (code == 0)
            code = finish(&counting, top);
        else
            free(counting.entries);
        free(counting.marks);
    }
    free(keys.of_frame);
    spb_profile_selection_release(&selection);
    if (code)
        spb_profile_top_release(top);
    return code == -ENOMEM ? spb_error_system(err, code, "the profile") : code;
}

void spb_profile_top_release(struct spb_profile_top *top)
{
    for (size_t i = 0; i < top->count; i++)
        free(top->entries[i].name);
    free(top->entries);
    *top = (struct spb_profile_top){0};
}
