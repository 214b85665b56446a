# SPDX-License-Identifier: MIT
# Every sample of some rows, one panel a row: on the left a strip a process, on the right how the samples are distributed.
#
#     gnuplot -c plots/distribution.gp DATA OUTPUT [light|dark]
#
# Blocks 0 (title, subtitle, note, note_y, x_label, width, height), 1 (panels) and 2 (legend): plots/style.gp. Then
#
#     3 strips         panel, file, x, median of the process, its number (or "")
#     4 estimates      panel, file, x from, x to, estimate, low, high
#     5 samples        panel, file, x, value, point type (0: that of the file), beyond the axis (-1 below, 1 above)
#     6 distributions  panel (0: a line ends), file, of all processes (0, 1), share in percent, value
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("distribution.gp")]."style.gp")
eval read_panels
eval read_legends
files = 1
stats data index 4 using (files = $2 > files ? $2 : files, 1) nooutput

split = right(spb_width * 0.68)
unset key
set format y "%.8g"
set multiplot
eval draw_head
do for [p = 1:panels] {
    eval draw_panel_label
    set tmargin at screen down(panel_top[p])
    set bmargin at screen down(panel_bottom[p])
    set yrange [panel_low[p]:panel_high[p]]
    unset logscale
    if (panel_log[p]) { set logscale y }

    # samples
    set lmargin at screen right(100)
    set rmargin at screen split
    set xrange [0.3:panel_x_high[p] - 0.3]
    unset xtics
    set ytics
    set grid noxtics ytics
    set xlabel (p == panels ? text_of("x_label") : "") offset 0, -1
    plot for [f = 1:files] data index 4 using ($1 == p && $2 == f ? ($3 + $4) / 2 : NaN):5:3:4:6:7 \
             with boxxyerror fillcolor rgb hues[f] fillstyle transparent solid 0.2 noborder, \
         for [f = 1:files] data index 5 using ($1 == p && $2 == f && $5 == 0 && $6 == 0 ? $3 : NaN):4 \
             with points pointtype shapes[f] pointsize 0.45 linecolor rgb hues[f], \
         for [f = 1:files] data index 5 using ($1 == p && $2 == f && $5 > 0 && $6 == 0 ? $3 : NaN):4:5 \
             with points pointtype variable pointsize 0.9 linecolor rgb hues[f], \
         for [f = 1:files] data index 5 using ($1 == p && $2 == f && $6 > 0 ? $3 : NaN):4 \
             with points pointtype "\342\226\262" linecolor rgb hues[f], \
         for [f = 1:files] data index 5 using ($1 == p && $2 == f && $6 < 0 ? $3 : NaN):4 \
             with points pointtype "\342\226\274" linecolor rgb hues[f], \
         data index 4 using ($1 == p ? $3 : NaN):5:($4 - $3):(0) with vectors nohead linewidth 1 linecolor rgb ink, \
         data index 3 using ($1 == p ? $3 - 0.4 : NaN):4:(0.8):(0) with vectors nohead linewidth 2.5 linecolor rgb ink, \
         data index 3 using ($1 == p ? $3 : NaN):(panel_low[p]):5 with labels offset 0, -0.8 textcolor rgb faint
    eval drop_head

    # shares
    set lmargin at screen split + right(24)
    set rmargin at screen right(spb_width - 24)
    set xrange [0:100]
    set xtics nomirror 0, 25, 100 format "%.0f"
    set grid xtics ytics
    set format y ""
    set xlabel (p == panels ? "Share of the samples up to there (%)" : "") offset 0, 0.2
    plot for [f = 1:files] data index 6 using ($1 == p && $2 == f && $3 == 0 ? $4 : NaN):5 \
             with fsteps linewidth 0.6 linecolor rgb hues[f], \
         for [f = 1:files] data index 6 using ($1 == p && $2 == f && $3 == 1 ? $4 : NaN):5 \
             with fsteps linewidth 2.4 linecolor rgb hues[f]
    set format y "%.8g"
}
unset multiplot
