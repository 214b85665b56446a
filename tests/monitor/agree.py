#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether the sampler says what sar, vmstat and pidstat say, over the same interval.

    agree.py WATCH [--seconds N]        WATCH: the program of watch.c

Starts all of them at once under a load of its own, compares the means, prints each pair and fails where they are further apart than what both can
resolve: the starts differ by some ms, the kernel's clock of CPU time ticks in 10 ms, and printed figures are rounded. Exit codes: 0 they
agree, 1 they do not, 77 sysstat or procps is not installed.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

LOAD = """
import os, time, threading
end = time.monotonic() + {seconds}
data = bytes(1 << 16)
while time.monotonic() < end:
    with open({file!r}, "wb") as file:
        for _ in range(16):
            file.write(data)
        file.flush()
        os.fdatasync(file.fileno())
    start = time.monotonic()
    while time.monotonic() < start + 0.03:
        sum(range(1000))
    time.sleep(0.03)
"""


def averages(text, first):
    """The columns of sysstat's 'Average:' block whose header has the word `first`: {row's name: {column: value}}"""
    rows, header = {}, None
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] != "Average:":
            header = None
            continue
        if first in words:
            header = words[1:]
        elif header:
            rows[" ".join(words[1:2])] = dict(zip(header, words[1:]))
    return rows


def number(row, column):
    return float(row[column].replace(",", "."))


class Verdict:
    def __init__(self):
        self.failed = False

    def compare(self, what, ours, theirs, slack):
        apart = abs(ours - theirs)
        good = apart <= slack
        self.failed |= not good
        print(f"{what:42} {ours:14.3f} {theirs:14.3f}   apart {apart:10.3f} of {slack:10.3f}  {'' if good else 'TOO FAR'}")


def start(command):
    environment = dict(os.environ, LC_ALL="C", S_COLORS="never")
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def check(verdict, ours, sar, vmstat, pidstat, pid, seconds):
    means = ours["means"]
    ticks = 100 * 0.03 / seconds + 2.0   # per cent of a CPU: three ticks, and starts that differ by 2 %
    busy = averages(sar, "%user")["all"]
    verdict.compare("cpu.user + guest (sar -u %user + %nice)", means["cpu.user"] + means.get("cpu.guest", 0),
                    number(busy, "%user") + number(busy, "%nice"), ticks)
    verdict.compare("cpu.system + irq (sar -u %system)", means["cpu.system"] + means["cpu.irq"], number(busy, "%system"), ticks)
    verdict.compare("cpu.iowait (sar -u %iowait)", means["cpu.iowait"], number(busy, "%iowait"), ticks)
    verdict.compare("cpu.steal (sar -u %steal)", means["cpu.steal"], number(busy, "%steal"), ticks)
    for name, column, of in (("kernel.context-switches", "cswch/s", "cswch/s"), ("kernel.forks", "proc/s", "cswch/s"),
                             ("memory.page-faults", "fault/s", "fault/s"), ("memory.major-faults", "majflt/s", "fault/s")):
        row = next(iter(averages(sar, of).values()))
        verdict.compare(f"{name} (sar {column})", means[name], number(row, column), 0.1 * number(row, column) + 60)
    for device, row in averages(sar, "rxkB/s").items():
        key = f"network.received/{device}"
        if key in means:
            verdict.compare(f"{key} kB/s (sar -n DEV)", means[key] / 1024, number(row, "rxkB/s"),
                            0.1 * number(row, "rxkB/s") + 2)
    for device, row in averages(sar, "wkB/s").items():
        for name, column, scale in (("disk.written", "wkB/s", 1024), ("disk.busy", "%util", 1)):
            key = f"{name}/{device}"
            if key in means:
                slack = 0.15 * number(row, column) + (200 if scale > 1 else 5)
                verdict.compare(f"{key} (sar -d {column})", means[key] / scale, number(row, column), slack)
    row = averages(sar, "kbmemfree")
    free = number(next(iter(row.values())), "kbmemfree")
    verdict.compare("memory.free MB (sar -r)", means["memory.free"] / 1048576, free / 1024, 0.1 * free / 1024 + 200)   # one moment beside a mean
    last = vmstat.splitlines()[2 + 1:]   # the first line is of the time since boot
    switches = sum(int(line.split()[11]) for line in last) / len(last)
    verdict.compare("kernel.context-switches (vmstat cs)", means["kernel.context-switches"], switches, 0.1 * switches + 60)
    load = next(row for row in averages(pidstat, "%CPU").values() if row.get("PID") == str(pid))
    verdict.compare("the load's CPU (pidstat %CPU)", ours["process"]["cpu"], number(load, "%CPU"), 2 * ticks)
    written = averages(pidstat, "kB_wr/s")
    if written and ours["process"]["written"] is not None:
        row = next(row for row in written.values() if row.get("PID") == str(pid))
        verdict.compare("the load's writing kB/s (pidstat -d)", ours["process"]["written"] / 1024, number(row, "kB_wr/s"),
                        0.1 * number(row, "kB_wr/s") + 50)


def main():
    parser = argparse.ArgumentParser(description="Compares the sampler with sar, vmstat and pidstat.")
    parser.add_argument("watch")
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    missing = [name for name in ("sar", "vmstat", "pidstat") if not shutil.which(name)]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed (packages sysstat, procps)")
        return 77
    seconds = options.seconds
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(options.watch))) as folder:
        program = LOAD.format(seconds=seconds + 2, file=os.path.join(folder, "load"))
        load = subprocess.Popen([sys.executable, "-c", program])
        peers = [start(["sar", "-u", "-w", "-B", "-d", "-r", "-n", "DEV", "1", str(seconds)]),
                 start(["vmstat", "-n", "1", str(seconds + 1)]),
                 start(["pidstat", "-u", "-d", "-p", str(load.pid), "1", str(seconds)]),
                 start([options.watch, str(load.pid), str(seconds)])]
        texts = [peer.communicate()[0] for peer in peers]
        load.wait()
    verdict = Verdict()
    print(f"{'':42} {'sampler':>14} {'peer':>14}")
    check(verdict, json.loads(texts[3]), texts[0], texts[1], re.sub(r" +\n", "\n", texts[2]), load.pid, seconds)
    return 1 if verdict.failed else 0


if __name__ == "__main__":
    sys.exit(main())
