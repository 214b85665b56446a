/* SPDX-License-Identifier: MIT
 * One line a command, in the order of `spbench --help`. Included several times with SPB_COMMAND defined. */
SPB_COMMAND(list)
SPB_COMMAND(run)
SPB_COMMAND(show)
SPB_COMMAND(compare)
SPB_COMMAND(ab)
SPB_COMMAND(calibrate)
SPB_COMMAND(gate)
SPB_COMMAND(import)
SPB_COMMAND(export)
SPB_COMMAND(topo)
SPB_COMMAND(doctor)
SPB_COMMAND(worker)
