"""Whose votes count, and what is still missing; `bot.domain.quorum` counts them."""

from bot.domain.quorum import Tally
from bot.domain.ruling import Ask, Reason, ReasonCode
from bot.domain.run import Run, StepName
from bot.domain.value import GroupName, TeamId
from bot.domain.vote import Choice
from bot.policy import permissions
from bot.policy.facts import Standing, VoteFacts

#: Steps in which somebody's word is heard: a no as long as nothing has begun.
_MOMENTS = {
    Choice.APPROVE: frozenset({StepName.APPROVE}),
    Choice.REJECT: frozenset({StepName.APPROVE, StepName.WINDOW, StepName.APPLY}),
}


def voter(
    who: Standing, ask: Ask, run: Run, teams: frozenset[TeamId], *, exclude_committers: bool
) -> tuple[Reason, ...]:
    """Why *who* may not approve the plan of *run*; empty where they may."""
    return (
        *rejecter(who, ask, teams),
        *_own_request(who, run),
        *(_own_commit(who, run) if exclude_committers else ()),
    )


def rejecter(who: Standing, ask: Ask, teams: frozenset[TeamId]) -> tuple[Reason, ...]:
    """Why the word of *who* has no weight here; one's own change may always be rejected."""
    of = tuple(dict.fromkeys((*ask.of, *ask.loss)))
    return (*permissions.membership(who, teams), *permissions.group(who, of, "vote on this plan"))


def counts(facts: VoteFacts) -> tuple[Reason, ...]:
    """Why the vote does not count; empty where it does."""
    who, ask, run = facts.who, facts.ask, facts.run
    if facts.choice is Choice.REJECT:
        return (*moment(facts), *rejecter(who, ask, facts.teams))
    person = voter(who, ask, run, facts.teams, exclude_committers=facts.exclude_committers)
    return (*moment(facts), *person, *_by_hand(facts))


def hopeless(facts: VoteFacts) -> tuple[Reason, ...]:
    """Why nobody need ask this person to write anything by hand: what the run's row alone can say."""
    return (*moment(facts), *_own_request(facts.who, facts.run))


def lacking(told: Tally) -> tuple[Reason, ...]:
    """What *told* still lacks; empty where it is enough."""
    found = []
    if told.lacking:
        text = f"{len(told.approved)} of {told.needed} needed votes are valid now."
        if told.missing:
            text = f"{text[:-1]}, and none for {' and none for '.join(map(_or, told.missing))}."
        found.append(Reason(code=ReasonCode.VOTES_MISSING, text=text))
    if told.unconfirmed:
        text = (
            f"Data would be lost, and nobody of {_or(told.unconfirmed)} who may has confirmed that by hand."
        )
        found.append(Reason(code=ReasonCode.LOSS_UNCONFIRMED, text=text))
    return tuple(found)


def moment(facts: VoteFacts) -> tuple[Reason, ...]:
    """Why no vote on this card counts now, whoever casts it."""
    run = facts.run
    if facts.card != run.digest:
        text = f"This card no longer shows the plan of run {run.id}."
        return (Reason(code=ReasonCode.SUPERSEDED, text=text),)
    over = not run.open or run.stop_by is not None or facts.begun
    heard = run.stage in _MOMENTS[facts.choice] or _again(facts) or _in_time(facts)
    if over or not heard:
        text = f"Run {run.id} is not waiting for votes any more."
        if run.open and _half_way(run):
            text = f"{text[:-1]}: it moves traffic. /interlock hold {run.id} lets it stay, /interlock cancel {run.id} takes it back."
        return (Reason(code=ReasonCode.NOT_WAITING, text=text),)
    if run.stage is StepName.APPROVE and run.expires_at is not None and facts.now >= run.expires_at:
        text = f"The time for votes on run {run.id} is over."
        return (Reason(code=ReasonCode.EXPIRED, text=text),)
    return ()


def _again(facts: VoteFacts) -> bool:
    """A switch that stays half-way may lack a vote that was taken back, and nobody could go on without it."""
    return _half_way(facts.run) and bool(facts.run.held) and facts.choice is Choice.APPROVE


def _in_time(facts: VoteFacts) -> bool:
    """A switch that has moved nothing yet can still be kept from it."""
    return facts.untouched and facts.choice is Choice.REJECT


def _half_way(run: Run) -> bool:
    return run.switch is not None and not run.by_plan and run.stage in {StepName.SHIFT, StepName.BAKE}


def _own_request(who: Standing, run: Run) -> tuple[Reason, ...]:
    if who.person != run.by:
        return ()
    text = f"Run {run.id} was asked for from this account, so somebody else must approve it."
    return (Reason(code=ReasonCode.OWN_REQUEST, text=text),)


def _own_commit(who: Standing, run: Run) -> tuple[Reason, ...]:
    """Look at the address, which is a hint and no proof, but it can only take a vote away; no address, no hint."""
    if who.profile is None or who.profile.email is None or who.profile.email.lower() not in run.committers:
        return ()
    text = f"Run {run.id} deploys a commit of this account's own, so somebody else must approve it."
    return (Reason(code=ReasonCode.OWN_COMMIT, text=text),)


def _by_hand(facts: VoteFacts) -> tuple[Reason, ...]:
    if not facts.ask.by_hand or facts.typed == facts.run.environment:
        return ()
    wrong = "; something else was written" if facts.typed is not None else ""
    text = f"A vote on this plan counts only with the environment's name, {facts.run.environment}, written by hand{wrong}."
    return (Reason(code=ReasonCode.NOT_CONFIRMED, text=text),)


def _or(names: tuple[GroupName, ...]) -> str:
    return " or ".join(names)
