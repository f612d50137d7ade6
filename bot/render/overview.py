"""What is going on: open runs, and the environments that are free."""

from bot.domain.lease import Lease
from bot.domain.lock import Lock
from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.review import Review
from bot.domain.run import Run, StepName
from bot.domain.value import EnvironmentName, Value
from bot.domain.window import Freeze
from bot.render import blocks, freeze, lease, lock, queue, state, tally, text


class Free(Value):
    """An environment that no run holds."""

    environment: EnvironmentName
    #: The run that ended last there, `None` where there was none yet.
    latest: Run | None = None
    #: The lock that counts there now.
    lock: Lock | None = None


def message(
    busy: tuple[Report, ...],
    free: tuple[Free, ...],
    reviews: tuple[Review, ...] = (),
    freezes: tuple[Freeze, ...] = (),
    unknown: tuple[str, ...] = (),
    kept: tuple[Lease, ...] = (),
) -> Message:
    """Answer `/interlock status`; runs that wait in a queue are among the busy."""
    holding_ones = tuple(report for report in busy if not report.run.queued)
    shown = [(report.run.environment, _busy(report)) for report in holding_ones]
    shown += [(each.environment, _free(each)) for each in free]
    lines = []
    for environment, line in shown:
        lines.append(line)
        lines += [
            f"        {_busy(report)}"
            for report in busy
            if report.run.queued and report.run.environment == environment
        ]
        lines += [
            f"        {lease.line(each)}  ·  run {each.run}"
            for each in kept
            if each.environment == environment
        ]
    lines += map(freeze.line, freezes)
    lines += [f"⚠️ {text.inline(sentence, 300)} Until it can, nothing runs." for sentence in unknown]
    if reviews:
        lines.append(_waiting(reviews))
    if not lines:
        lines = ["There are no environments."]
    holding = text.listed(tuple(_spoken(report) for report in holding_ones), 20) or "nothing is going on"
    anybodys = sum(each.lock is None for each in free)
    spoken = f"{holding}; {text.plural(anybodys, 'environment is', 'environments are')} free."
    parts = [blocks.section("\n".join(lines[at : at + 3])) for at in range(0, len(lines), 3)]
    return blocks.compose(f"{spoken[0].upper()}{spoken[1:]}", parts)


def _waiting(reviews: tuple[Review, ...]) -> str:
    runs = text.listed(tuple(f"run {each.run} ({text.inline(each.ticket, 64)})" for each in reviews), 8)
    waits = "waits" if len(reviews) == 1 else "wait"
    many = text.plural(len(reviews), "emergency", "emergencies")
    return f"🔎 *{many}* still {waits} for a review: {runs}  ·  `/interlock review`"


def _busy(report: Report) -> str:
    run, now = report.run, state.of(report.run)
    votes = f" {tally.counted(report)}" if run.stage is StepName.APPROVE and report.ask else ""
    since = f"since {text.clock(run.began_at)}, {text.duration(report.now - run.began_at)}"
    link = text.link(report.link, "thread")
    parts = [
        f"{now.dot} {state.what(run)}",
        f"*{now.word}{queue.place(report)}{votes}*",
        f"run {run.id} by {text.mention(run.by)} {since}",
        *([link] if link else []),
    ]
    if run.stage is StepName.WINDOW and run.begins_at:
        parts.insert(2, f"goes on {text.day(run.begins_at)}")
    # Those who wait are under the run they wait for, which tells of the lock.
    kept = f"\n🔒 {lock.line(report.lock)}" if report.lock and not run.queued else ""
    return f"{'  ·  '.join(parts)}{kept}"


def _free(free: Free) -> str:
    name = f"⚪ *{text.inline(free.environment, 63)}* is free"
    if free.lock is not None:
        name = f"🔒 *{text.inline(free.environment, 63)}* is {lock.line(free.lock)}"
    run = free.latest
    if run is None or run.ended_at is None:
        return f"{name}  ·  no runs yet"
    now = state.of(run)
    last = f"last: {now.dot} {now.word}, {state.release(run)}, run {run.id}"
    return f"{name}  ·  {last}, {text.day(run.ended_at)}"


def _spoken(report: Report) -> str:
    return f"{text.inline(report.run.environment, 63)} is {state.of(report.run).word} in run {report.run.id}"
