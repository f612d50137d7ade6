"""Draws a chart: JSON in, PNG out. It runs as a process of its own, the only one that has matplotlib."""

import os
import resource
import sys
from contextlib import suppress

import matplotlib as mpl

from bot.domain.chart import Chart
from runners.drawing import axis, head, strip
from runners.drawing.plot import plot
from runners.drawing.sheet import Sheet

#: Bytes of memory and seconds of work, beyond which something is wrong.
_MEMORY, _WORK = 2 * 1024**3, 25


def main() -> int:
    """Read a chart from standard input and write its picture to standard output."""
    with suppress(ValueError, OSError):  # some systems have no such limits
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_WORK, _WORK))
    # A picture is never what anybody waits for, least of all traffic that goes back.
    os.nice(10)
    sys.stdout.buffer.write(draw(Chart.model_validate_json(sys.stdin.buffer.read())))
    return 0


def draw(chart: Chart) -> bytes:
    """The picture of *chart* as a PNG; the same chart gives the same bytes."""
    # A dollar in somebody's words begins no formula.
    with mpl.rc_context({"text.parse_math": False, "hatch.linewidth": 2.0}):
        sheet = Sheet()
        head.write(sheet, chart)
        drawn = [plot(sheet, chart, panel) for panel in chart.panels]
        drawn += [strip.alarm(sheet, chart, alarm) for alarm in chart.alarms]
        axis.time(sheet, chart, drawn)
        return sheet.png()


if __name__ == "__main__":
    sys.exit(main())
