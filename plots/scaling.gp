# SPDX-License-Identifier: MIT
# Speed-up against threads, with the ideal line; one panel or several.
#
#     gnuplot -c plots/scaling.gp DATA OUTPUT.png|.svg|.pdf [light|dark]
#
# Block 0, beside what style.gp takes:
#     x-low, x-high, y-low, y-high   of the axes of every panel
#     log                            1: both are logarithmic, to the base 2
#     panels, lines                  how many there are
# Blocks 1 and 2: ticks of x and of y: position, label.
# Block 3, one a panel:
#     title, left, right, top, bottom   in pixels from the left and from the top
#     first, last                       of its lines, from 1
# Block 4: legend, one a line: label, place from 0 (bottom) to 1, hue, shape, dash, points of the line.
# Block 5 and on, one a line in the legend's order: x, y, low, high.
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("scaling.gp")]."style.gp")

panels = int(number_of("panels")); lines = int(number_of("lines"))
array title[panels]; array left[panels]; array right[panels]; array top[panels]; array bottom[panels]; array first[panels]; array last[panels]
p = 0
stats data index 3 using (p = p + 1, title[p] = strcol(1), left[p] = $2, right[p] = $3, top[p] = $4, bottom[p] = $5, \
    first[p] = int($6), last[p] = int($7), 1) nooutput
array name[lines]; array place[lines]; array hue[lines]; array shape[lines]; array dash[lines]
i = 0
stats data index 4 using (i = i + 1, name[i] = strcol(1), place[i] = $2, hue[i] = int($3), shape[i] = int($4), dash[i] = int($5), 1) nooutput

# ---- what all panels share ----
if (number_of("log") == 1) { set logscale xy 2 }
set xrange [number_of("x-low"):number_of("x-high")]
set yrange [number_of("y-low"):number_of("y-high")]
set xtics (); set ytics ()
set xlabel "Threads"
set ylabel "Speed-up (times the rate of one)"
set key off

eval spb_heading
set multiplot
do for [p = 1:panels] {
    set margins screen sx(left[p]), screen sx(right[p]), screen sy(bottom[p]), screen sy(top[p])
    set label 1 title[p] at screen sx(left[p]), screen sy(top[p] - 10) left font font_of(13) textcolor rgb ink
    do for [i = first[p]:last[p]] {
        y = bottom[p] - place[i] * (bottom[p] - top[p])
        set arrow 100 + i from screen sx(right[p] + 12), screen sy(y) to screen sx(right[p] + 38), screen sy(y) nohead \
            linecolor rgb hues[hue[i]] linewidth 1.5 dashtype dash[i]
        set label 1000 + i name[i] at screen sx(right[p] + 44), screen sy(y) left textcolor rgb ink
        set label 5000 + i "" at screen sx(right[p] + 25), screen sy(y) point pointtype shapes[shape[i]] pointsize 0.9 \
            linecolor rgb hues[hue[i]]
    }
    plot data index 1 using 1:(NaN):xtic(2), data index 2 using (NaN):1:ytic(2), x linecolor rgb faint linewidth 1 dashtype 3, \
         for [i = first[p]:last[p]] data index 4 + i using 1:2 with lines linecolor rgb hues[hue[i]] linewidth 1.5 dashtype dash[i], \
         for [i = first[p]:last[p]] data index 4 + i using 1:2:3:4 with yerrorbars linecolor rgb hues[hue[i]] linewidth 1 pointtype -1, \
         for [i = first[p]:last[p]] data index 4 + i using 1:2 with points linecolor rgb hues[hue[i]] pointtype shapes[shape[i]] pointsize 0.9
    unset label; unset arrow
}
unset multiplot
