import time

import pytest

from bot.domain.ruling import Reason, ReasonCode
from bot.render import refusal
from tests.fakes.limits import shown
from tests.fakes.reports import run


def reason(code: ReasonCode, text: str = "because.") -> Reason:
    return Reason(code=code, text=text)


def test_everything_that_is_wrong_at_once() -> None:
    """What, each reason, each cure once."""
    message = refusal.refusal(
        "/deploy prod <x>",
        (
            reason(ReasonCode.OWN_REQUEST, "You asked for this run"),
            reason(ReasonCode.OWN_COMMIT, "You wrote a part of it"),
            reason(ReasonCode.HELD, "prod is held by run 42."),
        ),
        run(),
    )
    assert shown(message).splitlines() == [
        "🚫 `/deploy prod &lt;x&gt;` is refused.",
        "• You asked for this run",
        "• You wrote a part of it",
        "• prod is held by run 42.",
        (
            '🟡 run 42 by <@U0ANA>: *prod* ← `main@4f2c9e1` "Raise the worker count", *waiting for approval*, '
            "since <!date^1795262400^{date_short_pretty} {time}|2026-11-21 12:00 UTC>"
        ),
        "→ Somebody else has to vote.",
        "→ Wait for that run to end, or stop it with `/interlock cancel 42`.",
    ]
    assert message.text == "Refused. You asked for this run. You wrote a part of it. prod is held by run 42."


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_cure(code: ReasonCode) -> None:
    """No refusal leaves a person without a next thing to do."""
    assert "→ " in shown(refusal.refusal("x", (reason(code),)))


def test_unknown_word() -> None:
    """It names what was said, what may have been meant, and what is known."""
    message = refusal.unknown_word("depoly", ("deploy", "status"))
    assert shown(message) == "🚫 I do not know `depoly`. Did you mean `deploy`?\n→ I know `deploy`, `status`."
    assert message.text == "Unknown word depoly. Did you mean deploy?"


def test_noise_is_answered_quickly() -> None:
    """Four thousand characters cost no time to speak of."""
    began = time.perf_counter()
    refusal.unknown_word("ab" * 2000, tuple(f"{'ab' * 20}{index}" for index in range(200)))
    assert time.perf_counter() - began < 1


def test_misused() -> None:
    """What is wrong, and how it is written."""
    message = refusal.misused("/deploy", "An environment is missing", "/deploy ENV [REF]")
    assert shown(message) == "🚫 `/deploy`: An environment is missing\n→ Write `/deploy ENV [REF]`."
