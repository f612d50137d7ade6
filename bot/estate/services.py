"""Whether the services of an estate can be told apart, and whether anybody watches while their traffic moves."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.domain import variable
from bot.domain.colour import Colour
from bot.domain.traffic import Exposure
from bot.estate import watched
from bot.estate.raw import listing, mapping, span
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

#: Settings of a metric that say in words of their own what is counted, and so whether it is one colour.
_ADDRESSES = ("url", "query", "requests", "errors", "value")
#: Kinds of traffic that are never split.
_AT_ONCE = ("eventbridge_schedules",)


class _Watching(NamedTuple):
    """The bake that a move of a service is followed by, and where it stands."""

    bake: dict[str, Any]
    at: Steps


def misfits(data: dict[str, Any]) -> Iterator[Misfit]:
    """Judge the services of every environment, and how they are switched."""
    elsewhere: dict[str, str] = {}
    for name, environment in mapping(data.get("environments")).items():
        at: Steps = ("environments", name)
        settings = mapping(environment)
        switch = mapping(settings.get("switch"))
        yield from watched.misfits(mapping(switch.get("bake")), (*at, "switch", "bake"))
        kept, look = span(switch.get("keep_old")), span(switch.get("look"))
        if kept and look and look > kept:
            yield (
                (*at, "switch", "look"),
                "is longer than `keep_old`, so nobody would ever look: look more often.",
            )
        yield from _names(settings, at)
        for index, service in enumerate(listing(settings.get("services"))):
            yield from _service(mapping(service), settings, at, index)
        yield from _variables(settings, at)
        yield from _places(settings, at, elsewhere)


def _places(settings: dict[str, Any], at: Steps, elsewhere: dict[str, str]) -> Iterator[Misfit]:
    """Name places that two services would move: the second would take back what the first has moved.

    In another environment that would need other people's votes; *elsewhere* says by place who was met in those before.
    """
    seen: dict[str, str] = {}
    for index, service in enumerate(listing(settings.get("services"))):
        name, traffic = mapping(service).get("name"), mapping(mapping(service).get("traffic"))
        if not traffic or traffic.get("kind") == variable.KIND:
            continue
        # Of two groups of jobs the groups are the place; elsewhere the colours are what is found there.
        colours = () if traffic.get("kind") in _AT_ONCE else tuple(Colour)
        where = repr(sorted((key, repr(value)) for key, value in traffic.items() if key not in colours))
        where = where.replace("{service}", str(name))
        if told := seen.get(where) or elsewhere.get(where):
            sentence = f"is where the traffic of {told} is steered already: name another place, or make them one service."
            yield (*at, "services", index, "traffic"), sentence
        seen.setdefault(where, f"`{str(name)[:60]}`")
    # What an output says may be something else in each environment.
    known = {where: told for where, told in seen.items() if "{outputs." not in where}
    elsewhere.update({where: f"{told} in `{str(at[-1])[:60]}`" for where, told in known.items()})


def _variables(settings: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    """Name variables that two say the value of: a deploy would move traffic then, or one service the other's."""
    fixed = mapping(mapping(settings.get("iac")).get("variables"))
    seen: set[str] = set()
    for index, service in enumerate(listing(settings.get("services"))):
        traffic = mapping(mapping(service).get("traffic"))
        name = traffic.get("variable")
        if traffic.get("kind") != variable.KIND or not isinstance(name, str):
            continue
        there: Steps = (*at, "services", index, "traffic", "variable")
        if name in fixed:
            sentence = f"`{name[:60]}` stands in `iac.variables` too, so a deploy would move traffic: take it out there."
            yield there, sentence
        if name in seen:
            yield there, f"`{name[:60]}` moves another service already: give each a variable of its own."
        seen.add(name)


def _names(settings: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    seen: set[str] = set()
    for index, service in enumerate(listing(settings.get("services"))):
        name = mapping(service).get("name")
        if not isinstance(name, str):
            continue
        if name in seen:
            yield (*at, "services", index, "name"), f"`{name[:60]}` is there already: name each service once."
        seen.add(name)


def _service(service: dict[str, Any], settings: dict[str, Any], at: Steps, index: int) -> Iterator[Misfit]:
    there: Steps = (*at, "services", index)
    traffic = mapping(service.get("traffic"))
    blue, green = (traffic.get(colour) for colour in Colour)
    if blue is not None and blue == green:
        yield (
            (*there, "traffic", "green"),
            "is the same as `blue`, so nothing would move: name the other one.",
        )
    own, switch = mapping(service.get("bake")), mapping(settings.get("switch"))
    yield from watched.misfits(own, (*there, "bake"))
    watching = _watching(service, settings, at, there)
    exposure = service.get("exposure")
    if watching is None:
        yield (
            there,
            "has no `bake`, nor have `switch` and the environment: nothing would be watched while traffic moves.",
        )
    elif exposure == Exposure.PUBLIC and not listing(watching.bake.get("watch")):
        yield (
            watching.at,
            "has no `watch`, so nothing would be watched while public traffic moves: add a metric.",
        )
    elif exposure != Exposure.NONE:
        yield from _one_colour(watching, at, there, alike=_alike(service, switch))
    if watching is not None:
        yield from _no_group(watching, traffic, there)
    if exposure == Exposure.NONE:
        yield from _jobs(own, there)
    if watching is not None and watching.at != (*at, "bake") and traffic.get("kind") != variable.KIND:
        at_once = (
            exposure in (Exposure.NONE, Exposure.INTERNAL)
            or traffic.get("kind") in _AT_ONCE
            or switch.get("steps") == [100]
        )
        yield from _never_compared(watching, at_once=at_once and not (exposure == Exposure.NONE and own))


def _watching(service: dict[str, Any], settings: dict[str, Any], at: Steps, there: Steps) -> _Watching | None:
    if service.get("bake") is not None:
        return _Watching(mapping(service["bake"]), (*there, "bake"))
    switch = mapping(settings.get("switch"))
    if switch.get("bake") is not None:
        return _Watching(mapping(switch["bake"]), (*at, "switch", "bake"))
    if settings.get("bake") is not None:
        return _Watching(mapping(settings["bake"]), (*at, "bake"))
    return None


def _alike(service: dict[str, Any], switch: dict[str, Any]) -> bool:
    """Tell whether what one load balancer counts would be looked at for both colours at once.

    A target group is counted on its own, and after a move of everything at once only the new colour is looked at.
    """
    traffic = mapping(service.get("traffic"))
    if all(":targetgroup/" in str(traffic.get(colour)) for colour in Colour):
        return False
    at_once = service.get("exposure") != Exposure.PUBLIC or traffic.get("kind") in _AT_ONCE
    return traffic.get("kind") == variable.KIND or not (at_once or switch.get("steps") == [100])


def _one_colour(watching: _Watching, at: Steps, there: Steps, *, alike: bool) -> Iterator[Misfit]:
    """Name what would compare the new colour with itself; a load balancer does where both colours look *alike* to it."""
    for index, watch in enumerate(listing(watching.bake.get("watch"))):
        written = mapping(watch)
        counted = (*_ADDRESSES, *(("load_balancer", "target_group") if alike else ()))
        texts = [written[key] for key in counted if isinstance(written.get(key), str)]
        blind = texts and not any("{colour}" in text or "{target}" in text for text in texts)
        if not blind or written.get("worse_than_baseline") is None:
            continue
        if watching.at == (*at, "bake"):
            sentence = (
                "would be watched by the environment's `bake`, which cannot tell the colours apart: "
                "give it, or `switch`, a `bake` that names {colour} or {target}."
            )
            yield there, sentence
        else:
            sentence = (
                "names neither {colour} nor {target}, so the new colour would be compared with itself: "
                "say which one is counted."
            )
            yield (*watching.at, "watch", index), sentence


def _no_group(watching: _Watching, traffic: dict[str, Any], there: Steps) -> Iterator[Misfit]:
    """Name a service whose {target} is taken for a target group, and is none."""
    targets = [str(traffic.get(colour) or colour) for colour in Colour]
    if all(":targetgroup/" in target or "{outputs." in target for target in targets):
        return
    for watch in listing(watching.bake.get("watch")):
        if mapping(watch).get("target_group") == "{target}":
            sentence = (
                f"would be watched by the target group {{target}}, which is `{targets[0][:60]}` here and no target group: "
                "give it a `bake` of its own."
            )
            yield there, sentence
            return


def _never_compared(watching: _Watching, *, at_once: bool) -> Iterator[Misfit]:
    """Name comparisons that lack their other side once all traffic has moved, and that no line stands in for."""
    for index, watch in enumerate(listing(watching.bake.get("watch"))):
        written = mapping(watch)
        latency = str(written.get("metric")).startswith("latency")
        if written.get("worse_than_baseline") is None or written.get("at_most") is not None:
            continue
        if latency or at_once:
            yield (
                (*watching.at, "watch", index),
                "has nothing to compare with once all traffic has moved, so it would never pass: write `at_most` too.",
            )


def _jobs(own: dict[str, Any], there: Steps) -> Iterator[Misfit]:
    for index, watch in enumerate(listing(own.get("watch"))):
        if mapping(watch).get("worse_than_baseline") is not None:
            yield (
                (*there, "bake", "watch", index, "worse_than_baseline"),
                "has nothing to compare with, as jobs run on one colour only: write `at_most` instead.",
            )
