"""Counts and latencies from a JSON document that a service answers with.

`{"requests": 1200, "errors": 3, "latency_p99_ms": 41.5}`: requests and errors are running totals since the
service started; a total that is smaller than before means that it started again, once in a bake.
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bot.domain.duration import Duration
from bot.domain.estate import WatchSettings
from bot.domain.report import Evidence
from runners import reach
from runners.metrics import Metric

#: Totals beyond this lose their last digits in JSON.
_LARGEST = 2**53
#: So often in a bake a service is believed to have started again.
_AGAIN = 1


class UnusableError(Exception):
    """The document does not say what is wanted."""


class Http(Metric):
    """Reads the document and takes the difference to the sample before."""

    class Settings(WatchSettings):
        """Where the document is, and what its keys are called."""

        url: reach.Url
        #: Key of the running total of requests.
        requests: str = "requests"
        #: Key of the running total of failed requests.
        errors: str = "errors"
        #: Key of a latency in milliseconds; `None`: the metric's name and `_ms`.
        value: str | None = None
        timeout: Duration = timedelta(seconds=10)
        #: Ask even link-local and metadata addresses, where clouds hand out credentials.
        allow_link_local: bool = False

    settings: Settings

    async def _sample(self, previous: Evidence | None) -> Evidence:
        answer = await reach.get(
            self.settings.url, self.settings.timeout, link_local=self.settings.allow_link_local
        )
        try:
            return self._read(document(answer), previous)
        except UnusableError as error:
            return self.missing(previous, f"{reach.shown(self.settings.url)}: {error}.")

    def _read(self, said: dict[str, Any], previous: Evidence | None) -> Evidence:
        settings = self.settings
        if settings.metric == "error_rate":
            requests, errors = _total(said, settings.requests), _total(said, settings.errors)
            return counted(settings.metric, requests, errors, previous)
        value = _number(said, settings.value or f"{settings.metric}_ms")
        if settings.requests not in said:
            return Evidence(metric=settings.metric, value=value)
        seen = counted(settings.metric, _total(said, settings.requests), 0, previous)
        return seen if seen.missing else seen.model_copy(update={"errors": None, "value": value})


def counted(metric: str, requests: int, errors: int, previous: Evidence | None) -> Evidence:
    """Count what is new since *previous*; the first sample only says where counting begins.

    A service may begin again once in a bake. Totals that become smaller more often may be those of several that answer
    by turns, whose differences are nobody's requests.
    """
    if errors > requests:
        msg = f"it says {errors} errors in {requests} requests"
        raise UnusableError(msg)
    before, begun = (requests, errors), previous.begun if previous is not None else 0
    if previous is not None and previous.requests_total is not None and previous.errors_total is not None:
        before = (previous.requests_total, previous.errors_total)
        if requests < before[0] or errors < before[1]:
            # The service started again, so all that it counts is new.
            before, begun = (0, 0), begun + 1
    now = Evidence(metric=metric, requests_total=requests, errors_total=errors, begun=begun)
    if begun > _AGAIN:
        why = (
            f"its totals became smaller {begun} times: it begins again and again, or several answer by turns."
        )
        return now.model_copy(update={"missing": why})
    return now.model_copy(update={"requests": requests - before[0], "errors": errors - before[1]})


def document(answer: reach.Answer | reach.Silence) -> dict[str, Any]:
    """Read an answer's body; raises `UnusableError`."""
    if isinstance(answer, reach.Silence):
        raise UnusableError(answer.why)
    if answer.status != HTTPStatus.OK:
        msg = f"{answer.status} instead of 200"
        raise UnusableError(msg)
    if not answer.whole:
        msg = f"it is longer than {reach.LARGEST // 1024} KiB"
        raise UnusableError(msg)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        msg = "it is no JSON object"
        raise UnusableError(msg)
    return said


def _number(said: dict[str, Any], key: str) -> float:
    value = said.get(key)
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or not usable or not 0 <= value <= _LARGEST:
        what = "is missing" if key not in said else "is no number that can be counted with"
        msg = f"`{key}` {what}"
        raise UnusableError(msg)
    return float(value)


def _total(said: dict[str, Any], key: str) -> int:
    value = _number(said, key)
    if not value.is_integer():
        msg = f"`{key}` is no whole number"
        raise UnusableError(msg)
    return int(value)
