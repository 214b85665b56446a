/* SPDX-License-Identifier: MIT */
#include "stack_tree.h"
#include "grow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct spb_stack_frame frame;
    uint32_t parent;
};

struct sample {
    uint32_t node, thread;
    int64_t values[SPB_STACK_VALUES];
};

/* Numbers + 1 of nodes or samples, open addressing, at most half full. */
struct table {
    uint32_t *slots;
    size_t size;
};

struct spb_stack_tree {
    struct node *nodes;
    size_t node_count, node_capacity;
    struct sample *samples;
    size_t sample_count, sample_capacity;
    struct table node_table, sample_table;
};

static uint64_t mix(uint64_t value)
{
    value ^= value >> 32;
    value *= UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 29;
}

static uint64_t node_hash(const struct node *node)
{
    return mix(node->frame.address ^ mix((uint64_t)node->parent << 32 | node->frame.space) ^ node->frame.is_return);
}

static uint64_t sample_hash(const struct sample *sample)
{
    return mix((uint64_t)sample->thread << 32 | sample->node);
}

static void place(struct table *table, uint64_t hash, size_t number)
{
    size_t at = hash & (table->size - 1);
    while (table->slots[at])
        at = (at + 1) & (table->size - 1);
    table->slots[at] = (uint32_t)number + 1;
}

/* An empty table of twice the size, when the one there is half full. */
static bool make_room(struct table *table, size_t count, bool *is_new)
{
    *is_new = 2 * (count + 1) > table->size;
    if (!*is_new)
        return true;
    size_t size = table->size ? 2 * table->size : 4096;
    uint32_t *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    free(table->slots);
    table->slots = slots;
    table->size = size;
    return true;
}

int spb_stack_tree_create(struct spb_stack_tree **tree)
{
    *tree = calloc(1, sizeof **tree);
    if (!*tree)
        return -ENOMEM;
    if (spb_grow(&(*tree)->nodes, sizeof *(*tree)->nodes, 0, &(*tree)->node_capacity)) {
        (*tree)->nodes[(*tree)->node_count++] = (struct node){.parent = UINT32_MAX};
        return 0;
    }
    spb_stack_tree_destroy(*tree);
    *tree = NULL;
    return -ENOMEM;
}

void spb_stack_tree_destroy(struct spb_stack_tree *tree)
{
    if (!tree)
        return;
    free(tree->nodes);
    free(tree->samples);
    free(tree->node_table.slots);
    free(tree->sample_table.slots);
    free(tree);
}

uint32_t spb_stack_tree_child(struct spb_stack_tree *tree, uint32_t parent, const struct spb_stack_frame *frame)
{
    const struct node wanted = {*frame, parent};
    struct table *table = &tree->node_table;
    bool is_new;
    if (parent >= tree->node_count || tree->node_count >= UINT32_MAX || !make_room(table, tree->node_count, &is_new) ||
        !spb_grow(&tree->nodes, sizeof *tree->nodes, tree->node_count, &tree->node_capacity))
        return UINT32_MAX;
    for (size_t i = 1; is_new && i < tree->node_count; i++)
        place(table, node_hash(&tree->nodes[i]), i);
    for (size_t at = node_hash(&wanted) & (table->size - 1); table->slots[at]; at = (at + 1) & (table->size - 1)) {
        const struct node *have = &tree->nodes[table->slots[at] - 1];
        if (have->parent == parent && have->frame.address == frame->address && have->frame.space == frame->space &&
            have->frame.is_return == frame->is_return)
            return table->slots[at] - 1;
    }
    place(table, node_hash(&wanted), tree->node_count);
    tree->nodes[tree->node_count] = wanted;
    return (uint32_t)tree->node_count++;
}

static struct sample *sample_of(struct spb_stack_tree *tree, uint32_t node, uint32_t thread)
{
    const struct sample wanted = {.node = node, .thread = thread};
    struct table *table = &tree->sample_table;
    bool is_new;
    if (tree->sample_count >= UINT32_MAX || !make_room(table, tree->sample_count, &is_new) ||
        !spb_grow(&tree->samples, sizeof *tree->samples, tree->sample_count, &tree->sample_capacity))
        return NULL;
    for (size_t i = 0; is_new && i < tree->sample_count; i++)
        place(table, sample_hash(&tree->samples[i]), i);
    for (size_t at = sample_hash(&wanted) & (table->size - 1); table->slots[at]; at = (at + 1) & (table->size - 1)) {
        struct sample *have = &tree->samples[table->slots[at] - 1];
        if (have->node == node && have->thread == thread)
            return have;
    }
    place(table, sample_hash(&wanted), tree->sample_count);
    tree->samples[tree->sample_count] = wanted;
    return &tree->samples[tree->sample_count++];
}

int spb_stack_tree_add(struct spb_stack_tree *tree, uint32_t node, uint32_t thread,
                       const int64_t values[SPB_STACK_VALUES])
{
    struct sample *sample = node < tree->node_count ? sample_of(tree, node, thread) : NULL;
    for (size_t i = 0; sample && i < SPB_STACK_VALUES; i++)
        sample->values[i] += values[i];
    return sample ? 0 : -ENOMEM;
}

/* The node of the profile that the frame and what is inlined there lead to, below `parent`. */
static uint32_t add_frames(const struct spb_stack_frame *frame, uint32_t parent, struct spb_symbolizer *symbolizer,
                           struct spb_address_space *const *spaces, struct spb_profile *profile)
{
    uint32_t frames[SPB_INLINE_DEPTH_MAX];
    unsigned count =
        frame->space == SPB_STACK_KERNEL
            ? spb_symbolizer_kernel(symbolizer, frame->address, profile, frames)
            : spb_symbolizer_user(symbolizer, spaces[frame->space], frame->address, frame->is_return, profile, frames);
    for (unsigned i = 0; i < count; i++)
        parent = spb_profile_child(profile, parent, frames[i]);
    return parent;
}

int spb_stack_tree_finish(const struct spb_stack_tree *tree, struct spb_symbolizer *symbolizer,
                          struct spb_address_space *const *spaces, const uint32_t *threads, struct spb_profile *profile)
{
    uint32_t *nodes = calloc(tree->node_count, sizeof *nodes);
    if (!nodes)
        return -ENOMEM;
    for (size_t i = 1; i < tree->node_count; i++)
        nodes[i] = add_frames(&tree->nodes[i].frame, nodes[tree->nodes[i].parent], symbolizer, spaces, profile);
    for (size_t i = 0; i < tree->sample_count; i++)
        spb_profile_add(profile, nodes[tree->samples[i].node], threads[tree->samples[i].thread],
                        tree->samples[i].values);
    free(nodes);
    return profile->failed ? -ENOMEM : 0;
}
