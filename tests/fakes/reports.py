"""Reports as the tests of the renderer need them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.plan import Attribute, Change, ChangeClass, Counts, Plan, Verb
from bot.domain.report import Report
from bot.domain.ruling import Ask, Reason, ReasonCode
from bot.domain.run import DEPLOY, SWITCH_BY_PLAN, Run, StepName, Switching
from bot.domain.traffic import Exposure, Move, Weights
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import Choice, Vote

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DIGEST = PlanDigest("ab" * 32)


def person(user: str) -> Person:
    return Person(team=TeamId("T0HOME"), user=UserId(user))


ANA, BEN, CAT = person("U0ANA"), person("U0BEN"), person("U0CAT")


def later(**length: float) -> datetime:
    return NOON + timedelta(**length)


def run(**differs: Any) -> Run:
    usual = Run(
        id=RunId(42),
        environment=EnvironmentName("prod"),
        by=ANA,
        channel=ChannelId("C0DEPLOYS"),
        ref="main",
        recipe=DEPLOY,
        stage=StepName.APPROVE,
        commit=Commit("4f2c9e1" + "0" * 33),
        subject="Raise the worker count",
        digest=DIGEST,
        change_class=ChangeClass.HIGH_RISK,
        began_at=NOON,
        expires_at=later(hours=1),
    )
    return usual.model_copy(update=differs)


def change(address: str, verb: Verb, **more: Any) -> Change:
    return Change(address=address, verb=verb, actions=(verb.value,), **more)


def plan(*changes: Change, **differs: Any) -> Plan:
    verbs = [each.verb for each in changes]
    counts = Counts(
        create=verbs.count(Verb.CREATE),
        update=verbs.count(Verb.UPDATE),
        delete=verbs.count(Verb.DELETE),
        replace=verbs.count(Verb.REPLACE),
        forget=verbs.count(Verb.FORGET),
    )
    usual = Plan(digest=DIGEST, terraform_version="1.11.4", changes=changes, counts=counts)
    return usual.model_copy(update=differs)


USUAL = plan(
    change(
        "aws_db_instance.main",
        Verb.REPLACE,
        reason="replace_because_cannot_update",
        attributes=(
            Attribute(path="engine_version", before='"15"', after='"16"', forces_replacement=True),
            Attribute(path="arn", before='"arn:aws:rds"', after="(known after apply)"),
        ),
    ),
    change("aws_instance.old", Verb.DELETE, reason="delete_because_no_resource_config"),
    change(
        "aws_ecs_service.web",
        Verb.UPDATE,
        attributes=(
            Attribute(path="desired_count", before="2", after="4"),
            Attribute(path="environment.TOKEN", before="(sensitive)", after="(sensitive)"),
        ),
    ),
    change("aws_sqs_queue.jobs", Verb.CREATE),
    change("aws_s3_bucket.logs", Verb.NO_OP, previous_address="aws_s3_bucket.old_logs"),
)

ASK = Ask(
    votes=2,
    of=(GroupName("platform"), GroupName("dba")),
    reasons=(Reason(code=ReasonCode.VOTES_NEEDED, text="aws_db_instance.main would be replaced"),),
)


def vote(who: Person, choice: Choice = Choice.APPROVE, **differs: Any) -> Vote:
    usual = Vote(
        run=RunId(42),
        digest=DIGEST,
        voter=who,
        choice=choice,
        via="button",
        groups=frozenset(ASK.of),
        at=later(minutes=3),
    )
    return usual.model_copy(update=differs)


def report(**differs: Any) -> Report:
    """A run of prod that waits for votes, twelve minutes in."""
    usual = Report(run=run(), now=later(minutes=12), plan=USUAL, ask=ASK, votes=(vote(BEN),))
    return usual.model_copy(update=differs)


def by_plan(**differs: Any) -> Run:
    """Run 42 as a switch of site to green by a plan."""
    switch = {
        "ref": "green",
        "recipe": SWITCH_BY_PLAN,
        "switch": Switching(colour=Colour.GREEN, services=("site",)),
    }
    return run(**(switch | differs))


#: What such a run moves.
MOVE = Move(
    service="site",
    exposure=Exposure.PUBLIC,
    before=Weights(blue=100, green=0),
    after=Weights(blue=0, green=100),
    whole=True,
)
