# SPDX-License-Identifier: MIT
# Estimates of rows over the dates of many results, and where they changed; one panel a row.
#
#     gnuplot -c plots/history.gp DATA OUTPUT [light|dark]
#
# Blocks 0 (title, subtitle, note, note_y, x_label, width, height), 1 (panels) and 2 (legend): plots/style.gp. Then
#
#     3 results   panel, group (machine), seconds since 1970, estimate, low, high
#     4 segments  panel, group, from, to, median
#     5 changes   panel, seconds since 1970, text, colour, line of the text (0, 1, 2)
#     6 dates     seconds since 1970, text: the ticks
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("history.gp")]."style.gp")
eval read_panels
eval read_legends
groups = 1
results = 0
stats data index 3 using (groups = $2 > groups ? $2 : groups, results = results + 1, 1) nooutput
dates = 0
array date_at[16]
array date_text[16]
stats data index 6 using (ok = valid(2), dates = dates + (ok ? 1 : 0), ok ? (date_at[dates] = $1, date_text[dates] = strcol(2)) : 0, 1) nooutput

unset key
set format y "%.8g"
set xtics nomirror () textcolor rgb ink
do for [i = 1:dates] { set xtics add (date_text[i] date_at[i]) }
set lmargin at screen right(100)
set rmargin at screen right(spb_width - 40)
# More points, smaller ones.
point_size = results > 200 * panels ? 0.35 : 0.7
set errorbars 0
set multiplot
eval draw_head
do for [p = 1:panels] {
    eval draw_panel_label
    set tmargin at screen down(panel_top[p])
    set bmargin at screen down(panel_bottom[p])
    set xrange [panel_x_low[p]:panel_x_high[p]]
    set yrange [panel_low[p]:panel_high[p]]
    unset logscale
    if (panel_log[p]) { set logscale y }
    line_at(line) = panel_log[p] == 1 ? panel_high[p] * (panel_low[p] / panel_high[p])**(0.05 + 0.085 * line) \
                                 : panel_high[p] - (0.05 + 0.085 * line) * (panel_high[p] - panel_low[p])
    set xlabel (p == panels ? text_of("x_label") : "")
    plot for [g = 1:groups] data index 3 using ($1 == p && $2 == g ? $3 : NaN):4:5:6 \
             with yerrorbars pointtype -1 linewidth 0.7 linecolor rgb hues[g], \
         for [g = 1:groups] data index 3 using ($1 == p && $2 == g ? $3 : NaN):4 \
             with points pointtype shapes[g] pointsize point_size linecolor rgb hues[g], \
         data index 4 using ($1 == p ? $3 : NaN):5:($4 - $3):(0) with vectors nohead linewidth 1.6 linecolor rgb ink, \
         for [c = -4:-3] data index 5 using ($1 == p && $4 == c ? $2 : NaN):(panel_low[p]):(0):(panel_high[p] - panel_low[p]) \
             with vectors nohead dashtype 2 linewidth 1.2 linecolor rgb colour_of(c), \
         for [c = -4:-3] data index 5 using ($1 == p && $4 == c ? $2 : NaN):(line_at($5)):3 \
             with labels left offset 0.6, 0 textcolor rgb colour_of(c)
    eval drop_head
}
unset multiplot
