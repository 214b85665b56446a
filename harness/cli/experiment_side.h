/* SPDX-License-Identifier: MIT
 *
 * One side of an experiment from what the user typed: which workloads it has, and where the pair runner finds its builds.
 *
 *     ""                       this program
 *     cmd:sort big.txt         a command line
 *     old.so,old2.so           a plug-in, in one build or several
 *     ../old/build/spbench     another spbench executable, or a program made with SPB_MAIN
 */
#ifndef SPB_EXPERIMENT_SIDE_H
#define SPB_EXPERIMENT_SIDE_H

#include "ab_file.h"
#include "command.h"
#include "pair_runner.h"
#include "plugin.h"
#include "registry.h"

struct spb_experiment_side {
    struct spb_registry registry;
    struct spb_plugin_description *descriptions; /* one a build, of PROGRAM and PLUGIN */
    size_t description_count;
    struct spb_pair_build *builds; /* for the runner */
    size_t build_count;
    const char *command; /* of COMMAND; into the side's text */
};

/* Fills `named` (kind, text, builds) and *side from `text`. `named` must outlive the side. -EINVAL and others: what is wrong with it,
 * with the name of the side ("base", "new") before it. */
int spb_experiment_side_open(const char *text, enum spb_side which, const struct spb_cli *cli,
                             struct spb_ab_side *named, struct spb_experiment_side *side, struct spb_error *err);
void spb_experiment_side_release(struct spb_experiment_side *side);

#endif
