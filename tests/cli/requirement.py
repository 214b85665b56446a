# SPDX-License-Identifier: MIT
"""What a case may require of the machine. Each requirement is a function that returns None or why it is not met."""
import ctypes
import errno
import os
import platform
import shutil
import struct
import subprocess

PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
PERF_ATTR_BYTES = 128


def root():
    return None if os.geteuid() == 0 else "needs root"


def user():
    return None if os.geteuid() != 0 else "root is allowed too much for this test"


def tmpfs():
    """`unshare --mount` and a tmpfs of one's own, which vanishes with the command."""
    probe = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k none /tmp"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else f"cannot mount a tmpfs: {done.stderr.strip()}"


def open_event(kind, config):
    """perf_event_open of an event of this process in user mode: 0 or an errno."""
    number = PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        return errno.ENOSYS
    attr = bytearray(PERF_ATTR_BYTES)
    struct.pack_into("=IIQ", attr, 0, kind, PERF_ATTR_BYTES, config)
    struct.pack_into("=Q", attr, 40, 1 << 5 | 1 << 6)  # exclude_kernel, exclude_hv
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(number, (ctypes.c_char * PERF_ATTR_BYTES).from_buffer(attr), 0, -1, -1, 0)
    if fd < 0:
        return ctypes.get_errno()
    os.close(fd)
    return 0


def open_cycles_counter():
    return open_event(0, 0)  # PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES


def perf():
    error = open_event(1, 0)  # PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK
    return None if error == 0 else f"no perf events: {os.strerror(error)}"


def pmu():
    error = open_cycles_counter()
    return None if error == 0 else f"no hardware counters: {os.strerror(error)}"


def no_pmu():
    return "hardware counters work here" if open_cycles_counter() == 0 else None


def cpus(count):
    allowed = len(os.sched_getaffinity(0))
    return None if allowed >= count else f"needs {count} CPUs, {allowed} allowed"


def program(name):
    return None if shutil.which(name) else f"needs the program {name}"


PLAIN = {"root": root, "user": user, "tmpfs": tmpfs, "pmu": pmu, "no-pmu": no_pmu, "perf": perf}
WITH_ARGUMENT = {"cpus": lambda text: (lambda count: lambda: cpus(count))(int(text)),
                 "program": lambda text: lambda: program(text)}


def parse(text):
    """"root" or "cpus 2" -> a function without parameters; ValueError for what is none."""
    name, _, argument = text.partition(" ")
    if argument and name in WITH_ARGUMENT:
        return WITH_ARGUMENT[name](argument)
    if not argument and name in PLAIN:
        return PLAIN[name]
    raise ValueError(f"requirements are {', '.join(PLAIN)}, cpus N, program NAME; not '{text}'")
