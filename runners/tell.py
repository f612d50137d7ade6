"""Says in Slack what the rows say: gathers a report, has it rendered, and hands it to the voice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from bot import forecast, past
from bot.domain.chart import Chart
from bot.domain.errors import Broken, InterlockError, ToolBroken
from bot.domain.estate import BakeSettings, Estate
from bot.domain.message import Message, Saying, Urgency
from bot.domain.person import INTERLOCK
from bot.domain.report import BakeReport, Report
from bot.domain.run import BAD, Outcome, StepName
from bot.domain.value import RunId
from bot.domain.vote import Vote
from bot.journal import Binding, Journal
from bot.policy import reverting as law
from bot.ports import Calendars, Clock, Thread, Voice
from bot.render import (
    alert,
    applying,
    baking,
    chart,
    errors,
    moving,
    no_changes,
    outcome,
    override,
    plan_card,
    reminder,
    replanned,
    reverting,
    rung,
    status,
    switch_card,
    taken_back,
    verifying,
)
from runners.said import alarming, card_key, status_key

P = ParamSpec("P")

log = logging.getLogger(__name__)

#: Ends that need no message of their own beside the edited ones.
_QUIET = frozenset({Outcome.PLANNED})
#: Seconds that an alert waits for the address of its thread.
_SOON = 2.0
#: Steps in which it is still to come when the run begins to change something.
_BEFORE = frozenset({StepName.PLAN, StepName.PREVIEW, StepName.IDLE, StepName.APPROVE, StepName.WINDOW})


def _kept_going(
    tell: Callable[Concatenate["Narrator", P], Coroutine[Any, Any, None]],
) -> Callable[Concatenate["Narrator", P], Coroutine[Any, Any, None]]:
    """What is done never fails of what is said about it: a message that cannot be made is logged and left out."""

    @wraps(tell)
    async def told(self: "Narrator", /, *what: P.args, **how: P.kwargs) -> None:
        try:
            await tell(self, *what, **how)
        except Broken:
            raise
        except Exception:
            log.exception("tell.failed", extra={"what": tell.__name__})

    return told


class Narrator:
    """Implements `runners.kit.Tell`."""

    def __init__(
        self,
        *,
        estate: Estate,
        journal: Journal,
        calendars: Calendars,
        clock: Clock,
        voice: Voice,
        thread: Thread,
        draw: Callable[[Chart], Awaitable[bytes | None]],
    ) -> None:
        """Tell of runs under *estate*; *thread* is asked for links only, *draw* makes a PNG of a chart or nothing."""
        self._calendars = calendars
        self._estate = estate
        self._journal = journal
        self._clock = clock
        self._voice = voice
        self._thread = thread
        self._draw = draw

    async def _report(self, run: RunId) -> Report:
        return await self._journal.report(run, self._clock.now())

    async def _say(
        self, report: Report, key: str, message: Message, urgency: Urgency, *, broadcast: bool = False
    ) -> None:
        top = status_key(report.run.id)
        await self._voice.say(
            Saying(
                key=key,
                channel=report.run.channel,
                message=message,
                urgency=urgency,
                run=report.run.id,
                under=None if key == top else top,
                broadcast=broadcast,
            )
        )

    async def _status(self, report: Report, urgency: Urgency) -> None:
        run = report.run
        lease = await self._journal.leased(run.id) if run.switch and not run.open else None
        await self._say(report, status_key(run.id), status.message(report, lease), urgency)

    @_kept_going
    async def status(self, run: RunId) -> None:
        """The run's one message in the channel."""
        await self._status(await self._report(run), Urgency.DECISION)

    async def card(self, run: RunId) -> None:
        """The plan, the votes on it and the buttons; raises what hinders it, for nobody can vote without it."""
        await self._card(await self._report(run))

    @_kept_going
    async def _last_status(self, report: Report) -> None:
        await self._status(report, Urgency.DECISION)

    @_kept_going
    async def _last_card(self, report: Report) -> None:
        await self._card(report)

    async def _card(self, report: Report) -> None:
        report = await self._foreseen(report)
        bound = await self._journal.binding(report.run.id)
        if bound is None:
            return
        slack = self._estate.slack
        yes, no = slack.approve_emoji[0], slack.reject_emoji[0]
        if report.run.switch is not None and not report.run.by_plan:
            message = switch_card.card(report, approve_emoji=yes, reject_emoji=no)
        else:
            message = plan_card.card(report, bound.diff, approve_emoji=yes, reject_emoji=no)
        await self._say(report, card_key(report.run.id, bound.plan.digest), message, Urgency.DECISION)

    async def _foreseen(self, report: Report) -> Report:
        run = report.run
        late = not run.open or run.stage not in _BEFORE
        if run.change_class is None or late or run.back is not None:
            return report
        ahead = await forecast.of(
            run,
            run.change_class,
            report.now,
            estate=self._estate,
            journal=self._journal,
            calendars=self._calendars,
        )
        return report.model_copy(update={"forecast": ahead})

    @_kept_going
    async def override(self, run: RunId, freezes: tuple[str, ...] = ()) -> None:
        """An emergency, in the channel as a new message, and to the incident channel."""
        report = await self._report(run)
        message, incidents = override.message(report, freezes), self._estate.slack.channels["incidents"]
        key = f"run:{run}:override"
        await self._say(report, key, message, Urgency.ALERT, broadcast=True)
        if report.run.channel != incidents:
            await self._alarm(report, f"{key}:incidents", message)

    @_kept_going
    async def reverting(self, run: RunId, back: RunId) -> None:
        """A run takes *back* another one: whoever follows that one, and the incident channel, hear of it."""
        report = await self._report(run)
        await self._retold(back)
        if report.run.by != INTERLOCK:
            # Of what nobody asked for, the alert tells.
            await self._incidents(report, "reverting", lambda link: reverting.message(report, link))

    async def _retold(self, run: RunId) -> None:
        """What was said of the end of *run*, with what takes it back by now, and a button only where nothing does."""
        report = await self._report(run)
        await self._outcome(report)
        if alarming(report):
            await self._alert(report)

    @_kept_going
    async def voted(self, run: RunId) -> None:
        """The card with the votes on it, and the status."""
        report = await self._report(run)
        await self._card(report)
        await self._status(report, Urgency.DECISION)

    @_kept_going
    async def taken_back(self, run: RunId, vote: Vote) -> None:
        """The emoji of a vote is gone, and nobody heard it go: in the thread, once."""
        report = await self._report(run)
        key = f"run:{run}:gone:{vote.voter.user}:{vote.via}:{vote.at.isoformat()}"
        await self._say(report, key, taken_back.message(report, vote), Urgency.DECISION)

    @_kept_going
    async def replanned(self, run: RunId, old: Binding, *, carried: bool) -> None:
        """Another plan is in the place of *old*: what differs, and what became of the votes."""
        report = await self._report(run)
        gone = replanned.superseded(report, old.plan.digest)
        await self._say(report, card_key(run, old.plan.digest), gone, Urgency.DECISION)
        key = f"run:{run}:replanned:{report.run.digest}"
        await self._say(report, key, replanned.message(report, old.plan, carried=carried), Urgency.DECISION)
        await self._card(report)

    async def _progress(self, report: Report, part: str, message: Message) -> None:
        await self._say(report, f"run:{report.run.id}:{part}", message, Urgency.PROGRESS)
        await self._status(report, Urgency.PROGRESS)

    @_kept_going
    async def applying(self, run: RunId) -> None:
        """How far the apply is."""
        report = await self._report(run)
        await self._progress(report, "apply", applying.message(report))

    @_kept_going
    async def verifying(self, run: RunId) -> None:
        """What the checks say."""
        report = await self._report(run)
        await self._progress(report, "verify", verifying.message(report))

    @_kept_going
    async def baking(self, run: RunId) -> None:
        """What the live evidence says; each move of a switch has a bake, and a message, of its own."""
        report = await self._report(run)
        place = report.bake.rung if report.bake else 0
        await self._progress(report, f"bake:{place}" if place else "bake", baking.message(report))

    @_kept_going
    async def chart(self, run: RunId) -> None:
        """A picture of each bake that is over and has none in the thread yet."""
        report = await self._report(run)
        for bake in report.baked:
            if not chart.over(report, bake) or bake.finding is None:
                continue
            # A bake that was held and goes on has another picture to show at its end; one that is looked at on has not.
            key = f"run:{run}:chart:{bake.rung}:{bake.finding.verdict.value}"
            if await self._journal.whereabouts(key) is None:
                await self._chart(report.model_copy(update={"bake": bake}), bake, key)

    @_kept_going
    async def _chart(self, report: Report, bake: BakeReport, key: str) -> None:
        drawn = chart.of(report, self._watched(report, bake), await self._before(report, bake))
        png = await self._draw(drawn) if drawn else None
        if drawn and png:
            # Said again after a crash it is the same message, and a file that is in the thread is not sent again.
            await self._say(report, key, chart.message(report, drawn, png), Urgency.PROGRESS)

    def _watched(self, report: Report, bake: BakeReport) -> BakeSettings | None:
        environment = self._estate.environments.get(report.run.environment)
        if environment is None:
            return None
        moved = rung.move(report, bake)
        return self._estate.watched(report.run.environment, moved.service) if moved else environment.bake

    async def _before(self, report: Report, bake: BakeReport) -> BakeReport | None:
        """The last good bake there, with which a deploy is compared."""
        if report.run.switch is not None:
            return None
        before = await self._journal.good_bake(report.run.environment)
        return before if before and before.began_at < bake.began_at else None

    @_kept_going
    async def moving(self, run: RunId) -> None:
        """Where the traffic of a switch is."""
        report = await self._report(run)
        await self._progress(report, "traffic", moving.message(report))

    @_kept_going
    async def held(self, run: RunId) -> None:
        """A switch stays where it is, and why, as a new message each time; somebody must say what to do."""
        report = await self._report(run)
        if not report.run.held:
            return
        await self._say(report, await self._held(run), moving.held(report), Urgency.ALERT, broadcast=True)
        await self._status(report, Urgency.DECISION)

    @_kept_going
    async def released(self, run: RunId) -> None:
        """The same message, once it stays there no more; its buttons mean nothing then."""
        report = await self._report(run)
        if not report.run.held:
            await self._say(report, await self._held(run), moving.released(report), Urgency.DECISION)
        await self._status(report, Urgency.DECISION)

    async def _held(self, run: RunId) -> str:
        """The message about the newest time that it was held."""
        times = sum(entry.event == "run.held" for entry in await self._journal.record(run))
        return f"run:{run}:held:{times}"

    @_kept_going
    async def returning(self, run: RunId, why: str) -> None:
        """A switch goes back; the incident channel hears of it at once, where nobody asked for that."""
        report = await self._report(run)
        await self._aloud(report, "returning", lambda link: moving.returning(report, why, link))

    @_kept_going
    async def stuck(self, run: RunId, left: tuple[str, ...]) -> None:
        """A switch cannot go back: loudly, with what is left."""
        report = await self._report(run)
        await self._aloud(report, "stuck", lambda link: moving.stuck(report, left, link))

    async def _aloud(self, report: Report, what: str, message: Callable[[str], Message]) -> None:
        """Say it in the channel as well as in the thread, and to the incident channel."""
        await self._incidents(report, what, message)
        if report.run.channel != self._estate.slack.channels["incidents"]:
            key = f"run:{report.run.id}:{what}"
            await self._say(report, key, message(""), Urgency.ALERT, broadcast=True)
        await self._status(report, Urgency.DECISION)

    async def _incidents(self, report: Report, what: str, message: Callable[[str], Message]) -> None:
        """Say it to the incident channel; the message is given the thread's address."""
        key = f"run:{report.run.id}:{what}:incidents"
        await self._alarm(report, key, message(await self._link(report.run.id)))

    async def _alarm(self, report: Report, key: str, message: Message) -> None:
        await self._voice.say(
            Saying(
                key=key,
                channel=self._estate.slack.channels["incidents"],
                message=message,
                urgency=Urgency.ALERT,
                run=report.run.id,
            )
        )

    @_kept_going
    async def error(self, run: RunId, step: StepName, error: InterlockError) -> None:
        """A tool's own message, whole."""
        report = await self._report(run)
        output = error.output if isinstance(error, ToolBroken) else ""
        message = errors.message(report.run, step, str(error), output)
        await self._say(report, f"run:{run}:error:{step}", message, Urgency.DECISION)

    async def remind(self, run: RunId) -> None:
        """Tell those who may vote that they are waited for, once."""
        report = await self._report(run)
        await self._say(report, f"run:{run}:reminder", reminder.message(report), Urgency.DECISION)

    @_kept_going
    async def ended(self, run: RunId) -> None:
        """How it ended; bad news goes to the incident channel too."""
        report = await self._report(run)
        await self._last_status(report)
        if report.run.outcome is not Outcome.NOTHING:
            await self._last_card(report)
        if report.run.outcome not in _QUIET:
            await self._outcome(report)
        if alarming(report) or report.run.reverts is not None:
            # Where it began, its end is waited for, also a good one.
            await self._alert(report)
        if report.run.reverts is not None:
            await self._retold(report.run.reverts)

    @_kept_going
    async def _outcome(self, report: Report) -> None:
        report = await self._offered(report)
        nothing = report.run.outcome is Outcome.NOTHING
        message = no_changes.message(report) if nothing else outcome.message(report)
        key = f"run:{report.run.id}:outcome"
        await self._say(report, key, message, Urgency.DECISION, broadcast=alarming(report))

    async def _alert(self, report: Report) -> None:
        offered = await self._offered(report)
        linked = offered.model_copy(update={"link": await self._link(report.run.id)})
        await self._alarm(report, f"run:{report.run.id}:alert", alert.message(linked))

    async def _offered(self, report: Report) -> Report:
        """Add what the run could be taken back to, where it ended badly and the law sees a way."""
        run = report.run
        if run.outcome not in BAD | {Outcome.CANCELLED} or run.switch is not None or report.apply is None:
            return report
        trail = await past.trail(run, self._journal)
        gone = report.way_back is not None and report.way_back.open
        known = {} if gone or law.faults(trail) else {"back_to": trail.good}
        return report.model_copy(update=known)

    async def _link(self, run: RunId) -> str:
        """The thread's address; an alert goes out without one rather than late."""
        place = await self._journal.whereabouts(status_key(run))
        if place is not None:
            with suppress(Broken, TimeoutError):
                async with asyncio.timeout(_SOON):
                    return await self._thread.link(*place)
        return ""
