# SPDX-License-Identifier: MIT
# Rates and times of rows, a panel for each unit, a bar or point with its interval for each file.
#
#     gnuplot -c plots/bars.gp DATA OUTPUT.png|.svg|.pdf [light|dark]
#
# Block 0, beside what style.gp takes:
#     left, right   where the panels begin and end, in pixels from the left
#     half          half of a bar's thickness, in pixels
# Block 1, a line a panel:
#     top, bottom   in pixels from the top
#     low, high     of its axis
#     step          between ticks: a factor on a logarithmic axis, which has points; 0: a linear axis from 0, which has bars
#     is_time       1: values of a logarithmic axis are in seconds
#     axis          what is on the axis
# Block 2, a line a row:
#     panel         from 1
#     place         in pixels from the top of the panel
#     name
# Block 3, a line a bar:
#     panel, place, file   (from 1; place: of its middle)
#     value, low, high     low and high: of the interval, or ?
#     text_at, text        what stands behind it
# Block 4, a line a file, where there are several:
#     name          told apart by colour and shape
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("bars.gp")]."style.gp")

# ---- blocks 1 and 4 ----
stats data index 1 using 1 nooutput
panels = int(STATS_records)
array top[panels]; array bottom[panels]
array low[panels]; array high[panels]; array step[panels]; array is_time[panels]; array axis[panels]
p = 0
stats data index 1 using (p = p + 1, top[p] = $1, bottom[p] = $2, low[p] = $3, high[p] = $4, step[p] = $5, is_time[p] = $6, \
    axis[p] = strcol(7), 1) nooutput
files = 0
array file_names[8]
stats data index 4 using (files = files + 1, file_names[files] = strcol(1), 1) nooutput

# ---- what all panels share ----
set lmargin at screen sx(number_of("left"))
set rmargin at screen sx(number_of("right"))
set grid xtics noytics noy2tics
set border 3
unset ytics
unset key
half = number_of("half")
array colors[8]
do for [f = 1:8] { colors[f] = hex(hues[f]) }
here(p) = column(1) == p
middle = sx(0.5 * (number_of("left") + number_of("right")))
longest_px = 700   # a panel that is higher has its axis above, too

eval spb_heading
if (files > 1) {
    do for [f = 1:files] {
        set label 910 + f file_names[f] at screen sx(22), sy(head_px + 16 * f - 10) left offset char 1.2, 0 \
            point pointtype shapes[f] pointsize point_size linecolor rgb hues[f] font font_of(12) textcolor rgb ink front
    }
}

set multiplot
do for [p = 1:panels] {
    set tmargin at screen sy(top[p])
    set bmargin at screen sy(bottom[p])
    set yrange [bottom[p] - top[p] : 0]
    unset logscale
    set format x "%g"
    set format x2 "%g"
    set xtics autofreq
    set x2tics autofreq
    if (step[p] > 0) {
        set logscale xx2
        first_tick = 10 ** ceil(log10(low[p]))
        set xtics first_tick, step[p]
        set x2tics first_tick, step[p]
        ticks = is_time[p] > 0 ? "%.0s %cs" : "%.0s %c"
        set format x ticks
        set format x2 ticks
    }
    set xrange [low[p] : high[p]]
    set x2range [low[p] : high[p]]
    set label 921 axis[p] at screen middle, sy(bottom[p] + below_axis_px) center textcolor rgb ink
    if (bottom[p] - top[p] > longest_px) {
        set label 922 axis[p] at screen middle, sy(top[p] - below_axis_px) center textcolor rgb ink
    } else {
        unset x2tics
    }
    plot data index 2 using (low[p]):(here(p) ? $2 : NaN):3 \
            with labels right offset char -0.8, 0 font font_of(12) textcolor rgb ink notitle, \
        data index 3 using (here(p) && step[p] == 0 ? $4 : NaN):2:(0):4:($2 - half):($2 + half):(colors[$3]) \
            with boxxyerror fillstyle solid 1 noborder linecolor rgb variable notitle, \
        data index 3 using (here(p) ? $4 : NaN):2:5:6 \
            with xerrorbars pointtype -1 linewidth 3.5 linecolor rgb paper notitle, \
        data index 3 using (here(p) ? $4 : NaN):2:5:6 \
            with xerrorbars pointtype -1 linewidth 1.2 linecolor rgb ink notitle, \
        data index 3 using (here(p) && (step[p] > 0 || files > 1) ? $4 : NaN):2:(point_size):(shapes[$3]):(colors[$3]) \
            with points pointsize variable pointtype variable linecolor rgb variable notitle, \
        data index 3 using (here(p) ? $7 : NaN):2:8 \
            with labels left offset screen 9.0 / spb_width, 0 font font_of(10) textcolor rgb faint notitle
    do for [f = 901:922] { unset label f }
}
unset multiplot
