/* SPDX-License-Identifier: MIT
 *
 * Every pin policy of a topology with every thread count worth showing.
 *
 *     spb_topo_plans_walk(&(struct spb_topo_walk){topology, &threads, add_row, &table});
 */
#ifndef SPB_TOPO_PLANS_H
#define SPB_TOPO_PLANS_H

#include "number_list.h"
#include "plan.h"
#include "topology.h"

/* One line of the plans; where none can be made there is the reason instead. Valid during the visit. */
struct spb_topo_plan {
    const char *pin;
    unsigned threads;
    struct spb_plan plan;
    const char *reason; /* NULL: the plan is there */
};

struct spb_topo_walk {
    const struct spb_topology *topology;
    const struct spb_number_list *threads; /* empty: 1, 2, 4 ... and all CPUs that the policy has */
    void (*visit)(void *context, const struct spb_topo_plan *line);
    void *context;
};

/* auto, compact, scatter and numa=N for each node; "none" has no plan. */
void spb_topo_plans_walk(const struct spb_topo_walk *walk);

#endif
