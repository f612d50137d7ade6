"""What went wrong in a call, as one of the three things that the house knows."""

import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.errors import Broken, SlackRefused, SlackThrottled, SlackUnreachable

#: Seconds to wait where a 429 does not say how long.
_PAUSE = 30.0
_LONGEST_PAUSE = 3_600.0
_THROTTLED = frozenset({"ratelimited", "rate_limited"})


@asynccontextmanager
async def told(method: str) -> AsyncIterator[None]:
    """Turn what the SDK and the network raise into `SlackThrottled`, `SlackUnreachable` or `SlackRefused`."""
    try:
        yield
    except SlackClientError as error:
        raise _of(method, error) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        msg = f"Slack could not be reached for {method}: {type(error).__name__}"
        raise SlackUnreachable(msg) from error
    except (AttributeError, ValueError) as error:
        # The SDK stumbles like this over bodies that are no JSON object.
        msg = f"Slack gave no sensible answer to {method}"
        raise SlackUnreachable(msg) from error


def judged(method: str, status: int, headers: Mapping[str, str], body: object) -> Broken | None:
    """What an HTTP answer means; `None` where all is well."""
    code = str(body.get("error") or "") if isinstance(body, Mapping) else ""
    if status == 429 or code in _THROTTLED:
        return SlackThrottled(_seconds(headers))
    if status >= 500:
        return SlackUnreachable(f"Slack answered {method} with {status}")
    if code:
        return SlackRefused(method, code)
    if status >= 300:
        return SlackRefused(method, f"http_{status}")
    if isinstance(body, Mapping) and body.get("ok") is not True:
        return SlackUnreachable(f"Slack gave no sensible answer to {method}")
    return None


def _of(method: str, error: SlackClientError) -> Broken:
    response = getattr(error, "response", None)
    if isinstance(response, AsyncSlackResponse):
        found = judged(method, response.status_code, response.headers, response.data)
        if found is not None:
            return found
    return SlackUnreachable(f"Slack gave no sensible answer to {method}")


def _seconds(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(said)
    except ValueError:
        return _PAUSE
    return _PAUSE if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_PAUSE)
