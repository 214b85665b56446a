#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The checker of metrics formats must let right texts pass and see what is wrong: test_check_openmetrics.py WRITER

WRITER prints a made-up look in the format that its argument names."""
import subprocess
import sys

import check_openmetrics

# (what is there, what is put in its place): each makes the text wrong.
DAMAGES = [
    ("# EOF\n", ""),
    ("# EOF\n", "# EOF"),
    ("# TYPE spbench_load_1 gauge\n", ""),
    ("# TYPE spbench_load_1 gauge\n", "# TYPE spbench_load_1 guage\n"),
    ("# HELP spbench_load_1 load average over one minute\n", ""),
    ("# UNIT spbench_swap_used_bytes bytes", "# UNIT spbench_swap_used_bytes seconds"),
    ("spbench_load_1 0.25\n", "spbench_load_1 0.25\nspbench_load_1 0.25\n"),
    ("spbench_load_1 0.25\n", "spbench_load_1 nan\n"),
    ("spbench_load_1 0.25\n", ""),
    ("spbench_load_1 0.25\n", "spbench_load_1{} 0,25\n"),
    ("spbench_load_1 0.25\n", "\nspbench_load_1 0.25\n"),
    ("spbench_load_1 0.25\n", "# a remark\nspbench_load_1 0.25\n"),
    ("spbench_kernel_context_switches_total ", "spbench_kernel_context_switches "),
    ("spbench_kernel_context_switches_total ", "spbench_kernel_context_switches_total -"),
    ('\\"b', '"b'),
    ('device="dm-0"', 'device="dm-0'),
    ('device="dm-0"', 'device="dm-0",device="dm-1"'),
    ("spbench_process_threads", "spbench_process_resident_bytes"),
]


def main(writer):
    faults = []
    for form in ("openmetrics", "text"):
        text = subprocess.run([writer, form], capture_output=True, check=True).stdout.decode()
        faults += [f"{form}: {fault}" for fault in check_openmetrics.check(text, form == "openmetrics")]
        if form == "text":
            continue
        for old, new in DAMAGES:
            if old not in text:
                faults.append(f"the sample has no {old!r}")
            try:
                if not check_openmetrics.check(text.replace(old, new, 1), True):
                    faults.append(f"passes: {old!r} -> {new!r}")
            except ValueError:
                pass
        if check_openmetrics.check(text + text, True):
            faults.append("two texts behind each other are refused")
    print("\n".join(faults) or "valid")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
