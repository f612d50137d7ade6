"""Bakes of simulated traffic, judged by the law as it is: false alarms, what is missed, and how far bad releases get."""

import asyncio
import math
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import NamedTuple, TypeVar

import numpy as np

from benchmarks.measure import Measure, aim, measure
from benchmarks.place import Place
from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Counted, Evidence, Finding, Sample, Side, Verdict
from bot.policy.baking import Trial

_T = TypeVar("_T")
_RUNS = 4000
_PART = 250
_BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_HOUR = 60
_GOOD, _BAD = 0.002, 0.02
_WATCH = WatchSettings(kind="simulated", metric="error_rate", worse_than_baseline=1.5)
_LADDER = (1, 5, 10, 25, 50, 100)
#: What the last good bake counted, for the rung that leaves the other colour without traffic.
_RECORDED = {"error_rate": Counted(requests=36_000, errors=72)}


class Traffic(NamedTuple):
    """What goes through both sides, a minute."""

    candidate: int
    baseline: int
    #: Chances of an error.
    rate: float
    base: float = _GOOD
    #: How many times the usual rate both sides have in one minute of ten.
    burst: float = 1.0
    #: Standard deviation of each side's own rate from minute to minute, as a part of that rate.
    wobble: float = 0.0


class Baked(NamedTuple):
    """How one bake ended."""

    verdict: Verdict
    minutes: int


def bake(traffic: Traffic, length: int, chance: np.random.Generator) -> Baked:
    """Draw and judge minute by minute, until it ends."""
    settings = BakeSettings(for_=length * _MINUTE, every=_MINUTE, watch=(_WATCH,))
    trial = Trial(settings, _BEGAN + length * _MINUTE, _RECORDED if not traffic.baseline else None)
    # Where evidence is missing a bake takes twice as long at most.
    burst = np.where(chance.random(2 * length) < 0.1, traffic.burst, 1.0)
    sides = (
        (Side.CANDIDATE, traffic.candidate, _errors(traffic.candidate, traffic.rate * burst, traffic.wobble, chance)),
        (Side.BASELINE, traffic.baseline, _errors(traffic.baseline, traffic.base * burst, traffic.wobble, chance)),
    )  # fmt: skip
    for minute in range(2 * length):
        evidence = tuple(
            Evidence.model_construct(metric="error_rate", side=side, requests=requests, errors=errors[minute])
            for side, requests, errors in sides
            if requests
        )
        at = _BEGAN + (minute + 1) * _MINUTE
        trial.look(Sample.model_construct(index=minute, at=at, evidence=evidence))
        finding: Finding = trial.finding(at)
        if finding.final:
            return Baked(finding.verdict, minute + 1)
    msg = "a bake did not end"
    raise RuntimeError(msg)


def _errors(
    requests: int,
    rates: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    wobble: float,
    chance: np.random.Generator,
) -> list[int]:
    """Draw the errors of each minute; binomial, or beta-binomial where rates wobble."""
    if wobble:
        strength = (1 - rates) / (rates * wobble**2) - 1
        rates = chance.beta(rates * strength, (1 - rates) * strength)
    drawn: list[int] = chance.binomial(requests, np.minimum(rates, 1.0)).tolist()
    return drawn


def climb(total: int, rate: float, chance: np.random.Generator) -> int:
    """Go up the ladder, ten minutes on each rung; gives the rung that failed, from 1, and 0 where none did."""
    for rung, weight in enumerate(_LADDER, start=1):
        traffic = Traffic(total * weight // 100, total - total * weight // 100, rate)
        if bake(traffic, 10, chance).verdict is Verdict.FAIL:
            return rung
    return 0


def _bakes(traffic: Traffic, seed: int) -> list[Baked]:
    chance = np.random.default_rng(seed)
    return [bake(traffic, _HOUR, chance) for _ in range(_PART)]


def _climbs(total: int, rate: float, seed: int) -> list[int]:
    chance = np.random.default_rng(seed)
    return [climb(total, rate, chance) for _ in range(_PART)]


async def measures(_: Place) -> list[Measure]:
    """Simulate each kind of traffic often enough to tell."""
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return [
            *[await _healthy(pool, rpm, times) for rpm in (20, 600) for times in (1, 9)],
            *[await _broken(pool, rpm, times) for rpm in (20, 600) for times in (1, 9)],
            await _told(pool, "a rate of 0.4 % after 0.2 %, 600 rpm: not caught", Traffic(600, 600, 0.004), caught=False),
            await _told(pool, "healthy, 600 rpm, bursts of 20 times the errors on both sides: aborted", Traffic(600, 600, _GOOD, burst=20)),
            await _told(pool, "healthy, 600 rpm, each side's rate wobbles by half: aborted", Traffic(600, 600, _GOOD, wobble=0.5)),
            await _told(pool, "healthy, 600 rpm, each side's rate wobbles by its own size: aborted", Traffic(600, 600, _GOOD, wobble=1.0)),
            *[await _laddered(pool, total, rate) for total in (600, 6000) for rate in (0.005, _BAD)],
            await _steady(pool, 6000),
        ]  # fmt: skip


async def _healthy(pool: ProcessPoolExecutor, rpm: int, times: int) -> Measure:
    traffic = Traffic(rpm, times * rpm, _GOOD)
    found = await _told(pool, f"healthy, {rpm} rpm beside {times} times that: aborted", traffic)
    return aim(found, 1.0)


async def _broken(pool: ProcessPoolExecutor, rpm: int, times: int) -> Measure:
    traffic = Traffic(rpm, times * rpm, _BAD)
    what = f"0.2 % becomes 2 %, {rpm} rpm beside {times} times that: not caught in an hour"
    return aim(await _told(pool, what, traffic, caught=False), 5.0 if rpm == 20 else 1.0)


async def _told(pool: ProcessPoolExecutor, what: str, traffic: Traffic, *, caught: bool = True) -> Measure:
    """The share of bakes that fail, or that do not where they should be *caught*."""
    runs = await _often(pool, _bakes, traffic)
    minutes = [run.minutes for run in runs if run.verdict is Verdict.FAIL]
    counted = len(minutes) if caught else len(runs) - len(minutes)
    told = f"; caught in minute {median(minutes):g} at the median" if not caught and minutes else ""
    return _share(what, counted, len(runs), told)


async def _laddered(pool: ProcessPoolExecutor, total: int, rate: float) -> Measure:
    rungs = await _often(pool, _climbs, total, rate)
    caught = [float(rung) for rung in rungs if rung]
    what = f"rungs to detection, {total} rpm in all, 0.2 % becomes {rate:.1%}, ladder {'-'.join(map(str, _LADDER))}"
    each = ", ".join(f"{weight} %: {rungs.count(rung)}" for rung, weight in enumerate(_LADDER, start=1))
    missed = f"{len(rungs)} switches of ten minutes a rung, {rungs.count(0)} not caught; by rung {each}"
    return measure(what, "rungs", caught).model_copy(update={"note": missed})


async def _steady(pool: ProcessPoolExecutor, total: int) -> Measure:
    rungs = await _often(pool, _climbs, total, _GOOD)
    what = f"healthy, {total} rpm in all, up the whole ladder: aborted on any rung"
    return _share(what, len(rungs) - rungs.count(0), len(rungs))


async def _often(pool: ProcessPoolExecutor, work: Callable[..., list[_T]], *facts: object) -> list[_T]:
    loop = asyncio.get_running_loop()
    parts = [loop.run_in_executor(pool, partial(work, *facts, seed)) for seed in range(_RUNS // _PART)]
    return [run for part in await asyncio.gather(*parts) for run in part]


def _share(what: str, counted: int, runs: int, told: str = "") -> Measure:
    # Wilson's bound: with so many runs the true share is hardly greater.
    z, share = 1.645, counted / runs
    middle = share + z * z / (2 * runs)
    bound = (middle + z * math.sqrt(share * (1 - share) / runs + z * z / (4 * runs**2))) / (1 + z * z / runs)
    note = f"{counted} of {runs} runs; at most {bound:.2%} with 95 % confidence{told}"
    return measure(what, "%", [100 * share]).model_copy(update={"note": note})
