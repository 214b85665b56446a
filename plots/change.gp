# SPDX-License-Identifier: MIT
# A forest plot of changes: a row each, point and interval around zero, the mean below.
#
#     gnuplot -c plots/change.gp DATA OUTPUT.png|.svg|.pdf [light|dark]
#
# Block 0, beside what style.gp takes:
#     left, right, top, bottom   of the axis, in pixels from the left and from the top
#     words, texts               where the verdicts and the numbers begin, in pixels from the left
#     rows, mean                 how many rows; 1 where a mean stands below them
#     low, high                  of the axis, in per cent
#     axis                       what is on it
# Block 1, a line a row:         place (from 1, from the top), name
# Block 2, a line a row:         place, margin when faster, margin when slower, threshold (per cent)
# Block 3, a line a point:       place, change or ? (beyond the axis), low, high (both on the axis), 1 where the interval goes on at the
#                                left, the same at the right, look (1 slower, 2 faster, 3 same, 4 undecided, 5 mean), word, text
# Block 4, a line a judgement:   text above the picture
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("change.gp")]."style.gp")

array colors[5]
colors[1] = hex(slower); colors[2] = hex(faster); colors[3] = hex(same); colors[4] = hex(undecided); colors[5] = hex(ink)
array marks[5]
marks[1] = 9; marks[2] = 11; marks[3] = 7; marks[4] = 6; marks[5] = 13
low = number_of("low"); high = number_of("high")
last = number_of("rows") + number_of("mean")
longest_px = 700   # a higher one has its axis above, too

eval spb_heading
judgements = 0
array texts[20]
stats data index 4 using (judgements = judgements + 1, texts[judgements] = strcol(1), 1) nooutput
do for [j = 1:judgements] {
    set label 910 + j texts[j] at screen sx(14), sy(head_px + 16 * j - 6) left font font_of(12) textcolor rgb ink front
}

set lmargin at screen sx(number_of("left"))
set rmargin at screen sx(number_of("right"))
set tmargin at screen sy(number_of("top"))
set bmargin at screen sy(number_of("bottom"))
set xrange [low : high]
set x2range [low : high]
set yrange [last + 0.5 : 0.5]
set format "%+g"
set xtics add ("0" 0)
middle = sx(0.5 * (number_of("left") + number_of("right")))
set label 921 text_of("axis") at screen middle, sy(number_of("bottom") + below_axis_px) center textcolor rgb ink
if (number_of("bottom") - number_of("top") > longest_px) {
    set x2tics add ("0" 0)
    set label 922 text_of("axis") at screen middle, sy(number_of("top") - below_axis_px) center textcolor rgb ink
}
set border 1
unset ytics
unset key
set grid xtics noytics back
if (number_of("mean") > 0) {
    set arrow 2 from screen sx(14), first last - 0.5 to screen sx(spb_width - 14), first last - 0.5 nohead linecolor rgb rules front
}
behind(px) = (px - number_of("right")) / spb_width
within(x) = x < low ? low : x > high ? high : x
head_length = (high - low) * 0.02

plot data index 2 using (0):1:(within($2)):(within($3)):($1 - 0.5):($1 + 0.5) \
        with boxxyerror fillstyle solid 1 noborder linecolor rgb band notitle, \
    data index 2 using ($4 > high ? NaN : $4):($1 - 0.5):(0):(1) \
        with vectors nohead dashtype 2 linewidth 1 linecolor rgb faint notitle, \
    data index 1 using (0):($1 - 0.5):(0):(1) \
        with vectors nohead linewidth 1.2 linecolor rgb faint notitle, \
    data index 1 using (low):1:2 \
        with labels right offset char -0.8, 0 font font_of(12) textcolor rgb ink notitle, \
    data index 3 using 3:1:($4 - $3):(0):(colors[$7]) \
        with vectors nohead linewidth 1.6 linecolor rgb variable notitle, \
    data index 3 using ($5 > 0 ? $3 + head_length : NaN):1:(-head_length):(0):(colors[$7]) \
        with vectors head filled size screen 7.0 / spb_width, 25 fixed linewidth 1.6 linecolor rgb variable notitle, \
    data index 3 using ($6 > 0 ? $4 - head_length : NaN):1:(head_length):(0):(colors[$7]) \
        with vectors head filled size screen 7.0 / spb_width, 25 fixed linewidth 1.6 linecolor rgb variable notitle, \
    data index 3 using 2:1:(point_size * ($7 == 5 ? 1.5 : 1.0)):(marks[$7]):(colors[$7]) \
        with points pointsize variable pointtype variable linewidth 1.4 linecolor rgb variable notitle, \
    data index 3 using (high):1:8:(colors[$7]) \
        with labels left offset screen behind(number_of("words")), 0 font font_of(12) textcolor rgb variable notitle, \
    data index 3 using (high):1:9 \
        with labels left offset screen behind(number_of("texts")), 0 font font_of(12) textcolor rgb ink notitle
