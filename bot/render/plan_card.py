"""The card on which people decide: what a plan takes away first, then everything else, then the votes."""

from bot.domain.message import Attachment, Message
from bot.domain.plan import Plan
from bot.domain.report import Report
from bot.domain.ruling import Ask
from bot.domain.run import Outcome, StepName
from bot.render import advice, blocks, changes, counts, forecast, losses, state, tally, text

#: Characters of JSON left free for the lines that say what is not shown.
_NOTE_ROOM = 1_000


def card(
    report: Report, diff: str, *, approve_emoji: str = "white_check_mark", reject_emoji: str = "x"
) -> Message:
    """The card as it stands now; *diff* is the whole redacted diff, the emoji are those that the estate names."""
    plan = report.plan
    if plan is None:
        return blocks.compose("There is no plan yet.", [blocks.section("There is no plan yet.")])
    file = f"plan-{report.run.id}.diff"
    waiting = _waiting(report, plan)
    first = [blocks.section(_headline(report, plan))]
    warnings = _warnings(plan)
    emoji = (approve_emoji, reject_emoji) if waiting else None
    last = [
        *judgement(report),
        *terms(report),
        *told(losses.section(report)),
        *told(forecast.line(report.forecast)),
        blocks.section(votes(report, plan, waiting=waiting)),
        blocks.context(_small_print(report, plan, file, emoji)),
        *buttons(report, plan, waiting=waiting),
    ]
    room = blocks.MOST_CHARACTERS - blocks.size([*first, *warnings, *last]) - _NOTE_ROOM
    danger = _danger(plan, file, room)
    room -= blocks.size(danger)
    return blocks.compose(
        _spoken(report, plan, waiting=waiting),
        [*first, *danger, *warnings, *_details(plan, file, room)],
        last=last,
        attachments=(Attachment(name=file, title=f"Plan of run {report.run.id}", content=text.clean(diff)),),
    )


def _waiting(report: Report, plan: Plan) -> bool:
    run = report.run
    return asks(report) and run.digest == plan.digest


def asks(report: Report) -> bool:
    """Whether votes are wanted now; not where the law needs none and goes on at once."""
    run, ask = report.run, report.ask
    needed = ask is None or bool(ask.votes or ask.loss)
    return run.open and run.stage is StepName.APPROVE and run.stop_by is None and needed


def _headline(report: Report, plan: Plan) -> str:
    run = report.run
    # Who asked stands in the message above, and is not called a second time.
    return f"*Plan*  ·  {state.what(run)}  ·  run {run.id}\n{counts.line(plan.counts)}"


def _danger(plan: Plan, file: str, room: int) -> list[blocks.Block]:
    group = changes.dangerous(plan)
    total = group.total
    if not total:
        return []
    packed, shown = changes.pack(group, room)
    title = f"⛔ *{text.plural(total, 'object is', 'objects are')} destroyed or replaced*"
    if shown < total:
        title = (
            f"{title}\n⚠️ *Only {text.number(shown)} of them {'is' if shown == 1 else 'are'} shown here. "
            f"Read all {text.number(total)} in* {text.code(file)} *before you decide.*"
        )
    return [blocks.section(title), *packed]


def _warnings(plan: Plan) -> list[blocks.Block]:
    told = []
    if plan.errored:
        told.append("⚠️ *The plan ended with an error*: it shows only a part of what would change.")
    if plan.applyable is False:
        told.append("⚠️ Terraform says that this plan cannot be applied.")
    if plan.complete is False:
        told.append("⚠️ *The plan is incomplete*: a further plan will be needed after it.")
    if plan.deferred:
        told.append(f"⚠️ {text.plural(plan.deferred, 'change is', 'changes are')} left for a later plan.")
    bad = tuple(check for check in plan.checks if check.status != "pass")
    for check in bad[:5]:
        problem = f": {text.inline(check.problems[0], 120)}" if check.problems else ""
        address = text.code(text.shorten_middle(check.address, 60), 80)
        told.append(f"⚠️ Condition {address} says {text.inline(check.status, 20)}{problem}")
    if len(bad) > 5:
        told.append(f"⚠️ {text.plural(len(bad) - 5, 'more condition does', 'more conditions do')} not pass.")
    return [blocks.section("\n".join(told))] if told else []


def told(words: str) -> list[blocks.Block]:
    """A paragraph, where there is something to say."""
    return [blocks.section(words)] if words else []


def _details(plan: Plan, file: str, room: int) -> list[blocks.Block]:
    parts: list[blocks.Block] = []
    left_out = []
    for group in changes.details(plan):
        packed, shown = changes.pack(group, room)
        room -= blocks.size(packed)
        parts += packed
        if shown < group.total:
            left_out.append(f"{text.number(group.total - shown)} {group.name}")
    if left_out:
        note = f"Not shown here: {text.listed(tuple(left_out), 20)}. All of it is in {text.code(file)}."
        parts.append(blocks.context(note))
    return parts


def judgement(report: Report) -> list[blocks.Block]:
    """How serious it is, and why."""
    change_class = report.run.change_class
    if change_class is None:
        return []
    reasons = report.ask.reasons if report.ask else ()
    lines = [f"*{change_class.value}*{', because' if reasons else ''}"]
    lines += [f"• {text.inline(reason.text, 180)}" for reason in reasons[:6]]
    if len(reasons) > 6:
        lines.append(f"• … and {text.plural(len(reasons) - 6, 'more reason')}")
    return [blocks.section("\n".join(lines))]


def terms(report: Report) -> list[blocks.Block]:
    """What is out of the ordinary."""
    run = report.run
    lines = [_moved(report)] if run.by_plan and report.moves else []
    emergency = run.wish.emergency
    if emergency is not None:
        bake = "; the bake takes twice as long" if report.ask and report.ask.double_bake else ""
        why = f"{text.code(emergency.ticket, 70)} {text.inline(emergency.reason, 300)}"
        lines.append(f"🚨 *Emergency* {why}{bake}")
    if run.reverts is not None:
        lines.append(
            f"↩️ *Rollback of run {run.reverts}*: this goes back by a plan, past windows, freezes and locks. "
            "What that run migrated or deleted does not come back, and what it created may be destroyed."
        )
    if report.taken_back is not None:
        lines.append(
            f"⚠️ Run {report.taken_back.id} took this very commit back, {text.day(report.taken_back.began_at)}."
        )
    return [blocks.section("\n".join(lines))] if lines else []


def _moved(report: Report) -> str:
    """What a plan moves that makes a switch, and how that goes back."""
    move, run = report.moves[0], report.run
    name = text.inline(move.service, 63)
    back = advice.switch(run.model_copy(update={"ref": move.before.active}))
    commit = f", with the code that was good last, {text.code(run.commit[:7])}" if run.commit else ""
    return (
        f"*Switch* of {name}: {move.before.active} → {move.after.active}, all at once{commit}.\n"
        f"*How it goes back*: by another plan, {back}."
    )


def _needs(report: Report, ask: Ask) -> str:
    """`2 votes of platform, dba, one of each; each with the environment's name`."""
    of = tally.groups(report)
    needed = f"*Needs {text.plural(ask.votes, 'vote')}*{f' of {of}' if of else ''}" if ask.votes else ""
    if ask.votes and ask.one_each and len(ask.of) > 1:
        needed = f"{needed}, one of each at least"
    if ask.loss:
        confirmed = (
            f"*{'and' if needed else 'Needs'} a confirmation of the loss* by {tally.confirmers(report)}"
        )
        needed = f"{needed} {confirmed}".strip()
    by_hand = " To approve, press *Approve* and write the environment's name; an emoji is not enough."
    return f"{needed}. Nobody votes on their own change.{by_hand if ask.by_hand else ''}"


def votes(report: Report, plan: Plan, *, waiting: bool) -> str:
    """Who may vote, who has, and how it ended."""
    run = report.run
    told = tally.line(report, waiting=waiting)
    votes = f"\n{told[0].upper()}{told[1:]}." if told else ""
    if run.digest is not None and run.digest != plan.digest:
        return f"⚪ *Superseded*: run {run.id} has a newer plan, and votes on this card count for nothing.{votes}"
    if waiting and report.ask:
        return f"🟡 {_needs(report, report.ask)}{votes}"
    if not run.open:
        return f"{_ended(report)}{votes}"
    if run.stop_by is not None:
        return f"🟠 *Stopping*: votes count for nothing any more.{votes}"
    if run.stage in {None, StepName.PLAN, StepName.PREVIEW, StepName.IDLE, StepName.APPROVE}:
        return "⚪ The plan is being judged." if run.switch is None else "⚪ Its checks are being asked."
    return f"🟢 *Decided*{votes or ': no votes were needed.'}"


def _ended(report: Report) -> str:
    run = report.run
    if run.outcome in {Outcome.NOTHING, Outcome.PLANNED}:
        return f"⚪ *{run.outcome.value.capitalize()}*: nothing is {'moved' if run.switch else 'applied'}."
    now = state.of(run)
    said = f": {text.inline(run.text, 300)}" if run.text else "."
    return f"{now.dot} *Run {run.id} ended: {now.word}*{said}"


def _small_print(report: Report, plan: Plan, file: str, emoji: tuple[str, str] | None) -> str:
    parts = [f"plan {text.code(plan.digest[:12])}", f"the whole diff is {text.code(file)}"]
    if plan.terraform_version:
        parts.append(f"Terraform {text.inline(plan.terraform_version, 20)}")
    return "  ·  ".join((*parts, *ballot(report, emoji)))


def ballot(report: Report, emoji: tuple[str, str] | None) -> tuple[str, ...]:
    """Until when votes are taken, and by which *emoji*; nothing where none are."""
    if emoji is None:
        return ()
    yes, no = emoji
    until = (f"open until {text.day(report.run.expires_at)}",) if report.run.expires_at else ()
    approves = "" if report.ask and report.ask.by_hand else f":{yes}: approves, "
    return (*until, f"{approves}:{no}: rejects, taking it away takes the vote away")


def buttons(report: Report, plan: Plan, *, waiting: bool) -> list[blocks.Block]:
    """Those that mean something now: a no is heard for as long as the run waits for its time, too."""
    run = report.run
    waits = run.open and run.stage is StepName.WINDOW and run.stop_by is None and run.digest == plan.digest
    if not waiting and not waits:
        return []
    value = f"{run.id}:{plan.digest}"
    question = f"Run {report.run.id} ends, and nothing is {'moved' if run.switch else 'applied'}."
    sure = blocks.confirm("Reject this plan?", question, "Reject", "Go back")
    buttons = (
        *((blocks.button("Approve", "approve", value, "primary"),) if waiting else ()),
        blocks.button("Reject", "reject", value, "danger", sure),
        blocks.button("When?", "when", str(run.id)),
    )
    return [blocks.actions("votes", *buttons)]


def _spoken(report: Report, plan: Plan, *, waiting: bool) -> str:
    run = report.run
    parts = [f"Plan for {text.inline(run.environment, 63)}, run {run.id}: {counts.spoken(plan.counts)}."]
    if run.change_class is not None:
        parts.append(f"Class {run.change_class.value}.")
    if waiting:
        lacking = tally.tally(report).lacking
        parts.append(f"Waiting for {text.plural(lacking, 'more vote') if lacking else 'a confirmation'}.")
    elif not run.open:
        parts.append(f"The run ended: {state.of(run).word}.")
    else:
        parts.append("No votes are wanted now.")
    return " ".join(parts)
