/* SPDX-License-Identifier: MIT
 *
 * Which facts of a stamp must agree for two results to be held against each other. Left out is what the change under test may be
 * (build.commit, build.version), what says nothing of speed (host.name, cgroup.path), and what another listed fact implies.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "compare.h"
#include "stamp_lookup.h"
#include "units.h"
#include "utf8.h"

/* A name that ends in a dot stands for all facts that begin with it. */
static const char *const facts_that_matter[] = {
    "host.machine",
    "host.product",
    "host.hypervisor",
    "host.container",
    "kernel.release",
    "kernel.version",
    "cpu.vendor",
    "cpu.model",
    "cpu.family",
    "cpu.model_number",
    "cpu.stepping",
    "cpu.microcode",
    "cpu.online",
    "cpu.allowed",
    "cpu.isolated",
    "cpu.nohz_full",
    "cpu.smt",
    "cpu.governor",
    "cpu.frequency_driver",
    "cpu.frequency_min",
    "cpu.frequency_max",
    "cpu.turbo",
    "topology.packages",
    "topology.cores",
    "topology.pus",
    "topology.core_kinds",
    "numa.nodes",
    "cache.",
    "memory.thp",
    "memory.thp_defrag",
    "kernel.aslr",
    "kernel.numa_balancing",
    "kernel.clock_source",
    "mitigation.",
    "cgroup.cpu_limit",
    "cgroup.cpuset",
    "build.compiler",
    "build.flags",
    "build.type",
    "build.libc",
};

static bool matters(const char *name)
{
    for (size_t i = 0; i < sizeof(facts_that_matter) / sizeof(facts_that_matter[0]); i++) {
        const char *known = facts_that_matter[i];
        size_t length = strlen(known);
        if (known[length - 1] == '.' ? strncmp(name, known, length) == 0 : strcmp(name, known) == 0)
            return true;
    }
    return false;
}

/* Absent on both sides is no difference, whatever the reasons: nothing is known that differs. */
static bool same_fact(const struct spb_fact *a, const struct spb_fact *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case SPB_FACT_TEXT:
        return strcmp(a->text, b->text) == 0;
    case SPB_FACT_NUMBER:
        return a->number == b->number;
    case SPB_FACT_BOOL:
        return a->flag == b->flag;
    case SPB_FACT_ABSENT:
        return true;
    }
    return false;
}

/* `exactly`: all digits, for numbers that look alike when rounded. */
static void append_value(const struct spb_stamp *stamp, const char *name, bool exactly, struct spb_strbuf *out)
{
    struct spb_fact_value value = spb_stamp_lookup(stamp, name);
    struct spb_strbuf text = {0};
    char number[SPB_UNIT_TEXT_SIZE];
    if (value.kind == SPB_VALUE_ABSENT)
        spb_strbuf_printf(&text, "not known (%s)", value.text);
    else if (value.kind == SPB_VALUE_TEXT && !*value.text)
        spb_strbuf_append(&text, "none");
    else if (value.kind == SPB_VALUE_NUMBER && exactly)
        spb_strbuf_printf(&text, "%s %s", spb_format_double(number, value.number), value.unit);
    else
        spb_fact_value_format(&value, &text);
    spb_utf8_append_printable(out, spb_strbuf_text(&text));
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}

static void append_difference(const struct spb_stamp *base, const struct spb_stamp *new_stamp, const char *name,
                              struct spb_strbuf *out)
{
    struct spb_strbuf before = {0}, after = {0};
    for (int exactly = 0; exactly < 2; exactly++) {
        spb_strbuf_reset(&before);
        spb_strbuf_reset(&after);
        append_value(base, name, exactly, &before);
        append_value(new_stamp, name, exactly, &after);
        if (strcmp(spb_strbuf_text(&before), spb_strbuf_text(&after)) != 0)
            break;
    }
    spb_strbuf_printf(out, "%s: %s / %s\n", name, spb_strbuf_text(&before), spb_strbuf_text(&after));
    out->failed |= before.failed || after.failed;
    spb_strbuf_release(&before);
    spb_strbuf_release(&after);
}

/* A fact that one of the stamps does not name at all is of a program that did not know it yet: that is no difference. Facts in groups
 * (a cache level, a vulnerability) depend on the machine and the kernel, which are facts of their own. */
int spb_compare_stamps(const struct spb_stamp *base, const struct spb_stamp *new_stamp, struct spb_strbuf *differences)
{
    int code = 0;
    for (size_t i = 0; i < base->count; i++) {
        const struct spb_fact *fact = &base->facts[i];
        const struct spb_fact *other = spb_stamp_find(new_stamp, fact->name);
        if (!other || !matters(fact->name) || same_fact(fact, other))
            continue;
        append_difference(base, new_stamp, fact->name, differences);
        code = -EXDEV;
    }
    return code;
}
