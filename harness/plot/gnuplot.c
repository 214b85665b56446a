/* SPDX-License-Identifier: MIT
 *
 * Everything that gnuplot reads and writes are files in memory that it inherits, so that nothing is left behind however this ends:
 *
 *     gnuplot -d -c /proc/self/fd/10 DATA=/proc/self/fd/12 OUTPUT=/proc/self/fd/13 light svg STYLE=/proc/self/fd/11
 */
#include "gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "embedded.h"
#include "file.h"
#include "plot_font.h"
#include "plot_layout.h"

#define TIME_LIMIT_S           120
#define PICTURE_BYTES_MAX      (256u << 20)
#define LAST_WORDS_COLUMNS_MAX 400
#define LAST_WORDS_BYTES_MAX   65536

extern const struct spb_embedded spb_plot_files[];

/* Which descriptor is what, in the child. */
enum { FD_TEMPLATE = 10, FD_STYLE, FD_DATA, FD_PICTURE, FD_COUNT = 4 };

static const char *const names[] = {[SPB_PICTURE_PNG] = "png", [SPB_PICTURE_SVG] = "svg", [SPB_PICTURE_PDF] = "pdf"};

const char *spb_picture_name(enum spb_picture picture)
{
    return names[picture];
}

int spb_picture_parse(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

static const struct spb_embedded *find_file(const char *name)
{
    const struct spb_embedded *file = spb_plot_files;
    while (file->name && strcmp(file->name, name) != 0)
        file++;
    return file;
}

/* ---- files in memory -------------------------------------------------------------------------------------------- */

/* A descriptor above those that the child's are put on, or a negative errno. */
static int memory_file(const char *name, const char *text, size_t length)
{
    int low = memfd_create(name, MFD_CLOEXEC);
    if (low < 0)
        return -errno;
    int fd = fcntl(low, F_DUPFD_CLOEXEC, FD_TEMPLATE + FD_COUNT);
    int code = fd < 0 ? -errno : spb_file_write_all(fd, text, length);
    close(low);
    if (code < 0 && fd >= 0)
        close(fd);
    return code < 0 ? code : fd;
}

static int append_file(int fd, size_t limit, struct spb_strbuf *out)
{
    char bytes[65536];
    size_t total = 0;
    for (ssize_t count; (count = pread(fd, bytes, sizeof bytes, (off_t)total)) != 0; total += (size_t)count) {
        if (count < 0)
            return -errno;
        if (total + (size_t)count > limit)
            return -EFBIG;
        spb_strbuf_append_bytes(out, bytes, (size_t)count);
    }
    return out->failed ? -ENOMEM : 0;
}

/* ---- the process ------------------------------------------------------------------------------------------------ */

/* Without what steers gnuplot: its folders of drivers and scripts, its terminal. Freed by the caller, the texts are environ's. NULL when
 * memory ran out. */
static char **make_environment(void)
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **made = calloc(count + 1, sizeof(*made));
    for (size_t i = 0; i < count && made; i++)
        if (strncmp(environ[i], "GNUPLOT_", 8) != 0 && strncmp(environ[i], "GNUTERM=", 8) != 0)
            made[kept++] = environ[i];
    return made;
}

/* `fds` in the order of FD_TEMPLATE ..., `complaints` for what it prints. 0 and *pid, or a negative errno. */
static int spawn(const int *fds, int complaints, enum spb_picture picture, enum spb_theme theme, pid_t *pid)
{
    char dark[] = "dark", light[] = "light";
    char *const arguments[] = {(char[]){"gnuplot"},
                               (char[]){"-d"},
                               (char[]){"-c"},
                               (char[]){"/proc/self/fd/10"},
                               (char[]){"/proc/self/fd/12"},
                               (char[]){"/proc/self/fd/13"},
                               theme == SPB_THEME_DARK ? dark : light,
                               (char *)names[picture],
                               (char[]){"/proc/self/fd/11"},
                               NULL};
    _Static_assert(FD_TEMPLATE == 10 && FD_STYLE == 11 && FD_DATA == 12 && FD_PICTURE == 13, "as in the paths above");
    posix_spawn_file_actions_t actions;
    char **environment = make_environment();
    if (!environment)
        return -ENOMEM;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, complaints, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    for (int i = 0; i < FD_COUNT; i++)
        posix_spawn_file_actions_adddup2(&actions, fds[i], FD_TEMPLATE + i);
    int code = -posix_spawnp(pid, "gnuplot", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    return code;
}

/* The wait status; kills it at the limit, and *late says so. */
static int wait_for(pid_t pid, bool *late)
{
    const struct timespec pause = {0, 2000000};
    int status = 0;
    pid_t ended;
    for (unsigned passed_ms = 0; (ended = waitpid(pid, &status, WNOHANG)) <= 0; passed_ms += 2) {
        if (ended < 0 && errno != EINTR)
            return -1; /* nobody knows how it ended: a failure */
        if (passed_ms > TIME_LIMIT_S * 1000u && !*late) {
            *late = true;
            kill(pid, SIGKILL);
        }
        nanosleep(&pause, NULL);
    }
    return status;
}

/* The first line that says what is wrong: gnuplot shows the line of the script above it. */
static int complain(int complaints, const char *template_name, struct spb_error *err)
{
    struct spb_strbuf words = {0}, line = {0}, safe = {0};
    append_file(complaints, LAST_WORDS_BYTES_MAX, &words);
    const char *text = spb_strbuf_text(&words), *found = strstr(text, "line ");
    text = found ? found : text + strspn(text, "\n");
    spb_strbuf_append_bytes(&line, text, strcspn(text, "\n"));
    spb_plot_label(&safe, spb_strbuf_text(&line), LAST_WORDS_COLUMNS_MAX);
    int code = spb_error_set(err, -ENOTSUP, "gnuplot could not draw %s: %s", template_name,
                             safe.length ? safe.text : "it said nothing");
    spb_strbuf_release(&words);
    spb_strbuf_release(&line);
    spb_strbuf_release(&safe);
    return code;
}

static int run(const int *fds, int complaints, const char *template_name, enum spb_picture picture,
               enum spb_theme theme, struct spb_error *err)
{
    pid_t pid;
    bool late = false;
    struct stat drawn;
    int code = spawn(fds, complaints, picture, theme, &pid);
    if (code == -ENOENT)
        return spb_error_set(err, -ENOTSUP,
                             "there is no gnuplot on PATH; Debian and Ubuntu: apt-get install gnuplot-nox, Fedora: dnf "
                             "install gnuplot");
    if (code)
        return spb_error_set(err, -ENOTSUP, "gnuplot cannot be started: %s", strerror(-code));
    int status = wait_for(pid, &late);
    if (late)
        return spb_error_set(err, -ENOTSUP, "gnuplot needed more than %d s for %s", TIME_LIMIT_S, template_name);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || fstat(fds[FD_PICTURE - FD_TEMPLATE], &drawn) < 0 ||
        drawn.st_size == 0)
        return complain(complaints, template_name, err);
    return 0;
}

/* gnuplot writes "]]>" in a text as it stands, which XML does not allow. A text stands on a line of its own. */
static void append_svg(const struct spb_strbuf *drawn, struct spb_strbuf *out)
{
    for (const char *line = spb_strbuf_text(drawn); *line;) {
        size_t length = strcspn(line, "\n") + (strchr(line, '\n') != NULL);
        const char *end = line + length, *bad = strstr(line, "<text>");
        bool is_text = bad && bad < end;
        for (const char *at = line; at < end; at++)
            if (is_text && at >= line + 2 && *at == '>' && at[-1] == ']' && at[-2] == ']')
                spb_strbuf_append(out, "&gt;");
            else
                spb_strbuf_append_char(out, *at);
        line = end;
    }
}

/* An SVG is drawn elsewhere, with the fonts that there are. */
static int data_file(const struct spb_strbuf *data, enum spb_picture picture)
{
    struct spb_strbuf known = {0};
    if (picture == SPB_PICTURE_SVG)
        return memory_file("data", spb_strbuf_text(data), data->length);
    spb_plot_font_append_known(&known, spb_strbuf_text(data), data->length);
    int fd = known.failed ? -ENOMEM : memory_file("data", spb_strbuf_text(&known), known.length);
    spb_strbuf_release(&known);
    return fd;
}

int spb_gnuplot_draw(const char *template_name, const struct spb_plot_data *data, enum spb_picture picture,
                     enum spb_theme theme, struct spb_strbuf *out, struct spb_error *err)
{
    const struct spb_embedded *template = find_file(template_name), *style = find_file("style.gp");
    int fds[FD_COUNT + 1];
    if (!template->name)
        return spb_error_set(err, -EINVAL, "no template '%s'", template_name);
    if (data->text.failed)
        return spb_error_system(err, -ENOMEM, "%s", template_name);
    fds[0] = memory_file("template", template->text, template->length);
    fds[FD_STYLE - FD_TEMPLATE] = memory_file("style", style->text, style->length);
    fds[FD_DATA - FD_TEMPLATE] = data_file(&data->text, picture);
    fds[FD_PICTURE - FD_TEMPLATE] = memory_file("picture", "", 0);
    fds[FD_COUNT] = memory_file("complaints", "", 0);
    int code = 0;
    for (int i = 0; i <= FD_COUNT && code == 0; i++)
        if (fds[i] < 0)
            code = spb_error_system(err, fds[i], "no memory for a picture");
    if (code == 0)
        code = run(fds, fds[FD_COUNT], template_name, picture, theme, err);
    if (code == 0) {
        struct spb_strbuf drawn = {0};
        code = append_file(fds[FD_PICTURE - FD_TEMPLATE], PICTURE_BYTES_MAX, &drawn);
        if (picture == SPB_PICTURE_SVG)
            append_svg(&drawn, out);
        else
            spb_strbuf_append_bytes(out, drawn.text, drawn.length);
        code = code == 0 && out->failed ? -ENOMEM : code;
        spb_strbuf_release(&drawn);
        if (code)
            spb_error_system(err, code, "the picture");
    }
    for (int i = 0; i <= FD_COUNT; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return code;
}
