/* SPDX-License-Identifier: MIT
 *
 * Interning: each array has a hash table of numbers into it, open addressing with linear probing, at most half full.
 */
#include "profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fnv.h"
#include "grow.h"

struct table {
    uint32_t *slots; /* number + 1; 0: empty */
    size_t size;     /* a power of two, or 0 */
    size_t used;
};

struct spb_profile_index {
    struct table strings, modules, functions, frames, nodes, threads, samples;
    size_t string_capacity, module_capacity, function_capacity, frame_capacity, node_capacity, thread_capacity,
        sample_capacity, timeline_capacity, fact_capacity;
};

/* What a table needs to know of the things that it numbers: the hash of thing `number`, and whether it is the one that is looked for. */
struct lookup {
    struct table *table;
    uint64_t hash;
    bool (*equals)(const struct spb_profile *profile, uint32_t number, const void *wanted);
    uint64_t (*rehash)(const struct spb_profile *profile, uint32_t number);
    const void *wanted;
};

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static void place(struct table *table, uint64_t hash, uint32_t number)
{
    size_t at = hash & (table->size - 1);
    while (table->slots[at])
        at = (at + 1) & (table->size - 1);
    table->slots[at] = number + 1;
}

static bool grow_table(struct spb_profile *profile, const struct lookup *lookup)
{
    struct table *table = lookup->table, larger = {.size = table->size ? table->size * 2 : 64, .used = table->used};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i])
            place(&larger, lookup->rehash(profile, table->slots[i] - 1), table->slots[i] - 1);
    free(table->slots);
    *table = larger;
    return true;
}

static uint32_t find(const struct spb_profile *profile, const struct lookup *lookup)
{
    const struct table *table = lookup->table;
    if (!table->size)
        return SPB_PROFILE_NONE;
    for (size_t at = lookup->hash & (table->size - 1); table->slots[at]; at = (at + 1) & (table->size - 1))
        if (lookup->equals(profile, table->slots[at] - 1, lookup->wanted))
            return table->slots[at] - 1;
    return SPB_PROFILE_NONE;
}

/* The number of what is looked for, or of the next free place of its array, which *is_new says. NONE: memory ran out. */
static uint32_t intern(struct spb_profile *profile, const struct lookup *lookup, void *array, size_t item_bytes,
                       size_t count, size_t *capacity, bool *is_new)
{
    *is_new = false;
    uint32_t number = find(profile, lookup);
    if (number != SPB_PROFILE_NONE)
        return number;
    if (count >= SPB_PROFILE_NONE || !spb_grow(array, item_bytes, count, capacity) ||
        (lookup->table->used * 2 >= lookup->table->size && !grow_table(profile, lookup))) {
        profile->failed = true;
        return SPB_PROFILE_NONE;
    }
    place(lookup->table, lookup->hash, (uint32_t)count);
    lookup->table->used++;
    *is_new = true;
    return (uint32_t)count;
}

/* ---- what is hashed --------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_numbers(const uint64_t *numbers, size_t count)
{
    return mix(spb_fnv(SPB_FNV_START, numbers, count * sizeof *numbers));
}

struct text {
    const char *bytes;
    size_t length;
};

static uint64_t text_hash(const char *bytes, size_t length)
{
    return mix(spb_fnv(SPB_FNV_START, bytes, length));
}
static uint64_t string_rehash(const struct spb_profile *profile, uint32_t number)
{
    return text_hash(profile->strings[number], strlen(profile->strings[number]));
}
static bool string_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct text *text = wanted;
    const char *have = profile->strings[number];
    return strncmp(have, text->bytes, text->length) == 0 && !have[text->length];
}

static uint64_t module_hash(const struct spb_profile_module *module)
{
    return hash_numbers(
        (const uint64_t[]){module->path, module->build_id, module->start, module->limit, module->file_offset}, 5);
}
static uint64_t module_rehash(const struct spb_profile *profile, uint32_t number)
{
    return module_hash(&profile->modules[number]);
}
static bool module_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_module *have = &profile->modules[number], *module = wanted;
    return have->path == module->path && have->build_id == module->build_id && have->start == module->start &&
           have->limit == module->limit && have->file_offset == module->file_offset;
}

static uint64_t function_hash(const struct spb_profile_function *function)
{
    return hash_numbers((const uint64_t[]){function->name, function->linkage_name, function->file, function->first_line,
                                           function->module},
                        5);
}
static uint64_t function_rehash(const struct spb_profile *profile, uint32_t number)
{
    return function_hash(&profile->functions[number]);
}
static bool function_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_function *have = &profile->functions[number], *function = wanted;
    return have->name == function->name && have->linkage_name == function->linkage_name &&
           have->file == function->file && have->first_line == function->first_line && have->module == function->module;
}

static uint64_t frame_hash(const struct spb_profile_frame *frame)
{
    return hash_numbers((const uint64_t[]){frame->function, frame->line, frame->address, frame->inlined}, 4);
}
static uint64_t frame_rehash(const struct spb_profile *profile, uint32_t number)
{
    return frame_hash(&profile->frames[number]);
}
static bool frame_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_frame *have = &profile->frames[number], *frame = wanted;
    return have->function == frame->function && have->line == frame->line && have->address == frame->address &&
           have->inlined == frame->inlined;
}

static uint64_t node_hash(const struct spb_profile_node *node)
{
    return mix((uint64_t)node->parent << 32 | node->frame);
}
static uint64_t node_rehash(const struct spb_profile *profile, uint32_t number)
{
    return node_hash(&profile->nodes[number]);
}
static bool node_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_node *have = &profile->nodes[number], *node = wanted;
    return have->parent == node->parent && have->frame == node->frame;
}

static uint64_t thread_hash(const struct spb_profile_thread *thread)
{
    return hash_numbers((const uint64_t[]){(uint32_t)thread->pid, (uint32_t)thread->tid, thread->name, thread->process},
                        4);
}
static uint64_t thread_rehash(const struct spb_profile *profile, uint32_t number)
{
    return thread_hash(&profile->threads[number]);
}
static bool thread_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_thread *have = &profile->threads[number], *thread = wanted;
    return have->pid == thread->pid && have->tid == thread->tid && have->name == thread->name &&
           have->process == thread->process;
}

static uint64_t sample_hash(const struct spb_profile_sample *sample)
{
    return mix((uint64_t)sample->thread << 32 | sample->node);
}
static uint64_t sample_rehash(const struct spb_profile *profile, uint32_t number)
{
    return sample_hash(&profile->samples[number]);
}
static bool sample_equals(const struct spb_profile *profile, uint32_t number, const void *wanted)
{
    const struct spb_profile_sample *have = &profile->samples[number], *sample = wanted;
    return have->node == sample->node && have->thread == sample->thread;
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

int spb_profile_create(struct spb_profile **profile)
{
    *profile = NULL;
    struct spb_profile *made = calloc(1, sizeof *made);
    if (!made)
        return -ENOMEM;
    made->index = calloc(1, sizeof *made->index);
    if (made->index) {
        spb_profile_string(made, "");
        spb_profile_child(made, SPB_PROFILE_NONE, SPB_PROFILE_NONE);
    }
    if (!made->index || made->failed || made->node_count != 1) {
        spb_profile_destroy(made);
        return -ENOMEM;
    }
    *profile = made;
    return 0;
}

void spb_profile_destroy(struct spb_profile *profile)
{
    if (!profile)
        return;
    for (uint32_t i = 0; i < profile->string_count; i++)
        free(profile->strings[i]);
    for (size_t i = 0; i < profile->timeline_count; i++)
        free(profile->timelines[i].values);
    void *arrays[] = {profile->strings, profile->modules, profile->functions, profile->frames, profile->nodes,
                      profile->threads, profile->samples, profile->timelines, profile->facts};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    if (profile->index) {
        struct spb_profile_index *index = profile->index;
        uint32_t *slots[] = {index->strings.slots, index->modules.slots, index->functions.slots, index->frames.slots,
                             index->nodes.slots,   index->threads.slots, index->samples.slots};
        for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
            free(slots[i]);
        free(index);
    }
    free(profile);
}

const char *spb_profile_text(const struct spb_profile *profile, uint32_t string)
{
    return string < profile->string_count ? profile->strings[string] : "";
}

/* ---- adding ----------------------------------------------------------------------------------------------------- */

uint32_t spb_profile_string_bytes(struct spb_profile *profile, const char *text, size_t length)
{
    const struct text wanted = {text, strnlen(text, length)};
    const struct lookup lookup = {&profile->index->strings, text_hash(wanted.bytes, wanted.length), string_equals,
                                  string_rehash, &wanted};
    bool is_new;
    char *copy = NULL;
    uint32_t number = find(profile, &lookup);
    if (number != SPB_PROFILE_NONE)
        return number;
    copy = strndup(wanted.bytes, wanted.length);
    number = copy ? intern(profile, &lookup, &profile->strings, sizeof *profile->strings, profile->string_count,
                           &profile->index->string_capacity, &is_new)
                  : SPB_PROFILE_NONE;
    if (number == SPB_PROFILE_NONE) {
        profile->failed = true;
        free(copy);
        return number;
    }
    profile->strings[number] = copy;
    profile->string_count++;
    return number;
}

uint32_t spb_profile_string(struct spb_profile *profile, const char *text)
{
    return spb_profile_string_bytes(profile, text, strlen(text));
}

uint32_t spb_profile_add_value_type(struct spb_profile *profile, const char *name, const char *unit)
{
    if (profile->type_count == SPB_PROFILE_VALUES_MAX)
        return SPB_PROFILE_NONE;
    profile->types[profile->type_count] =
        (struct spb_profile_value_type){spb_profile_string(profile, name), spb_profile_string(profile, unit)};
    return profile->type_count++;
}

/* One kind of thing: looks `wanted` up in its table, and appends it to its array where it is new. */
#define SPB_INTERN(kind, plural, wanted)                                                                               \
    do {                                                                                                               \
        const struct lookup lookup = {&profile->index->plural, kind##_hash(wanted), kind##_equals, kind##_rehash,      \
                                      wanted};                                                                         \
        bool is_new;                                                                                                   \
        uint32_t number = intern(profile, &lookup, &profile->plural, sizeof *profile->plural, profile->kind##_count,   \
                                 &profile->index->kind##_capacity, &is_new);                                           \
        if (number != SPB_PROFILE_NONE && is_new) {                                                                    \
            profile->plural[number] = *(wanted);                                                                       \
            profile->kind##_count++;                                                                                   \
        }                                                                                                              \
        return number;                                                                                                 \
    } while (0)

uint32_t spb_profile_module(struct spb_profile *profile, const struct spb_profile_module *module)
{
    SPB_INTERN(module, modules, module);
}

uint32_t spb_profile_function(struct spb_profile *profile, const struct spb_profile_function *function)
{
    SPB_INTERN(function, functions, function);
}

uint32_t spb_profile_frame(struct spb_profile *profile, const struct spb_profile_frame *frame)
{
    if (frame->function >= profile->function_count)
        return SPB_PROFILE_NONE;
    SPB_INTERN(frame, frames, frame);
}

uint32_t spb_profile_thread(struct spb_profile *profile, const struct spb_profile_thread *thread)
{
    SPB_INTERN(thread, threads, thread);
}

uint32_t spb_profile_child(struct spb_profile *profile, uint32_t parent, uint32_t frame)
{
    bool is_root = profile->node_count == 0;
    if (!is_root && (parent >= profile->node_count || frame >= profile->frame_count))
        return SPB_PROFILE_NONE;
    const struct spb_profile_node node = {parent, frame, is_root ? 0 : profile->nodes[parent].depth + 1};
    SPB_INTERN(node, nodes, &node);
}

static uint32_t intern_sample(struct spb_profile *profile, const struct spb_profile_sample *sample)
{
    SPB_INTERN(sample, samples, sample);
}

void spb_profile_add(struct spb_profile *profile, uint32_t node, uint32_t thread, const int64_t *values)
{
    if (node >= profile->node_count)
        return;
    const struct spb_profile_sample sample = {.node = node, .thread = thread};
    uint32_t number = intern_sample(profile, &sample);
    if (number == SPB_PROFILE_NONE)
        return;
    for (unsigned i = 0; i < profile->type_count; i++)
        if (__builtin_add_overflow(profile->samples[number].values[i], values[i], &profile->samples[number].values[i]))
            profile->samples[number].values[i] = values[i] > 0 ? INT64_MAX : INT64_MIN;
}

/* ---- timelines and facts ---------------------------------------------------------------------------------------- */

static struct spb_profile_timeline *find_timeline(struct spb_profile *profile, uint32_t name, uint32_t thread)
{
    for (size_t i = 0; i < profile->timeline_count; i++)
        if (profile->timelines[i].name == name && profile->timelines[i].thread == thread)
            return &profile->timelines[i];
    return NULL;
}

static struct spb_profile_timeline *add_timeline(struct spb_profile *profile, uint32_t name, uint32_t thread,
                                                 uint64_t step_ns)
{
    if (!spb_grow(&profile->timelines, sizeof *profile->timelines, profile->timeline_count,
                  &profile->index->timeline_capacity))
        return NULL;
    struct spb_profile_timeline *timeline = &profile->timelines[profile->timeline_count++];
    *timeline = (struct spb_profile_timeline){.name = name, .thread = thread, .step_ns = step_ns};
    return timeline;
}

int64_t *spb_profile_timeline_at(struct spb_profile *profile, const char *name, uint32_t thread, uint64_t step_ns,
                                 size_t index)
{
    uint32_t string = spb_profile_string(profile, name);
    struct spb_profile_timeline *timeline = find_timeline(profile, string, thread);
    if (!timeline)
        timeline = add_timeline(profile, string, thread, step_ns);
    if (timeline && index >= timeline->count) {
        int64_t *larger = reallocarray(timeline->values, index + 1, sizeof *larger);
        if (larger) {
            memset(larger + timeline->count, 0, (index + 1 - timeline->count) * sizeof *larger);
            timeline->values = larger;
            timeline->count = index + 1;
        }
    }
    if (timeline && index < timeline->count)
        return &timeline->values[index];
    profile->failed = true;
    return NULL;
}

static struct spb_profile_fact *fact_slot(struct spb_profile *profile, const char *name)
{
    uint32_t string = spb_profile_string(profile, name);
    for (size_t i = 0; i < profile->fact_count; i++)
        if (profile->facts[i].name == string)
            return &profile->facts[i];
    if (string == SPB_PROFILE_NONE ||
        !spb_grow(&profile->facts, sizeof *profile->facts, profile->fact_count, &profile->index->fact_capacity)) {
        profile->failed = true;
        return NULL;
    }
    struct spb_profile_fact *fact = &profile->facts[profile->fact_count++];
    *fact = (struct spb_profile_fact){.name = string};
    return fact;
}

void spb_profile_set_fact(struct spb_profile *profile, const char *name, double value, const char *unit)
{
    uint32_t unit_string = spb_profile_string(profile, unit);
    struct spb_profile_fact *fact = fact_slot(profile, name);
    if (fact) {
        fact->text = 0;
        fact->value = value;
        fact->unit = unit_string;
    }
}

void spb_profile_set_fact_text(struct spb_profile *profile, const char *name, const char *text)
{
    uint32_t string = spb_profile_string(profile, text);
    struct spb_profile_fact *fact = fact_slot(profile, name);
    if (fact)
        fact->text = string;
}

const struct spb_profile_fact *spb_profile_find_fact(const struct spb_profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->fact_count; i++)
        if (strcmp(spb_profile_text(profile, profile->facts[i].name), name) == 0)
            return &profile->facts[i];
    return NULL;
}
