/* SPDX-License-Identifier: MIT
 *
 * Values of options as every command reads them. A wrong one ends the program with a usage error that names the option.
 */
#ifndef SPB_OPTION_VALUES_H
#define SPB_OPTION_VALUES_H

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

/* A time above 0, in nanoseconds; a number alone is seconds. */
uint64_t spb_option_seconds(struct argp_state *state, const char *option, const char *text);
/* From 1 to `most`. */
unsigned spb_option_number(struct argp_state *state, const char *option, const char *text, unsigned most);
/* Above 0 and at most 100. */
double spb_option_percent(struct argp_state *state, const char *option, const char *text);
uint64_t spb_option_seed(struct argp_state *state, const char *text);

/* Room for one more item behind `count`; ends the program when memory runs out. */
void *spb_option_grow(void *items, size_t count, size_t item_size);

#endif
