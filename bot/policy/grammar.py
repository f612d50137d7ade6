"""What the words after a command mean, before anybody judges whether it may be done."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.colour import Colour
from bot.domain.duration import as_duration
from bot.domain.nearest import nearest
from bot.domain.request import (
    Cancel,
    Deploy,
    Emergency,
    Hold,
    Keep,
    Resume,
    Retire,
    Review,
    Rollback,
    Skip,
    Switch,
    Wish,
)
from bot.domain.value import EnvironmentName, RunId
from bot.policy import words

OPTIONS = ("--dry-run", "--when-open", "--at", "--emergency", "--supersede")
SWITCH_OPTIONS = ("--dry-run", "--when-open", "--at", "--emergency", "--service", "--steps")
#: What can wait is no emergency.
_CALM = ("--dry-run", "--when-open", "--at")


class Misused(Exception):
    """One sentence about what is wrong with the words."""


def switch(said: tuple[str, ...]) -> Switch | str:
    """Understand `ENV blue|green` and options in any order; else one sentence about what is wrong."""
    try:
        return _switch(said)
    except Misused as error:
        return str(error)


def rollback(said: tuple[str, ...]) -> Rollback | str:
    """Understand `ENV [RUN]`; else one sentence about what is wrong."""
    if not said:
        return "Which environment?"
    run = _run(said[1:])
    return run if isinstance(run, str) else Rollback(environment=EnvironmentName(said[0]), run=run)


def hold(said: tuple[str, ...]) -> Hold | str:
    """Understand `[RUN]`; else one sentence about what is wrong."""
    run = _run(said)
    return run if isinstance(run, str) else Hold(run=run)


def resume(said: tuple[str, ...]) -> Resume | str:
    """Understand `[RUN]`; else one sentence about what is wrong."""
    run = _run(said)
    return run if isinstance(run, str) else Resume(run=run)


def keep(said: tuple[str, ...]) -> Keep | str:
    """Understand `[RUN] [DURATION]`; else one sentence about what is wrong."""
    run = _run(said[:1])
    rest = said if isinstance(run, str) else said[1:]
    if len(rest) > 1:
        return "Name one run by its number and how much longer its old colour is kept, like 42 12h."
    length = None
    if rest:
        try:
            length = as_duration(rest[0])
        except ValueError:
            return f"“{words.plain(rest[0])}” is no length of time: write a number and a unit, like 90m, 8h or 2d."
    return Keep(run=None if isinstance(run, str) else run, length=length)


def cancel(said: tuple[str, ...]) -> Cancel | str:
    """Understand `[RUN]`; else one sentence about what is wrong."""
    run = _run(said)
    return run if isinstance(run, str) else Cancel(run=run)


def review(said: tuple[str, ...]) -> Review | str:
    """Understand `[RUN NOTE…]`; else one sentence about what is wrong."""
    run, note = _run(said[:1]), " ".join(said[1:])
    if isinstance(run, str):
        return "Name one run by its number, like 42, and then what you found."
    if run is not None and not note:
        return "Say what you found: nobody can read an empty review."
    return Review(run=run, note=note)


def retire(said: tuple[str, ...]) -> Retire | str:
    """Understand `[RUN]`; else one sentence about what is wrong."""
    run = _run(said)
    return run if isinstance(run, str) else Retire(run=run)


def skip(said: tuple[str, ...]) -> Skip | str:
    """Understand `[RUN] TICKET REASON…`; else one sentence about what is wrong."""
    run = _run(said[:1])
    rest = said if isinstance(run, str) else said[1:]
    if len(rest) < 2:
        return "Waiting for evidence is skipped only in an emergency: name a ticket and a reason, like 42 INC-42 the queue is full."
    return Skip(run=None if isinstance(run, str) else run, emergency=_emergency(rest))


def number(written: str) -> RunId | None:
    """Read a run's number, which is never longer than a database can hold; `None` where it is none."""
    return RunId(int(written)) if written.isascii() and written.isdigit() and len(written) < 18 else None


def _run(said: tuple[str, ...]) -> RunId | str | None:
    if not said:
        return None
    run = number(said[0].lstrip("#"))
    return "Name one run by its number, like 42." if len(said) > 1 or run is None else run


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
        options[option], more = _option(option, values, OPTIONS)
        rest += more
    if not rest:
        msg = "Which environment?"
        raise Misused(msg)
    if len(rest) > 2:
        msg = f"There is one environment and at most one ref, not {len(rest)} words."
        raise Misused(msg)
    if "--dry-run" in options and "--supersede" in options:
        msg = "A dry run changes nothing, so it takes nobody's place: leave out --supersede or --dry-run."
        raise Misused(msg)
    return Deploy(
        environment=EnvironmentName(rest[0]),
        ref=rest[1] if len(rest) == 2 else None,
        dry_run="--dry-run" in options,
        supersede="--supersede" in options,
        wish=_wish(options),
    )


def _switch(said: tuple[str, ...]) -> Switch:
    rest: list[str] = []
    options: dict[str, Any] = {}
    services: list[str] = []
    for option, values in _parts(said):
        if not option:
            rest += values
        elif option == "--service":
            if not values:
                msg = "Which service? Write --service storefront, once for each."
                raise Misused(msg)
            services.append(values[0])
            rest += values[1:]
        elif option in options:
            msg = f"{option} stands there twice."
            raise Misused(msg)
        else:
            options[option], more = _option(option, values, SWITCH_OPTIONS)
            rest += more
    if len(rest) != 2:
        msg = "Name an environment and the colour that is to get the traffic, like prod green."
        raise Misused(msg)
    if rest[1].lower() not in tuple(Colour):
        msg = f"“{words.plain(rest[1])}” is no colour: it is blue or green."
        raise Misused(msg)
    if twice := next((one for one in services if services.count(one) > 1), None):
        msg = f"The service {words.plain(twice)} stands there twice."
        raise Misused(msg)
    return Switch(
        environment=EnvironmentName(rest[0]),
        colour=Colour(rest[1].lower()),
        services=tuple(services),
        steps=options.get("--steps"),
        dry_run="--dry-run" in options,
        wish=_wish(options),
    )


def _wish(options: Mapping[str, Any]) -> Wish:
    if "--at" in options and "--when-open" in options:
        msg = "--at names a moment and --when-open waits for the next one that is open: write one of the two."
        raise Misused(msg)
    if "--emergency" in options and (waits := next((name for name in _CALM if name in options), None)):
        msg = f"An emergency is done at once, as soon as the votes are there: leave out {waits}."
        raise Misused(msg)
    return Wish(
        when_open="--when-open" in options, at=options.get("--at"), emergency=options.get("--emergency")
    )


def _emergency(said: Sequence[str]) -> Emergency:
    # Half a character can be said, and never written down.
    reason = " ".join(said[1:]).encode("utf-8", "replace").decode()
    return Emergency(ticket=said[0], reason=reason)


def _steps(values: list[str]) -> tuple[int, ...]:
    """Read `10,50,100`."""
    parts = values[0].split(",") if values else []
    steps = tuple(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 4)
    if (
        not steps
        or len(steps) != len(parts)
        or steps[-1] != 100
        or list(steps) != sorted(set(steps))
        or not steps[0]
    ):
        msg = "--steps are parts of a hundred that go up and end with 100: write them like --steps 10,50,100."
        raise Misused(msg)
    return steps


def _parts(said: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Each option with the words up to the next one; first, under no name, the words before all options."""
    option, values = "", list[str]()
    for word in said:
        # Phones turn two dashes into one long one.
        plain = "--" + word[1:] if word.startswith(("\N{EM DASH}", "\N{EN DASH}")) else word
        # Why something cannot wait is said in a hurry: a dash between words is no option there.
        if plain.startswith("-") and not (option == "--emergency" and values and plain.strip("-") == ""):
            yield option, values
            option, values = plain, []
        else:
            values.append(word)
    yield option, values


def _option(option: str, values: list[str], known: tuple[str, ...]) -> tuple[Any, list[str]]:
    """Give the option's own value, and the words behind it that are not its own."""
    match option if option in known else "":
        case "--steps":
            return _steps(values), values[1:]
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
            return _emergency(values), []
        case _:
            near = nearest(option.partition("=")[0], known) or known[0]
            msg = f"There is no option {option[:60]}, and no ref begins with a dash; did you mean {near}?"
            raise Misused(msg)
