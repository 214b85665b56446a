/* SPDX-License-Identifier: MIT
 *
 * The sequences in tests/fixtures/looks: one machine at moments a second apart. A symbolic link is the root of the sampler, and is turned
 * from one moment to the next.
 */
#ifndef SPB_TEST_LOOKS_H
#define SPB_TEST_LOOKS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine_sampler.h"

#define SECOND_NS UINT64_C(1000000000)

struct looks {
    char name[32];
    char folder[64], root[80];
    unsigned moment;
    uint64_t boot_ns, awake_ns;
    struct spb_machine_sampler *sampler;
    struct spb_look look;
};

static inline void looks_now(void *context, int64_t *time_ns, uint64_t *boot_ns)
{
    const struct looks *looks = context;
    *time_ns = (int64_t)looks->boot_ns + 1700000000 * (int64_t)SECOND_NS;
    *boot_ns = looks->boot_ns;
}

static inline uint64_t looks_awake_ns(void *context)
{
    const struct looks *looks = context;
    return looks->awake_ns;
}

static inline void looks_turn(struct looks *looks)
{
    char target[4096];
    snprintf(target, sizeof(target), "%s/fixtures/looks/%s/%u", getenv("SPB_TESTS"), looks->name, ++looks->moment);
    unlink(looks->root);
    assert_int_equal(symlink(target, looks->root), 0);
}

/* The look of the next moment, `boot_ns` later, of which the machine was awake for `awake_ns`. */
static inline void looks_next(struct looks *looks, uint64_t boot_ns, uint64_t awake_ns)
{
    struct spb_error err = {{0}};
    looks_turn(looks);
    looks->boot_ns += boot_ns;
    looks->awake_ns += awake_ns;
    if (spb_machine_sampler_look(looks->sampler, &looks->look, &err) < 0)
        fail_msg("%s", err.text);
}

static inline void looks_open(struct looks *looks, const char *name)
{
    struct spb_error err = {{0}};
    *looks =
        (struct looks){.boot_ns = 1000 * SECOND_NS, .awake_ns = 900 * SECOND_NS, .folder = "/tmp/spb-looks-XXXXXX"};
    snprintf(looks->name, sizeof(looks->name), "%s", name);
    assert_non_null(mkdtemp(looks->folder));
    snprintf(looks->root, sizeof(looks->root), "%s/now", looks->folder);
    looks_turn(looks);
    looks->moment = 0;
    struct spb_sampler_options options = {
        .root = looks->root, .now = looks_now, .awake_ns = looks_awake_ns, .context = looks};
    if (spb_machine_sampler_create(&options, &looks->sampler, &err) < 0)
        fail_msg("%s", err.text);
    looks_next(looks, 0, 0);
}

static inline void looks_second(struct looks *looks)
{
    looks_next(looks, SECOND_NS, SECOND_NS);
}

static inline void looks_close(struct looks *looks)
{
    spb_machine_sampler_destroy(looks->sampler);
    spb_look_release(&looks->look);
    unlink(looks->root);
    rmdir(looks->folder);
}

/* ---- what a look must hold ------------------------------------------------------------------------------------- */

static inline const struct spb_observation *looks_find(const struct looks *looks, const char *series,
                                                       const char *instance)
{
    int number = spb_series_find(series);
    assert_true(number >= 0);
    const struct spb_observation *item = spb_look_find(&looks->look, (enum spb_series)number, instance);
    if (!item)
        fail_msg("%s of '%s' is not in the look", series, instance);
    return item;
}

static inline void looks_value(const struct looks *looks, const char *series, const char *instance, double value)
{
    const struct spb_observation *item = looks_find(looks, series, instance);
    if (!item->has_value)
        fail_msg("%s of '%s' is absent: %s", series, instance, item->reason);
    double apart = item->value - value;
    if (apart > 1e-6 * (value > 1 ? value : 1) || -apart > 1e-6 * (value > 1 ? value : 1))
        fail_msg("%s of '%s' is %.9g, not %.9g", series, instance, item->value, value);
}

static inline void looks_absent(const struct looks *looks, const char *series, const char *instance, const char *reason)
{
    const struct spb_observation *item = looks_find(looks, series, instance);
    if (item->has_value)
        fail_msg("%s of '%s' is %.9g, not absent", series, instance, item->value);
    if (!item->reason || !strstr(item->reason, reason))
        fail_msg("%s of '%s' is absent because '%s'", series, instance, item->reason ? item->reason : "");
}

static inline void looks_missing(const struct looks *looks, const char *series, const char *instance)
{
    int number = spb_series_find(series);
    assert_true(number >= 0);
    if (spb_look_find(&looks->look, (enum spb_series)number, instance))
        fail_msg("%s of '%s' is in the look", series, instance);
}

#endif
