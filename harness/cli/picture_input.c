/* SPDX-License-Identifier: MIT */
#include "picture_input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"
#include "calibration_state.h"
#include "nearest.h"
#include "stored_judge.h"

/* As many are looked at for one that is near. */
#define NAMES_MAX 1000

void spb_picture_input_release(struct spb_picture_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        spb_result_release(&input->results[i]);
        spb_judgement_release(&input->judgements[i]);
        free(input->names[i]);
    }
    free(input->results);
    free(input->judgements);
    free(input->names);
    spb_gate_subject_release(&input->subject);
    spb_calibration_release(&input->calibration);
    *input = (struct spb_picture_input){.count = 0};
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* "results/before.json" -> "before" */
static char *short_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash && slash[1] ? slash + 1 : path;
    const char *end = strrchr(name, '.');
    return strndup(name, end && end > name && strcmp(end, ".json") == 0 ? (size_t)(end - name) : strlen(name));
}

static bool are_unique(char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(names[i], names[j]) == 0)
                return false;
    return true;
}

static int make_names(const struct spb_picture_options *options, char **names)
{
    for (size_t i = 0; i < options->count; i++)
        if (!(names[i] = short_name(options->paths[i])))
            return -ENOMEM;
    if (are_unique(names, options->count))
        return 0;
    for (size_t i = 0; i < options->count; i++) {
        free(names[i]);
        if (!(names[i] = strdup(options->paths[i])))
            return -ENOMEM;
    }
    return 0;
}

/* ---- loading and judging ---------------------------------------------------------------------------------------- */

static int load_experiment(const struct spb_picture_options *options, struct spb_picture_input *input,
                           struct spb_error *err)
{
    const struct spb_gate_subject_options how = {.ab_path = options->paths[0], .threshold_pct = options->threshold_pct};
    int code = spb_gate_subject_load(&how, &input->subject, err);
    if (code == 0)
        code = spb_gate_subject_judge(&input->subject, &input->judgements[0], err);
    input->view.experiment = &input->subject.ab;
    input->view.judgement_names = (const char *const *)input->names;
    input->view.judgement_count = 1;
    return code;
}

static int load_results(const struct spb_picture_options *options, struct spb_picture_input *input,
                        struct spb_error *err)
{
    int code = 0;
    for (size_t i = 0; i < options->count && code == 0; i++) {
        if (spb_ab_is_file(options->paths[i]))
            return spb_error_set(err, -EINVAL, "%s: an experiment in pairs is drawn alone, not beside other files",
                                 options->paths[i]);
        code = spb_result_load(options->paths[i], &input->results[i], err);
    }
    input->view.results = input->results;
    input->view.names = (const char *const *)input->names;
    input->view.count = options->count;
    return code;
}

static bool are_comparable(const struct spb_picture_input *input)
{
    for (size_t i = 1; i < input->count; i++) {
        struct spb_strbuf ignored = {0};
        int code = spb_compare_stamps(&input->results[0].stamp, &input->results[i].stamp, &ignored);
        spb_strbuf_release(&ignored);
        if (code)
            return false;
    }
    return true;
}

static bool is_to_be_judged(const struct spb_picture_options *options, const struct spb_picture_input *input)
{
    if (options->judging != SPB_JUDGING_IF_COMPARABLE)
        return options->judging == SPB_JUDGING_NEEDED;
    return input->count <= SPB_PLOT_FILES_MAX && (options->force || are_comparable(input));
}

/* Every file is looked at, so that one run says all that is wrong with the stamps. */
static int judge_results(const struct spb_picture_options *options, struct spb_picture_input *input,
                         struct spb_error *err)
{
    double percent = options->threshold_pct > 0 ? options->threshold_pct : SPB_STORED_THRESHOLD_PCT;
    const struct spb_compare_options how = {.thresholds = {.ratio = percent / 100},
                                            .session_sd = spb_calibration_session_sd,
                                            .context = &input->calibration};
    const struct spb_stored base = {options->paths[0], &input->results[0]};
    bool comparable = true;
    int code = 0;
    spb_calibration_state_load(&input->results[0].stamp, &input->calibration);
    for (size_t i = 1; i < input->count && code == 0; i++) {
        const struct spb_stored other = {options->paths[i], &input->results[i]};
        code = spb_stored_judge(&base, &other, &how, options->force, &input->judgements[i - 1], err);
        comparable = comparable && code != -EXDEV;
        code = code == -EXDEV ? 0 : code;
    }
    if (code == 0 && !comparable)
        code = spb_error_set(err, -EXDEV, "--force compares them all the same, and says so");
    input->view.judgement_names = (const char *const *)input->names + 1;
    input->view.judgement_count = input->count - 1;
    return code;
}

/* ---- the rows that are wanted ----------------------------------------------------------------------------------- */

/* 1, 0, or -ENOMEM. */
static int matches(const char *pattern, const struct spb_row *row)
{
    char *key = spb_row_key(row);
    int found = key ? spb_row_matches(pattern, key) : -ENOMEM;
    free(key);
    return found;
}

static int keep_rows(const char *pattern, struct spb_result *result)
{
    size_t kept = 0;
    int code = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        int found = matches(pattern, &result->rows[i]);
        code = found < 0 ? found : code;
        if (found > 0)
            result->rows[kept++] = result->rows[i];
        else
            spb_row_release(&result->rows[i]);
    }
    result->row_count = kept;
    return code;
}

static int keep_judged(const char *pattern, struct spb_judgement *judgement)
{
    size_t kept = 0;
    for (size_t i = 0; i < judgement->row_count; i++) {
        if (spb_row_matches(pattern, judgement->rows[i].key))
            judgement->rows[kept++] = judgement->rows[i];
        else
            spb_row_judgement_release(&judgement->rows[i]);
    }
    judgement->row_count = kept;
    return spb_judgement_finish(judgement);
}

static bool any_matches(const char *pattern, const struct spb_picture_input *input)
{
    for (size_t i = 0; i < input->view.count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++)
            if (matches(pattern, &input->results[i].rows[r]) != 0) /* also where memory ran out: said later */
                return true;
    for (size_t i = 0; i < input->view.judgement_count; i++)
        for (size_t r = 0; r < input->judgements[i].row_count; r++)
            if (spb_row_matches(pattern, input->judgements[i].rows[r].key))
                return true;
    return false;
}

/* ---- where nothing matches -------------------------------------------------------------------------------------- */

/* Of workloads, each once. */
struct name_list {
    const char *items[NAMES_MAX];
    size_t count;
};

static void add_name(struct name_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return;
    if (list->count < NAMES_MAX)
        list->items[list->count++] = name;
}

static int no_match(const struct spb_picture_options *options, const struct spb_picture_input *input,
                    struct spb_error *err)
{
    struct spb_strbuf nearest = {0};
    struct name_list names = {.count = 0};
    for (size_t i = 0; i < input->subject.ab.row_count; i++)
        add_name(&names, input->subject.ab.rows[i].row.workload);
    for (size_t i = 0; i < input->view.count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++)
            add_name(&names, input->results[i].rows[r].workload);
    spb_nearest_append(options->pattern, names.items, names.count, &nearest);
    int code = spb_error_set(err, -ENOENT, "no row of %s%s matches '%s'%s; 'spbench show %s' shows them all",
                             options->paths[0], options->count > 1 ? " or the other files" : "", options->pattern,
                             spb_strbuf_text(&nearest), options->paths[0]);
    spb_strbuf_release(&nearest);
    return code;
}

static int keep_matching(const struct spb_picture_options *options, struct spb_picture_input *input,
                         struct spb_error *err)
{
    int code = 0;
    if (!any_matches(options->pattern, input))
        return no_match(options, input, err);
    for (size_t i = 0; i < input->view.count && code == 0; i++)
        code = keep_rows(options->pattern, &input->results[i]);
    for (size_t i = 0; i < input->view.judgement_count && code == 0; i++)
        code = keep_judged(options->pattern, &input->judgements[i]);
    input->view.pattern = options->pattern;
    return code ? spb_error_system(err, code, "the rows that match") : 0;
}

/* ---- all of it -------------------------------------------------------------------------------------------------- */

static int load(const struct spb_picture_options *options, struct spb_picture_input *input, struct spb_error *err)
{
    bool is_experiment = options->count == 1 && spb_ab_is_file(options->paths[0]);
    int code = is_experiment ? load_experiment(options, input, err) : load_results(options, input, err);
    if (code == 0 && !is_experiment && input->count > 1 && is_to_be_judged(options, input))
        code = judge_results(options, input, err);
    input->view.judgements = input->view.judgement_count ? input->judgements : NULL;
    return code == 0 && options->pattern ? keep_matching(options, input, err) : code;
}

int spb_picture_input_load(const struct spb_picture_options *options, struct spb_picture_input *input,
                           struct spb_error *err)
{
    *input = (struct spb_picture_input){.results = calloc(options->count + 1, sizeof(*input->results)),
                                        .judgements = calloc(options->count + 1, sizeof(*input->judgements)),
                                        .names = calloc(options->count + 1, sizeof(*input->names))};
    bool room = input->results && input->judgements && input->names;
    input->count = room ? options->count : 0;
    int code = room ? make_names(options, input->names) : -ENOMEM;
    code = code ? spb_error_system(err, code, "the results") : load(options, input, err);
    if (code)
        spb_picture_input_release(input);
    return code;
}
