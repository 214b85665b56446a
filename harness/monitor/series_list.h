/* SPDX-License-Identifier: MIT
 * One line a series that the monitor knows: SPB_SERIES(symbol, name, label, unit, kind, summary). The name is what the user types and
 * what files hold: it never changes its meaning. `label` is what tells its instances apart ("" for one that has none). Units: "%",
 * "bytes", "bytes/s", "Hz", "C" (degrees Celsius), "s", "/s", "CPUs" or "" (a count).
 *   GAUGE  what is now
 *   RATE   per second over the interval, from a counter of the kernel's: the reading also holds the counter itself
 *   SHARE  per cent of the interval, from a counter of time: the reading also holds the counter, in seconds
 */
/* ---- CPUs: instance "" is all of them together, 100 % one of them fully used for SHAREs of one CPU, and of all for "" ---- */
SPB_SERIES(CPU_BUSY, "cpu.busy", "cpu", "%", SHARE,
           "time used by anything but idle, waiting for I/O and the hypervisor")
SPB_SERIES(CPU_USER, "cpu.user", "cpu", "%", SHARE, "time in user mode, nice included, guests not")
SPB_SERIES(CPU_SYSTEM, "cpu.system", "cpu", "%", SHARE, "time in the kernel")
SPB_SERIES(CPU_IRQ, "cpu.irq", "cpu", "%", SHARE, "time in hard and soft interrupts")
SPB_SERIES(CPU_IOWAIT, "cpu.iowait", "cpu", "%", SHARE, "idle time while a task of this CPU waited for I/O")
SPB_SERIES(CPU_STEAL, "cpu.steal", "cpu", "%", SHARE, "time that the hypervisor gave to others")
SPB_SERIES(CPU_GUEST, "cpu.guest", "cpu", "%", SHARE, "time spent running virtual machines")
SPB_SERIES(CPU_FREQUENCY, "cpu.frequency", "cpu", "Hz", GAUGE, "current clock rate; of all: the mean")
SPB_SERIES(CPU_ONLINE, "cpu.online", "", "", GAUGE, "CPUs that are online")
SPB_SERIES(CPU_ALLOWED, "cpu.allowed", "", "CPUs", GAUGE, "CPUs that this process may use: affinity, cpuset and quota")
/* ---- load and scheduling ---- */
SPB_SERIES(LOAD_1, "load.1", "", "", GAUGE, "load average over one minute")
SPB_SERIES(LOAD_5, "load.5", "", "", GAUGE, "load average over five minutes")
SPB_SERIES(LOAD_15, "load.15", "", "", GAUGE, "load average over fifteen minutes")
SPB_SERIES(TASKS_RUNNING, "tasks.running", "", "", GAUGE, "threads that run or could")
SPB_SERIES(TASKS_BLOCKED, "tasks.blocked", "", "", GAUGE, "threads that wait for I/O and cannot be interrupted")
SPB_SERIES(TASKS_THREADS, "tasks.threads", "", "", GAUGE, "threads of all processes")
SPB_SERIES(TASKS_THREADS_LIMIT, "tasks.threads-limit", "", "", GAUGE,
           "threads that the kernel allows: the smaller of threads-max and pid_max")
SPB_SERIES(TASKS_PROCESSES, "tasks.processes", "", "", GAUGE, "processes")
SPB_SERIES(TASKS_ZOMBIES, "tasks.zombies", "", "", GAUGE, "processes that have ended and that nobody has waited for")
SPB_SERIES(CONTEXT_SWITCHES, "kernel.context-switches", "", "/s", RATE, "context switches")
SPB_SERIES(INTERRUPTS, "kernel.interrupts", "", "/s", RATE, "interrupts")
SPB_SERIES(FORKS, "kernel.forks", "", "/s", RATE, "threads and processes started")
SPB_SERIES(FILES_OPEN, "files.open", "", "", GAUGE, "open files, system-wide")
SPB_SERIES(FILES_LIMIT, "files.limit", "", "", GAUGE, "open files that the kernel allows")
/* ---- memory ---- */
SPB_SERIES(MEMORY_TOTAL, "memory.total", "", "bytes", GAUGE, "memory that the kernel manages")
SPB_SERIES(MEMORY_AVAILABLE, "memory.available", "", "bytes", GAUGE, "memory that programs can get without swapping")
SPB_SERIES(MEMORY_AVAILABLE_SHARE, "memory.available-share", "", "%", GAUGE, "available of total")
SPB_SERIES(MEMORY_FREE, "memory.free", "", "bytes", GAUGE, "memory in no use at all")
SPB_SERIES(MEMORY_CACHED, "memory.cached", "", "bytes", GAUGE, "page cache and buffers")
SPB_SERIES(MEMORY_ANONYMOUS, "memory.anonymous", "", "bytes", GAUGE, "memory of programs that no file backs")
SPB_SERIES(MEMORY_SHARED, "memory.shared", "", "bytes", GAUGE, "shared memory and tmpfs")
SPB_SERIES(MEMORY_SLAB, "memory.slab", "", "bytes", GAUGE, "the kernel's own objects")
SPB_SERIES(MEMORY_DIRTY, "memory.dirty", "", "bytes", GAUGE, "written to files, not yet to disks")
SPB_SERIES(SWAP_TOTAL, "swap.total", "", "bytes", GAUGE, "swap space")
SPB_SERIES(SWAP_USED, "swap.used", "", "bytes", GAUGE, "swap space in use")
SPB_SERIES(SWAP_IN, "swap.in", "", "bytes/s", RATE, "read back from swap")
SPB_SERIES(SWAP_OUT, "swap.out", "", "bytes/s", RATE, "written to swap")
SPB_SERIES(PAGE_FAULTS, "memory.page-faults", "", "/s", RATE, "page faults")
SPB_SERIES(MAJOR_FAULTS, "memory.major-faults", "", "/s", RATE, "page faults that had to read")
SPB_SERIES(OOM_KILLS, "memory.oom-kills", "", "/s", RATE, "processes killed for want of memory")
/* ---- pressure: instance "cpu", "memory" or "io" ---- */
SPB_SERIES(PRESSURE_SOME, "pressure.some", "resource", "%", SHARE, "time in which some task stood waiting for it")
SPB_SERIES(PRESSURE_FULL, "pressure.full", "resource", "%", SHARE, "time in which every task stood waiting for it")
/* ---- disks: whole devices, by the kernel's name ---- */
SPB_SERIES(DISK_READ, "disk.read", "device", "bytes/s", RATE, "read")
SPB_SERIES(DISK_WRITTEN, "disk.written", "device", "bytes/s", RATE, "written")
SPB_SERIES(DISK_READS, "disk.reads", "device", "/s", RATE, "reads completed")
SPB_SERIES(DISK_WRITES, "disk.writes", "device", "/s", RATE, "writes completed")
SPB_SERIES(DISK_BUSY, "disk.busy", "device", "%", SHARE, "time with at least one request under way")
SPB_SERIES(DISK_QUEUE, "disk.queue", "device", "", GAUGE, "requests under way, mean of the interval")
SPB_SERIES(DISK_READ_TIME, "disk.read-time", "device", "s", GAUGE, "mean time of a read that ended in the interval")
SPB_SERIES(DISK_WRITE_TIME, "disk.write-time", "device", "s", GAUGE, "mean time of a write that ended in the interval")
/* ---- file systems with a size, by mount point ---- */
SPB_SERIES(FILESYSTEM_SIZE, "filesystem.size", "mount", "bytes", GAUGE, "size")
SPB_SERIES(FILESYSTEM_AVAILABLE, "filesystem.available", "mount", "bytes", GAUGE,
           "what an ordinary user can still write")
SPB_SERIES(FILESYSTEM_USED_SHARE, "filesystem.used-share", "mount", "%", GAUGE, "used, as df counts it")
SPB_SERIES(FILESYSTEM_INODES_USED_SHARE, "filesystem.inodes-used-share", "mount", "%", GAUGE, "inodes used")
/* ---- network interfaces, loopback included ---- */
SPB_SERIES(NETWORK_RECEIVED, "network.received", "interface", "bytes/s", RATE, "received")
SPB_SERIES(NETWORK_SENT, "network.sent", "interface", "bytes/s", RATE, "sent")
SPB_SERIES(NETWORK_PACKETS_RECEIVED, "network.packets-received", "interface", "/s", RATE, "packets received")
SPB_SERIES(NETWORK_PACKETS_SENT, "network.packets-sent", "interface", "/s", RATE, "packets sent")
SPB_SERIES(NETWORK_ERRORS, "network.errors", "interface", "/s", RATE, "packets with errors, both ways")
SPB_SERIES(NETWORK_DROPS, "network.drops", "interface", "/s", RATE, "packets dropped, both ways")
/* ---- sensors ---- */
SPB_SERIES(TEMPERATURE, "temperature", "sensor", "C", GAUGE, "temperature")
SPB_SERIES(TEMPERATURE_LIMIT, "temperature.limit", "sensor", "C", GAUGE,
           "temperature at which the hardware protects itself")
SPB_SERIES(THERMAL_THROTTLES, "cpu.thermal-throttles", "", "/s", RATE, "times that a CPU was slowed because of heat")
/* ---- the cgroup of this process, or what a container may use ---- */
SPB_SERIES(CGROUP_CPU, "cgroup.cpu", "", "CPUs", RATE, "CPU time used")
SPB_SERIES(CGROUP_CPU_LIMIT, "cgroup.cpu-limit", "", "CPUs", GAUGE, "quota")
SPB_SERIES(CGROUP_THROTTLED, "cgroup.throttled", "", "%", GAUGE, "periods of the interval in which the quota ran out")
SPB_SERIES(CGROUP_MEMORY, "cgroup.memory", "", "bytes", GAUGE, "memory in use, page cache less what is inactive")
SPB_SERIES(CGROUP_MEMORY_LIMIT, "cgroup.memory-limit", "", "bytes", GAUGE, "memory limit")
SPB_SERIES(CGROUP_MEMORY_SHARE, "cgroup.memory-share", "", "%", GAUGE, "memory in use of the limit")
SPB_SERIES(CGROUP_OOM_KILLS, "cgroup.oom-kills", "", "/s", RATE, "processes of the cgroup killed for want of memory")
SPB_SERIES(CGROUP_PIDS, "cgroup.pids", "", "", GAUGE, "threads in the cgroup")
SPB_SERIES(CGROUP_PIDS_LIMIT, "cgroup.pids-limit", "", "", GAUGE, "threads that the cgroup may have")
/* ---- the monitor itself ---- */
SPB_SERIES(SELF_CPU, "self.cpu", "", "%", SHARE, "CPU time that the monitor itself takes")
SPB_SERIES(SELF_TICK, "self.tick", "", "s", GAUGE, "time that the last look took")
