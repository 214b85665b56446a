/* SPDX-License-Identifier: MIT
 * One line a kind, in the order of help: SPB_PLOT_KIND(name). */
SPB_PLOT_KIND(bars)
SPB_PLOT_KIND(change)
SPB_PLOT_KIND(latency)
SPB_PLOT_KIND(bandwidth)
SPB_PLOT_KIND(scaling)
SPB_PLOT_KIND(roofline)
SPB_PLOT_KIND(distribution)
SPB_PLOT_KIND(heatmap)
SPB_PLOT_KIND(drift)
SPB_PLOT_KIND(history)
