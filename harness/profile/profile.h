/* SPDX-License-Identifier: MIT
 *
 * A profile: a weighted call tree with named values, the one structure of all profilers. Its file is pprof (pprof_file.h).
 *
 *     struct spb_profile *profile;
 *     spb_profile_create(&profile);
 *     spb_profile_add_value_type(profile, "samples", "count");
 *     spb_profile_add_value_type(profile, "cpu", "nanoseconds");
 *     uint32_t main_frame = spb_profile_frame(profile, &(struct spb_profile_frame){.function = f, .line = 12});
 *     uint32_t node = spb_profile_child(profile, SPB_PROFILE_ROOT, main_frame);
 *     spb_profile_add(profile, node, thread, (const int64_t[]){1, 10000000});
 *
 * All is interned: equal strings, functions, frames and children of a node have one number, so that a sample costs a few look-ups and
 * a profile of hours is as large as its distinct stacks. Numbers are indices into the arrays below and stay what they are. When memory runs
 * out `failed` is set and what comes is dropped; looked at once, at the end.
 */
#ifndef SPB_PROFILE_H
#define SPB_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPB_PROFILE_VALUES_MAX 8
#define SPB_PROFILE_ROOT       0u /* the node that has no frame */
#define SPB_PROFILE_NONE       UINT32_MAX

struct spb_profile_value_type {
    uint32_t name; /* strings here and below are numbers of strings; 0 is "" */
    uint32_t unit; /* "count", "nanoseconds", "bytes": pprof's words */
};

/* A file that code came from: a program, a library, "[kernel]", "[jit]". */
struct spb_profile_module {
    uint32_t path;
    uint32_t build_id;                  /* hex, or "" */
    uint64_t start, limit, file_offset; /* as mapped; 0 where not known */
    bool has_functions, has_lines, has_inlines;
};

struct spb_profile_function {
    uint32_t name;         /* for people: demangled; "" never: what is not known has a name as [libc.so.6+0x1234] */
    uint32_t linkage_name; /* as in the symbol table */
    uint32_t file;         /* source file, or "" */
    uint32_t first_line;   /* 0: not known */
    uint32_t module;       /* or SPB_PROFILE_NONE */
};

/* A place in a function. Inlined functions are frames of their own: the caller is the parent in the tree, and shares the address. */
struct spb_profile_frame {
    uint32_t function;
    uint32_t line;    /* 0: not known */
    uint64_t address; /* in the module's own terms (as in its ELF file); 0: not known */
    bool inlined;     /* into its parent */
};

struct spb_profile_node {
    uint32_t parent; /* the caller; of a smaller number. SPB_PROFILE_NONE for the root */
    uint32_t frame;  /* SPB_PROFILE_NONE for the root */
    uint32_t depth;  /* root 0 */
};

struct spb_profile_thread {
    int32_t pid, tid;
    uint32_t name;    /* of the thread */
    uint32_t process; /* name of the program */
};

/* Values of one stack in one thread; samples are unique in (node, thread). */
struct spb_profile_sample {
    uint32_t node;
    uint32_t thread; /* or SPB_PROFILE_NONE */
    int64_t values[SPB_PROFILE_VALUES_MAX];
};

/* A series over time, for "CPU usage over time" and growth: value of equal steps. */
struct spb_profile_timeline {
    uint32_t name; /* "cpu", "live-bytes"; with a thread's number where it belongs to one */
    uint32_t thread;
    uint64_t step_ns;
    int64_t *values;
    size_t count;
};

/* A number that says how far the profile may be trusted, or under what conditions it was made: "samples-lost" 0, "truncated-stacks" 12, "overhead" 0.8 %. Kept in the file. */
struct spb_profile_fact {
    uint32_t name;
    uint32_t text; /* a text, or "" and ... */
    double value;  /* ... a number ... */
    uint32_t unit; /* ... in this unit */
};

struct spb_profile {
    bool failed;
    struct spb_profile_value_type types[SPB_PROFILE_VALUES_MAX];
    unsigned type_count;
    unsigned default_type;
    int64_t time_ns; /* begin, UTC since 1970 */
    uint64_t duration_ns;
    int64_t period; /* of period_type: a sample each so many */
    struct spb_profile_value_type period_type;

    char **strings;
    uint32_t string_count;
    struct spb_profile_module *modules;
    uint32_t module_count;
    struct spb_profile_function *functions;
    uint32_t function_count;
    struct spb_profile_frame *frames;
    uint32_t frame_count;
    struct spb_profile_node *nodes;
    uint32_t node_count;
    struct spb_profile_thread *threads;
    uint32_t thread_count;
    struct spb_profile_sample *samples;
    size_t sample_count;
    struct spb_profile_timeline *timelines;
    size_t timeline_count;
    struct spb_profile_fact *facts;
    size_t fact_count;

    struct spb_profile_index *index; /* hash tables of the above; private */
};

int spb_profile_create(struct spb_profile **profile);
void spb_profile_destroy(struct spb_profile *profile);

/* The number of each; the same for equal ones. SPB_PROFILE_NONE when memory ran out (every function takes that as a number and drops what hangs on it). */
uint32_t spb_profile_string(struct spb_profile *profile, const char *text);
uint32_t spb_profile_string_bytes(struct spb_profile *profile, const char *text, size_t length);
uint32_t spb_profile_add_value_type(struct spb_profile *profile, const char *name, const char *unit);
uint32_t spb_profile_module(struct spb_profile *profile, const struct spb_profile_module *module);
uint32_t spb_profile_function(struct spb_profile *profile, const struct spb_profile_function *function);
uint32_t spb_profile_frame(struct spb_profile *profile, const struct spb_profile_frame *frame);
uint32_t spb_profile_thread(struct spb_profile *profile, const struct spb_profile_thread *thread);
uint32_t spb_profile_child(struct spb_profile *profile, uint32_t parent, uint32_t frame);
/* Adds to the sample of this node and thread; `values` holds type_count numbers. */
void spb_profile_add(struct spb_profile *profile, uint32_t node, uint32_t thread, const int64_t *values);
/* The timeline of that name and thread, made when it is not there; grows to hold `index`. NULL when memory ran out. */
int64_t *spb_profile_timeline_at(struct spb_profile *profile, const char *name, uint32_t thread, uint64_t step_ns,
                                 size_t index);
void spb_profile_set_fact(struct spb_profile *profile, const char *name, double value, const char *unit);
void spb_profile_set_fact_text(struct spb_profile *profile, const char *name, const char *text);
const struct spb_profile_fact *spb_profile_find_fact(const struct spb_profile *profile, const char *name); /* or NULL */

const char *spb_profile_text(const struct spb_profile *profile, uint32_t string);

#endif
