/* SPDX-License-Identifier: MIT
 *
 * A thread sends itself a signal, its handler counts it, and it goes on where it was: two entries into the kernel, and the
 * frame that it builds on the stack. The stack and the handler have been used before, so that there is no page fault in it.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sanitizer.h"
#include "spbench.h"

struct delivery {
    volatile sig_atomic_t running; /* the handler is at work: it must not be entered twice */
    volatile uint64_t delivered;
    uint64_t nested;
    uint64_t sent;
    uint64_t failed;
    struct sigaction before;
};

/* Gets its counters by the pointer that is sent along: no variable is shared between workloads. */
static void count_one(int number, siginfo_t *info, void *context)
{
    struct delivery *delivery = info->si_value.sival_ptr;
    (void)number;
    (void)context;
    delivery->nested += delivery->running != 0;
    delivery->running = 1;
    delivery->delivered++;
    delivery->running = 0;
}

static const char *not_here(void)
{
#ifdef THREAD_SANITIZER
    return "built with ThreadSanitizer, which delivers signals later";
#else
    return NULL;
#endif
}

static int set_up(struct spb_bench *bench)
{
    struct delivery *delivery = spb_alloc(bench, sizeof(*delivery));
    if (!delivery)
        return -1;
    struct sigaction action = {.sa_sigaction = count_one, .sa_flags = SA_SIGINFO | SA_RESTART};
    spb_set_state(bench, delivery);
    return sigaction(SIGUSR1, &action, &delivery->before) < 0 ? spb_fail(bench, "sigaction: %s", strerror(errno)) : 0;
}

/* The call returns after the handler has: a signal to oneself that is not blocked is delivered on the way back. */
static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct delivery *delivery = thread->state;
    pid_t process = getpid(), self = (pid_t)syscall(SYS_gettid);
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    info.si_value.sival_ptr = delivery;
    info.si_pid = process;
    for (uint64_t i = 0; i < iterations; i++)
        delivery->failed += syscall(SYS_rt_tgsigqueueinfo, process, self, SIGUSR1, &info) != 0;
    delivery->sent += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct delivery *delivery = spb_state(bench);
    if (delivery->delivered != delivery->sent || delivery->failed || delivery->nested)
        return spb_fail(bench, "%llu of %llu signals were delivered, %llu while another was, %llu could not be sent",
                        (unsigned long long)delivery->delivered, (unsigned long long)delivery->sent,
                        (unsigned long long)delivery->nested, (unsigned long long)delivery->failed);
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    const struct delivery *delivery = spb_state(bench);
    sigaction(SIGUSR1, &delivery->before, NULL);
}

const struct spb_workload spb_cpu_signal = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/signal",
    .summary = "a signal to oneself, handled and returned from",
    .meaning = "price of a signal; it grows with the registers that the kernel must save (AVX-512, SVE)",
    .unit = "signal",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .unavailable = not_here,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
