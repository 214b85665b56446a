/* SPDX-License-Identifier: MIT
 *
 * `spbench worker`: not for people. The runner starts it with a socket on descriptor 3 (core/worker_process.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "command_workload.h"
#include "counter_probe.h"
#include "derived.h"
#include "file.h"
#include "noise_probe.h"
#include "plugin.h"
#include "resource_probe.h"
#include "worker.h"

static volatile sig_atomic_t interrupted;

static void ask_to_stop(int number)
{
    (void)number;
    interrupted = 1;
}

/* Never outlive the runner, and be the first to go when memory runs out. */
static void become_expendable(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "spbench-worker");
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    spb_file_write_all(fd, "1000", 4); /* a refusal changes nothing for the measurement */
    close(fd);
}

static bool is_socket(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

static int measure(const struct spb_registry *registry, const struct spb_job *job, struct spb_process *process,
                   struct spb_error *err)
{
    struct spb_counter_selection selection = {0};
    int code = spb_counter_selection_parse(job->counters ? job->counters : "off", &selection, err);
    if (code < 0)
        return code;
    struct spb_counter_options counters = {.selection = &selection, .exclude_kernel = job->exclude_kernel};
    /* The last one is closest to the sample: counters count the others least. */
    const struct spb_probe_slot probes[] = {
        {&spb_noise_probe, NULL},
        {&spb_resource_probe, NULL},
        {&spb_counter_probe, &counters},
    };
    struct spb_worker_options options = {registry, probes, sizeof(probes) / sizeof(probes[0]), &interrupted,
                                         SPB_WORKER_FD};
    spb_worker_measure(&options, job, process);
    if (spb_derive_metrics(&process->metrics) < 0)
        code = spb_error_set(err, -ENOMEM, "out of memory");
    spb_counter_selection_release(&selection);
    return code;
}

/* The program's workloads, or the plug-in's, and the harness's own, unless the program has one of that name. */
static int fill_registry(struct spb_registry *registry, const struct spb_cli *cli, const struct spb_job *job,
                         struct spb_plugin_table *plugin, struct spb_error *err)
{
    static const struct spb_workload *const own[] = {&spb_command_workload, NULL};
    if (job->plugin) {
        int code = spb_plugin_load(job->plugin, plugin, err);
        return code == 0 ? spb_registry_add(registry, plugin->table, NULL, NULL, err) : code;
    }
    int code = spb_registry_add(registry, cli->workloads, NULL, NULL, err);
    if (code == 0 && !spb_registry_find(registry, own[0]->name))
        code = spb_registry_add(registry, own, NULL, NULL, err);
    return code;
}

static int describe(const struct spb_cli *cli, const struct spb_job *job, struct spb_error *err)
{
    struct spb_strbuf answer = {0};
    if (job->plugin)
        spb_plugin_answer(job->plugin, &answer);
    else
        spb_plugin_description_encode(cli->workloads, NULL, &answer);
    int code = answer.failed ? -ENOMEM : spb_file_write_all(SPB_WORKER_FD, answer.text, answer.length);
    spb_strbuf_release(&answer);
    return code == 0 ? 0 : spb_error_system(err, code, "the description cannot be sent");
}

static int do_job(const struct spb_cli *cli, const struct spb_job *job, struct spb_error *err)
{
    struct spb_registry registry = {0};
    struct spb_plugin_table plugin = {0};
    struct spb_process process = {0};
    int code = fill_registry(&registry, cli, job, &plugin, err);
    if (code == 0)
        code = measure(&registry, job, &process, err);
    if (code == 0)
        code = spb_worker_send(SPB_WORKER_FD, job->paired, &process, err);
    spb_process_release(&process);
    spb_registry_release(&registry);
    spb_plugin_table_release(&plugin);
    return code;
}

/* In a pair these are the harness's own. Elsewhere the user may have opened them, for a command to use. */
static void keep_from_children(void)
{
    fcntl(SPB_SHARED_FD, F_SETFD, FD_CLOEXEC);
    fcntl(SPB_PROGRAM_FD, F_SETFD, FD_CLOEXEC);
}

static int run_worker(const struct spb_cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct spb_job job;
    struct spb_error err = {0};
    if (!is_socket(SPB_WORKER_FD)) {
        spb_error_set(&err, -EINVAL, "'worker' is for the program itself; 'spbench run' starts its workers");
        return spb_complain(-EINVAL, &err);
    }
    fcntl(SPB_WORKER_FD, F_SETFD, FD_CLOEXEC);
    become_expendable();
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    int code = spb_worker_receive(SPB_WORKER_FD, &job, &err);
    if (code == 0 && job.paired)
        keep_from_children();
    if (code == 0)
        code = job.describe ? describe(cli, &job, &err) : do_job(cli, &job, &err);
    spb_job_release(&job);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_worker = {
    .name = "worker", .summary = "measures one process of a row for 'run'", .hidden = true, .run = run_worker};
