# SPDX-License-Identifier: MIT
# Samples over the time of a run, in per cent of the median of their row, with marks by shape and a running median.
#
#     gnuplot -c plots/drift.gp DATA OUTPUT [light|dark]
#
# Blocks 0 (title, subtitle, note, note_y, x_label, width, height), 1 (panels) and 2 (legend): plots/style.gp. Then
#
#     3 samples          panel, file, seconds, per cent, point type (0: that of the file), beyond the axis (-1 below, 1 above)
#     4 running medians  panel (0: a line ends), file, seconds, per cent
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("drift.gp")]."style.gp")
eval read_panels
eval read_legends
files = 1
stats data index 3 using (files = $2 > files ? $2 : files, 1) nooutput

unset key
set format y "%+.6g"
set lmargin at screen right(100)
set rmargin at screen right(spb_width - 24)
set multiplot
eval draw_head
do for [p = 1:panels] {
    eval draw_panel_label
    set tmargin at screen down(panel_top[p])
    set bmargin at screen down(panel_bottom[p])
    set xrange [-0.01 * panel_x_high[p]:panel_x_high[p]]
    set yrange [panel_low[p]:panel_high[p]]
    set xlabel (p == panels ? text_of("x_label") : "")
    plot 0 with lines linewidth 1 linecolor rgb faint, \
         for [f = 1:files] data index 3 using ($1 == p && $2 == f && $5 == 0 && $6 == 0 ? $3 : NaN):4 \
             with points pointtype shapes[f] pointsize 0.4 linecolor rgb hues[f], \
         for [f = 1:files] data index 3 using ($1 == p && $2 == f && $5 > 0 && $6 == 0 ? $3 : NaN):4:5 \
             with points pointtype variable pointsize 0.9 linecolor rgb hues[f], \
         for [f = 1:files] data index 3 using ($1 == p && $2 == f && $6 > 0 ? $3 : NaN):4 \
             with points pointtype "\342\226\262" linecolor rgb hues[f], \
         for [f = 1:files] data index 3 using ($1 == p && $2 == f && $6 < 0 ? $3 : NaN):4 \
             with points pointtype "\342\226\274" linecolor rgb hues[f], \
         for [f = 1:files] data index 4 using ($1 == p && $2 == f ? $3 : NaN):4 \
             with lines linewidth 2 linecolor rgb (files == 1 ? ink : hues[f])
    eval drop_head
}
unset multiplot
