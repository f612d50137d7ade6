"""A no: what was refused, each reason, and the next thing to do. Private, to the person who asked."""

from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.nearest import nearest
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.run import Run
from bot.render import blocks, lock, state, text

_HELP = "`/interlock help`"

#: What helps against each reason; two reasons with the same cure show it once.
_NEXT = {
    ReasonCode.UNKNOWN_ENVIRONMENT: "See the environments: `/interlock status`.",
    ReasonCode.BAD_REF: "Name a branch, a tag or a commit, like `/deploy staging main`.",
    ReasonCode.BOT: "A person has to do this.",
    ReasonCode.GUEST: "Ask a full member of the workspace.",
    ReasonCode.FOREIGN_WORKSPACE: "Ask a member of the home workspace.",
    ReasonCode.DEACTIVATED: "Ask an administrator of the workspace.",
    ReasonCode.NOT_IN_GROUP: "Ask somebody of the groups named, or have the estate's groups changed.",
    ReasonCode.LOOKUP_FAILED: "Try again in a minute; if it stays so, an operator looks at Interlock's log.",
    ReasonCode.WRONG_CHANNEL: "Say it in the channel of that environment.",
    ReasonCode.SHARED_CHANNEL: "Name a channel of the home workspace alone in the estate, and ask there.",
    ReasonCode.HELD: "Wait for that run to end, or stop it with `/interlock cancel`.",
    ReasonCode.OWN_REQUEST: "Somebody else has to vote.",
    ReasonCode.OWN_REVIEW: "Somebody else has to look at it.",
    ReasonCode.OWN_COMMIT: "Somebody else has to vote.",
    ReasonCode.SUPERSEDED: "Vote on the newest card of the run.",
    ReasonCode.NOT_WAITING: "See where it stands: `/interlock status`.",
    ReasonCode.EXPIRED: "Deploy again for a fresh plan.",
    ReasonCode.VOTES_MISSING: "Let those who may vote look at the card.",
    ReasonCode.REJECTED: "Talk to those who said no, then deploy again.",
    ReasonCode.NO_RULE: "Add a rule for this class to the estate.",
    ReasonCode.INPUT_CHANGED: "Deploy again: the new plan needs its own votes.",
    ReasonCode.STATE_MOVED: "A fresh plan is made; look at it.",
    ReasonCode.NOT_PROMOTED: "Deploy the commit to the environment before this one first.",
    ReasonCode.WINDOW_CLOSED: "See when it is open: `/interlock when`; approve now and let it run then: `--when-open`.",
    ReasonCode.FROZEN: "See until when: `/interlock freeze list`. What cannot wait goes by `--emergency TICKET REASON`.",
    ReasonCode.FREEZE_STANDS: "See what is frozen: `/interlock freeze list`; lift the other one first where it is not right any more.",
    ReasonCode.UNKNOWN_FREEZE: "See what is frozen: `/interlock freeze list`.",
    ReasonCode.BAD_TIME: "Write a moment to come, like 2026-11-22T02:00Z.",
    ReasonCode.TOO_LONG: "Name a shorter time; as long as it is not over, it can be made longer again.",
    ReasonCode.LOCKED: "Talk to whoever holds the lock; `/interlock lock` takes it over with a reason.",
    ReasonCode.NOT_LOCKED: "See what is locked: `/interlock status`.",
    ReasonCode.QUEUE_FULL: "Wait until some of them are through, or take one out with `/interlock cancel RUN`.",
    ReasonCode.ALREADY_ASKED: "See its place: `/interlock status`.",
    ReasonCode.LOSS_UNCONFIRMED: "Somebody of the groups named has to press *Approve* and write the environment's name.",
    ReasonCode.NOT_CONFIRMED: "Press *Approve* on the card and write the environment's name.",
    ReasonCode.BAD_TICKET: "Write the ticket as your team's tracker does, like INC-42.",
    ReasonCode.NO_EMERGENCY: "Have a rule for emergencies added to the estate's classes.",
    ReasonCode.NOT_SUPERSEDABLE: "Deploy without `--supersede`: the run queues behind it.",
    ReasonCode.UNKNOWN_SERVICE: "Name a service that the estate lists, or none to switch all of them.",
    ReasonCode.ALREADY_ACTIVE: "There is nothing to do; `/interlock status` shows what is going on.",
    ReasonCode.NOBODY_HEALTHY: "Mend what is behind that colour, then ask again.",
    ReasonCode.ALARM_ON: "Ask again once it is off; a way back by `/rollback` waits for no alarm.",
    ReasonCode.TRAFFIC_MOVED: "Find out who moved it; then `/switch` begins from what is there.",
    ReasonCode.SHARE_MISMATCH: "Look at what is in front of the two colours: caches, resolvers, open connections.",
    ReasonCode.NOT_POSSIBLE: "`/interlock status` shows where the run is.",
    ReasonCode.STOPPED: "Deploy again when it is time.",
    ReasonCode.NOT_ALONE: "Each of them is a run of its own; the second one waits for the first.",
    ReasonCode.NOT_DEPLOYED: "`/deploy` brings the first code.",
    ReasonCode.VOTES_NEEDED: "Let those who may vote look at the card.",
}
_MOST_REASONS = 15


def refusal(
    what: str, reasons: tuple[Reason, ...], holder: Run | None = None, kept: Lock | None = None
) -> Message:
    """Say that *what* (`/deploy prod`, `Your vote on run 42`) is refused, why, and what would help.

    *holder* is the run that stands in the way, where one does, and *kept* the lock.
    """
    shown = reasons[:_MOST_REASONS]
    lines = [f"🚫 {text.code(what, 200)} is refused."]
    lines += [f"• {_why(reason, kept)}" for reason in shown]
    if len(reasons) > len(shown):
        lines.append(f"• … and {text.plural(len(reasons) - len(shown), 'more reason')}")
    if holder is not None:
        lines.append(_held(holder))
    cures = dict.fromkeys(_cure(reason.code, holder) for reason in shown)
    lines += [f"→ {cure}" for cure in cures]
    spoken = f"Refused. {' '.join(text.sentence(text.inline(reason.text, 300)) for reason in shown[:5])}"
    return blocks.compose(spoken, _paragraphs(lines))


def unknown_word(word: str, known: tuple[str, ...]) -> Message:
    """Say that *word* means nothing, and which word may have been meant."""
    near = nearest(word, known)
    meant = f" Did you mean {text.code(near)}?" if near else ""
    choices = text.listed(tuple(text.code(each, 70) for each in known), 20)
    lines = [
        f"🚫 I do not know {text.code(text.shorten(text.one_line(word), 80))}.{meant}",
        f"→ I know {choices}." if known else f"→ {_HELP} lists what I know.",
    ]
    spoken = (
        f"Unknown word {text.inline(word, 80)}.{f' Did you mean {text.inline(near, 80)}?' if near else ''}"
    )
    return blocks.compose(spoken, _paragraphs(lines))


def misused(said: str, sentence: str, usage: str) -> Message:
    """Say what is wrong with a known command, and how it is written."""
    lines = [f"🚫 {text.code(said, 300)}: {text.inline(sentence, 400)}", f"→ Write {text.code(usage, 200)}."]
    return blocks.compose(f"{text.inline(sentence, 400)} Write {text.inline(usage, 200)}", _paragraphs(lines))


def _why(reason: Reason, kept: Lock | None) -> str:
    """The reason's own sentence; of a lock with its holder by name, and the time as the reader counts it."""
    if reason.code is ReasonCode.LOCKED and kept is not None:
        return f"{text.inline(kept.environment, 63)} is {lock.line(kept)}"
    return text.inline(reason.text, 400)


def _cure(code: ReasonCode, holder: Run | None) -> str:
    cure = _NEXT[code]
    return cure.replace("cancel`", f"cancel {holder.id}`") if holder and code is ReasonCode.HELD else cure


def _held(run: Run) -> str:
    now = state.of(run)
    since = text.day(run.began_at)
    return f"{now.dot} run {run.id} by {text.mention(run.by)}: {state.what(run)}, *{now.word}*, since {since}"


def _paragraphs(lines: list[str]) -> list[blocks.Block]:
    return [blocks.section("\n".join(lines[at : at + 6])) for at in range(0, len(lines), 6)]
