/* SPDX-License-Identifier: MIT
 *
 * What an agent inside another program and the profiler outside share: a file in memory (memfd) that the profiler makes and hands down by the descriptor number in the
 * environment, and that both map. All is fixed-width and of one writer a field; it may be read at any moment, also after the program was killed. The reader trusts nothing of it.
 *
 *     SPB_AGENT_FD=200    SPB_AGENT_OPTIONS=...
 */
#ifndef SPB_WIRE_H
#define SPB_WIRE_H

#include <stdint.h>

#define SPB_WIRE_MAGIC       UINT32_C(0x53504231) /* "SPB1" */
#define SPB_WIRE_ENVIRONMENT "SPB_AGENT_FD"

#endif
