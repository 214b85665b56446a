/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "near.h"

/* A clock that costs `cost` a reading and shows multiples of `step`. */
struct fake {
    uint64_t time_ns;
    uint64_t cost_ns;
    uint64_t step_ns;
    uint64_t readings;
    uint64_t stall_every; /* every so many readings the thread loses 3 ms; 0: never */
};

static uint64_t read_fake(void *context)
{
    struct fake *fake = context;
    fake->time_ns += fake->cost_ns;
    if (fake->stall_every && ++fake->readings % fake->stall_every == 0)
        fake->time_ns += 3000000;
    return fake->time_ns / fake->step_ns * fake->step_ns;
}

static void fine_clock(void **state)
{
    (void)state;
    struct fake fake = {.cost_ns = 25, .step_ns = 1};
    struct spb_clock_quality quality = spb_clock_measure_source(read_fake, &fake);
    assert_near(quality.resolution_ns, 25, 0);
    assert_near(quality.cost_ns, 25, 1e-9);
    assert_true(fake.time_ns < 250000);
}

static void coarse_clock(void **state)
{
    (void)state;
    struct fake fake = {.cost_ns = 10, .step_ns = 4000000};
    struct spb_clock_quality quality = spb_clock_measure_source(read_fake, &fake);
    assert_near(quality.resolution_ns, 4000000, 0);
    assert_near(quality.cost_ns, 10, 0.01);
}

static void stalls_do_not_count(void **state)
{
    (void)state;
    struct fake fake = {.cost_ns = 20, .step_ns = 10, .stall_every = 4500};
    struct spb_clock_quality quality = spb_clock_measure_source(read_fake, &fake);
    assert_near(quality.resolution_ns, 20, 0);
    assert_near(quality.cost_ns, 20, 0.1);
}

static void real_clock(void **state)
{
    (void)state;
    uint64_t before = spb_clock_now_ns();
    struct spb_clock_quality quality = spb_clock_measure();
    assert_true(quality.resolution_ns >= 1 && quality.cost_ns > 0);
    assert_true(spb_clock_now_ns() > before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fine_clock),
        cmocka_unit_test(coarse_clock),
        cmocka_unit_test(stalls_do_not_count),
        cmocka_unit_test(real_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
