/* SPDX-License-Identifier: MIT
 *
 * The last words of a program, for the reason why it failed.
 */
#ifndef SPB_LAST_LINE_H
#define SPB_LAST_LINE_H

/* The last line of `text` that is not empty, with blanks for control characters; "" when there is none or text is NULL. Changes
 * `text` and points into it. */
const char *spb_last_line(char *text);

#endif
