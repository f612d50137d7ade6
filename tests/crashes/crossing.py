"""A bot that switches traffic in many environments at once, each with jobs, an admin and a store; and people who talk to it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.domain.run import Run
from bot.domain.traffic import Weights
from bot.domain.value import EnvironmentName, RunId
from bot.playground.things import Message
from bot.store.chain import broken
from tests.crashes.world import ANA, BEN, DEPLOYS, PATIENCE, World, until
from tests.fakes.crossroads import NEW, OLD, Crossroads

#: What people approve: in this order, and no further at once.
LADDER = (("jobs", NEW), ("admin", NEW), ("store", Weights(blue=75, green=25)), ("store", NEW))
#: How an estate begins in which nobody need vote; its environments follow.
ESTATE = """
version: 1
slack: {teams: [T0HOME], channels: {deploys: C0DEPLOYS, incidents: C0INCIDENTS}}
repository: {url: nowhere}
groups: {platform: {slack_usergroup: S0PLATFORM}}
classes: {high-risk: {votes: 0}, significant: {votes: 0}, standard: {votes: 0}}
environments:
"""
_ENVIRONMENT = """
  {name}:
    branch: main
    classes: {{high-risk: {{votes: {votes}, of: [platform]}}}}
    switch:
      steps: [25, 100]
      bake:
        for: 500ms
        every: 500ms
        extend: {extend}
        min_requests: 100
        watch:
          - {{metric: error_rate, source: http, url: "{url}/metrics/{name}/{{service}}/{{colour}}", at_most: 0.05}}
    services:
"""
_SERVICE = """
      - name: {service}
        exposure: {exposure}
        traffic: {{kind: http, url: "{url}/traffic/{name}/{service}"}}
        verify: [{{kind: http, url: "{url}/health/{name}/{service}/{{colour}}", attempts: 1, timeout: 20s}}]
"""
_EXPOSED = {"store": "public", "jobs": "none", "admin": "internal"}


class Crossing(World):
    """One bot, and what its switches are seen to do."""

    def __init__(self, folder: Path, database: str, roads: Crossroads) -> None:
        super().__init__(folder, database)
        self.roads = roads
        #: The run of each environment.
        self.runs: dict[str, RunId] = {}
        #: Who speaks at the same time: Slack's 3 seconds are short for a bot that shares a machine with all this.
        self._room = asyncio.Semaphore(3)

    async def switch(self, environment: str, words: str = "green") -> None:
        """Ana asks; come back when there is a run."""
        store = await self.store()

        async def met() -> bool:
            return await store.holder(EnvironmentName(environment)) is not None

        async with self._room:
            await self._typed("/switch", f"{environment} {words}")
            await until(met, 0.05)
        holder = await store.holder(EnvironmentName(environment))
        assert holder is not None
        self.runs[environment] = holder.id

    async def say(self, command: str, environment: str, words: str = "") -> None:
        """Ana says `/interlock COMMAND RUN`; come back when it is acknowledged."""
        async with self._room:
            await self._typed("/interlock", f"{command} {self.runs[environment]} {words}".strip())

    async def _typed(self, command: str, words: str) -> None:
        assert (await self.playground.command(ANA, DEPLOYS, command, words)).error is None

    async def approve(self, environment: str) -> None:
        """Ben approves what he was shown; come back when it is acknowledged."""
        card = await self.playground.until(lambda: self._card(environment), PATIENCE)
        async with self._room:
            assert (await self.playground.click(BEN, DEPLOYS, card.ts, "approve")).error is None

    def _card(self, environment: str) -> Message | None:
        cards = self.said(DEPLOYS, "Switch of", f"run {self.runs[environment]}:")
        return next(
            (card for card in cards if any(block["type"] == "actions" for block in card.blocks)), None
        )

    async def run_of(self, environment: str) -> Run:
        """The run as its row says."""
        found = await (await self.store()).run(self.runs[environment])
        assert found is not None
        return found

    async def over(self, environment: str) -> Run:
        """Come back when the run has ended and nothing is left to be said."""

        async def met() -> bool:
            return not (await self.run_of(environment)).open

        await until(met, 0.1)
        store = await self.store()

        async def said() -> bool:
            return not await store.unsent(1)

        await until(said, 0.1)
        return await self.run_of(environment)

    async def heard(self, environment: str, event: str) -> None:
        """Come back as soon as the record of the run has *event*."""
        store = await self.store()

        async def met() -> bool:
            return event in {entry.event for entry in await store.record(self.runs[environment])}

        await until(met, 0.05)

    async def baking(self, environment: str, rung: int) -> None:
        """Come back when the bake after that move has seen something."""
        store = await self.store()

        async def met() -> bool:
            report = await store.report(self.runs[environment], (await self.run_of(environment)).began_at)
            return report.bake is not None and report.bake.rung == rung and bool(report.bake.samples)

        await until(met, 0.1)

    def faults(self, environment: str, *, new: bool) -> list[str]:
        """Everything that was seen from outside and must never be, whatever happened."""
        turns = self.roads.turns(environment)
        found = [f"nobody approved {turn}" for turn in turns if turn not in LADDER and turn[1] != OLD]
        found += [
            f"written twice: {before}"
            for service in _EXPOSED
            for before, after in itertools.pairwise([turn for turn in turns if turn[0] == service])
            if before == after
        ]
        forth = [turn for turn in turns if turn[1] != OLD]
        if forth != list(LADDER[: len(forth)]):
            found.append(f"out of order: {forth}")
        wanted = NEW if new else OLD
        for service in _EXPOSED:
            there = self.roads.weights[f"{environment}/{service}"]
            if there != wanted:
                found.append(f"{service} is at {there}")
        return found

    async def intact(self) -> bool:
        """Whether the record is what it was."""
        return broken(await (await self.store()).record()) is None


@asynccontextmanager
async def crossing(
    folder: Path, database: str, environments: Mapping[str, int], *, extend: str = "10m"
) -> AsyncIterator[Crossing]:
    """A bot that listens, with these environments, each of which needs so many votes."""
    async with AsyncExitStack() as stack:
        roads = await stack.enter_async_context(Crossroads())
        estate = ESTATE
        for name, votes in environments.items():
            estate += _ENVIRONMENT.format(name=name, url=roads.url, extend=extend, votes=votes)
            for service, exposure in _EXPOSED.items():
                estate += _SERVICE.format(name=name, url=roads.url, service=service, exposure=exposure)
        (folder / "interlock.yaml").write_text(estate, "utf-8")
        made = Crossing(folder, database, roads)
        await made.slack_returns()
        stack.push_async_callback(made.close)
        await made.start()
        # Once, before many at the same time ask for it.
        await made.store()
        yield made
