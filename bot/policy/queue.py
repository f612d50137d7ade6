"""The queue: who may join it, who may go before it, and whose turn it is."""

from collections.abc import Iterable

from bot.domain.lock import Lock
from bot.domain.request import Deploy, Switch
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.run import DRY_RUN, SWITCH_BY_PLAN_DRY_RUN, SWITCH_DRY_RUN, Run, StepName, Switching
from bot.domain.value import RunId
from bot.policy import locks, permissions
from bot.policy.facts import RequestFacts

#: Runs that may wait for one environment.
MOST = 20
#: Of these so many by one person, so that nobody alone keeps everybody else out.
MOST_OF_ONE = 5
#: The steps in which a run only waits, so that nothing is lost when another takes its place.
SUPERSEDABLE = frozenset({StepName.APPROVE, StepName.WINDOW})

#: What a run does in each step.
DOING = {
    None: "is just beginning",
    StepName.PLAN: "is still planning",
    StepName.APPLY: "is applying",
    StepName.VERIFY: "is applied and being verified",
    StepName.BAKE: "is applied and baking",
    StepName.PREVIEW: "is still looking",
    StepName.IDLE: "is still verifying",
    StepName.SHIFT: "is moving traffic",
    StepName.KEEP: "is at its end",
}


def in_order(waiting: Iterable[Run]) -> tuple[Run, ...]:
    """Those who wait, each in their place: who goes back goes before everybody else."""
    return tuple(sorted(waiting, key=lambda run: (run.back is None, run.id)))


def turn(waiting: Iterable[Run], lock: Lock | None) -> Run | None:
    """Whose turn it is: the first that *lock*, which counts now, does not keep out; those it does keep their places."""
    for run in in_order(waiting):
        if not locks.keeps_out(lock, run.by, emergency=run.passes):
            return run
    return None


def gives_way(holder: Run | None) -> Run | None:
    """The run that ends for one that goes back: one that only waits, and is no emergency and no way back itself."""
    if holder is None or holder.passes or holder.stage not in SUPERSEDABLE:
        return None
    return holder


def join(request: Deploy | Switch, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why this run may not begin, nor queue where the environment is held; empty where it may."""
    if request.back is not None:
        # No lock keeps out whoever goes back, and no queue is too long for them.
        return _on_its_way(request.back, facts)
    urgent = request.wish.emergency is not None
    kept_out = locks.of_others(facts.lock, facts.who.person, emergency=urgent)
    if isinstance(request, Deploy) and request.supersede and facts.holder is not None:
        return (*kept_out, *_supersede(facts.holder, facts))
    same = [run for run in facts.unended if _same(request, run, facts)]
    found = [*kept_out]
    if same:
        text = f"Run {same[0].id} asks for the same already, and has not begun."
        found.append(Reason(code=ReasonCode.ALREADY_ASKED, text=text))
    if len(facts.queue) >= MOST:
        text = f"{len(facts.queue)} runs wait for {request.environment} already; no more than {MOST} may."
        found.append(Reason(code=ReasonCode.QUEUE_FULL, text=text))
    elif not urgent and _of_one(facts) >= MOST_OF_ONE:
        text = f"{MOST_OF_ONE} runs of this account wait for {request.environment} already: cancel one of them first."
        found.append(Reason(code=ReasonCode.QUEUE_FULL, text=text))
    return tuple(found)


def _on_its_way(back: RunId, facts: RequestFacts) -> tuple[Reason, ...]:
    """Why nobody goes back from the run *back* twice at once."""
    for run in facts.unended:
        if run.back == back:
            text = f"Run {run.id} goes back from run {back} already."
            return (Reason(code=ReasonCode.ALREADY_ASKED, text=text),)
    return ()


def _of_one(facts: RequestFacts) -> int:
    return sum(run.by == facts.who.person for run in facts.queue)


def _supersede(holder: Run, facts: RequestFacts) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if holder.stage not in SUPERSEDABLE:
        text = (
            f"Run {holder.id} {DOING[holder.stage]}; only a run that waits for votes or for its window can be "
            "superseded. Without --supersede yours queues behind it."
        )
        found.append(Reason(code=ReasonCode.NOT_SUPERSEDABLE, text=text))
    if holder.by != facts.who.person:
        what = f"supersede other people's runs in {holder.environment}"
        found += permissions.group(facts.who, facts.cancellers, what)
    return tuple(found)


def _same(request: Deploy | Switch, run: Run, facts: RequestFacts) -> bool:
    """Whether *run* would bring what is asked for; once its ref means a commit, the same ref may mean another."""
    if isinstance(request, Switch):
        wanted = Switching(
            colour=request.colour, services=request.services, steps=request.steps, back=request.back
        )
        looks = run.recipe in {SWITCH_DRY_RUN, SWITCH_BY_PLAN_DRY_RUN}
        asked = (facts.who.person, wanted, request.dry_run, request.wish)
        return run.stage is None and asked == (run.by, run.switch, looks, run.wish)
    wants = (facts.who.person, request.ref or facts.branch, request.dry_run, request.wish)
    return (
        run.switch is None
        and run.back is None
        and run.commit is None
        and wants == (run.by, run.ref, run.recipe == DRY_RUN, run.wish)
    )
