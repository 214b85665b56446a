/* SPDX-License-Identifier: MIT
 *
 * One stored result against another, as `compare` and `report` do it: first whether machine and build agree, which --force overrules.
 */
#ifndef SPB_STORED_COMPARISON_H
#define SPB_STORED_COMPARISON_H

#include "calibration.h"
#include "compare.h"
#include "result.h"

struct spb_stored_comparison {
    const char *base_path;
    const struct spb_result *base;
    const struct spb_calibration *calibration; /* of base's machine */
    double threshold_pct;
    bool force; /* compares what differs all the same; the judgement says so */
};

/* -EXDEV: machine or build differ; the differences have been told on the standard error, *err is untouched. */
int spb_stored_compare(const struct spb_stored_comparison *comparison, const char *path,
                       const struct spb_result *result, struct spb_judgement *judgement, struct spb_error *err);

#endif
