"""What a plan would lose for good, for people to read before they confirm it."""

from bot.domain.report import Report
from bot.render import text

_MOST = 10


def section(report: Report) -> str:
    """What would be lost, and who has to confirm that; empty where nothing would be."""
    ask = report.ask
    if ask is None or not report.losses:
        return ""
    who = f"somebody of {_groups(ask.loss)}" if ask.loss else "the estate names somebody who"
    lines = [f"🧨 *Blocked until {who} confirms the loss by hand*"]
    lines += [f"• {text.inline(loss, 220)}" for loss in report.losses[:_MOST]]
    if len(report.losses) > _MOST:
        lines.append(f"• … and {text.plural(len(report.losses) - _MOST, 'more object')}")
    lines.append("Reverting the code brings none of it back.")
    return "\n".join(lines)


def _groups(names: tuple[str, ...]) -> str:
    return " or ".join(text.code(name, 70) for name in names)
