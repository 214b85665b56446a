/* SPDX-License-Identifier: MIT
 *
 * `spbench run`: plugs the rooms together. Plan the rows, open the journal, let the runner work, write the result file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "build_info.h"
#include "command.h"
#include "command_workload.h"
#include "file.h"
#include "interrupt.h"
#include "plugin_list.h"
#include "random.h"
#include "result.h"
#include "row_report.h"
#include "run_machine.h"
#include "run_options.h"
#include "run_progress.h"
#include "runner.h"
#include "selection.h"

/* How long a process warms up and samples while the budget lasts. */
#define SAMPLING_MIN_NS       250000000u
#define SAMPLING_MAX_NS       400000000u
#define WARM_UP_MAX_NS        200000000u
#define QUICK_SAMPLING_MIN_NS 20000000u
#define QUICK_SAMPLING_MAX_NS 60000000u
#define QUICK_WARM_UP_MAX_NS  40000000u
/* Of one process, unless the user says otherwise. Commands take what they take; one that hangs must still end. */
#define TIMEOUT_NS         UINT64_C(60000000000)
#define COMMAND_TIMEOUT_NS UINT64_C(1800000000000)
/* With a budget of the user's own, what it allows, up to here. */
#define OWN_BUDGET_SAMPLING_MAX_NS 10000000000u

struct run {
    const struct spb_run_request *request;
    struct spb_registry registry;
    struct spb_plugin_list plugins;
    struct spb_result result;
    struct spb_journal *journal;
    char *path;
    struct spb_interrupt interrupt;
    struct spb_run_progress progress;
};

/* ---- events of the runner ---------------------------------------------------------------------------------------- */

static void show_progress(void *context, const struct spb_runner_progress *state)
{
    struct run *run = context;
    spb_run_progress_draw(&run->progress, run->result.rows, state, run->result.options.processes);
}

static int keep_process(void *context, size_t row, const struct spb_process *process, struct spb_error *err)
{
    struct run *run = context;
    return spb_journal_append(run->journal, row, process, err);
}

static void show_row(void *context, size_t row)
{
    struct run *run = context;
    spb_run_progress_row(&run->progress, &run->result.rows[row]);
}

static unsigned take_signal(void *context)
{
    struct run *run = context;
    unsigned before = run->interrupt.count;
    spb_run_progress_clear(&run->progress);
    if (spb_interrupt_take(&run->interrupt) == 1 && before == 0)
        fprintf(stderr, "spbench: stopping after this sample; once more aborts\n");
    return run->interrupt.count;
}

/* ---- a new run --------------------------------------------------------------------------------------------------- */

static int copy_arguments(const struct spb_run_request *request, struct spb_run_options *options)
{
    options->arguments = calloc(request->argument_count + 1, sizeof(*options->arguments));
    for (size_t i = 0; options->arguments && i < request->argument_count; i++) {
        options->arguments[i] = strdup(request->arguments[i]);
        if (!options->arguments[i])
            return -ENOMEM;
        options->argument_count++;
    }
    return options->arguments ? 0 : -ENOMEM;
}

static int copy_plugins(struct run *run)
{
    struct spb_run_options *options = &run->result.options;
    options->plugins = calloc(run->plugins.count + 1, sizeof(*options->plugins));
    for (size_t i = 0; options->plugins && i < run->plugins.count; i++) {
        options->plugins[i] = run->plugins.descriptions[i].file;
        options->plugins[i].path = strdup(options->plugins[i].path);
        options->plugin_count++;
        if (!options->plugins[i].path)
            return -ENOMEM;
    }
    return options->plugins ? 0 : -ENOMEM;
}

static int record_options(struct run *run, struct spb_error *err)
{
    const struct spb_run_request *request = run->request;
    struct spb_run_options *options = &run->result.options;
    *options = (struct spb_run_options){
        .pin = strdup(request->choice.pin ? request->choice.pin : "auto"),
        .counters = strdup(request->counters),
        .exclude_kernel = request->exclude_kernel,
        .quick = request->quick,
        .huge_pages = request->huge_pages,
        .processes = request->processes,
        .precision_pct = request->precision_pct,
        .budget_s = (double)request->budget_ns / 1e9,
        .seed = request->seed_given ? request->seed : spb_random_entropy(),
    };
    if (!options->pin || !options->counters || copy_arguments(request, options) < 0 || copy_plugins(run) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    return 0;
}

static int plan_rows(struct run *run, const struct spb_topology *topology, struct spb_error *err)
{
    const struct spb_run_request *request = run->request;
    const struct spb_command_plan commands = {request->commands, request->command_count, request->no_shell,
                                              request->ignore_failure, request->choice.pin != NULL};
    return spb_row_choice_plan(&request->choice, &run->registry, request->command_count ? &commands : NULL, topology,
                               spb_run_machine_memory_limit(), &run->result.rows, &run->result.row_count, err);
}

static int begin(struct run *run, struct spb_error *err)
{
    struct spb_topology *topology = NULL;
    run->result.created_s = (int64_t)time(NULL);
    run->path = run->request->output ? strdup(run->request->output) : spb_run_machine_path(run->result.created_s, "");
    int code = run->path ? record_options(run, err) : spb_error_set(err, -ENOMEM, "out of memory");
    if (code == 0)
        code = spb_topology_open(&topology, NULL, err);
    if (code == 0)
        code = plan_rows(run, topology, err);
    if (code == 0)
        code = spb_run_machine_stamp(topology, &run->result.stamp, err);
    spb_topology_close(topology);
    run->result.load_before = spb_run_machine_load();
    if (code == 0)
        code = spb_file_make_parents(run->path, err);
    return code == 0 ? spb_journal_create(run->path, &run->result, &run->journal, err) : code;
}

/* ---- going on with one ------------------------------------------------------------------------------------------- */

/* Those that the file names: loaded again, and still the same. */
static int reopen_plugins(struct run *run, struct spb_error *err)
{
    const struct spb_run_options *options = &run->result.options;
    for (size_t i = 0; i < options->plugin_count; i++)
        spb_plugin_list_add_path(&run->plugins, options->plugins[i].path);
    spb_plugin_list_close(&run->plugins);
    int code = spb_plugin_list_open(&run->plugins, &run->registry, err);
    for (size_t i = 0; i < options->plugin_count && code == 0; i++) {
        const struct spb_plugin_file *then = &options->plugins[i], *now = &run->plugins.descriptions[i].file;
        if (then->bytes != now->bytes || then->hash != now->hash)
            code = spb_error_set(err, -EXDEV, "%s: the plug-in %s has changed since", run->path, then->path);
    }
    return code;
}

static int check_rows(const struct run *run, struct spb_error *err)
{
    for (size_t i = 0; i < run->result.row_count; i++) {
        const struct spb_row *row = &run->result.rows[i];
        const struct spb_workload *workload = spb_registry_find(&run->registry, row->workload);
        if (!workload || workload->version != row->workload_version)
            return spb_error_set(err, -EXDEV, "%s: it measured version %u of %s, and this program has %s", run->path,
                                 row->workload_version, row->workload, workload ? "another" : "none");
    }
    return 0;
}

/* From the journal after a crash, else from the result file of a run that was interrupted. */
static int load_interrupted(struct run *run, bool *from_journal, struct spb_error *err)
{
    run->path = strdup(run->request->resume);
    if (!run->path)
        return spb_error_set(err, -ENOMEM, "out of memory");
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): release() frees the path; lost from sight with &run->result */
    int code = spb_journal_read(run->path, &run->result, err);
    *from_journal = code == 0;
    if (code == -ENOENT)
        code = spb_result_load(run->path, &run->result, err);
    if (code == 0 && run->result.complete)
        code = spb_error_set(err, -EINVAL, "%s: this run is complete; there is nothing to go on with", run->path);
    return code;
}

static int resume(struct run *run, struct spb_error *err)
{
    bool from_journal = false;
    int code = load_interrupted(run, &from_journal, err);
    if (code == 0)
        code = reopen_plugins(run, err);
    if (code == 0)
        code = check_rows(run, err);
    if (code == 0)
        code = spb_run_machine_check(run->path, &run->result.stamp, err);
    if (code < 0)
        return code;
    run->result.finished_s = 0;
    if (from_journal)
        return spb_journal_reopen(run->path, &run->journal, err);
    code = spb_journal_create(run->path, &run->result, &run->journal, err);
    for (size_t r = 0; r < run->result.row_count && code == 0; r++)
        for (size_t p = 0; p < run->result.rows[r].process_count && code == 0; p++)
            code = spb_journal_append(run->journal, r, &run->result.rows[r].processes[p], err);
    return code;
}

/* ---- the run itself ---------------------------------------------------------------------------------------------- */

static int measure(struct run *run, struct spb_error *err)
{
    static const struct spb_runner_events events = {show_progress, keep_process, show_row, take_signal};
    const struct spb_run_request *request = run->request;
    const struct spb_run_options *options = &run->result.options;
    bool quick = options->quick;
    struct spb_runner_options how = {
        .rows = run->result.rows,
        .row_count = run->result.row_count,
        .processes = options->processes,
        .precision_ratio = options->precision_pct / 100,
        .budget_ns =
            request->resume && !request->budget_given ? (uint64_t)(options->budget_s * 1e9) : request->budget_ns,
        .timeout_ns = request->timeout_ns ? request->timeout_ns : TIMEOUT_NS,
        .command_timeout_ns = request->timeout_ns ? 0 : COMMAND_TIMEOUT_NS,
        .sampling_min_ns = quick ? QUICK_SAMPLING_MIN_NS : SAMPLING_MIN_NS,
        .sampling_max_ns = request->budget_given ? OWN_BUDGET_SAMPLING_MAX_NS
                           : quick               ? QUICK_SAMPLING_MAX_NS
                                                 : SAMPLING_MAX_NS,
        .warm_up_max_ns = quick ? QUICK_WARM_UP_MAX_NS : WARM_UP_MAX_NS,
        .seed = options->seed,
        .huge_pages = options->huge_pages,
        .memory_limit_bytes = spb_run_machine_memory_limit(),
        .counters = options->counters,
        .exclude_kernel = options->exclude_kernel,
        .cancel_fd = run->interrupt.fd,
        .events = &events,
        .context = run,
    };
    return spb_runner_run(&how, err);
}

static int save(struct run *run, bool complete, struct spb_error *err)
{
    run->result.complete = complete;
    run->result.finished_s = (int64_t)time(NULL);
    run->result.load_after = spb_run_machine_load();
    int code = spb_result_save(&run->result, run->path, err);
    spb_journal_close(run->journal, code == 0);
    run->journal = NULL;
    return code;
}

static void print_result(const struct run *run)
{
    static const enum spb_table_format formats[] = {[SPB_FORMAT_TABLE] = SPB_TABLE_TEXT,
                                                    [SPB_FORMAT_CSV] = SPB_TABLE_CSV,
                                                    [SPB_FORMAT_MARKDOWN] = SPB_TABLE_MARKDOWN};
    struct spb_table_options how = {spb_color_wanted(&run->request->common, stdout), spb_terminal_width(stdout)};
    struct spb_strbuf out = {0};
    if (run->request->format == SPB_FORMAT_JSON)
        out.failed = spb_result_write(&run->result, &out) < 0 || out.failed;
    else
        spb_row_report(&run->result, formats[run->request->format], &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
    fflush(stdout);
}

static bool any_row_failed(const struct spb_result *result)
{
    for (size_t i = 0; i < result->row_count; i++)
        if (result->rows[i].outcome == SPB_OUTCOME_FAILED)
            return true;
    return false;
}

static int check_counters(const char *text, struct spb_error *err)
{
    struct spb_counter_selection selection;
    int code = spb_counter_selection_parse(text, &selection, err);
    if (code < 0)
        return spb_error_prefix(err, code, "--counters");
    code = spb_counters_check(&selection, NULL, err);
    spb_counter_selection_release(&selection);
    return code;
}

/* After the second Ctrl-C, or when the disk is full: the journal has everything up to here. */
static int give_up(struct run *run, int code, const struct spb_error *err)
{
    spb_journal_close(run->journal, false);
    run->journal = NULL;
    if (code != -ECANCELED)
        spb_complain(code, err);
    fprintf(stderr, "spbench: what was measured is kept; 'spbench run --resume %s' goes on\n", run->path);
    return code == -ECANCELED ? SPB_EXIT_INTERRUPTED : SPB_EXIT_NOT_POSSIBLE;
}

static int carry_out(struct run *run, struct spb_error *err)
{
    spb_run_progress_init(&run->progress, run->request->quiet);
    spb_interrupt_open(&run->interrupt);
    int code = measure(run, err);
    spb_run_progress_clear(&run->progress);
    bool interrupted = code == -ECANCELED;
    if ((code < 0 && !interrupted) || run->interrupt.count > 1)
        return give_up(run, code, err);
    code = save(run, !interrupted, err);
    if (code < 0)
        return give_up(run, code, err);
    print_result(run);
    fprintf(stderr, "spbench: %s%s\n", interrupted ? "interrupted; what is complete is in " : "the result file is ",
            run->path);
    if (interrupted)
        return SPB_EXIT_INTERRUPTED;
    return any_row_failed(&run->result) ? SPB_EXIT_FAILED : SPB_EXIT_OK;
}

static void release(struct run *run)
{
    spb_journal_close(run->journal, false);
    spb_interrupt_close(&run->interrupt);
    spb_result_release(&run->result);
    spb_registry_release(&run->registry);
    spb_plugin_list_release(&run->plugins);
    free(run->path);
}

/* The program's workloads and those of plug-ins; the harness's own for commands, and for a file that may hold some. */
static int open_registry(struct run *run, const struct spb_cli *cli, struct spb_error *err)
{
    static const struct spb_workload *const own[] = {&spb_command_workload, NULL};
    const struct spb_run_request *request = run->request;
    int code = spb_registry_add(&run->registry, cli->workloads, NULL, NULL, err);
    for (size_t i = 0; i < request->plugin_count; i++)
        spb_plugin_list_add_path(&run->plugins, request->plugins[i]);
    if (code == 0)
        code = spb_plugin_list_open(&run->plugins, &run->registry, err);
    bool known = code == 0 && spb_registry_find(&run->registry, own[0]->name);
    if (code < 0 || (request->command_count == 0 && (!request->resume || known)))
        return code;
    return spb_registry_add(&run->registry, own, NULL, NULL, err);
}

static int run_run(const struct spb_cli *cli, int argc, char **argv)
{
    struct spb_run_request request;
    struct spb_error err = {0};
    spb_run_request_parse(&request, argc, argv);
    struct run run = {.request = &request, .interrupt = {.fd = -1}};
    int code = open_registry(&run, cli, &err);
    if (code == 0)
        code = check_counters(request.counters, &err);
    if (code == 0)
        code = request.resume ? resume(&run, &err) : begin(&run, &err);
    int status = code == 0 ? carry_out(&run, &err) : spb_complain(code, &err);
    release(&run);
    spb_run_request_release(&request);
    return status;
}

const struct spb_command spb_command_run = {
    .name = "run", .summary = "measure workloads and write a result file", .run = run_run};
