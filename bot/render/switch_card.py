"""The card on which people decide about a switch: every move, how it goes back, and then the votes."""

from itertools import groupby

from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.traffic import Exposure, Move
from bot.render import blocks, forecast, plan_card, state, text

_WHO = {
    Exposure.NONE: "nobody meets it",
    Exposure.INTERNAL: "the company meets it",
    Exposure.PUBLIC: "everybody meets it",
}
#: Services that are shown one by one.
_MOST = 25


def card(report: Report, *, approve_emoji: str = "white_check_mark", reject_emoji: str = "x") -> Message:
    """The card as it stands now."""
    run, plan = report.run, report.plan
    if plan is None or run.switch is None:
        return blocks.compose(
            "There is nothing to show yet.", [blocks.section("There is nothing to show yet.")]
        )
    waiting = plan_card.asks(report)
    first = [blocks.section(f"*Switch*  ·  {state.what(run)}  ·  run {run.id}")]
    last = [
        *plan_card.judgement(report),
        *plan_card.terms(report),
        blocks.section(_back(report)),
        *plan_card.told(forecast.line(report.forecast)),
        blocks.section(plan_card.votes(report, plan, waiting=waiting)),
        blocks.context(_small_print(report, (approve_emoji, reject_emoji) if waiting else None)),
        *plan_card.buttons(report, plan, waiting=waiting),
    ]
    return blocks.compose(_spoken(report), [*first, *blocks.sections(_moves(report))], last=last)


def _moves(report: Report) -> list[str]:
    """A line for each service, in the order in which they move."""
    colour = report.run.switch.colour if report.run.switch else None
    lines = []
    for name, group in groupby(report.moves, key=lambda move: move.service):
        moves = tuple(group)
        now = moves[0].before
        parts = " → ".join(text.number(round(move.after.part(colour))) for move in moves if colour)
        line = f"• *{text.inline(name, 63)}* ({_WHO[moves[0].exposure]}): {now} → {colour} {parts} %"
        lines.append(line)
    if len(lines) > _MOST:
        lines = [*lines[:_MOST], f"… and {text.plural(len(lines) - _MOST, 'more service')}"]
    return lines


def _back(report: Report) -> str:
    if report.run.back is not None:
        return (
            f"*This is the way back of run {report.run.back}*: it waits for no votes, windows or freezes. "
            "Nothing goes back from here by itself; somebody reviews it afterwards."
        )
    first: dict[str, Move] = {}
    for move in report.moves:
        first.setdefault(move.service, move)
    told = ", ".join(
        f"{text.inline(name, 63)} to {move.before}" for name, move in [*reversed(first.items())][:_MOST]
    )
    return f"*How it goes back*: in one step each, the last one moved first: {told}. After bad evidence by itself."


def _small_print(report: Report, emoji: tuple[str, str] | None) -> str:
    plan = f"plan {text.code((report.run.digest or '')[:12])}"
    return "  ·  ".join((plan, *plan_card.ballot(report, emoji)))


def _spoken(report: Report) -> str:
    run = report.run
    where, what = text.inline(run.environment, 63), state.spoken_release(run)
    return f"Switch of {where} to {what}, run {run.id}: {text.plural(len(report.moves), 'move')}."
