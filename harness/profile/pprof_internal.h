/* SPDX-License-Identifier: MIT
 *
 * What writer and reader of pprof files agree on beyond the format: the labels of samples, and notes: strings of the table that no
 * message names (so that no tool shows them), which begin with "spbench", a tab and one of
 *
 *     fact <tab> NAME <tab> NUMBER <tab> UNIT
 *     text <tab> NAME <tab> TEXT
 *     timeline <tab> NAME <tab> STEP_NS <tab> PID <tab> TID <tab> THREAD <tab> PROCESS <tab> VALUES with commas; PID 0: of no thread
 */
#ifndef SPB_PPROF_INTERNAL_H
#define SPB_PPROF_INTERNAL_H

#define SPB_LABEL_THREAD  "thread"
#define SPB_LABEL_TID     "tid"
#define SPB_LABEL_PROCESS "process"
#define SPB_LABEL_PID     "pid"

#define SPB_NOTE          "spbench\t"
#define SPB_NOTE_FACT     "fact"
#define SPB_NOTE_TEXT     "text"
#define SPB_NOTE_TIMELINE "timeline"

#define SPB_PPROF_DEPTH_MAX 65536 /* frames of a stack, inlined ones included */

#endif
