"""The answer to "when?": where a change of each class may run right now, and if not, why and when."""

from collections.abc import Mapping

from bot.domain.estate import RuleName
from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.run import Run
from bot.domain.value import EnvironmentName, Value
from bot.domain.window import Timetable
from bot.render import blocks, lock, state, text


class Outlook(Value):
    """What is known of one environment's near future."""

    environment: EnvironmentName
    #: By class, in the order in which they are to be shown.
    timetables: Mapping[RuleName, Timetable]
    #: The run that holds the environment.
    holder: Run | None = None
    #: The lock that keeps others out of it.
    lock: Lock | None = None
    #: The run that it was asked for, where it was one.
    run: Run | None = None


def message(outlook: Outlook) -> Message:
    """One line for each class, and who holds the environment."""
    name = text.inline(outlook.environment, 63)
    lines = [_line(rule, table) for rule, table in outlook.timetables.items()]
    if outlook.holder is not None:
        lines.append(_held(outlook.holder))
    if outlook.lock is not None:
        lines.append(f"🔒 {name} is {lock.line(outlook.lock)}")
    if outlook.run is not None and (outlook.run.wish.when_open or outlook.run.wish.at is not None):
        # It has been told already to wait, and somebody asked when that ends.
        lines += _goes_on(outlook.run)
    elif any(table.next_open for rule, table in outlook.timetables.items() if rule is not RuleName.EMERGENCY):
        words = text.code(f"/deploy {outlook.environment} --when-open", 100)
        lines.append(f"→ Approve now and let it run then: {words}.")
    spoken = ", ".join(
        f"{rule} {'open' if table.open else 'closed'}" for rule, table in outlook.timetables.items()
    )
    parts = [blocks.section(line) for line in (f"*{name}*", *lines)]
    return blocks.compose(f"{name}: {spoken or 'nothing is known'}.", parts)


def _goes_on(run: Run) -> list[str]:
    begins = run.begins_at or run.wish.at
    if not run.open or begins is None:
        return []
    return [f"→ Run {run.id} goes on by itself {text.day(begins)}, once it has its votes."]


def _line(rule: RuleName, table: Timetable) -> str:
    if table.open:
        until = f"until {text.day(table.closes)}" if table.closes else "with no end in sight"
        past = f"  ·  goes past {_listed(table.freezes)}" if table.freezes else ""
        return f"🟢 *{rule}*: open {until}  ·  {text.inline(table.window, 200)}{past}"
    when = f"closed until {text.day(table.next_open)}" if table.next_open else "closed"
    why = "\n".join(f"• {text.inline(reason.text, 400)}" for reason in table.reasons[:5])
    return f"🔴 *{rule}*: {when}\n{why}"


def _listed(freezes: tuple[str, ...]) -> str:
    return text.listed(tuple(f"“{text.inline(name, 200)}”" for name in freezes), 5)


def _held(run: Run) -> str:
    now = state.of(run)
    return f"{now.dot} Held by run {run.id} of {text.mention(run.by)}: {state.what(run)}, *{now.word}*"
