/* SPDX-License-Identifier: MIT */
#include "probe_set.h"

#include <errno.h>

int spb_probe_set_open(struct spb_probe_set *set, const struct spb_probe_slot *slots, size_t count,
                       const struct spb_probe_target *target, struct spb_error *err)
{
    *set = (struct spb_probe_set){.slots = slots};
    if (count > SPB_PROBES_MAX)
        return spb_error_set(err, -EINVAL, "more than %d probes", SPB_PROBES_MAX);
    for (; set->count < count; set->count++) {
        const struct spb_probe_slot *slot = &slots[set->count];
        int code = slot->type->open(slot->options, target, &set->probes[set->count], err);
        if (code < 0) {
            spb_probe_set_close(set);
            return spb_error_prefix(err, code, "%s probe", slot->type->name);
        }
    }
    return 0;
}

void spb_probe_set_start(struct spb_probe_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        set->slots[i].type->start(set->probes[i]);
}

uint32_t spb_probe_set_stop(struct spb_probe_set *set)
{
    uint32_t marks = 0;
    for (size_t i = set->count; i > 0; i--)
        marks |= set->slots[i - 1].type->stop(set->probes[i - 1]);
    return marks;
}

int spb_probe_set_read(struct spb_probe_set *set, struct spb_metrics *metrics, struct spb_error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        int code = set->slots[i].type->read(set->probes[i], metrics, err);
        if (code < 0)
            return spb_error_prefix(err, code, "%s probe", set->slots[i].type->name);
    }
    return 0;
}

void spb_probe_set_close(struct spb_probe_set *set)
{
    while (set->count) {
        set->count--;
        set->slots[set->count].type->close(set->probes[set->count]);
    }
}
