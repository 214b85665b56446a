/* SPDX-License-Identifier: MIT
 *
 * Health for programs. Members are only ever added; one without a value is null. */
#include "health_report.h"

#include <string.h>

#include "json_writer.h"
#include "time_text.h"

static void write_time(struct spb_json *json, const char *key, int64_t time_ns)
{
    char text[SPB_TIME_TEXT_SIZE];
    spb_json_string(json, key, time_ns ? spb_time_format_iso(text, time_ns) : NULL);
}

static void write_number(struct spb_json *json, const char *key, bool has, double value)
{
    if (has)
        spb_json_double(json, key, value);
    else
        spb_json_null(json, key);
}

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

static void write_finding(const struct spb_health_report *report, const struct spb_health_finding *finding,
                          struct spb_json *json)
{
    bool holds = finding->level >= SPB_HEALTH_WARNING || finding->is_pending;
    bool timed = holds && report->source != SPB_HEALTH_CAPTURED;
    bool is_known = finding->has_value || finding->level != SPB_HEALTH_UNKNOWN;
    spb_json_object(json, NULL);
    spb_json_string(json, "rule", finding->rule);
    spb_json_string(json, "instance", finding->instance);
    spb_json_string(json, "level", spb_health_level_name(finding->level));
    write_number(json, "value", finding->has_value, finding->value);
    write_number(json, "limit", finding->has_value, finding->limit);
    spb_json_string(json, "unit", finding->unit);
    write_time(json, "since", timed ? finding->since_ns : 0);
    spb_json_bool(json, "since_is_earlier", timed && finding->since_is_earlier);
    write_number(json, "held_s", timed, seconds(finding->held_ns));
    spb_json_string(json, "pending", finding->is_pending ? spb_health_level_name(finding->pending_level) : NULL);
    write_number(json, "needed_s", finding->is_pending, seconds(finding->needed_ns));
    spb_json_string(json, "evidence", is_known ? finding->evidence : NULL);
    spb_json_string(json, "reason", is_known ? NULL : finding->evidence);
    spb_json_string(json, "advice", finding->advice);
    spb_json_end(json);
}

static void write_subsystem(const struct spb_health_report *report, const struct spb_health_subsystem *subsystem,
                            struct spb_json *json)
{
    const struct spb_assessment *assessment = report->assessment;
    spb_json_object(json, NULL);
    spb_json_string(json, "name", subsystem->name);
    spb_json_string(json, "level", spb_health_level_name(subsystem->level));
    spb_json_array(json, "findings");
    for (size_t i = 0; i < assessment->count; i++)
        if (strcmp(assessment->findings[i].subsystem, subsystem->name) == 0)
            write_finding(report, &assessment->findings[i], json);
    spb_json_end(json);
    spb_json_end(json);
}

static void write_incident(const struct spb_health_incident *incident, struct spb_json *json)
{
    spb_json_object(json, NULL);
    spb_json_string(json, "rule", incident->rule);
    spb_json_string(json, "subsystem", incident->subsystem);
    spb_json_string(json, "instance", incident->instance);
    spb_json_string(json, "level", spb_health_level_name(incident->level));
    write_time(json, "began", incident->began_ns);
    write_time(json, "ended", incident->ended_ns);
    spb_json_string(json, "end", incident->ended_ns ? incident->end : NULL);
    spb_json_double(json, "worst", incident->worst);
    spb_json_string(json, "unit", incident->unit);
    spb_json_end(json);
}

static void write_source(const struct spb_health_report *report, struct spb_json *json)
{
    static const char *const names[] = {
        [SPB_HEALTH_LIVE] = "live", [SPB_HEALTH_RECORDED] = "history", [SPB_HEALTH_CAPTURED] = "captured"};
    const struct spb_assessment *assessment = report->assessment;
    spb_json_object(json, "source");
    spb_json_string(json, "kind", names[report->source]);
    spb_json_string(json, "path", report->path);
    spb_json_string(json, "rules", report->rules_path);
    write_time(json, "first", assessment->first_ns);
    write_time(json, "last", assessment->last_ns);
    spb_json_double(json, "watched_s", seconds(assessment->watched_ns));
    spb_json_uint(json, "looks", assessment->look_count);
    spb_json_end(json);
}

void spb_health_json(const struct spb_health_report *report, struct spb_strbuf *out)
{
    struct spb_health_subsystem subsystems[SPB_HEALTH_SUBSYSTEMS_MAX];
    size_t count = spb_health_subsystems(report->assessment, subsystems);
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", "spbench-health");
    spb_json_uint(&json, "schema_version", 1);
    spb_json_string(&json, "level", spb_health_level_name(report->assessment->level));
    write_source(report, &json);
    spb_json_array(&json, "subsystems");
    for (size_t i = 0; i < count; i++)
        write_subsystem(report, &subsystems[i], &json);
    spb_json_end(&json);
    if (report->with_incidents) {
        spb_json_array(&json, "incidents");
        for (size_t i = 0; i < report->incident_count; i++)
            write_incident(&report->incidents[i], &json);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

void spb_health_rules_json(const struct spb_health_rules *rules, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_array(&json, "rules");
    for (size_t i = 0; i < spb_health_rules_count(rules); i++) {
        struct spb_health_rule_info info;
        spb_health_rules_describe(rules, i, &info);
        spb_json_object(&json, NULL);
        spb_json_string(&json, "name", info.name);
        spb_json_string(&json, "subsystem", info.subsystem);
        spb_json_string(&json, "condition", info.condition);
        spb_json_string(&json, "warning", *info.warning ? info.warning : NULL);
        spb_json_string(&json, "critical", *info.critical ? info.critical : NULL);
        spb_json_string(&json, "why", info.why);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
