/* SPDX-License-Identifier: MIT
 *
 * A plan is a sort: every allowed PU gets a key that says in which order the policy takes it, and threads are dealt the
 * PUs in that order. Plans of the same policy are therefore prefixes of each other.
 */
#include "plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

static int parse_node(const char *text, unsigned *node, struct spb_error *err)
{
    uint64_t value;
    if (text[strspn(text, "0123456789")] || spb_parse_count(text, &value, NULL) < 0 || value > 99999999)
        return spb_error_set(err, -EINVAL, "'%s' is no NUMA node; write one number, as in numa=0", text);
    *node = (unsigned)value;
    return 0;
}

int spb_pin_policy_parse(const char *text, struct spb_pin_policy *policy, struct spb_error *err)
{
    static const struct {
        const char *name;
        enum spb_pin_kind kind;
    } words[] = {
        {"auto", SPB_PIN_AUTO}, {"none", SPB_PIN_NONE}, {"compact", SPB_PIN_COMPACT}, {"scatter", SPB_PIN_SCATTER}};
    *policy = (struct spb_pin_policy){0};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        policy->kind = words[i].kind;
        if (strcmp(text, words[i].name) == 0)
            return 0;
    }
    if (strncmp(text, "cpus=", 5) == 0) {
        policy->kind = SPB_PIN_CPUS;
        return spb_cpu_list_parse(text + 5, &policy->cpus, &policy->cpu_count, err);
    }
    policy->kind = SPB_PIN_NUMA;
    if (strncmp(text, "numa=", 5) == 0)
        return parse_node(text + 5, &policy->numa_node, err);
    return spb_error_set(err, -EINVAL,
                         "'%s' is no pinning policy; take auto, none, compact, scatter, cpus=LIST or numa=N", text);
}

void spb_pin_policy_release(struct spb_pin_policy *policy)
{
    free(policy->cpus);
    *policy = (struct spb_pin_policy){0};
}

/* ---- the deck -------------------------------------------------------------------------------------------------- */

enum { KEY_PARTS = 6 };

struct slot {
    struct spb_pu pu;
    unsigned smt_rank;  /* among the allowed PUs of its core */
    unsigned core_rank; /* among the allowed cores of its node in its package */
    unsigned node_rank; /* among the nodes of its package that have allowed cores */
    unsigned key[KEY_PARTS];
};

/* The allowed PUs, in topology order, and what the keys are made from. */
struct deck {
    const struct spb_numa_node *nodes;
    size_t node_count;
    unsigned *cores_of_node; /* allowed ones */
    unsigned fastest;        /* efficiency of the fastest core kind */
    unsigned first_core;     /* the core of CPU 0; UINT_MAX when there is none */
    struct slot *slots;
    unsigned slot_count;
};

static void deck_release(struct deck *deck)
{
    free(deck->cores_of_node);
    free(deck->slots);
}

/* What the nodes of the package at hand have had so far, a number a node each. */
struct seen {
    unsigned *cores;
    unsigned *ranks; /* given when a node is first seen */
    unsigned nodes;
};

/* PUs of one core stand side by side, and so do cores of one package. `before` is NULL for the first. */
static void rank_slot(struct deck *deck, struct seen *seen, struct slot *slot, const struct slot *before)
{
    unsigned node = slot->pu.numa_node;
    if (before && before->pu.core == slot->pu.core) {
        slot->smt_rank = before->smt_rank + 1;
        slot->core_rank = before->core_rank;
        slot->node_rank = before->node_rank;
        return;
    }
    if (before && before->pu.package != slot->pu.package) {
        memset(seen->cores, 0, deck->node_count * sizeof(*seen->cores));
        seen->nodes = 0;
    }
    if (seen->cores[node] == 0)
        seen->ranks[node] = seen->nodes++;
    slot->core_rank = seen->cores[node]++;
    slot->node_rank = seen->ranks[node];
    deck->cores_of_node[node]++;
}

static void fill_slots(struct deck *deck, struct seen *seen, const struct spb_pu *pus, size_t pu_count)
{
    struct slot *before = NULL;
    deck->first_core = UINT_MAX;
    for (size_t i = 0; i < pu_count; i++) {
        if (pus[i].cpu.os_index == 0)
            deck->first_core = pus[i].core;
        if (!pus[i].allowed)
            continue;
        if (pus[i].efficiency > deck->fastest)
            deck->fastest = pus[i].efficiency;
        struct slot *slot = &deck->slots[deck->slot_count++];
        slot->pu = pus[i];
        rank_slot(deck, seen, slot, before);
        before = slot;
    }
}

static int deck_init(struct deck *deck, const struct spb_topology *topology)
{
    size_t pu_count;
    *deck = (struct deck){0};
    const struct spb_pu *pus = spb_topology_pus(topology, &pu_count);
    deck->nodes = spb_topology_numa_nodes(topology, &deck->node_count);
    deck->cores_of_node = calloc(deck->node_count, sizeof(unsigned));
    deck->slots = calloc(pu_count, sizeof(*deck->slots));
    unsigned *scratch = calloc(deck->node_count * 2, sizeof(unsigned));
    int code = deck->cores_of_node && deck->slots && scratch ? 0 : -ENOMEM;
    if (code == 0)
        fill_slots(deck, &(struct seen){.cores = scratch, .ranks = scratch + deck->node_count}, pus, pu_count);
    else
        deck_release(deck);
    free(scratch);
    return code;
}

/* ---- the orders ------------------------------------------------------------------------------------------------- */

static int compare_slots(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    for (int i = 0; i < KEY_PARTS; i++)
        if (x->key[i] != y->key[i])
            return x->key[i] < y->key[i] ? -1 : 1;
    return 0;
}

/* Nodes with more allowed cores come first: a cpuset that cuts one node short does not split a row over two. */
static void key_auto(const struct deck *deck, struct slot *slot, unsigned index)
{
    unsigned node = slot->pu.numa_node;
    unsigned key[KEY_PARTS] = {
        slot->smt_rank, deck->fastest - slot->pu.efficiency, UINT_MAX - deck->cores_of_node[node],
        node,           slot->pu.core == deck->first_core,   index};
    memcpy(slot->key, key, sizeof(key));
}

static void key_compact(const struct deck *deck, struct slot *slot, unsigned index)
{
    (void)deck;
    slot->key[0] = index;
}

static void key_scatter(const struct deck *deck, struct slot *slot, unsigned index)
{
    (void)deck;
    unsigned key[KEY_PARTS] = {slot->smt_rank, slot->core_rank, slot->node_rank, slot->pu.package, index, 0};
    memcpy(slot->key, key, sizeof(key));
}

static void deck_sort(struct deck *deck, void (*make_key)(const struct deck *, struct slot *, unsigned))
{
    for (unsigned i = 0; i < deck->slot_count; i++)
        make_key(deck, &deck->slots[i], i);
    qsort(deck->slots, deck->slot_count, sizeof(*deck->slots), compare_slots);
}

/* ---- what the user named ---------------------------------------------------------------------------------------- */

static void format_allowed(const struct deck *deck, struct spb_strbuf *out)
{
    struct spb_cpu *cpus = calloc(deck->slot_count, sizeof(*cpus));
    for (unsigned i = 0; cpus && i < deck->slot_count; i++)
        cpus[i] = deck->slots[i].pu.cpu;
    if (cpus)
        spb_cpu_list_format(cpus, deck->slot_count, out);
    free(cpus);
}

static int compare_os_index(const void *a, const void *b)
{
    unsigned x = ((const struct slot *)a)->pu.cpu.os_index, y = ((const struct slot *)b)->pu.cpu.os_index;
    return (x > y) - (x < y);
}

static int refuse_cpu(struct deck *deck, struct spb_cpu cpu, struct spb_error *err)
{
    struct spb_strbuf allowed = {0};
    qsort(deck->slots, deck->slot_count, sizeof(*deck->slots), compare_os_index);
    format_allowed(deck, &allowed);
    int code = spb_error_set(err, -EINVAL, "CPU %u does not exist here or is not allowed; allowed: %s", cpu.os_index,
                             spb_strbuf_text(&allowed));
    spb_strbuf_release(&allowed);
    return code;
}

static const struct slot *find_slot(const struct deck *deck, struct spb_cpu cpu)
{
    for (unsigned i = 0; i < deck->slot_count; i++)
        if (deck->slots[i].pu.cpu.os_index == cpu.os_index)
            return &deck->slots[i];
    return NULL;
}

static int choose_cpus(struct deck *deck, const struct spb_pin_policy *policy, unsigned thread_count,
                       struct spb_error *err)
{
    if (thread_count > policy->cpu_count)
        return spb_error_set(err, -EINVAL, "%u threads do not fit on the %u CPU%s given; name one for each thread",
                             thread_count, policy->cpu_count, policy->cpu_count == 1 ? "" : "s");
    struct slot *chosen = calloc(policy->cpu_count, sizeof(*chosen));
    if (!chosen)
        return spb_error_set(err, -ENOMEM, "out of memory");
    for (unsigned i = 0; i < policy->cpu_count; i++) {
        const struct slot *slot = find_slot(deck, policy->cpus[i]);
        if (!slot) {
            free(chosen);
            return refuse_cpu(deck, policy->cpus[i], err);
        }
        chosen[i] = *slot;
    }
    free(deck->slots);
    deck->slots = chosen;
    deck->slot_count = policy->cpu_count;
    return 0;
}

static int refuse_node(const struct deck *deck, unsigned node, struct spb_error *err)
{
    struct spb_strbuf known = {0};
    for (size_t i = 0; i < deck->node_count; i++)
        if (deck->cores_of_node[i])
            spb_strbuf_printf(&known, "%s%u", known.length ? "," : "", deck->nodes[i].os_index);
    int code =
        spb_error_set(err, -EINVAL, "NUMA node %u does not exist here or has no allowed CPU; those that have: %s", node,
                      spb_strbuf_text(&known));
    spb_strbuf_release(&known);
    return code;
}

static int choose_node(struct deck *deck, unsigned node, struct spb_error *err)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < deck->slot_count; i++)
        if (deck->nodes[deck->slots[i].pu.numa_node].os_index == node)
            deck->slots[kept++] = deck->slots[i];
    if (kept == 0)
        return refuse_node(deck, node, err);
    deck->slot_count = kept;
    return 0;
}

/* ---- the plan --------------------------------------------------------------------------------------------------- */

static int arrange(struct deck *deck, const struct spb_pin_policy *policy, unsigned thread_count, struct spb_error *err)
{
    if (deck->slot_count == 0)
        return spb_error_set(err, -EINVAL, "the topology allows no CPU at all; pin with none");
    switch (policy->kind) {
    case SPB_PIN_CPUS:
        return choose_cpus(deck, policy, thread_count, err);
    case SPB_PIN_NUMA: {
        int code = choose_node(deck, policy->numa_node, err);
        if (code)
            return code;
        break;
    }
    case SPB_PIN_COMPACT:
        deck_sort(deck, key_compact);
        return 0;
    case SPB_PIN_SCATTER:
        deck_sort(deck, key_scatter);
        return 0;
    case SPB_PIN_NONE:
    case SPB_PIN_AUTO:
    default:
        break;
    }
    deck_sort(deck, key_auto);
    return 0;
}

static int deal(const struct deck *deck, const struct spb_pin_policy *policy, struct spb_plan *plan)
{
    plan->cpus = calloc(plan->thread_count, sizeof(*plan->cpus));
    if (!plan->cpus)
        return -ENOMEM;
    unsigned node = deck->slots[0].pu.numa_node;
    bool one_node = true;
    for (unsigned i = 0, next = 0; i < plan->thread_count; i++) {
        const struct spb_pu *pu = &deck->slots[next].pu;
        next = next + 1 == deck->slot_count ? 0 : next + 1;
        plan->cpus[i] = pu->cpu;
        one_node &= pu->numa_node == node;
    }
    plan->pinned = true;
    plan->shared_cpus = plan->thread_count > deck->slot_count;
    plan->numa_node = deck->nodes[node].os_index;
    plan->memory_bound = policy->kind == SPB_PIN_NUMA || (one_node && deck->node_count > 1);
    return 0;
}

int spb_plan_make(const struct spb_topology *topology, const struct spb_pin_policy *policy, unsigned thread_count,
                  struct spb_plan *plan, struct spb_error *err)
{
    *plan = (struct spb_plan){.thread_count = thread_count};
    if (thread_count == 0 || thread_count > SPB_PLAN_CPUS_MAX)
        return spb_error_set(err, -EINVAL, "%u threads: take 1 to %d", thread_count, SPB_PLAN_CPUS_MAX);
    if (policy->kind == SPB_PIN_NONE)
        return 0;
    struct deck deck;
    if (deck_init(&deck, topology) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = arrange(&deck, policy, thread_count, err);
    if (code == 0 && deal(&deck, policy, plan) < 0)
        code = spb_error_set(err, -ENOMEM, "out of memory");
    deck_release(&deck);
    return code;
}

void spb_plan_release(struct spb_plan *plan)
{
    free(plan->cpus);
    *plan = (struct spb_plan){0};
}
