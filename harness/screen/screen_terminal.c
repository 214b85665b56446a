/* SPDX-License-Identifier: MIT */
#include "screen_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "screen_view.h"

/* How long a lone Escape waits for the rest of a key's sequence. */
#define ESCAPE_MS 25

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGHUP};

#define CRASH_SIGNALS (sizeof(crash_signals) / sizeof(crash_signals[0]))

struct ink_look {
    attr_t attributes;
    short pair;
};

struct spb_terminal {
    SCREEN *screen;
    FILE *in, *out;
    int signal_fd;
    sigset_t mask_before;
    struct sigaction actions_before[CRASH_SIGNALS];
    bool has_action[CRASH_SIGNALS];
    char *locale_before;
    bool ascii;
    struct ink_look looks[SPB_INK_COUNT];
    struct spb_grid last; /* what the terminal shows; width 0: unknown */
    cchar_t *line;
    int line_capacity;
};

/* ---- what the terminal can do ---------------------------------------------------------------------------------- */

static const char *locale_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return value;
    }
    return NULL;
}

/* Terminals whose character set does not go beyond ASCII, or whose font does not. */
static bool is_plain_terminal(void)
{
    static const char *const plain[] = {"vt1", "vt2", "vt3", "linux", "ansi", "dumb", "sun", "cons"};
    const char *name = getenv("TERM");
    for (size_t i = 0; name && i < sizeof(plain) / sizeof(plain[0]); i++)
        if (strncmp(name, plain[i], strlen(plain[i])) == 0)
            return true;
    return false;
}

/* Only the types of characters: numbers keep their point. Where the user's locale is not installed, or none is set, C.UTF-8. */
static void set_locale(struct spb_terminal *terminal)
{
    const char *wanted = locale_of_environment(), *before = setlocale(LC_CTYPE, NULL);
    terminal->locale_before = before ? strdup(before) : NULL;
    bool is_set = setlocale(LC_CTYPE, "") != NULL && wanted;
    if (!is_set && (!wanted || strcasestr(wanted, "utf-8") || strcasestr(wanted, "utf8")))
        setlocale(LC_CTYPE, "C.UTF-8");
    terminal->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || is_plain_terminal();
}

static void set_look(struct spb_terminal *terminal, enum spb_ink ink, attr_t attributes, int color)
{
    struct ink_look *look = &terminal->looks[ink];
    look->attributes = attributes;
    if (color >= 0 && init_pair((short)(ink + 1), (short)color, -1) == OK)
        look->pair = (short)(ink + 1);
}

/* Each ink can be told without colour, or says nothing that the numbers do not. Colours of 256 are those that can be read on white and on
 * black. */
static void set_looks(struct spb_terminal *terminal, bool no_color)
{
    bool has_color = !no_color && has_colors() && start_color() == OK && use_default_colors() == OK;
    bool is_rich = has_color && COLORS >= 256;
    set_look(terminal, SPB_INK_PLAIN, A_NORMAL, -1);
    set_look(terminal, SPB_INK_DIM, is_rich ? A_NORMAL : A_DIM, is_rich ? 243 : -1);
    set_look(terminal, SPB_INK_STRONG, A_BOLD, -1);
    set_look(terminal, SPB_INK_CALM, A_NORMAL, !has_color ? -1 : is_rich ? 32 : COLOR_CYAN);
    set_look(terminal, SPB_INK_GOOD, A_NORMAL, !has_color ? -1 : is_rich ? 35 : COLOR_GREEN);
    set_look(terminal, SPB_INK_WARN, has_color ? A_NORMAL : A_BOLD, !has_color ? -1 : is_rich ? 172 : COLOR_YELLOW);
    set_look(terminal, SPB_INK_BAD, A_BOLD, !has_color ? -1 : is_rich ? 167 : COLOR_RED);
    set_look(terminal, SPB_INK_HEADER, is_rich ? A_UNDERLINE : A_DIM | A_UNDERLINE, is_rich ? 243 : -1);
    set_look(terminal, SPB_INK_CHOSEN, A_REVERSE, -1);
}

/* ---- signals --------------------------------------------------------------------------------------------------- */

/* Knows no state, since there may be none left to trust: the modes that any shell can work with, out of the other screen, cursor
 * visible. */
static void make_sane(int number)
{
    static const char leave[] = "\033[?1049l\033[?25h\033[m\033[?1l\033>\r\n";
    int before = errno;
    struct termios modes;
    if (tcgetattr(STDOUT_FILENO, &modes) == 0) {
        modes.c_iflag |= ICRNL | IXON;
        modes.c_oflag |= OPOST | ONLCR;
        modes.c_lflag |= ICANON | ECHO | ISIG | IEXTEN;
        tcsetattr(STDOUT_FILENO, TCSANOW, &modes);
        if (write(STDOUT_FILENO, leave, sizeof(leave) - 1) < 0)
            errno = before;
    }
    raise(number); /* its action is the default again */
}

static void catch_crashes(struct spb_terminal *terminal)
{
    struct sigaction action = {.sa_handler = make_sane, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    for (size_t i = 0; i < CRASH_SIGNALS; i++) {
        struct sigaction *before = &terminal->actions_before[i];
        if (sigaction(crash_signals[i], NULL, before) == 0 && before->sa_handler == SIG_DFL)
            terminal->has_action[i] = sigaction(crash_signals[i], &action, NULL) == 0;
    }
}

static int catch_signals(struct spb_terminal *terminal)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGWINCH);
    sigaddset(&signals, SIGTSTP);
    sigaddset(&signals, SIGCONT);
    sigprocmask(SIG_BLOCK, &signals, &terminal->mask_before);
    terminal->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    catch_crashes(terminal);
    return terminal->signal_fd < 0 ? -errno : 0;
}

static void release_signals(struct spb_terminal *terminal)
{
    for (size_t i = 0; i < CRASH_SIGNALS; i++)
        if (terminal->has_action[i])
            sigaction(crash_signals[i], &terminal->actions_before[i], NULL);
    if (terminal->signal_fd >= 0)
        close(terminal->signal_fd);
    sigprocmask(SIG_SETMASK, &terminal->mask_before, NULL);
}

/* ---- opening and closing --------------------------------------------------------------------------------------- */

/* Its own streams, so that those of the program stay as they are. Keys come from the terminal even when the input is something else. */
static int open_streams(struct spb_terminal *terminal)
{
    int in = isatty(STDIN_FILENO) ? dup(STDIN_FILENO) : open("/dev/tty", O_RDWR | O_CLOEXEC), out = dup(STDOUT_FILENO);
    if (in >= 0)
        terminal->in = fdopen(in, "r");
    if (out >= 0)
        terminal->out = fdopen(out, "w");
    return terminal->in && terminal->out ? 0 : -ENOTSUP;
}

static int start_ncurses(struct spb_terminal *terminal, struct spb_error *err)
{
    const char *name = getenv("TERM");
    use_env(FALSE); /* the size is the terminal's, not LINES and COLUMNS of a shell */
    use_tioctl(TRUE);
    terminal->screen = newterm(NULL, terminal->out, terminal->in);
    if (!terminal->screen)
        return spb_error_set(err, -ENOTSUP, "the terminal '%s' is not known; set TERM, or use --format table",
                             name ? name : "");
    set_term(terminal->screen);
    if (!cursor_address || !clr_eos)
        return spb_error_set(err, -ENOTSUP, "the terminal '%s' cannot move its cursor; use --format table",
                             name ? name : "");
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESCAPE_MS);
    return 0;
}

int spb_terminal_open(bool no_color, struct spb_terminal **terminal, struct spb_error *err)
{
    *terminal = NULL;
    if (!isatty(STDOUT_FILENO))
        return spb_error_set(err, -ENOTSUP, "the screen needs a terminal; --format table does not");
    struct spb_terminal *made = calloc(1, sizeof(*made));
    if (!made)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = catch_signals(made);
    set_locale(made);
    if (code == 0)
        code = open_streams(made);
    if (code)
        spb_error_system(err, code, "the terminal");
    else
        code = start_ncurses(made, err);
    if (code) {
        spb_terminal_close(made);
        return code;
    }
    set_looks(made, no_color);
    *terminal = made;
    return 0;
}

void spb_terminal_close(struct spb_terminal *terminal)
{
    if (!terminal)
        return;
    if (terminal->screen) {
        endwin();
        delscreen(terminal->screen);
    }
    if (terminal->in)
        fclose(terminal->in);
    if (terminal->out)
        fclose(terminal->out);
    release_signals(terminal);
    if (terminal->locale_before)
        setlocale(LC_CTYPE, terminal->locale_before);
    spb_grid_release(&terminal->last);
    free(terminal->locale_before);
    free(terminal->line);
    free(terminal);
}

void spb_terminal_size(const struct spb_terminal *terminal, int *width, int *height)
{
    (void)terminal;
    getmaxyx(stdscr, *height, *width);
}

bool spb_terminal_is_ascii(const struct spb_terminal *terminal)
{
    return terminal->ascii;
}

/* ---- drawing --------------------------------------------------------------------------------------------------- */

static bool same_cell(const struct spb_cell *a, const struct spb_cell *b)
{
    return a->code == b->code && a->mark == b->mark && a->ink == b->ink;
}

static int prepare(struct spb_terminal *terminal, const struct spb_grid *grid)
{
    if (grid->width > terminal->line_capacity) {
        cchar_t *line = reallocarray(terminal->line, (size_t)grid->width, sizeof(*line));
        if (!line)
            return -ENOMEM;
        terminal->line = line;
        terminal->line_capacity = grid->width;
    }
    if (grid->width == terminal->last.width && grid->height == terminal->last.height)
        return 0;
    if (spb_grid_resize(&terminal->last, grid->width, grid->height) < 0)
        return -ENOMEM;
    spb_grid_clear(&terminal->last);
    werase(stdscr);
    return 0;
}

static void put_cell(const struct spb_terminal *terminal, cchar_t *out, const struct spb_cell *cell)
{
    wchar_t text[3] = {(wchar_t)cell->code, (wchar_t)cell->mark, L'\0'};
    const struct ink_look *look = &terminal->looks[cell->ink];
    setcchar(out, text, look->attributes, look->pair, NULL);
}

/* From the first to the last cell that changed, whole characters only. */
static void show_line(struct spb_terminal *terminal, const struct spb_grid *grid, int y)
{
    const struct spb_cell *now = &grid->cells[(size_t)y * (size_t)grid->width];
    struct spb_cell *before = &terminal->last.cells[(size_t)y * (size_t)grid->width];
    int first = 0, last = grid->width - 1, count = 0;
    while (first <= last && same_cell(&now[first], &before[first]))
        first++;
    while (last > first && same_cell(&now[last], &before[last]))
        last--;
    if (first > last)
        return;
    while (first > 0 && (now[first].code == 0 || before[first].code == 0))
        first--;
    for (int x = first; x <= last; x++)
        if (now[x].code)
            put_cell(terminal, &terminal->line[count++], &now[x]);
    mvwadd_wchnstr(stdscr, y, first, terminal->line, count);
    memcpy(before, now, (size_t)grid->width * sizeof(*now));
}

void spb_terminal_show(struct spb_terminal *terminal, const struct spb_grid *grid)
{
    if (prepare(terminal, grid) < 0)
        return;
    for (int y = 0; y < grid->height; y++)
        show_line(terminal, grid, y);
    wnoutrefresh(stdscr);
    doupdate();
}

/* ---- events ---------------------------------------------------------------------------------------------------- */

static bool take_key(uint32_t *key)
{
    static const struct {
        wint_t code;
        uint32_t key;
    } keys[] = {{KEY_UP, SPB_KEY_UP},           {KEY_DOWN, SPB_KEY_DOWN},      {KEY_PPAGE, SPB_KEY_PAGE_UP},
                {KEY_NPAGE, SPB_KEY_PAGE_DOWN}, {KEY_HOME, SPB_KEY_HOME},      {KEY_END, SPB_KEY_END},
                {KEY_ENTER, SPB_KEY_ENTER},     {KEY_BACKSPACE, SPB_KEY_ERASE}};
    wint_t code;
    int kind = wget_wch(stdscr, &code);
    if (kind == ERR)
        return false;
    *key = code;
    if (kind == KEY_CODE_YES) {
        *key = UINT32_MAX; /* one that means nothing here */
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            if (keys[i].code == code)
                *key = keys[i].key;
    } else if (code == '\r' || code == '\n') {
        *key = SPB_KEY_ENTER;
    } else if (code == 27) {
        *key = SPB_KEY_ESCAPE;
    } else if (code == 127 || code == '\b') {
        *key = SPB_KEY_ERASE;
    }
    return true;
}

/* Everything is to be drawn anew: something else has drawn on the terminal, or its size is another. */
static void forget_picture(struct spb_terminal *terminal)
{
    struct winsize size = {0};
    if (ioctl(fileno(terminal->out), TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resize_term(size.ws_row, size.ws_col);
    clearok(curscr, TRUE);
    terminal->last.width = 0;
}

/* Stops as if nothing had been caught, with the terminal as it was, and returns when it goes on. */
static void stop(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTSTP);
    endwin();
    sigaction(SIGTSTP, &usual, NULL);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stops, NULL);
    sigprocmask(SIG_BLOCK, &stops, NULL);
}

static bool take_signals(struct spb_terminal *terminal)
{
    struct signalfd_siginfo info;
    bool is_taken = false;
    while (read(terminal->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGTSTP)
            stop();
        if (info.ssi_signo == SIGTSTP || info.ssi_signo == SIGCONT)
            reset_prog_mode();
        is_taken = true;
    }
    if (is_taken)
        forget_picture(terminal);
    return is_taken;
}

enum spb_terminal_event spb_terminal_wait(struct spb_terminal *terminal, int wake_fd, int timeout_ms, uint32_t *key)
{
    struct pollfd fds[] = {{.fd = fileno(terminal->in), .events = POLLIN},
                           {.fd = terminal->signal_fd, .events = POLLIN},
                           {.fd = wake_fd > 0 ? wake_fd : -1, .events = POLLIN}};
    if (take_key(key)) /* ncurses may hold some that have come already */
        return SPB_TERMINAL_KEY;
    if (poll(fds, 3, timeout_ms) <= 0)
        return SPB_TERMINAL_NOTHING;
    if (fds[1].revents && take_signals(terminal))
        return SPB_TERMINAL_RESIZED;
    if (fds[2].revents)
        return SPB_TERMINAL_WOKEN;
    if (take_key(key))
        return SPB_TERMINAL_KEY;
    return fds[0].revents & (POLLHUP | POLLERR) ? SPB_TERMINAL_GONE : SPB_TERMINAL_NOTHING;
}
