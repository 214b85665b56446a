/* SPDX-License-Identifier: MIT */
#include "follow_summary.h"

#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

#include "table.h"
#include "units.h"
#include "utf8.h"

#define FROM_WAIT  "kernel"
#define FROM_LOOKS "looks"
#define TOO_SHORT  "it ended before a look"

/* The kernel counts in microseconds: below them there is nothing, not "0.00 ns". */
static const char *duration(char *text, uint64_t ns)
{
    if (ns == 0)
        return "0 s";
    return spb_format_duration(text, (double)ns);
}

static void add_end(const struct spb_follow_summary *summary, struct spb_strbuf *out)
{
    char wall[SPB_UNIT_TEXT_SIZE];
    spb_utf8_append_printable(out, summary->command);
    if (WIFSIGNALED(summary->status))
        spb_strbuf_printf(out, ": killed by SIG%s", sigabbrev_np(WTERMSIG(summary->status)));
    else
        spb_strbuf_printf(out, ": exit code %d", WEXITSTATUS(summary->status));
    spb_strbuf_printf(out, " after %s\n", duration(wall, summary->wall_ns));
}

static void add_cpu(const struct spb_follow_summary *summary, struct spb_table *table)
{
    char user[SPB_UNIT_TEXT_SIZE], system[SPB_UNIT_TEXT_SIZE];
    double used_ns = (double)summary->user_ns + (double)summary->system_ns;
    spb_table_cell(table, "CPU time");
    spb_table_cell(table, "%s user, %s system", duration(user, summary->user_ns), duration(system, summary->system_ns));
    spb_table_cell(table, FROM_WAIT);
    if (summary->wall_ns) {
        spb_table_cell(table, "CPUs used");
        spb_table_cell(table, "%.2f on average", used_ns / (double)summary->wall_ns);
        spb_table_cell(table, FROM_WAIT);
    }
}

static void add_memory(const struct spb_follow_summary *summary, struct spb_table *table)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_table_cell(table, "peak memory");
    spb_table_cell(table, "%s of the largest process", spb_format_bytes(text, summary->largest_rss_bytes));
    spb_table_cell(table, FROM_WAIT);
    spb_table_cell(table, "%s", "");
    if (summary->looks) {
        spb_table_cell(table, "%s of all together", spb_format_bytes(text, summary->together_rss_bytes));
        spb_table_cell(table, FROM_LOOKS ", what they share counts for each");
    } else {
        spb_table_cell(table, "of all together: not known");
        spb_table_cell(table, TOO_SHORT);
    }
}

static void add_io(const struct spb_follow_summary *summary, struct spb_table *table)
{
    char read[SPB_UNIT_TEXT_SIZE], written[SPB_UNIT_TEXT_SIZE];
    spb_table_cell(table, "storage");
    if (summary->has_io)
        spb_table_cell(table, "%s read, %s written", spb_format_bytes(read, summary->read_bytes),
                       spb_format_bytes(written, summary->written_bytes));
    else
        spb_table_cell(table, "not known");
    spb_table_cell(table, summary->has_io ? FROM_WAIT : "this kernel does not count it");
}

static void add_counts(const struct spb_follow_summary *summary, struct spb_table *table)
{
    spb_table_cell(table, "page faults");
    spb_table_cell(table, "%" PRIu64 " minor, %" PRIu64 " major", summary->minor_faults, summary->major_faults);
    spb_table_cell(table, FROM_WAIT);
    spb_table_cell(table, "context switches");
    spb_table_cell(table, "%" PRIu64 " voluntary, %" PRIu64 " involuntary", summary->voluntary_switches,
                   summary->involuntary_switches);
    spb_table_cell(table, FROM_WAIT);
}

static void add_seen(const struct spb_follow_summary *summary, struct spb_table *table)
{
    spb_table_cell(table, "processes");
    if (summary->looks)
        spb_table_cell(table, "at least %u, at most %u at a time", summary->processes_seen, summary->processes_max);
    else
        spb_table_cell(table, "at least %u", summary->processes_seen);
    spb_table_cell(table, FROM_LOOKS);
    spb_table_cell(table, "threads");
    if (summary->looks)
        spb_table_cell(table, "at most %u at a time", summary->threads_max);
    else
        spb_table_cell(table, "not known");
    spb_table_cell(table, summary->looks ? FROM_LOOKS : TOO_SHORT);
}

static void add_remaining(const struct spb_follow_summary *summary, struct spb_table *table)
{
    char cpu[SPB_UNIT_TEXT_SIZE];
    if (!summary->still_running)
        return;
    spb_table_cell(table, "still running");
    spb_table_cell(table, "%u of its processes, %s CPU time", summary->still_running,
                   duration(cpu, summary->still_cpu_ns));
    spb_table_cell(table, FROM_LOOKS ", in none of the numbers above");
}

static void add_legend(const struct spb_follow_summary *summary, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "kernel: counted for the command and each of its descendants that was waited for, exact\n");
    if (summary->looks)
        spb_strbuf_printf(out, "looks: seen at %u moment%s; what lived between two is missed\n", summary->looks,
                          summary->looks == 1 ? "" : "s");
}

void spb_follow_summary(const struct spb_follow_summary *summary, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "what", SPB_ALIGN_LEFT);
    spb_table_column(&table, "value", SPB_ALIGN_LEFT);
    spb_table_column(&table, "source", SPB_ALIGN_LEFT);
    add_cpu(summary, &table);
    add_memory(summary, &table);
    add_io(summary, &table);
    add_counts(summary, &table);
    add_seen(summary, &table);
    add_remaining(summary, &table);
    add_end(summary, out);
    spb_table_render(&table, SPB_TABLE_TEXT, NULL, out);
    add_legend(summary, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}
