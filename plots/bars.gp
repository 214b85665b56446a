# SPDX-License-Identifier: MIT
data = ARG1; output = ARG2; theme = ARG3; terminal = ARG4
load (ARGC > 4 ? ARG5 : ARG0[1:strlen(ARG0)-strlen("bars.gp")]."style.gp")

set title text_of("title")
set logscale x
plot data index 1 using 2:0:ytic(1) with points notitle linecolor rgb hues[1]
