/* SPDX-License-Identifier: MIT
 *
 * `spbench doctor`: is this machine fit to measure on, and what would make it so? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "doctor.h"
#include "json_writer.h"
#include "pmu_status.h"
#include "stamp.h"
#include "stamp_lookup.h"
#include "table.h"

struct doctor_options {
    struct spb_common common;
    enum spb_format format;
    const char *root; /* NULL: this machine */
};

enum { KEY_ROOT = 0x1000 };

static const struct argp_option options[] = {
    {"format", 'f', "FORMAT", 0, "table (default) or json", 1},
    {"root", KEY_ROOT, "DIR", 0, "A captured machine: /proc and /sys are read below DIR", 1},
    {0},
};

static const char doc[] =
    "Says whether this machine is fit to measure on: what disturbs or hides, why that matters, and the exact command "
    "that mends it. Watches the CPUs for 0.2 s.\v"
    "Each check is ok, warn (results will be noisier or harder to explain), bad (results cannot be trusted), or "
    "unknown with the reason.\n\n"
    "Exit code 0 when nothing is bad, 1 otherwise.\n\n"
    "Examples:\n"
    "  spbench doctor\n"
    "  spbench doctor && spbench run all          only when nothing is bad\n"
    "  spbench doctor --format json | python3 -m json.tool\n"
    "  spbench doctor --root captured/            another machine, copied here";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct doctor_options *doctor = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &doctor->common;
        return 0;
    case 'f':
        doctor->format = spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON);
        return 0;
    case KEY_ROOT:
        doctor->root = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- for a person ---------------------------------------------------------------------------------------------- */

static void print_count(struct spb_strbuf *out, size_t count, const char *thing, bool *first)
{
    if (count)
        spb_strbuf_printf(out, "%s%zu %s%s", *first ? ", with " : " and ", count, thing, count == 1 ? "" : "s");
    *first = *first && count == 0;
}

/* "fit to measure: yes, with 3 warnings", "fit to measure: no, with 1 bad finding and 2 warnings" */
static void print_verdict(const struct spb_diagnosis *diagnosis, struct spb_strbuf *out)
{
    bool first = true;
    size_t bad = diagnosis->level_counts[SPB_LEVEL_BAD];
    spb_strbuf_printf(out, "fit to measure: %s", bad ? "no" : "yes");
    print_count(out, bad, "bad finding", &first);
    print_count(out, diagnosis->level_counts[SPB_LEVEL_WARN], "warning", &first);
    spb_strbuf_append_char(out, '\n');
}

static void add_row(struct spb_table *table, const struct spb_finding *finding)
{
    static const enum spb_tone tones[] = {[SPB_LEVEL_OK] = SPB_TONE_GOOD,
                                          [SPB_LEVEL_UNKNOWN] = SPB_TONE_DIM,
                                          [SPB_LEVEL_WARN] = SPB_TONE_WARN,
                                          [SPB_LEVEL_BAD] = SPB_TONE_BAD};
    bool concerns = finding->level >= SPB_LEVEL_WARN;
    spb_table_cell(table, "%s", finding->check);
    spb_table_cell(table, "%s", spb_level_name(finding->level));
    spb_table_tone(table, tones[finding->level]);
    spb_table_cell(table, "%s", *finding->value ? finding->value : "-");
    spb_table_cell(table, "%s%s%s", finding->message, concerns ? ": " : "", concerns ? finding->why : "");
}

static void print_table(const struct spb_diagnosis *diagnosis, const struct spb_table_options *how,
                        struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "check", SPB_ALIGN_LEFT);
    spb_table_column(&table, "level", SPB_ALIGN_LEFT);
    spb_table_column(&table, "seen", SPB_ALIGN_LEFT);
    spb_table_column(&table, "meaning", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < diagnosis->count; i++)
        add_row(&table, &diagnosis->findings[i]);
    spb_table_render(&table, SPB_TABLE_TEXT, how, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}

/* Text that came from files of the machine must not steer the terminal. */
static void append_plain(struct spb_strbuf *out, const char *text)
{
    for (; *text; text++)
        spb_strbuf_append_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

static bool is_listed_before(const struct spb_diagnosis *diagnosis, size_t end, const char *mend)
{
    for (size_t i = 0; i < end; i++)
        if (diagnosis->findings[i].mend && strcmp(diagnosis->findings[i].mend, mend) == 0)
            return true;
    return false;
}

static void print_commands(const struct spb_diagnosis *diagnosis, struct spb_strbuf *out)
{
    bool any = false;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const char *mend = diagnosis->findings[i].mend;
        if (!mend || is_listed_before(diagnosis, i, mend))
            continue;
        spb_strbuf_append(out, any ? "  " : "\nWhat to run (settings last until the next boot):\n  ");
        append_plain(out, mend);
        spb_strbuf_append_char(out, '\n');
        any = true;
    }
}

static void print_obstacles(const struct spb_diagnosis *diagnosis, struct spb_strbuf *out)
{
    bool any = false;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct spb_finding *finding = &diagnosis->findings[i];
        if (!finding->obstacle)
            continue;
        spb_strbuf_printf(out, "%s%-14s  ", any ? "  " : "\nNot to be mended from here:\n  ", finding->check);
        append_plain(out, finding->obstacle);
        spb_strbuf_append_char(out, '\n');
        any = true;
    }
}

/* ---- for a program --------------------------------------------------------------------------------------------- */

static void write_finding(struct spb_json *json, const struct spb_finding *finding)
{
    spb_json_object(json, NULL);
    spb_json_string(json, "check", finding->check);
    spb_json_string(json, "level", spb_level_name(finding->level));
    spb_json_string(json, "value", *finding->value ? finding->value : NULL);
    spb_json_string(json, "message", finding->message);
    spb_json_string(json, "why", finding->why);
    spb_json_string(json, "mend", finding->mend);
    spb_json_string(json, "obstacle", finding->obstacle);
    spb_json_end(json);
}

static void write_json(const struct spb_diagnosis *diagnosis, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_bool(&json, "fit", diagnosis->level_counts[SPB_LEVEL_BAD] == 0);
    for (int level = SPB_LEVEL_OK; level <= SPB_LEVEL_BAD; level++)
        spb_json_uint(&json, spb_level_name((enum spb_level)level), diagnosis->level_counts[level]);
    spb_json_array(&json, "checks");
    for (size_t i = 0; i < diagnosis->count; i++)
        write_finding(&json, &diagnosis->findings[i]);
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

/* ---------------------------------------------------------------------------------------------------------------- */

static void show(const struct doctor_options *doctor, const struct spb_diagnosis *diagnosis)
{
    struct spb_strbuf out = {0};
    if (doctor->format == SPB_FORMAT_JSON) {
        write_json(diagnosis, &out);
    } else {
        struct spb_table_options how = {.color = spb_color_wanted(&doctor->common, stdout),
                                        .width = spb_terminal_width(stdout)};
        print_verdict(diagnosis, &out);
        spb_strbuf_append_char(&out, '\n');
        print_table(diagnosis, &how, &out);
        print_commands(diagnosis, &out);
        print_obstacles(diagnosis, &out);
    }
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int check_root(const char *root, struct spb_error *err)
{
    struct stat status;
    if (!root)
        return 0;
    if (stat(root, &status) < 0)
        return spb_error_system(err, -errno, "--root=%s", root);
    if (!S_ISDIR(status.st_mode))
        return spb_error_system(err, -ENOTDIR, "--root=%s", root);
    return 0;
}

/* sysfs may show a PMU that this process may not use, or that counts nothing. */
static int try_counting(void *context, char *reason, size_t size)
{
    struct spb_pmu_status status;
    (void)context;
    spb_pmu_status_read(NULL, &status);
    snprintf(reason, size, "%s", status.text);
    return status.state == SPB_PMU_AVAILABLE || status.state == SPB_PMU_USER_ONLY ? 0 : -ENOTSUP;
}

static int examine(const struct doctor_options *doctor, struct spb_diagnosis *diagnosis, struct spb_error *err)
{
    /* No check asks about the build. */
    static const struct spb_build_info no_build = {"", "", "", "", ""};
    struct spb_stamp stamp = {0};
    int code = check_root(doctor->root, err);
    if (code == 0)
        code = spb_stamp_take(doctor->root, NULL, &no_build, &stamp, err);
    struct spb_doctor_options how = {.root = doctor->root, .facts = {spb_stamp_lookup, &stamp}};
    if (!doctor->root)
        how.try_counting = try_counting; /* a captured machine cannot be asked */
    if (code == 0)
        code = spb_doctor_examine(&how, diagnosis, err);
    spb_stamp_release(&stamp);
    return code;
}

static int run_doctor(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &spb_common_argp}, {0}};
    static const struct argp argp = {.options = options, .parser = parse, .doc = doc, .children = children};
    struct doctor_options doctor = {0};
    struct spb_diagnosis diagnosis = {0};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &doctor);
    int code = examine(&doctor, &diagnosis, &err);
    if (code)
        return spb_complain(code, &err);
    show(&doctor, &diagnosis);
    int exit_code = diagnosis.level_counts[SPB_LEVEL_BAD] ? SPB_EXIT_FAILED : SPB_EXIT_OK;
    spb_diagnosis_release(&diagnosis);
    return exit_code;
}

const struct spb_command spb_command_doctor = {
    .name = "doctor", .summary = "is this machine fit to measure on, and what would mend it", .run = run_doctor};
