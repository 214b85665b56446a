/* SPDX-License-Identifier: MIT
 *
 * A file that the program carries inside it (cmake/embed.cmake). A room that has some declares its table:
 *
 *     extern const struct spb_embedded spb_plot_files[]; // ends with a name of NULL
 */
#ifndef SPB_EMBEDDED_H
#define SPB_EMBEDDED_H

#include <stddef.h>

struct spb_embedded {
    const char *name; /* without a folder: "bars.gp" */
    const char *text; /* a NUL follows the last byte */
    size_t length;
    const char *digest; /* "sha256-" and base64, as a Content-Security-Policy writes it */
};

#endif
