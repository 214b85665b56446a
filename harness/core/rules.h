/* SPDX-License-Identifier: MIT
 *
 * Conditions over named facts, as data: what health and advice are made of. Rules are tried in order; the first whose
 * conditions all hold decides.
 *
 *     static const struct spb_rule rules[] = {
 *         {.when = {{.fact = "cpu.governor", .op = SPB_RULE_EQUALS, .text = "performance"}}, .level = SPB_LEVEL_OK},
 *         {.when = {{.fact = "cpu.governor", .op = SPB_RULE_DIFFERS, .text = "performance"}},
 *          .level = SPB_LEVEL_WARN,
 *          .message = "the governor is {cpu.governor}",
 *          .mend = "sudo cpupower frequency-set -g performance"},
 *     };
 *     const struct spb_rule *rule = spb_rules_find(rules, 2, &facts);
 */
#ifndef SPB_RULES_H
#define SPB_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

/* From harmless to harmful; a report's level is the largest of its parts. */
enum spb_level { SPB_LEVEL_OK, SPB_LEVEL_UNKNOWN, SPB_LEVEL_WARN, SPB_LEVEL_BAD };

/* "ok", "unknown", "warn", "bad". */
const char *spb_level_name(enum spb_level level);

enum spb_fact_value_kind { SPB_VALUE_ABSENT, SPB_VALUE_TEXT, SPB_VALUE_NUMBER };

struct spb_fact_value {
    enum spb_fact_value_kind kind;
    const char *text; /* TEXT: the value; ABSENT: the reason; valid as long as the facts */
    double number;
    const char *unit; /* NUMBER: "bytes", "ns", "pct", "Hz", "" */
};

/* How rules see facts, wherever these are kept. A name that is not known is ABSENT, with a reason that says so. */
struct spb_fact_source {
    struct spb_fact_value (*find)(const void *context, const char *name);
    const void *context;
};

/* Comparisons hold only for a fact that is there and of the operand's kind; ABSENT holds only for one that is not. */
enum spb_rule_operator {
    SPB_RULE_NONE = 0, /* ends the list of conditions */
    SPB_RULE_EQUALS,
    SPB_RULE_DIFFERS,
    SPB_RULE_ABOVE,
    SPB_RULE_BELOW,
    SPB_RULE_CONTAINS, /* text in text */
    SPB_RULE_ABSENT,
    SPB_RULE_PRESENT,
};

struct spb_condition {
    const char *fact;
    enum spb_rule_operator op;
    const char *text;  /* the operand: a text, ... */
    const char *other; /* ... or the value of another fact, ... */
    double number;     /* ... or, when both are NULL, a number */
};

#define SPB_RULE_CONDITIONS_MAX 3

struct spb_rule {
    struct spb_condition when[SPB_RULE_CONDITIONS_MAX]; /* all must hold; none: always holds */
    enum spb_level level;
    const char *message;  /* with {facts} */
    const char *mend;     /* the command that mends it, with {facts}; NULL: there is none */
    const char *obstacle; /* why it cannot be mended from here, with {facts}; or NULL */
};

bool spb_condition_holds(const struct spb_condition *condition, const struct spb_fact_source *facts);
/* The first rule that holds, or NULL. */
const struct spb_rule *spb_rules_find(const struct spb_rule *rules, size_t count, const struct spb_fact_source *facts);

/* Appends `template` with each {name} replaced by that fact in its unit ("64 KiB", "1.5 %"), "?" when it is absent. */
void spb_rule_format(const char *template, const struct spb_fact_source *facts, struct spb_strbuf *out);
/* Appends one value, as above. */
void spb_fact_value_format(const struct spb_fact_value *value, struct spb_strbuf *out);

#endif
