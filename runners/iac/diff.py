"""The whole diff of a plan as text, for the attachment: in Terraform's manner, the most serious first."""

from collections.abc import Iterator

from bot.domain.plan import Attribute, Change, CheckResult, Plan, Verb
from bot.render import changes, text

_SENTENCES = {
    Verb.REPLACE: "must be replaced",
    Verb.DELETE: "will be destroyed",
    Verb.FORGET: "will be forgotten: it leaves the state and stays in the world",
    Verb.UNKNOWN: "has a change that is not known here",
    Verb.UPDATE: "will be updated in-place",
    Verb.CREATE: "will be created",
    Verb.READ: "will be read during apply",
    Verb.NO_OP: "stays as it is",
}
#: As on a card, but for what stays as it is.
_SIGNS = {**changes.SIGNS, Verb.NO_OP: " "}


def render(plan: Plan) -> str:
    """Give the whole diff; it is as redacted as *plan* is, and ends with a line break."""
    parts = [_notes(plan)]
    parts += map(_change, plan.changes)
    if plan.outputs:
        parts.append(
            "Outputs that change:\n" + "".join(f"  {text.one_line(name)}\n" for name in plan.outputs)
        )
    if plan.checks:
        parts.append("Conditions that did not pass:\n" + "".join(map(_check, plan.checks)))
    if plan.drift:
        parts.append("Changed outside since the last apply:\n\n" + "\n".join(map(_drift, plan.drift)))
    parts.append(_summary(plan))
    return "\n".join(filter(None, parts))


def _notes(plan: Plan) -> str:
    notes = []
    if plan.errored:
        notes.append("This plan ended with an error and cannot be applied.\n")
    if plan.complete is False:
        notes.append("This plan is not complete: it leaves out some of what the configuration asks for.\n")
    if plan.deferred:
        notes.append(f"Left for a later plan: {plan.deferred}.\n")
    return "".join(notes)


def _change(change: Change) -> str:
    return "".join(_lines(change, _SENTENCES[change.verb]))


def _drift(change: Change) -> str:
    gone = change.verb in {Verb.DELETE, Verb.REPLACE}
    return "".join(_lines(change, "was deleted" if gone else "has changed"))


def _lines(change: Change, sentence: str) -> Iterator[str]:
    deposed = f" (deposed object {text.one_line(change.deposed)})" if change.deposed is not None else ""
    reason = f" ({text.one_line(change.reason)})" if change.reason else ""
    address = text.one_line(change.address)
    yield f"# {address}{deposed} {sentence}{reason}\n"
    if change.previous_address:
        yield f"# (moved from {text.one_line(change.previous_address)})\n"
    if change.importing is not None:
        yield f"# (imported from {text.one_line(change.importing)})\n"
    yield f"{_sign(change)} {address}\n"
    for attribute in change.attributes:
        yield from _attribute(attribute)


def _sign(change: Change) -> str:
    if change.verb is Verb.REPLACE and change.actions[:1] == ("create",):
        return "+/-"
    return _SIGNS[change.verb]


def _attribute(attribute: Attribute) -> Iterator[str]:
    forces = "  # forces replacement" if attribute.forces_replacement else ""
    before, after = attribute.before, attribute.after
    if "\n" in f"{before}{after}":
        yield f"    ~ {attribute.path}:{forces}\n"
        yield from (f"        - {line}\n" for line in (before or "").splitlines())
        yield from (f"        + {line}\n" for line in (after or "").splitlines())
    elif before is None:
        yield f"    + {attribute.path}: {after}{forces}\n"
    elif after is None:
        yield f"    - {attribute.path}: {before}{forces}\n"
    else:
        yield f"    ~ {attribute.path}: {before} -> {after}{forces}\n"


def _check(check: CheckResult) -> str:
    return f"  {check.address}: {check.status}\n" + "".join(
        f"    {text.one_line(problem)}\n" for problem in check.problems
    )


def _summary(plan: Plan) -> str:
    counts = plan.counts
    if plan.empty:
        return "Nothing changes.\n"
    added, destroyed = counts.create + counts.replace, counts.delete + counts.replace
    pairs = (
        (counts.import_, "to import"),
        (added, "to add"),
        (counts.update, "to change"),
        (destroyed, "to destroy"),
        (counts.forget, "to forget"),
        (counts.move, "to move"),
        (counts.read, "to read"),
        (counts.action, "to invoke"),
        (counts.unknown, "not known here"),
    )
    always = {"to add", "to change", "to destroy"}
    return (
        "Plan: " + ", ".join(f"{number} {word}" for number, word in pairs if number or word in always) + ".\n"
    )
