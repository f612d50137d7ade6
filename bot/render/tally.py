"""Votes, counted and told."""

from bot.domain.report import Report
from bot.domain.vote import Choice, Vote
from bot.render import text


def approvals(report: Report) -> tuple[Vote, ...]:
    """The first approval of each person for the current plan, oldest first; nobody who also said no."""
    said_no = {vote.voter for vote in rejections(report)}
    return tuple(vote for vote in _firsts(report, Choice.APPROVE) if vote.voter not in said_no)


def rejections(report: Report) -> tuple[Vote, ...]:
    """The first rejection of each person for the current plan, oldest first."""
    return _firsts(report, Choice.REJECT)


def missing(report: Report) -> int:
    """Votes that are still needed; 0 where none are asked for."""
    return max(0, report.ask.votes - len(approvals(report))) if report.ask else 0


def counted(report: Report) -> str:
    """`1/2`, and nothing before it is known how many are needed."""
    return f"{len(approvals(report))}/{report.ask.votes}" if report.ask else ""


def groups(report: Report) -> str:
    """`platform or dba`, as inline code."""
    names = [text.code(name, 70) for name in (report.ask.of if report.ask else ())]
    if len(names) > 10:
        names = [*names[:10], text.plural(len(names) - 10, "further group")]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)


def line(report: Report, *, waiting: bool) -> str:
    """`approved by @ben 14:03, waiting for 1 more of platform`; empty where there is nothing to tell."""
    told = [_told("approved", approvals(report)), _told("rejected", rejections(report))]
    needed = missing(report)
    if waiting and needed:
        more = f"{needed} more" if approvals(report) else text.plural(needed, "vote")
        of = f" of {groups(report)}" if groups(report) else ""
        told.append(f"waiting for {more}{of}")
    return ", ".join(part for part in told if part)


def _told(word: str, votes: tuple[Vote, ...], shown: int = 10) -> str:
    if not votes:
        return ""
    people = tuple(f"{text.mention(vote.voter)} {text.clock(vote.at)}" for vote in votes)
    return f"{word} by {text.listed(people, shown)}"


def _firsts(report: Report, choice: Choice) -> tuple[Vote, ...]:
    firsts: dict[object, Vote] = {}
    for vote in sorted(report.votes, key=lambda vote: vote.at):
        if vote.choice is choice and vote.digest == report.run.digest:
            firsts.setdefault(vote.voter, vote)
    return tuple(firsts.values())
