/* SPDX-License-Identifier: MIT
 * One line a workload, in listing order: SPB_BENCH(symbol) for `const struct spb_workload symbol`. */
SPB_BENCH(spb_self_null)
