# SPDX-License-Identifier: MIT
"""Workloads beside the tools that people trust for the same question: rounds in turn, on the same CPUs, median ratios."""
import os
import re
import statistics
import subprocess
import threading
import time

ROUNDS = 5
SECONDS = 1  # of one side in one round, about
ARRAY_MIB = 128

RATE, TIME = "rate", "time"


class Peer:
    """One question: our row, the candidates that answer it on the other side, and what the ratio should be."""

    def __init__(self, name, ours, kind, candidates, least, most=None):
        self.name, self.ours, self.kind = name, ours, kind
        self.candidates, self.least, self.most = candidates, least, most


def output_of(command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def number(pattern, text):
    found = re.search(pattern, text)
    if not found:
        raise SystemExit(f"compare.sh: no {pattern!r} in:\n{text}")
    return float(found.group(1))


def likwid(kernel, mib, threads, pattern, scale):
    def run():
        text = output_of(["likwid-bench", "-t", kernel, "-s", str(SECONDS), "-w", f"S0:{mib}MB:{threads}"])
        return number(pattern, text) * scale
    return kernel, run


def bandwidth(kernels, mib, threads):
    return [likwid(kernel, mib, threads, r"MByte/s:\s+([\d.]+)", 1e6) for kernel in kernels]


def flops(kernels, threads):
    """A set that stays in the first-level cache."""
    def candidate(kernel):
        def run():
            text = output_of(["likwid-bench", "-t", kernel, "-s", str(SECONDS), "-w", f"S0:{16 * threads}kB:{threads}"])
            return number(r"MFlops/s:\s+([\d.]+)", text) * 1e6
        return kernel, run
    return [candidate(kernel) for kernel in kernels]


def sysbench():
    """Events over the time of all of them: a mean, with whatever disturbed some."""
    return number(r"events per second:\s+([\d.]+)", run_sysbench())


def sysbench_median():
    """Of its single events, as ours is of samples; it prints hundredths of milliseconds, of some 0.28."""
    return 1e3 / number(r"50th percentile:\s+([\d.]+)", run_sysbench())


def run_sysbench():
    return output_of(["taskset", "-c", "0", "sysbench", "cpu", "--cpu-max-prime=10000", "--threads=1",
                      f"--time={SECONDS}", "--percentile=50", "run"])


def stress_pthread():
    """Its operation is a thread created and joined; it has helpers of its own beside them."""
    text = subprocess.run(["taskset", "-c", "0", "stress-ng", "--pthread", "1", "--pthread-max", "1", "-t",
                           str(SECONDS), "--metrics-brief"], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True).stdout
    return 1e9 / number(r"pthread\s+\d+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)", text)


def pin_when_started(process, cpus):
    """perf cannot pin its two threads: that is done from outside as soon as they are there."""
    for _ in range(200):
        try:
            threads = sorted(int(name) for name in os.listdir(f"/proc/{process.pid}/task"))
        except FileNotFoundError:
            return
        if len(threads) >= 3:
            for thread, cpu in zip(threads[-2:], cpus):
                os.sched_setaffinity(thread, {cpu})
            return
        time.sleep(0.002)


def perf_pipe():
    process = subprocess.Popen(["perf", "bench", "sched", "pipe", "-T", "-l", "60000"], stdout=subprocess.PIPE,
                               text=True)
    pinner = threading.Thread(target=pin_when_started, args=(process, (0, 1)))
    pinner.start()
    text, _ = process.communicate()
    pinner.join()
    return number(r"([\d.]+) usecs/op", text) * 1e3


def mbw():
    text = output_of(["taskset", "-c", "0", "mbw", "-q", "-n", "10", "-t0", str(ARRAY_MIB)])
    return number(r"AVG\s+Method: MEMCPY.*Copy: ([\d.]+) MiB/s", text) * 1024 * 1024


def go_tasks(options, cpus):
    program = os.path.join(options.work, "task_spawn")

    def run():
        return float(output_of(["taskset", "-c", "0" if cpus == 1 else "0,1", program, str(cpus), str(SECONDS)]))
    return f"goroutines, GOMAXPROCS={cpus}", run


def peers(options):
    cpus = min(os.cpu_count(), 2)
    size = f"size={ARRAY_MIB}MiB"
    found = []
    for threads in sorted({1, cpus}):
        stream = ["stream_mem_avx_fma", "stream_mem_avx", "stream_avx_fma", "stream_mem_sse_fma", "stream_sse"]
        found.append(Peer(f"stream-triad, {threads} threads", ["memory/stream-triad", size, threads], RATE,
                          bandwidth(stream, 3 * ARRAY_MIB, threads), 0.98))
        found.append(Peer(f"read, {threads} threads", ["memory/read", size, threads], RATE,
                          bandwidth(["load_avx", "load_sse", "load_mem", "load"], ARRAY_MIB * threads, threads), 0.98))
        found.append(Peer(f"fma-peak double, {threads} threads", ["cpu/fma-peak", "precision=double", threads], RATE,
                          flops(["peakflops_avx_fma", "peakflops_avx", "peakflops_sse"], threads), 0.98))
        found.append(Peer(f"fma-peak single, {threads} threads", ["cpu/fma-peak", "precision=single", threads], RATE,
                          flops(["peakflops_sp_avx_fma", "peakflops_sp_avx", "peakflops_sp_sse"], threads), 0.98))
    for name, run in (("events per second", sysbench), ("median event", sysbench_median)):
        found.append(Peer("prime-sieve", ["cpu/prime-sieve", "limit=10000", 1], RATE, [(f"sysbench cpu, {name}", run)],
                          0.97, 1.03))
    for threads in sorted({1, cpus}):
        found.append(Peer(f"task-spawn, {threads} threads", ["thread/task-spawn", "batch=10", threads], TIME,
                          [go_tasks(options, threads)], 2))
    found.append(Peer("spawn-join", ["thread/spawn-join", "batch=1", 1], TIME,
                      [("stress-ng --pthread", stress_pthread)], 1))
    if cpus > 1:
        found.append(Peer("ping-pong by pipe", ["thread/ping-pong", "method=pipe", 2], TIME,
                          [("perf bench sched pipe -T", perf_pipe)], 1))
    found.append(Peer("copy", ["memory/copy", size, 1], RATE, [("mbw, memcpy", mbw)], 1))
    return found


def our_value(options, run_spbench, peer):
    workload, parameter, threads = peer.ours
    pin = "cpus=0" if threads == 1 else "cpus=0,1"
    result, _ = run_spbench(options, workload, "--param", parameter, "--threads", str(threads), "--pin", pin,
                            "--processes", "3", "--budget", str(4 * SECONDS))
    row = result["rows"][0]
    if row["outcome"] != "ok":
        raise SystemExit(f"{row['key']}: {row['outcome']}, {row.get('reason')}")
    return row["headline"]["value"]


def best_candidate(peer):
    """The fastest in one round; those that this CPU cannot run are left out."""
    best = None
    for name, run in peer.candidates:
        if len(peer.candidates) == 1:
            return name, run
        try:
            value = run()
        except subprocess.CalledProcessError:
            continue
        if best is None or value > best[0]:
            best = (value, name, run)
    return best[1:]


def shown(value, kind):
    if kind == TIME:
        return f"{value:,.1f} ns"
    for factor, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.2f} {prefix}"
    return f"{value:.2f} "


def compare_suite(options, run_spbench, print_table):
    subprocess.run(["go", "build", "-o", os.path.join(options.work, "task_spawn"),
                    os.path.join(os.path.dirname(__file__), "task_spawn.go")], check=True,
                   env={**os.environ, "GOCACHE": os.path.join(options.work, "go")})
    lines = []
    for peer in peers(options):
        name, run = best_candidate(peer)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(our_value(options, run_spbench, peer))
            theirs.append(run())
        ratios = sorted(a / b if peer.kind == RATE else b / a for a, b in zip(ours, theirs))
        ratio = statistics.median(ratios)
        met = ratio >= peer.least and (peer.most is None or ratio <= peer.most)
        wanted = f"{peer.least} .. {peer.most}" if peer.most else f"{peer.least}"
        lines.append((peer.name, name, shown(statistics.median(ours), peer.kind),
                      shown(statistics.median(theirs), peer.kind), f"{ratio:.3f}",
                      f"{ratios[1]:.3f} .. {ratios[-2]:.3f}", wanted, "yes" if met else "NO"))
        print(".", end="", flush=True)
    print_table(f"The suite and its peers: medians of {ROUNDS} rounds in turn; above 1 spbench is the faster",
                ("", "peer (the best of its kernels)", "spbench", "peer", "ratio", "without the extremes", "wanted",
                 "met"), lines)
