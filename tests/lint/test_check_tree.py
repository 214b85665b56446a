# SPDX-License-Identifier: MIT
"""Each rule of check_tree.py turns red on a tree that breaks it, and stays quiet on one that does not."""
import io
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_tree  # noqa: E402

SPDX = "/* SPDX-License-Identifier: MIT */\n"


def findings(rule, files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with io.open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return [f"{path}:{number}: {why}" for path, number, why in check_tree.RULES[rule](check_tree.Tree(root))]


class RulesTest(unittest.TestCase):
    def assert_red(self, rule, files, fragment):
        found = findings(rule, files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(fragment, found[0])

    def test_a_clean_tree(self):
        tree = {"harness/base/error.h": SPDX + "struct spb_error;\n",
                "harness/core/clock.c": SPDX + '#include <time.h>\n#include "error.h"\n#include "spbench.h"\n'
                                               '/* exit() */ const char *s = "printf(stderr)"; int spb_error(void);\n',
                "harness/topology/pin.c": SPDX + "#include <hwloc.h>\n",
                "harness/cli/main.c": SPDX + '#include <argp.h>\n#include "error.h"\nvoid f(void) { exit(1); }\n'}
        for rule in check_tree.RULES:
            self.assertEqual(findings(rule, tree), [])

    def test_layers(self):
        headers = {"harness/base/error.h": SPDX, "harness/core/clock.h": SPDX, "harness/agents/wire.h": SPDX,
                   "harness/agents/agent.h": SPDX, "harness/core/clock_internal.h": SPDX}
        for path, include, fragment in [
                ("harness/base/file.c", '"clock.h"', "base may not include core"),
                ("harness/profilers/cpu/target.c", '"agent.h"', "profilers may not include agents"),
                ("harness/cli/cmd_run.c", '"clock_internal.h"', "stays inside core"),
                ("harness/core/row.c", '"../base/error.h"', "bare name"),
                ("harness/core/row.c", '"gone.h"', "no room has"),
                ("harness/core/row.c", "<hwloc.h>", "belongs to topology"),
                ("benches/cpu/fma.c", '"error.h"', "benches may not include base"),
                ("harness/garden/rose.c", '"error.h"', "not in the table")]:
            self.assert_red("layers", {**headers, path: f"#include {include}\n"}, fragment)
        self.assertEqual(findings("layers", {**headers, "harness/profilers/target.c": '#include "wire.h"\n'}), [])

    def test_names(self):
        self.assert_red("names", {"harness/core/row.c": "", "harness/store/row.c": ""}, "exists already")
        self.assert_red("names", {"harness/core/Row.c": ""}, "lower case")

    def test_licence(self):
        for path in ("harness/core/row.c", "tests/cli/x.py", "tests/CMakeLists.txt", "bootstrap", ".ci/run"):
            self.assert_red("licence", {path: "text\n"}, "SPDX")

    def test_style(self):
        self.assert_red("style", {"harness/cli/x.c": "typedef struct {\n"}, "typedef")
        self.assertEqual(findings("style", {"harness/cli/x.c": "typedef struct spb_a spb_get(void);\n"}), [])
        for line in ("exit(1);", "if (x) printf (y);", "fprintf(stderr, y);", "perror(y);", "abort();"):
            self.assert_red("style", {"harness/core/x.c": line + "\n"}, "below cli/")
            self.assert_red("style", {"benches/cpu/x.c": line + "\n"}, "below cli/")

    def test_sizes(self):
        self.assert_red("sizes", {"harness/core/row.c": "\n" * 701}, "701 lines")
        self.assertEqual(findings("sizes", {"harness/core/row.c": "\n" * 700}), [])


if __name__ == "__main__":
    unittest.main()
