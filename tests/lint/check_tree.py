#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rules of the house that no compiler knows. check_tree.py [--root FOLDER] RULE... prints FILE:LINE: what is wrong.

layers   who may include whom, and which library belongs to which room
names    file names are lower case and unique in the tree
licence  the SPDX line at the top
style    no struct typedefs; below cli/ nothing prints and nothing exits
sizes    no C file beyond 700 lines
"""
import argparse
import os
import re
import sys
from collections import defaultdict

# The rooms that a room may include; a header's name in place of a room allows that one header.
MAY_INCLUDE = {
    "base": [],
    "topology": ["base"],
    "proc": ["base"],
    "statistics": ["base"],
    "core": ["base", "topology", "statistics"],
    "counters": ["base", "topology", "core"],
    "agents": [],
    "profile": ["base", "statistics"],
    "symbols": ["base", "profile"],
    "profilers": ["base", "topology", "proc", "core", "counters", "profile", "symbols", "wire.h"],
    "monitor": ["base", "topology", "proc", "core", "counters"],
    "history": ["base", "statistics", "core", "monitor"],
    "store": ["base", "topology", "proc", "core"],
    "health": ["base", "statistics", "core", "monitor", "json_reader.h", "json_field.h"],
    "verdict": ["base", "statistics", "core", "store"],
    "report": ["base", "core", "store", "verdict", "history.h", "history_trend.h", "series.h", "process_table.h",
               "health.h", "profile"],
    "plot": ["base", "statistics", "core", "store", "verdict", "report", "history.h", "series.h"],
    "html": ["base", "statistics", "core", "doctor.h", "store", "verdict", "report"],
    "screen": ["base", "monitor"],
    "cli": ["base", "topology", "proc", "statistics", "core", "counters", "agents", "profilers", "monitor", "store", "verdict", "report",
            "plot", "html", "history", "health", "screen", "profile", "symbols", "build_info.h"],
    "benches": [],
}
# Headers of libraries, by prefix, and the rooms that may include them.
LIBRARIES = {
    "hwloc": ["topology"],
    "perfmon/": ["counters"],
    "jansson": ["store", "benches"],
    "zstd": ["benches", "history"],
    "sqlite3": ["history"],
    "elfutils/": ["symbols"], "libelf": ["symbols"], "gelf": ["symbols"], "dwarf": ["symbols"],
    "protobuf-c": ["profile"], "pprof.pb-c": ["profile"], "zlib": ["profile"],
    "argp": ["cli"], "getopt": ["cli"], "ncurses": ["screen"], "microhttpd": ["cli"],
}
PUBLIC = "spbench.h"
MAX_LINES = 700
MAY_BE_LONG = {"tests/stats/golden.h": "written by a script", "tests/stats/golden_scipy.h": "written by a script"}

EXITS = "exit|_exit|_Exit|quick_exit|abort"
PRINTS = "printf|vprintf|puts|putchar|perror|err|errx|warn|warnx|error"
TALKS = re.compile(rf"(?<![\w.>])({EXITS}|{PRINTS})\s*\(|\b(stdout|stderr)\b")
# (file, word): why it may.
MAY_TALK = {("harness/topology/topology.c", "_exit"): "ends the child process that hwloc runs in",
            ("harness/profilers/target.c", "_Exit"): "ends the child that has not become the command",
            ("benches/thread/process_spawn.c", "_exit"): "ends a child process, which is what is measured"}

WITH_LICENCE = re.compile(r"(\.(c|h|py|sh|bash|cmake|gp|R)|\.1\.in|/CMakeLists\.txt|/bootstrap|/\.ci/run)$")
SKIPPED_FOLDERS = re.compile(r"^(build.*|\.git|__pycache__)$")


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = []
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not SKIPPED_FOLDERS.match(name))
            self.files += [os.path.relpath(os.path.join(folder, name), root) for name in sorted(names)]
        self.sources = [path for path in self.files if re.match(r"(harness|benches|tests)/.*\.[ch]$", path)]

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def lines(self, path):
        return self.read(path).splitlines()

    def code_lines(self, path):
        """The lines without comments and the contents of strings."""
        text = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", blank, self.read(path),
                      flags=re.DOTALL)
        return text.splitlines()


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def room_of(path):
    """harness/core/clock.c -> core; benches/cpu/fma.c -> benches; None for tests and for what belongs to no room."""
    parts = path.split("/")
    if parts[0] == "harness":
        return parts[1] if len(parts) > 2 else None
    return "benches" if parts[0] == "benches" else None


def wrong_include(room, name, header_rooms):
    """Why `room` may not include the quoted header, or None."""
    if "/" in name:
        return "headers are included by their bare name"
    owner = header_rooms.get(name)
    if name == PUBLIC or owner == room or name in MAY_INCLUDE[room]:
        return None
    if owner is None:
        return f"no room has a header {name}"
    if name.endswith("_internal.h"):
        return f"{name} stays inside {owner}"
    return None if owner in MAY_INCLUDE[room] else f"{room} may not include {owner} ({name})"


def wrong_library(room, name):
    for prefix, rooms in LIBRARIES.items():
        if name.startswith(prefix) and room not in rooms:
            return f"<{name}> belongs to {', '.join(rooms)}"
    return None


def check_layers(tree):
    header_rooms = {os.path.basename(path): room_of(path) for path in tree.sources if path.endswith(".h")}
    for path in tree.sources:
        room = room_of(path)
        if room is not None and room not in MAY_INCLUDE:
            yield path, 1, f"the room {room} is not in the table of rooms"
        elif room is not None:
            for number, line in enumerate(tree.lines(path), 1):
                found = re.match(r"\s*#\s*include\s*([<\"])([^>\"]+)", line)
                if found:
                    quoted, name = found.group(1) == '"', found.group(2)
                    why = wrong_include(room, name, header_rooms) if quoted else wrong_library(room, name)
                    if why:
                        yield path, number, why


def check_names(tree):
    by_name = defaultdict(list)
    for path in tree.sources:
        name = os.path.basename(path)
        by_name[name].append(path)
        if not re.fullmatch(r"[a-z0-9_]+\.[ch]", name):
            yield path, 1, "file names are lower case, digits and _"
    for name, paths in by_name.items():
        if len(paths) > 1:
            yield paths[1], 1, f"{name} exists already: {paths[0]}"


def check_licence(tree):
    for path in tree.files:
        if WITH_LICENCE.search("/" + path) and not any("SPDX-License-Identifier: MIT" in line
                                                       for line in tree.lines(path)[:3]):
            yield path, 1, "no line 'SPDX-License-Identifier: MIT' at the top"


def check_style(tree):
    for path in tree.sources:
        silent = room_of(path) not in (None, "cli")
        for number, line in enumerate(tree.code_lines(path), 1):
            if re.search(r"\btypedef\s+(struct|union|enum)\b[^(]*$", line):  # those of functions have a "("
                yield path, number, "no typedef of a struct, union or enum"
            for found in TALKS.finditer(line) if silent else ():
                word = found.group(1) or found.group(2)
                if (path, word) not in MAY_TALK:
                    yield path, number, f"'{word}': below cli/ nothing prints and nothing exits"


def check_sizes(tree):
    for path in tree.sources:
        count = len(tree.lines(path))
        if count > MAX_LINES and path not in MAY_BE_LONG:
            yield path, count, f"{count} lines; at most {MAX_LINES}"


RULES = {"layers": check_layers, "names": check_names, "licence": check_licence, "style": check_style,
         "sizes": check_sizes}


def main():
    default_root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    parser = argparse.ArgumentParser(description="Checks the rules of the house that no compiler knows.")
    parser.add_argument("--root", default=default_root)
    parser.add_argument("rules", nargs="+", choices=RULES, metavar="RULE", help=", ".join(RULES))
    options = parser.parse_args()
    tree = Tree(options.root)
    found = [wrong for rule in options.rules for wrong in RULES[rule](tree)]
    for path, number, why in found:
        print(f"{path}:{number}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
