"""The only keeper of boto3: every call to AWS goes through here, off the event loop, with a time limit.

Credentials, Region and endpoint are found as every AWS tool finds them: `AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL`.
What only reads is asked again where AWS asks for a pause; a write is sent once, and whoever sent it reads back.
"""

import asyncio
import os
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.domain.errors import Broken, Refused

#: Calls at the same time.
_AT_ONCE = 8
#: Seconds until somebody must have taken the call, and until each answer.
_CONNECT, _ANSWER = 5, 10
#: Seconds for a call in all, the wait for its turn and every attempt included.
_WHOLE = 90
#: Attempts of what only reads.
_READS = 4
_READING = ("describe_", "get_", "list_")
#: Where the one place of a service that has no Regions is, for whoever has set none.
_HOME = {"route53": "us-east-1"}
#: How AWS asks for a pause, beside every status of 500 and more.
_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "PriorRequestNotComplete",
        "SlowDown",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "EC2ThrottledException",
    }
)


class AwsDenied(Refused):
    """AWS says no to a call, and will say no again."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        """Carry AWS's error *code*, or the name of what was wrong before anything was sent."""
        super().__init__(f"AWS refuses {operation}: {code}: {message}")
        self.code = code


class AwsSilent(Broken):
    """AWS did not answer, or asks for a pause; of a write nobody knows whether it was done."""

    def __init__(self, operation: str, why: str, *, sent: bool = True) -> None:
        """Say *why* there is no answer; where nothing was *sent*, nothing can have been done."""
        super().__init__(f"AWS has no answer to {operation}: {why}")
        self.sent = sent


class Aws:
    """One way to AWS for the whole process."""

    def __init__(self) -> None:
        """Ask nothing yet, and load nothing: most estates never need it."""
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="aws")
        self._clients: dict[tuple[str, str | None, int], Any] = {}
        self._making = threading.Lock()

    async def call(
        self, service: str, operation: str, /, *, region: str | None = None, **what: Any
    ) -> Mapping[str, Any]:
        """Call *operation* (`describe_rules`) of *service* (`elbv2`); raises `AwsDenied` and `AwsSilent`."""
        loop = asyncio.get_running_loop()
        try:
            # What is given up before its turn came is never sent.
            async with asyncio.timeout(_WHOLE):
                return await loop.run_in_executor(self._threads, self._call, service, operation, region, what)
        except TimeoutError as error:
            raise AwsSilent(operation, f"no answer within {_WHOLE} s") from error

    def close(self) -> None:
        """Take no more calls; those under way end by their own time limits."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _call(
        self, service: str, operation: str, region: str | None, what: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        import botocore.exceptions as faults  # noqa: PLC0415 -- large, and most estates never need it
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 -- as above

        attempts = _READS if operation.startswith(_READING) else 1
        try:
            client = self._client(service, region, attempts)
            answer: Mapping[str, Any] = getattr(client, operation)(**what)
        except faults.ClientError as error:
            raise _refusal(operation, error.response) from error
        except (
            faults.EndpointConnectionError,
            faults.ConnectTimeoutError,
            faults.ProxyConnectionError,
        ) as error:
            raise AwsSilent(operation, str(error), sent=False) from error
        except (faults.HTTPClientError, faults.ConnectionError, ResponseParserError) as error:
            raise AwsSilent(operation, str(error)) from error
        except faults.BotoCoreError as error:
            # Nothing was sent: no credentials, no Region, an argument that AWS does not know.
            raise AwsDenied(operation, type(error).__name__, str(error)) from error
        return answer

    def _client(self, service: str, region: str | None, attempts: int) -> Any:
        import boto3  # noqa: PLC0415 -- as above
        from botocore.config import Config  # noqa: PLC0415 -- as above

        key = (service, region, attempts)
        # Calls go through many threads; making a client is for one at a time.
        with self._making:
            if key not in self._clients:
                config = Config(
                    connect_timeout=_CONNECT,
                    read_timeout=_ANSWER,
                    retries={"mode": "standard", "total_max_attempts": attempts},
                    max_pool_connections=_AT_ONCE,
                )
                # Every other tool of AWS reads this variable; boto3 does not.
                session = boto3.session.Session(region_name=region or os.environ.get("AWS_REGION") or None)
                self._clients[key] = session.client(
                    service, region_name=session.region_name or _HOME.get(service), config=config
                )
            return self._clients[key]


def _refusal(operation: str, response: Mapping[str, Any]) -> AwsDenied | AwsSilent:
    """Tell a no from a "not now"."""
    told = response.get("Error", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or status == 429 or code in _THROTTLED:
        return AwsSilent(operation, f"{code}: {message}")
    return AwsDenied(operation, code, message)
