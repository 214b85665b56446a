/* SPDX-License-Identifier: MIT */
#include "stamp_lookup.h"

struct spb_fact_value spb_stamp_lookup(const void *stamp, const char *name)
{
    const struct spb_fact *fact = spb_stamp_find(stamp, name);
    if (!fact)
        return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT, .text = "the stamp does not hold it"};
    switch (fact->kind) {
    case SPB_FACT_NUMBER:
        return (struct spb_fact_value){.kind = SPB_VALUE_NUMBER, .number = fact->number, .unit = fact->unit};
    case SPB_FACT_BOOL:
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = fact->flag ? "on" : "off"};
    case SPB_FACT_TEXT:
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = fact->text};
    case SPB_FACT_ABSENT:
    default:
        return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT, .text = fact->text};
    }
}
