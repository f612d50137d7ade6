"""The state moved on, so there is a fresh plan: what differs from the one that people voted on."""

from bot.domain.message import Message
from bot.domain.plan import Change, Plan
from bot.domain.report import Report
from bot.render import blocks, changes, text

_MOST = 30


def message(report: Report, old: Plan, *, carried: bool) -> Message:
    """Say what became of the votes, and why."""
    run, new = report.run, report.plan
    moved = f"The state moved from serial {old.serial} to {new.serial}" if new else "The state moved"
    if carried or new is None:
        said = f"{moved} before the apply. A fresh plan would do exactly the same, so the votes stand for it."
        return blocks.compose(f"Run {run.id}: {said}", [blocks.section(f"🔁 {said}")])
    lines = _differences(old, new)
    shown = "\n".join(lines[:_MOST])
    if len(lines) > _MOST:
        shown += f"\n… and {text.plural(len(lines) - _MOST, 'more difference')}"
    said = f"{moved} before the apply, and a fresh plan would do something else. The votes are void: look at the new card."
    parts = [blocks.section(f"⚠️ *{said}*"), blocks.section(text.fence(shown))]
    return blocks.compose(f"Run {run.id}: {said}", parts)


def superseded(report: Report, digest: str) -> Message:
    """What stays of a card whose plan is not the run's any more."""
    now = report.plan.digest[:12] if report.plan else "none"
    said = (
        f"Superseded: plan {digest[:12]} gave way to plan {now} of run {report.run.id}, "
        "and votes on this card count for nothing."
    )
    return blocks.compose(said, [blocks.section(f"⚪ *{said}*")])


def _differences(old: Plan, new: Plan) -> list[str]:
    before = {(each.address, each.deposed): each for each in old.changes}
    after = {(each.address, each.deposed): each for each in new.changes}
    lines = [f"only now:     {changes.head(each)}" for key, each in after.items() if key not in before]
    lines += [f"not any more: {changes.head(each)}" for key, each in before.items() if key not in after]
    for key, each in after.items():
        if key in before and before[key] != each:
            lines += _changed(before[key], each)
    return lines or ["values that are not shown here"]


def _changed(before: Change, after: Change) -> list[str]:
    if before.verb is not after.verb:
        return [f"was:          {changes.head(before)}", f"is now:       {changes.head(after)}"]
    shown = {attribute.path: attribute for attribute in before.attributes}
    told = [attribute.path for attribute in after.attributes if shown.pop(attribute.path, None) != attribute]
    paths = (*told, *shown)
    return [f"differs:      {changes.head(after)}: {text.listed(tuple(map(text.one_line, paths)), 5)}"]
