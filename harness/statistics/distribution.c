/* SPDX-License-Identifier: MIT */
#include "distribution.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "double_key.h"

#define LOG_2_PI 1.8378770664093454836
/* No fraction or series here needs so many terms before its arguments are beyond all use. */
#define TERMS_MAX 10000000

/* ---- the normal distribution ------------------------------------------------------------------------------------- */

double spb_normal_cdf(double z)
{
    return 0.5 * erfc(-z * M_SQRT1_2);
}

static double polynomial(const double *coefficients, size_t count, double x)
{
    double sum = 0;
    for (size_t i = count; i > 0; i--)
        sum = sum * x + coefficients[i - 1];
    return sum;
}

/* A quotient of two polynomials of degree 7; the lower one begins with 1. */
struct quotient {
    double above[8];
    double below[8];
};

static double quotient_at(const struct quotient *quotient, double x)
{
    return polynomial(quotient->above, 8, x) / polynomial(quotient->below, 8, x);
}

/* Algorithm AS 241 (PPND16) of Wichura 1988. */
static const struct quotient centre = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
};
static const struct quotient near_tail = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
};
static const struct quotient far_tail = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15},
};

double spb_normal_quantile(double p)
{
    if (!(p > 0 && p < 1))
        return (double)NAN;
    double from_centre = p - 0.5;
    if (fabs(from_centre) <= 0.425)
        return from_centre * quotient_at(&centre, 0.180625 - from_centre * from_centre);
    double r = sqrt(-log(from_centre < 0 ? p : 1 - p));
    double z = r <= 5 ? quotient_at(&near_tail, r - 1.6) : quotient_at(&far_tail, r - 5);
    return from_centre < 0 ? -z : z;
}

/* ---- chi-square: the incomplete gamma function ------------------------------------------------------------------- */

/* log Gamma(a) - ((a - 1/2) log a - a + log(2 pi) / 2), Stirling's series; without it the large terms would cancel. */
static double stirling_rest(double a)
{
    if (a < 16) {
        int sign;
        return lgamma_r(a, &sign) - ((a - 0.5) * log(a) - a + 0.5 * LOG_2_PI);
    }
    double r = 1 / (a * a);
    return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / a;
}

/* x^a e^-x / Gamma(a). */
static double gamma_factor(double a, double x)
{
    double d = (x - a) / a;
    double shape = fabs(d) < 0.5 ? log1p(d) - d : log(x / a) - d;
    return sqrt(a) * exp(a * shape - stirling_rest(a) - 0.5 * LOG_2_PI);
}

/* P(a, x), by its series: x^a e^-x / Gamma(a) * sum of x^i / (a (a + 1) .. (a + i)). */
static double gamma_below(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int i = 1; i < TERMS_MAX && term > sum * DBL_EPSILON / 4; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum * gamma_factor(a, x);
}

/* Q(a, x), by Legendre's continued fraction, evaluated from the front (Lentz 1976). */
static double gamma_above(double a, double x)
{
    double b = x + 1 - a, c = 1 / DBL_MIN, d = 1 / b, value = d;
    for (int i = 1; i < TERMS_MAX; i++) {
        double numerator = i * (a - i);
        b += 2;
        d = 1 / (numerator * d + b);
        c = b + numerator / c;
        value *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            break;
    }
    return value * gamma_factor(a, x);
}

double spb_chi_square_tail(double x, double degrees)
{
    if (isnan(x) || !(degrees > 0 && degrees <= DBL_MAX))
        return (double)NAN;
    if (x <= 0)
        return 1;
    if (isinf(x))
        return 0;
    double a = degrees / 2, half = x / 2;
    return half < a + 1 ? 1 - gamma_below(a, half) : gamma_above(a, half);
}

/* ---- Student's t: the incomplete beta function ------------------------------------------------------------------- */

/* The continued fraction of I_x(a, b), evaluated from the front; converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d;
    for (int term = 1; term < TERMS_MAX; term++) {
        double i = term;
        double even = i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        value *= c * d;
        double odd = -(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1));
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        value *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            break;
    }
    return value;
}

/* log of Gamma(a + 1/2) / Gamma(a), without the cancellation of large logarithms. */
static double log_gamma_step(double a)
{
    return a * log1p(0.5 / a) + 0.5 * log(a) - 0.5 + stirling_rest(a + 0.5) - stirling_rest(a);
}

/* P(0 < T < t) and P(T > t), t >= 0: whichever is small has its digits. With x = t^2 / (v + t^2) they are
 * I_x(1/2, v/2) / 2 and I_(1-x)(v/2, 1/2) / 2. */
struct halves {
    double inner;
    double outer;
};

static struct halves student_halves(double t, double degrees)
{
    double a = degrees / 2, ratio = t / sqrt(degrees);
    if (ratio == 0)
        return (struct halves){0, 0.5};
    double log_rest = ratio < 1e100 ? -log1p(ratio * ratio) : -2 * log(ratio); /* log of v / (v + t^2) */
    double rest = exp(log_rest);
    double x = ratio < 1e100 ? ratio / (1 + ratio * ratio) * ratio : 1;
    /* x^(1/2) (1 - x)^a / B(a, 1/2) */
    double factor = sqrt(x) * exp(a * log_rest + log_gamma_step(a)) / sqrt(M_PI);
    if (x < 1.5 / (a + 2.5)) {
        double inner = factor * beta_fraction(0.5, a, x); /* 1 / (1/2) / 2 */
        return (struct halves){inner, 0.5 - inner};
    }
    double outer = factor / a * beta_fraction(a, 0.5, rest) / 2;
    return (struct halves){0.5 - outer, outer};
}

double spb_student_tail(double t, double degrees)
{
    if (isnan(t) || !(degrees > 0))
        return (double)NAN;
    if (isinf(t))
        return t > 0 ? 0 : 1;
    if (isinf(degrees))
        return spb_normal_cdf(-t);
    struct halves halves = student_halves(fabs(t), degrees);
    return t >= 0 ? halves.outer : 0.5 + halves.inner;
}

double spb_student_quantile(double p, double degrees)
{
    if (!(p > 0 && p < 1) || !(degrees > 0))
        return (double)NAN;
    if (isinf(degrees))
        return spb_normal_quantile(p);
    double inner = fabs(p - 0.5), outer = p < 0.5 ? p : 1 - p;
    uint64_t low = spb_double_key(0), high = spb_double_key(DBL_MAX);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct halves halves = student_halves(spb_key_double(middle), degrees);
        bool is_beyond = inner < 0.25 ? halves.inner >= inner : halves.outer <= outer;
        if (is_beyond)
            high = middle;
        else
            low = middle + 1;
    }
    return p < 0.5 ? -spb_key_double(low) : spb_key_double(low);
}
