#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds a JUnit report against what Ant's schema and that of Jenkins' plug-in have in common.

    check_junit.py FILE.xml...
"""
import re
import sys
import xml.etree.ElementTree as ET

SUITE = {"name": r".+", "id": r"\d+", "package": r".+", "hostname": r".+", "time": r"\d+(\.\d+)?",
         "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "tests": r"\d+", "failures": r"\d+", "errors": r"\d+", "skipped": r"\d+"}
CASE = {"name": r".+", "classname": r".+", "time": r"\d+(\.\d+)?"}
RESULTS = {"failure": {"message", "type"}, "error": {"message", "type"}, "skipped": {"message"}}


def attributes(element, wanted):
    for name in set(element.keys()) ^ wanted.keys():
        yield f"<{element.tag}>: attribute {name}"
    for name, pattern in wanted.items():
        if not re.fullmatch(pattern, element.get(name, ""), re.DOTALL):
            yield f"<{element.tag}> {name}={element.get(name)!r}"


def check_case(case):
    yield from attributes(case, CASE)
    if len(case) > 1:
        yield f"{case.get('name')}: more than one result"
    for result in case:
        if set(result.keys()) != RESULTS.get(result.tag):
            yield f"<{result.tag}> with {sorted(result.keys())}"


def check_suite(suite):
    yield from attributes(suite, SUITE)
    tags = [child.tag for child in suite]
    if not re.fullmatch(r"properties( testcase)+ system-out system-err", " ".join(tags)):
        yield f"order of elements: {tags}"
    cases = suite.findall("testcase")
    counts = {"tests": len(cases)} | {name: sum(case.find(tag) is not None for case in cases) for name, tag in
                                      (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))}
    for name, count in counts.items():
        if suite.get(name) != str(count):
            yield f"{name}={suite.get(name)}, but there are {count}"
    for case in cases:
        yield from check_case(case)


def check(path):
    root = ET.parse(path).getroot()
    if root.tag != "testsuites" or root.keys():
        yield f"<{root.tag}> {sorted(root.keys())}"
    for suite in root:
        yield from check_suite(suite)


def main():
    faults = [f"{path}: {fault}" for path in sys.argv[1:] for fault in check(path)]
    print("\n".join(faults) or "valid")
    return 1 if faults or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
