# SPDX-License-Identifier: MIT
# The reference numbers for the statistics in harness/statistics, from R. Writes golden.h beside this file, which the unit tests
# include; they need no R. To make it anew, from any folder:
#
#     Rscript tests/stats/golden.R

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
out <- file(file.path(dirname(script), "golden.h"), "w")
put <- function(...) cat(..., sep = "", file = out)
number <- function(x) sprintf("%.17g", x)
# Filled lines; "~" is a blank that does not break.
flow <- function(items) gsub("~", " ", paste(strwrap(paste(items, collapse = ", "), 112, prefix = "    "), collapse = "\n"))

put("/* SPDX-License-Identifier: MIT */\n",
    "/* Made by golden.R with ", R.version.string, "; do not edit. */\n",
    "/* clang-format off */\n#ifndef GOLDEN_H\n#define GOLDEN_H\n\n#include <stddef.h>\n#include <stdint.h>\n\n")

# ---- samples ---------------------------------------------------------------------------------------------------------

RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20240229)
depression <- c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30) -
              c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
samples <- list(
    depression = depression,           # Hollander and Wolfe (1973), as in example(wilcox.test)
    one = 3.25,
    two = c(7, 4),
    three = rnorm(3),
    four = rnorm(4),
    five = rnorm(5),
    six = rnorm(6),
    ten = rlnorm(10, sdlog = 0.02),
    twenty_five = rt(25, df = 2),      # heavy tails
    forty_nine = rnorm(49, mean = -3),
    hundred = cumsum(rnorm(100)),      # a random walk: lag-1 near 1
    three_hundred = rexp(300),
    tied = c(1, 1, 2, 2, 3, 3, 3, 0, 0, -1, 0, 5),
    constant = rep(5.1, 7),
    offset = 1e7 + rep(c(0.1, 0.3), 15), # NIST NumAcc3 in small: the digits stand far behind the point
    outliers = c(rnorm(40), 4, -5, 12, -30))

put("struct golden_sample {\n    const char *name;\n    const double *values;\n    size_t count;\n};\n\n")
for (name in names(samples))
    put("static const double sample_", name, "[] = {\n", flow(number(samples[[name]])), "};\n")
put("\nenum {\n", paste0("    GOLDEN_", toupper(names(samples)), ",\n"), "    GOLDEN_SAMPLES\n};\n")
put("static const struct golden_sample golden_samples[] = {\n",
    sprintf("    {\"%s\", sample_%s, %d},\n", names(samples), names(samples), lengths(samples)), "};\n\n")

# ---- the signed-rank distribution ------------------------------------------------------------------------------------

sizes <- c(1:50, 100, 300)
put("static const struct {\n    size_t n, w;\n    double probability;\n} golden_cdf[] = {\n")
for (n in sizes) {
    w <- unique(round(n * (n + 1) / 2 * c(0, 0.1, 0.2, 0.35, 0.45, 0.5, 0.55, 0.7, 0.95, 1)))
    put(flow(sprintf("{%d,~%d,~%s}", n, w, number(psignrank(w, n)))), ",\n")
}
put("};\n\n")

put("static const struct {\n    size_t n;\n    double p;\n    size_t w;\n} golden_quantile[] = {\n")
for (n in sizes) {
    # 0.0625 and the like are steps of the distribution for small n; what misses one by rounding is taken for it.
    p <- c(0, 1e-6, 0.0005, 0.005, (1 - 0.95) / 2, 0.025, 0.03125, 0.03125 + 1e-15, 0.05, 0.0625, 0.1, 0.25, 0.5, 0.75, 0.9, 0.9375, 0.975,
           0.9995, 1)
    put(flow(sprintf("{%d,~%s,~%d}", n, number(p), qsignrank(p, n))), ",\n")
}
put("};\n\n")

# Beyond SPB_SIGNED_RANK_EXACT_MAX: how good is the approximation?
put("static const struct {\n    size_t n, w;\n    double probability;\n} golden_large_cdf[] = {\n")
for (n in c(301, 500)) {
    w <- qsignrank(c(0.001, 0.025, 0.2, 0.5, 0.8, 0.975), n)
    put(flow(sprintf("{%d,~%d,~%s}", n, w, number(psignrank(w, n)))), ",\n")
}
put("};\n\n")

# ---- Hodges-Lehmann --------------------------------------------------------------------------------------------------

# By definition, which holds with ties and zeros too; where wilcox.test is exact it must say the same.
hodges_lehmann <- function(x, confidence) {
    n <- length(x)
    sums <- outer(x, x, "+")
    walsh <- sort(sums[!lower.tri(sums)] / 2)
    k <- max(1, qsignrank((1 - confidence) / 2, n))
    list(estimate = median(walsh), low = walsh[k], high = walsh[length(walsh) + 1 - k],
         confidence = 1 - 2 * psignrank(k - 1, n))
}
put("static const struct {\n    size_t sample;\n    double asked, estimate, low, high, confidence;\n} golden_hl[] = {\n")
for (name in names(samples)) for (confidence in c(0.95, 0.8, 0.999)) {
    x <- samples[[name]]
    h <- hodges_lehmann(x, confidence)
    if (length(x) >= 6 && !any(duplicated(abs(x))) && !any(x == 0)) {
        w <- suppressWarnings(wilcox.test(x, conf.int = TRUE, exact = TRUE, conf.level = confidence))
        stopifnot(all.equal(c(h$estimate, h$low, h$high), c(w$estimate, w$conf.int), check.attributes = FALSE,
                            tolerance = 1e-14))
    }
    put("    {GOLDEN_", toupper(name), ", ", paste(number(c(confidence, unlist(h))), collapse = ", "), "},\n")
}
put("};\n\n")
test <- wilcox.test(depression, alternative = "greater", exact = TRUE)
put("static const size_t golden_depression_v = ", test$statistic, ";\n",
    "static const double golden_depression_p_greater = ", number(test$p.value), ";\n\n")

# ---- summary, autocorrelation, variance ------------------------------------------------------------------------------

put("static const struct {\n    size_t sample;\n    double min, max, mean, median, sd, mad, p25, p75, p90, p99;\n",
    "    size_t mild, severe;\n} golden_summary[] = {\n")
for (name in names(samples)) {
    x <- samples[[name]]
    q <- quantile(x, c(0.25, 0.75, 0.9, 0.99), type = 7, names = FALSE)
    beyond <- pmax(q[1] - x, x - q[2]) / (q[2] - q[1])
    beyond[is.nan(beyond)] <- 0
    s <- c(min(x), max(x), mean(x), median(x), if (length(x) > 1) sd(x) else 0, mad(x, constant = 1), q)
    put("    {GOLDEN_", toupper(name), ", ", paste(number(s), collapse = ", "), ", ",
        sum(beyond > 1.5 & beyond <= 3), ", ", sum(beyond > 3), "},\n")
}
put("};\n\n")

put("static const struct {\n    size_t sample;\n    double r1;\n} golden_lag1[] = {\n")
for (name in setdiff(names(samples), c("one", "two", "constant")))
    put("    {GOLDEN_", toupper(name), ", ", number(acf(samples[[name]], lag.max = 1, plot = FALSE)$acf[2]), "},\n")
put("};\n\n")

# One-way random effects by the ANOVA method (Searle, Casella and McCulloch 1992, chapter 3), from R's own mean squares.
components <- function(values, groups) {
    squares <- anova(lm(values ~ groups))[["Mean Sq"]]
    size <- table(groups)
    typical <- (sum(size) - sum(size^2) / sum(size)) / (length(size) - 1)
    c(between = max(0, (squares[1] - squares[2]) / typical), within = squares[2])
}
put("static const struct {\n    size_t sample, offsets[6], group_count;\n    double between, within;\n",
    "} golden_variance[] = {\n")
cuts <- list(c(0, 20, 40, 60, 80, 100), c(0, 10, 50, 51, 100), c(0, 99, 100))
for (name in c("hundred", "three_hundred")) for (cut in cuts) {
    x <- samples[[name]][1:100]
    v <- components(x, factor(rep(seq_along(diff(cut)), diff(cut))))
    put("    {GOLDEN_", toupper(name), ", {", paste(cut, collapse = ", "), "}, ", length(cut) - 1, ", ",
        number(v["between"]), ", ", number(v["within"]), "},\n")
}
put("};\n\n")

# ---- a row of eight processes ----------------------------------------------------------------------------------------

iterations <- c(1000, 1000, 1200, 1000, 900, 1000, 1100, 1000)
sizes <- c(12, 12, 15, 12, 9, 12, 12, 1)
level <- rlnorm(8, log(2500), 0.03)
elapsed <- Map(function(n, m, l) round(n * l * rlnorm(m, 0, 0.01)), iterations, sizes, level)
put("static const struct {\n    uint64_t iterations;\n    size_t count;\n    uint64_t elapsed_ns[15];\n",
    "} golden_row_processes[] = {\n")
for (p in seq_along(elapsed))
    put("    {", iterations[p], ", ", sizes[p], ", {", paste(sprintf("%.0f", elapsed[[p]]), collapse = ", "), "}},\n")
put("};\n")
times <- Map(`/`, elapsed, iterations)
h <- hodges_lehmann(log(sapply(times, median)), 0.95)
lag <- sapply(times[sizes > 2], function(x) acf(x, lag.max = 1, plot = FALSE)$acf[2])
v <- components(unlist(times), factor(rep(seq_along(sizes), sizes)))
put("static const struct {\n    double estimate, low, high, confidence, lag1, between, within, sd, p90;\n} golden_row = {\n",
    flow(number(c(exp(h$estimate), exp(h$low), exp(h$high), h$confidence, median(lag), v, sd(unlist(times)),
                  quantile(unlist(times), 0.9, names = FALSE)))), "};\n\n#endif\n")
close(out)
