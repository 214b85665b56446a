# SPDX-License-Identifier: MIT
# Series of a history over time, a panel each: the band from minimum to maximum, and the means.
#
# Block 0, beside what style.gp names: panels (how many), panel1.. (title), unit1.., since, until (seconds), zone (below the axis), day (the
# format of times). Blocks 1..: time in seconds, minimum, mean, maximum; a row of absent values is a gap.
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("metrics.gp")]."style.gp")

panels = int(number_of("panels"))
height = number_of("height")
pixels(n) = n / height
set multiplot
set label 1 text_of("title") at screen 0.015, screen 1 - pixels(22) left font ",14" textcolor rgb ink
set label 2 text_of("subtitle") at screen 0.015, screen 1 - pixels(44) left textcolor rgb faint
set lmargin at screen 0.085
set rmargin at screen 0.98
set xtics time
set xrange [number_of("since") : number_of("until")]
set style fill transparent solid 0.22 noborder
set ytics out scale 0.5 textcolor rgb ink
set format y "%g"
set offsets graph 0, 0, graph 0.05, 0
unset key
do for [i = 1:panels] {
    set tmargin at screen 1 - pixels(66 + 170 * (i - 1)) - pixels(22)
    set bmargin at screen 1 - pixels(66 + 170 * i) + pixels(8)
    set label 3 text_of("panel".i).(strlen(text_of("unit".i)) ? ", ".text_of("unit".i) : "") at graph 0, graph 1.09 left textcolor rgb ink
    if (i == panels) {
        set format x text_of("day") timedate
        set xlabel text_of("zone") offset 0, 0 textcolor rgb faint
    } else {
        set format x ""
    }
    stats data index i using ($4) nooutput
    if (STATS_records == 0) {
        set label 4 "nothing recorded" at graph 0.5, graph 0.5 center textcolor rgb faint
        set yrange [0:1]
        unset ytics
        plot data index i using (number_of("since")):(-1) with dots notitle
        set ytics
        unset label 4
    } else {
        set yrange [*:*]
        if (STATS_min >= 0) { set yrange [0:*] }
        if (STATS_max == 0) { set yrange [0:1] }
        plot data index i using 1:($2):($4) with filledcurves notitle linecolor rgb hues[1], \
             data index i using 1:($3) with lines notitle linewidth 1.4 linecolor rgb hues[1]
    }
    unset label 1
    unset label 2
}
unset multiplot
