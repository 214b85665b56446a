/* SPDX-License-Identifier: MIT
 *
 * `spbench profile`: a word says what is done.
 */
#include <string.h>

#include "file.h"
#include "flame_graph.h"
#include "nearest.h"
#include "profile_head.h"
#include "profile_words.h"

static const struct spb_profile_word *const words[] = {&spb_profile_word_cpu, &spb_profile_word_show,
                                                       &spb_profile_word_diff};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

static void print_help(FILE *out)
{
    fprintf(out, "Usage: spbench profile WORD [OPTION...]\n"
                 "Where the time of a program goes.\n\n"
                 "Words:\n");
    for (size_t i = 0; i < WORD_COUNT; i++)
        fprintf(out, "  %-10s %s\n", words[i]->name, words[i]->summary);
    fprintf(out, "\nExamples:\n"
                 "  spbench profile cpu -- sort big.txt\n"
                 "  spbench profile show spbench-sort-20260101T120000Z.pb.gz --tree\n"
                 "  spbench profile diff before.pb.gz after.pb.gz\n"
                 "\n'spbench profile WORD --help' says more.\n");
}

static const struct spb_profile_word *find_word(const char *name)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (strcmp(words[i]->name, name) == 0)
            return words[i];
    return NULL;
}

static int unknown_word(const char *name)
{
    const char *names[WORD_COUNT];
    size_t found[1];
    for (size_t i = 0; i < WORD_COUNT; i++)
        names[i] = words[i]->name;
    fprintf(stderr, "spbench profile: there is no '%s'", name);
    if (spb_nearest(name, names, WORD_COUNT, found, 1))
        fprintf(stderr, "; did you mean 'spbench profile %s'?\n", names[found[0]]);
    else
        fprintf(stderr, "; it is 'spbench profile cpu -- %s' that profiles a command\n", name);
    return SPB_EXIT_USAGE;
}

static int run_profile(const struct spb_cli *cli, int argc, char **argv)
{
    char name[64];
    (void)cli;
    if (argc < 2) {
        print_help(stderr);
        return SPB_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 || strcmp(argv[1], "--usage") == 0) {
        print_help(stdout);
        return SPB_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts(argp_program_version);
        return SPB_EXIT_OK;
    }
    const struct spb_profile_word *word = find_word(argv[1]);
    if (!word)
        return unknown_word(argv[1]);
    snprintf(name, sizeof(name), "spbench profile %s", word->name);
    argv[1] = name;
    return word->run(argc - 1, argv + 1);
}

const struct spb_command spb_command_profile = {
    .name = "profile", .summary = "where the time of a program goes: functions, lines, threads", .run = run_profile};

/* ---- what the words share --------------------------------------------------------------------------------------- */

int spb_profile_choose_value(const struct spb_profile *profile, const char *name, unsigned *type, struct spb_error *err)
{
    *type = profile->default_type;
    return name ? spb_profile_find_value(profile, name, type, err) : 0;
}

static int draw(const struct spb_profile_report *report, const struct spb_profile_diff *diff,
                const struct spb_profile_head *head, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_tree tree;
    struct spb_strbuf subtitle = {0};
    int code = spb_profile_tree(report->profile, &report->filter, &tree, err);
    if (code)
        return code;
    spb_profile_amount_format(head, &subtitle);
    spb_strbuf_append(&subtitle, "; ");
    spb_profile_method_format(report->profile, head, &subtitle);
    const struct spb_flame_graph graph = {.profile = report->profile,
                                          .tree = &tree,
                                          .title = report->title,
                                          .subtitle = spb_strbuf_text(&subtitle),
                                          .unit = head->value_unit,
                                          .diff = diff};
    code = spb_flame_graph(&graph, out);
    if (code)
        spb_error_system(err, code, "the flame graph");
    spb_strbuf_release(&subtitle);
    spb_profile_tree_release(&tree);
    return code;
}

int spb_profile_save_flame(const struct spb_profile_report *report, const struct spb_profile_diff *diff,
                           const char *path, struct spb_error *err)
{
    struct spb_profile_head head;
    struct spb_strbuf picture = {0};
    int code = spb_profile_head(report->profile, &report->filter, &head, err);
    if (code == 0)
        code = draw(report, diff, &head, &picture, err);
    if (code == 0)
        code = spb_file_replace(path, picture.text, picture.length, err);
    if (code == 0)
        fprintf(stderr, "spbench: the flame graph is %s; open it in a browser\n", path);
    spb_strbuf_release(&picture);
    return code;
}
