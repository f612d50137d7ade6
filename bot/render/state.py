"""Where a run stands: a dot, a word, and a mark for each step of its recipe."""

import re
from enum import StrEnum

from bot.domain.report import Report, Verdict
from bot.domain.run import Outcome, Run, StepName
from bot.domain.value import Value
from bot.render import text

#: What is kept where a person said `/interlock hold`.
_BY_HAND = re.compile(r"([UW][A-Z0-9]+) holds it\.")

_OUTCOMES = {
    Outcome.DONE: "🟢",
    Outcome.NOTHING: "⚪",
    Outcome.PLANNED: "⚪",
    Outcome.REJECTED: "⚪",
    Outcome.EXPIRED: "⚪",
    Outcome.CANCELLED: "🟠",
    Outcome.REFUSED: "🟠",
    Outcome.SUPERSEDED: "⚪",
    Outcome.RETURNED: "🔴",
    Outcome.FAILED: "🔴",
    Outcome.UNKNOWN: "🔴",
}
_STAGES = {
    StepName.PLAN: ("🔵", "planning"),
    StepName.APPROVE: ("🟡", "waiting for approval"),
    StepName.WINDOW: ("🟡", "waiting for its window"),
    StepName.APPLY: ("🔵", "applying"),
    StepName.VERIFY: ("🔵", "verifying"),
    StepName.BAKE: ("🔵", "baking"),
    StepName.PREVIEW: ("🔵", "looking"),
    StepName.IDLE: ("🔵", "verifying"),
    StepName.SHIFT: ("🔵", "moving traffic"),
    StepName.KEEP: ("🔵", "nearly done"),
}
#: What a bake says.
VERDICTS = {Verdict.PASS: "🟢", Verdict.FAIL: "🔴", Verdict.UNKNOWN: "🟠"}


class State(Value):
    """A state for the eye and for the ear."""

    dot: str
    word: str


class Mark(StrEnum):
    """How far one step got."""

    DONE = "✔"
    CURRENT = "▸"
    FAILED = "✖"
    #: It began, and did not come to an end.
    BROKEN_OFF = "■"
    AHEAD = ""


def held(run: Run, limit: int) -> str:
    """Why a switch stays where it is, at most *limit* characters; whoever holds it by hand is named as people are."""
    by_hand = _BY_HAND.fullmatch(run.held)
    return f"<@{by_hand[1]}> holds it." if by_hand else text.inline(run.held, limit)


def of(run: Run) -> State:
    """The state of a run."""
    if run.outcome is not None:
        return State(dot=_OUTCOMES[run.outcome], word=run.outcome.value)
    if run.queued:
        return State(dot="⚪", word="queued")
    if run.stop_by is not None:
        return State(dot="🟠", word="stopping")
    if run.held:
        return State(dot="🟡", word="held")
    if run.stage is None:
        return State(dot="⚪", word="starting")
    dot, word = _STAGES[run.stage]
    return State(dot=dot, word=word)


def steps(report: Report) -> tuple[tuple[StepName, Mark], ...]:
    """Each step of the recipe with its mark; a window only where somebody waits for it."""
    return tuple((step, _mark(report, step)) for step in report.run.recipe if _told(report.run, step))


def _told(run: Run, step: StepName) -> bool:
    waits = run.stage is StepName.WINDOW or run.wish.when_open or run.wish.at is not None
    return step is not StepName.KEEP and (step is not StepName.WINDOW or waits)


def release(run: Run) -> str:
    """`main@4f2c9e1` as inline code; only the ref while the commit is not known."""
    ref = text.shorten_middle(text.one_line(run.ref), 60)
    if run.switch is not None:
        services = run.switch.services
        return f"{text.code(ref)}{f' ({text.listed(tuple(text.inline(one, 63) for one in services))})' if services else ''}"
    if run.commit is None:
        return text.code(ref)
    short = run.commit[:7]
    return text.code(short if run.commit.startswith(run.ref) else f"{ref}@{short}")


def spoken_release(run: Run) -> str:
    """The same as plain words."""
    return release(run).strip("`")


def what(run: Run) -> str:
    """`*prod* ← main@4f2c9e1 "subject"`."""
    # Which commit a switch is planned with is no news of it.
    subject = f' "{text.inline(run.subject, 120)}"' if run.subject and run.switch is None else ""
    arrow = "→" if run.switch is not None else "←"
    back = f"  ·  ↩️ rollback of run {run.back}" if run.back is not None else ""
    return f"*{text.inline(run.environment, 63)}* {arrow} {release(run)}{subject}{back}"


def _mark(report: Report, step: StepName) -> Mark:
    run = report.run
    if run.outcome in {Outcome.DONE, Outcome.PLANNED}:
        return Mark.DONE
    if report.failed_at is step:
        return Mark.FAILED
    if run.open and run.stage is not None and run.stage in run.recipe:
        place, now = run.recipe.index(step), run.recipe.index(run.stage)
        return Mark.DONE if place < now else Mark.CURRENT if place == now else Mark.AHEAD
    if run.open:
        return Mark.AHEAD
    began = _began(report)
    if step not in began:
        return Mark.AHEAD
    return Mark.BROKEN_OFF if step is began[-1] and not _finished(report, step) else Mark.DONE


def _began(report: Report) -> tuple[StepName, ...]:
    """The steps of an ended run that have left a trace."""
    traces = {
        # Not where it was taken out of a queue.
        StepName.PLAN: report.run.commit is not None,
        StepName.APPROVE: bool(report.votes or report.shifts or report.apply)
        if report.moves
        else _planned(report),
        StepName.WINDOW: report.apply is not None or bool(report.shifts),
        StepName.APPLY: report.apply is not None,
        # Those of the idle colour come before there is anything to verify.
        StepName.VERIFY: bool(report.checks) and (report.apply is not None or not report.run.by_plan),
        StepName.BAKE: report.bake is not None,
        StepName.PREVIEW: bool(report.moves),
        StepName.IDLE: bool(report.checks),
        StepName.SHIFT: bool(report.shifts),
        StepName.KEEP: False,
    }
    return tuple(step for step in report.run.recipe if traces[step])


def _planned(report: Report) -> bool:
    return report.plan is not None and not report.plan.empty


def _finished(report: Report, step: StepName) -> bool:
    """Whether the last step that began came to its end."""
    if step in {StepName.PLAN, StepName.PREVIEW}:
        return report.plan is not None
    if step is StepName.APPLY:
        return report.apply is not None and report.apply.whole
    if step in {StepName.VERIFY, StepName.IDLE}:
        return all(check.verdict is Verdict.PASS for check in report.checks)
    if step is StepName.BAKE:
        finding = report.bake.finding if report.bake else None
        return finding is not None and finding.final and finding.verdict is Verdict.PASS
    return False
