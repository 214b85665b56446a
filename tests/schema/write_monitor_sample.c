/* SPDX-License-Identifier: MIT
 *
 * Prints a look as a line of JSON, or with the argument "openmetrics" or "text" as that, for the checks of the formats.
 */
#include <stdio.h>
#include <string.h>

#include "look_json.h"
#include "openmetrics.h"
#include "sample_look.h"

int main(int argc, char **argv)
{
    struct spb_look_view view = sample_view();
    struct spb_strbuf out = {0};
    if (argc > 1)
        spb_openmetrics(&view, strcmp(argv[1], "text") == 0 ? SPB_EXPOSITION_TEXT : SPB_EXPOSITION_OPENMETRICS, &out);
    else
        spb_look_json(&view, &out);
    fputs(spb_strbuf_text(&out), stdout);
    spb_strbuf_release(&out);
    return 0;
}
