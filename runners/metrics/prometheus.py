"""Counts and latencies that Prometheus is asked for.

For `error_rate`, two queries give running totals, like `sum(http_requests_total{colour="green"})`; the difference to
the sample before is taken here. A total that is smaller than before means that something which counted is gone, and
nobody knows what it counted last: that sample is missing, and counting goes on from there. For a latency, one query
gives milliseconds.
"""

import json
import math
from datetime import timedelta
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from bot.domain.duration import Duration
from bot.domain.errors import Broken
from bot.domain.estate import WatchSettings
from bot.domain.report import Evidence
from runners import reach
from runners.metrics import Metric

#: Totals beyond this lose their last digits.
_LARGEST = 2**53
_Query = Annotated[str, Field(min_length=1)]


class Prometheus(Metric):
    """Asks for values at one moment."""

    class Settings(WatchSettings):
        """Where it is, and what it is asked."""

        url: reach.Url = "http://localhost:9090"
        #: Gives a latency in milliseconds.
        query: _Query | None = None
        #: Gives the running total of requests.
        requests: _Query | None = None
        #: Gives the running total of failed requests.
        errors: _Query | None = None
        timeout: Duration = timedelta(seconds=10)
        #: Ask even link-local and metadata addresses, where clouds hand out credentials.
        allow_link_local: bool = False

        @model_validator(mode="after")
        def _asks_for_the_metric(self) -> Self:
            counts = self.metric == "error_rate"
            complete = (bool(self.requests), bool(self.errors), bool(self.query)) == (
                counts,
                counts,
                not counts,
            )
            if not complete:
                right = "requests and errors, two queries of running totals" if counts else "query"
                msg = f"{self.metric} from prometheus needs {right}, and nothing else to ask."
                raise ValueError(msg)
            return self

    settings: Settings

    async def _sample(self, previous: Evidence | None) -> Evidence:
        settings = self.settings
        if settings.query is not None:
            return Evidence(metric=settings.metric, value=await self._value("query", settings.query))
        requests = await self._total("requests", settings.requests or "")
        errors = await self._total("errors", settings.errors or "")
        if errors > requests:
            msg = f"{reach.shown(settings.url)}: it says {errors} errors in {requests} requests"
            raise Broken(msg)
        return self._counted(requests, errors, previous)

    def _counted(self, requests: int, errors: int, previous: Evidence | None) -> Evidence:
        before = (requests, errors)
        if previous is not None and previous.requests_total is not None and previous.errors_total is not None:
            before = (previous.requests_total, previous.errors_total)
        now = Evidence(metric=self.settings.metric, requests_total=requests, errors_total=errors)
        if requests < before[0] or errors < before[1]:
            why = "a total is smaller than before: something that counted is gone or began again."
            return now.model_copy(update={"missing": why})
        new = {"requests": requests - before[0], "errors": errors - before[1]}
        return now.model_copy(update=new)

    async def _total(self, key: str, query: str) -> int:
        value = await self._value(key, query)
        if not value.is_integer() or value > _LARGEST:
            msg = f"`{key}` gives {value:g}, which is no running total"
            raise Broken(msg)
        return int(value)

    async def _value(self, key: str, query: str) -> float:
        """Ask for one number at this moment; raises `Broken`."""
        settings = self.settings
        asked = {"query": query, "time": f"{self.context.clock.now().timestamp():.3f}"}
        address = f"{settings.url.rstrip('/')}/api/v1/query?{urlencode(asked)}"
        answer = await reach.get(address, settings.timeout, link_local=settings.allow_link_local)
        where = f"{reach.shown(settings.url)}, `{key}`"
        if isinstance(answer, reach.Silence):
            msg = f"{where}: {answer.why}"
            raise Broken(msg)
        said = _document(answer)
        if answer.status != 200 or said.get("status") != "success":
            msg = f"{where}: {answer.status}, {str(said.get('error', 'and no word of Prometheus'))[:200]}"
            raise Broken(msg)
        try:
            return _number(said)
        except ValueError as error:
            msg = f"{where} {error}"
            raise Broken(msg) from error


def _document(answer: reach.Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else {}


def _number(said: dict[str, Any]) -> float:
    """Take the one number out of an answer; raises `ValueError` with the end of a sentence."""
    if said.get("warnings"):
        msg = f"comes with a warning: {str(said['warnings'])[:200]}"
        raise ValueError(msg)
    match said.get("data"):
        case {"resultType": "scalar", "result": [_, str(text)]}:
            value = float(text)
        case {"resultType": "vector", "result": [{"value": [_, str(text)]}]}:
            value = float(text)
        case {"resultType": "vector", "result": []}:
            msg = "found nothing; where nothing means zero, end it with `or vector(0)`"
            raise ValueError(msg)
        case {"resultType": "vector", "result": list(found)}:
            msg = f"found {len(found)} series instead of one: sum them up"
            raise ValueError(msg)
        case _:
            msg = "gives no single number"
            raise ValueError(msg)
    if not math.isfinite(value) or value < 0:
        msg = f"gives {text}, which is no number to count with"
        raise ValueError(msg)
    return value
