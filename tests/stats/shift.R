# SPDX-License-Identifier: MIT
# The numbers of tests/unit/test_shift_test.c: Rscript tests/stats/shift.R prints them.
# Two samples of logarithms, margin log(1.05), spread between sessions 2.5 % (and 0).

a <- c(4.6051, 4.6123, 4.5987, 4.6300, 4.6012, 4.6087, 4.5921, 4.6155)
b <- c(4.7301, 4.7433, 4.7120, 4.7555, 4.7289, 4.7012, 4.7390)
margin <- log(1.05)
number <- function(name, x) cat(sprintf("%-24s %.15g\n", name, x))

report <- function(title, x, y, session) {
    cat(title, "\n")
    w <- suppressWarnings(wilcox.test(y, x, conf.int = TRUE, conf.level = 0.95, exact = TRUE))
    k <- qwilcox(0.025, length(x), length(y))
    if (k == 0) k <- 1
    shift <- median(outer(y, x, "-"))
    half <- qnorm(0.975) * sqrt(2) * session
    number("shift", shift)
    number("low", shift - sqrt((shift - w$conf.int[1])^2 + half^2))
    number("high", shift + sqrt((w$conf.int[2] - shift)^2 + half^2))
    number("confidence", 1 - 2 * pwilcox(k - 1, length(x), length(y)))
    va <- var(x) / length(x)
    vb <- var(y) / length(y)
    se <- sqrt(va + vb + 2 * session^2)
    df <- se^4 / (va^2 / (length(x) - 1) + vb^2 / (length(y) - 1))
    number("standard error", se)
    number("degrees", df)
    number("pooled sd", sqrt((var(x) * (length(x) - 1) + var(y) * (length(y) - 1)) / (length(x) + length(y) - 2)))
    exact <- function(m, side) wilcox.test(y, x + m, alternative = side, exact = TRUE)$p.value
    number("exact regression", exact(margin, "greater"))
    number("normal regression", pt((shift - margin) / se, df, lower.tail = FALSE))
    number("pass", max(exact(margin, "less"), pt((shift - margin) / se, df)))
    number("improved", max(exact(-margin, "less"), pt((shift + margin) / se, df)))
    number("not faster", max(exact(-margin, "greater"), pt((shift + margin) / se, df, lower.tail = FALSE)))
    number("detectable", margin + (qt(1 - 0.01 / 20, df) + qt(0.9, df)) * se)
}

report("b after a, sessions 2.5 %", a, b, 0.025)
report("b after a, sessions alike", a, b, 0)
report("a after b, sessions 2.5 %", b, a, 0.025)
report("a, half of it moved by 0.0007", a, a[1:4] + 0.0007, 0.01)
