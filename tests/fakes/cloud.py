"""An AWS API over HTTP that a test can fill, and a proxy in front of it that gets in the way as AWS does."""

import asyncio
import itertools
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import aiohttp
import boto3
import pytest
from aiohttp import web
from botocore.config import Config
from moto.server import ThreadedMotoServer
from yarl import URL

from bot.listener import Listener
from runners.aws import Aws

REGION = "eu-west-1"
#: What a process must be told before it asks anything.
ACCESS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
_FORGET = ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE")
_HOP = {"transfer-encoding", "connection", "content-length", "content-encoding", "date", "server"}

#: Counts the names that tests have used: all servers of a process show the same AWS.
_numbers = itertools.count(1)

Say = Callable[[web.Request, bytes], web.Response]


@dataclass
class Fault:
    """Gets in the way of requests whose method, path and body match."""

    pattern: re.Pattern[str]
    #: How often; what is used up does nothing any more.
    times: int
    #: Seconds before anything happens.
    delay: float = 0.0
    #: The request reaches AWS, whatever is answered.
    arrives: bool = True
    #: What is answered in AWS's place; `None`: what AWS says.
    says: Say | None = None
    #: Answered with nothing but the end of the connection.
    hangs_up: bool = False
    #: Changes what AWS says.
    rewrites: Callable[[str], str] | None = None
    #: Answers as AWS did when it was asked the same before.
    stale: bool = False
    #: So many requests that match go by untouched first.
    after: int = 0
    #: What happens as soon as the request has reached AWS.
    then: Callable[[], None] | None = None
    #: The answer is kept back until this is set.
    until: asyncio.Event | None = None


class Between:
    """A proxy in front of AWS, without any fault until a test asks for one."""

    def __init__(self, url: str, busy: int = 400) -> None:
        #: In front of what it stands.
        self._behind = url
        #: The status of whoever asks for a pause.
        self._busy = busy
        self.faults: list[Fault] = []
        #: Method, path and body of everything that was asked.
        self.asked: list[str] = []
        self._said: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self._remembered: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.url = ""

    def fault(self, pattern: str, times: int = 1, **how: Any) -> None:
        """Get in the way of the next *times* requests that match."""
        self.faults.append(Fault(re.compile(pattern, re.DOTALL), times, **how))

    def throttle(self, pattern: str, times: int = 1, *, arrives: bool = False, after: int = 0) -> None:
        """Ask for a pause, whether or not the request *arrives*."""
        self.fault(pattern, times, arrives=arrives, says=refusal("Throttling", self._busy), after=after)

    def deny(self, pattern: str, times: int = 100, after: int = 0) -> None:
        """Say no as AWS's IAM does."""
        self.fault(pattern, times, arrives=False, says=refusal("AccessDenied", 403), after=after)

    def reset(self, pattern: str, times: int = 1, *, arrives: bool = False) -> None:
        """Cut the connection, whether or not the request *arrives*."""
        self.fault(pattern, times, arrives=arrives, hangs_up=True)

    def stale(self, pattern: str, times: int) -> None:
        """Answer the next *times* reads as the same reads were answered before, lastly or when it was remembered."""
        self.fault(pattern, times, arrives=False, stale=True)

    def remember(self) -> None:
        """Let later stale reads be as old as this moment."""
        self._remembered = dict(self._said)

    def rewrite(self, pattern: str, old: str, new: str, times: int = 1000) -> None:
        """Replace *old* by *new* (a regular expression) in what AWS says."""
        self.fault(pattern, times, rewrites=lambda said: re.sub(old, new, said, flags=re.DOTALL))

    def count(self, pattern: str) -> int:
        """How many requests matched so far."""
        return sum(re.search(pattern, asked, re.DOTALL) is not None for asked in self.asked)

    async def serve(self, port: int = 0) -> AsyncIterator["Between"]:
        """Listen on the loopback while iterated."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._answer)
        listener = Listener(app, grace=0.1)
        self.url = f"http://127.0.0.1:{await listener.open('127.0.0.1', port)}"
        async with aiohttp.ClientSession(auto_decompress=False) as self._session:
            yield self
        await listener.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        asked = f"{request.method} {request.raw_path} {body.decode('utf-8', 'replace')}"
        self.asked.append(asked)
        fault = self._due(asked)
        if fault is None:
            status, headers, said = await self._forward(request, body, asked)
            return web.Response(status=status, headers=headers, body=said)
        await asyncio.sleep(fault.delay)
        if fault.stale:
            status, headers, said = (self._remembered or self._said)[asked]
            return web.Response(status=status, headers=headers, body=said)
        status, headers, said = 0, {}, b""
        if fault.arrives:
            status, headers, said = await self._forward(request, body, asked)
        if fault.then is not None:
            fault.then()
        if fault.until is not None:
            await fault.until.wait()
        if fault.hangs_up and request.transport is not None:
            request.transport.abort()
        if fault.says is not None:
            return fault.says(request, body)
        if fault.rewrites is not None:
            said = fault.rewrites(said.decode()).encode()
        return web.Response(status=status or 500, headers=headers, body=said)

    def _due(self, asked: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.pattern.search(asked):
                if fault.after:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    async def _forward(
        self, request: web.Request, body: bytes, asked: str
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {key: value for key, value in request.headers.items() if key.lower() not in _HOP}
        url = URL(self._behind + request.raw_path, encoded=True)
        async with self._session.request(request.method, url, headers=headers, data=body) as response:
            kept = {key: value for key, value in response.headers.items() if key.lower() not in _HOP}
            said = response.status, kept, await response.read()
        self._said[asked] = said
        return said


def refusal(code: str, status: int) -> Say:
    """Refuse in the language of the service that was asked."""

    def say(request: web.Request, _: bytes) -> web.Response:
        if request.path.startswith("/schedule"):
            name = {"Throttling": "ThrottlingException", "AccessDenied": "AccessDeniedException"}.get(
                code, code
            )
            return web.json_response(
                {"Message": code},
                status=status,
                headers={"x-amzn-ErrorType": name},
                content_type="application/json",
            )
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{code}</Message></Error>"
        )
        return web.Response(
            status=status, text=f"{text}<RequestId>1</RequestId></ErrorResponse>", content_type="text/xml"
        )

    return say


class Town:
    """What a test fills AWS with, straight past the proxy; `client("elbv2")` is boto3's own.

    All tests of a process share it, because emptying it takes a second: whoever makes something gives it a new name.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._clients: dict[str, Any] = {}

    def name(self, name: str) -> str:
        """Make *name* one that nobody has used."""
        return f"{name}-{next(_numbers)}"

    def client(self, service: str) -> Any:
        """Give boto3's client of *service*."""
        if service not in self._clients:
            self._clients[service] = boto3.session.Session(
                aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION
            ).client(service, endpoint_url=self.url, config=Config(retries={"total_max_attempts": 1}))
        return self._clients[service]


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """One AWS for all tests of a process."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Town(f"http://{host}:{port}")
    server.stop()


@pytest.fixture(scope="session")
def gate() -> int:
    """The port at which the process finds AWS in every test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
async def between(town: Town, gate: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Between]:
    """The proxy that the process is told is AWS."""
    for name in _FORGET:
        monkeypatch.delenv(name, raising=False)
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{gate}")
    async for proxy in Between(town.url).serve(gate):
        yield proxy


@pytest.fixture(scope="session")
def _way() -> Iterator[Aws]:
    with closing(Aws()) as way:
        yield way


@pytest.fixture
def aws(_way: Aws, between: Between) -> Aws:  # noqa: ARG001 -- it must be told where AWS is before it asks
    """The way to AWS, through the proxy; one for all tests of a process, because boto3 is slow to make."""
    return _way
