"""Votes, counted and told."""

from bot.domain import quorum
from bot.domain.person import Person
from bot.domain.quorum import Tally
from bot.domain.report import Report
from bot.domain.value import GroupName
from bot.domain.vote import BY_HAND, Choice, Vote
from bot.render import text


def tally(report: Report) -> Tally:
    """Count the votes for the current plan; nobody is asked where there is none yet."""
    ask, digest = report.ask, report.run.digest
    if ask is None or digest is None:
        return Tally(approved=(), rejected=(), needed=0)
    return quorum.tally(report.votes, ask, digest)


def approvals(report: Report) -> tuple[Vote, ...]:
    """The first approval of each person that counts for the current plan, oldest first."""
    told = tally(report)
    return _firsts(report, Choice.APPROVE, (*told.approved, *told.confirmed))


def rejections(report: Report) -> tuple[Vote, ...]:
    """The first rejection of each person for the current plan, oldest first."""
    return _firsts(report, Choice.REJECT, tally(report).rejected)


def counted(report: Report) -> str:
    """`1/2`, and nothing before it is known how many are needed."""
    return f"{len(tally(report).approved)}/{report.ask.votes}" if report.ask else ""


def groups(report: Report) -> str:
    """`platform or dba`, as inline code."""
    return _or(report.ask.of) if report.ask else ""


def confirmers(report: Report) -> str:
    """Who may confirm that data will be lost, as inline code; empty where none would be."""
    return _or(report.ask.loss) if report.ask else ""


def wanted(report: Report) -> str:
    """`1 more of platform`, `somebody of dba`: who is waited for; empty where nobody is."""
    told = tally(report)
    needed = told.lacking
    parts = [f"somebody of {_or(names)}" for names in told.missing[:5]]
    if needed > len(told.missing):
        rest = needed - len(told.missing)
        more = f"{rest} more" if told.approved or told.missing else text.plural(rest, "vote")
        parts.append(f"{more} of {groups(report)}" if groups(report) else more)
    if told.unconfirmed:
        parts.append(f"somebody of {_or(told.unconfirmed)} to confirm the loss")
    return " and ".join(parts)


def line(report: Report, *, waiting: bool) -> str:
    """`approved by @ben 14:03, waiting for somebody of dba`; empty where there is nothing to tell."""
    told = [_told("approved", approvals(report)), _told("rejected", rejections(report))]
    if waiting and (who := wanted(report)):
        told.append(f"waiting for {who}")
    return ", ".join(part for part in told if part)


def _or(names: tuple[GroupName, ...]) -> str:
    shown = [text.code(name, 70) for name in names]
    if len(shown) > 10:
        shown = [*shown[:10], text.plural(len(shown) - 10, "further group")]
    return f"{', '.join(shown[:-1])} or {shown[-1]}" if len(shown) > 1 else "".join(shown)


def _told(word: str, votes: tuple[Vote, ...]) -> str:
    if not votes:
        return ""
    people = tuple(f"{text.mention(vote.voter)} {text.clock(vote.at)}" for vote in votes)
    return f"{word} by {text.listed(people, 10)}"


def _firsts(report: Report, choice: Choice, people: tuple[Person, ...]) -> tuple[Vote, ...]:
    firsts: dict[Person, Vote] = {}
    for vote in sorted(report.votes, key=lambda vote: vote.at):
        counts = vote.via == BY_HAND or choice is Choice.REJECT or not (report.ask and report.ask.by_hand)
        if vote.choice is choice and vote.digest == report.run.digest and vote.voter in people and counts:
            firsts.setdefault(vote.voter, vote)
    return tuple(firsts.values())
