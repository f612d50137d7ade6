"""What the shape alone cannot say: whether the parts of an estate fit each other.

Every law looks at plain values and keeps silent about shapes that are wrong, which `bot.estate.shape` names.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from bot.domain.emoji import canonical
from bot.domain.estate import Approvals, Slack
from bot.domain.nearest import hint
from bot.domain.plan import ChangeClass
from bot.domain.ref import ref_problem
from bot.domain.vote import RESERVED
from bot.estate import judging, placeholders, rules, services, watched
from bot.estate.raw import listing, mapping, span, words
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

_PASSWORD = re.compile(r"[a-z+]+://[^/@\s]*:[^/@\s]+@")


def misfits(data: Any) -> Iterator[Misfit]:
    """Judge the whole file."""
    for law in _LAWS:
        yield from law(mapping(data))


def _slack(data: dict[str, Any]) -> Iterator[Misfit]:
    slack = mapping(data.get("slack"))
    if isinstance(slack.get("channels"), dict):
        for name in ("deploys", "incidents"):
            if name not in slack["channels"]:
                yield ("slack", "channels", name), "is missing: write the id of that channel."
    yield from _twice(slack.get("teams"), ("slack", "teams"))
    for key in ("approve_emoji", "reject_emoji"):
        for index, word in words(slack.get(key)):
            if canonical(word) in RESERVED:
                yield ("slack", key, index), f"`{word}` means something else here: name another emoji."
    approving = {canonical(word) for word in _emoji(slack, "approve_emoji")}
    for index, word in enumerate(_emoji(slack, "reject_emoji")):
        if canonical(word) in approving:
            at: Steps = (
                ("slack", "reject_emoji", index) if "reject_emoji" in slack else ("slack", "approve_emoji")
            )
            yield at, f"`{word}` both approves and rejects: it must mean one of the two."


def _repository(data: dict[str, Any]) -> Iterator[Misfit]:
    url = mapping(data.get("repository")).get("url")
    if isinstance(url, str) and url.startswith("-"):
        yield ("repository", "url"), "starts with `-`, which git would take for an option."
    if isinstance(url, str) and _PASSWORD.match(url):
        yield (
            ("repository", "url"),
            "holds a password: the estate holds no secrets, so use a git credential helper.",
        )


def _groups(data: dict[str, Any]) -> Iterator[Misfit]:
    for name, group in mapping(data.get("groups")).items():
        yield from _twice(mapping(group).get("members"), ("groups", name, "members"))
    yield from _permissions(data, mapping(data.get("groups")), ())


def _rules(data: dict[str, Any]) -> Iterator[Misfit]:
    groups = mapping(data.get("groups"))
    general = mapping(data.get("classes"))
    for name, rule in general.items():
        yield from _rule(mapping(rule), groups, ("classes", name))
    for environment, settings in mapping(data.get("environments")).items():
        own = mapping(mapping(settings).get("classes"))
        for name, rule in own.items():
            whole = {**mapping(general.get(name)), **mapping(rule)}
            yield from _rule(
                whole, groups, ("environments", environment, "classes", name), written=mapping(rule)
            )
        missing = [f"`{known}`" for known in ChangeClass if known not in own and known not in general]
        if missing:
            sentence = f"has no rule for {', '.join(missing)}: write one here or in the estate's `classes`."
            yield ("environments", environment, "classes"), sentence


def _rule(
    rule: dict[str, Any], groups: dict[str, Any], at: Steps, *, written: dict[str, Any] | None = None
) -> Iterator[Misfit]:
    """Judge one *rule*; of an inherited one only what is *written* at *at* is judged again."""
    yield from rules.misfits(rule, groups, at, rule if written is None else written)
    votes, of = rule.get("votes"), [word for _, word in words(rule.get("of"))]
    if written is None or "of" in written:
        yield from _known_groups(rule.get("of"), groups, (*at, "of"))
        yield from _twice(rule.get("of"), (*at, "of"))
    if not isinstance(votes, int) or isinstance(votes, bool) or votes < 1:
        return
    if not of:
        if not listing(rule.get("of")):
            yield at, f"needs {votes} vote(s), but `of` names no group whose members may cast them."
        return
    if all(isinstance(mapping(groups.get(word)).get("members"), list) for word in of):
        people = {person for word in of for _, person in words(groups[word]["members"])}
        if len(people) < votes:
            yield (
                (*at, "votes"),
                f"needs {votes} vote(s), but the groups in `of` list only {len(people)} people.",
            )


def _promotions(data: dict[str, Any]) -> Iterator[Misfit]:
    environments = mapping(data.get("environments"))
    before = {name: mapping(settings).get("promotes_from") for name, settings in environments.items()}
    told: set[str] = set()
    for name, source in before.items():
        at: Steps = ("environments", name, "promotes_from")
        if not isinstance(source, str):
            continue
        if source == name:
            yield at, "is the environment itself: name the one that comes before it."
        elif source not in environments:
            yield at, f"`{source[:60]}` is no environment; {hint(source, environments)}"
        elif name not in told and (circle := _circle(name, before)):
            told.update(circle)
            yield at, f"runs in a circle: {' ← '.join((*circle, name))}."


def _circle(start: str, before: dict[str, Any]) -> tuple[str, ...]:
    """Walk back from *start*; the names on the way where the walk comes back to it."""
    walked = [start]
    while isinstance(step := before.get(walked[-1]), str) and step not in walked:
        walked.append(step)
    return tuple(walked) if step == start and len(walked) > 1 else ()


def _places(data: dict[str, Any]) -> Iterator[Misfit]:
    groups = mapping(data.get("groups"))
    channels = mapping(mapping(data.get("slack")).get("channels"))
    for name, environment in mapping(data.get("environments")).items():
        at: Steps = ("environments", name)
        settings = mapping(environment)
        yield from _permissions(settings, groups, at)
        match settings.get("channel"):
            case str(channel) if channel not in channels:
                yield (*at, "channel"), f"`{channel[:60]}` is no name of a channel; {hint(channel, channels)}"
        yield from _asked_in(settings, channels, at)
        match settings.get("path"):
            case str(path) if _leaves(path):
                yield (*at, "path"), "leaves the repository: write a folder inside it, like environments/dev."
        match settings.get("branch"):
            case str(branch) if problem := ref_problem(branch):
                yield (*at, "branch"), f"{problem}, so it is no branch."


def _asked_in(settings: dict[str, Any], channels: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    """Judge where runs may be asked for."""
    for index, word in words(settings.get("channels")):
        if word not in channels:
            yield (
                (*at, "channels", index),
                f"`{word[:60]}` is no name of a channel; {hint(word, channels)}",
            )
    yield from _twice(settings.get("channels"), (*at, "channels"))


def _permissions(settings: dict[str, Any], groups: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    """Judge who may do what, for the estate or one environment."""
    for capability, of in mapping(settings.get("permissions")).items():
        yield from _known_groups(of, groups, (*at, "permissions", capability))
        yield from _twice(of, (*at, "permissions", capability))
    yield from _known_groups(settings.get("loss_confirmed_by"), groups, (*at, "loss_confirmed_by"))
    yield from _twice(settings.get("loss_confirmed_by"), (*at, "loss_confirmed_by"))


def _times(data: dict[str, Any]) -> Iterator[Misfit]:
    for name, environment in mapping(data.get("environments")).items():
        at: Steps = ("environments", name)
        approvals = mapping(mapping(environment).get("approvals"))
        expire, remind = (
            span(approvals.get(key, Approvals.model_fields[key].default)) for key in ("expire", "remind")
        )
        if expire and remind and remind >= expire and "remind" in approvals:
            yield (
                (*at, "approvals", "remind"),
                "comes when the time for votes is over: make it shorter than `expire`.",
            )
        yield from watched.misfits(mapping(mapping(environment).get("bake")), (*at, "bake"))


def _known_groups(value: object, groups: dict[str, Any], at: Steps) -> Iterator[Misfit]:
    for index, word in words(value):
        if word not in groups:
            yield (*at, index), f"`{word[:60]}` is no group; {hint(word, groups)}"


def _twice(value: object, at: Steps) -> Iterator[Misfit]:
    seen: set[str] = set()
    for index, word in words(value):
        if word in seen:
            yield (*at, index), f"`{word[:60]}` stands here twice."
        seen.add(word)


def _leaves(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/"))
    return not path or parts.is_absolute() or ".." in parts.parts or path.startswith("~")


def _emoji(slack: dict[str, Any], key: str) -> list[str]:
    written = slack[key] if key in slack else list(Slack.model_fields[key].default)
    return [word for _, word in words(written)]


_LAWS: tuple[Callable[[dict[str, Any]], Iterator[Misfit]], ...] = (
    _slack,
    _repository,
    _groups,
    _rules,
    _promotions,
    _places,
    _times,
    placeholders.misfits,
    services.misfits,
    judging.misfits,
)
