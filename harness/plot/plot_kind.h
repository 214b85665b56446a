/* SPDX-License-Identifier: MIT
 *
 * The kinds of pictures: one file plot_<kind>.c that ends in one constant descriptor, one template plots/<kind>.gp, and one line in
 * plot_kind_list.h. A kind turns results into the data file of its template; gnuplot.h draws it.
 *
 *     const struct spb_plot_kind *kind = spb_plot_kind_find("bars");
 *     struct spb_plot_data data = {0};
 *     int code = kind->build(&input, &data, err);
 */
#ifndef SPB_PLOT_KIND_H
#define SPB_PLOT_KIND_H

#include <stddef.h>

#include "error.h"
#include "judgement.h"
#include "plot_data.h"
#include "result.h"

/* As many as there are hues that are told apart; `history` takes any number. */
#define SPB_PLOT_FILES_MAX 8

struct spb_plot_input {
    const struct spb_result *results; /* in the order of the command line */
    const char *const *names;         /* what each is called in the picture: its file's name */
    size_t count;
    /* Each of the later files against the first (count - 1 of them), or one from an experiment in pairs (count is 0 then, and
     * judgement_names[0] the experiment's file); NULL: none were made. */
    const struct spb_judgement *judgements;
    const char *const *judgement_names;
    size_t judgement_count;
    const char *
        pattern; /* of rows, as the user gave it, for messages; NULL: all. Rows that it does not name are gone already. */
};

struct spb_plot_kind {
    const char *name;    /* "bars"; its template is plots/bars.gp */
    const char *summary; /* one line: what is seen in it */
    /* How well the input suits this kind, 0 (not at all) to 100: the one of the highest is drawn where none was asked for. */
    int (*fit)(const struct spb_plot_input *input);
    /* The data of the picture. -EINVAL: the input has nothing of what the kind shows; the text says what would (the command that measures
     * it). -ENOMEM. */
    int (*build)(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err);
    bool many_files; /* takes more than SPB_PLOT_FILES_MAX results */
};

extern const struct spb_plot_kind *const spb_plot_kinds[]; /* ends with NULL */

const struct spb_plot_kind *spb_plot_kind_find(const char *name); /* or NULL */
/* The one that fits best; NULL: none does. */
const struct spb_plot_kind *spb_plot_kind_choose(const struct spb_plot_input *input);

#endif
