"""What the words after `/deploy` mean, before anybody judges whether it may be done."""

from collections.abc import Iterator
from typing import Any

from bot.domain.nearest import nearest
from bot.domain.request import Deploy, Emergency, Wish
from bot.domain.value import EnvironmentName
from bot.policy import words

OPTIONS = ("--dry-run", "--when-open", "--at", "--emergency", "--supersede")
#: What can wait is no emergency.
_CALM = ("--dry-run", "--when-open", "--at")


class Misused(Exception):
    """One sentence about what is wrong with the words."""


def deploy(said: tuple[str, ...]) -> Deploy | str:
    """Understand `ENV [REF]` and options in any order; else one sentence about what is wrong."""
    try:
        return _deploy(said)
    except Misused as error:
        return str(error)


def _deploy(said: tuple[str, ...]) -> Deploy:
    rest: list[str] = []
    options: dict[str, Any] = {}
    for option, values in _parts(said):
        if not option:
            rest += values
            continue
        if option in options:
            msg = f"{option} stands there twice."
            raise Misused(msg)
        options[option], more = _option(option, values)
        rest += more
    if not rest:
        msg = "Which environment?"
        raise Misused(msg)
    if len(rest) > 2:
        msg = f"There is one environment and at most one ref, not {len(rest)} words."
        raise Misused(msg)
    if "--at" in options and "--when-open" in options:
        msg = "--at names a moment and --when-open waits for the next one that is open: write one of the two."
        raise Misused(msg)
    if "--emergency" in options and (waits := next((name for name in _CALM if name in options), None)):
        msg = f"An emergency is applied at once, as soon as the votes are there: leave out {waits}."
        raise Misused(msg)
    return Deploy(
        environment=EnvironmentName(rest[0]),
        ref=rest[1] if len(rest) == 2 else None,
        dry_run="--dry-run" in options,
        supersede="--supersede" in options,
        wish=Wish(
            when_open="--when-open" in options, at=options.get("--at"), emergency=options.get("--emergency")
        ),
    )


def _parts(said: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Each option with the words up to the next one; first, under no name, the words before all options."""
    option, values = "", list[str]()
    for word in said:
        # Phones turn two dashes into one long one.
        plain = "--" + word[1:] if word.startswith(("\N{EM DASH}", "\N{EN DASH}")) else word
        if plain.startswith("-"):
            yield option, values
            option, values = plain, []
        else:
            values.append(word)
    yield option, values


def _option(option: str, values: list[str]) -> tuple[Any, list[str]]:
    """Give the option's own value, and the words behind it that are not its own."""
    match option:
        case "--dry-run" | "--when-open" | "--supersede":
            return True, values
        case "--at":
            if not values:
                msg = "When? Write --at 2026-11-22T02:00Z, or with your own distance from UTC, like +01:00."
                raise Misused(msg)
            moment = words.moment(values[0])
            if isinstance(moment, str):
                raise Misused(moment)
            return moment, values[1:]
        case "--emergency":
            if len(values) < 2:
                msg = "An emergency needs a ticket and a reason: --emergency INC-42 the queue is full."
                raise Misused(msg)
            # Half a character can be said, and never written down.
            reason = " ".join(values[1:]).encode("utf-8", "replace").decode()
            return Emergency(ticket=values[0], reason=reason), []
        case _:
            near = nearest(option, OPTIONS) or OPTIONS[0]
            msg = f"There is no option {option[:60]}, and no ref begins with a dash; did you mean {near}?"
            raise Misused(msg)
