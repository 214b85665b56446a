/* SPDX-License-Identifier: MIT
 *
 * The stamp as a list of facts. What is put into it is stamp.c's matter. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stamp.h"

static void release_fact(struct spb_fact *fact)
{
    free(fact->name);
    free(fact->text);
    free(fact->unit);
}

void spb_stamp_release(struct spb_stamp *stamp)
{
    for (size_t i = 0; i < stamp->count; i++)
        release_fact(&stamp->facts[i]);
    free(stamp->facts);
    *stamp = (struct spb_stamp){0};
}

const struct spb_fact *spb_stamp_find(const struct spb_stamp *stamp, const char *name)
{
    for (size_t i = 0; i < stamp->count; i++)
        if (strcmp(stamp->facts[i].name, name) == 0)
            return &stamp->facts[i];
    return NULL;
}

static bool make_room(struct spb_stamp *stamp)
{
    if (stamp->count < stamp->capacity)
        return true;
    size_t capacity = stamp->capacity ? stamp->capacity * 2 : 64;
    struct spb_fact *facts = reallocarray(stamp->facts, capacity, sizeof(*facts));
    if (!facts)
        return false;
    stamp->facts = facts;
    stamp->capacity = capacity;
    return true;
}

/* Takes `text` over, which may be NULL for want of memory when the kind needs one. */
static int add(struct spb_stamp *stamp, const char *name, struct spb_fact fact)
{
    assert(strchr(name, '.'));
    fact.name = strdup(name);
    bool needs_text = fact.kind == SPB_FACT_TEXT || fact.kind == SPB_FACT_ABSENT;
    bool needs_unit = fact.kind == SPB_FACT_NUMBER;
    if (!fact.name || (needs_text && !fact.text) || (needs_unit && !fact.unit) || !make_room(stamp)) {
        release_fact(&fact);
        return -ENOMEM;
    }
    stamp->facts[stamp->count++] = fact;
    return 0;
}

int spb_stamp_add_text(struct spb_stamp *stamp, const char *name, const char *value)
{
    return add(stamp, name, (struct spb_fact){.kind = SPB_FACT_TEXT, .text = strdup(value)});
}

int spb_stamp_add_number(struct spb_stamp *stamp, const char *name, double value, const char *unit)
{
    return add(stamp, name, (struct spb_fact){.kind = SPB_FACT_NUMBER, .number = value, .unit = strdup(unit)});
}

int spb_stamp_add_bool(struct spb_stamp *stamp, const char *name, bool value)
{
    return add(stamp, name, (struct spb_fact){.kind = SPB_FACT_BOOL, .flag = value});
}

int spb_stamp_add_absent(struct spb_stamp *stamp, const char *name, const char *reason, ...)
{
    struct spb_fact fact = {.kind = SPB_FACT_ABSENT};
    va_list args;
    va_start(args, reason);
    if (vasprintf(&fact.text, reason, args) < 0)
        fact.text = NULL;
    va_end(args);
    return add(stamp, name, fact);
}
