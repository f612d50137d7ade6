import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from bot.domain.report import Evidence
from runners.context import Context
from runners.metrics.prometheus import Prometheus
from tests.fakes.clock import FakeClock

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
COUNTS = {"requests": "sum(all)", "errors": "sum(bad)"}


def metric(context: Context, url: str, name: str = "error_rate", **more: Any) -> Prometheus:
    """Make a metric."""
    written = {"source": "prometheus", "metric": name, "at_most": 0.05, "url": url, **more}
    return Prometheus(Prometheus.Settings.model_validate(written), replace(context, clock=FakeClock()))


def vector(*values: object) -> dict[str, Any]:
    """Answer with so many series."""
    result = [{"metric": {"n": str(place)}, "value": [1.5, str(one)]} for place, one in enumerate(values)]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


async def saying(serve: Serve, answers: dict[str, list[Any]], asked: list[Any] | None = None) -> str:
    """Start a Prometheus that says one answer after the other to each query."""

    async def say(request: web.Request) -> web.Response:
        if asked is not None:
            asked.append((request.path, dict(request.query)))
        said = answers[request.query["query"]].pop(0)
        if isinstance(said, tuple):
            return web.Response(status=said[0], text=said[1])
        return web.Response(text=json.dumps(said))

    return await serve(say)


async def test_counting(serve: Serve, context: Context) -> None:
    """Running totals become differences; both are asked for at the same moment."""
    asked: list[Any] = []
    url = await saying(
        serve, {"sum(all)": [vector(100), vector(160)], "sum(bad)": [vector(9), vector(10)]}, asked
    )
    source = metric(context, f"{url}/prefix/", **COUNTS)
    first = await source.sample(None)
    second = await source.sample(first)
    assert (first.requests, first.errors, first.requests_total) == (0, 0, 100)
    assert (second.requests, second.errors) == (60, 1)
    assert {path for path, _ in asked} == {"/prefix/api/v1/query"}
    assert {query["time"] for _, query in asked} == {f"{FakeClock().now().timestamp():.3f}"}


async def test_a_total_that_falls(serve: Serve, context: Context) -> None:
    """Where one of several that counted is gone, the rest of what they counted is not new."""
    url = await saying(
        serve,
        {"sum(all)": [vector(900), vector(500), vector(520)], "sum(bad)": [vector(9), vector(7), vector(8)]},
    )
    source = metric(context, url, **COUNTS)
    first = await source.sample(None)
    second = await source.sample(first)
    assert "smaller than before" in second.missing
    assert (second.requests, second.errors) == (None, None)
    third = await source.sample(second)
    assert (third.requests, third.errors) == (20, 1)


async def test_latency(serve: Serve, context: Context) -> None:
    """One query gives milliseconds, as a vector of one or as a scalar; braces of its own are left alone."""
    query = '1000 * histogram_quantile(0.99, sum by (le) (rate(t_bucket{colour="green"}[1m])))'
    scalar = {"status": "success", "data": {"resultType": "scalar", "result": [1.5, "7"]}}
    url = await saying(serve, {query: [vector("41.5"), scalar]})
    source = metric(context, url, "latency_p99", query=query)
    assert (await source.sample(None)).value == 41.5
    assert (await source.sample(None)).value == 7


async def test_the_colour_is_put_in(serve: Serve, context: Context) -> None:
    """A query can be about one colour."""
    url = await saying(serve, {'t{colour="green"}': [vector(5)]})
    green = replace(context, names={"colour": "green"})
    source = metric(green, url, "latency_p50", query='t{colour="{colour}"}')
    assert (await source.sample(None)).value == 5


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(vector(), "found nothing; where nothing means zero", id="nothing found"),
        pytest.param(vector(1, 2), "found 2 series instead of one", id="several series"),
        pytest.param(vector("NaN"), "gives NaN", id="not a number"),
        pytest.param(vector("+Inf"), "gives +Inf", id="infinite"),
        pytest.param(vector("-1"), "gives -1", id="negative"),
        pytest.param(vector("1.5"), "which is no running total", id="half a request"),
        pytest.param(vector("x"), "could not convert", id="no number"),
        pytest.param({**vector(5), "warnings": ["partial"]}, "comes with a warning: ['partial']", id="a warning"),
        pytest.param({"status": "success", "data": {"resultType": "matrix", "result": []}}, "no single number", id="a range"),
        pytest.param({"status": "success"}, "no single number", id="no data"),
        pytest.param((400, '{"status": "error", "error": "parse error: s3cret"}'), "400, parse error: (redacted)", id="a bad query"),
        pytest.param((200, '{"status": "error", "error": "busy"}'), "200, busy", id="an error that looks well"),
        pytest.param((503, "<html>"), "503, and no word of Prometheus", id="a page"),
        pytest.param((200, "[" * 50_000), "200, and no word of Prometheus", id="deep"),
    ],
)  # fmt: skip
async def test_what_is_no_evidence(serve: Serve, context: Context, said: Any, words: str) -> None:
    """What is not exactly one number is missing, and the totals are kept."""
    before = Evidence(metric="error_rate", requests=1, errors=0, requests_total=7, errors_total=2)
    url = await saying(serve, {"sum(all)": [said], "sum(bad)": [vector(1)]})
    found = await metric(context, url, **COUNTS).sample(before)
    assert words in found.missing
    assert found == Evidence(metric="error_rate", missing=found.missing, requests_total=7, errors_total=2)


async def test_more_errors_than_requests(serve: Serve, context: Context) -> None:
    """Queries that do not belong together are told of."""
    url = await saying(serve, {"sum(all)": [vector(5)], "sum(bad)": [vector(6)]})
    found = await metric(context, url, **COUNTS).sample(None)
    assert "it says 6 errors in 5 requests" in found.missing


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1", "http://127.0.0.1:1, `requests`: could not connect"),
        ("http://169.254.169.254", "never asked"),
    ],
)
async def test_nobody_answers(context: Context, url: str, words: str) -> None:
    """An unreachable Prometheus is missing evidence."""
    assert words in (await metric(context, url, **COUNTS).sample(None)).missing


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"metric": "error_rate", "query": "x"}, id="one query for counts"),
        pytest.param({"metric": "error_rate", "requests": "x"}, id="no errors"),
        pytest.param({"metric": "latency_p99", "requests": "x", "errors": "y"}, id="counts for a latency"),
        pytest.param({"metric": "latency_p99", "requests": "x", "query": "y"}, id="both"),
        pytest.param({"metric": "latency_p99"}, id="nothing"),
    ],
)
def test_bad_settings(settings: dict[str, Any]) -> None:
    """Queries that do not fit the metric are a fault of the estate already."""
    with pytest.raises(ValidationError, match="from prometheus needs"):
        Prometheus.Settings.model_validate({"source": "prometheus", "at_most": 0.5, **settings})


def test_no_address() -> None:
    """An address that is never asked is a fault of the estate already."""
    with pytest.raises(ValidationError, match="no address that can be asked"):
        Prometheus.Settings.model_validate(
            {"source": "prometheus", "metric": "latency_p50", "at_most": 1, "query": "x", "url": "prom:9090"}
        )
