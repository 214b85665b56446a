#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The screen in a real terminal, which tmux plays: screen.py DRIVER. Every size, every key, every way to end."""
import os
import re
import shutil
import subprocess
import sys
import time

DRIVER = os.path.abspath(sys.argv[1])
PATIENCE_S = 20  # of a loaded machine: no time is measured here
SIZES = [(80, 24), (60, 15), (132, 43), (300, 100)]


class Terminal:
    """A shell in tmux, in which the driver runs: what is left of the terminal afterwards can be looked at."""

    def __init__(self, width=80, height=24, term="tmux-256color", locale="C.UTF-8"):
        self.socket = f"spb-screen-{os.getpid()}-{time.monotonic_ns()}"
        self.environment = {"LC_ALL": locale, "TERM": term, "PATH": os.environ["PATH"], "PS1": "$ "}
        shell = ["env", "-i", *(f"{name}={value}" for name, value in self.environment.items()), "sh", "-i"]
        self.tmux("-u", "new-session", "-d", "-x", str(width), "-y", str(height), *shell)

    def tmux(self, *arguments):
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        environment.pop("TMUX", None)
        return subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", *arguments], env=environment, check=True,
                              capture_output=True, text=True, timeout=PATIENCE_S).stdout

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, width, height):
        self.tmux("resize-window", "-x", str(width), "-y", str(height))

    def text(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def wait_for(self, pattern, what, absent=False):
        """Until the pattern stands on the screen (or stands there no more)."""
        end = time.monotonic() + PATIENCE_S
        while True:
            text = self.text()
            if bool(re.search(pattern, text, re.MULTILINE)) != absent:
                return text
            if time.monotonic() > end:
                raise AssertionError(f"{what}: {'still' if absent else 'no'} /{pattern}/ on the screen:\n{text}")
            time.sleep(0.1)

    def start(self, *arguments):
        self.type(" ".join([f"'{DRIVER}'", *map(str, arguments), "; echo ended $?"]))
        self.keys("Enter")
        return self.wait_for(r"^ *PID .*COMMAND", "the list of processes")

    def pid(self):
        pane = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        return int(subprocess.run(["pgrep", "-P", pane], check=True, capture_output=True, text=True).stdout.split()[0])

    def close(self):
        self.tmux("kill-server")


def check(condition, what, text=""):
    if not condition:
        raise AssertionError(f"{what}\n{text}")


def check_picture(terminal, width, height, what):
    """Once it has this size: before that, terminals show pieces of the picture before."""
    text = terminal.wait_for(rf"\Amachine .*\n(.*\n){{{height - 2}}}q quit", f"{what}, {width}x{height}")
    for word in ["load", "CPU", "Memory", "Pressure", "Disks", "Network", "PID", "RSS", "COMMAND", "quit"]:
        check(word in text, f"{width}x{height} lacks {word}", text)
    return text


def test_sizes(terminal):
    terminal.start(200)
    for width, height in SIZES + [(80, 24)]:
        terminal.resize(width, height)
        check_picture(terminal, width, height, "the picture")
    for width, height in [(1, 1), (2, 2), (20, 3), (10, 50), (200, 1), (80, 24)]:
        terminal.resize(width, height)
        time.sleep(0.3)
    check_picture(terminal, 80, 24, "the picture after sizes that hold none")


def test_many_resizes(terminal):
    terminal.start(100)
    for i in range(60):
        terminal.resize(1 + i * 37 % 200, 1 + i * 23 % 60)
    terminal.resize(80, 24)
    check_picture(terminal, 80, 24, "the picture after many sizes")


def test_keys(terminal):
    terminal.start(200)
    for key, title in [("m", "RSS"), ("i", "READ/s"), ("t", "THR"), ("c", "CPU %")]:
        terminal.keys(key)
        terminal.wait_for("\u25be" + title, f"the mark of the order after {key}")
    terminal.keys("h")
    terminal.wait_for("What the numbers say", "help")
    terminal.keys("Escape")
    terminal.wait_for(r"^ *PID", "the list after help")
    terminal.keys("+")
    terminal.wait_for(r"every 0\.5 s", "a longer interval")
    terminal.keys("-")
    terminal.wait_for(r"every 0\.2 s", "a shorter interval")
    for key in ["Down", "Up", "NPage", "PPage", "End", "Home", "F5", "x", "Left"]:
        terminal.keys(key)
    check_picture(terminal, 80, 24, "the picture after moving")


def test_filter_and_threads(terminal):
    terminal.start(200)
    number = str(terminal.pid())
    terminal.keys("/")
    terminal.type(number)
    terminal.wait_for(rf"^/{number} .* of \d+", "the filter")
    terminal.keys("Enter")
    text = terminal.wait_for(rf"^/{number} .*q quit", "the filter, kept")
    check(not re.search(r"\[kthreadd\]", text), "the filter lets others through", text)
    terminal.keys("Enter")
    terminal.wait_for(r"^\d+ threads? of \d+", "the threads")
    terminal.wait_for(r"TID S .*CPU %", "the header of threads")
    terminal.keys("Escape")
    terminal.wait_for(r"^ *PID", "the list after the threads")
    terminal.keys("Escape")
    terminal.wait_for(r"^/", "the filter after Escape", absent=True)
    terminal.keys("/")
    terminal.type("no such process")
    terminal.wait_for("no process matches", "a filter that nothing matches")
    terminal.keys("Escape")
    terminal.wait_for("no process matches", "the filter as it was", absent=True)


def test_pause(terminal):
    terminal.start(100)
    terminal.keys("Space")
    terminal.wait_for("PAUSED", "pause")
    before = terminal.text()
    time.sleep(1)
    check(terminal.text() == before, "a paused picture changes", before)
    terminal.keys("m")
    text = terminal.wait_for("\u25beRSS", "another order while paused")
    check("PAUSED" in text, "sorting ends the pause", text)
    terminal.keys("Space")
    terminal.wait_for(r"every 0\.1 s", "going on")


def modes(terminal):
    terminal.type("stty -a | tr ';' '\\n' | grep -c . ; stty -g")
    terminal.keys("Enter")
    return re.findall(r"^[0-9a-f]+(?::[0-9a-f]+)+$", terminal.wait_for(r"^[0-9a-f]+:[0-9a-f:]+$", "stty"), re.MULTILINE)[-1]


def check_restored(terminal, before, code):
    text = terminal.wait_for(rf"^(\^C)?ended {code}$", "the end")
    check("PID" not in text, "the screen is left behind", text)
    terminal.type("clear")
    terminal.keys("Enter")
    terminal.wait_for(r"ended", "a shell that works", absent=True)
    check(modes(terminal) == before, "the terminal's modes are others than before", terminal.text())
    cursor = terminal.tmux("display-message", "-p", "#{cursor_flag} #{alternate_on} #{keypad_cursor_flag}").split()
    check(cursor[:2] == ["1", "0"], f"cursor, other screen: {cursor}")


def test_ends(terminal):
    before = modes(terminal)
    for end, code in [("q", 0), ("C-c", 0), ("TERM", 0)]:
        terminal.start(200)
        if end == "TERM":
            os.kill(terminal.pid(), 15)
        else:
            terminal.keys(end)
        check_restored(terminal, before, code)


def test_crash(terminal):
    before = modes(terminal)
    terminal.start(200)
    os.kill(terminal.pid(), 10)
    check_restored(terminal, before, r"\d+")


def test_stop(terminal):
    before = modes(terminal)
    terminal.start(200)
    terminal.keys("C-z")
    terminal.wait_for(r"Stopped", "the shell's word")
    check(modes(terminal) == before, "a stopped screen leaves other modes", terminal.text())
    terminal.resize(100, 30)
    terminal.type("fg")
    terminal.keys("Enter")
    check_picture(terminal, 100, 30, "the picture after going on")
    terminal.keys("q")
    terminal.wait_for(r"^\$$", "the shell after going on")


def test_many_cpus(terminal):
    terminal.start(200, 1000)
    text = terminal.wait_for("each \\d+ CPUs", "a thousand CPUs")
    check_picture(terminal, 80, 24, "with a thousand CPUs")
    check("throttled 12 %" in text, "no cgroup", text)


def test_plain(terminal):
    terminal.start(200)
    terminal.wait_for(r"[#=]{2}|\.{20}", "bars of ASCII")
    text = check_picture(terminal, 80, 24, "without more than ASCII")
    check(text.isascii(), "more than ASCII", text)
    check(not re.search("\033\\[[0-9;]*3[0-8]", terminal.text("-e")), "colours without colours", text)


def test_no_terminal():
    done = subprocess.run([DRIVER], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S)
    check(done.returncode == 5 and "terminal" in done.stderr, "without a terminal", done.stderr)


TESTS = [(test_sizes, {}), (test_many_resizes, {}), (test_keys, {}), (test_filter_and_threads, {}), (test_pause, {}),
         (test_ends, {}), (test_crash, {}), (test_stop, {}), (test_many_cpus, {}),
         (test_plain, {"term": "vt100", "locale": "C"}), (test_plain, {"term": "vt100"})]


def main():
    if not shutil.which("tmux"):
        print("no tmux: skipped")
        return 77
    test_no_terminal()
    failed = 0
    for test, options in TESTS:
        terminal = Terminal(**options)
        try:
            test(terminal)
        except (AssertionError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"{test.__name__} {options}: {error}")
        finally:
            terminal.close()
    print(f"{len(TESTS) - failed} of {len(TESTS)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
