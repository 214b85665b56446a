/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEY_NO_COLOR = 0x10000 };

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
    struct spb_common *common = state->input;
    (void)argument;
    if (key != KEY_NO_COLOR)
        return ARGP_ERR_UNKNOWN;
    common->no_color = true;
    return 0;
}

static const struct argp_option common_options[] = {
    {"no-color", KEY_NO_COLOR, NULL, 0, "No colours (as with NO_COLOR in the environment)", 90},
    {0},
};

const struct argp spb_common_argp = {.options = common_options, .parser = parse_common};

void spb_parse_options(const struct argp *argp, int argc, char **argv, void *input)
{
    argp_err_exit_status = SPB_EXIT_USAGE;
    if (argp_parse(argp, argc, argv, 0, NULL, input) != 0)
        exit(SPB_EXIT_USAGE);
}

bool spb_color_wanted(const struct spb_common *common, FILE *stream)
{
    const char *none = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return !common->no_color && !(none && *none) && isatty(fileno(stream)) && !(term && strcmp(term, "dumb") == 0);
}

size_t spb_terminal_width(FILE *stream)
{
    struct winsize size;
    if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &size) < 0)
        return 0;
    return size.ws_col;
}

enum spb_format spb_parse_format(struct argp_state *state, const char *text, unsigned allowed)
{
    static const char *const names[] = {"table", "json", "csv", "markdown"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if ((allowed & 1u << i) && strcmp(text, names[i]) == 0)
            return (enum spb_format)i;
    struct spb_strbuf known = {0};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (allowed & 1u << i)
            spb_strbuf_printf(&known, "%s%s", known.length ? ", " : "", names[i]);
    argp_error(state, "--format=%s: the formats are %s", text, spb_strbuf_text(&known));
    spb_strbuf_release(&known);
    return SPB_FORMAT_TABLE;
}

int spb_exit_code(int code)
{
    switch (-code) {
    case 0:
        return SPB_EXIT_OK;
    case EINVAL:
    case ERANGE:
    case ENOENT:
    case EACCES:
    case EPERM:
    case EROFS:
    case EEXIST:
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EBADMSG:
        return SPB_EXIT_USAGE;
    case EXDEV:
        return SPB_EXIT_NOT_COMPARABLE;
    case ECANCELED:
        return SPB_EXIT_INTERRUPTED;
    default:
        return SPB_EXIT_NOT_POSSIBLE;
    }
}

int spb_complain(int code, const struct spb_error *err)
{
    fprintf(stderr, "spbench: %s\n", err->text);
    return spb_exit_code(code);
}

void spb_print(const struct spb_strbuf *text)
{
    if (text->failed) {
        fprintf(stderr, "spbench: out of memory\n");
        exit(SPB_EXIT_NOT_POSSIBLE);
    }
    fwrite(spb_strbuf_text(text), 1, text->length, stdout);
}
