/* SPDX-License-Identifier: MIT
 *
 * The call tree, indented and folded. Both walk it with a stack of their own: it may be tens of thousands of calls deep.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flame_graph.h"
#include "profile_head.h"
#include "profile_report.h"
#include "profile_tables.h"
#include "units.h"

/* ---- walking ---------------------------------------------------------------------------------------------------- */

struct visit {
    size_t branch;
    unsigned depth;
};

/* Children after their parent, the largest first. `take` says whether the children are wanted, and may go on from a branch further down.
 * -ENOMEM or 0. */
static int walk(const struct spb_profile_tree *tree, bool (*take)(void *context, struct visit *visit), void *context)
{
    struct visit *stack = calloc(tree->count + 1, sizeof *stack);
    size_t count = 0;
    if (!stack)
        return -ENOMEM;
    stack[count++] = (struct visit){0, 0};
    while (count && tree->count) {
        struct visit visit = stack[--count];
        if (!take(context, &visit))
            continue;
        const struct spb_profile_branch *branch = &tree->branches[visit.branch];
        for (size_t i = branch->child_count; i-- > 0;)
            stack[count++] = (struct visit){branch->first_child + i, visit.depth + 1};
    }
    free(stack);
    return 0;
}

static const char *name_of(const struct spb_profile *profile, const struct spb_profile_branch *branch)
{
    return spb_profile_text(profile, profile->functions[branch->function].name);
}

/* ---- indented --------------------------------------------------------------------------------------------------- */

#define INDENT     2
#define INDENT_MAX 60 /* columns; deeper calls show their depth instead */

struct printing {
    const struct spb_profile_report *report;
    const struct spb_profile_tree *tree;
    const char *unit;
    struct spb_strbuf *out;
    double all;
    size_t left_out;
};

static void append_row(const struct printing *printing, const struct visit *visit, const char *name)
{
    const struct spb_profile_branch *branch = &printing->tree->branches[visit->branch];
    char text[SPB_UNIT_TEXT_SIZE], depth[32] = "";
    size_t indent = (size_t)visit->depth * INDENT, used, start = printing->out->length;
    if (indent > INDENT_MAX) {
        indent = INDENT_MAX;
        snprintf(depth, sizeof depth, "[%u] ", visit->depth);
    }
    spb_strbuf_printf(printing->out, "%6.1f %%  %6.1f %%  %8s  ", 100 * (double)branch->total / printing->all,
                      100 * (double)branch->self / printing->all,
                      spb_profile_value_format(text, (double)branch->total, printing->unit));
    spb_strbuf_append_repeated(printing->out, ' ', indent);
    spb_strbuf_append(printing->out, depth);
    used = printing->out->length - start;
    size_t width = printing->report->how.width;
    spb_shorten_name(name, !width ? 0 : width > used + 12 ? width - used : 12, printing->out);
    spb_strbuf_append_char(printing->out, '\n');
}

/* A function that does nothing but call itself takes one row, however often. */
static unsigned skip_recursion(const struct spb_profile_tree *tree, struct visit *visit)
{
    unsigned times = 1;
    const struct spb_profile_branch *branch = &tree->branches[visit->branch];
    while (branch->child_count == 1 && branch->self == 0 &&
           tree->branches[branch->first_child].function == branch->function) {
        visit->branch = branch->first_child;
        branch = &tree->branches[visit->branch];
        times++;
    }
    return times;
}

static bool print_branch(void *context, struct visit *visit)
{
    struct printing *printing = context;
    const struct spb_profile_branch *branch = &printing->tree->branches[visit->branch];
    if (branch->function == SPB_PROFILE_NONE) {
        append_row(printing, visit, "(all)");
        return true;
    }
    if ((double)branch->total < printing->report->cut_share * printing->all) {
        printing->left_out++;
        return false;
    }
    struct spb_strbuf name = {0};
    spb_strbuf_append(&name, name_of(printing->report->profile, branch));
    unsigned times = skip_recursion(printing->tree, visit);
    if (times > 1)
        spb_strbuf_printf(&name, " (%u times)", times);
    append_row(printing, visit, spb_strbuf_text(&name));
    printing->out->failed = printing->out->failed || name.failed;
    spb_strbuf_release(&name);
    return true;
}

int spb_profile_report_tree(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_head head;
    struct spb_profile_tree tree;
    int code = spb_profile_head(report->profile, &report->filter, &head, err);
    if (code == 0)
        code = spb_profile_tree(report->profile, &report->filter, &tree, err);
    if (code)
        return code;
    struct printing printing = {report, &tree, head.value_unit, out, head.value_sum, 0};
    if (head.value_sum > 0) {
        char header[96];
        snprintf(header, sizeof header, "%8s  %8s  %8.12s  calls", "total", "self",
                 strcmp(head.value_unit, "nanoseconds") == 0 ? "time" : head.value_name);
        spb_profile_heading(report, header, out);
        code = walk(&tree, print_branch, &printing);
        if (printing.left_out)
            spb_strbuf_printf(out, "(%zu branches below %g %% are left out; --cut PCT shows more)\n", printing.left_out,
                              100 * report->cut_share);
    } else {
        spb_strbuf_append(out, "There is no sample.\n");
    }
    spb_profile_tree_release(&tree);
    return code ? spb_error_system(err, code, "the profile") : 0;
}

/* ---- folded ----------------------------------------------------------------------------------------------------- */

struct folding {
    const struct spb_profile *profile;
    const struct spb_profile_tree *tree;
    struct spb_strbuf *out, path;
    size_t *lengths; /* of the path up to each depth */
};

/* What separates functions and ends a line stands for nothing else. */
static void append_folded(struct spb_strbuf *out, const char *name)
{
    for (; *name; name++)
        spb_strbuf_append_char(out, *name == ';' ? ':' : *name);
}

static void cut_path(struct folding *folding, size_t length)
{
    if (folding->path.text && length <= folding->path.length) {
        folding->path.length = length;
        folding->path.text[length] = '\0';
    }
}

static bool fold_branch(void *context, struct visit *visit)
{
    struct folding *folding = context;
    const struct spb_profile_branch *branch = &folding->tree->branches[visit->branch];
    if (visit->depth > 0) {
        cut_path(folding, folding->lengths[visit->depth - 1]);
        if (folding->path.length)
            spb_strbuf_append_char(&folding->path, ';');
        append_folded(&folding->path, name_of(folding->profile, branch));
    }
    folding->lengths[visit->depth] = folding->path.length;
    if (branch->self > 0)
        spb_strbuf_printf(folding->out, "%s %" PRId64 "\n",
                          folding->path.length ? spb_strbuf_text(&folding->path) : "[no stack]", branch->self);
    return !folding->path.failed && !folding->out->failed;
}

static int fold(const struct spb_profile_report *report, const struct spb_profile_filter *filter, const char *process,
                struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_tree tree;
    int code = spb_profile_tree(report->profile, filter, &tree, err);
    if (code)
        return code;
    struct folding folding = {report->profile, &tree, out, {0}, calloc(tree.count + 1, sizeof(size_t))};
    append_folded(&folding.path, process);
    code = folding.lengths ? walk(&tree, fold_branch, &folding) : -ENOMEM;
    if (folding.path.failed)
        code = -ENOMEM;
    free(folding.lengths);
    spb_strbuf_release(&folding.path);
    spb_profile_tree_release(&tree);
    return code ? spb_error_system(err, code, "the profile") : 0;
}

/* Every sample belongs to a process with a number: stacks begin with its name then, as those of perf do. */
static bool has_processes(const struct spb_profile *profile)
{
    for (size_t i = 0; i < profile->sample_count; i++)
        if (profile->samples[i].thread >= profile->thread_count || !profile->threads[profile->samples[i].thread].pid)
            return false;
    return profile->sample_count;
}

static bool is_first_of_process(const struct spb_profile *profile, uint32_t thread)
{
    for (uint32_t i = 0; i < thread; i++)
        if (profile->threads[i].pid == profile->threads[thread].pid)
            return false;
    return true;
}

int spb_profile_report_folded(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    const struct spb_profile *profile = report->profile;
    struct spb_profile_filter filter = report->filter;
    int code = 0;
    if (filter.pid || !has_processes(profile))
        return fold(report, &filter, "", out, err);
    for (uint32_t i = 0; i < profile->thread_count && code == 0; i++)
        if (profile->threads[i].pid && is_first_of_process(profile, i)) {
            filter.pid = profile->threads[i].pid;
            code = fold(report, &filter, spb_profile_text(profile, profile->threads[i].process), out, err);
        }
    return code;
}
