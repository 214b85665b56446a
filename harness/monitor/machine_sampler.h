/* SPDX-License-Identifier: MIT
 *
 * Looks at the machine again and again, and turns what the kernel counts into numbers of each interval.
 *
 *     struct spb_machine_sampler *sampler;
 *     struct spb_look look = {0};
 *     spb_machine_sampler_create(&(struct spb_sampler_options){0}, &sampler, err);
 *     spb_machine_sampler_look(sampler, &look, err);    // the first: gauges only
 *     ... an interval later
 *     spb_machine_sampler_look(sampler, &look, err);    // rates too
 *
 * Rates are never negative, never above what is possible, and never from two lives of a counter: a CPU, disk or interface that
 * went and came back, a counter that ran backwards or over its width (32 bits on old kernels: one wrap is undone where that is plausible), or a clock that jumped
 * gives an absent value with its reason for that interval.
 */
#ifndef SPB_MACHINE_SAMPLER_H
#define SPB_MACHINE_SAMPLER_H

#include "error.h"
#include "process_table.h"
#include "series.h"

struct spb_sampler_options {
    const char *root; /* NULL: this machine */
    bool with_processes;
    struct spb_process_options processes;
    /* For tests and captured machines: the time now, both clocks. NULL: the clocks. */
    void (*now)(void *context, int64_t *time_ns, uint64_t *boot_ns);
    /* CLOCK_MONOTONIC, which stands still while the machine is suspended; NULL with `now` set: it never was. */
    uint64_t (*awake_ns)(void *context);
    void *context;
};

struct spb_machine_sampler;

int spb_machine_sampler_create(const struct spb_sampler_options *options, struct spb_machine_sampler **sampler,
                               struct spb_error *err);
void spb_machine_sampler_destroy(struct spb_machine_sampler *sampler);

/* Replaces what is in `look`. 0; a negative errno only where nothing at all can be read (no /proc) or memory ran out. */
int spb_machine_sampler_look(struct spb_machine_sampler *sampler, struct spb_look *look, struct spb_error *err);
/* NULL without processes. */
struct spb_process_table *spb_machine_sampler_processes(struct spb_machine_sampler *sampler);

#endif
