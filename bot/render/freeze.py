"""What is frozen, and the news of it."""

from datetime import datetime

from bot.domain.message import Message
from bot.domain.person import Person
from bot.domain.window import Freeze
from bot.render import blocks, text

_MOST = 30


def added(freeze: Freeze) -> Message:
    """Tell everybody that a freeze was added."""
    by = f" by {text.mention(freeze.by)}" if freeze.by else ""
    span = f"{text.day(freeze.from_)} to {text.day(freeze.to)}"
    said = f"{_title(freeze)} freezes {_where(freeze)}, {span}"
    note = blocks.context("Emergencies and rollbacks still run.")
    return blocks.compose(_spoken(freeze, "is frozen"), [blocks.section(f"🧊 {said}  ·  added{by}"), note])


def lifted(freeze: Freeze, by: Person) -> Message:
    """Tell everybody that a freeze was lifted."""
    said = f"🌤️ {_title(freeze)} was lifted by {text.mention(by)}: {_where(freeze)} thawed before {text.day(freeze.to)}"
    return blocks.compose(_spoken(freeze, "is not frozen any more"), [blocks.section(said)])


def listing(freezes: tuple[Freeze, ...], unknown: tuple[str, ...], now: datetime) -> Message:
    """Answer `/interlock freeze list`: what is on, what is to come, and what could not be read."""
    lines = [_line(freeze, now) for freeze in freezes[:_MOST]]
    if len(freezes) > _MOST:
        lines.append(f"… and {text.number(len(freezes) - _MOST)} more, later ones")
    lines += [f"⚠️ {text.inline(sentence, 300)} Until it can, nothing runs." for sentence in unknown]
    on = sum(freeze.on(now) for freeze in freezes)
    spoken = f"{text.plural(on, 'freeze is', 'freezes are')} on, {text.number(len(freezes) - on)} to come."
    parts = [blocks.section("\n".join(lines[at : at + 3])) for at in range(0, len(lines), 3)]
    return blocks.compose(spoken, parts or [blocks.section("Nothing is frozen, and no freeze is to come.")])


def line(freeze: Freeze) -> str:
    """One that is on, wherever it matters."""
    return f"🧊 {_title(freeze)} freezes {_where(freeze)} until {text.day(freeze.to)}"


def _line(freeze: Freeze, now: datetime) -> str:
    mark = "🧊 *on*" if freeze.on(now) else "🗓️"
    span = f"{text.day(freeze.from_)} to {text.day(freeze.to)}"
    source = {
        "estate": "estate",
        "slack": text.mention(freeze.by) if freeze.by else "Slack",
        "calendar": f"calendar {text.inline(freeze.calendar, 60)}",
    }[freeze.source]
    return f"{mark} {_title(freeze)}  ·  {_where(freeze)}  ·  {span}  ·  {source}"


def _title(freeze: Freeze) -> str:
    return f"*“{text.inline(freeze.name, 100)}”*"


def _where(freeze: Freeze) -> str:
    names = tuple(text.inline(name, 63) for name in freeze.environments)
    return text.listed(names) or "every environment"


def _spoken(freeze: Freeze, what: str) -> str:
    where = _where(freeze)
    return f"{where[:1].upper()}{where[1:]} {what}: {text.inline(freeze.name, 100)}."
