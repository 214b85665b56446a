/* SPDX-License-Identifier: MIT
 *
 * The nodes of a profile are told apart by address; people think in functions. Nodes become branches (parent branch, function), which are then
 * laid out level by level, so that the children of each stand side by side.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile_view_internal.h"

struct draft {
    uint32_t parent, function;
    uint32_t next_sibling, first_child; /* NONE: no more */
    int64_t self, total;
};

struct drafts {
    struct draft *items; /* [0] the root; parents before children */
    uint32_t count;
    uint32_t *of_node;
    uint32_t *slots; /* hash table: number + 1 */
    size_t mask;
};

static int init(const struct spb_profile *profile, struct drafts *drafts)
{
    size_t size = 64;
    while (size < 2 * (size_t)profile->node_count)
        size *= 2;
    *drafts = (struct drafts){.items = calloc(profile->node_count, sizeof(struct draft)),
                              .of_node = calloc(profile->node_count, sizeof(uint32_t)),
                              .slots = calloc(size, sizeof(uint32_t)),
                              .mask = size - 1};
    if (!drafts->items || !drafts->of_node || !drafts->slots)
        return -ENOMEM;
    drafts->items[drafts->count++] =
        (struct draft){SPB_PROFILE_NONE, SPB_PROFILE_NONE, SPB_PROFILE_NONE, SPB_PROFILE_NONE, 0, 0};
    return 0;
}

static void release(struct drafts *drafts)
{
    free(drafts->items);
    free(drafts->of_node);
    free(drafts->slots);
}

static uint32_t draft_of(struct drafts *drafts, uint32_t parent, uint32_t function)
{
    uint64_t hash = ((uint64_t)parent << 32 | function) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (hash >> 29) & drafts->mask;
    for (; drafts->slots[at]; at = (at + 1) & drafts->mask) {
        const struct draft *have = &drafts->items[drafts->slots[at] - 1];
        if (have->parent == parent && have->function == function)
            return drafts->slots[at] - 1;
    }
    drafts->items[drafts->count] =
        (struct draft){parent, function, drafts->items[parent].first_child, SPB_PROFILE_NONE, 0, 0};
    drafts->items[parent].first_child = drafts->count;
    drafts->slots[at] = drafts->count + 1;
    return drafts->count++;
}

static void add_up(const struct spb_profile_selection *selection, struct drafts *drafts)
{
    const struct spb_profile *profile = selection->profile;
    for (uint32_t i = 1; i < profile->node_count; i++)
        drafts->of_node[i] = draft_of(drafts, drafts->of_node[profile->nodes[i].parent],
                                      profile->frames[profile->nodes[i].frame].function);
    for (size_t i = 0; i < profile->sample_count; i++)
        if (spb_profile_passes(selection, &profile->samples[i]))
            drafts->items[drafts->of_node[profile->samples[i].node]].self +=
                profile->samples[i].values[selection->filter->type];
    for (uint32_t i = drafts->count; i-- > 0;) {
        drafts->items[i].total += drafts->items[i].self;
        if (i)
            drafts->items[drafts->items[i].parent].total += drafts->items[i].total;
    }
}

struct order {
    const struct spb_profile *profile;
    const struct drafts *drafts;
};

static int by_total(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const struct draft *left = &order->drafts->items[*(const uint32_t *)a];
    const struct draft *right = &order->drafts->items[*(const uint32_t *)b];
    if (left->total != right->total)
        return left->total > right->total ? -1 : 1;
    int names = strcmp(spb_profile_text(order->profile, order->profile->functions[left->function].name),
                       spb_profile_text(order->profile, order->profile->functions[right->function].name));
    return names ? names : (left->function > right->function) - (left->function < right->function);
}

/* `queue` holds drafts in the order of their branches; what has no value is left out. */
static void lay_out(const struct spb_profile *profile, const struct drafts *drafts, uint32_t *queue,
                    struct spb_profile_tree *tree)
{
    struct order order = {profile, drafts};
    tree->count = 1;
    queue[0] = 0;
    for (size_t i = 0; i < tree->count; i++) {
        const struct draft *draft = &drafts->items[queue[i]];
        struct spb_profile_branch *branch = &tree->branches[i];
        *branch = (struct spb_profile_branch){draft->function, draft->self, draft->total, tree->count, 0};
        for (uint32_t child = draft->first_child; child != SPB_PROFILE_NONE; child = drafts->items[child].next_sibling)
            if (drafts->items[child].total)
                queue[branch->first_child + branch->child_count++] = child;
        qsort_r(queue + branch->first_child, branch->child_count, sizeof *queue, by_total, &order);
        tree->count += branch->child_count;
    }
}

int spb_profile_tree(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                     struct spb_profile_tree *tree, struct spb_error *err)
{
    struct spb_profile_selection selection;
    struct drafts drafts = {0};
    uint32_t *queue = NULL;
    *tree = (struct spb_profile_tree){0};
    int code = spb_profile_select(profile, filter, &selection, err);
    if (code == 0)
        code = init(profile, &drafts);
    if (code == 0) {
        add_up(&selection, &drafts);
        queue = calloc(drafts.count, sizeof *queue);
        tree->branches = calloc(drafts.count, sizeof *tree->branches);
        code = queue && tree->branches ? 0 : -ENOMEM;
    }
    if (code == 0)
        lay_out(profile, &drafts, queue, tree);
    else
        spb_profile_tree_release(tree);
    free(queue);
    release(&drafts);
    spb_profile_selection_release(&selection);
    return code == -ENOMEM ? spb_error_system(err, code, "the profile") : code;
}

void spb_profile_tree_release(struct spb_profile_tree *tree)
{
    free(tree->branches);
    *tree = (struct spb_profile_tree){0};
}
