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
    "/* clang-format off */\n#ifndef GOLDEN_H\n#define GOLDEN_H\n\n#include <math.h>\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n")

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
                  quantile(unlist(times), 0.9, names = FALSE)))), "};\n\n")

# ---- distributions ----------------------------------------------------------------------------------------------------

# A table of rows of numbers; `fields` are its members, doubles.
table_of <- function(name, fields, rows)
    put("static const struct {\n    double ", fields, ";\n} ", name, "[] = {\n",
        paste0("    {", apply(rows, 1, function(row) paste(number(row), collapse = ", ")), "},\n"), "};\n\n")

z <- c(-37, -20, -8, -5, -3, -1.96, -1, -0.5, -1e-5, 0, 1e-10, 0.3, 1, 1.6448536269514722, 2.5, 4, 6, 9)
table_of("golden_normal", "z, p", cbind(z, pnorm(z)))
p <- c(1e-308, 1e-100, 1e-20, 1e-9, 0.0005, 0.005, 0.025, 0.07, 0.08, 0.3, 0.5 - 1e-9, 0.5, 0.5 + 1e-9, 0.6, 0.92, 0.93, 0.975, 0.999,
       1 - 1e-10)
table_of("golden_normal_quantile", "p, z", cbind(p, qnorm(p)))
grid <- expand.grid(x = c(0, 1e-8, 0.01, 0.5, 1, 2, 3.84, 10, 30, 99, 100, 103, 250, 1400), degrees = c(0.3, 1, 2, 3, 10, 31, 32, 100, 1e4))
table_of("golden_chi_square", "x, degrees, p", cbind(grid, pchisq(grid$x, grid$degrees, lower.tail = FALSE)))
grid <- expand.grid(t = c(-50, -2, -0.1, 0, 1e-9, 0.001, 0.4, 1, 1.8, 2.5, 4, 12, 1e3, 1e12), degrees = c(0.4, 1, 2, 5, 9.5, 30, 31, 400, 1e6))
table_of("golden_student", "t, degrees, p", cbind(grid, pt(grid$t, grid$degrees, lower.tail = FALSE)))
grid <- expand.grid(p = c(1e-12, 0.0005, 0.025, 0.2, 0.4, 0.4999, 0.5, 0.7, 0.95, 0.999), degrees = c(1, 2, 3.5, 9, 29, 1000))
table_of("golden_student_quantile", "p, degrees, t", cbind(grid, qt(grid$p, grid$degrees)))

# ---- several tests at once ---------------------------------------------------------------------------------------------

families <- list(list(p = c(0.01, 0.04, 0.03, 0.005, 0.5), n = 5), list(p = c(0.01, 0.04, 0.03, 0.005, 0.5), n = 9),
                 list(p = 0.03, n = 1), list(p = 0.03, n = 4), list(p = c(1, 0, 0.2, 0.2, 0.2), n = 5),
                 list(p = c(0.9, 0.8, 0.7), n = 3), list(p = c(0.02, 0.021, 0.022, 0.023), n = 4))
put("static const struct {\n    size_t count, family;\n    double p[5], holm[5], benjamini_hochberg[5];\n} golden_adjusted[] = {\n")
for (f in families)
    put("    {", length(f$p), ", ", f$n, ", {", paste(number(f$p), collapse = ", "), "}, {",
        paste(number(p.adjust(f$p, "holm", f$n)), collapse = ", "), "}, {",
        paste(number(p.adjust(f$p, "BH", f$n)), collapse = ", "), "}},\n")
put("};\n\n")

# ---- flip test ---------------------------------------------------------------------------------------------------------

# By definition, with all flips at once. NA: the row lacks the pair.
flip_test <- function(x, ranks) {
    weights <- t(apply(x, 1, function(row) {
        w <- if (ranks) rank(abs(row), na.last = "keep") else abs(row)
        ifelse(is.na(row) | row == 0, 0, w)
    }))
    scores <- ifelse(is.na(x), 0, sign(x)) * weights
    norm <- sqrt(rowSums(weights^2))
    flips <- as.matrix(expand.grid(rep(list(c(-1, 1)), ncol(x))))
    all <- t(flips %*% t(scores / norm))                    # [row, flip]
    seen <- rowSums(scores) / norm
    order <- order(seen)
    maxima <- apply(all[order, , drop = FALSE], 2, cummax)  # from the smallest T on
    dim(maxima) <- dim(all)
    joint <- rowMeans(maxima >= seen[order] - 1e-9)
    list(statistic = seen, p = rowMeans(all >= seen - 1e-9), adjusted = rev(cummax(rev(joint)))[order(order)])
}

set.seed(7)
tied <- matrix(round(rnorm(5 * 9, 0.6)) + 0, 5)
tied[2, 3] <- tied[2, 7] <- tied[4, 1] <- NA
flip_data <- list(
    method = rbind(c(12, -3, 7, 15, 9, 4, 11, 6, -2, 8), c(1, -5, 3, -2, 6, -4, 2, -1, 5, -3),
                   c(20, 14, -6, 18, 25, 9, 13, 22, 16, 11)),
    normal = matrix(rnorm(6 * 12, rep(c(-0.3, 0, 0.2, 0.4, 0.6, 0.9), 12)), 6),
    shared = outer(c(1, 2, 0.5, 1), rnorm(11)) + rnorm(44, 0.4), # rows that depend on each other
    tied = tied,
    depression = rbind(depression))
for (name in names(flip_data)) {
    x <- flip_data[[name]]
    put("static const double flip_", name, "[] = {\n", flow(ifelse(is.na(t(x)), "(double)NAN", number(t(x)))), "};\n")
    for (ranks in c(TRUE, FALSE)) {
        g <- flip_test(x, ranks)
        if (!ranks && !anyNA(x) && nrow(x) > 1) { # the paired t statistic rises with T, so its flips have the same p
            both <- cbind(x, 0 * x)[, order(rep(seq_len(ncol(x)), 2))]
            capture.output(m <- multtest::mt.maxT(both, rep(1:0, ncol(x)), test = "pairt", side = "upper", B = 0))
            m <- m[order(m$index), ]
            stopifnot(all.equal(m$rawp, g$p), all.equal(m$adjp, g$adjusted))
        }
        if (name == "depression" && ranks) stopifnot(all.equal(unname(g$p), test$p.value))
        put("static const double flip_", name, if (ranks) "_ranks" else "_values", "[][3] = {\n",
            paste0("    {", apply(do.call(cbind, g), 1, function(row) paste(number(row), collapse = ", ")), "},\n"), "};\n")
    }
}
put("static const struct {\n    size_t rows, pairs;\n    const double *values;\n    const double (*ranks)[3], (*magnitudes)[3]; /* T, p, ",
    "adjusted p of each row */\n} golden_flips[] = {\n")
for (name in names(flip_data))
    put("    {", nrow(flip_data[[name]]), ", ", ncol(flip_data[[name]]), ", flip_", name, ", flip_", name, "_ranks, flip_", name, "_values},\n")
put("};\n\n")

# ---- Mann-Whitney ------------------------------------------------------------------------------------------------------

# All ways to choose y among the values: exact with ties too.
enumerated_tails <- function(x, y) {
    ranks <- rank(c(x, y))
    seen <- sum(ranks[-seq_along(x)])
    all <- combn(ranks, length(y), sum)
    c(mean(all >= seen - 1e-9), mean(all <= seen + 1e-9))
}
shift_by_definition <- function(x, y, confidence) {
    d <- sort(outer(y, x, "-"))
    k <- max(1, qwilcox((1 - confidence) / 2, length(x), length(y)))
    list(estimate = median(d), low = d[k], high = d[length(d) + 1 - k],
         confidence = max(0, 1 - 2 * pwilcox(k - 1, length(x), length(y))))
}

set.seed(11)
pairs_of_samples <- list(
    list(x = c(1, 1, 1, 1, 1), y = c(2, 1, 3, 5)),
    list(x = c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46), y = c(1.15, 0.88, 0.90, 0.74, 1.21)), # example(wilcox.test)
    list(x = 1, y = 2), list(x = 4, y = c(1, 2, 3)), list(x = c(5, 5), y = c(5, 5, 5)),
    list(x = rnorm(8), y = rnorm(12, 1)), list(x = rnorm(12), y = rnorm(7, -0.5)),
    list(x = round(rnorm(9)) + 0, y = round(rnorm(8, 0.7)) + 0), list(x = round(rexp(3), 1), y = round(rexp(13), 1)),
    list(x = rnorm(50), y = rnorm(50, 0.3)), list(x = rnorm(20), y = rnorm(120, 0.3)),
    list(x = rnorm(60), y = rnorm(55, 0.3)), list(x = round(rnorm(70)) + 0, y = round(rnorm(80, 0.4)) + 0),
    list(x = rep(3, 60), y = rep(3, 70)))
put("struct golden_two_samples {\n    const double *x, *y;\n    size_t x_count, y_count;\n    double u, greater, less, two_sided;\n    bool exact;\n",
    "    double shift[3][5]; /* confidence asked for, estimate, low, high, confidence */\n};\n\n")
rows <- character()
for (i in seq_along(pairs_of_samples)) {
    x <- pairs_of_samples[[i]]$x
    y <- pairs_of_samples[[i]]$y
    exact <- length(x) * length(y) <= 2500
    has_ties <- anyDuplicated(c(x, y)) > 0
    run <- function(side) suppressWarnings(wilcox.test(y, x, alternative = side, exact = exact && !has_ties, correct = TRUE))
    one_sided <- c(run("greater")$p.value, run("less")$p.value)
    two_sided <- run("two.sided")$p.value
    if (exact && length(c(x, y)) <= 20) {
        tails <- enumerated_tails(x, y)
        if (!has_ties) stopifnot(all.equal(tails, one_sided))
        one_sided <- tails
        two_sided <- min(1, 2 * min(tails))
    }
    if (length(unique(c(x, y))) == 1) one_sided <- two_sided <- c(1, 1)
    intervals <- sapply(c(0.95, 0.8, 0.999), function(confidence) {
        h <- shift_by_definition(x, y, confidence)
        if (!has_ties && exact && length(x) * length(y) >= 60) {
            w <- wilcox.test(y, x, conf.int = TRUE, exact = TRUE, conf.level = confidence)
            stopifnot(all.equal(c(h$estimate, h$low, h$high), c(w$estimate, w$conf.int), check.attributes = FALSE, tolerance = 1e-14))
        }
        paste0("{", paste(number(c(confidence, unlist(h))), collapse = ", "), "}")
    })
    put("static const double two_samples_", i, "[] = {\n", flow(number(c(x, y))), "};\n")
    rows <- c(rows, sprintf("    {two_samples_%d, two_samples_%d + %d, %d, %d, %s, %s,\n        {%s}},\n", i, i, length(x), length(x), length(y),
        paste(number(c(run("less")$statistic, one_sided, two_sided[1])), collapse = ", "), if (exact) "true" else "false",
        paste(intervals, collapse = ", ")))
}
put("static const struct golden_two_samples golden_two_samples[] = {\n", rows, "};\n\n")

# ---- the signed-rank test with ties and zeros, equivalence -------------------------------------------------------------

# By all sign flips; as wilcox.test where that is exact.
signed_rank_test <- function(x) {
    ranks <- ifelse(x == 0, 0, rank(abs(x)))
    seen <- sum(ranks[x > 0])
    if (length(x) <= 14) {
        all <- as.matrix(expand.grid(rep(list(0:1), length(x)))) %*% ranks
        tails <- c(mean(all >= seen - 1e-9), mean(all <= seen + 1e-9))
    }
    if (!any(duplicated(abs(x))) && !any(x == 0) || length(x) > 300) {
        w <- sapply(c("greater", "less"), function(side) wilcox.test(x, alternative = side, exact = length(x) <= 300)$p.value)
        if (length(x) <= 14) stopifnot(all.equal(tails, unname(w)))
        tails <- w
    }
    c(seen, tails)
}
signs <- list(depression = depression, one = 3.25, two = c(-7, 4), ten = samples$ten - 1, tied = samples$tied, hundred = samples$hundred - 2,
              constant = samples$constant, zeros = c(0, 0, 0, 1, -2, 2, 5), nothing = c(0, 0, 0), large = round(rnorm(400, 0.1), 2)[-1] + 0.001)
for (name in names(signs)) put("static const double signed_", name, "[] = {\n", flow(number(signs[[name]])), "};\n")
put("static const struct {\n    const double *values;\n    size_t count;\n    double w, greater, less;\n} golden_signed_rank[] = {\n")
for (name in names(signs))
    put("    {signed_", name, ", ", length(signs[[name]]), ", ", paste(number(signed_rank_test(signs[[name]])), collapse = ", "), "},\n")
put("};\n\n")
put("static const struct {\n    size_t sample;\n    double margin, below_upper, above_lower;\n} golden_equivalence[] = {\n")
for (name in c("depression", "one", "three", "six", "ten", "twenty_five", "hundred", "tied")) for (margin in c(0.25, 1, 1.5, 4)) {
    x <- samples[[name]]
    p <- function(x, side) if (any(duplicated(abs(x)))) signed_rank_test(x)[if (side == "less") 3 else 2]
                           else wilcox.test(x, alternative = side, exact = TRUE)$p.value
    below <- p(x - margin, "less")
    above <- p(x + margin, "greater")
    put("    {GOLDEN_", toupper(name), ", ", paste(number(c(margin, below, above)), collapse = ", "), "},\n")
}
put("};\n\n")

# ---- trend, Ljung-Box, interval of the median --------------------------------------------------------------------------

trends <- list(
    rising = list(x = 1:8, y = c(1, 3, 2, 4, 6, 5, 8, 7)), two = list(x = c(5, 2), y = c(1, 3)),
    noise = list(x = 1:50, y = rnorm(50)), long = list(x = 1:51, y = cumsum(rnorm(51))),
    walk = list(x = 1:49, y = samples$hundred[1:49]), uneven = list(x = rexp(20), y = rnorm(20)),
    tied = list(x = c(1, 2, 2, 3, 5, 5, 8, 9, 9, 9), y = c(2, 2, 1, 4, 4, 4, 3, 7, 6, 7)),
    flat = list(x = 1:6, y = c(0, 0, 1, 0, 0, 0)), balanced = list(x = c(1, 2, 3, 4), y = c(1, 0, 0, 1)),
    falling = list(x = 1:12, y = -(1:12)^2))
put("struct golden_trend {\n    const double *x, *y;\n    size_t count;\n    double tau, p, slope;\n    bool exact;\n};\n\n")
rows <- character()
for (name in names(trends)) {
    x <- trends[[name]]$x
    y <- trends[[name]]$y
    has_ties <- anyDuplicated(x) > 0 || anyDuplicated(y) > 0
    exact <- length(x) <= 50 && !has_ties
    k <- suppressWarnings(cor.test(x, y, method = "kendall", exact = exact, continuity = TRUE))
    at <- combn(length(x), 2)
    run <- x[at[2, ]] - x[at[1, ]]
    slope <- median(((y[at[2, ]] - y[at[1, ]]) / run)[run != 0])
    put("static const double trend_", name, "[] = {\n", flow(number(c(x, y))), "};\n")
    rows <- c(rows, paste0("    {trend_", name, ", trend_", name, " + ", length(x), ", ", length(x), ", ",
                           paste(number(c(k$estimate, k$p.value, slope)), collapse = ", "), ", ", if (exact) "true" else "false", "},\n"))
}
put("static const struct golden_trend golden_trends[] = {\n", rows, "};\n\n")

put("static const struct {\n    size_t sample, lags;\n    double q, p;\n} golden_ljung_box[] = {\n")
for (name in c("three", "ten", "twenty_five", "forty_nine", "hundred", "three_hundred", "tied", "offset")) for (lags in c(1, 2, 5, 10)) {
    x <- samples[[name]]
    if (lags >= length(x)) next
    b <- Box.test(x, lags, type = "Ljung-Box")
    put("    {GOLDEN_", toupper(name), ", ", lags, ", ", number(b$statistic), ", ", number(b$p.value), "},\n")
}
put("};\n\n")

# The largest k by trying all.
put("static const struct {\n    size_t count;\n    double asked;\n    size_t k;\n    double confidence;\n} golden_median_rank[] = {\n")
for (n in c(1:20, 50, 101, 1000, 20001)) for (asked in c(0.5, 0.9, 0.95, 0.999)) {
    k <- seq_len((n + 1) %/% 2)
    real <- 1 - 2 * pbinom(k - 1, n, 0.5)
    best <- max(1, k[real >= asked - 1e-12])
    put("    {", n, ", ", number(asked), ", ", best, ", ", number(max(0, real[best])), "},\n")
}
put("};\n\n#endif\n")
close(out)
