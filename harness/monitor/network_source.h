/* SPDX-License-Identifier: MIT
 *
 * /proc/net/dev: the series of network interfaces.
 */
#ifndef SPB_NETWORK_SOURCE_H
#define SPB_NETWORK_SOURCE_H

#include "device_list.h"

struct spb_network_source {
    const char *root; /* the sampler's */
    struct spb_kept_file file;
    struct spb_device_list interfaces;
    int code;
};

void spb_network_source_init(struct spb_network_source *source, const char *root);
void spb_network_source_release(struct spb_network_source *source);
void spb_network_source_read(struct spb_network_source *source, struct spb_read_buffer *text,
                             struct spb_read_buffer *small);
void spb_network_source_add(const struct spb_network_source *source, struct spb_look_writer *writer,
                            const struct spb_interval *interval);

#endif
