# SPDX-License-Identifier: MIT
"""The pages that the tests look at: of measured and of made-up results, and of one that wants to do harm."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

HOSTILE = ("<script>window.hacked=1</script>", "\"><img src=x onerror='window.hacked=1'>", "a&b &amp; 'c'", "\u05d0\u05d1\u05d2 (right to left)",
           "</table></script><!--", "{{x}} ${y} \\u003c", "\u00b5\u4e16\u754c")
ROWS = 1000


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--spbench", required=True)
    parser.add_argument("--root", required=True)
    known, rest = parser.parse_known_args()
    sys.argv[1:] = rest
    return known


def skip(what):
    print(f"skipped: {what}; ./bootstrap test installs it")
    sys.exit(77)


def hostile_result(root):
    """A thousand rows whose every text is an attack, from those of a result that was measured."""
    with open(os.path.join(root, "tests/fixtures/results/measured.json"), encoding="utf-8") as file:
        result = json.load(file)
    rows = []
    for i in range(ROWS):
        row = json.loads(json.dumps(result["rows"][i % len(result["rows"])]))
        text = HOSTILE[i % len(HOSTILE)]
        row["parameters"] = [{"name": "name", "kind": "choice", "text": f"{text} {i}", "value": 0}]
        row["processes"] = row["processes"][:2]
        if i % 10 == 0:
            row["outcome"], row["reason"], row["processes"] = "failed", f"died of {text}", []
        rows.append(row)
    result["rows"] = rows
    result["stamp"]["host"]["name"] = {"value": HOSTILE[0]}
    result["stamp"]["cpu"]["model"] = {"value": HOSTILE[1]}
    result["stamp"]["cpu"]["governor"] = {"absent": HOSTILE[4]}
    result["options"]["arguments"] = list(HOSTILE)
    return result


class Pages:
    """Written into a folder of its own, which lasts as long as this object."""

    def __init__(self, known):
        self.known = known
        self.folder = tempfile.TemporaryDirectory(prefix="spbench-pages-")
        fixtures = os.path.join(known.root, "tests/fixtures/results")
        base, new = os.path.join(fixtures, "base.json"), os.path.join(fixtures, "new.json")
        hostile = os.path.join(self.folder.name, "<b onclick='x'>&.json")
        with open(hostile, "w", encoding="utf-8") as file:
            json.dump(hostile_result(known.root), file)
        self.single = self.make("single", os.path.join(fixtures, "measured.json"))
        self.compared = self.make("compared", new, "--compare", base)
        self.several = self.make("several", new, os.path.join(fixtures, "steady.json"), "--compare", base)
        self.hostile = self.make("hostile", hostile)

    def make(self, name, *arguments):
        path = os.path.join(self.folder.name, name + ".html")
        state = {**os.environ, "XDG_STATE_HOME": self.folder.name}
        done = subprocess.run([self.known.spbench, "report", *arguments, "--output", path], env=state, check=False,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"spbench report {' '.join(arguments)}: {done.stderr}")
        return path

    def all(self):
        return {"single": self.single, "compared": self.compared, "several": self.several, "hostile": self.hostile}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()
