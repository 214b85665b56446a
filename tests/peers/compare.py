# SPDX-License-Identifier: MIT
"""Runs spbench and its peers in turn and prints the ratios; compare.sh builds the peers and calls it.

Both sides run on the CPU that spbench chose, and take turns, so that a change of the machine meets both.
"""
import argparse
import json
import os
import statistics
import subprocess
import time

from suite import compare_suite

EMPTY_LOOP_ROUNDS = 7
SPREAD_RUNS = 20
REPETITIONS = 10
STARTS = 50


def run_spbench(options, *arguments):
    """The parsed result of one run, and how long it took in seconds."""
    path = os.path.join(options.work, "result.json")
    start = time.monotonic()
    command = [options.spbench, "run", *arguments, "--quiet", "--output", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    with open(path, encoding="utf-8") as file:
        return json.load(file), seconds


def run_google(options, name, cpu, min_seconds, repetitions):
    """Medians of the repetitions in nanoseconds, of elapsed and of CPU time, and how long all of it took in seconds.

    Where others use the machine, CPU time leaves out part of what they cost: the peer's best side."""
    command = ["taskset", "-c", str(cpu), os.path.join(options.work, name), "--benchmark_format=json",
               f"--benchmark_min_time={min_seconds}", f"--benchmark_repetitions={repetitions}"]
    start = time.monotonic()
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = time.monotonic() - start
    runs = [run for run in json.loads(output)["benchmarks"] if run["run_type"] == "iteration"]
    return *(statistics.median(run[clock] for run in runs) for clock in ("real_time", "cpu_time")), seconds


def estimate_ns(row):
    """Nanoseconds of an iteration of the row."""
    if row["outcome"] != "ok":
        raise SystemExit(f"{row['key']}: {row['outcome']}, {row.get('reason')}")
    return row["statistics"]["estimate_ns"]


def coefficient_of_variation(values):
    return statistics.stdev(values) / statistics.mean(values)


def print_table(title, heading, lines):
    print(f"\n{title}")
    widths = [max(len(str(line[i])) for line in [heading, *lines]) for i in range(len(heading))]
    for line in [heading, *lines]:
        print("  " + "  ".join(str(cell).ljust(width) for cell, width in zip(line, widths)).rstrip())


def compare_empty_loop(options):
    sides = {"spbench self/null": [], "google/benchmark, elapsed": [], "google/benchmark, CPU time": []}
    for _ in range(EMPTY_LOOP_ROUNDS):
        result, seconds = run_spbench(options, "self/null", "--quick")
        row = result["rows"][0]
        cpu = row["placement"]["cpus"][0]
        real, busy, _ = run_google(options, "empty_loop", cpu, seconds / REPETITIONS / 2, REPETITIONS)
        for values, value in zip(sides.values(), (estimate_ns(row), real, busy)):
            values.append(value)
    ours = sides["spbench self/null"]
    lines = [(name, f"{statistics.median(values):.4f}", f"{min(values):.4f}",
              f"{statistics.median(a / b for a, b in zip(ours, values)):.3f}") for name, values in sides.items()]
    print_table(f"Empty loop, {EMPTY_LOOP_ROUNDS} rounds, ns an iteration",
                ("", "median", "lowest", "spbench to it (wanted: at most 1)"), lines)


def compare_spread_of(options, title, *patterns):
    """google/benchmark looks for its number of iterations first: min_time is corrected run by run, until both take the
    same time in all: that of the row's own processes, whatever runs between them."""
    sides = {"spbench": [], "google/benchmark, elapsed": [], "google/benchmark, CPU time": []}
    our_seconds, their_seconds = [], []
    share = 0.7
    for _ in range(SPREAD_RUNS):
        result, _ = run_spbench(options, *patterns)
        row = next(row for row in result["rows"]
                   if row["workload"] == "cpu/prime-sieve" and row["placement"]["threads"] == 1)
        seconds = sum(process["wall_ns"] for process in row["processes"]) / 1e9
        cpu = row["placement"]["cpus"][0]
        real, busy, taken = run_google(options, "prime_sieve", cpu, seconds * share / REPETITIONS, REPETITIONS)
        for values, value in zip(sides.values(), (estimate_ns(row), real, busy)):
            values.append(value)
        our_seconds.append(seconds)
        their_seconds.append(taken)
        share *= min(max(seconds / taken, 0.5), 2)
    ours = coefficient_of_variation(sides["spbench"])
    lines = [(name, f"{coefficient_of_variation(values):.3%}", f"{ours / coefficient_of_variation(values):.3f}",
              f"{(max(values) - min(values)) / statistics.median(values):.2%}",
              f"{statistics.median(values) / 1e3:.2f}") for name, values in sides.items()]
    print_table(f"Spread of the estimate of cpu/prime-sieve over {SPREAD_RUNS} runs, {title}",
                ("", "standard deviation", "spbench to it (wanted: at most 0.5)", "range", "median us"), lines)
    print(f"  seconds a run: spbench {statistics.mean(our_seconds):.2f}, "
          f"google/benchmark {statistics.mean(their_seconds):.2f}")


def compare_spread(options):
    """Alone, both sides see the same few seconds, with the speed that the machine happens to have. Among other rows the
    processes of ours are spread over a longer time."""
    compare_spread_of(options, "run alone", "cpu/prime-sieve", "--threads", "1")
    compare_spread_of(options, "run among other rows", "cpu/*", "self/*")


def time_startup(options):
    times = []
    for _ in range(STARTS):
        start = time.monotonic()
        subprocess.run([options.spbench, "list"], check=True, stdout=subprocess.DEVNULL)
        times.append((time.monotonic() - start) * 1e3)
    print_table(f"Start of `spbench list`, {STARTS} times, ms, forking it included", ("median", "lowest", "wanted"),
                [(f"{statistics.median(times):.2f}", f"{min(times):.2f}", "below 10")])


def peak_memory_kib(pid):
    """High-water mark of that process alone; 0 once it has ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def shares(row):
    """Of the time of the row's processes: what is neither set-up, warm-up nor samples, and set-up."""
    processes = row["processes"]
    wall = sum(process["wall_ns"] for process in processes)
    set_up = sum(process["set_up_ns"] for process in processes)
    useful = sum(process["warm_up_ns"] + sum(sample[1] for sample in process["samples"]) for process in processes)
    return 1 - (useful + set_up) / wall, set_up / wall


def measure_overhead(options):
    path = os.path.join(options.work, "all.json")
    start = time.monotonic()
    command = [options.spbench, "run", "all", "--quiet", "--output", path]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_memory_kib(process.pid))
            time.sleep(0.05)
    seconds = time.monotonic() - start
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    measured = [(row["key"], *(f"{share:.1%}" for share in shares(row)), len(row["processes"]))
                for row in rows if row["outcome"] == "ok"]
    print_table("Time of a row that is neither warm-up nor samples",
                ("row", "harness (wanted: below 5 %)", "the workload's set-up", "processes"), measured)
    print_table("The whole run", ("", "measured", "wanted"), [
        ("time", f"{seconds:.0f} s", "below 240 s"),
        ("peak memory of the parent", f"{peak / 1024:.1f} MiB", "below 30 MB"),
        ("rows that failed", len(rows) - len(measured), 0),
    ])


def compare_with_tools(options):
    compare_suite(options, run_spbench, print_table)


PARTS = {
    "suite": compare_with_tools,
    "empty-loop": compare_empty_loop,
    "spread": compare_spread,
    "startup": time_startup,
    "overhead": measure_overhead,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spbench", required=True)
    parser.add_argument("--work", required=True, help="folder with the peers; results go there")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part '{unknown[0]}'; there are {', '.join(PARTS)}")
    for name, function in PARTS.items():
        if not options.parts or name in options.parts:
            function(options)


if __name__ == "__main__":
    main()
