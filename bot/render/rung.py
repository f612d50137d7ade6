"""What a bake is about: the move of a switch that it follows, or the deploy."""

from bot.domain.report import BakeReport, Report, Side
from bot.domain.traffic import Move


def move(report: Report, bake: BakeReport) -> Move | None:
    """The move that *bake* follows; `None` for a deploy."""
    if report.run.switch is None or bake.rung >= len(report.moves):
        return None
    return report.moves[bake.rung]


def part(report: Report, moved: Move) -> str:
    """`25 %`: what the new colour is to get from *moved* on."""
    if report.run.switch is None:
        return ""
    return f"{moved.after.part(report.run.switch.colour):.3g} %"


def named(report: Report, bake: BakeReport) -> str:
    """`storefront at 25 % green`, or the environment's name."""
    moved = move(report, bake)
    if moved is None or report.run.switch is None:
        return report.run.environment
    return f"{moved.service} at {part(report, moved)} {report.run.switch.colour.value}"


def side(report: Report, which: Side) -> str:
    """Whose evidence it is, by its colour where there are colours."""
    if report.run.switch is None:
        return which.value
    colour = report.run.switch.colour
    return colour.value if which is Side.CANDIDATE else colour.other.value
