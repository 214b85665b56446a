/* SPDX-License-Identifier: MIT
 *
 * What the rules of health say, for people and for programs. The level stands there as a word and a sign; colour only repeats it.
 */
#ifndef SPB_HEALTH_REPORT_H
#define SPB_HEALTH_REPORT_H

#include "health.h"
#include "table.h"

enum spb_health_source { SPB_HEALTH_LIVE, SPB_HEALTH_RECORDED, SPB_HEALTH_CAPTURED };

struct spb_health_report {
    enum spb_health_source source;
    const char *path;       /* of the history or the captured machine; NULL */
    const char *rules_path; /* NULL: the built-in ones */
    const struct spb_health_rules *rules;
    const struct spb_assessment *assessment;
    const struct spb_health_incident *incidents;
    size_t incident_count;
    bool with_incidents;
    bool utc;
    struct spb_table_options how;
};

/* The answer, a line for each subsystem, what is not known and why. */
void spb_health_text(const struct spb_health_report *report, struct spb_strbuf *out);
/* One document; README.md of harness/health says what is in it. */
void spb_health_json(const struct spb_health_report *report, struct spb_strbuf *out);
void spb_health_rules_table(const struct spb_health_rules *rules, const struct spb_table_options *how,
                            struct spb_strbuf *out);
void spb_health_rules_json(const struct spb_health_rules *rules, struct spb_strbuf *out);

/* One subsystem: its worst level. */
struct spb_health_subsystem {
    const char *name;
    enum spb_health_level level;
    size_t finding_count;
};
#define SPB_HEALTH_SUBSYSTEMS_MAX 64
/* Worst first, then as the findings are. How many; more than the maximum are left out. */
size_t spb_health_subsystems(const struct spb_assessment *assessment, struct spb_health_subsystem *subsystems);

#endif
