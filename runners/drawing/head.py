"""What stands above the curves: the verdict, what it is about, and why."""

from bot.domain.chart import Chart
from bot.domain.report import Verdict
from runners.drawing import colours
from runners.drawing.sheet import MARGIN, WIDTH, Sheet

_SIGNS = {Verdict.PASS: "✔ PASS", Verdict.FAIL: "✖ FAIL", Verdict.UNKNOWN: "? UNKNOWN"}
#: Pixels.
_TITLE, _REASON = 33, 25


def write(sheet: Sheet, chart: Chart) -> None:
    """Write it at the top."""
    line = _TITLE * 1.45
    y = sheet.y + line / 2
    end = sheet.badge(MARGIN, y, _SIGNS[chart.verdict], _TITLE, colours.VERDICTS[chart.verdict])
    room = WIDTH - MARGIN - end - 20
    for words in sheet.wrapped(chart.title, room, _TITLE, lines=2, weight="bold"):
        sheet.write(end + 20, y, words, _TITLE, weight="bold")
        y += line
    y += _REASON * 0.2
    for words in sheet.wrapped(chart.reason, WIDTH - 2 * MARGIN, _REASON, lines=3):
        sheet.write(MARGIN, y, words, _REASON)
        y += _REASON * 1.45
    sheet.y = y - _REASON * 0.5
