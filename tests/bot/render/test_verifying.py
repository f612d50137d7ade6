from bot.domain.report import CheckReport, Verdict
from bot.render import verifying
from tests.fakes.limits import shown
from tests.fakes.reports import report


def check(index: int, verdict: Verdict | None, detail: str = "seen") -> CheckReport:
    return CheckReport(
        index=index,
        kind="http",
        title=f"http https://x/{index}",
        verdict=verdict,
        detail=detail,
        attempts=index + 1,
        seconds=31,
    )


def test_one_line_for_each_check() -> None:
    """What is not well comes first and explains itself; UNKNOWN is a word, not only a sign."""
    checks = (
        check(0, Verdict.PASS),
        check(1, Verdict.PASS),
        check(2, Verdict.FAIL, "503, wanted 200"),
        check(3, Verdict.UNKNOWN, "timed out"),
        check(4, None, ""),
    )
    message = verifying.message(report(checks=checks))
    assert shown(message).splitlines() == [
        "*Verify*  2 passed, 1 failed, 1 unknown, 1 being tried",
        "✖ http https://x/2 (3 attempts, 31 s): 503, wanted 200",
        "? http https://x/3 (4 attempts, 31 s) unknown: timed out",
        "▸ http https://x/4 (5 attempts, 31 s)",
        "✔ http https://x/0 (1 attempt, 31 s)",
        "✔ http https://x/1 (2 attempts, 31 s)",
    ]
    assert message.text == "Run 42, verify: 2 passed, 1 failed, 1 unknown, 1 being tried."


def test_no_checks() -> None:
    """Nothing asked yet is not nothing wrong."""
    assert shown(verifying.message(report())) == "*Verify*  no checks yet"


def test_many_checks() -> None:
    """A failure is shown however many checks passed before it."""
    checks = (*(check(index, Verdict.PASS) for index in range(60)), check(60, Verdict.FAIL))
    text = shown(verifying.message(report(checks=checks)))
    assert "✖ http https://x/60" in text
    assert "… and 21 more checks." in text
