# SPDX-License-Identifier: MIT
# What all templates share. Each is called as
#
#     gnuplot -c plots/KIND.gp DATA OUTPUT [light|dark]
#
# and begins by naming these words (`load` takes ARG1 and so on away) and loading this file from its own folder. DATA is from
# `spbench plot RESULT --kind KIND --output DATA.tsv` or made by hand, OUTPUT ends in .png, .svg or .pdf. spbench itself also says
# the terminal and where this file is, as ARG4 and ARG5.
#
# Block 0 of DATA holds pairs of a name and a text or number (tab-separated): the words and sizes of the picture. Those that every
# template takes:
#
#     title     what is shown
#     subtitle  host, date, number of values, what the whiskers are
#     note      what else must be known, below the picture
#     width, height  in pixels
#
# text_of("name") and number_of("name") read them ("" and 0 where they are not there); further ones are named at the top of a template.
# Titles and notes may have several lines.
#
# Before its first plot a template says `eval spb_heading`, which puts title, subtitle and note where they belong; the picture itself has
# the room from head_px below the top to foot_px above the bottom. Positions in pixels, from the left and from the top, become those of
# gnuplot with sx() and sy(): `set lmargin at screen sx(120)`. What an axis shows is put in its place as a label, below_axis_px under
# it, since terminals differ in where they put an xlabel. font_of(11) is a font of 11 pixels in every terminal; the text of a picture has
# 12, of which a character takes about 7 in width. point_size is that of a point of about 8 pixels.
set encoding utf8
set datafile separator "\t"
set datafile missing "?"

spb_dark = theme eq "dark"
spb_end = terminal eq "" ? output[strlen(output) - 2:] : terminal

# ---- words and values of block 0 ----
array spb_names[64]
array spb_texts[64]
spb_pairs = 0
stats data index 0 using (spb_pairs = spb_pairs + 1, spb_names[spb_pairs] = strcol(1), spb_texts[spb_pairs] = strcol(2), 1) nooutput
spb_find(name, i) = i > spb_pairs ? "" : spb_names[i] eq name ? spb_texts[i] : spb_find(name, i + 1)
text_of(name) = spb_find(name, 1)
number_of(name) = text_of(name) eq "" ? 0 : real(text_of(name))

# ---- colours; every one has its counterpart in the other theme ----
paper = spb_dark ? "#0d1117" : "#ffffff"
ink   = spb_dark ? "#e6edf3" : "#1f2328"
faint = spb_dark ? "#9198a1" : "#59636e"
rules = spb_dark ? "#30363d" : "#d8dee4"
band  = spb_dark ? "#21262d" : "#eff2f5"
# Of verdicts.
slower    = spb_dark ? "#ff7b72" : "#b3261e"
faster    = spb_dark ? "#56d364" : "#1a7f37"
same      = spb_dark ? "#a5b1bd" : "#4c5866"
undecided = spb_dark ? "#e3b341" : "#9a6700"
# Of files or series, told apart by every kind of colour vision, and by the shape of their points.
array hues[8]
hues[1] = spb_dark ? "#58a6ff" : "#0068b5"
hues[2] = spb_dark ? "#ff9e64" : "#c44f00"
hues[3] = spb_dark ? "#3fd0a4" : "#00795c"
hues[4] = spb_dark ? "#e58fc4" : "#a8437f"
hues[5] = spb_dark ? "#7dd3fc" : "#1f7fa8"
hues[6] = spb_dark ? "#e6c65c" : "#8a6a00"
hues[7] = spb_dark ? "#b7a6ff" : "#5b45b0"
hues[8] = spb_dark ? "#c9d1d9" : "#3d444d"
array shapes[8]
shapes[1] = 7; shapes[2] = 5; shapes[3] = 9; shapes[4] = 13; shapes[5] = 11; shapes[6] = 6; shapes[7] = 4; shapes[8] = 8

# As a number, for `linecolor rgb variable`.
hex(text) = int(real("0x".text[2:]))

# ---- terminal ----
spb_width = number_of("width") > 0 ? number_of("width") : 960
spb_height = number_of("height") > 0 ? number_of("height") : 540
# What each terminal makes of a size: measured, so that texts take the same room in all of them.
spb_font_scale = spb_end eq "png" ? 0.75 : spb_end eq "pdf" ? 1.125 : 1
point_size = spb_end eq "svg" ? 0.65 : spb_end eq "pdf" ? 0.8 : 1
below_axis_px = 38
font_of(px) = sprintf("DejaVu Sans,%g", px * spb_font_scale)
if (spb_end eq "png") {
    set terminal pngcairo noenhanced size spb_width, spb_height font font_of(12) background rgb paper
} else {
    if (spb_end eq "pdf") {
        set terminal pdfcairo noenhanced size spb_width / 96.0, spb_height / 96.0 font font_of(12) linewidth 1.5 background rgb paper
    } else {
        set terminal svg noenhanced size spb_width, spb_height dynamic font font_of(12) background rgb paper
    }
}
set output output

# ---- where things are ----
sx(px) = px / spb_width
sy(px) = 1 - px / spb_height
lines_of(text) = text eq "" ? 0 : strstrt(text, "\n") == 0 ? 1 : 1 + lines_of(text[strstrt(text, "\n") + 1:*])
head_px = 34 + 16 * lines_of(text_of("subtitle")) + 8
foot_px = text_of("note") eq "" ? 8 : 17 * lines_of(text_of("note")) + 14
spb_heading = "\
    set label 901 text_of('title') at screen sx(14), sy(20) left font font_of(16) textcolor rgb ink front; \
    set label 902 text_of('subtitle') at screen sx(14), sy(42) left font font_of(12) textcolor rgb faint front; \
    set label 903 text_of('note') at screen sx(14), sy(spb_height - foot_px + 14) left font font_of(11) textcolor rgb faint front"

# ---- the frame ----
set border 3 linecolor rgb faint linewidth 1
set tics nomirror out scale 0.5 textcolor rgb ink
set grid linecolor rgb rules linewidth 0.7 linetype 1
set key textcolor rgb ink
set title textcolor rgb ink
set xlabel textcolor rgb ink
set ylabel textcolor rgb ink

# ---- several panels, one below the other ----
# For templates whose data has these blocks (harness/plot/plot_panels.h says what is in them):
#
#     block 1, panels: label, detail, y label, top and bottom in pixels from the top, y low, y high, logarithmic (0, 1), x low, x high
#     block 2, legend: text, colour, shape, x in pixels, y in pixels from the top
#
# Colours by number: 1 .. 8 the hues, 0 ink, -1 faint, -2 undecided, -3 faster, -4 slower.
panels = 0
array panel_label[16]
array panel_detail[16]
array panel_y_label[16]
array panel_top[16]
array panel_bottom[16]
array panel_low[16]
array panel_high[16]
array panel_log[16]
array panel_x_low[16]
array panel_x_high[16]
read_panels = "stats data index 1 using (panels = panels + 1, panel_label[panels] = strcol(1), panel_detail[panels] = strcol(2), \
    panel_y_label[panels] = strcol(3), panel_top[panels] = $4, panel_bottom[panels] = $5, panel_low[panels] = $6, \
    panel_high[panels] = $7, panel_log[panels] = $8, panel_x_low[panels] = $9, panel_x_high[panels] = $10, 1) nooutput"
legends = 0
array legend_text[32]
array legend_colour[32]
array legend_shape[32]
array legend_x[32]
array legend_y[32]
read_legends = "stats data index 2 using (ok = valid(5), legends = legends + (ok ? 1 : 0), ok ? (legend_text[legends] = strcol(1), \
    legend_colour[legends] = $2, legend_shape[legends] = $3, legend_x[legends] = $4, legend_y[legends] = $5) : 0, 1) nooutput"

colour_of(code) = code > 0 ? hues[int(code)] : code == 0 ? ink : code == -1 ? faint : code == -2 ? undecided : code == -3 ? faster : slower
down(px) = 1 - px / spb_height
right(px) = px / spb_width
# `eval draw_head` before the first plot, `eval drop_head` after it: words, legend and note, once.
spb_big = spb_end eq "svg" ? ",16" : spb_end eq "pdf" ? ",10" : ",13"
draw_head = "set label 901 text_of('title') at screen right(20), down(22) textcolor rgb ink font spb_big; \
    set label 902 text_of('subtitle') at screen right(20), down(44) textcolor rgb faint; \
    set label 903 text_of('note') at screen right(20), down(number_of('note_y')) textcolor rgb faint; \
    do for [spb_i = 1:legends] { if (legend_shape[spb_i] == 0) { \
        set label (910 + spb_i) legend_text[spb_i] at screen right(legend_x[spb_i]), down(legend_y[spb_i]) \
            textcolor rgb colour_of(legend_colour[spb_i]) } else { \
        set label (910 + spb_i) legend_text[spb_i] at screen right(legend_x[spb_i]), down(legend_y[spb_i]) \
            textcolor rgb ink point pointtype legend_shape[spb_i] pointsize 1 linecolor rgb colour_of(legend_colour[spb_i]) \
            offset 1.2, 0 } }"
drop_head = "unset label"
# Label and detail of panel p above it, and what its y axis is (not as ylabel, which wide numbers push out of the picture).
draw_panel_label = "set label 1 panel_label[p] at screen right(20), down(panel_top[p] - 34) textcolor rgb ink; \
    set label 2 panel_detail[p] at screen right(20), down(panel_top[p] - 16) textcolor rgb faint; \
    set label 3 panel_y_label[p] at screen right(16), down((panel_top[p] + panel_bottom[p]) / 2) center rotate textcolor rgb ink"
