"""What a plan changes, in numbers."""

from bot.domain.plan import Counts
from bot.domain.report import Report
from bot.render import text


def line(counts: Counts) -> str:
    """`+2  ~5  ±1 replaced` and what goes, and what else there is."""
    core = [
        f"+{text.number(counts.create)}",
        f"~{text.number(counts.update)}",
        f"±{text.number(counts.replace)} replaced",
        f"{text.MINUS}{text.number(counts.delete)}",
    ]
    return "  ".join([*core, *_further(counts)])


def spoken(counts: Counts) -> str:
    """The same for the ear; only what is not zero."""
    pairs = [
        (counts.create, "created"),
        (counts.update, "updated"),
        (counts.replace, "replaced"),
        (counts.delete, "destroyed"),
    ]
    core = [f"{text.number(amount)} {word}" for amount, word in pairs if amount]
    return ", ".join([*core, *_further(counts)]) or "nothing changes"


def judged(report: Report) -> str:
    """`high-risk: aws_db_instance.main would be replaced`: class and first reason; empty before the plan."""
    if report.run.change_class is None:
        return ""
    reasons = report.ask.reasons if report.ask else ()
    more = f" (and {text.number(len(reasons) - 1)} more)" if len(reasons) > 1 else ""
    first = f": {text.inline(reasons[0].text, 200)}{more}" if reasons else ""
    return f"{report.run.change_class.value}{first}"


def _further(counts: Counts) -> list[str]:
    pairs = [
        (counts.deposed, "deposed destroyed"),
        (counts.move, "moved"),
        (counts.import_, "imported"),
        (counts.forget, "forgotten"),
        (counts.read, "read"),
        (counts.action, "actions"),
        (counts.unknown, "unknown"),
        (counts.drift, "drifted"),
    ]
    return [f"{text.number(amount)} {word}" for amount, word in pairs if amount]
