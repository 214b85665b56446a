/* SPDX-License-Identifier: MIT
 *
 * Several judgements against the same base, a column each: change and sign. Used by judgement_report.h.
 */
#ifndef SPB_JUDGEMENT_COLUMNS_H
#define SPB_JUDGEMENT_COLUMNS_H

#include "judgement_report.h"

/* `format`: text or Markdown. */
void spb_judgement_columns(const struct spb_judgement_set *set, enum spb_table_format format,
                           const struct spb_table_options *options, struct spb_strbuf *out);

#endif
