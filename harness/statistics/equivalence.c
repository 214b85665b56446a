/* SPDX-License-Identifier: MIT */
#include "equivalence.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "signed_rank.h"

/* The signed-rank test of the values moved by `shift`. A sum that is not finite is refused there. */
static int test_moved(const double *values, size_t count, double shift, double *moved, struct spb_signed_rank *test)
{
    for (size_t i = 0; i < count; i++)
        moved[i] = values[i] + shift;
    return spb_signed_rank_test(moved, count, test);
}

int spb_equivalence_test(const double *values, size_t count, double margin, struct spb_equivalence *test)
{
    struct spb_signed_rank upper, lower;
    if (count == 0 || count > SPB_SIGNED_RANK_MAX || !(margin > 0 && isfinite(margin)))
        return -EINVAL;
    double *moved = calloc(count, sizeof(*moved));
    if (!moved)
        return -ENOMEM;
    int code = test_moved(values, count, -margin, moved, &upper);
    if (code == 0)
        code = test_moved(values, count, margin, moved, &lower);
    free(moved);
    if (code)
        return code;
    *test = (struct spb_equivalence){
        .p_below_upper = upper.p_less,
        .p_above_lower = lower.p_greater,
        .p = fmax(upper.p_less, lower.p_greater),
    };
    return 0;
}
