# SPDX-License-Identifier: MIT
"""The colours of the report: the same as those of the pictures, and contrasts of WCAG 2.2, level AA, in both themes."""
import os
import re
import sys
import unittest

from pages import options

KNOWN = options()
TEXT_RATIO, SHAPE_RATIO = 4.5, 3.0
TEXTS = ["ink", "faint", "slower", "faster", "same", "undecided", "hue-1"]
SHAPES = ["edge"] + [f"hue-{i}" for i in range(1, 9)]


def read(*path):
    with open(os.path.join(KNOWN.root, *path), encoding="utf-8") as file:
        return file.read()


def variables(block):
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


def themes():
    css = read("harness/html/report.css")
    light = re.search(r":root \{(.*?)\}", css, re.S).group(1)
    by_system = re.search(r":root:not\(\[data-theme=\"light\"\]\) \{(.*?)\}", css, re.S).group(1)
    by_choice = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\}", css, re.S).group(1)
    return variables(light), variables(by_system), variables(by_choice)


def gnuplot_colours():
    """name -> (dark, light), as in `paper = spb_dark ? "#0d1117" : "#ffffff"`."""
    found = re.findall(r'^(\w+(?:\[\d\])?)\s*= spb_dark \? "(#\w{6})" : "(#\w{6})"', read("plots/style.gp"), re.M)
    return {re.sub(r"hues\[(\d)\]", r"hue-\1", name): (dark, light) for name, dark, light in found}


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Colours(unittest.TestCase):
    def test_the_formula(self):
        self.assertAlmostEqual(contrast("#000000", "#ffffff"), 21)
        self.assertAlmostEqual(contrast("#777777", "#ffffff"), 4.48, 2)

    def test_dark_is_the_same_by_system_and_by_choice(self):
        light, by_system, by_choice = themes()
        self.assertEqual(by_system, by_choice)
        self.assertEqual(light.keys(), by_choice.keys())

    def test_the_pictures_have_the_same(self):
        light, _, dark = themes()
        pictures = gnuplot_colours()
        self.assertEqual(len(pictures), 17)
        for name, (in_dark, in_light) in pictures.items():
            self.assertEqual((name, dark[name], light[name]), (name, in_dark, in_light))

    def test_pictures_are_mapped_to_them(self):
        light = themes()[0]
        table = re.findall(r'\{0x([0-9a-f]{6}), "--([a-z0-9-]+)"\}', read("harness/html/svg_lists.c"))
        mapped = {name: f"#{colour}" for colour, name in table if colour != "000000"}
        self.assertEqual(mapped, {name: light[name] for name in gnuplot_colours()})

    def test_contrast(self):
        for theme in (themes()[0], themes()[2]):
            for name in TEXTS:
                for ground in ("paper", "hover"):
                    ratio = contrast(theme[name], theme[ground])
                    self.assertGreaterEqual(ratio, TEXT_RATIO, f"{name} on {ground}: {theme[name]} on {theme[ground]}")
            for name in SHAPES:
                self.assertGreaterEqual(contrast(theme[name], theme["paper"]), SHAPE_RATIO, f"{name}: {theme[name]}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
