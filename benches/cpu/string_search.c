/* SPDX-License-Identifier: MIT
 *
 * A search for a phrase that stands only at the end of a text, so that all of it is looked through: by memmem of the C library, or
 * by Horspool's method (1980), which skips by a table.
 */
#include <string.h>

#include "spbench.h"
#include "text.h"

static const char needle[] = "crazy quartz puzzle"; /* generated text has no z */
#define NEEDLE_BYTES (sizeof(needle) - 1)

struct search {
    const char *(*find)(const struct search *search);
    char *text;
    size_t bytes;
    unsigned char skips[256]; /* Horspool: how far to go on when the window ends in this byte */
    uint64_t found;           /* at the right place */
    uint64_t wanted;
};

static const char *find_by_library(const struct search *search)
{
    return memmem(search->text, search->bytes, needle, NEEDLE_BYTES);
}

static const char *find_by_horspool(const struct search *search)
{
    const char *at = search->text, *last = search->text + search->bytes - NEEDLE_BYTES;
    while (at <= last) {
        unsigned char end = (unsigned char)at[NEEDLE_BYTES - 1];
        if (end == (unsigned char)needle[NEEDLE_BYTES - 1] && memcmp(at, needle, NEEDLE_BYTES - 1) == 0)
            return at;
        at += search->skips[end];
    }
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct search *search = spb_alloc(bench, sizeof(*search));
    size_t bytes = spb_param(bench, "size");
    char *text = spb_alloc(bench, bytes);
    if (!search || !text)
        return -1;
    int horspool = strcmp(spb_param_text(bench, "algorithm"), "horspool") == 0;
    search->find = horspool ? find_by_horspool : find_by_library;
    search->text = text;
    search->bytes = bytes;
    memset(search->skips, (int)NEEDLE_BYTES, sizeof(search->skips));
    for (size_t i = 0; i < NEEDLE_BYTES - 1; i++)
        search->skips[(unsigned char)needle[i]] = (unsigned char)(NEEDLE_BYTES - 1 - i);
    spb_text_fill(text, bytes - NEEDLE_BYTES, spb_seed(bench));
    memcpy(text + bytes - NEEDLE_BYTES, needle, NEEDLE_BYTES);
    spb_set_state(bench, search);
    spb_set_work(bench, (double)bytes);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct search *search = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        search->found += search->find(search) == search->text + search->bytes - NEEDLE_BYTES;
        spb_clobber();
    }
    search->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct search *search = spb_state(bench);
    if (search->found != search->wanted)
        return spb_fail(bench, "the phrase was found in its place in %llu of %llu searches",
                        (unsigned long long)search->found, (unsigned long long)search->wanted);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "algorithm",
     .summary = "memmem of the C library, or Horspool's",
     .defaults = "libc,horspool",
     .choices = "libc,horspool",
     .kind = SPB_PARAM_CHOICE},
    {.name = "size",
     .summary = "bytes of generated text",
     .defaults = "64KiB",
     .minimum = 64,
     .maximum = (uint64_t)1 << 30,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_cpu_string_search = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/string-search",
    .summary = "search through a text for a phrase at its end",
    .meaning = "bytes looked through in a second: look-ups and branches, and how good the C library's search is",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
