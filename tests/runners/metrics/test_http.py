from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.domain.report import Evidence
from runners.context import Context
from runners.metrics.http import Http

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


def metric(context: Context, url: str, name: str = "error_rate", **more: Any) -> Http:
    """Make a metric."""
    written = {"source": "http", "metric": name, "at_most": 0.05, "url": url, **more}
    return Http(Http.Settings.model_validate(written), context)


async def saying(serve: Serve, *bodies: str, status: int = 200) -> str:
    """Start a server that says one body after the other."""
    left = list(bodies)

    async def say(_: web.Request) -> web.Response:
        return web.Response(text=left.pop(0) if len(left) > 1 else left[0], status=status)

    return await serve(say)


@pytest.mark.parametrize(
    ("bodies", "counts"),
    [
        pytest.param(['{"requests": 100, "errors": 9}', '{"requests": 160, "errors": 10}'], [(0, 0), (60, 1)], id="difference"),
        pytest.param(['{"requests": 100, "errors": 9}', '{"requests": 100, "errors": 9}'], [(0, 0), (0, 0)], id="nothing new"),
        pytest.param(['{"requests": 100, "errors": 9}', '{"requests": 40, "errors": 2}'], [(0, 0), (40, 2)], id="started again"),
        pytest.param(['{"requests": 10, "errors": 9}', '{"requests": 40, "errors": 2}'], [(0, 0), (40, 2)], id="started again and busier"),
        pytest.param(['{"requests": 10.0, "errors": 0}', '{"requests": 12.0, "errors": 1.0}'], [(0, 0), (2, 1)], id="whole numbers with a point"),
        pytest.param(['{"requests": 100, "errors": 0}', "broken", '{"requests": 130, "errors": 3}'], [(0, 0), None, (30, 3)], id="a gap is counted later"),
    ],
)  # fmt: skip
async def test_counting(
    serve: Serve, context: Context, bodies: list[str], counts: list[tuple[int, int] | None]
) -> None:
    """Running totals become differences, through restarts of the service and gaps."""
    source = metric(context, await saying(serve, *bodies))
    previous: Evidence | None = None
    for expected in counts:
        previous = await source.sample(previous)
        if expected is None:
            assert previous.missing
            assert (previous.requests, previous.errors, previous.value) == (None, None, None)
        else:
            assert not previous.missing
            assert (previous.requests, previous.errors) == expected


async def test_several_that_answer_by_turns(serve: Serve, context: Context) -> None:
    """Where nobody makes any request, no evidence may come of the differences between their totals."""
    one, other = '{"requests": 9000, "errors": 9}', '{"requests": 10000, "errors": 10}'
    source = metric(context, await saying(serve, other, one, other, one, other, other, one))
    seen: list[Evidence] = []
    for _ in range(7):
        seen += [await source.sample(seen[-1] if seen else None)]
    assert [bool(look.missing) for look in seen] == [False, False, False, True, True, True, True]
    assert "its totals became smaller 2 times" in seen[3].missing
    assert "3 times" in seen[-1].missing


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param('{"requests": 5}', "`errors` is missing", id="a key is missing"),
        pytest.param('{"requests": NaN, "errors": 0}', "`requests` is no number", id="not a number"),
        pytest.param('{"requests": Infinity, "errors": 0}', "`requests` is no number", id="infinite"),
        pytest.param('{"requests": 1e99, "errors": 0}', "`requests` is no number", id="beyond all counting"),
        pytest.param('{"requests": -5, "errors": 0}', "`requests` is no number", id="negative"),
        pytest.param('{"requests": true, "errors": 0}', "`requests` is no number", id="truth"),
        pytest.param('{"requests": "5", "errors": 0}', "`requests` is no number", id="text"),
        pytest.param('{"requests": null, "errors": 0}', "`requests` is no number", id="nothing"),
        pytest.param('{"requests": 5.5, "errors": 0}', "`requests` is no whole number", id="half a request"),
        pytest.param('{"requests": 5, "errors": 6}', "6 errors in 5 requests", id="more errors than requests"),
        pytest.param("[1]", "no JSON object", id="a list"),
        pytest.param("<html>", "no JSON object", id="no JSON"),
        pytest.param("[" * 50_000, "no JSON object", id="deep"),
        pytest.param('{"requests": ' + "9" * 5000 + "}", "no JSON object", id="a number that takes for ever"),
        pytest.param('{"a": "' + "x" * 70_000 + '"}', "longer than 64 KiB", id="long"),
    ],
)  # fmt: skip
async def test_what_is_no_evidence(serve: Serve, context: Context, body: str, words: str) -> None:
    """A document that cannot be counted with is missing evidence, with the reason and no numbers."""
    found = await metric(context, await saying(serve, body)).sample(None)
    assert words in found.missing
    assert found == Evidence(metric="error_rate", missing=found.missing)


async def test_an_error_page(serve: Serve, context: Context) -> None:
    """Numbers on an error page are no evidence."""
    url = await saying(serve, '{"requests": 5, "errors": 0}', status=500)
    assert "500 instead of 200" in (await metric(context, url).sample(None)).missing


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/s3cret", "http://127.0.0.1:1/(redacted): could not connect"),
        ("http://169.254.169.254/", "never asked"),
        ("{outputs.nothing}/stats", "no output `nothing`"),
    ],
)
async def test_nobody_answers(context: Context, url: str, words: str) -> None:
    """An unreachable source is missing evidence; the totals are kept for the next sample."""
    before = Evidence(metric="error_rate", requests=1, errors=0, requests_total=7, errors_total=2)
    found = await metric(context, url).sample(before)
    assert words in found.missing
    assert found == Evidence(metric="error_rate", missing=found.missing, requests_total=7, errors_total=2)


async def test_latency(serve: Serve, context: Context) -> None:
    """A latency is a value, with the requests that it was measured on where the service counts them."""
    url = await saying(
        serve,
        '{"requests": 5, "latency_p99_ms": 41.5}',
        '{"requests": 9, "latency_p99_ms": 50}',
        '{"latency_p99_ms": 7}',
    )
    source = metric(context, url, "latency_p99")
    first = await source.sample(None)
    second = await source.sample(first)
    third = await source.sample(second)
    assert [(one.value, one.requests) for one in (first, second, third)] == [
        (41.5, 0),
        (50.0, 4),
        (7.0, None),
    ]
    assert {one.errors for one in (first, second, third)} == {None}


async def test_other_keys(serve: Serve, context: Context) -> None:
    """The keys can be called anything."""
    url = await saying(serve, '{"all": 5, "bad": 1, "slow": 3}')
    found = await metric(context, url, requests="all", errors="bad").sample(None)
    assert (found.requests_total, found.errors_total) == (5, 1)
    assert (await metric(context, url, "latency_p50", value="slow").sample(None)).value == 3.0
    assert "`latency_p50_ms` is missing" in (await metric(context, url, "latency_p50").sample(None)).missing
