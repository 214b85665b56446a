/* SPDX-License-Identifier: MIT
 *
 * Times as people write them: what is taken reads back as the same second. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "time_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const struct spb_time_zone zone = {INT64_C(1795479000000000000), true};
    struct spb_error err = {0};
    char text[128] = {0}, shown[SPB_TIME_TEXT_SIZE];
    int64_t time_ns = 0, again_ns = 0;
    memcpy(text, bytes, length < sizeof(text) - 1 ? length : sizeof(text) - 1);
    if (spb_time_parse(text, &zone, &time_ns, &err) < 0)
        return *err.text ? 0 : (abort(), 0);
    if (time_ns < -INT64_C(60000000000000) ||
        spb_time_parse(spb_time_format(shown, time_ns, true), &zone, &again_ns, &err) < 0)
        return time_ns < 0 ? 0 : (abort(), 0);
    if (again_ns != time_ns / 1000000000 * 1000000000)
        abort();
    return 0;
}
