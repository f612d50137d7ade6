"""Whatever plans, commits, people and tools say: within Slack's limits, and never markup."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.chart import Chart
from bot.domain.colour import Colour
from bot.domain.message import MOST_ALTERNATIVE, Message
from bot.domain.plan import Attribute, Change, ChangeClass, CheckResult, Counts, Plan, Verb
from bot.domain.report import (
    ApplyReport,
    BakeReport,
    CheckReport,
    Evidence,
    Finding,
    Ledger,
    Piece,
    PieceState,
    Report,
    Sample,
    Side,
    Verdict,
)
from bot.domain.request import Emergency
from bot.domain.ruling import Ask, Reason, ReasonCode
from bot.domain.run import Outcome, Run, StepName, Switching
from bot.domain.traffic import Exposure, Move, Shift, ShiftState, Weights
from bot.domain.value import EnvironmentName, PlanDigest, RunId
from bot.domain.vote import Choice
from bot.render import (
    alert,
    applying,
    baking,
    chart,
    errors,
    help,  # noqa: A004 -- the module of that name
    moving,
    no_changes,
    outcome,
    overview,
    plain,
    plan_card,
    refusal,
    reminder,
    status,
    switch_card,
    verifying,
    way,
)
from tests.fakes.limits import breaches, tokens
from tests.fakes.reports import ANA, DIGEST, NOON, person, run, vote

HOSTILE = (
    "<!channel>",
    "<!here|x>",
    "<@U0EVE>",
    "<#C1>",
    "<https://evil|ok>",
    "```",
    "`*_~",
    "&" * 400,
    '"\\' * 300,
    "\u202e\u200b\x00\ud800",
    ":x:" * 50,
    "\n" * 30,
    "a" * 5000,
    "\U0001f600" * 300,
    "<!date^0^{x}|y>",
)
words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
)
people = st.integers(0, 30).map(lambda index: person(f"U{index}"))
times = st.integers(-100_000, 100_000).map(lambda seconds: NOON + timedelta(seconds=seconds))
maybe_times = st.none() | times
amounts = st.integers(0, 10**7)
attributes = st.builds(
    Attribute, path=words, before=st.none() | words, after=st.none() | words, forces_replacement=st.booleans()
)
changes = st.builds(
    Change,
    address=words,
    deposed=st.none() | words,
    verb=st.sampled_from(Verb),
    actions=st.tuples(words, words),
    reason=st.none() | words,
    previous_address=st.none() | words,
    importing=st.none() | words,
    attributes=st.lists(attributes, max_size=30).map(tuple),
)


def many(items: st.SearchStrategy[Any], copies: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few different ones, each up to so many times: size without a slow search."""
    return st.tuples(st.lists(items, max_size=4), st.sampled_from((1, 3, copies))).map(
        lambda pair: tuple(pair[0] * pair[1])
    )


plans = st.builds(
    Plan,
    digest=st.sampled_from((DIGEST, PlanDigest("cd" * 32))),
    terraform_version=words,
    changes=many(changes, 1500),
    drift=many(changes, 50),
    outputs=many(words, 50),
    checks=many(st.builds(CheckResult, address=words, status=words, problems=st.tuples(words)), 20),
    counts=st.builds(Counts, create=amounts, update=amounts, delete=amounts, import_=amounts, drift=amounts),
    applyable=st.none() | st.booleans(),
    complete=st.none() | st.booleans(),
    errored=st.none() | st.booleans(),
    deferred=amounts,
)
reasons = many(st.builds(Reason, code=st.sampled_from(ReasonCode), text=words), 10)
pieces = st.builds(
    Piece,
    address=words,
    deposed=st.none() | words,
    verb=st.sampled_from(Verb),
    state=st.sampled_from(PieceState),
    started_at=maybe_times,
    ended_at=maybe_times,
    error=words,
)
ledgers = st.builds(
    Ledger, pieces=many(pieces, 1500), errors=many(words, 5), tail=many(words, 10), complete=st.booleans()
)
numbers = st.none() | amounts
evidence = st.builds(
    Evidence,
    metric=words | st.sampled_from(("error_rate", "latency_p99", "alarm slo")),
    side=st.sampled_from(Side),
    requests=numbers,
    errors=numbers,
    value=st.none() | st.floats(),
    missing=words,
)
weights = st.builds(Weights, blue=st.integers(0, 1000), green=st.integers(0, 1000))
moves = st.builds(
    Move,
    service=words,
    exposure=st.sampled_from(Exposure),
    before=weights,
    after=weights,
    whole=st.booleans(),
)
shifts = st.builds(
    Shift,
    index=st.integers(0, 99),
    move=st.none() | st.integers(0, 99),
    service=words,
    before=weights,
    after=weights,
    state=st.sampled_from(ShiftState),
    found=st.none() | weights,
    text=words,
    at=times,
    ended_at=maybe_times,
)
switchings = st.builds(
    Switching,
    colour=st.sampled_from(Colour),
    services=many(words, 30),
    back=st.none() | st.integers(1, 99).map(RunId),
)
reports = st.builds(
    Report,
    run=st.builds(
        run,
        environment=st.sampled_from(("prod", "e" * 63)).map(EnvironmentName),
        by=people,
        ref=words,
        subject=words,
        stage=st.none() | st.sampled_from(StepName),
        change_class=st.none() | st.sampled_from(ChangeClass),
        outcome=st.none() | st.sampled_from(Outcome),
        ended_at=maybe_times,
        expires_at=maybe_times,
        text=words,
        stop_by=st.none() | people,
        switch=st.none() | switchings,
        held=words,
    ),
    now=times,
    plan=st.none() | plans,
    ask=st.none() | st.builds(Ask, votes=st.integers(0, 9), of=many(words, 10), reasons=reasons),
    votes=many(st.builds(partial(vote), people, st.sampled_from(Choice)), 3),
    apply=st.none()
    | st.builds(
        ApplyReport,
        began_at=times,
        ended_at=maybe_times,
        ledger=ledgers,
        exit_code=st.none() | st.integers(0, 2),
        reconciliation=words,
    ),
    checks=many(
        st.builds(
            CheckReport,
            index=st.integers(0, 99),
            kind=words,
            title=words,
            verdict=st.none() | st.sampled_from(Verdict),
            detail=words,
            attempts=st.integers(0, 99),
            seconds=st.floats(0, 1e6),
        ),
        40,
    ),
    bake=st.none()
    | st.builds(
        BakeReport,
        began_at=times,
        until=times,
        samples=many(
            st.builds(Sample, index=amounts, at=times, evidence=many(evidence, 10)),
            2,
        ),
        finding=st.none()
        | st.builds(
            Finding,
            verdict=st.sampled_from(Verdict),
            final=st.booleans(),
            reason=words,
            requests=amounts,
            errors=amounts,
            extended=st.booleans(),
        ),
        min_requests=amounts,
    ),
    moves=many(moves, 50),
    shifts=many(shifts, 50),
    failed_at=st.none() | st.sampled_from(StepName),
    link=st.sampled_from(("", "https://x.slack.com/archives/C1/p1?thread_ts=1&cid=C1", "https://x|<!here>")),
)


def check(message: Message, known: set[str]) -> None:
    """Within the limits; nobody is called who is not part of the run, and nobody twice."""
    assert breaches(message) == []
    called = tokens(message)
    mentions = [token for token in called if token.startswith("@")]
    assert {mention[1:] for mention in mentions} <= known
    assert len(mentions) == len(set(mentions))
    assert all(token.startswith(("@U", "!date^1")) for token in called)


def renderings() -> dict[str, Callable[[Report, str], Message]]:
    """Every message that is made of a report."""
    return {
        "alert": lambda report, _: alert.message(report),
        "applying": lambda report, _: applying.message(report),
        "baking": lambda report, _: baking.message(report),
        "errors": lambda report, said: errors.message(
            report.run, report.failed_at or StepName.PLAN, said, said * 3
        ),
        "held": lambda report, _: moving.held(report),
        "moving": lambda report, _: moving.message(report),
        "no changes": lambda report, _: no_changes.message(report),
        "outcome": lambda report, _: outcome.message(report),
        "overview": lambda report, _: overview.message(
            (report,) * 30, (overview.Free(environment=report.run.environment, latest=report.run),) * 30
        ),
        "plan card": plan_card.card,
        "released": lambda report, _: moving.released(report),
        "reminder": lambda report, _: reminder.message(report),
        "returning": lambda report, said: moving.returning(report, said, report.link),
        "skipped": lambda report, said: way.skipped(
            report.run, report.run.by, Emergency(ticket=said, reason=said)
        ),
        "status": lambda report, _: status.message(report),
        "stuck": lambda report, said: moving.stuck(report, (said,) * 30, report.link),
        "switch card": lambda report, _: switch_card.card(report),
        "verifying": lambda report, _: verifying.message(report),
    }


@pytest.mark.parametrize("name", renderings())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(report=reports, said=words)
def test_a_report_of_anything(name: str, report: Report, said: str) -> None:
    """Every rendering of every report keeps every limit, and so does its plain form."""
    message = renderings()[name](report, said)
    known = {f"U{index}" for index in range(31)}
    check(message, known)
    bare = plain.message(message)
    assert breaches(bare) == []
    assert all(plain.excerpt(each).text.count("```") == 2 for each in message.attachments)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(report=reports)
def test_a_chart_of_anything(report: Report) -> None:
    """Whatever was seen can be drawn up, goes through JSON unchanged, and is said within the limits."""
    drawn = chart.of(report, None)
    if drawn is not None:
        assert len(drawn.alternative) <= MOST_ALTERNATIVE
        assert Chart.model_validate_json(drawn.model_dump_json().encode("utf-8")) == drawn
        check(chart.message(report, drawn, b""), set())


@given(what=words, given_reasons=reasons, known=many(words, 20), near=words)
def test_a_refusal_of_anything(
    what: str, given_reasons: tuple[Reason, ...], known: tuple[str, ...], near: str
) -> None:
    """A refusal keeps every limit too."""
    holder: Run = run(subject=what, ref=near)
    check(refusal.refusal(what, given_reasons, holder), {ANA.user})
    check(refusal.unknown_word(what, known), set())
    check(refusal.misused(what, near, what), set())
    commands = tuple(help.CommandHelp(name=each, usage=each, sentence=near) for each in known)
    check(help.message(commands), set())
    check(help.message(commands, what), set())
