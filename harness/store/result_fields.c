/* SPDX-License-Identifier: MIT */
#include "result_internal.h"

const struct spb_json_field spb_load_fields[] = {
    SPB_FIELD(struct spb_load, one),
    SPB_FIELD(struct spb_load, five),
    SPB_FIELD(struct spb_load, fifteen),
    SPB_FIELD(struct spb_load, running),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_run_options_fields[] = {
    SPB_FIELD(struct spb_run_options, pin),
    SPB_FIELD(struct spb_run_options, counters),
    SPB_FIELD(struct spb_run_options, exclude_kernel),
    SPB_FIELD(struct spb_run_options, quick),
    SPB_FIELD(struct spb_run_options, huge_pages),
    SPB_FIELD(struct spb_run_options, processes),
    SPB_FIELD(struct spb_run_options, precision_pct),
    SPB_FIELD(struct spb_run_options, budget_s),
    SPB_FIELD_SEED(struct spb_run_options, seed),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_plugin_file_fields[] = {
    SPB_FIELD(struct spb_plugin_file, path),
    SPB_FIELD(struct spb_plugin_file, bytes),
    SPB_FIELD_SEED(struct spb_plugin_file, hash),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_row_fields[] = {
    SPB_FIELD(struct spb_row, workload),
    SPB_FIELD(struct spb_row, workload_version),
    SPB_FIELD(struct spb_row, unit),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_placement_fields[] = {
    SPB_FIELD_RANGE(struct spb_row, threads, 1, SPB_RESULT_THREADS_MAX),
    SPB_FIELD(struct spb_row, pinned),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_process_fields[] = {
    SPB_FIELD(struct spb_process, index),
    SPB_FIELD(struct spb_process, order),
    SPB_FIELD(struct spb_process, started_ns),
    SPB_FIELD_SEED(struct spb_process, seed),
    SPB_FIELD(struct spb_process, work_per_iteration),
    SPB_FIELD(struct spb_process, set_up_ns),
    SPB_FIELD(struct spb_process, calibration_ns),
    SPB_FIELD(struct spb_process, warm_up_ns),
    SPB_FIELD(struct spb_process, settled),
    SPB_FIELD(struct spb_process, wall_ns),
    SPB_FIELD(struct spb_process, start_skew_ns),
    SPB_FIELD(struct spb_process, finish_skew_ns),
    SPB_FIELDS_END,
};
