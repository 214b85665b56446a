#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`spbench ab` on this machine, again and again: false alarms and slowdowns caught. By hand: it takes hours to do in full.

    tests/gate/acceptance.py --spbench build-dev/spbench --plugin build-dev/tests/gate/slowed.so --runs 100
    tests/gate/acceptance.py ... --slowdown 3 --runs 20 --budget 60
    tests/gate/acceptance.py ... --busy --runs 100             a neighbour that computes all the time

Ctrl-C or SIGTERM ends it with what there is. Ten rows; a run that ends undecided is counted neither as an alarm nor as caught, nor as passed.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict


def run_ab(options, number, folder):
    """Verdicts by row, the standard deviation of the pairs by row, and the seconds it took."""
    start = time.monotonic()
    command = [options.spbench, "ab", "slowed/*", "--base", options.plugin, "--new", options.plugin,
               "--base-env", "SPB_SLOWED=00", "--new-env", f"SPB_SLOWED={options.slowdown:02d}",
               "--threshold", str(options.threshold), "--budget", str(options.budget), "--quiet",
               "--output", os.path.join(folder, "ab.json"), "--format", "json", "--seed", str(options.seed + number)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode not in (0, 1, 3):
        sys.exit(f"{' '.join(command)}\n{process.stderr}")
    return json.loads(process.stdout)["comparisons"][0]["rows"], time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spbench", required=True)
    parser.add_argument("--plugin", required=True, help="tests/gate/slowed.so")
    parser.add_argument("--folder", default="/tmp")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--slowdown", type=int, default=0, help="per cent; 0: A/A")
    parser.add_argument("--threshold", type=float, default=3)
    parser.add_argument("--budget", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--busy", action="store_true", help="beside a process that computes all the time")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell makes what it starts in the background deaf to Ctrl-C
        signal.signal(number, signal.default_int_handler)
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if options.busy else None
    verdicts, by_row, spreads, seconds, runs_with_alarm = Counter(), defaultdict(Counter), defaultdict(list), [], 0
    try:
        for number in range(options.runs):
            rows, taken = run_ab(options, number, options.folder)
            seconds.append(taken)
            for row in rows:
                verdicts[row["verdict"]] += 1
                by_row[row["row"]][row["verdict"]] += 1
                spreads[row["row"]].append(100 * (row.get("unit_sd_log") or 0))
            runs_with_alarm += any(row["verdict"] == "regression" for row in rows)
            print(f"\r{number + 1} of {options.runs} runs, {runs_with_alarm} with a regression", end="", file=sys.stderr,
                  flush=True)
    except KeyboardInterrupt:
        options.runs = len(seconds)
    finally:
        if neighbour:
            neighbour.kill()
    print(file=sys.stderr)
    print(f"{options.runs} runs, slowdown {options.slowdown} %, threshold {options.threshold} %, "
          f"{'busy' if options.busy else 'idle'}; {statistics.median(seconds):.0f} s a run (median), "
          f"{max(seconds):.0f} s at most")
    print(f"runs with a regression: {runs_with_alarm}; rows: {dict(verdicts)}")
    for key, counts in sorted(by_row.items()):
        print(f"  {key:24} sd of a pair {statistics.median(spreads[key]):.2f} %  {dict(counts)}")


if __name__ == "__main__":
    main()
