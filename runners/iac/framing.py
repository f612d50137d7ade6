"""All of a plan but its changes, as `Plan` has it."""

from typing import Any

from bot.domain.plan import CheckResult
from runners.iac.planjson import Frame
from runners.iac.redaction import Redactor


def framed(document: Frame, redactor: Redactor) -> dict[str, Any]:
    """Give the fields of `Plan` that are about the plan as a whole."""
    outputs = (document.output_changes or {}).items()
    return {
        "terraform_version": document.terraform_version,
        "outputs": tuple(sorted(name for name, delta in outputs if delta.acts != ("no-op",))),
        "checks": _failed_checks(document, redactor),
        "applyable": document.applyable,
        "complete": document.complete,
        "errored": document.errored,
        "deferred": len(document.deferred_changes or ()) + len(document.deferred_action_invocations or ()),
    }


def _failed_checks(document: Frame, redactor: Redactor) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(
            address=check.address.to_display,
            status=check.status,
            problems=tuple(
                redactor.text(problem.message)
                for instance in check.instances or ()
                for problem in instance.problems or ()
            ),
        )
        for check in document.checks or ()
        if check.status != "pass"
    )
