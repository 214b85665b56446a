/* SPDX-License-Identifier: MIT
 *
 * The checks, as data. Facts are those of the stamp (store/stamp_facts.md) and of doctor_facts.c. */
#include "doctor_internal.h"

/* clang-format off */
#define IS(name, value)               {.fact = (name), .op = SPB_RULE_EQUALS, .text = (value)}
#define IS_NOT(name, value)           {.fact = (name), .op = SPB_RULE_DIFFERS, .text = (value)}
#define HAS(name, value)              {.fact = (name), .op = SPB_RULE_CONTAINS, .text = (value)}
#define NUMBER_IS(name, value)        {.fact = (name), .op = SPB_RULE_EQUALS, .number = (value)}
#define ABOVE(name, value)            {.fact = (name), .op = SPB_RULE_ABOVE, .number = (value)}
#define BELOW(name, value)            {.fact = (name), .op = SPB_RULE_BELOW, .number = (value)}
#define BELOW_FACT(name, fact_name)   {.fact = (name), .op = SPB_RULE_BELOW, .other = (fact_name)}
#define DIFFERS_FROM(name, fact_name) {.fact = (name), .op = SPB_RULE_DIFFERS, .other = (fact_name)}
#define ABSENT(name)                  {.fact = (name), .op = SPB_RULE_ABSENT}
#define PRESENT(name)                 {.fact = (name), .op = SPB_RULE_PRESENT}
#define IN_A_VM                       IS_NOT("host.hypervisor", "none")
#define IN_A_CONTAINER                IS_NOT("host.container", "none")

#define OK(text)      .level = SPB_LEVEL_OK, .message = (text)
#define UNKNOWN(text) .level = SPB_LEVEL_UNKNOWN, .message = (text)
#define WARN(text)    .level = SPB_LEVEL_WARN, .message = (text)
#define BAD(text)     .level = SPB_LEVEL_BAD, .message = (text)
/* clang-format on */

#define WHO_USES_CPUS   "ps -eo pcpu,pid,args --sort=-pcpu | head"
#define WHO_USES_MEMORY "ps -eo rss,pid,args --sort=-rss | head"
#define CPU             "/sys/devices/system/cpu/"
#define CLOCK           "/sys/devices/system/clocksource/clocksource0/"

#define ASK_THE_HOST "only the host can give this machine CPUs of its own"
#define HIDDEN_CLOCK "a virtual machine neither sees nor sets the clock rate of its host"
#define STOPPED      "less than the {cpu.allowed_count} CPUs allowed: threads will be stopped"
#define WAITING      "share of the last 10 s in which a task waited for a CPU"
#define QUICK_CLOCK  "read without a system call"
#define SMALL_MEMORY "too little for the larger workloads"
#define TAKING       "the hypervisor is taking {steal.now} of the CPU time; {steal.boot} since boot"

static const struct spb_check checks[] = {
    {.name = "virtualization",
     .fact = "host.hypervisor",
     .why = "a hypervisor takes CPU time, moves virtual CPUs and hides what the hardware does",
     .rules = {{.when = {IS("host.hypervisor", "none")}, OK("the hardware itself")},
               {.when = {PRESENT("host.hypervisor")},
                WARN("a virtual machine"),
                .obstacle = "measure on bare metal, or compare only runs made in turn on this same machine"}}},
    {.name = "steal",
     .fact = "steal.now",
     .why = "time that the hypervisor gave to others lengthens whatever ran then",
     .rules = {{.when = {ABOVE("steal.now", 5)}, BAD(TAKING), .obstacle = ASK_THE_HOST},
               {.when = {ABOVE("steal.now", 0)}, WARN(TAKING), .obstacle = ASK_THE_HOST},
               {.when = {ABOVE("steal.boot", 0.1)}, WARN("{steal.boot} since boot"), .obstacle = ASK_THE_HOST},
               {.when = {NUMBER_IS("steal.boot", 0), IN_A_VM}, OK("none since boot, or this hypervisor does not tell")},
               {.when = {PRESENT("steal.boot")}, OK("{steal.boot} since boot")}}},
    {.name = "busy",
     .fact = "busy.now",
     .why = "other work takes CPUs, caches and memory bandwidth from what is measured",
     .rules = {{.when = {ABOVE("busy.now", 25)}, BAD("others are using the CPUs"), .mend = WHO_USES_CPUS},
               {.when = {ABOVE("busy.now", 5)}, WARN("others are using the CPUs"), .mend = WHO_USES_CPUS},
               {.when = {PRESENT("busy.now")}, OK("share of all CPUs that others use")}}},
    {.name = "load",
     .fact = "load.one",
     .why = "what ran in the last minute may well run again",
     .rules = {{.when = {ABOVE("load.per_cpu", 0.5)},
                WARN("average of the last minute, on {cpu.count} CPUs"),
                .mend = WHO_USES_CPUS},
               {.when = {PRESENT("load.per_cpu")}, OK("average of the last minute, on {cpu.count} CPUs")}}},
    {.name = "pressure",
     .fact = "pressure.cpu",
     .why = "tasks that wait for a CPU will take turns with what is measured",
     .rules = {{.when = {ABOVE("pressure.cpu", 10)}, WARN(WAITING), .mend = WHO_USES_CPUS},
               {.when = {PRESENT("pressure.cpu")}, OK(WAITING)}}},
    {.name = "cpu-quota",
     .fact = "cgroup.cpu_limit",
     .why = "a quota stops every thread for the rest of its period (100 ms) once it is used up",
     .rules = {{.when = {BELOW_FACT("cgroup.cpu_limit", "cpu.allowed_count"), IN_A_CONTAINER},
                BAD(STOPPED),
                .obstacle = "set from outside: start the container without a CPU limit"},
               {.when = {BELOW_FACT("cgroup.cpu_limit", "cpu.allowed_count"), NUMBER_IS("cgroup.version", 2)},
                BAD(STOPPED),
                .mend = "echo max | sudo tee {cgroup.cpu_limit_file}"},
               {.when = {BELOW_FACT("cgroup.cpu_limit", "cpu.allowed_count")},
                BAD(STOPPED),
                .mend = "echo -1 | sudo tee {cgroup.cpu_limit_file}"},
               {.when = {IS("cgroup.cpu_limit", "none")}, OK("no limit")},
               {.when = {PRESENT("cgroup.cpu_limit")}, OK("enough for the {cpu.allowed_count} CPUs allowed")}}},
    {.name = "cpuset",
     .fact = "cpu.allowed",
     .why = "only these CPUs can be measured",
     .rules = {{.when = {DIFFERS_FROM("cpu.allowed", "cpu.online")}, OK("of the machine's {cpu.online}")},
               {.when = {PRESENT("cpu.allowed")}, OK("all that are online")}}},
    {.name = "memory-limit",
     .fact = "cgroup.memory_limit",
     .why = "a workload that needs more is slowed down by reclaim, or killed",
     .rules = {{.when = {BELOW("cgroup.memory_limit", 0x1p30), IN_A_CONTAINER},
                WARN(SMALL_MEMORY),
                .obstacle = "set from outside: start the container with more memory"},
               {.when = {BELOW("cgroup.memory_limit", 0x1p30), NUMBER_IS("cgroup.version", 2)},
                WARN(SMALL_MEMORY),
                .mend = "echo max | sudo tee {cgroup.memory_limit_file}"},
               {.when = {BELOW("cgroup.memory_limit", 0x1p30)},
                WARN(SMALL_MEMORY),
                .mend = "echo -1 | sudo tee {cgroup.memory_limit_file}"},
               {.when = {IS("cgroup.memory_limit", "none")}, OK("no limit")},
               {.when = {PRESENT("cgroup.memory_limit")}, OK("limit of the cgroup")}}},
    {.name = "governor",
     .fact = "cpu.governor",
     .why = "a governor that follows the load changes the clock rate in the middle of a sample",
     .rules = {{.when = {IS("cpu.governor", "performance")}, OK("the clock rate is kept up")},
               {.when = {PRESENT("cpu.governor")},
                WARN("the clock rate follows the load"),
                .mend = "echo performance | sudo tee " CPU "cpu*/cpufreq/scaling_governor"},
               {.when = {IN_A_VM}, UNKNOWN("the hypervisor hides it"), .obstacle = HIDDEN_CLOCK}}},
    {.name = "turbo",
     .fact = "cpu.turbo",
     .why = "turbo makes the clock rate depend on temperature and on how many cores are busy",
     .rules = {{.when = {IS("cpu.turbo", "on")},
                WARN("the clock rate rises above the nominal one while it can"),
                .mend = "echo {cpu.turbo_off} | sudo tee {cpu.turbo_control}"},
               {.when = {IS("cpu.turbo", "off")}, OK("the clock rate stays at or below the nominal one")},
               {.when = {IN_A_VM}, UNKNOWN("the hypervisor hides it"), .obstacle = HIDDEN_CLOCK}}},
    {.name = "smt",
     .fact = "cpu.smt",
     .why = "a task on the sibling thread takes up to half of a core",
     .rules = {{.when = {IS("cpu.smt", "on")},
                WARN("cores are shared by sibling threads"),
                .mend = "echo off | sudo tee " CPU "smt/control"},
               {.when = {IS("cpu.smt", "off"), IN_A_VM}, OK("none in this machine; the host may have it")},
               {.when = {IS("cpu.smt", "off")}, OK("one thread a core")}}},
    {.name = "clock",
     .fact = "kernel.clock_source",
     .why = "a clock that needs a system call or a device costs a microsecond a reading and blurs short samples",
     .rules = {{.when = {IS("kernel.clock_source", "tsc")}, OK(QUICK_CLOCK)},
               {.when = {IS("kernel.clock_source", "arch_sys_counter")}, OK(QUICK_CLOCK)},
               {.when = {IS("kernel.clock_source", "kvm-clock")}, OK(QUICK_CLOCK)},
               {.when = {IS("kernel.clock_source", "hyperv_clocksource_tsc_page")}, OK(QUICK_CLOCK)},
               {.when = {HAS("kernel.clock_sources", "tsc"), PRESENT("kernel.clock_source")},
                BAD("slow to read"),
                .mend = "echo tsc | sudo tee " CLOCK "current_clocksource"},
               {.when = {PRESENT("kernel.clock_source")},
                BAD("slow to read, and there is no TSC to choose"),
                .obstacle = "the kernel found the TSC unstable or absent: see sudo dmesg | grep -i tsc"}}},
    {.name = "aslr",
     .fact = "kernel.aslr",
     .why = "each process of a row must draw a memory layout of its own, or the layout's bias goes unseen",
     .rules = {{.when = {NUMBER_IS("kernel.aslr", 2)}, OK("each process has its own layout")},
               {.when = {PRESENT("kernel.aslr")},
                WARN("processes share a layout, and its bias"),
                .mend = "sudo sysctl kernel.randomize_va_space=2"}}},
    {.name = "huge-pages",
     .fact = "memory.thp",
     .why = "with 'always' the kernel gives huge pages when it finds some, which differs from run to run",
     .rules = {{.when = {IS("memory.thp", "always")},
                WARN("any memory may become huge pages at any time"),
                .mend = "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"},
               {.when = {IS("memory.thp", "madvise")}, OK("only where a program asks")},
               {.when = {PRESENT("memory.thp")}, OK("no transparent huge pages")}}},
    {.name = "memory",
     .fact = "memory.available",
     .why = "short memory means reclaim and swapping in the middle of a sample",
     .rules = {{.when = {BELOW("memory.available_share", 5)},
                BAD("{memory.available_share} of {memory.total}"),
                .mend = WHO_USES_MEMORY},
               {.when = {BELOW("memory.available_share", 15)},
                WARN("{memory.available_share} of {memory.total}"),
                .mend = WHO_USES_MEMORY},
               {.when = {PRESENT("memory.available")}, OK("{memory.available_share} of {memory.total}")}}},
    {.name = "swap",
     .fact = "memory.swap_used",
     .why = "memory that was swapped out comes back at disk speed",
     .rules = {{.when = {ABOVE("memory.swap_used", 0)},
                WARN("in use, of {memory.swap_total}"),
                .mend = "sudo swapoff -a"},
               {.when = {NUMBER_IS("memory.swap_total", 0)}, OK("there is none")},
               {.when = {PRESENT("memory.swap_used")}, OK("unused, of {memory.swap_total}")}}},
    {.name = "numa-balancing",
     .fact = "kernel.numa_balancing",
     .why = "the kernel unmaps pages to see who uses them, and moves them while they are in use",
     .rules = {{.when = {ABOVE("kernel.numa_balancing", 0)},
                WARN("pages may move"),
                .mend = "sudo sysctl kernel.numa_balancing=0"},
               {.when = {PRESENT("kernel.numa_balancing")}, OK("off")},
               {.when = {ABSENT("kernel.numa_balancing")}, OK("this kernel does not do it")}}},
    {.name = "pmu",
     .fact = "pmu.device",
     .why = "hardware counters say why something got slower",
     .rules = {{.when = {PRESENT("pmu.device")}, OK("hardware events can be counted")},
               {.when = {ABSENT("pmu.device"), IN_A_VM},
                WARN("no hardware events: {pmu.reason}"),
                .obstacle = "the host must offer a virtual PMU (KVM: -cpu host,pmu=on)"},
               {.when = {ABSENT("pmu.device")},
                WARN("no hardware events: {pmu.reason}"),
                .obstacle = "see sudo dmesg | grep -i pmu; in a container, whether /sys is mounted"}}},
    {.name = "perf-paranoid",
     .fact = "kernel.perf_event_paranoid",
     .why = "it decides which events this user may count",
     .rules = {{.when = {IS("perf.privileged", "yes"), PRESENT("kernel.perf_event_paranoid")},
                OK("no matter: this user may count everything")},
               {.when = {ABOVE("kernel.perf_event_paranoid", 2)},
                WARN("this user may count nothing"),
                .mend = "sudo sysctl kernel.perf_event_paranoid=1"},
               {.when = {NUMBER_IS("kernel.perf_event_paranoid", 2)},
                OK("user space can be counted, the kernel's part cannot")},
               {.when = {PRESENT("kernel.perf_event_paranoid")}, OK("user space and kernel can be counted")}}},
    {.name = "nmi-watchdog",
     .fact = "kernel.nmi_watchdog",
     .why = "it occupies one hardware counter on every CPU",
     .rules = {{.when = {ABOVE("kernel.nmi_watchdog", 0)},
                WARN("one hardware counter fewer"),
                .mend = "sudo sysctl kernel.nmi_watchdog=0"},
               {.when = {PRESENT("kernel.nmi_watchdog")}, OK("off")},
               {.when = {ABSENT("kernel.nmi_watchdog")}, OK("this kernel has none")}}},
    {.name = "isolation",
     .fact = "cpu.isolated",
     .why = "CPUs that the scheduler leaves alone are the quietest",
     .rules = {{.when = {IS("cpu.isolated", "")}, OK("no CPU is kept free of other tasks")},
               {.when = {PRESENT("cpu.isolated"), IS("cpu.nohz_full", "")},
                OK("kept free of other tasks, but not of the timer tick: use --pin cpus={cpu.isolated}")},
               {.when = {PRESENT("cpu.isolated")}, OK("kept free of other tasks: use --pin cpus={cpu.isolated}")}}},
};

const struct spb_check *spb_doctor_checks(size_t *count)
{
    *count = sizeof(checks) / sizeof(checks[0]);
    return checks;
}
