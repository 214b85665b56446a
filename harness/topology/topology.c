/* SPDX-License-Identifier: MIT
 *
 * hwloc runs in a child process that sends back flat arrays. Three reasons: its XML parser can be made to crash and to
 * loop by a damaged file (of 8,000 mutations of one file 280 ended in SIGSEGV, hwloc 2.9.0); it prints to stderr; and
 * the discovery of a live machine moves the calling thread from CPU to CPU.
 */
#include "topology.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "topology_internal.h"

enum { XML_LIMIT_BYTES = 64 << 20, CPU_LIMIT_S = 10 };
static const rlim_t memory_limit_bytes = (rlim_t)1 << 30;

enum source_kind { SOURCE_LIVE, SOURCE_XML, SOURCE_SYNTHETIC };

struct source {
    enum source_kind kind;
    const char *name; /* as the user wrote it */
    struct spb_strbuf xml;
};

/* ---- in the child ----------------------------------------------------------------------------------------------- */

static void limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit old;
    if (getrlimit(resource, &old) == 0 && (old.rlim_max == RLIM_INFINITY || value < old.rlim_max))
        setrlimit(resource, &(struct rlimit){.rlim_cur = value, .rlim_max = value});
}

/* Handlers of the caller's would run on in here, as a second copy of the program. */
static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

/* Address space counts from what is mapped already, which under a sanitizer is terabytes. */
static void confine(void)
{
    char text[128];
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        dup2(null, STDERR_FILENO);
    reset_signals();
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, CPU_LIMIT_S);
    if (spb_file_read_line(NULL, "/proc/self/statm", text, sizeof(text)) == 0)
        limit(RLIMIT_AS, (rlim_t)strtoull(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) + memory_limit_bytes);
}

static int set_source(hwloc_topology_t hwloc, const struct source *source)
{
    switch (source->kind) {
    case SOURCE_XML: /* the length counts the NUL */
        return hwloc_topology_set_xmlbuffer(hwloc, source->xml.text, (int)source->xml.length + 1);
    case SOURCE_SYNTHETIC:
        return hwloc_topology_set_synthetic(hwloc, source->name + strlen("synthetic:"));
    case SOURCE_LIVE:
    default:
        return 0;
    }
}

static int load(const struct source *source, struct spb_topology *topology)
{
    hwloc_topology_t hwloc;
    errno = 0;
    if (hwloc_topology_init(&hwloc) < 0)
        return -ENOMEM;
    hwloc_topology_set_icache_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_ALL);
    if (hwloc_topology_set_flags(hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED) < 0 || set_source(hwloc, source) < 0 ||
        hwloc_topology_load(hwloc) < 0)
        return errno ? -errno : -EINVAL;
    topology->summary.is_live = source->kind == SOURCE_LIVE;
    if (topology->summary.is_live && !hwloc_topology_is_thissystem(hwloc))
        return -EXDEV;
    return spb_topology_copy(topology, hwloc);
}

static int send_topology(int fd, const struct spb_topology *topology)
{
    const struct spb_topology_summary *summary = &topology->summary;
    int code = spb_file_write_all(fd, summary, sizeof(*summary));
    if (code == 0)
        code = spb_file_write_all(fd, topology->pus, summary->pu_count * sizeof(*topology->pus));
    if (code == 0)
        code = spb_file_write_all(fd, topology->caches, summary->cache_count * sizeof(*topology->caches));
    if (code == 0)
        code = spb_file_write_all(fd, topology->nodes, summary->node_count * sizeof(*topology->nodes));
    return code ? code : spb_file_write_all(fd, topology->kinds, summary->kind_count * sizeof(*topology->kinds));
}

static _Noreturn void serve(const struct source *source, int fd)
{
    struct spb_topology topology = {0};
    confine();
    int code = load(source, &topology);
    if (spb_file_write_all(fd, &code, sizeof(code)) == 0 && code == 0)
        code = send_topology(fd, &topology);
    _exit(code != 0);
}

/* ---- in the parent ---------------------------------------------------------------------------------------------- */

/* `count` elements into a new array; none leaves it NULL. */
static int receive_array(int fd, void *array, size_t count, size_t element_bytes)
{
    if (count == 0)
        return 0;
    void *elements = calloc(count, element_bytes);
    if (!elements)
        return -ENOMEM;
    memcpy(array, &elements, sizeof(elements));
    return spb_file_read_all(fd, elements, count * element_bytes);
}

/* A child that went wrong before it died may have sent anything. */
static bool is_sound(const struct spb_topology *topology)
{
    const struct spb_topology_summary *summary = &topology->summary;
    for (size_t i = 0; i < summary->pu_count; i++)
        if (topology->pus[i].numa_node >= summary->node_count || topology->pus[i].package >= summary->package_count ||
            topology->pus[i].core >= summary->core_count)
            return false;
    return true;
}

/* -EPIPE when the child died over it, by a signal or a limit. */
static int receive_topology(int fd, struct spb_topology *topology)
{
    struct spb_topology_summary *summary = &topology->summary;
    int answer = 0;
    int code = spb_file_read_all(fd, &answer, sizeof(answer));
    if (code || answer)
        return code ? code : answer;
    code = spb_file_read_all(fd, summary, sizeof(*summary));
    if (code == 0)
        code = receive_array(fd, &topology->pus, summary->pu_count, sizeof(*topology->pus));
    if (code == 0)
        code = receive_array(fd, &topology->caches, summary->cache_count, sizeof(*topology->caches));
    if (code == 0)
        code = receive_array(fd, &topology->nodes, summary->node_count, sizeof(*topology->nodes));
    if (code == 0)
        code = receive_array(fd, &topology->kinds, summary->kind_count, sizeof(*topology->kinds));
    return code ? code : is_sound(topology) ? 0 : -EPIPE;
}

static int explain(const struct source *source, int code, struct spb_error *err)
{
    bool too_large = code == -EFBIG || code == -ENOMEM;
    switch (source->kind) {
    case SOURCE_XML:
        if (too_large)
            return spb_error_set(err, -EINVAL, "%s: describes a larger machine than can be (limit: %d CPUs, %d nodes)",
                                 source->name, SPB_TOPOLOGY_PUS_MAX, SPB_TOPOLOGY_NODES_MAX);
        return spb_error_set(err, -EINVAL,
                             "%s: hwloc cannot read it (damaged, cut off, or not a topology); write one "
                             "with 'lstopo --of xml FILE'",
                             source->name);
    case SOURCE_SYNTHETIC:
        if (too_large)
            return spb_error_set(err, -EINVAL, "%s: more than %d CPUs or %d nodes; take a smaller machine",
                                 source->name, SPB_TOPOLOGY_PUS_MAX, SPB_TOPOLOGY_NODES_MAX);
        return spb_error_set(err, -EINVAL,
                             "%s: hwloc cannot read the description; write it like "
                             "'synthetic:pack:2 l3:1 core:4 pu:2'",
                             source->name);
    case SOURCE_LIVE:
    default:
        if (code == -EXDEV)
            return spb_error_set(err, -EINVAL,
                                 "HWLOC_XMLFILE, HWLOC_SYNTHETIC or HWLOC_FSROOT in the environment puts another "
                                 "machine in the place of this one; unset it");
        return spb_error_system(err, code, "hwloc cannot read this machine's topology (does 'lstopo' work?)");
    }
}

static int read_in_child(const struct source *source, struct spb_topology *topology, struct spb_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return spb_error_system(err, -errno, "the topology cannot be read: no pipe");
    pid_t child = fork();
    int code = child < 0 ? -errno : 0;
    if (child == 0)
        serve(source, ends[1]);
    close(ends[1]);
    if (child < 0)
        spb_error_system(err, code, "the topology cannot be read: no process");
    else if ((code = receive_topology(ends[0], topology)) < 0)
        code = explain(source, code, err);
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return code;
}

static int read_xml(struct source *source, struct spb_error *err)
{
    int code = spb_file_read(NULL, source->name, XML_LIMIT_BYTES, &source->xml);
    if (code == -EFBIG)
        return spb_error_set(err, -EINVAL, "%s: larger than %d MiB; no topology is", source->name,
                             XML_LIMIT_BYTES >> 20);
    if (code)
        return spb_error_set(err, -EINVAL,
                             "%s: cannot be read (%s); name a file of hwloc XML, or synthetic:DESCRIPTION",
                             source->name, strerrordesc_np(-code));
    /* hwloc writes none, and a parser that follows them reads other files or the network. */
    if (source->xml.length == 0 || memmem(source->xml.text, source->xml.length, "<!ENTITY", 8))
        return explain(source, -EINVAL, err);
    return 0;
}

static unsigned long smaller(unsigned long a, unsigned long b)
{
    return a < b ? a : b;
}

/* hwloc takes hours over a large one: the product of the numbers outside brackets and parentheses is how many PUs
 * "pack:2 [numa(memory=1GB)] core:4 pu:2" has. */
static int check_synthetic(const struct source *source, struct spb_error *err)
{
    uint64_t pus = 1;
    unsigned depth = 0;
    for (const char *next = source->name + strlen("synthetic:"); *next && pus <= SPB_TOPOLOGY_PUS_MAX; next++) {
        bool is_count = isdigit((unsigned char)next[0]) && strchr(": ", next[-1]);
        if (strchr("[(", *next))
            depth++;
        else if (strchr("])", *next) && depth)
            depth--;
        else if (is_count && depth == 0)
            pus *= smaller(strtoul(next, NULL, 10), SPB_TOPOLOGY_PUS_MAX + 1);
    }
    return pus > SPB_TOPOLOGY_PUS_MAX ? explain(source, -EFBIG, err) : 0;
}

int spb_topology_open(struct spb_topology **topology, const char *text, struct spb_error *err)
{
    struct source source = {.name = text};
    int code = 0;
    *topology = NULL;
    if (text)
        source.kind = strncmp(text, "synthetic:", 10) == 0 ? SOURCE_SYNTHETIC : SOURCE_XML;
    if (source.kind == SOURCE_XML)
        code = read_xml(&source, err);
    else if (source.kind == SOURCE_SYNTHETIC)
        code = check_synthetic(&source, err);
    struct spb_topology *made = NULL;
    if (code == 0) {
        made = calloc(1, sizeof(*made));
        code = made ? read_in_child(&source, made, err) : spb_error_set(err, -ENOMEM, "out of memory");
    }
    spb_strbuf_release(&source.xml);
    if (code)
        spb_topology_close(made);
    else
        *topology = made;
    return code;
}

void spb_topology_close(struct spb_topology *topology)
{
    if (!topology)
        return;
    free(topology->pus);
    free(topology->caches);
    free(topology->nodes);
    free(topology->kinds);
    free(topology);
}

bool spb_topology_is_live(const struct spb_topology *topology)
{
    return topology->summary.is_live;
}

unsigned spb_topology_packages(const struct spb_topology *topology)
{
    return topology->summary.package_count;
}

unsigned spb_topology_cores(const struct spb_topology *topology)
{
    return topology->summary.core_count;
}

unsigned spb_topology_allowed_pus(const struct spb_topology *topology)
{
    return topology->summary.allowed_count;
}

bool spb_topology_has_smt(const struct spb_topology *topology)
{
    return topology->summary.has_smt;
}

const struct spb_pu *spb_topology_pus(const struct spb_topology *topology, size_t *count)
{
    *count = topology->summary.pu_count;
    return topology->pus;
}

const struct spb_cache *spb_topology_caches(const struct spb_topology *topology, size_t *count)
{
    *count = topology->summary.cache_count;
    return topology->caches;
}

const struct spb_numa_node *spb_topology_numa_nodes(const struct spb_topology *topology, size_t *count)
{
    *count = topology->summary.node_count;
    return topology->nodes;
}

const struct spb_core_kind *spb_topology_core_kinds(const struct spb_topology *topology, size_t *count)
{
    *count = topology->summary.kind_count;
    return topology->kinds;
}
