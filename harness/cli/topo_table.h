/* SPDX-License-Identifier: MIT
 *
 * A topology and its plans as text for a person.
 */
#ifndef SPB_TOPO_TABLE_H
#define SPB_TOPO_TABLE_H

#include "number_list.h"
#include "strbuf.h"
#include "table.h"
#include "topology.h"

struct spb_topo_table {
    const struct spb_topology *topology;
    const char *source;                    /* NULL: this machine */
    const struct spb_number_list *threads; /* of the plans; empty: 1, 2, 4 ... */
    struct spb_table_options how;
};

/* Appends to `out`. */
void spb_topo_table_format(const struct spb_topo_table *topo, struct spb_strbuf *out);

#endif
