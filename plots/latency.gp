# SPDX-License-Identifier: MIT
# Time of an access against the size of the working set, the caches marked.
#
#     gnuplot -c plots/latency.gp DATA OUTPUT.png|.svg|.pdf [light|dark]
#
# Block 0, beside what style.gp takes:
#     left, right, top, bottom    the box of the axes, in pixels from the left and from the top
#     x-label, x-low, x-high      the horizontal axis: bytes, logarithmic
#     y-label, y-low, y-high      the vertical axis; y-log 1: logarithmic
#     lines, caches               how many there are
#
# Blocks 1 and 2: ticks of x and of y: position, label.
# Block 3: caches: bytes, label, place of the label from 0 (left) to 1, its storey above the box.
# Block 4: legend, one a line: label, place from 0 (bottom) to 1, hue, shape, dash, points of the line.
# Block 5 and on, one a line in the legend's order: x, y, low, high.
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("latency.gp")]."style.gp")

left = number_of("left"); right = number_of("right"); top = number_of("top"); bottom = number_of("bottom")

# ---- caches: a line from the bottom to the top, its name above ----
i = 0
caches = int(number_of("caches"))
array cache[caches + 1]; array cache_name[caches + 1]; array cache_at[caches + 1]; array cache_storey[caches + 1]
if (caches > 0) {
    stats data index 3 using (i = i + 1, cache[i] = $1, cache_name[i] = strcol(2), cache_at[i] = $3, cache_storey[i] = $4, 1) nooutput
}
do for [i = 1:caches] {
    set arrow 20 + i from cache[i], graph 0 to cache[i], graph 1 nohead back linecolor rgb faint linewidth 1 dashtype 3
    set label 20 + i cache_name[i] at screen sx(left + cache_at[i] * (right - left)), screen sy(top - 10 - 17 * cache_storey[i]) center textcolor rgb faint
}

# ---- the legend: a piece of the line, its point, its name ----
i = 0
lines = int(number_of("lines"))
array name[lines]; array place[lines]; array hue[lines]; array shape[lines]; array dash[lines]; array points[lines]
stats data index 4 using (i = i + 1, name[i] = strcol(1), place[i] = $2, hue[i] = int($3), shape[i] = int($4), dash[i] = int($5), \
    points[i] = $6, 1) nooutput
do for [i = 1:lines] {
    y = bottom - place[i] * (bottom - top)
    if (points[i] > 1) {
        set arrow 100 + i from screen sx(right + 14), screen sy(y) to screen sx(right + 40), screen sy(y) nohead             linecolor rgb hues[hue[i]] linewidth 1.5 dashtype dash[i]
    }
    set label 100 + i name[i] at screen sx(right + 46), screen sy(y) left textcolor rgb ink
    set label 200 + i "" at screen sx(right + 27), screen sy(y) point pointtype shapes[shape[i]] pointsize 0.9 linecolor rgb hues[hue[i]]
}

# ---- axes ----
set margins screen sx(left), screen sx(right), screen sy(bottom), screen sy(top)
set logscale x 2
if (number_of("y-log") == 1) { set logscale y }
set xrange [number_of("x-low"):number_of("x-high")]
set yrange [number_of("y-low"):number_of("y-high")]
set xlabel text_of("x-label")
set ylabel text_of("y-label")
set xtics (); set ytics ()
set key off

eval spb_heading
plot data index 1 using 1:(NaN):xtic(2) notitle, data index 2 using (NaN):1:ytic(2) notitle, \
     for [i = 1:lines] data index 4 + i using 1:2 with lines linecolor rgb hues[hue[i]] linewidth 1.5 dashtype dash[i], \
     for [i = 1:lines] data index 4 + i using 1:2:3:4 with yerrorbars linecolor rgb hues[hue[i]] linewidth 1 pointtype -1, \
     for [i = 1:lines] data index 4 + i using 1:2 with points linecolor rgb hues[hue[i]] pointtype shapes[shape[i]] pointsize 0.9
