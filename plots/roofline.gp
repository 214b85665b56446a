# SPDX-License-Identifier: MIT
# Rows by arithmetic intensity below the roofs of cores and memory, a panel for each number of threads.
#
#     gnuplot -c plots/roofline.gp DATA OUTPUT.png|.svg|.pdf [light|dark]
#
# Block 0, beside what style.gp takes:
#     x-low, x-high, y-low, y-high   of the axes of every panel, both logarithmic
#     panels, roofs, rows            how many there are
# Blocks 1 and 2: ticks of x and of y: position, label.
# Block 3, one a panel:
#     title, left, right, top, bottom   in pixels from the left and from the top
# Block 4, one a roof:
#     panel (from 1), x and y of its start, x and y of its end, degrees of its label (0: it lies above, -1: below), 1: of cores or memory, 0: of a cache, label
# Block 5, one a row:
#     panel, intensity, FLOP/s, low, high, hue, shape, place of the name from 0 (bottom) to 1, name
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("roofline.gp")]."style.gp")

panels = int(number_of("panels"))
array title[panels]; array left[panels]; array right[panels]; array top[panels]; array bottom[panels]
p = 0
stats data index 3 using (p = p + 1, title[p] = strcol(1), left[p] = $2, right[p] = $3, top[p] = $4, bottom[p] = $5, 1) nooutput
roofs = int(number_of("roofs"))
array of[roofs + 1]; array x0[roofs + 1]; array y0[roofs + 1]; array x1[roofs + 1]; array y1[roofs + 1]
array turn[roofs + 1]; array main[roofs + 1]; array roof[roofs + 1]
i = 0
stats data index 4 using (i = i + 1, of[i] = $1, x0[i] = $2, y0[i] = $3, x1[i] = $4, y1[i] = $5, turn[i] = $6, main[i] = $7, roof[i] = strcol(8), 1) nooutput
rows = int(number_of("rows"))
array panel[rows + 1]; array hue[rows + 1]; array shape[rows + 1]; array place[rows + 1]; array name[rows + 1]
i = 0
if (rows > 0) {
    stats data index 5 using (i = i + 1, panel[i] = $1, hue[i] = int($6), shape[i] = int($7), place[i] = $8, name[i] = strcol(9), 1) nooutput
}

# ---- what all panels share ----
set logscale xy
set xrange [number_of("x-low"):number_of("x-high")]
set yrange [number_of("y-low"):number_of("y-high")]
set xtics (); set ytics ()
set xlabel "Arithmetic intensity (FLOP/byte)"
set ylabel "Rate of all threads (FLOP/s)"
set key off
array colors[8]
do for [h = 1:8] { colors[h] = hex(hues[h]) }

eval spb_heading
set multiplot
do for [p = 1:panels] {
    set margins screen sx(left[p]), screen sx(right[p]), screen sy(bottom[p]), screen sy(top[p])
    set label 1 title[p] at screen sx(left[p]), screen sy(top[p] - 10) left font font_of(13) textcolor rgb ink
    do for [i = 1:roofs] {
        if (of[i] == p) {
            color = main[i] == 1 ? ink : faint; width = main[i] == 1 ? 1.6 : 1; dash = main[i] == 1 ? 1 : 3
            set arrow 100 + i from first x0[i], first y0[i] to first x1[i], first y1[i] nohead \
                linecolor rgb color linewidth width dashtype dash
            if (turn[i] <= 0) {
                set label 100 + i roof[i] at first x1[i], first y1[i] right offset character -1, 0.6 + 1.3 * turn[i] textcolor rgb color
            } else {
                set label 100 + i roof[i] at first sqrt(x0[i] * x1[i]), first sqrt(y0[i] * y1[i]) center rotate by turn[i] \
                    offset character -0.7, 0.6 textcolor rgb color
            }
        }
    }
    do for [i = 1:rows] {
        if (panel[i] == p) {
            at_y = bottom[p] - place[i] * (bottom[p] - top[p])
            set label 1000 + i name[i] at screen sx(right[p] + 32), screen sy(at_y) left textcolor rgb ink
            set label 3000 + i "" at screen sx(right[p] + 20), screen sy(at_y) point pointtype shapes[shape[i]] pointsize 1 \
                linecolor rgb hues[hue[i]]
        }
    }
    plot data index 1 using 1:(NaN):xtic(2), data index 2 using (NaN):1:ytic(2), \
         data index 5 using ($1 == p ? $2 : NaN):3:4:5:(colors[int($6)]) with yerrorbars linecolor rgb variable linewidth 1 pointtype -1, \
         data index 5 using ($1 == p ? $2 : NaN):3:(shapes[int($7)]):(colors[int($6)]) with points pointtype variable linecolor rgb variable pointsize 1.1
    unset label; unset arrow
}
unset multiplot
