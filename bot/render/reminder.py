"""A reminder, once, for those whose votes are still needed."""

from bot.domain.message import Message
from bot.domain.person import Person
from bot.domain.report import Report
from bot.render import blocks, state, tally, text

_MOST_MENTIONED = 20


def message(report: Report, people: tuple[Person, ...] = ()) -> Message:
    """Remind *people*, who may vote and have not; without any, their groups are named."""
    run = report.run
    told = tally.tally(report)
    needed = text.plural(told.lacking, "more vote") if told.lacking else "a confirmation"
    names = tuple(text.mention(person) for person in dict.fromkeys(people))
    who = text.listed(names, _MOST_MENTIONED) or tally.groups(report)
    parts = [f"🔔 {state.what(run)}  ·  run {run.id} still needs *{needed}*"]
    if told.missing or told.unconfirmed:
        parts.append(f"from {tally.wanted(report)}")
    elif who:
        parts.append(f"of {who}")
    if run.expires_at is not None:
        parts.append(f"until {text.day(run.expires_at)}")
    spoken = f"{text.inline(run.environment, 63)}: run {run.id} still needs {needed}."
    return blocks.compose(spoken, [blocks.section(f"{' '.join(parts)}.")])
