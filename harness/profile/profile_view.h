/* SPDX-License-Identifier: MIT
 *
 * What is asked of a profile: hot functions, hot lines, the tree, what each thread did, the difference of two. Pure: a profile in, finished numbers out; report
 * shows them.
 */
#ifndef SPB_PROFILE_VIEW_H
#define SPB_PROFILE_VIEW_H

#include "error.h"
#include "profile.h"

/* Which samples and which value. */
struct spb_profile_filter {
    unsigned type; /* index of the value type */
    const char
        *focus; /* regular expression (POSIX extended): stacks with a function whose name it matches; NULL: all */
    const char *thread; /* glob over the names of threads; NULL: all */
    int32_t pid;        /* 0: all */
};

enum spb_profile_by { SPB_BY_FUNCTION, SPB_BY_LINE, SPB_BY_MODULE, SPB_BY_THREAD, SPB_BY_PROCESS };

struct spb_profile_entry {
    uint32_t key;      /* number of a function, a frame (its function and line), a module, a thread */
    char *name;        /* "malloc", "sort.c:120 quicksort", "libc.so.6", "worker-3 (1234)" */
    int64_t self;      /* in it alone */
    int64_t total;     /* in it and below; a recursive one counts once a stack */
    int64_t samples;   /* that self rests on; for the sampling error */
    double self_error; /* standard error of self, from sampling: see README.md of this room */
};

struct spb_profile_top {
    struct spb_profile_entry *entries; /* by self, largest first; ties by name */
    size_t count;
    int64_t sum; /* of all samples that passed the filter */
    int64_t sample_count;
};

/* -EINVAL: a regular expression that is none. */
int spb_profile_top(const struct spb_profile *profile, const struct spb_profile_filter *filter, enum spb_profile_by by,
                    struct spb_profile_top *top, struct spb_error *err);
void spb_profile_top_release(struct spb_profile_top *top);

/* The call tree as people see it: nodes merged by function (not by address), children by total, largest first. */
struct spb_profile_branch {
    uint32_t function; /* SPB_PROFILE_NONE: the root */
    int64_t self, total;
    size_t first_child, child_count; /* in `branches` */
};
struct spb_profile_tree {
    struct spb_profile_branch *branches; /* [0] is the root */
    size_t count;
};
int spb_profile_tree(const struct spb_profile *profile, const struct spb_profile_filter *filter,
                     struct spb_profile_tree *tree, struct spb_error *err);
void spb_profile_tree_release(struct spb_profile_tree *tree);

/* By function: shares before and after, their difference with its sampling error, z and p adjusted over all functions (Holm). */
struct spb_profile_change {
    char *name;
    double base_share, new_share; /* of self, 0 .. 1 */
    double base_total_share, new_total_share;
    double difference; /* new - base, of self */
    double error;      /* standard error of it */
    double p;
};
struct spb_profile_diff {
    struct spb_profile_change *changes; /* by size of the difference */
    size_t count;
    double base_sum, new_sum;
};
int spb_profile_diff(const struct spb_profile *base, const struct spb_profile *new_profile,
                     const struct spb_profile_filter *filter, struct spb_profile_diff *diff, struct spb_error *err);
void spb_profile_diff_release(struct spb_profile_diff *diff);

#endif
