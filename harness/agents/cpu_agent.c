/* SPDX-License-Identifier: MIT
 *
 * Samples a program from inside: each thread has a timer of its own CPU time, whose signal interrupts that thread. The main thread is found by the constructor, others by
 * pthread_create and thrd_create; what clone makes directly has no timer. A child of fork gets new ones; a program that is started by exec
 * has the agent again by its environment.
 *
 * The kernel looks at CPU timers at its ticks only (tick_ns, 4 ms at 250 Hz), so that a sample comes when a tick finds the thread running and its period over; the
 * periods that have passed in the meantime are its overrun, and the sample stands for all of them. A thread's first sample would stand
 * for the time since its begin, half a tick or half a period too little on average, and short-lived threads would be missing most of their time. So
 * the timer begins at a random point of the first period, half a tick early, and the first sample stands for a whole period or tick,
 * whichever is longer: a thread that lives for a third of that is then seen every third time, and the sum is right.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "code_map.h"
#include "frame_walk.h"
#include "own_signal.h"

#define STARTS_MAX 1024 /* threads that have been created and do not run yet */

struct thread {
    struct spb_stack_end stack_end;
    uint64_t sample_count;
    int timer;
    bool has_timer;
};

/* What a new thread has to do. */
struct start {
    uint32_t is_taken;
    void *(*function)(void *);
    int (*c11_function)(void *);
    void *argument;
};

static struct spb_wire_header *wire; /* NULL: nothing is profiled */
static int own_signal;
static pthread_key_t exit_key;
static uint32_t is_announced; /* this process, to the profiler */
static struct start starts[STARTS_MAX];
SPB_AGENT_THREAD_LOCAL struct thread self;
static const char mark; /* its address tells our timers from the program's */

extern void *__libc_stack_end; // NOLINT: the loader's name

/* ---- records ---------------------------------------------------------------------------------------------------- */

static void send_name(uint16_t kind)
{
    struct spb_agent_record record;
    struct spb_wire_name name = {{0}};
    syscall(SYS_prctl, PR_GET_NAME, name.text, 0, 0, 0);
    if (!spb_agent_record_open(&record, kind))
        return;
    spb_agent_record_put(&record, &name, sizeof name);
    spb_agent_record_close(&record, 0);
}

static void send_exit(void)
{
    struct spb_agent_record record;
    if (spb_agent_record_open(&record, SPB_WIRE_EXIT))
        spb_agent_record_close(&record, 0);
}

static void send_sample(const struct spb_interrupted *at, uint64_t cpu_ns)
{
    struct spb_agent_record record;
    bool truncated = false, copies = wire->call_graph == SPB_WIRE_COPIED_STACK;
    if (!spb_agent_record_open(&record, copies ? SPB_WIRE_STACK : SPB_WIRE_SAMPLE))
        return;
    uint64_t count = 1;
    spb_agent_record_put_u64(&record, cpu_ns);
    spb_agent_record_put_u64(&record, 0);
    if (copies)
        count = spb_stack_copy(at, &self.stack_end, wire->stack_bytes, &record);
    else if (wire->call_graph == SPB_WIRE_FRAME_POINTERS)
        count = spb_frame_walk(at, &self.stack_end, &record, &truncated);
    else
        spb_agent_record_put_u64(&record, at->instruction);
    spb_agent_record_set_u64(&record, sizeof(uint64_t), count);
    spb_agent_record_close(
        &record, (uint16_t)((truncated ? SPB_WIRE_TRUNCATED : 0) | (at->in_system_call ? SPB_WIRE_KERNEL : 0)));
}

/* ---- timers ----------------------------------------------------------------------------------------------------- */

/* A number below `bound`, another one in each thread and at each time. */
static uint64_t random_below(uint64_t bound)
{
    uint64_t x = spb_agent_now_ns() ^ (uint64_t)spb_agent_tid() << 32;
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9); /* SplitMix64's finish */
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % bound;
}

static struct timespec time_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
}

static void start_timer(void)
{
    uint64_t first_ns = random_below(wire->period_ns), half_tick_ns = wire->tick_ns / 2;
    struct itimerspec when = {.it_interval = time_of(wire->period_ns),
                              .it_value = time_of(first_ns > half_tick_ns ? first_ns - half_tick_ns : 1)};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = own_signal};
    event.sigev_value.sival_ptr = (void *)(uintptr_t)&mark;
    event._sigev_un._tid = spb_agent_tid();
    self.sample_count = 0;
    self.has_timer = syscall(SYS_timer_create, CLOCK_THREAD_CPUTIME_ID, &event, &self.timer) == 0;
    if (self.has_timer && syscall(SYS_timer_settime, self.timer, 0, &when, NULL) == 0)
        spb_own_signal_unblock();
    else
        __atomic_fetch_add(&wire->unsampled_threads, 1, __ATOMIC_RELAXED);
}

static void stop_timer(void)
{
    if (self.has_timer)
        syscall(SYS_timer_delete, self.timer);
    self.has_timer = false;
}

static uint64_t cpu_ns_of_sample(int overrun)
{
    uint64_t period_ns = wire->period_ns;
    if (self.sample_count == 0)
        return period_ns > wire->tick_ns ? period_ns : wire->tick_ns;
    return (1 + (uint64_t)(overrun > 0 ? overrun : 0)) * period_ns;
}

static void take_sample(int overrun, const ucontext_t *context)
{
    struct spb_interrupted at;
    uint32_t no = 0;
    if (!self.has_timer)
        return;
    if (__atomic_load_n(&wire->stopped, __ATOMIC_RELAXED)) {
        stop_timer();
        return;
    }
    uint64_t cpu_ns = cpu_ns_of_sample(overrun), number = ++self.sample_count;
    if (__atomic_compare_exchange_n(&is_announced, &no, 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        send_name(SPB_WIRE_START);
    /* It may change: looked at more and more seldom. */
    if ((number & (number - 1)) == 0)
        send_name(SPB_WIRE_NAME);
    spb_interrupted_read(context, &at);
    spb_code_map_refresh(at.instruction, spb_agent_now_ns());
    send_sample(&at, cpu_ns);
}

static void on_signal(int signal_number, siginfo_t *info, void *context)
{
    int saved = errno;
    if (info->si_code == SI_TIMER && info->si_value.sival_ptr == &mark)
        take_sample(info->si_overrun, context);
    else
        spb_own_signal_forward(signal_number, info, context);
    errno = saved;
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

/* The library's destructor of a thread's value: also after pthread_exit and cancellation. */
static void on_thread_exit(void *unused)
{
    (void)unused;
    bool was_seen = self.sample_count > 0;
    stop_timer(); /* no handler of ours in this thread from here on */
    if (was_seen) {
        send_name(SPB_WIRE_NAME);
        send_exit();
    }
}

static void begin_thread(uintptr_t own_frame)
{
    self.stack_end = (struct spb_stack_end){own_frame, own_frame + 2 * sizeof(uintptr_t)};
    start_timer();
    pthread_setspecific(exit_key, &wire);
}

static struct start take_start(void *context)
{
    struct start *start = context, copy = *start;
    __atomic_store_n(&start->is_taken, 0, __ATOMIC_RELEASE);
    return copy;
}

/* Both have a frame of their own, which is where a walk ends. */
static void *run_thread(void *context)
{
    struct start start = take_start(context);
    begin_thread((uintptr_t)__builtin_frame_address(0));
    return start.function(start.argument);
}

static int run_c11_thread(void *context)
{
    struct start start = take_start(context);
    begin_thread((uintptr_t)__builtin_frame_address(0));
    return start.c11_function(start.argument);
}

/* NULL: too many have not begun yet; the new one does without a timer. */
static struct start *find_start(void)
{
    uint32_t first = (uint32_t)spb_agent_tid();
    for (uint32_t i = 0; wire && i < STARTS_MAX; i++) {
        struct start *start = &starts[(first + i) % STARTS_MAX];
        uint32_t no = 0;
        if (__atomic_compare_exchange_n(&start->is_taken, &no, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            return start;
    }
    if (wire)
        __atomic_fetch_add(&wire->unsampled_threads, 1, __ATOMIC_RELAXED);
    return NULL;
}

SPB_AGENT_EXPORT int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                                    void *argument)
{
    SPB_AGENT_NEXT(pthread_create);
    struct start *start = find_start();
    if (!start)
        return next(thread, attributes, function, argument);
    start->function = function;
    start->argument = argument;
    int code = next(thread, attributes, run_thread, start);
    if (code)
        take_start(start);
    return code;
}

SPB_AGENT_EXPORT int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    SPB_AGENT_NEXT(thrd_create);
    struct start *start = find_start();
    if (!start)
        return next(thread, function, argument);
    start->c11_function = function;
    start->argument = argument;
    int code = next(thread, run_c11_thread, start);
    if (code != thrd_success)
        take_start(start);
    return code;
}

/* Other code may be loaded there from now on. */
SPB_AGENT_EXPORT int dlclose(void *handle)
{
    SPB_AGENT_NEXT(dlclose);
    int code = next(handle);
    spb_code_map_forget();
    return code;
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

/* Timers are not inherited. */
static void on_fork_in_child(void)
{
    spb_agent_forked();
    spb_code_map_forked();
    is_announced = 0;
    start_timer();
}

__attribute__((constructor)) static void begin(void)
{
    if (!spb_agent_attach() || spb_agent_wire()->stopped)
        return;
    own_signal = spb_own_signal_take(on_signal);
    if (!own_signal || pthread_key_create(&exit_key, on_thread_exit) || pthread_atfork(NULL, NULL, on_fork_in_child))
        return;
    wire = spb_agent_wire();
    __atomic_fetch_add(&wire->images, 1, __ATOMIC_RELAXED);
    self.stack_end.address = (uintptr_t)__libc_stack_end;
    start_timer();
    pthread_setspecific(exit_key, &wire);
}
