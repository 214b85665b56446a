#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one command-line test, a .case file; README.md beside this file describes the format.

Exit code 0: as expected; 1: not, with a diff; 2: the case file is wrong; 77: cannot run here, with the reason.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import requirement

PASSED, FAILED, WRONG, SKIPPED = 0, 1, 2, 77
ANY_LINES = "..."
NO_NEWLINE = "\\ no newline at the end"


class CaseError(Exception):
    """The case file itself is wrong."""


class Case:
    """`key: value` lines and comments, then sections that begin with `--- name`."""

    def __init__(self, path):
        self.exit_code = 0
        self.timeout_s = 30.0
        self.requirements = []
        self.sections = {"command": [], "stdout": [], "stderr": []}
        section = None
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file.read().splitlines(), 1):
                if line.startswith("--- "):
                    section = self.sections.get(line[4:].strip())
                    if section is None:
                        raise CaseError(f"{path}:{number}: sections are {', '.join(self.sections)}, not '{line[4:]}'")
                elif section is not None:
                    section.append(line)
                elif line and not line.startswith("#"):
                    self.read_setting(f"{path}:{number}", line)
        if not self.sections["command"]:
            raise CaseError(f"{path}: there is no command; write it below a line '--- command'")

    def read_setting(self, where, line):
        key, _, value = (part.strip() for part in line.partition(":"))
        try:
            if key == "exit":
                self.exit_code = int(value)
            elif key == "timeout":
                self.timeout_s = float(value)
            elif key == "requires":
                self.requirements.append(requirement.parse(value))
            else:
                raise CaseError(f"{where}: settings are exit, timeout and requires, not '{key}'")
        except ValueError as error:
            raise CaseError(f"{where}: {key}: {error}") from error


class Run:
    """What the command did. Files, not pipes: a process left in the background must not hold up the test."""

    def __init__(self, case, spbench):
        self.timed_out = False
        with tempfile.TemporaryDirectory(prefix="spbench-cli-", ignore_cleanup_errors=True) as scratch:
            folder = os.path.join(scratch, "work")
            os.mkdir(folder)
            with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
                script = "\n".join(case.sections["command"])
                process = subprocess.Popen(["sh", "-c", script], cwd=folder, env=environment(spbench, folder),
                                           stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                                           start_new_session=True)
                self.exit_code = self.wait(process, case.timeout_s)
                self.stdout, self.stderr = read_lines(stdout), read_lines(stderr)

    def wait(self, process, timeout_s):
        try:
            return process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.timed_out = True
            return None
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def environment(spbench, folder):
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LANGUAGE")}
    env.update(PATH=os.path.dirname(os.path.abspath(spbench)) + os.pathsep + env["PATH"], HOME=folder,
               SPB_PLUGINS=os.path.join(os.path.dirname(os.path.abspath(spbench)), "tests", "cli", "plugins"),
               SPB_TESTS=os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
               TERM="dumb", LC_ALL="C.UTF-8", TZ="UTC")
    return env


def read_lines(file):
    file.seek(0)
    text = file.read().decode("utf-8", "backslashreplace")
    return text.split("\n")[:-1] + ([] if text.endswith("\n") or not text else [text.rsplit("\n", 1)[-1], NO_NEWLINE])


def line_matches(pattern, line):
    if "{{" not in pattern:
        return pattern == line
    parts = re.split(r"\{\{(.*?)\}\}", pattern)
    return re.fullmatch("".join(f"(?:{part})" if i % 2 else re.escape(part) for i, part in enumerate(parts)), line)


def align(expected, actual):
    """The cheapest alignment as (mark, line) pairs: ' ' agrees, '-' is missing, '+' is too much.

    cost[i][j] counts the lines that do not fit between expected[i:] and actual[j:]; '...' takes any line for nothing.
    """
    rows, columns = len(expected), len(actual)
    cost = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            cost[i][j] = min((price for price, _, _ in steps(expected, actual, cost, i, j)), default=0)
    marked, i, j = [], 0, 0
    while i < rows or j < columns:
        price, mark, (next_i, next_j) = min(steps(expected, actual, cost, i, j), key=lambda step: step[0])
        if not (mark == " " and i < rows and expected[i] == ANY_LINES and next_i == i):
            marked.append((mark, expected[i] if next_i > i else actual[j]))
        i, j = next_i, next_j
    return marked


def steps(expected, actual, cost, i, j):
    any_lines = i < len(expected) and expected[i] == ANY_LINES
    if any_lines:
        yield cost[i + 1][j], " ", (i + 1, j)
        if j < len(actual):
            yield cost[i][j + 1], " ", (i, j + 1)
        return
    if i < len(expected) and j < len(actual) and line_matches(expected[i], actual[j]):
        yield cost[i + 1][j + 1], " ", (i + 1, j + 1)
    if i < len(expected):
        yield cost[i + 1][j] + 1, "-", (i + 1, j)
    if j < len(actual):
        yield cost[i][j + 1] + 1, "+", (i, j + 1)


def find_differences(case, run):
    """Text for a person; empty when all is as expected."""
    found = []
    if run.timed_out:
        found.append(f"killed after {case.timeout_s:g} s")
    elif run.exit_code != case.exit_code:
        found.append(f"exit code {run.exit_code}, expected {case.exit_code}")
    for name, lines in (("stdout", run.stdout), ("stderr", run.stderr)):
        marked = align(case.sections[name], lines)
        if any(mark != " " for mark, _ in marked):
            found.append(f"{name} (- expected, + got):")
            found.extend(f"  {mark} {line}" for mark, line in marked)
    return "\n".join(found)


def main():
    parser = argparse.ArgumentParser(description="Runs one command-line test.")
    parser.add_argument("--spbench", default=shutil.which("spbench"), help="the program under test")
    parser.add_argument("case")
    options = parser.parse_args()
    try:
        case = Case(options.case)
    except (CaseError, OSError) as error:
        print(error)
        return WRONG
    for needed in case.requirements:
        reason = needed()
        if reason:
            print(f"skipped: {reason}")
            return SKIPPED
    differences = find_differences(case, Run(case, options.spbench))
    if not differences:
        return PASSED
    print(f"{options.case}\n$ " + "\n> ".join(case.sections["command"]))
    print(differences)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
