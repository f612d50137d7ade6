"""The colours of a chart: on a ground of its own, so that it reads the same in Slack's light and dark.

Nothing is told by colour alone: curves differ in their strokes and marks, verdicts in their signs.
"""

from bot.domain.chart import Curve, Role
from bot.domain.colour import Colour
from bot.domain.report import Verdict

GROUND = "#18222e"
TEXT = "#f4f7fa"
#: Ticks, moves and what is missing.
QUIET = "#b4c0cc"
#: Helps the eye, and says nothing.
GRID = "#33414f"
HATCH = "#76869a"
LIMIT = "#ff8a7a"
#: Words on a verdict's badge.
INK = "#0b131c"

VERDICTS = {Verdict.PASS: "#3ddc97", Verdict.FAIL: "#ff8a7a", Verdict.UNKNOWN: "#ffd166"}
COLOURS = {Colour.GREEN: "#3ddc97", Colour.BLUE: "#7cbcff"}
ROLES = {Role.CANDIDATE: "#ffb454", Role.BASELINE: "#7cbcff", Role.LIMIT: LIMIT}


def of(curve: Curve) -> str:
    """The colour of *curve*: that of its traffic, where it has one."""
    return ROLES[curve.role] if curve.colour is None else COLOURS[curve.colour]
