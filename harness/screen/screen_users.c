/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "screen_processes.h"

#define NAME_SIZE 32

struct user {
    uid_t id;
    char name[NAME_SIZE];
};

struct spb_user_names {
    struct user *users;
    size_t count, capacity;
    char number[NAME_SIZE]; /* where memory ran out */
};

int spb_user_names_create(struct spb_user_names **names)
{
    *names = calloc(1, sizeof(**names));
    return *names ? 0 : -ENOMEM;
}

void spb_user_names_destroy(struct spb_user_names *names)
{
    if (names)
        free(names->users);
    free(names);
}

static struct user *add(struct spb_user_names *names)
{
    if (names->count == names->capacity) {
        size_t larger = names->capacity ? names->capacity * 2 : 16;
        struct user *users = reallocarray(names->users, larger, sizeof(*users));
        if (!users)
            return NULL;
        names->users = users;
        names->capacity = larger;
    }
    return &names->users[names->count++];
}

const char *spb_user_name(struct spb_user_names *names, uid_t user)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->users[i].id == user)
            return names->users[i].name;
    struct user *added = add(names);
    char *name = added ? added->name : names->number, text[4096];
    struct passwd entry, *found = NULL;
    if (added)
        added->id = user;
    if (added && getpwuid_r(user, &entry, text, sizeof(text), &found) == 0 && found)
        snprintf(name, NAME_SIZE, "%s", found->pw_name);
    else
        snprintf(name, NAME_SIZE, "%u", (unsigned)user);
    return name;
}
