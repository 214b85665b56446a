/* SPDX-License-Identifier: MIT
 *
 * The reader of policies. What it refuses it refuses with a word and leaves empty; what it accepts says what a policy must. */
#include <stdlib.h>

#include "date.h"
#include "fuzz_target.h"
#include "policy_file.h"
#include "row.h"

static void check(const struct spb_policy *policy)
{
    struct spb_policy_thresholds thresholds = {policy, 0.03};
    if (!(spb_policy_threshold(&thresholds, "memory/latency size=64MiB") > 0))
        abort();
    for (size_t i = 0; i < policy->waiver_count; i++) {
        char text[SPB_DATE_TEXT_SIZE];
        if (!*policy->waivers[i].reason || !*policy->waivers[i].pattern ||
            spb_date_parse(spb_date_format(text, policy->waivers[i].until)) != policy->waivers[i].until)
            abort();
    }
    for (size_t i = 0; i < policy->required_count; i++)
        spb_row_matches(policy->required[i], "cpu/int-chain operation=add");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_policy policy;
    struct spb_error err = {{0}};
    if (spb_policy_parse("fuzz", (const char *)bytes, length, &policy, &err) < 0) {
        if (!*err.text || policy.thresholds || policy.required || policy.waivers)
            abort();
        return 0;
    }
    check(&policy);
    spb_policy_release(&policy);
    return 0;
}
