/* SPDX-License-Identifier: MIT
 *
 * The sun and the four large planets under gravity, step by step: the n-body program of the Computer Language Benchmarks Game, with
 * its bodies, its unit system (years, astronomical units, solar masses) and its step of 0.01 day-like units. Square roots
 * and divisions in chains, little memory.
 */
#include <math.h>
#include <string.h>

#include "spbench.h"

#define BODIES     5
#define PI         3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS       365.24 /* in a year */
#define STEP       0.01
/* Of a step, with a square root and a division counted as one each. A pair: 3 differences, 5 for the square of the distance, 3 for
 * the strength, 18 for the velocities. A body: 6 for its position. */
#define PAIR_FLOP 29
#define BODY_FLOP 6
#define PAIRS     10
#define STEP_FLOP (PAIRS * PAIR_FLOP + BODIES * BODY_FLOP)

/* Of that program: at the start, and after 1000 steps, to nine digits. */
#define ENERGY_AT_START   (-0.169075164)
#define ENERGY_AFTER_1000 (-0.169087605)

struct body {
    double position[3];
    double velocity[3];
    double mass;
};

struct planets {
    struct body bodies[BODIES];
};

static const struct body start[BODIES] = {
    {{0, 0, 0}, {0, 0, 0}, SOLAR_MASS},
    {{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01},
     {1.66007664274403694e-03 * DAYS, 7.69901118419740425e-03 * DAYS, -6.90460016972063023e-05 * DAYS},
     9.54791938424326609e-04 * SOLAR_MASS}, /* Jupiter */
    {{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01},
     {-2.76742510726411926e-03 * DAYS, 4.99852801234917238e-03 * DAYS, 2.30417297573763929e-05 * DAYS},
     2.85885980666130812e-04 * SOLAR_MASS}, /* Saturn */
    {{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01},
     {2.96460137564761618e-03 * DAYS, 2.37847173959480950e-03 * DAYS, -2.96589568540237556e-05 * DAYS},
     4.36624404335156298e-05 * SOLAR_MASS}, /* Uranus */
    {{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01},
     {2.68067772490389322e-03 * DAYS, 1.62824170038242295e-03 * DAYS, -9.51592254519715870e-05 * DAYS},
     5.15138902046611451e-05 * SOLAR_MASS}, /* Neptune */
};

/* The sun moves so that the whole has no momentum. */
static void begin(struct planets *planets)
{
    memcpy(planets->bodies, start, sizeof(start));
    for (unsigned b = 1; b < BODIES; b++)
        for (unsigned d = 0; d < 3; d++)
            planets->bodies[0].velocity[d] -= start[b].velocity[d] * start[b].mass / SOLAR_MASS;
}

static inline void attract(struct body *a, struct body *b)
{
    double distance[3], square = 0;
    for (unsigned d = 0; d < 3; d++) {
        distance[d] = a->position[d] - b->position[d];
        square += distance[d] * distance[d];
    }
    double strength = STEP / (square * sqrt(square));
    for (unsigned d = 0; d < 3; d++) {
        a->velocity[d] -= distance[d] * b->mass * strength;
        b->velocity[d] += distance[d] * a->mass * strength;
    }
}

static __attribute__((noinline, aligned(64))) void advance(struct planets *planets, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        for (unsigned a = 0; a < BODIES; a++)
            for (unsigned b = a + 1; b < BODIES; b++)
                attract(&planets->bodies[a], &planets->bodies[b]);
        for (unsigned b = 0; b < BODIES; b++)
            for (unsigned d = 0; d < 3; d++)
                planets->bodies[b].position[d] += STEP * planets->bodies[b].velocity[d];
    }
}

static double energy(const struct planets *planets)
{
    double sum = 0;
    for (unsigned a = 0; a < BODIES; a++) {
        const struct body *body = &planets->bodies[a];
        for (unsigned d = 0; d < 3; d++)
            sum += 0.5 * body->mass * body->velocity[d] * body->velocity[d];
        for (unsigned b = a + 1; b < BODIES; b++) {
            double square = 0;
            for (unsigned d = 0; d < 3; d++) {
                double distance = body->position[d] - planets->bodies[b].position[d];
                square += distance * distance;
            }
            sum -= body->mass * planets->bodies[b].mass / sqrt(square);
        }
    }
    return sum;
}

static int set_up(struct spb_bench *bench)
{
    struct planets *planets = spb_alloc(bench, sizeof(*planets));
    if (!planets)
        return -1;
    begin(planets);
    spb_set_state(bench, planets);
    spb_set_rate(bench, "arithmetic", "FLOP", STEP_FLOP);
    /* At least: a step reads all of every body once, and writes its position and velocity once. All of it stays in the L1 cache. */
    spb_set_rate(bench, "data", "byte", sizeof(start) + sizeof(start[0].position) * 2 * BODIES);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct planets *planets = thread->state;
    advance(planets, iterations);
}

/* The published values by a second system; the measured one still has its energy, which the method keeps to some 1e-4. */
static int verify(struct spb_bench *bench)
{
    struct planets again;
    double now = energy(spb_state(bench));
    begin(&again);
    double before = energy(&again);
    advance(&again, 1000);
    double after = energy(&again);
    if (fabs(before - ENERGY_AT_START) > 1e-9 || fabs(after - ENERGY_AFTER_1000) > 1e-9)
        return spb_fail(bench, "the energy is %.9f at the start and %.9f after 1000 steps, not %.9f and %.9f", before,
                        after, ENERGY_AT_START, ENERGY_AFTER_1000);
    if (!(fabs(now / before - 1) < 1e-3))
        return spb_fail(bench, "the energy went from %.9f to %.9f", before, now);
    return 0;
}

const struct spb_workload spb_cpu_n_body = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/n-body",
    .summary = "five bodies under gravity, one step in time",
    .meaning = "scalar floating-point code as scientific programs have it: square roots, divisions, short chains",
    .unit = "step",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
