/* SPDX-License-Identifier: MIT
 *
 * Names of functions become sets of classes, once a function; sets are handed down the tree, so that a stack is in a class when any of its
 * functions is. A share is binomial: so many samples of all are in the class.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "advice_internal.h"
#include "span.h"

/* Globs, separated by bars, by where the function must be from. */
struct class_pattern {
    const char *anywhere, *library, *kernel;
    bool innermost; /* only a function that is not inlined, at the end of the stack */
};

static const struct class_pattern patterns[SPB_CLASS_COUNT] = {
    [SPB_CLASS_ALLOCATION] = {.anywhere = "malloc|free|cfree|calloc|realloc|reallocarray|posix_memalign|aligned_alloc|"
                                          "memalign|__libc_malloc|__libc_free|__libc_calloc|__libc_realloc|_int_malloc|"
                                          "_int_free|_int_realloc|malloc_consolidate|unlink_chunk*|sysmalloc|systrim*|"
                                          "operator new*|operator delete*|je_malloc*|je_free*|mi_malloc*|mi_free*|"
                                          "tc_malloc|tc_free|__rust_alloc*|__rust_dealloc*|__rdl_*"},
    [SPB_CLASS_COLLECTION] = {.anywhere =
                                  "runtime.mallocgc|runtime.gcBgMarkWorker*|runtime.bgsweep|runtime.gcAssistAlloc*|"
                                  "runtime.wbBufFlush*|GC_malloc*|GC_mark*|GC_collect*|gc_collect_main|"
                                  "_PyObject_GC_*"},
    [SPB_CLASS_COPYING] = {.anywhere = "memcpy|memmove|mempcpy|memset|memccpy|bcopy|bzero|strcpy|strncpy|__memcpy*|"
                                       "__memmove*|__mempcpy*|__memset*|__strcpy*|__strncpy*|__stpcpy*|"
                                       "runtime.memmove|runtime.memclr*"},
    [SPB_CLASS_LOCKING] = {.anywhere =
                               "pthread_mutex_*lock|___pthread_mutex_*lock|__pthread_mutex_*lock*|pthread_rwlock_*|"
                               "___pthread_rwlock_*|__pthread_rwlock_*|pthread_spin_lock|__lll_lock_*|"
                               "__lll_mutex_*|pthread_cond_*|___pthread_cond_*|__futex_*|sem_wait*|"
                               "std::mutex::lock*|*parking_lot*lock_slow*|std::sys::*::futex::*lock*|"
                               "runtime.lock2|runtime.futex*|sync.(\\*Mutex).lockSlow",
                           .kernel = "futex_*|do_futex|__do_sys_futex|__x64_sys_futex|__arm64_sys_futex"},
    [SPB_CLASS_PAGE_FAULTS] = {.kernel = "asm_exc_page_fault|exc_page_fault|do_user_addr_fault|handle_mm_fault|"
                                         "page_fault|do_page_fault|el0_da|do_mem_abort"},
    [SPB_CLASS_TRANSFER] = {.library = "read|write|pread64|pwrite64|readv|writev|send|recv|sendto|recvfrom|sendmsg|"
                                       "recvmsg|__libc_read|__libc_write|__libc_send|__libc_recv|"
                                       "__GI___libc_read|__GI___libc_write",
                            .kernel = "*_sys_read|*_sys_write|*_sys_pread64|*_sys_pwrite64|*_sys_readv|*_sys_writev|"
                                      "*_sys_sendto|*_sys_recvfrom|*_sys_sendmsg|*_sys_recvmsg|ksys_read|ksys_write"},
    [SPB_CLASS_MAPPING] = {.library =
                               "mmap|mmap64|__mmap|__mmap64|munmap|__munmap|brk|__brk|sbrk|__sbrk|mremap|madvise|"
                               "__madvise|mprotect|__mprotect",
                           .kernel = "*_sys_mmap|*_sys_munmap|*_sys_brk|*_sys_mremap|*_sys_madvise|*_sys_mprotect|"
                                     "ksys_mmap_pgoff|__vm_munmap"},
    [SPB_CLASS_PROCESSES] = {.library = "fork|__libc_fork|vfork|__vfork|execve|posix_spawn|__clone|__clone3|clone|"
                                        "pthread_create|__pthread_create*",
                             .kernel = "*_sys_fork|*_sys_vfork|*_sys_clone|*_sys_clone3|*_sys_execve|*_sys_exit_group|"
                                       "kernel_clone|do_exit|bprm_execve"},
    [SPB_CLASS_FILES] = {.library =
                             "open|open64|openat|openat64|__open*|stat|fstat|lstat|stat64|fstat64|fstatat64|access|"
                             "faccessat|unlink|rename|opendir|readdir|readdir64|close|__close",
                         .kernel =
                             "*_sys_open|*_sys_openat|*_sys_openat2|*_sys_newfstat|*_sys_newfstatat|*_sys_newstat|"
                             "*_sys_statx|*_sys_access|*_sys_faccessat*|*_sys_unlink*|*_sys_rename*|*_sys_close|"
                             "*_sys_getdents*"},
    [SPB_CLASS_WAITING] = {.library =
                               "poll|__poll|ppoll|select|pselect|epoll_wait|epoll_pwait|sched_yield|__sched_yield",
                           .kernel = "*_sys_poll|*_sys_ppoll|*_sys_select|*_sys_pselect6|*_sys_epoll_wait|"
                                     "*_sys_epoll_pwait|*_sys_sched_yield"},
    [SPB_CLASS_SLEEPING] = {.library =
                                "usleep|nanosleep|__nanosleep|clock_nanosleep*|__clock_nanosleep*|sleep|thrd_sleep",
                            .kernel = "*_sys_nanosleep|*_sys_clock_nanosleep|hrtimer_nanosleep"},
    /* -O1 leaves none of these as a function: each is a load, an address or nothing. */
    [SPB_CLASS_TINY] = {.anywhere =
                            "std::forward<*|std::move<*|*std::forward<*>(*|*std::move<*>(*|std::__addressof<*|"
                            "std::__niter_base<*|__gnu_cxx::__normal_iterator<*|*__gnu_cxx::__normal_iterator<*|"
                            "std::vector<*>::operator[[][]](*|std::vector<*>::size() const|"
                            "std::vector<*>::begin()|std::vector<*>::end()|std::array<*>::operator[[][]](*|"
                            "std::__array_traits<*|std::__get_helper<*|std::get<*|"
                            "std::unique_ptr<*>::operator*|std::unique_ptr<*>::get() const|"
                            "<* as core::iter::range::Step>::forward_unchecked*|"
                            "core::iter::range::*::next|core::num::<impl *>::wrapping_*|core::ptr::*::add|"
                            "core::cmp::impls::*",
                        .innermost = true},
};

static bool matches(const char *globs, const char *name)
{
    struct spb_span rest = {globs, globs ? strlen(globs) : 0}, part;
    char glob[128];
    while (rest.length) {
        if (!spb_span_take_until(&rest, '|', &part)) {
            part = rest;
            rest.length = 0;
        }
        spb_span_copy(part, glob, sizeof glob);
        if (fnmatch(glob, name, 0) == 0)
            return true;
    }
    return false;
}

static unsigned classes_of(const struct spb_profile *profile, uint32_t function)
{
    const char *name = spb_profile_text(profile, profile->functions[function].name);
    bool kernel = spb_profile_is_kernel(profile, function), library = spb_profile_is_library(profile, function);
    unsigned set = 0;
    for (unsigned i = 0; i < SPB_CLASS_COUNT; i++)
        if ((!kernel && matches(patterns[i].anywhere, name)) || (library && matches(patterns[i].library, name)) ||
            (kernel && matches(patterns[i].kernel, name)))
            set |= 1u << i;
    return set;
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

struct counting {
    const struct spb_profile *profile;
    unsigned *of_function, *of_node; /* sets of classes */
    double *of_functions;            /* values, by function: of one class at a time */
    double *of_callers;
    unsigned waits, waiting; /* numbers of values; type_count: not measured */
};

static uint32_t function_of(const struct spb_profile *profile, uint32_t node)
{
    return profile->frames[profile->nodes[node].frame].function;
}

static void find_classes(struct counting *counting)
{
    const struct spb_profile *profile = counting->profile;
    unsigned innermost = 0;
    for (unsigned i = 0; i < SPB_CLASS_COUNT; i++)
        innermost |= patterns[i].innermost ? 1u << i : 0;
    for (uint32_t i = 0; i < profile->function_count; i++)
        counting->of_function[i] = classes_of(profile, i);
    for (uint32_t i = 1; i < profile->node_count; i++) {
        unsigned own = counting->of_function[function_of(profile, i)];
        if (profile->frames[profile->nodes[i].frame].inlined)
            own &= ~innermost;
        counting->of_node[i] = own | (counting->of_node[profile->nodes[i].parent] & ~innermost);
    }
}

/* The innermost function of the class, and the nearest function of the program above the outermost one. */
static void blame(const struct counting *counting, uint32_t node, unsigned class, double value)
{
    const struct spb_profile *profile = counting->profile;
    uint32_t function = SPB_PROFILE_NONE, caller = SPB_PROFILE_NONE;
    for (; node != SPB_PROFILE_ROOT; node = profile->nodes[node].parent) {
        uint32_t at = function_of(profile, node);
        if (counting->of_function[at] & 1u << class) {
            function = function == SPB_PROFILE_NONE ? at : function;
            caller = SPB_PROFILE_NONE;
        } else if (function != SPB_PROFILE_NONE && caller == SPB_PROFILE_NONE && !spb_profile_is_library(profile, at) &&
                   !spb_profile_is_kernel(profile, at) && !spb_profile_is_unnamed(profile, at) &&
                   strncmp(spb_profile_text(profile, profile->functions[at].name), "runtime.", 8) != 0) {
            caller = at;
        }
    }
    if (function != SPB_PROFILE_NONE)
        counting->of_functions[function] += value;
    if (caller != SPB_PROFILE_NONE)
        counting->of_callers[caller] += value;
}

static uint32_t largest(double *values, uint32_t count, double sum, double *share)
{
    uint32_t found = SPB_PROFILE_NONE;
    for (uint32_t i = 0; i < count; i++)
        if (values[i] > 0 && (found == SPB_PROFILE_NONE || values[i] > values[found]))
            found = i;
    *share = found == SPB_PROFILE_NONE || sum <= 0 ? 0 : values[found] / sum;
    return found;
}

static void count_class(struct counting *counting, unsigned class, struct spb_advice_evidence *evidence)
{
    const struct spb_profile *profile = counting->profile;
    struct spb_class_evidence *of = &evidence->classes[class];
    double sum = 0;
    memset(counting->of_functions, 0, (profile->function_count + 1u) * sizeof(double));
    memset(counting->of_callers, 0, (profile->function_count + 1u) * sizeof(double));
    for (size_t i = 0; i < profile->sample_count; i++) {
        const struct spb_profile_sample *sample = &profile->samples[i];
        double value = (double)sample->values[evidence->filter.type];
        if (!(counting->of_node[sample->node] & 1u << class))
            continue;
        sum += value;
        blame(counting, sample->node, class, value);
        of->waits += evidence->has_waits ? (double)sample->values[counting->waits] : 0;
        of->waiting_ns += evidence->has_waits ? (double)sample->values[counting->waiting] : 0;
    }
    of->share = evidence->quality.sum > 0 ? sum / evidence->quality.sum : 0;
    of->error = spb_profile_share_error(of->share, evidence->quality.samples);
    of->function = largest(counting->of_functions, profile->function_count, evidence->quality.sum, &of->function_share);
    of->caller = largest(counting->of_callers, profile->function_count, evidence->quality.sum, &of->caller_share);
}

static int count_classes(struct counting *counting, struct spb_advice_evidence *evidence)
{
    const struct spb_profile *profile = counting->profile;
    counting->of_function = calloc(profile->function_count + 1u, sizeof(unsigned));
    counting->of_node = calloc(profile->node_count + 1u, sizeof(unsigned));
    counting->of_functions = calloc(profile->function_count + 1u, sizeof(double));
    counting->of_callers = calloc(profile->function_count + 1u, sizeof(double));
    int code =
        counting->of_function && counting->of_node && counting->of_functions && counting->of_callers ? 0 : -ENOMEM;
    if (code == 0)
        find_classes(counting);
    for (unsigned i = 0; code == 0 && i < SPB_CLASS_COUNT; i++)
        count_class(counting, i, evidence);
    free(counting->of_function);
    free(counting->of_node);
    free(counting->of_functions);
    free(counting->of_callers);
    return code;
}

int spb_advice_gather(const struct spb_profile *profile, struct spb_advice_evidence *evidence)
{
    struct counting counting = {.profile = profile};
    *evidence = (struct spb_advice_evidence){.profile = profile, .filter = {.type = profile->default_type}};
    evidence->has_waits = spb_profile_find_value(profile, "off-cpu-waits", &counting.waits, NULL) == 0 &&
                          spb_profile_find_value(profile, "off-cpu", &counting.waiting, NULL) == 0;
    int code = spb_profile_quality(profile, &evidence->filter, &evidence->quality, NULL);
    return code ? code : count_classes(&counting, evidence);
}
