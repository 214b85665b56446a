#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_shares.py PROFILED AGENT SHARES ENGINE CALL_GRAPH KIND [MILLISECONDS]: the shares of functions as sampled against what they measured themselves.

Each share must agree within five standard errors of sampling and one percentage point, and the sum with the CPU time that went by. What is asked beyond that of a kind of program stands
in KINDS.
"""
import math
import os
import subprocess
import sys
import tempfile

# exit code, threads at least, whether stacks must be whole
KINDS = {
    "plain": (0, 1, True),
    "threads": (0, 6, True),
    "short": (0, 100, True),
    "fork": (0, 4, True),
    "exec": (0, 4, True),
    "dlopen": (0, 1, True),
    "signals": (0, 1, True),
    "deep": (0, 1, True),
    "kill": (137, 1, True),
    "abort": (134, 1, True),
}


def read_truth(path):
    truth = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, ns = line.split()
            truth[name] = truth.get(name, 0) + int(ns)
    return {name: ns for name, ns in truth.items() if ns}


def read_report(path):
    functions, threads, facts = {}, [], {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            kind, _, rest = line.rstrip("\n").partition(" ")
            if kind == "function":
                name, self_ns, total_ns = rest.rsplit(" ", 2)
                functions[name] = (int(self_ns), int(total_ns))
            elif kind == "thread":
                threads.append(rest)
            else:
                name, _, value = rest.partition(" ")
                facts[name] = value
    return functions, threads, facts


def check(kind, call_graph, truth, report):
    functions, threads, facts = report
    truth_sum, samples = sum(truth.values()), int(facts["samples"])
    sampled_sum = sum(self_ns for self_ns, _ in functions.values())
    for name, ns in sorted(truth.items()):
        share = ns / truth_sum
        found = functions.get(name, (0, 0))[1 if call_graph != "none" else 0] / max(sampled_sum, 1)
        error = math.sqrt(share * (1 - share) / max(samples, 1))
        print(f"{name}: {share:.1%} of the time, sampled {found:.1%}, standard error {error:.1%}")
        if abs(found - share) > 5 * error + 0.01:
            yield f"{name} has {found:.1%} instead of {share:.1%}"
    print(f"{samples} samples for {sampled_sum / 1e6:.1f} ms of {truth_sum / 1e6:.1f} ms, {len(threads)} threads, "
          f"{facts['truncated-stacks']} truncated")
    # A thread's last tick is half a tick before its end, on average; ticks come late on a machine that has others to serve. Of threads that live for less than a tick only
    # some are seen; a busy machine lets them begin just after a tick, and sees fewer.
    below = 0.6 if kind == "short" else 0.05 + len(threads) * 0.02
    if not 1 - below < sampled_sum / truth_sum < 1.25:
        yield f"{sampled_sum} ns were sampled of {truth_sum}"
    _, threads_min, whole = KINDS[kind]
    if len(threads) < threads_min:
        yield f"{len(threads)} threads are too few"
    if whole and call_graph == "fp" and int(facts["truncated-stacks"]) > 0.05 * samples + 3:
        yield f"{facts['truncated-stacks']} of {samples} stacks are truncated"
    for name in ("samples-lost", "malformed-records"):
        if facts[name] != "0":
            yield f"{name}: {facts[name]}"


def main():
    profiled, agent, shares, engine, call_graph, kind, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        truth, report = os.path.join(folder, "truth"), os.path.join(folder, "report")
        environment = dict(os.environ, SPB_TRUTH=truth, SPB_TEST_AGENT=agent)
        done = subprocess.run([profiled, engine, "997", call_graph, report, shares, kind, *(rest or ["1500"])],
                              env=environment, check=False)
        if done.returncode != KINDS[kind][0]:
            print(f"exit code {done.returncode}")
            return 1
        wrong = list(check(kind, call_graph, read_truth(truth), read_report(report)))
    for why in wrong:
        print("WRONG:", why)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
