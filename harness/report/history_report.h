/* SPDX-License-Identifier: MIT
 *
 * A history for people, spreadsheets and programs: its summary, series, a moment, trends, events. Tables show times in the zone of the reader (or
 * UTC) and say which; JSON and CSV hold UTC, ISO 8601 with Z.
 */
#ifndef SPB_HISTORY_REPORT_H
#define SPB_HISTORY_REPORT_H

#include "history.h"
#include "history_trend.h"
#include "table.h"

struct spb_history_report {
    const char *path;
    const struct spb_history_extent *extent;
    const struct spb_history_gap *gaps;
    size_t gap_count;
    int64_t since_ns, until_ns; /* of the series */
    const struct spb_history_key *keys;
    const struct spb_history_points *points; /* of each key */
    const struct spb_history_trend *trends;  /* of each key, or NULL */
    size_t key_count;
    size_t all_key_count; /* how many there are in the file */
    bool utc;
    struct spb_table_options how;
};

/* "12.3 %", "1.5 GiB", "20 MiB/s": a value in the unit of its series. `text` holds SPB_UNIT_TEXT_SIZE. */
const char *spb_series_format(char *text, enum spb_series series, double value);
/* "disk.read:sda" */
void spb_history_key_format(const struct spb_history_key *key, struct spb_strbuf *out);

void spb_history_summary(const struct spb_history_report *report, struct spb_strbuf *out);
void spb_history_series_text(const struct spb_history_report *report, struct spb_strbuf *out);
void spb_history_series_csv(const struct spb_history_report *report, struct spb_strbuf *out);
/* Summary, series and gaps in one document; with trends where there are any. */
void spb_history_series_json(const struct spb_history_report *report, struct spb_strbuf *out);
void spb_history_trends(const struct spb_history_report *report, enum spb_table_format format, struct spb_strbuf *out);

void spb_history_moment_text(const struct spb_history_report *report, const struct spb_history_moment *moment,
                             struct spb_strbuf *out);
void spb_history_moment_csv(const struct spb_history_moment *moment, struct spb_strbuf *out);
void spb_history_moment_json(const struct spb_history_report *report, const struct spb_history_moment *moment,
                             struct spb_strbuf *out);

void spb_history_events_table(const struct spb_history_report *report, const struct spb_history_event *events,
                              size_t count, enum spb_table_format format, struct spb_strbuf *out);
void spb_history_events_json(const struct spb_history_report *report, const struct spb_history_event *events,
                             size_t count, struct spb_strbuf *out);

#endif
