#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the cases of one kind (cases.txt) in every format and theme, and looks at the files: are they whole, of the size that was asked
for, not blank, with nothing cut at an edge? Texts must be shown as they were given, and nothing may have run.

    check_pictures.py --spbench build-dev/spbench KIND
    check_pictures.py --spbench build-dev/spbench --kinds     is there a case for each kind of `spbench plot --help`?
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import png

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures")
MAKE = os.path.join(FIXTURES, "plots", "make_hard.py")
MAKE_SERIES = os.path.join(FIXTURES, "plots", "make_results_series.py")
PAPER = {"light": (255, 255, 255), "dark": (13, 17, 23)}
EDGE_PX = 3
TILES = 4
TILES_MIN = 8  # of TILES * TILES that must have something in them
PIXELS_MAX = 3_000_000  # larger ones are not decoded in full, which would take minutes


def read_cases():
    with open(os.path.join(HERE, "cases.txt"), encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    return [(words[0].rstrip("!"), words[0].endswith("!"), *split_options(words[1:])) for words in lines]


def split_options(words):
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1:]


def find_files(name, folder, index):
    """Made files get names of their own, so that a file may stand beside itself."""
    if "." in name:
        return [os.path.join(FIXTURES, name)]
    if name.startswith("@"):
        made = os.path.join(folder, f"in-{index}")
        subprocess.run([sys.executable, "-B", MAKE_SERIES, name[1:], made], check=True, stdout=subprocess.DEVNULL)
        return sorted(os.path.join(made, file) for file in os.listdir(made))
    path = os.path.join(folder, f"in-{index}-{name}.json")
    subprocess.run([sys.executable, "-B", MAKE, name, path], check=True)
    return [path]


def fail(what):
    raise AssertionError(what)


# ---- pictures ------------------------------------------------------------------------------------------------------

def is_paper(line, channels, paper):
    pixel = bytes(paper) if channels == 3 else bytes(paper) + b"\xff"
    return line == pixel * (len(line) // channels)


def check_edges(lines, picture, paper):
    """What touches an edge was cut there."""
    for y, line in enumerate(lines):
        whole = y < EDGE_PX or y >= picture.height - EDGE_PX
        step = EDGE_PX * picture.channels
        for part in [line] if whole else [line[:step], line[-step:]]:
            if not is_paper(part, picture.channels, paper):
                fail(f"something touches the edge in line {y}")


def check_spread(lines, picture, paper):
    filled = 0
    for row in range(TILES):
        part = lines[row * picture.height // TILES:(row + 1) * picture.height // TILES]
        for column in range(TILES):
            begin, end = (c * picture.width // TILES * picture.channels for c in (column, column + 1))
            filled += any(not is_paper(line[begin:end], picture.channels, paper) for line in part)
    if filled < TILES_MIN:
        fail(f"only {filled} of {TILES * TILES} tiles have anything in them")


def check_png(data, size, theme):
    picture = png.Png(data)
    if (picture.width, picture.height) != size:
        fail(f"{picture.width} x {picture.height} pixels instead of {size}")
    if picture.width * picture.height > PIXELS_MAX:
        inked = sum(any(line) for line in picture.filtered_lines())
        if inked < picture.height / 4:
            fail(f"only {inked} of {picture.height} lines have anything in them")
        return
    lines = picture.lines()
    check_edges(lines, picture, PAPER[theme])
    check_spread(lines, picture, PAPER[theme])


def colors_of(theme):
    """Every colour that style.gp knows in this theme."""
    with open(os.path.join(HERE, "..", "..", "plots", "style.gp"), encoding="utf-8") as file:
        pairs = re.findall(r'spb_dark \? "(#[0-9a-f]{6})" : "(#[0-9a-f]{6})"', file.read())
    return {pair[0 if theme == "dark" else 1].upper() for pair in pairs}


def check_svg(data, size, theme, kind):
    root = xml.etree.ElementTree.fromstring(data)
    if not root.tag.endswith("svg"):
        fail(f"the root is {root.tag}")
    box = [float(number) for number in root.get("viewBox").split()]
    if box[2:] != list(size):
        fail(f"the view box is {box} instead of {size}")
    text = re.sub(r"<g [^>]*>\s*</g>", "", data.decode("utf-8"))  # gnuplot begins with colours that it does not use
    if "<script" in text or "xlink:href=\"http" in text:
        fail("there is more in it than a picture")
    drawn = {f"#{int(r):02X}{int(g):02X}{int(b):02X}" for r, g, b in re.findall(r"rgb\(\s*(\d+),\s*(\d+),\s*(\d+)\)", text)}
    foreign = drawn - colors_of(theme)
    if foreign and kind != "heatmap":
        fail(f"colours that style.gp does not have: {sorted(foreign)}")
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def check_pdf(data):
    if not data.startswith(b"%PDF-") or not data.rstrip().endswith(b"%%EOF"):
        fail("no whole PDF")
    if len(re.findall(rb"/Type\s*/Page\b", data)) != 1:
        fail("not one page")


# ---- what is shown --------------------------------------------------------------------------------------------------

def cells_of(path):
    """The texts of a data file as they are to be seen, and its numbers of block 0."""
    texts, numbers = [], {}
    with open(path, encoding="utf-8") as file:
        content = file.read()
    for block, part in enumerate(content.split("\n\n\n")):
        for line in part.splitlines():
            if line.startswith("# "):
                continue
            cells = line.split("\t")
            for cell in cells[1 if block == 0 else 0:]:
                if cell.startswith('"'):
                    texts += re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], cell[1:-1]).split("\n")
            if block == 0 and not cells[-1].startswith('"'):
                numbers[cells[0].strip('"')] = float(cells[-1])
    return texts, numbers


def plain(text):
    """SVG counts spaces otherwise."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def check_texts(texts, shown):
    shown = [plain(text) for text in shown]
    for text in texts:
        if plain(text) and plain(text) not in shown:
            fail(f"not shown as it was given: {text!r}")


class Run:
    def __init__(self, spbench, folder):
        self.spbench = spbench
        self.folder = folder
        self.environment = dict(os.environ, HOME=folder, XDG_CACHE_HOME=os.path.join(folder, ".cache"), GNUTERM="dumb")
        self.known = set()

    def plot(self, *arguments):
        return subprocess.run([self.spbench, "plot", *arguments], cwd=self.folder, env=self.environment, text=True,
                              capture_output=True, check=False)

    def draw(self, files, options, output):
        done = self.plot(*files, *options, "--output", output)
        if done.returncode != 0 or done.stdout:
            fail(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
        path = os.path.join(self.folder, output)
        with open(path, "rb") as file:
            return file.read(), path

    def check_nothing_ran(self, allowed):
        left = set(os.listdir(self.folder)) - allowed - {".cache"}
        if left:
            fail(f"something left files behind: {sorted(left)}")


def check_case(run, kind, files, options):
    inputs = set(os.listdir(run.folder))
    options = ["--kind", kind, *options]
    _, path = run.draw(files, options, "data.tsv")
    texts, numbers = cells_of(path)
    size = (round(numbers.get("width", 960)), round(numbers.get("height", 540)))
    for theme in ("light", "dark"):
        themed = [*options, "--theme", theme]
        check_png(run.draw(files, themed, "x.png")[0], size, theme)
        check_texts(texts, check_svg(run.draw(files, themed, "x.svg")[0], size, theme, kind))
        check_pdf(run.draw(files, themed, "x.pdf")[0])
    run.check_nothing_ran(inputs | {"data.tsv", "x.png", "x.svg", "x.pdf"})


def check_refusal(run, kind, files, options):
    done = run.plot(*files, "--kind", kind, *options, "--output", "x.png")
    if done.returncode not in (2, 4) or not done.stderr.startswith("spbench: ") or done.stdout:
        fail(f"exit code {done.returncode}: {done.stdout}{done.stderr}")
    if os.path.exists(os.path.join(run.folder, "x.png")):
        fail("there is a picture nevertheless")


def run_case(spbench, case):
    kind, refused, names, options = case
    with tempfile.TemporaryDirectory() as folder:
        files = [file for index, name in enumerate(names) for file in find_files(name, folder, index)]
        run = Run(spbench, folder)
        (check_refusal if refused else check_case)(run, kind, files, options)


def check_kinds(spbench):
    text = subprocess.run([spbench, "plot", "--help"], capture_output=True, text=True, check=True).stdout
    kinds = re.findall(r"^  ([a-z]+)  ", re.search(r"^Kinds:\n(.*?)\n\n", text, re.DOTALL | re.MULTILINE)[1], re.MULTILINE)
    lacking = [kind for kind in kinds if not any(case[0] == kind and not case[1] for case in read_cases())]
    print(f"{len(kinds)} kinds; without a case: {', '.join(lacking) or 'none'}")
    return 1 if lacking or not kinds else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--spbench", required=True)
    parser.add_argument("--kinds", action="store_true")
    parser.add_argument("kind", nargs="?")
    arguments = parser.parse_args()
    spbench = os.path.abspath(arguments.spbench)
    if not shutil.which("gnuplot"):
        print("skipped: there is no gnuplot")
        return 77
    if arguments.kinds:
        return check_kinds(spbench)
    failed = 0
    for case in [case for case in read_cases() if case[0] == arguments.kind]:
        name = " ".join([case[0] + ("!" if case[1] else ""), *case[2], *case[3]])
        try:
            run_case(spbench, case)
            print(f"ok   {name}")
        except (AssertionError, ValueError, xml.etree.ElementTree.ParseError) as error:
            failed += 1
            print(f"FAIL {name}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
