/* SPDX-License-Identifier: MIT */
#include "busy.h"

uint64_t plugin_seventy(uint64_t ns);

__attribute__((noinline, visibility("default"))) uint64_t plugin_seventy(uint64_t ns)
{
    return BUSY_SPIN(ns);
}
