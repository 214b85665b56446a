/* SPDX-License-Identifier: MIT
 *
 * The files that pictures are drawn of, loaded, judged and reduced to the rows that are wanted.
 *
 *     struct spb_picture_input input;
 *     int code = spb_picture_input_load(&options, &input, err);
 *     if (code == 0)
 *         kind = spb_plot_kind_choose(&input.view);
 *     spb_picture_input_release(&input);
 */
#ifndef SPB_PICTURE_INPUT_H
#define SPB_PICTURE_INPUT_H

#include "calibration_file.h"
#include "error.h"
#include "gate_subject.h"
#include "plot_kind.h"
#include "result.h"

enum spb_judging {
    SPB_JUDGING_IF_COMPARABLE, /* else there are no judgements */
    SPB_JUDGING_NEVER,
    SPB_JUDGING_NEEDED, /* else it is an error: -EXDEV, after all that differs has been said on standard error */
};

struct spb_picture_options {
    char **paths; /* result files, or one file of `spbench ab` */
    size_t count;
    const char *pattern;  /* of rows; NULL: all */
    double threshold_pct; /* 0: the experiment's own, or that of stored results */
    bool force;           /* judges results of different machines too */
    enum spb_judging judging;
};

struct spb_picture_input {
    struct spb_plot_input view; /* what the kinds see; into the members below */
    struct spb_result *results;
    char **names; /* an entry for each path: the file's name without its end, or the path where two would be the same */
    size_t count;
    struct spb_judgement *judgements;
    struct spb_gate_subject subject; /* the experiment, where it is one */
    struct spb_calibration calibration;
};

/* 0, or a negative errno with the text set. -ENOENT: the pattern matches no row; the text has the nearest names. The verdict of a row does
 * not depend on the pattern, the mean does. */
int spb_picture_input_load(const struct spb_picture_options *options, struct spb_picture_input *input,
                           struct spb_error *err);
void spb_picture_input_release(struct spb_picture_input *input);

#endif
