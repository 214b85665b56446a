/* SPDX-License-Identifier: MIT
 *
 * A look as one line of JSON; results/monitor_schema.json describes it.
 *
 *     {"schema":"spbench-monitor","schema_version":1,"time":"2026-12-31T23:59:59.123Z","interval_s":1.00002,
 *      "series":{"cpu.busy":{"":12.5,"cpu0":20,"cpu1":5},"load.1":0.25,"cpu.frequency":{"":null}},
 *      "absent":{"cpu.frequency":{"":"no CPU tells its frequency"}},
 *      "processes":[{"pid":1,"name":"init",...}]}
 *
 * A series with one instance only is a number, any other an object; the instance "" is all of them together. What has no
 * value is null, and its reason stands under "absent".
 */
#ifndef SPB_LOOK_JSON_H
#define SPB_LOOK_JSON_H

#include "look_view.h"
#include "strbuf.h"

/* Appends the line. */
void spb_look_json(const struct spb_look_view *view, struct spb_strbuf *out);

#endif
