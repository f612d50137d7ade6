"""Everything in the estate that is picked by kind, each made into its plugin's own settings."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from bot.domain.estate import Environment, EstateFile, IacSettings, Plugin, Service, SwitchSettings
from bot.domain.nearest import hint
from bot.estate.kinds import Kinds
from bot.estate.raw import listing, mapping
from bot.estate.reading import Steps
from bot.estate.shape import Misfit, fit

B = TypeVar("B", Environment, Service, SwitchSettings)


class _Entry(NamedTuple):
    steps: Steps
    written: dict[str, Any]
    #: The key that names the plugin.
    word: str
    models: Mapping[str, type[Plugin]]


def plug(data: object, kinds: Kinds) -> tuple[dict[Steps, Plugin], tuple[Misfit, ...]]:
    """Make settings of all plugin entries in *data*, by place; else say why they are none."""
    made: dict[Steps, Plugin] = {}
    misfits: list[Misfit] = []
    for entry in _entries(data, kinds):
        kind = entry.written.get(entry.word)
        if not isinstance(kind, str):
            continue  # the shape of the file is judged elsewhere
        if kind not in entry.models:
            sentence = f"`{kind[:60]}` is no known {entry.word}; {hint(kind, entry.models)}"
            misfits.append(((*entry.steps, entry.word), sentence))
            continue
        settings, wrong = fit(entry.models[kind], entry.written, at=entry.steps, extra="forbid")
        misfits.extend(wrong)
        if settings is not None:
            made[entry.steps] = settings
    return made, tuple(misfits)


def settle(file: EstateFile, made: Mapping[Steps, Plugin]) -> EstateFile:
    """Put the settings that were *made* into their places."""
    environments = {}
    for name, environment in file.environments.items():
        at = ("environments", name)
        update: dict[str, Any] = {
            "iac": made[*at, "iac"],
            "verify": tuple(made[*at, "verify", index] for index in range(len(environment.verify))),
        }
        update["bake"] = _baked(environment, made, at).bake
        update["switch"] = _baked(environment.switch, made, (*at, "switch"))
        update["services"] = tuple(
            _settled(service, made, (*at, "services", index))
            for index, service in enumerate(environment.services)
        )
        environments[name] = environment.model_copy(update=update)
    return file.model_copy(update={"environments": environments})


def _settled(service: Service, made: Mapping[Steps, Plugin], at: Steps) -> Service:
    checks = {
        key: tuple(made[*at, key, index] for index in range(len(listed)))
        for key, listed in (("verify", service.verify), ("after", service.after))
    }
    update = {"traffic": made[*at, "traffic"], **checks}
    return _baked(service.model_copy(update=update), made, at)


def _baked(of: B, made: Mapping[Steps, Plugin], at: Steps) -> B:
    """Put the settings of what is watched into the bake *of* something that may have one."""
    if of.bake is None:
        return of
    watch = tuple(made[*at, "bake", "watch", index] for index in range(len(of.bake.watch)))
    return of.model_copy(update={"bake": of.bake.model_copy(update={"watch": watch})})


def _entries(data: Any, kinds: Kinds) -> Iterator[_Entry]:
    default = IacSettings.model_fields["kind"].default
    for name, environment in mapping(mapping(data).get("environments")).items():
        at: Steps = ("environments", name)
        inside = mapping(environment)
        yield _Entry((*at, "iac"), {"kind": default, **mapping(inside.get("iac"))}, "kind", kinds.iac)
        yield from _evidence(inside, at, kinds)
        yield from _evidence({"bake": mapping(inside.get("switch")).get("bake")}, (*at, "switch"), kinds)
        for index, service in enumerate(listing(inside.get("services"))):
            there: Steps = (*at, "services", index)
            written = mapping(mapping(service).get("traffic"))
            yield _Entry((*there, "traffic"), written, "kind", kinds.switchers)
            yield from _evidence(mapping(service), there, kinds)


def _evidence(inside: dict[str, Any], at: Steps, kinds: Kinds) -> Iterator[_Entry]:
    """Find the checks and the metrics of one part of the file."""
    for key in ("verify", "after"):
        for index, check in enumerate(listing(inside.get(key))):
            yield _Entry((*at, key, index), mapping(check), "kind", kinds.checks)
    for index, watch in enumerate(listing(mapping(inside.get("bake")).get("watch"))):
        yield _Entry((*at, "bake", "watch", index), mapping(watch), "source", kinds.metrics)
