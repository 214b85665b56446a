/* SPDX-License-Identifier: MIT
 *
 * The stamp of a foreign result: the few facts that its tool has recorded, under the names that spbench gives them; what
 * else it says of its run as context.*; the rest absent, with the reason. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "import_internal.h"
#include "strbuf.h"

/* Room for a fact's name, "context." included. */
#define FACT_NAME_SIZE 64
/* Facts of a file; more is no description of a machine. */
#define FACTS_MAX 200

/* In the order of stamp_facts.md; caches and mitigations are named after what there is. */
static const char *const standard_facts[] = {
    "host.name",
    "host.machine",
    "host.vendor",
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
    "cpu.offline",
    "cpu.allowed",
    "cpu.isolated",
    "cpu.nohz_full",
    "cpu.smt",
    "cpu.smt_control",
    "cpu.governor",
    "cpu.frequency_driver",
    "cpu.frequency_min",
    "cpu.frequency_max",
    "cpu.turbo",
    "topology.packages",
    "topology.cores",
    "topology.pus",
    "topology.allowed_pus",
    "topology.core_kinds",
    "numa.nodes",
    "numa.memory",
    "cache.line",
    "memory.total",
    "memory.swap_total",
    "memory.thp",
    "memory.thp_defrag",
    "kernel.aslr",
    "kernel.perf_event_paranoid",
    "kernel.nmi_watchdog",
    "kernel.numa_balancing",
    "kernel.timer_migration",
    "kernel.clock_source",
    "kernel.clock_sources",
    "mitigation.any",
    "cgroup.version",
    "cgroup.path",
    "cgroup.cpu_limit",
    "cgroup.memory_limit",
    "cgroup.cpuset",
    "build.version",
    "build.commit",
    "build.compiler",
    "build.flags",
    "build.type",
    "build.libc",
};

static bool has_room(const struct spb_import *import, const char *name)
{
    return import->stamp.count < FACTS_MAX && !spb_stamp_find(&import->stamp, name);
}

int spb_import_fact_text(struct spb_import *import, const char *name, struct spb_span text)
{
    if (!has_room(import, name) || text.length == 0)
        return 0;
    char *copy = spb_import_text(text);
    int code = copy ? spb_stamp_add_text(&import->stamp, name, copy) : -ENOMEM;
    free(copy);
    return code;
}

int spb_import_fact_number(struct spb_import *import, const char *name, double value, const char *unit)
{
    bool is_good = has_room(import, name) && fabs(value) < 1e300;
    return is_good ? spb_stamp_add_number(&import->stamp, name, value, unit) : 0;
}

/* "Build Type" -> "context.build_type" */
static void name_context(char *out, struct spb_span name)
{
    size_t length = (size_t)snprintf(out, FACT_NAME_SIZE, "context.");
    for (size_t i = 0; i < name.length && length < FACT_NAME_SIZE - 1; i++) {
        unsigned char c = (unsigned char)name.text[i];
        bool is_plain = c < 128 && (isalnum(c) || c == '_' || c == '-' || c == '.');
        out[length++] = (char)(is_plain ? tolower(c) : '_');
    }
    out[length] = '\0';
}

int spb_import_context_text(struct spb_import *import, struct spb_span name, struct spb_span text)
{
    char fact[FACT_NAME_SIZE];
    if (name.length == 0)
        return 0;
    name_context(fact, name);
    return spb_import_fact_text(import, fact, text);
}

int spb_import_context(struct spb_import *import, const struct spb_json_node *value)
{
    char fact[FACT_NAME_SIZE];
    const char *text = spb_json_peek_text(value);
    double number;
    if (!*value->key)
        return 0;
    name_context(fact, (struct spb_span){value->key, strlen(value->key)});
    if (text)
        return spb_import_fact_text(import, fact, (struct spb_span){text, strlen(text)});
    if (spb_json_peek_number(value, &number))
        return spb_import_fact_number(import, fact, number, "");
    bool flag;
    if (!spb_json_is_bool(value) || !has_room(import, fact) || spb_json_read_bool(value, &flag) < 0)
        return 0;
    return spb_stamp_add_bool(&import->stamp, fact, flag);
}

/* ---- time ------------------------------------------------------------------------------------------------------- */

/* "+02:00", "+0200", "Z": seconds east of UTC; 0 for none. */
static int64_t parse_zone(const char *text)
{
    int64_t digits = 0;
    size_t count = 0;
    bool is_west = *text == '-';
    if (*text != '+' && *text != '-')
        return 0;
    for (text++; *text && count < 4; text++) {
        if (isdigit((unsigned char)*text))
            digits = digits * 10 + (*text - '0');
        else if (*text != ':')
            return 0;
        count += *text != ':';
    }
    int64_t seconds = count == 4 ? digits / 100 * 3600 + digits % 100 * 60 : 0;
    return is_west ? -seconds : seconds;
}

void spb_import_date(struct spb_import *import, const char *text)
{
    struct tm utc = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
    if (!end)
        end = strptime(text, "%Y-%m-%d %H:%M:%S", &utc);
    if (!end || utc.tm_year < 70 || utc.tm_year > 8099)
        return;
    if (*end == '.')
        end += 1 + strspn(end + 1, "0123456789");
    int64_t when = timegm(&utc) - parse_zone(end);
    if (when > 0 && (import->date_s == 0 || import->date_is_of_file || when < import->date_s))
        import->date_s = when;
    import->date_is_of_file = false;
}

/* ---- several files ---------------------------------------------------------------------------------------------- */

static bool is_same_fact(const struct spb_fact *a, const struct spb_fact *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == SPB_FACT_NUMBER ? a->number == b->number : strcmp(a->text, b->text) == 0;
}

static void append_value(struct spb_strbuf *out, const struct spb_fact *fact)
{
    if (fact->kind == SPB_FACT_NUMBER)
        spb_strbuf_printf(out, "%g", fact->number);
    else
        spb_strbuf_append(out, fact->text);
}

static int fail_other_machine(const char *file, const struct spb_fact *here, const struct spb_fact *before,
                              struct spb_error *err)
{
    struct spb_strbuf a = {0}, b = {0};
    append_value(&a, here);
    append_value(&b, before);
    spb_error_set(
        err, -EXDEV,
        "%s: from another machine than the files before it (%s: %.100s / %.100s); import each machine's files "
        "into a result of their own",
        file, here->name, spb_strbuf_text(&a), spb_strbuf_text(&b));
    spb_strbuf_release(&a);
    spb_strbuf_release(&b);
    return -EXDEV;
}

int spb_import_stamp_merge(struct spb_import *import, const char *file, struct spb_error *err)
{
    static const char *const identity[] = {"host.name", "host.machine", "cpu.model", "topology.pus"};
    if (import->file_count == 0) {
        import->result.stamp = import->stamp;
        import->stamp = (struct spb_stamp){0};
        return 0;
    }
    for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]); i++) {
        const struct spb_fact *here = spb_stamp_find(&import->stamp, identity[i]);
        const struct spb_fact *before = spb_stamp_find(&import->result.stamp, identity[i]);
        if (here && before && !is_same_fact(here, before))
            return fail_other_machine(file, here, before, err);
    }
    spb_stamp_release(&import->stamp);
    return 0;
}

int spb_import_stamp_finish(struct spb_import *import)
{
    struct spb_stamp *stamp = &import->result.stamp;
    int code = 0;
    for (size_t i = 0; i < sizeof(standard_facts) / sizeof(standard_facts[0]) && code == 0; i++)
        if (!spb_stamp_find(stamp, standard_facts[i]))
            code = spb_stamp_add_absent(stamp, standard_facts[i], "not recorded by %s",
                                        spb_foreign_format_tool(import->format));
    return code;
}
