#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds a file of measurements against its schema: a result results/schema.json, an experiment in pairs results/ab_schema.json,
a line of the monitor results/monitor_schema.json,
a profile's report results/profile_schema.json.

    check_schema.py SCHEMA PROGRAM    what PROGRAM prints is valid, and each damage below is not
    check_schema.py SCHEMA FILE.json  the file is valid
"""
import copy
import json
import os
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

REMOVED = object()

# Path to a member of the sample, and what is put there.
RESULT_DAMAGES = [
    (["schema"], "other"),
    (["schema_version"], 2),
    (["kind"], "ab"),
    (["complete"], 1),
    (["created"], "yesterday"),
    (["created"], REMOVED),
    (["stamp"], []),
    (["stamp", "cpu", "model"], "Imaginary"),
    (["stamp", "cpu", "model"], {}),
    (["stamp", "cpu", "model"], {"value": "two\nlines"}),
    (["stamp", "cpu", "governor"], {"absent": None}),
    (["stamp", "A b"], {}),
    (["load_before", "one"], -1),
    (["load_before", "running"], REMOVED),
    (["options", "arguments"], "run all"),
    (["options", "seed"], 12),
    (["options", "precision_pct"], "1"),
    (["options", "budget_s"], None),
    (["rows"], {}),
    (["rows", 0, "workload"], 7),
    (["rows", 0, "measure"], "speed"),
    (["rows", 0, "outcome"], "fine"),
    (["rows", 2, "reason"], REMOVED),
    (["rows", 1, "parameters", 0, "kind"], "boats"),
    (["rows", 1, "parameters", 1, "value"], 18446744073709551615),
    (["rows", 0, "placement", "threads"], 0),
    (["rows", 0, "placement", "cpus"], []),
    (["rows", 3, "placement", "cpus"], [0]),
    (["rows", 0, "placement", "memory_node"], -1),
    (["rows", 0, "headline", "value"], REMOVED),
    (["rows", 0, "headline", "value"], None),
    (["rows", 0, "headline", "better"], "bigger"),
    (["rows", 0, "statistics", "estimate_ns"], REMOVED),
    (["rows", 0, "statistics", "interval"], None),
    (["rows", 0, "statistics", "interval", "confidence"], 1.5),
    (["rows", 0, "metrics", 0, "value"], REMOVED),
    (["rows", 0, "metrics", 0, "state"], "no-pmu"),
    (["rows", 0, "metrics", 0, "name"], "n" * 64),
    (["rows", 0, "processes", 0, "metrics", 1, "reason"], REMOVED),
    (["rows", 0, "processes", 0, "metrics", 2, "share"], REMOVED),
    (["rows", 0, "processes", 0, "outcome"], "unavailable"),
    (["rows", 0, "processes", 0, "seed"], REMOVED),
    (["rows", 0, "processes", 0, "settled"], "yes"),
    (["rows", 0, "processes", 0, "threads", 0], [0]),
    (["rows", 0, "processes", 0, "samples", 0], [1, 2]),
    (["rows", 0, "processes", 0, "samples", 0, 0], 0),
    (["rows", 0, "processes", 0, "samples", 0, 1], -5),
    (["rows", 0, "processes", 0, "samples", 0, 2], 4294967296),
]
AB_DAMAGES = [
    (["schema"], "spbench-result"),
    (["schema_version"], 2),
    (["complete"], REMOVED),
    (["created"], "yesterday"),
    (["stamp", "cpu", "model"], {}),
    (["load_after"], None),
    (["options", "threshold_pct"], -1),
    (["options", "budget_s"], REMOVED),
    (["options", "seed"], 12),
    (["sides", "new"], REMOVED),
    (["sides", "base", "kind"], "file"),
    (["sides", "base", "builds", 0, "hash"], REMOVED),
    (["sides", "base", "builds", 1, "path"], "two\nlines"),
    (["sides", "new", "environment"], "K=V"),
    (["rows", 0, "measure"], "speed"),
    (["rows", 0, "placement", "cpus"], []),
    (["rows", 1, "parameters", 0, "kind"], "boats"),
    (["rows", 3, "incomparable"], 1),
    (["rows", 0, "metrics", 0, "reason"], REMOVED),
    (["rows", 0, "pairs"], REMOVED),
    (["rows", 0, "pairs", 0, "outcome"], "unavailable"),
    (["rows", 2, "pairs", 0, "failed_side"], REMOVED),
    (["rows", 2, "pairs", 0, "reason"], REMOVED),
    (["rows", 0, "pairs", 0, "index"], -1),
    (["rows", 0, "pairs", 0, "x"], "X"),
    (["rows", 0, "pairs", 0, "seed"], 1),
    (["rows", 0, "pairs", 0, "build"], [0]),
    (["rows", 0, "pairs", 0, "work_per_iteration"], [24, None]),
    (["rows", 1, "pairs", 0, "overhead_ns"], [0, -1]),
    (["rows", 0, "pairs", 0, "metrics", "base"], REMOVED),
    (["rows", 0, "pairs", 0, "metrics", "new", 0, "value"], REMOVED),
    (["rows", 0, "pairs", 0, "rounds", 0], [1, 2, 3, 0, 0]),
    (["rows", 0, "pairs", 0, "rounds", 0, 0], 0),
    (["rows", 0, "pairs", 0, "rounds", 0, 2], "0"),
    (["rows", 0, "pairs", 0, "rounds", 0, 3], 4294967296),
    (["rows", 0, "pairs", 0, "rounds", 0, 5], 2),
]
MONITOR_DAMAGES = [
    (["schema"], "spbench-result"),
    (["schema_version"], 2),
    (["time"], "2026-12-31 23:59:59"),
    (["time"], REMOVED),
    (["interval_s"], 0),
    (["interval_s"], REMOVED),
    (["series"], []),
    (["series", "cpu.busy"], "12"),
    (["series", "cpu.busy"], {}),
    (["series", "cpu.busy", "cpu0"], "12"),
    (["series", "CPU busy"], 1),
    (["absent"], REMOVED),
    (["absent", "cpu.frequency", ""], None),
    (["absent", "cpu.frequency", ""], ""),
    (["processes"], {}),
    (["processes", 0, "pid"], 0),
    (["processes", 0, "name"], REMOVED),
    (["processes", 0, "state"], "running"),
    (["processes", 0, "cpu_pct"], -1),
    (["processes", 0, "rss_bytes"], 1.5),
    (["processes", 1, "read_bytes_per_s"], REMOVED),
    (["processes", 1, "extra"], 1),
]
PROFILE_DAMAGES = [
    (["schema"], "spbench-result"),
    (["schema_version"], 2),
    (["began"], "yesterday"),
    (["duration_ns"], 0),
    (["frequency_hz"], "997"),
    (["value", "unit"], REMOVED),
    (["samples"], 1.5),
    (["filter", "focus"], None),
    (["filter", "process"], "demo"),
    (["functions", 0, "function"], REMOVED),
    (["functions", 0, "self"], 0.5),
    (["functions", 0, "self_share"], 1.5),
    (["functions", 0, "module"], None),
    (["lines", 0, "line"], 0),
    (["modules", 0, "module"], REMOVED),
    (["threads", 0, "tid"], REMOVED),
    (["threads", 0, "self_share_error"], -0.1),
    (["processes", 0, "pid"], "10"),
    (["timelines", 0, "step_ns"], 0),
    (["timelines", 0, "thread"], REMOVED),
    (["timelines", 0, "values", 0], None),
    (["quality", "unnamed_share"], REMOVED),
    (["quality", "facts", 0, "unit"], REMOVED),
    (["quality", "facts", 1, "value"], 1),
    (["quality", "notes", 0, "level"], "fine"),
    (["advice", 0, "evidence"], REMOVED),
    (["advice", 0, "gain_high"], 2),
    (["advice", 0, "rule"], "Rule"),
]
DAMAGES = {"spbench-result": RESULT_DAMAGES, "spbench-ab": AB_DAMAGES, "spbench-monitor": MONITOR_DAMAGES,
           "spbench-profile": PROFILE_DAMAGES}


def damaged(sample, path, value):
    document = copy.deepcopy(sample)
    *parents, last = path
    place = document
    for step in parents:
        place = place[step]
    if value is REMOVED:
        del place[last]
    else:
        place[last] = value
    return document


def undescribed(schema, path="schema"):
    """Members of the schema that neither they nor what they refer to describe."""
    for name, member in schema.get("properties", {}).items():
        if "description" not in member and "$ref" not in member and "enum" not in member and "if" not in path:
            yield f"{path}.{name}"
        yield from undescribed(member, f"{path}.{name}")
    for name, member in schema.get("$defs", {}).items():
        yield from undescribed(member, f"{path}.{name}")


def drifted(schema, path):
    """What the schema beside it defines under the same name in another way."""
    for other in sorted(os.listdir(os.path.dirname(path))):
        if other.endswith(".json") and other != os.path.basename(path):
            with open(os.path.join(os.path.dirname(path), other), encoding="utf-8") as file:
                theirs = json.load(file).get("$defs", {})
            yield from (f"$defs.{name} is not as in {other}" for name, value in schema["$defs"].items()
                        if name in theirs and name != "row" and value != theirs[name])


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def read(source):
    text = subprocess.run([source], capture_output=True, text=True, check=True).stdout if os.access(
        source, os.X_OK) else open(source, encoding="utf-8").read()
    return json.loads(text, parse_constant=refuse_constant)


def main(schema_path, source):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    document = read(source)
    faults = [f"{source}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
              for error in validator.iter_errors(document)]
    if not source.endswith(".json"):
        faults += [f"{path} has no description" for path in undescribed(schema)]
        faults += drifted(schema, os.path.abspath(schema_path))
        faults += [f"the schema lets pass: {'/'.join(map(str, path))} = {value!r}"
                   for path, value in DAMAGES[schema["properties"]["schema"]["const"]]
                   if validator.is_valid(damaged(document, path, value))]
    print("\n".join(faults) or "valid")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
