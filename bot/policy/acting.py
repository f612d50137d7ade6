"""What must still be true right before an act: everything that was true at the vote, looked at again."""

from bot.domain import quorum
from bot.domain.person import INTERLOCK
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.run import Run
from bot.domain.value import GroupName
from bot.domain.vote import Vote
from bot.policy import approvals, locks, permissions
from bot.policy.facts import ApplyFacts, Bound, Standing

#: Whatever people say about the plan, it ends here.
FINAL = frozenset({ReasonCode.INPUT_CHANGED, ReasonCode.STOPPED, ReasonCode.NOT_WAITING, ReasonCode.HELD})

#: What is said where people could not be looked up, and nothing else is wrong.
_UNKNOWN = frozenset({ReasonCode.LOOKUP_FAILED, ReasonCode.VOTES_MISSING, ReasonCode.LOSS_UNCONFIRMED})


def ours(facts: ApplyFacts) -> list[Reason]:
    """Why the run may no longer act there at all."""
    run, holder = facts.run, facts.holder
    reasons = []
    if run.stop_by is not None:
        reasons.append(Reason(code=ReasonCode.STOPPED, text=f"Somebody asked run {run.id} to stop."))
    if not run.open:
        reasons.append(Reason(code=ReasonCode.NOT_WAITING, text=f"Run {run.id} has ended already."))
    if holder is None:
        text = f"Run {run.id} does not hold {run.environment} any more."
        reasons.append(Reason(code=ReasonCode.HELD, text=text))
    elif holder.id != run.id:
        reasons.append(_held(holder))
    return [*reasons, *locks.before_apply(facts.lock, run)]


def asked_for(facts: ApplyFacts) -> list[Reason]:
    """Whoever asked must still be one who may ask; where nobody did, the estate wanted it."""
    run = facts.run
    if run.by == INTERLOCK:
        return []
    what = "switch traffic in" if run.switch else "deploy to"
    if run.wish.emergency is not None:
        what = "ask for an emergency in"
    lost = (
        *permissions.membership(facts.requester, facts.teams),
        *permissions.group(facts.requester, facts.requesters, f"{what} {run.environment}"),
    )
    return [
        Reason(code=reason.code, text=f"{run.by.user} asked for run {run.id}. {reason.text}")
        for reason in lost
    ]


#: What each field of `Bound` is called; those that are long and say nothing to people are shortened.
_INPUTS = {
    "digest": "the plan",
    "commit": "the commit",
    "estate": "the estate file",
    "change_class": "the class",
    "window": "the window",
}
#: What a fresh plan mends, and a reason of its own tells.
_STATE = frozenset({"lineage", "serial"})


def unchanged(facts: ApplyFacts) -> list[Reason]:
    """Which inputs are not those that the votes were cast on."""
    pairs = (
        (_INPUTS.get(name, name), _shown(before), _shown(getattr(facts.found, name)))
        for name, before in facts.approved
        if name not in _STATE and before != getattr(facts.found, name)
    )
    return [
        Reason(
            code=ReasonCode.INPUT_CHANGED,
            text=f"{what.capitalize()} changed after the votes: {before} was approved, {now} is there.",
        )
        for what, before, now in pairs
    ] + _moved(facts.approved, facts.found)


def _moved(approved: Bound, found: Bound) -> list[Reason]:
    """Tell apart what a fresh plan mends."""
    if (approved.lineage, approved.serial) == (found.lineage, found.serial):
        return []
    if approved.lineage != found.lineage and approved.lineage and found.lineage:
        text = "The plan was made from another state: its lineage is not the one that is there."
    else:
        text = f"The state changed after the plan: it was made from serial {approved.serial}, and {found.serial} is there."
    return [Reason(code=ReasonCode.STATE_MOVED, text=text)]


def _shown(value: object) -> str:
    text = str(value)
    return (text[:12] if len(text) >= 36 else text) or "nothing"


def approved(facts: ApplyFacts) -> list[Reason]:
    """Count again, each vote for the groups that its voter is in now."""
    ask, digest = facts.ask, facts.approved.digest
    if count := len(quorum.tally(facts.votes, ask, digest).rejected):
        text = "Somebody who may vote said no." if count == 1 else f"{count} people who may vote said no."
        return [Reason(code=ReasonCode.REJECTED, text=text)]
    if facts.blind:
        text = (
            "Interlock was cut off for a while, and Slack could not say whether somebody said no by an emoji."
        )
        return [Reason(code=ReasonCode.LOOKUP_FAILED, text=text)]
    standing = {who.person: who for who in facts.voters}
    lost: list[Reason] = []
    valid = []
    for vote in (vote for vote in facts.votes if vote.digest == digest):
        nobody = Standing(person=vote.voter, profile=None, unknown=frozenset((*ask.of, *ask.loss)))
        who = standing.get(vote.voter, nobody)
        why = (
            *_emoji(vote, facts),
            *approvals.voter(who, ask, facts.run, facts.teams, exclude_committers=facts.exclude_committers),
        )
        lost += (
            Reason(code=reason.code, text=f"The vote of {vote.voter.user} counts no more. {reason.text}")
            for reason in why
        )
        if not why:
            valid.append(vote.model_copy(update={"groups": who.groups}))
    missing = approvals.lacking(quorum.tally(valid, ask, digest))
    unknown = frozenset[GroupName]().union(*(who.unknown for who in facts.voters))
    return [*missing, *lost, *permissions.unknown(unknown)] if missing else []


def _emoji(vote: Vote, facts: ApplyFacts) -> tuple[Reason, ...]:
    """Why a vote by emoji counts no more that was not taken back as far as its row says."""
    if vote in facts.gone:
        return (Reason(code=ReasonCode.VOTES_MISSING, text="Its emoji was taken away."),)
    if vote in facts.unseen:
        text = "Slack could not say whether its emoji is still there."
        return (Reason(code=ReasonCode.LOOKUP_FAILED, text=text),)
    return ()


def unheard(facts: ApplyFacts, ruling: Deny) -> bool:
    """Whether people are to be asked again, because too few votes are left once nobody had heard an emoji go."""
    codes = {reason.code for reason in ruling.reasons}
    return bool(facts.gone) and ReasonCode.VOTES_MISSING in codes and not codes & FINAL


def unanswered(ruling: Allow | Deny) -> bool:
    """Whether nothing stands in the way but look-ups that failed, so that it may help to ask once more."""
    codes = {reason.code for reason in ruling.reasons} if isinstance(ruling, Deny) else set()
    return ReasonCode.LOOKUP_FAILED in codes and codes <= _UNKNOWN


def stays(run: Run, ruling: Deny) -> str:
    """Say why a switch on its way stays where it is; and where waiting does not help, what does."""
    said = " ".join(reason.text for reason in ruling.reasons)
    if not any(reason.code is ReasonCode.INPUT_CHANGED for reason in ruling.reasons):
        return said
    other = "" if run.back is not None else "; it can go back now"
    return f"{said} It goes on only with what was approved{other}."


def _held(holder: Run) -> Reason:
    text = f"{holder.environment} is held by run {holder.id}."
    return Reason(code=ReasonCode.HELD, text=text)
