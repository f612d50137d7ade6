from bot.domain.plan import Attribute, Change, CheckResult, Counts, Plan, Verb
from bot.domain.value import PlanDigest
from runners.iac import diff

_GOLDEN = """\
This plan ended with an error and cannot be applied.
This plan is not complete: it leaves out some of what the configuration asks for.
Left for a later plan: 2.

# aws_db_instance.main must be replaced (replace_because_cannot_update)
-/+ aws_db_instance.main
    ~ storage_encrypted: false -> true  # forces replacement
    ~ id: "db-1" -> (known after apply)

# x.cbd must be replaced
+/- x.cbd

# x.old (deposed object 1a2b3c4d) will be destroyed
- x.old
    - a: 1

# x.kept will be forgotten: it leaves the state and stays in the world
. x.kept

# x.odd has a change that is not known here
? x.odd

# x.new will be updated in-place
# (moved from x.old)
# (imported from i-1)
~ x.new
    ~ script:
        - a
        - b
        + a
        + c

# x.made will be created
+ x.made
    + password: (sensitive)

# data.x.read will be read during apply
<= data.x.read

# x.moved stays as it is
# (moved from x.before)
  x.moved

Outputs that change:
  url

Conditions that did not pass:
  check.size: fail
    too small

Changed outside since the last apply:

# x.gone was deleted
- x.gone

# x.drifted has changed
~ x.drifted

Plan: 1 to import, 3 to add, 1 to change, 3 to destroy, 1 to forget, 2 to move, 1 to read, 1 not known here.
"""


def test_the_whole_text() -> None:
    """Every kind of change has its sentence and its sign, in the order of the plan."""
    plan = Plan(
        digest=PlanDigest("d" * 64),
        terraform_version="1.11.4",
        errored=True,
        complete=False,
        deferred=2,
        counts=Counts(
            create=1, update=1, delete=1, replace=2, move=2, import_=1, forget=1, read=1, unknown=1, deposed=1
        ),
        changes=(
            Change(
                address="aws_db_instance.main",
                verb=Verb.REPLACE,
                actions=("delete", "create"),
                reason="replace_because_cannot_update",
                attributes=(
                    Attribute(
                        path="storage_encrypted", before="false", after="true", forces_replacement=True
                    ),
                    Attribute(path="id", before='"db-1"', after="(known after apply)"),
                ),
            ),
            Change(address="x.cbd", verb=Verb.REPLACE, actions=("create", "delete")),
            Change(
                address="x.old",
                deposed="1a2b3c4d",
                verb=Verb.DELETE,
                actions=("delete",),
                attributes=(Attribute(path="a", before="1", after=None),),
            ),
            Change(address="x.kept", verb=Verb.FORGET, actions=("forget",)),
            Change(address="x.odd", verb=Verb.UNKNOWN, actions=("levitate",)),
            Change(
                address="x.new",
                verb=Verb.UPDATE,
                actions=("update",),
                previous_address="x.old",
                importing="i-1",
                attributes=(Attribute(path="script", before="a\nb\n", after="a\nc\n"),),
            ),
            Change(
                address="x.made",
                verb=Verb.CREATE,
                actions=("create",),
                attributes=(Attribute(path="password", before=None, after="(sensitive)"),),
            ),
            Change(address="data.x.read", verb=Verb.READ, actions=("read",)),
            Change(address="x.moved", verb=Verb.NO_OP, actions=("no-op",), previous_address="x.before"),
        ),
        outputs=("url",),
        checks=(CheckResult(address="check.size", status="fail", problems=("too small",)),),
        drift=(
            Change(address="x.gone", verb=Verb.DELETE, actions=("delete",)),
            Change(address="x.drifted", verb=Verb.UPDATE, actions=("update",)),
        ),
    )
    assert diff.render(plan) == _GOLDEN


def test_nothing_changes() -> None:
    """An empty plan says so."""
    plan = Plan(digest=PlanDigest("d" * 64), terraform_version="1", changes=(), counts=Counts(no_op=3))
    assert diff.render(plan) == "Nothing changes.\n"
