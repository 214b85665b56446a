/* SPDX-License-Identifier: MIT */
#include "health_report.h"

#include <stdio.h>
#include <string.h>

#include "time_text.h"
#include "units.h"
#include "utf8.h"

/* ---- subsystems ----------------------------------------------------------------------------------------------------- */

static struct spb_health_subsystem *find_subsystem(struct spb_health_subsystem *subsystems, size_t *count,
                                                   const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(subsystems[i].name, name) == 0)
            return &subsystems[i];
    if (*count == SPB_HEALTH_SUBSYSTEMS_MAX)
        return NULL;
    subsystems[*count] = (struct spb_health_subsystem){.name = name, .level = SPB_HEALTH_UNKNOWN};
    return &subsystems[(*count)++];
}

/* What is known counts more than what is not. */
static enum spb_health_level worse(enum spb_health_level a, enum spb_health_level b)
{
    if (a == SPB_HEALTH_UNKNOWN || b == SPB_HEALTH_UNKNOWN)
        return a == SPB_HEALTH_UNKNOWN ? b : a;
    return a > b ? a : b;
}

size_t spb_health_subsystems(const struct spb_assessment *assessment, struct spb_health_subsystem *subsystems)
{
    size_t count = 0;
    for (size_t i = 0; i < assessment->count; i++) {
        const struct spb_health_finding *finding = &assessment->findings[i];
        struct spb_health_subsystem *subsystem = find_subsystem(subsystems, &count, finding->subsystem);
        if (!subsystem)
            continue;
        subsystem->level = worse(subsystem->level, finding->level);
        subsystem->finding_count++;
    }
    for (size_t i = 1; i < count; i++) { /* stable */
        struct spb_health_subsystem moved = subsystems[i];
        size_t k = i;
        for (; k > 0 && subsystems[k - 1].level < moved.level; k--)
            subsystems[k] = subsystems[k - 1];
        subsystems[k] = moved;
    }
    return count;
}

/* ---- for people ------------------------------------------------------------------------------------------------------ */

static const enum spb_tone tones[] = {[SPB_HEALTH_OK] = SPB_TONE_GOOD,
                                      [SPB_HEALTH_UNKNOWN] = SPB_TONE_DIM,
                                      [SPB_HEALTH_WARNING] = SPB_TONE_WARN,
                                      [SPB_HEALTH_CRITICAL] = SPB_TONE_BAD};

static const char *sign_of(enum spb_health_level level)
{
    static const char *const signs[] = {
        [SPB_HEALTH_OK] = "", [SPB_HEALTH_UNKNOWN] = "?", [SPB_HEALTH_WARNING] = "!", [SPB_HEALTH_CRITICAL] = "!!"};
    return signs[level];
}

/* Without the day where it is that of the last look. */
static const char *short_time(const struct spb_health_report *report, char *text, int64_t time_ns)
{
    char last[SPB_TIME_TEXT_SIZE];
    spb_time_format(last, report->assessment->last_ns, report->utc);
    spb_time_format(text, time_ns, report->utc);
    if (strncmp(last, text, 10) == 0)
        memmove(text, text + 11, strlen(text + 11) + 1);
    return text;
}

static const char *since(const struct spb_health_report *report, char *text, size_t size,
                         const struct spb_health_finding *finding)
{
    char time[SPB_TIME_TEXT_SIZE];
    if (report->source == SPB_HEALTH_CAPTURED && finding->since_ns)
        return "not known";
    if (finding->since_ns == 0)
        return "";
    snprintf(text, size, "%s%s", short_time(report, time, finding->since_ns),
             finding->since_is_earlier ? " or before" : "");
    return text;
}

static void add_finding(const struct spb_health_report *report, const struct spb_health_finding *finding,
                        const char *subsystem, struct spb_table *table)
{
    char text[80], held[SPB_UNIT_TEXT_SIZE], needed[SPB_UNIT_TEXT_SIZE];
    enum spb_health_level level = finding->is_pending ? SPB_HEALTH_OK : finding->level;
    spb_table_cell(table, "%s", sign_of(level));
    spb_table_cell(table, "%s", subsystem);
    spb_table_cell(table, "%s%s", spb_health_level_name(level), finding->is_pending ? " so far" : "");
    spb_table_tone(table, finding->is_pending ? SPB_TONE_WARN : tones[level]);
    spb_table_cell(table, "%s", since(report, text, sizeof(text), finding));
    if (finding->is_pending)
        spb_table_cell(table, "%s; %s from %s on, and this is %s", finding->evidence,
                       spb_health_level_name(finding->pending_level),
                       spb_health_duration_format(needed, finding->needed_ns),
                       spb_health_duration_format(held, finding->held_ns));
    else
        spb_table_cell(table, "%s", finding->evidence);
    if (!finding->advice || finding->is_pending)
        return;
    for (int i = 0; i < 4; i++)
        spb_table_cell(table, "%s", "");
    spb_table_cell(table, "-> %s", finding->advice);
}

/* Of a subsystem that is well: what is nearest to a limit. */
static const struct spb_health_finding *nearest_of(const struct spb_assessment *assessment, const char *subsystem)
{
    const struct spb_health_finding *nearest = NULL;
    for (size_t i = 0; i < assessment->count; i++) {
        const struct spb_health_finding *finding = &assessment->findings[i];
        if (strcmp(finding->subsystem, subsystem) != 0)
            continue;
        bool is_better = !nearest || (finding->level == SPB_HEALTH_OK && nearest->level != SPB_HEALTH_OK) ||
                         (finding->has_value && !nearest->has_value) ||
                         (finding->has_value && finding->nearness > nearest->nearness);
        if (is_better)
            nearest = finding;
    }
    return nearest;
}

static void add_subsystem(const struct spb_health_report *report, const struct spb_health_subsystem *subsystem,
                          struct spb_table *table)
{
    const struct spb_assessment *assessment = report->assessment;
    size_t shown = 0;
    for (size_t i = 0; i < assessment->count; i++) {
        const struct spb_health_finding *finding = &assessment->findings[i];
        if (strcmp(finding->subsystem, subsystem->name) == 0 &&
            (finding->level >= SPB_HEALTH_WARNING || finding->is_pending))
            add_finding(report, finding, shown++ ? "" : subsystem->name, table);
    }
    if (shown == 0)
        add_finding(report, nearest_of(assessment, subsystem->name), subsystem->name, table);
}

static size_t count_level(const struct spb_health_subsystem *subsystems, size_t count, enum spb_health_level level)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += subsystems[i].level == level;
    return found;
}

/* "warning: 2 of 9 subsystems", "ok: 8 of 9 subsystems, 1 unknown" */
static void print_answer(const struct spb_health_report *report, const struct spb_health_subsystem *subsystems,
                         size_t count, struct spb_strbuf *out)
{
    struct spb_strbuf head = {0};
    enum spb_health_level level = report->assessment->level;
    size_t unknown = count_level(subsystems, count, SPB_HEALTH_UNKNOWN);
    size_t warnings = count_level(subsystems, count, SPB_HEALTH_WARNING);
    spb_strbuf_printf(&head, "%s%s%s", sign_of(level), *sign_of(level) ? " " : "", spb_health_level_name(level));
    spb_toned_text(tones[level], report->how.color, spb_strbuf_text(&head), out);
    spb_strbuf_printf(out, ": %zu of %zu subsystems", count_level(subsystems, count, level), count);
    if (level == SPB_HEALTH_CRITICAL && warnings)
        spb_strbuf_printf(out, ", %zu with warnings", warnings);
    if (unknown && level != SPB_HEALTH_UNKNOWN)
        spb_strbuf_printf(out, ", %zu unknown", unknown);
    spb_strbuf_append_char(out, '\n');
    spb_strbuf_release(&head);
}

static void print_source(const struct spb_health_report *report, struct spb_strbuf *out)
{
    const struct spb_assessment *assessment = report->assessment;
    char watched[SPB_UNIT_TEXT_SIZE], time[SPB_TIME_TEXT_SIZE], zone[SPB_TIME_TEXT_SIZE];
    spb_health_duration_format(watched, assessment->watched_ns);
    spb_time_format(time, assessment->last_ns, report->utc);
    spb_time_zone_name(zone, assessment->last_ns, report->utc);
    if (report->source == SPB_HEALTH_CAPTURED)
        spb_strbuf_printf(out, "one look at %s: what needs two is not known, nor for how long anything holds\n",
                          report->path);
    else if (report->source == SPB_HEALTH_RECORDED)
        spb_strbuf_printf(out, "%s at %s %s, from %zu looks in the %s before\n", report->path, time, zone,
                          assessment->look_count, watched);
    else
        spb_strbuf_printf(out, "watched for %s up to %s %s\n", watched, time, zone);
}

static void print_table(const struct spb_health_report *report, const struct spb_health_subsystem *subsystems,
                        size_t count, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    spb_table_column(&table, "subsystem", SPB_ALIGN_LEFT);
    spb_table_column(&table, "health", SPB_ALIGN_LEFT);
    spb_table_column(&table, "since", SPB_ALIGN_LEFT);
    spb_table_column(&table, "evidence, and what to do", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++)
        add_subsystem(report, &subsystems[i], &table);
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}

static bool is_unknown(const struct spb_health_finding *finding)
{
    return finding->level == SPB_HEALTH_UNKNOWN;
}

/* Reasons are few, and rules with the same one stand together. */
static void print_unknown(const struct spb_assessment *assessment, struct spb_strbuf *out)
{
    bool any = false;
    for (size_t i = 0; i < assessment->count; i++) {
        const struct spb_health_finding *finding = &assessment->findings[i];
        bool said = !is_unknown(finding);
        for (size_t k = 0; k < i && !said; k++)
            said = is_unknown(&assessment->findings[k]) &&
                   strcmp(assessment->findings[k].evidence, finding->evidence) == 0;
        if (said)
            continue;
        spb_strbuf_printf(out, "%s  %s", any ? "" : "\nNot known:\n", finding->rule);
        for (size_t k = i + 1; k < assessment->count; k++)
            if (is_unknown(&assessment->findings[k]) &&
                strcmp(assessment->findings[k].evidence, finding->evidence) == 0)
                spb_strbuf_printf(out, ", %s", assessment->findings[k].rule);
        spb_strbuf_append(out, ": ");
        spb_utf8_append_printable(out, finding->evidence);
        spb_strbuf_append_char(out, '\n');
        any = true;
    }
}

/* What was watched for a shorter time than it takes is only well as far as it was seen. */
static void print_short_watch(const struct spb_health_report *report, struct spb_strbuf *out)
{
    size_t longer = 0, count = spb_health_rules_count(report->rules);
    char watched[SPB_UNIT_TEXT_SIZE];
    if (report->source == SPB_HEALTH_CAPTURED)
        return;
    for (size_t i = 0; i < count; i++) {
        struct spb_health_rule_info info;
        spb_health_rules_describe(report->rules, i, &info);
        longer += info.longest_ns > report->assessment->watched_ns;
    }
    if (longer)
        spb_strbuf_printf(out,
                          "\n%zu of %zu rules ask for more than %s: they are ok where their condition does not hold "
                          "now, and 'ok so far' where it does\n",
                          longer, count, spb_health_duration_format(watched, report->assessment->watched_ns));
}

/* ---- incidents ------------------------------------------------------------------------------------------------------ */

static void add_incident(const struct spb_health_report *report, const struct spb_health_incident *incident,
                         struct spb_table *table)
{
    char begin[SPB_TIME_TEXT_SIZE], end[SPB_TIME_TEXT_SIZE], text[SPB_UNIT_TEXT_SIZE];
    int64_t ended_ns = incident->ended_ns ? incident->ended_ns : report->assessment->last_ns;
    uint64_t lasted_ns = ended_ns > incident->began_ns ? (uint64_t)(ended_ns - incident->began_ns) : 0;
    spb_table_cell(table, "%s", sign_of(incident->level));
    spb_table_cell(table, "%s", spb_time_format(begin, incident->began_ns, report->utc));
    spb_table_cell(table, "%s", incident->ended_ns ? spb_time_format(end, ended_ns, report->utc) : "goes on");
    spb_table_cell(table, "%s", spb_health_duration_format(text, lasted_ns));
    spb_table_cell(table, "%s", spb_health_level_name(incident->level));
    spb_table_tone(table, tones[incident->level]);
    spb_table_cell(table, "%s%s%s", incident->rule, *incident->instance ? ":" : "", incident->instance);
    spb_table_cell(table, "%s", spb_health_value_format(text, incident->unit, incident->worst));
    spb_table_cell(table, "%s", incident->end && strcmp(incident->end, "ended") != 0 ? incident->end : "");
}

static void print_incidents(const struct spb_health_report *report, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    if (report->incident_count == 0) {
        spb_strbuf_append(out, "\nNo incident in this time.\n");
        return;
    }
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    spb_table_column(&table, "began", SPB_ALIGN_LEFT);
    spb_table_column(&table, "ended", SPB_ALIGN_LEFT);
    spb_table_column(&table, "lasted", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "level", SPB_ALIGN_LEFT);
    spb_table_column(&table, "rule", SPB_ALIGN_LEFT);
    spb_table_column(&table, "worst", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < report->incident_count; i++)
        add_incident(report, &report->incidents[i], &table);
    spb_strbuf_append(out, "\n");
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}

void spb_health_text(const struct spb_health_report *report, struct spb_strbuf *out)
{
    struct spb_health_subsystem subsystems[SPB_HEALTH_SUBSYSTEMS_MAX];
    size_t count = spb_health_subsystems(report->assessment, subsystems);
    print_answer(report, subsystems, count, out);
    print_source(report, out);
    spb_strbuf_append_char(out, '\n');
    print_table(report, subsystems, count, out);
    print_unknown(report->assessment, out);
    print_short_watch(report, out);
    if (report->with_incidents)
        print_incidents(report, out);
}

/* ---- rules ----------------------------------------------------------------------------------------------------------- */

void spb_health_rules_table(const struct spb_health_rules *rules, const struct spb_table_options *how,
                            struct spb_strbuf *out)
{
    struct spb_table table = {.last_below = true};
    spb_table_column(&table, "subsystem", SPB_ALIGN_LEFT);
    spb_table_column(&table, "rule", SPB_ALIGN_LEFT);
    spb_table_column(&table, "condition", SPB_ALIGN_LEFT);
    spb_table_column(&table, "warning", SPB_ALIGN_LEFT);
    spb_table_column(&table, "critical", SPB_ALIGN_LEFT);
    spb_table_column(&table, "why", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < spb_health_rules_count(rules); i++) {
        struct spb_health_rule_info info;
        spb_health_rules_describe(rules, i, &info);
        spb_table_cell(&table, "%s", info.subsystem);
        spb_table_cell(&table, "%s", info.name);
        spb_table_cell(&table, "%s", info.condition);
        spb_table_cell(&table, "%s", *info.warning ? info.warning : "-");
        spb_table_cell(&table, "%s", *info.critical ? info.critical : "-");
        spb_table_cell(&table, "%s", info.why);
    }
    spb_table_render(&table, SPB_TABLE_TEXT, how, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}
