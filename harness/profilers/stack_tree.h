/* SPDX-License-Identifier: MIT
 *
 * Stacks as they were sampled: a tree of addresses, each in the address space that it was valid in; names are looked up once, at the end. Fixed work a frame: one hash look-up.
 */
#ifndef SPB_STACK_TREE_H
#define SPB_STACK_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile.h"
#include "symbolizer.h"

#define SPB_STACK_KERNEL UINT32_MAX /* in place of the number of a space */
#define SPB_STACK_VALUES 4

struct spb_stack_frame {
    uint64_t address;
    uint32_t space; /* number of an address space, or SPB_STACK_KERNEL */
    bool is_return; /* a caller's: the address behind a call */
};

struct spb_stack_tree;

int spb_stack_tree_create(struct spb_stack_tree **tree);
void spb_stack_tree_destroy(struct spb_stack_tree *tree);

/* The number of that caller's frame below `parent` (0: the root). UINT32_MAX when memory ran out. */
uint32_t spb_stack_tree_child(struct spb_stack_tree *tree, uint32_t parent, const struct spb_stack_frame *frame);
/* Adds values to a stack (its innermost frame's number) in a thread. 0 or -ENOMEM. */
int spb_stack_tree_add(struct spb_stack_tree *tree, uint32_t node, uint32_t thread,
                       const int64_t values[SPB_STACK_VALUES]);

/* Everything into a profile: `spaces` by their numbers, `threads` the profile's numbers by the tree's. The profile has SPB_STACK_VALUES value types already, or fewer. 0 or
 * -ENOMEM. */
int spb_stack_tree_finish(const struct spb_stack_tree *tree, struct spb_symbolizer *symbolizer,
                          struct spb_address_space *const *spaces, const uint32_t *threads,
                          struct spb_profile *profile);

#endif
