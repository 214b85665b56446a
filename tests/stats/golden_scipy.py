#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reference numbers for harness/statistics that R has no function for: from SciPy, or by definition. Writes golden_scipy.h beside this
file, which the unit tests include. To make it anew, from any folder: /usr/bin/python3 tests/stats/golden_scipy.py"""
import itertools
import os
import platform
import textwrap

import numpy
import scipy
from scipy import stats


def row(numbers):
    text = ", ".join(f"{float(number):.17g}" for number in numbers)
    return "\n".join(textwrap.wrap(text, 112, initial_indent="    ", subsequent_indent="    "))


def array(name, numbers):
    return f"static const double {name}[] = {{\n{row(numbers)}}};\n"


# ---- modes and slopes ---------------------------------------------------------------------------------------------------

def bimodality(values):
    """From SciPy's skewness and kurtosis, the ones SAS uses."""
    n = len(values)
    skewness, excess = stats.skew(values, bias=False), stats.kurtosis(values, bias=False)
    return (skewness ** 2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def modes(random):
    samples = {
        "normal": random.normal(size=60), "two": numpy.concatenate([random.normal(0, 1, 30), random.normal(8, 1, 20)]),
        "uniform": random.uniform(size=200), "skewed": random.exponential(size=40), "four": numpy.array([1.0, 2, 4, 8]),
        "offset": 1e9 + random.integers(0, 2, 30), "tied": numpy.array([0.0, 0, 0, 1, 1, 1, 1])}
    text = "".join(array(f"modes_{name}", values) for name, values in samples.items())
    text += "static const struct {\n    const double *values;\n    size_t count;\n    double coefficient;\n} golden_modes[] = {\n"
    for name, values in samples.items():
        # SciPy loses digits far from 0, and the coefficient does not depend on where the values are.
        text += f"    {{modes_{name}, {len(values)}, {bimodality(values - values.min()):.17g}}},\n"
    return text + "};\n\n"


def slopes(random):
    text, rows = "", ""
    for number, count in enumerate((2, 3, 10, 31, 80)):
        x = numpy.round(random.uniform(0, 10, count), 1) if count > 3 else numpy.arange(count)
        y = random.normal(size=count) + 0.3 * x
        text += array(f"slope_{number}", numpy.concatenate([x, y]))
        rows += f"    {{slope_{number}, {count}, {stats.theilslopes(y, x)[0]:.17g}}},\n"
    return text + ("static const struct {\n    const double *values; /* x, then y */\n    size_t count;\n    double slope;\n"
                   f"}} golden_slopes[] = {{\n{rows}}};\n\n")


# ---- change points ------------------------------------------------------------------------------------------------------

def split_statistic(left, right, exponent):
    """Q of Matteson and James 2014, equations 5 to 7, term by term."""
    n, m = len(left), len(right)
    between = sum(abs(a - b) ** exponent for a in left for b in right)
    within = [sum(abs(a - b) ** exponent for a, b in itertools.combinations(part, 2)) for part in (left, right)]
    energy = 2 * between / (n * m) - within[0] / (n * (n - 1) / 2) - within[1] / (m * (m - 1) / 2)
    return n * m / (n + m) * energy


def best_split(values, shortest, exponent):
    """The largest Q over where the left part ends and where the right one does."""
    best = (-numpy.inf, 0)
    for end in range(shortest, len(values) - shortest + 1):
        for stop in range(end + shortest, len(values) + 1):
            best = max(best, (split_statistic(values[:end], values[end:stop], exponent), end), key=lambda pair: pair[0])
    return best


def true_p(values, shortest, exponent):
    """Over all orders of the values."""
    seen = best_split(values, shortest, exponent)[0]
    orders = list(itertools.permutations(values))
    return sum(best_split(order, shortest, exponent)[0] >= seen - 1e-9 for order in orders) / len(orders)


def e_divisive(values, shortest, exponent, level, count, random):
    """The whole procedure, with numpy's permutations."""
    bounds = [0, len(values)]

    def best_of_all(series):
        found = [(*best_split(series[a:b], shortest, exponent), a) for a, b in zip(bounds, bounds[1:]) if b - a >= 2 * shortest]
        return max(found, key=lambda split: split[0], default=None)

    while True:
        found = best_of_all(values)
        if found is None:
            return bounds[1:-1]
        above = 0
        for _ in range(count):
            mixed = numpy.concatenate([random.permutation(values[a:b]) for a, b in zip(bounds, bounds[1:])])
            above += best_of_all(mixed)[0] >= found[0] - 1e-9
            if above + 1 > level * (count + 1):
                return bounds[1:-1]
        bounds = sorted(bounds + [found[2] + found[1]])


def change_points(random):
    series = {
        "step": (numpy.concatenate([random.normal(0, 1, 14), random.normal(6, 1, 10)]), 3, 1),
        "three": (numpy.concatenate([random.normal(0, 1, 9), random.normal(8, 1, 8), random.normal(-5, 1, 9)]), 4, 1),
        "spread": (numpy.concatenate([random.normal(0, 0.1, 16), random.normal(0, 30, 14)]), 5, 0.7),
        "noise": (random.normal(size=24), 3, 1)}
    text, rows = "", ""
    for name, (values, shortest, exponent) in series.items():
        statistic, end = best_split(values, shortest, exponent)
        found = e_divisive(values, shortest, exponent, 0.05, 99, random)
        text += array(f"series_{name}", values)
        rows += (f"    {{series_{name}, {len(values)}, {shortest}, {exponent}, {statistic:.17g}, {end}, {len(found)}, "
                 f"{{{', '.join(map(str, found)) or 0}}}}},\n")
    text += ("static const struct {\n    const double *values;\n    size_t count, segment_min;\n    double exponent;\n"
             "    double statistic; /* of the first split */\n    size_t first, found, index[4];\n"
             f"}} golden_series[] = {{\n{rows}}};\n\n")
    rows = ""
    for values, shortest in (((1, 2.5, 0.2, 6, 5.1, 7.7, 1.4), 2), ((3, 1, 4, 1, 5, 9, 2), 2), ((0, 0, 1, 0, 1, 1), 3)):
        padded = list(values) + [0] * (7 - len(values))
        rows += f"    {{{len(values)}, {shortest}, {{{', '.join(map(str, padded))}}}, {true_p(values, shortest, 1):.17g}}},\n"
    return text + ("static const struct {\n    size_t count, segment_min;\n    double values[7];\n    double p; /* over all orders */\n"
                   f"}} golden_orders[] = {{\n{rows}}};\n\n")


def main():
    random = numpy.random.default_rng(20240229)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden_scipy.h"), "w", encoding="ascii") as file:
        file.write("/* SPDX-License-Identifier: MIT */\n"
                   f"/* Made by golden_scipy.py with Python {platform.python_version()}, NumPy {numpy.__version__}, "
                   f"SciPy {scipy.__version__}; do not edit. */\n"
                   "/* clang-format off */\n#ifndef GOLDEN_SCIPY_H\n#define GOLDEN_SCIPY_H\n\n#include <stddef.h>\n\n")
        file.write(modes(random) + slopes(random) + change_points(random) + "#endif\n")


if __name__ == "__main__":
    main()
