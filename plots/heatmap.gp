# SPDX-License-Identifier: MIT
# Time for each pair of CPUs as a colour: a square a result, up to four, on one scale.
#
#     gnuplot -c plots/heatmap.gp DATA OUTPUT [light|dark]
#
# Block 0 (plots/style.gp) also holds: note_y; unit, of the values; side, of a square in pixels; low and high, the ends of the scale;
# logarithmic (0, 1). Then
#
#     1 squares  label, left and top in pixels, number of CPUs
#     2 cells    square, column, row (from 0), value, as text (or blank), dark letters (0, 1); all of a square, row by row, each
#                row from left to right
#     3 CPUs     square, place (from 0), number as text
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("heatmap.gp")]."style.gp")
squares = 0
array square_label[4]
array square_left[4]
array square_top[4]
array square_cpus[4]
array square_from[4]
square_next = 0
stats data index 1 using (squares = squares + 1, square_label[squares] = strcol(1), square_left[squares] = $2, \
    square_top[squares] = $3, square_cpus[squares] = $4, \
    square_from[squares] = square_next, square_next = square_next + int($4) * int($4), 1) nooutput
legends = 0

# Viridis (Smith and van der Walt 2015), at equal steps.
set palette defined (0 "#440154", 1 "#482878", 2 "#3e4989", 3 "#31688e", 4 "#26828e", 5 "#1f9e89", 6 "#35b779", 7 "#6ece58", \
    8 "#b5de2b", 9 "#fde725") maxcolors 0
bright = "#fdfdfd"; dark = "#101010" # letters on it

pixel(column) = valid(column) ? int(palette(column(column))) : 0
red(rgb) = rgb / 65536 % 256
green(rgb) = rgb / 256 % 256
blue(rgb) = rgb % 256

side = number_of("side")
beside = square_left[squares > 1 ? 2 : 1] + side
set cbrange [number_of("low"):number_of("high")]
if (number_of("logarithmic")) { set logscale cb }
set cblabel text_of("unit") offset 1.5, 0 textcolor rgb ink
set cbtics nomirror textcolor rgb ink format "%.6g"
set colorbox user origin right(beside + 24), down(square_top[1] + side) size right(18), side / spb_height noborder
unset key
unset grid
unset xtics
unset ytics
set border 15
set multiplot
eval draw_head
do for [s = 1:squares] {
    n = square_cpus[s] > 0 ? square_cpus[s] : 1
    set label 1 square_label[s] at screen right(square_left[s]), down(square_top[s] - 12) textcolor rgb ink
    set lmargin at screen right(square_left[s])
    set rmargin at screen right(square_left[s] + side)
    set tmargin at screen down(square_top[s])
    set bmargin at screen down(square_top[s] + side)
    set xrange [-0.5:n - 0.5]
    set yrange [n - 0.5:-0.5]
    set xlabel "CPU" offset 0, -1
    set ylabel "CPU" offset -1.6, 0
    cell_font = side / n >= 40 ? (spb_end eq "svg" ? ",12" : spb_end eq "pdf" ? ",7.5" : ",10") : \
                                 (spb_end eq "svg" ? ",10" : spb_end eq "pdf" ? ",6" : ",8")
    # Boxes stay sharp at any size, and overlap a little, so that no seams show; of very many an image is made.
    half = n > 8 ? 0.52 : 0.5
    boxes = n > 100 ? 0 : 1
    plot for [once = 1:boxes] data index 2 using ($1 == s ? $2 : NaN):3:($2 - half):($2 + half):($3 - half):($3 + half):4 \
             with boxxyerror fillcolor palette fillstyle solid 1 noborder, \
         for [once = 1:1 - boxes] data index 2 every ::square_from[s]::square_from[s] + n * n - 1 \
             using 2:3:(red(pixel(4))):(green(pixel(4))):(blue(pixel(4))):(valid(4) ? 255 : 0) with rgbalpha, \
         data index 2 using ($1 == s && $6 == 0 && strcol(5) ne " " ? $2 : NaN):3:5 with labels font cell_font textcolor rgb bright, \
         data index 2 using ($1 == s && $6 == 1 && strcol(5) ne " " ? $2 : NaN):3:5 with labels font cell_font textcolor rgb dark, \
         data index 3 using ($1 == s ? $2 : NaN):(n - 0.5):3 with labels offset 0, -0.9 textcolor rgb ink, \
         data index 3 using ($1 == s ? -0.5 : NaN):2:3 with labels right offset -0.7, 0 textcolor rgb ink
    eval drop_head
    unset colorbox
}
unset multiplot
