from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.domain.report import Verdict
from runners.checks.http import Http
from runners.context import Context

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


async def _answer(request: web.Request) -> web.Response:
    return web.Response(status=int(request.query.get("status", 200)), text="all is well, s3cret")


@pytest.mark.parametrize(
    ("path", "settings", "verdict", "seen"),
    [
        pytest.param("/", {}, Verdict.PASS, "200 in ", id="as wanted"),
        pytest.param("/?status=503", {}, Verdict.FAIL, "503, wanted 200.", id="wrong status"),
        pytest.param("/?status=404", {"status": 404}, Verdict.PASS, "404 in ", id="another status"),
        pytest.param("/", {"contains": "is well"}, Verdict.PASS, "200 in ", id="says it"),
        pytest.param("/", {"contains": "s3cret!"}, Verdict.FAIL, "200, but `(redacted)!` is not in the body.", id="does not say it"),
    ],
)  # fmt: skip
async def test_answers(
    serve: Serve, context: Context, path: str, settings: dict[str, object], verdict: Verdict, seen: str
) -> None:
    """An answer is judged by status and text."""
    written = Http.Settings.model_validate({"kind": "http", "url": await serve(_answer) + path, **settings})
    found, told = await Http(written, context).ask()
    assert found is verdict
    assert told.startswith(seen)


async def test_text_beyond_what_is_read(serve: Serve, context: Context) -> None:
    """Text far behind in a long body is not found, and the answer says how far was looked."""

    async def long(_: web.Request) -> web.Response:
        return web.Response(text="x" * 70_000 + "well")

    settings = Http.Settings(kind="http", url=await serve(long), contains="well")
    verdict, told = await Http(settings, context).ask()
    assert (verdict, told) == (Verdict.FAIL, "200, but `well` is not in the first 64 KiB.")


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        pytest.param("http://127.0.0.1:1/", Verdict.FAIL, id="nobody listens"),
        pytest.param("http://169.254.169.254/", Verdict.UNKNOWN, id="never asked"),
        pytest.param("{outputs.none}", Verdict.UNKNOWN, id="an output that is no address"),
        pytest.param("{outputs.nothing}/health", Verdict.UNKNOWN, id="no such output"),
    ],
)
async def test_silence(context: Context, url: str, verdict: Verdict) -> None:
    """No answer fails; a question that could not be put is UNKNOWN."""
    found, told = await Http(Http.Settings(kind="http", url=url), context).ask()
    assert found is verdict
    assert told.endswith(".")


async def test_an_address_that_the_estate_allows(context: Context) -> None:
    """A link-local address is asked where the estate says so; nobody is there."""
    settings = Http.Settings(
        kind="http", url="http://169.254.169.254/", timeout=timedelta(seconds=1), allow_link_local=True
    )
    _, told = await Http(settings, context).ask()
    assert "never asked" not in told


def test_title(context: Context) -> None:
    """The title says what is asked, without secrets."""
    settings = Http.Settings(kind="http", url="{outputs.url}/s3cret?key=1")
    assert Http(settings, context).title == "http http://x/(redacted)"


@pytest.mark.parametrize("url", ["ftp://x", "x", "", "file:///etc/passwd"])
def test_other_addresses(url: str) -> None:
    """An address that is never asked is a fault of the estate already."""
    with pytest.raises(ValidationError, match="no address that can be asked"):
        Http.Settings(kind="http", url=url)
