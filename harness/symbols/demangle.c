/* SPDX-License-Identifier: MIT
 *
 * C++ is left to the C++ library's own function, which is loaded when the first such name comes: where there are C++ programs it is
 * there. Old Rust names are C++ names with a hash at their end (_ZN4core3fmt5write17h0123456789abcdefE) and escapes like $LT$; new ones (_R...) are in
 * rust_name.c.
 */
#include "demangle.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rust_name.h"

#define CPP_LENGTH_MAX 32768

struct spb_demangler {
    bool is_loaded;
    void *library;
    char *(*demangle)(const char *mangled, char *buffer, size_t *length, int *status);
};

int spb_demangler_create(struct spb_demangler **demangler)
{
    *demangler = calloc(1, sizeof **demangler);
    return *demangler ? 0 : -ENOMEM;
}

void spb_demangler_destroy(struct spb_demangler *demangler)
{
    if (!demangler)
        return;
    if (demangler->library)
        dlclose(demangler->library);
    free(demangler);
}

static void load(struct spb_demangler *demangler)
{
    demangler->is_loaded = true;
    demangler->library = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL);
    if (!demangler->library)
        return;
    void *symbol = dlsym(demangler->library, "__cxa_demangle");
    memcpy(&demangler->demangle, &symbol, sizeof symbol); /* ISO C knows no cast from void * to a function */
}

/* ---- old Rust --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *escape, *text;
} escapes[] = {{"$SP$", "@"}, {"$BP$", "*"}, {"$RF$", "&"}, {"$LT$", "<"},
               {"$GT$", ">"}, {"$LP$", "("}, {"$RP$", ")"}, {"$C$", ","}};

/* "::h" and 16 lower-case hex digits at the end. */
static bool has_rust_hash(const char *name, size_t length)
{
    if (length < 19 || strncmp(name + length - 19, "::h", 3) != 0)
        return false;
    for (size_t i = length - 16; i < length; i++)
        if (!isxdigit((unsigned char)name[i]) || isupper((unsigned char)name[i]))
            return false;
    return true;
}

/* $u7b$ */
static size_t unicode_escape(const char *at, struct spb_strbuf *out)
{
    char *end;
    if (strncmp(at, "$u", 2) != 0 || !isxdigit((unsigned char)at[2]))
        return 0;
    unsigned long code = strtoul(at + 2, &end, 16);
    if (*end != '$' || code < 0x20 || code > 0x7e)
        return 0;
    spb_strbuf_append_char(out, (char)code);
    return (size_t)(end + 1 - at);
}

static size_t known_escape(const char *at, struct spb_strbuf *out)
{
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (strncmp(at, escapes[i].escape, strlen(escapes[i].escape)) == 0) {
            spb_strbuf_append(out, escapes[i].text);
            return strlen(escapes[i].escape);
        }
    return unicode_escape(at, out);
}

static void append_old_rust(const char *name, size_t length, struct spb_strbuf *out)
{
    const char *end = name + length;
    for (const char *at = name; at < end;) {
        size_t taken = *at == '$' ? known_escape(at, out) : 0;
        bool begins = at == name || at[-1] == ':';
        if (taken) {
            at += taken;
        } else if (begins && *at == '_' && at[1] == '$') {
            at++; /* an underscore that keeps an identifier from beginning with an escape */
        } else if (*at == '.' && at[1] == '.') {
            spb_strbuf_append(out, "::");
            at += 2;
        } else {
            spb_strbuf_append_char(out, *at++);
        }
    }
}

/* ---- interface -------------------------------------------------------------------------------------------------- */

static bool append_cpp(struct spb_demangler *demangler, const char *mangled, struct spb_strbuf *out)
{
    int status = -1;
    if (strlen(mangled) > CPP_LENGTH_MAX)
        return false;
    if (!demangler->is_loaded)
        load(demangler);
    char *name = demangler->demangle ? demangler->demangle(mangled, NULL, NULL, &status) : NULL;
    if (!name || status != 0) {
        free(name);
        return false;
    }
    size_t length = strlen(name);
    if (has_rust_hash(name, length))
        append_old_rust(name, length - 19, out);
    else
        spb_strbuf_append(out, name);
    free(name);
    return true;
}

void spb_demangle(struct spb_demangler *demangler, const char *mangled, struct spb_strbuf *out)
{
    if (strncmp(mangled, "_R", 2) == 0 && spb_rust_name(mangled, out))
        return;
    if (strncmp(mangled, "_Z", 2) == 0 && append_cpp(demangler, mangled, out))
        return;
    spb_strbuf_append(out, mangled);
}
