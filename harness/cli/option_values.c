/* SPDX-License-Identifier: MIT */
#include "option_values.h"

#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "exit_code.h"
#include "units.h"

uint64_t spb_option_seconds(struct argp_state *state, const char *option, const char *text)
{
    struct spb_error err = {0};
    uint64_t ns = 0;
    if (spb_parse_duration(text, 1000000000u, &ns, &err) < 0)
        argp_error(state, "--%s: %s", option, err.text);
    else if (ns == 0)
        argp_error(state, "--%s=%s: it must be above 0", option, text);
    return ns;
}

unsigned spb_option_number(struct argp_state *state, const char *option, const char *text, unsigned most)
{
    struct spb_error err = {0};
    uint64_t value = 0;
    if (spb_parse_count(text, &value, &err) < 0)
        argp_error(state, "--%s: %s", option, err.text);
    else if (value < 1 || value > most)
        argp_error(state, "--%s=%s: it must be from 1 to %u", option, text, most);
    return (unsigned)value;
}

double spb_option_percent(struct argp_state *state, const char *option, const char *text)
{
    struct spb_error err = {0};
    double percent = 0;
    if (spb_parse_double(text, &percent, &err) < 0)
        argp_error(state, "--%s: %s", option, err.text);
    else if (percent <= 0 || percent > 100)
        argp_error(state, "--%s=%s: it must be above 0 and at most 100 percent", option, text);
    return percent;
}

uint64_t spb_option_seed(struct argp_state *state, const char *text)
{
    struct spb_error err = {0};
    uint64_t seed = 0;
    if (spb_parse_count(text, &seed, &err) < 0)
        argp_error(state, "--seed: %s", err.text);
    return seed;
}

void *spb_option_grow(void *items, size_t count, size_t item_size)
{
    void *grown = reallocarray(items, count + 1, item_size);
    if (!grown) {
        fprintf(stderr, "spbench: out of memory\n");
        exit(SPB_EXIT_NOT_POSSIBLE);
    }
    return grown;
}
