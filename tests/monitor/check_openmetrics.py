#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds a text from standard input against the rules of a metrics format: check_openmetrics.py openmetrics|text

The rules are those of OpenMetrics 1.0, and of Prometheus' text format 0.0.4, together with what `promtool check metrics` asks for:
families are contiguous and described, names, labels, units and suffixes fit, no sample comes twice. Where the Prometheus client
library is installed its parsers must agree. Several OpenMetrics texts may follow each other: each ends in # EOF.
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)')
BASE_UNITS = {"seconds", "bytes", "ratio", "celsius", "hertz", "cpus", "cpu_seconds"}


def labels_of(text):
    labels, at = {}, 0
    while at < len(text or ""):
        found = LABEL.match(text, at)
        if not found:
            return None
        if found.group(1) in labels:
            return None
        labels[found.group(1)] = found.group(2)
        at = found.end()
    return labels


class Checker:
    def __init__(self, modern):
        self.modern = modern
        self.faults, self.samples, self.families = [], set(), {}
        self.family = None

    def fault(self, number, why):
        self.faults.append(f"line {number}: {why}")

    def describe(self, number, kind, name, rest):
        if self.family is None or self.family["name"] != name:
            if name in self.families:
                self.fault(number, f"the family {name} comes twice")
            self.family = self.families[name] = {"name": name, "samples": 0}
        if kind in self.family or self.family["samples"]:
            self.fault(number, f"{kind} of {name} is late or comes twice")
        self.family[kind] = rest
        if kind == "UNIT" and (not self.modern or not name.endswith("_" + rest) or rest not in BASE_UNITS):
            self.fault(number, f"the unit {rest} does not fit {name}")
        if kind == "TYPE" and rest not in ("counter", "gauge"):
            self.fault(number, f"the type {rest}")
        if kind == "TYPE" and self.modern and name.endswith(("_total", "_info", "_count", "_sum", "_bucket")):
            self.fault(number, f"{name} ends in a suffix that belongs to samples")
        if kind == "TYPE" and not self.modern and (rest == "counter") != name.endswith("_total"):
            self.fault(number, f"{name}: counters end in _total, and nothing else")

    def sample(self, number, line):
        found = SAMPLE.fullmatch(line)
        labels = found and labels_of(found.group(2))
        if not found or labels is None:
            return self.fault(number, f"no sample: {line}")
        name, value = found.group(1), float(found.group(3))
        counter = self.family and self.family.get("TYPE") == "counter"
        expected = self.family and self.family["name"] + ("_total" if counter and self.modern else "")
        if name != expected or "TYPE" not in self.family or not self.family.get("HELP"):
            self.fault(number, f"{name} stands outside its family, or that has no TYPE and HELP")
        if value != value or (counter and value < 0):
            self.fault(number, f"the value {value}")
        if (name, tuple(sorted(labels.items()))) in self.samples:
            self.fault(number, f"comes twice: {line}")
        self.samples.add((name, tuple(sorted(labels.items()))))
        self.family and self.family.update(samples=self.family["samples"] + 1)

    def check(self, lines):
        for number, line in enumerate(lines, 1):
            found = re.fullmatch(rf"# (TYPE|UNIT|HELP) ({NAME}) (.+)", line)
            if found:
                self.describe(number, *found.groups())
            elif line.startswith("#") or not line:
                self.fault(number, f"no line of the format: {line!r}")
            else:
                self.sample(number, line)
        self.faults += [f"the family {name} has no sample" for name, family in self.families.items()
                        if not family["samples"]]
        return self.faults


def library_faults(text, modern):
    try:
        from prometheus_client import parser
        from prometheus_client.openmetrics import parser as modern_parser
    except ImportError:
        return []
    try:
        families = list((modern_parser if modern else parser).text_string_to_metric_families(text))
        return [] if families else ["the client library finds no family"]
    except ValueError as error:
        return [f"the client library: {error}"]


def check(text, modern):
    if not text.endswith("\n") or "\r" in text:
        return ["lines end in a line feed, the last one too"]
    if not modern:
        return Checker(False).check(text[:-1].split("\n")) + library_faults(text, False)
    expositions = text.split("# EOF\n")
    faults = [] if expositions.pop() == "" and expositions else ["the text does not end in # EOF"]
    for exposition in expositions:
        faults += Checker(True).check(exposition[:-1].split("\n")) + library_faults(exposition + "# EOF\n", True)
    return faults


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("openmetrics", "text"):
        sys.exit(__doc__)
    found = check(sys.stdin.buffer.read().decode("utf-8"), sys.argv[1] == "openmetrics")
    print("\n".join(found) or "valid")
    sys.exit(1 if found else 0)
