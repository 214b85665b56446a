/* SPDX-License-Identifier: MIT
 *
 * The reader of what a machine was found to be. What it accepts can be summed up. */
#include <math.h>
#include <stdlib.h>

#include "calibration.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_calibration calibration;
    struct spb_error err = {{0}};
    if (spb_calibration_parse("fuzz", (const char *)bytes, length, &calibration, &err) < 0) {
        if (!*err.text || calibration.sessions || calibration.machine)
            abort();
        return 0;
    }
    for (size_t i = 0; i < calibration.session_count; i++)
        for (size_t r = 0; r < calibration.sessions[i].row_count; r++) {
            struct spb_calibration_summary summary;
            if (spb_calibration_summarise(&calibration, calibration.sessions[i].rows[r].key, &summary) < 0 ||
                isnan(summary.session_sd) || isnan(summary.ab_ratio) || isnan(summary.stored_ratio))
                abort();
        }
    struct spb_calibration_alarms alarms = spb_calibration_alarms(&calibration);
    if (!(alarms.upper_ratio >= 0 && alarms.upper_ratio <= 1))
        abort();
    spb_calibration_release(&calibration);
    return 0;
}
