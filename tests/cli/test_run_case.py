# SPDX-License-Identifier: MIT
"""The runner of the command-line tests sees what is wrong. Needs no spbench."""
import os
import subprocess
import sys
import tempfile
import unittest

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_case.py")


def run(text):
    with tempfile.NamedTemporaryFile("w", suffix=".case") as case:
        case.write(text)
        case.flush()
        done = subprocess.run([sys.executable, "-B", RUNNER, "--spbench", "/bin/true", case.name],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class RunnerTest(unittest.TestCase):
    def assert_run(self, text, code, *fragments):
        exit_code, output = run(text)
        self.assertEqual(exit_code, code, output)
        for fragment in fragments:
            self.assertIn(fragment, output)

    def test_literal_lines(self):
        self.assert_run("--- command\necho a.c\n--- stdout\na.c\n", 0)
        self.assert_run("--- command\necho abc\n--- stdout\na.c\n", 1, "  - a.c\n  + abc")

    def test_regular_expressions(self):
        self.assert_run("--- command\necho 'took 12 ms (ok)'\n--- stdout\ntook {{\\d+|no}} ms (ok)\n", 0)
        self.assert_run("--- command\necho 'took x ms'\n--- stdout\ntook {{\\d+}} ms\n", 1, "+ took x ms")

    def test_any_lines(self):
        self.assert_run("--- command\nseq 9\n--- stdout\n1\n...\n5\n...\n9\n", 0)
        self.assert_run("--- command\nseq 2\n--- stdout\n1\n...\n2\n", 0)
        self.assert_run("--- command\nseq 4\n--- stdout\n1\n...\n5\n", 1, "    1\n    ...\n  - 5")

    def test_absent_section_means_no_output(self):
        self.assert_run("--- command\necho a\n", 1, "+ a")
        self.assert_run("--- command\necho a >&2\n--- stdout\n", 1, "stderr (")

    def test_missing_newline_shows(self):
        self.assert_run("--- command\nprintf a\n--- stdout\na\n", 1, "no newline")

    def test_exit_code(self):
        self.assert_run("exit: 3\n--- command\nexit 3\n", 0)
        self.assert_run("--- command\nexit 3\n", 1, "exit code 3, expected 0")

    def test_timeout_ends_the_whole_group(self):
        self.assert_run("timeout: 0.2\n--- command\nsleep 60 & sleep 60\n", 1, "killed after 0.2 s")

    def test_requirements(self):
        self.assert_run("requires: cpus 100000\n--- command\nfalse\n", 77, "skipped: needs 100000 CPUs")
        self.assert_run("requires: program no-such-program\n--- command\nfalse\n", 77, "no-such-program")
        self.assert_run("requires: program sh\n--- command\ntrue\n", 0)

    def test_wrong_case_files(self):
        self.assert_run("--- output\n", 2, ":1: sections are")
        self.assert_run("exit: 0\n", 2, "there is no command")
        self.assert_run("colour: red\n--- command\n", 2, "not 'colour'")
        self.assert_run("requires: luck\n--- command\n", 2, "not 'luck'")
        self.assert_run("exit: two\n--- command\n", 2, ":1: exit:")

    def test_environment(self):
        os.environ["NO_COLOR"] = "1"
        self.addCleanup(os.environ.pop, "NO_COLOR")
        self.assert_run("--- command\necho \"${NO_COLOR-unset} $TERM $LC_ALL\"; ls; test -d \"$SPB_TESTS/cli\"\n"
                        "--- stdout\nunset dumb C.UTF-8\n", 0)


if __name__ == "__main__":
    unittest.main()
