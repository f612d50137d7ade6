import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.checks.job_runs import JobRuns
from runners.context import Context
from tests.fakes.clock import FakeClock

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
NIGHTLY = {"nightly": "0 2 * * *"}
LAST = {"job": "nightly", "at": "2026-11-21T02:00:03Z", "ok": True}


async def ask(context: Context, url: str, **settings: Any) -> tuple[Verdict, str]:
    """Ask for runs, at noon of a Saturday."""
    written = {"kind": "job_runs", "url": url, "jobs": NIGHTLY, **settings}
    check = JobRuns(JobRuns.Settings.model_validate(written), replace(context, clock=FakeClock()))
    return await check.ask()


async def telling(serve: Serve, body: object, status: int = 200) -> str:
    """Start a server that tells of runs."""

    async def tell(_: web.Request) -> web.Response:
        return web.Response(text=body if isinstance(body, str) else json.dumps(body), status=status)

    return await serve(tell)


@pytest.mark.parametrize(
    ("runs", "settings", "verdict", "told"),
    [
        pytest.param([LAST], {}, Verdict.PASS, "nightly 1/1, last at Sat 21 Nov 02:00 UTC.", id="well"),
        pytest.param([{**LAST, "host": "a"}, {"job": "x", "at": LAST["at"], "ok": False}], {}, Verdict.PASS, "nightly 1/1, last at Sat 21 Nov 02:00 UTC.", id="more than is asked for"),
        pytest.param([{**LAST, "at": "2026-11-21T03:00:03+01:00"}], {}, Verdict.PASS, "nightly 1/1, last at Sat 21 Nov 02:00 UTC.", id="a time of another zone"),
        pytest.param([], {"timezone": "Europe/Berlin"}, Verdict.FAIL, "nightly was missed at Sat 21 Nov 01:00 UTC.", id="due in another zone"),
        pytest.param([], {}, Verdict.FAIL, "nightly was missed at Sat 21 Nov 02:00 UTC.", id="none"),
        pytest.param([LAST], {"jobs": {"nightly": "0 2 * * *", "weekly": "0 3 * * sun"}}, Verdict.UNKNOWN, "weekly was not due since Fri 20 Nov 12:00 UTC; next due Sun 22 Nov 03:00 UTC.", id="one not due"),
        pytest.param([], {"jobs": {"nightly": "0 2 * * *", "weekly": "0 3 * * sun"}}, Verdict.FAIL, "nightly was missed at Sat 21 Nov 02:00 UTC.", id="the worst decides"),
    ],
)  # fmt: skip
async def test_runs(
    serve: Serve,
    context: Context,
    runs: list[dict[str, Any]],
    settings: dict[str, Any],
    verdict: Verdict,
    told: str,
) -> None:
    """The runs of the last day decide."""
    assert await ask(context, await telling(serve, {"runs": runs}), **settings) == (verdict, told)


async def test_only_what_was_since_the_change(serve: Serve, context: Context) -> None:
    """Runs of the old colour, before the shift, say nothing of the new one."""
    url = await telling(serve, {"runs": [{**LAST, "ok": False}]})
    shifted = replace(context, since=FakeClock().now() - timedelta(hours=2))
    assert await ask(shifted, url) == (
        Verdict.UNKNOWN,
        "nightly was not due since Sat 21 Nov 10:00 UTC; next due Sun 22 Nov 02:00 UTC.",
    )


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        pytest.param("<html>", 200, "the runs cannot be read.", id="no JSON"),
        pytest.param("[]", 200, "the runs cannot be read.", id="a list"),
        pytest.param({"runs": [LAST, {"job": "nightly"}]}, 200, "cannot be read at runs.1.at", id="no time"),
        pytest.param({"runs": [{**LAST, "at": "2026-11-21T02:00:03"}]}, 200, "at runs.0.at", id="no zone"),
        pytest.param({"runs": [LAST]}, 503, "503 instead of 200.", id="an error page"),
        pytest.param('{"a": "' + "x" * 1_100_000 + '"}', 200, "the runs cannot be read", id="too long"),
    ],
)
async def test_what_tells_nothing(
    serve: Serve, context: Context, body: object, status: int, words: str
) -> None:
    """A document that cannot be read is no sign of anything."""
    verdict, told = await ask(context, await telling(serve, body, status))
    assert verdict is Verdict.UNKNOWN
    assert words in told


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/"])
async def test_nobody_answers(context: Context, url: str) -> None:
    """Who does not answer has not said that a job failed."""
    assert (await ask(context, url))[0] is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param({"jobs": {}}, "at least 1", id="no job"),
        pytest.param({"jobs": {"nightly": "daily"}}, "has 1 fields", id="no cron line"),
        pytest.param({"jobs": {"nightly": "0 2 * * 7"}}, "write `sun`", id="a weekday by number"),
        pytest.param({"timezone": "Mars/North"}, "is no time zone", id="no zone"),
        pytest.param({"url": "ftp://x"}, "no address that can be asked", id="no address"),
    ],
)
def test_bad_settings(settings: dict[str, Any], words: str) -> None:
    """What makes no sense is a fault of the estate already."""
    with pytest.raises(ValidationError, match=words):
        JobRuns.Settings.model_validate({"kind": "job_runs", "url": "http://x", "jobs": NIGHTLY, **settings})
