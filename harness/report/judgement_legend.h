/* SPDX-License-Identifier: MIT
 *
 * What stands above and below the tables of judgements: the answer in a line, what the words mean, and the notes.
 */
#ifndef SPB_JUDGEMENT_LEGEND_H
#define SPB_JUDGEMENT_LEGEND_H

#include "judgement_report.h"

/* One paragraph: wrapped as text, an item of a list as Markdown. */
void spb_report_line(const char *text, enum spb_table_format format, const struct spb_table_options *options,
                     struct spb_strbuf *out);
/* The summary of one judgement, in its tone, behind `label` ("" for none). */
void spb_judgement_headline(const char *label, const struct spb_judgement *judgement, enum spb_table_format format,
                            const struct spb_table_options *options, struct spb_strbuf *out);
/* Rows of one side only are in no table: their names, a paragraph for each reason. */
void spb_judgement_missing(const char *label, const struct spb_judgement *judgement, enum spb_table_format format,
                           const struct spb_table_options *options, struct spb_strbuf *out);
/* Explains the words that occur, and appends the notes of all judgements, each once. */
void spb_judgement_legend(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, struct spb_strbuf *out);

#endif
