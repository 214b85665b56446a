/* SPDX-License-Identifier: MIT
 *
 * The file of an experiment in pairs (`spbench ab --output`): JSON, schema "spbench-ab" version 1 (results/ab_schema.json).
 * It holds rounds, never verdicts: these are computed anew by whoever reads it.
 */
#ifndef SPB_AB_FILE_H
#define SPB_AB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "pair.h"
#include "plugin.h"
#include "result.h"
#include "stamp.h"
#include "strbuf.h"

#define SPB_AB_SCHEMA_VERSION 1

enum spb_side_kind {
    SPB_SIDE_SELF,    /* this program */
    SPB_SIDE_PROGRAM, /* another spbench executable, or several builds of one */
    SPB_SIDE_PLUGIN,  /* a shared object, or several builds of one */
    SPB_SIDE_COMMAND, /* cmd:COMMAND */
};

/* A side as the user gave it. */
struct spb_ab_side {
    enum spb_side_kind kind;
    char *text;                     /* as typed; "" for SELF */
    struct spb_plugin_file *builds; /* of PROGRAM and PLUGIN: path, size and hash of each file */
    size_t build_count;
    char **environment; /* "K=V" as given with --base-env, --new-env */
    size_t environment_count;
};

struct spb_ab {
    bool complete;      /* false: interrupted; what is there counts */
    int64_t created_s;  /* UTC, seconds since 1970 */
    int64_t finished_s; /* 0: not finished */
    struct spb_stamp stamp;
    struct spb_load load_before;
    struct spb_load load_after;
    char **arguments; /* as typed, without the program's name; for people */
    size_t argument_count;
    struct spb_ab_side sides[SPB_SIDES];
    double threshold_pct; /* the slowdown to be caught */
    double budget_s;
    uint64_t seed;
    struct spb_paired_row *rows;
    size_t row_count;
};

void spb_ab_release(struct spb_ab *ab);
/* Appends the whole file. 0 or -ENOMEM. */
int spb_ab_write(const struct spb_ab *ab, struct spb_strbuf *out);
/* Replaces the file at `path`, all or nothing. */
int spb_ab_save(const struct spb_ab *ab, const char *path, struct spb_error *err);
/* Hostile input is expected, as in spb_result_parse. On failure *ab is empty. */
int spb_ab_parse(const char *name, const char *text, size_t length, struct spb_ab *ab, struct spb_error *err);
/* Does the file say of itself that it is one of these? What it holds is not looked at. */
bool spb_ab_is_file(const char *path);
int spb_ab_load(const char *path, struct spb_ab *ab, struct spb_error *err);

#endif
