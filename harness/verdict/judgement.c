/* SPDX-License-Identifier: MIT */
#include "judgement.h"

#include <string.h>

static const char *const verdict_names[SPB_VERDICT_COUNT] = {
    [SPB_VERDICT_UNDECIDED] = "undecided",
    [SPB_VERDICT_PASS] = "pass",
    [SPB_VERDICT_IMPROVED] = "improved",
    [SPB_VERDICT_REGRESSION] = "regression",
    [SPB_VERDICT_NOT_COMPARABLE] = "not-comparable",
    [SPB_VERDICT_ERROR] = "error",
    [SPB_VERDICT_MISSING] = "missing",
};

const char *spb_verdict_name(enum spb_verdict verdict)
{
    return verdict_names[verdict];
}

int spb_verdict_parse(const char *name)
{
    for (int i = 0; i < SPB_VERDICT_COUNT; i++)
        if (strcmp(verdict_names[i], name) == 0)
            return i;
    return -1;
}

double spb_threshold(const struct spb_thresholds *thresholds, const char *key)
{
    return thresholds->find ? thresholds->find(thresholds->context, key) : thresholds->ratio;
}
