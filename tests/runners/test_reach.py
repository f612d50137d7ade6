import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from runners import reach

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]
SOON = timedelta(seconds=2)


async def test_an_answer(serve: Serve) -> None:
    """Status and body come back, and the name is resolved on the way."""

    async def hello(request: web.Request) -> web.Response:
        return web.Response(status=203, text=f"{request.path_qs} {request.host.partition(':')[0]}")

    address = (await serve(hello)).replace("127.0.0.1", "localhost")
    answer = await reach.get(f"{address}/a?b=c", SOON)
    assert isinstance(answer, reach.Answer)
    assert (answer.status, answer.body, answer.whole) == (203, b"/a?b=c localhost", True)
    assert 0 < answer.seconds < 2


async def test_a_redirect_is_not_followed(serve: Serve) -> None:
    """A redirect is an answer."""
    asked = []

    async def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound("/other")

    answer = await reach.get(f"{await serve(redirect)}/first", SOON)
    assert isinstance(answer, reach.Answer)
    assert (answer.status, asked) == (302, ["/first"])


async def test_an_endless_body(serve: Serve) -> None:
    """No more than 64 KiB are read, however much comes."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    answer = await reach.get(await serve(endless), SOON)
    assert isinstance(answer, reach.Answer)
    assert (len(answer.body), answer.whole) == (64 * 1024, False)


async def test_a_compressed_body_is_not_unpacked(serve: Serve) -> None:
    """What claims to be compressed is taken as it is, so that a small body cannot become a large one."""

    async def bomb(_: web.Request) -> web.Response:
        return web.Response(body=b"no gzip", headers={"Content-Encoding": "gzip"})

    answer = await reach.get(await serve(bomb), SOON)
    assert isinstance(answer, reach.Answer)
    assert answer.body == b"no gzip"


async def test_no_answer_in_time(serve: Serve) -> None:
    """Whoever is too slow has not answered."""

    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    said = await reach.get(await serve(slow), timedelta(milliseconds=100))
    assert said == reach.Silence(unasked=False, why="no answer within 0.1 s")


async def test_a_refused_connection() -> None:
    """Nobody listening is the other side's fault."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        said = await reach.get(f"http://127.0.0.1:{taken.getsockname()[1]}/", SOON)
    assert isinstance(said, reach.Silence)
    assert not said.unasked
    assert "could not connect: " in said.why


async def test_no_http() -> None:
    """Something that answers, but not as HTTP wants it, is the other side's fault."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"220 mail ready\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        said = await reach.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", SOON)
        tls = await reach.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", SOON)
    assert isinstance(said, reach.Silence)
    assert isinstance(tls, reach.Silence)
    assert not said.unasked
    assert not tls.unasked


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://169.254.1.2:8080/",
        "http://user@169.254.169.254/",
        "http://[fe80::1]/",
        "http://[fe80::1%25lo]/",
        "http://[fd00:ec2::254]/",
        "http://[fd20:ce::254]/",
        "http://100.100.100.200/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://169.254.169.254.:80/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//127.0.0.1/",
        "http://",
        "http://[::1/",
        "http://a b/",
        "http://x:y/",
        "http://127.0.0.1:99999/",
        "",
    ],
)
async def test_what_is_never_asked(url: str) -> None:
    """No notation of a metadata address, and nothing but HTTP, is ever asked."""
    said = await reach.get(url, SOON)
    assert isinstance(said, reach.Silence)
    assert said.unasked, said


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["169.254.169.254"], id="one"),
        pytest.param(["127.0.0.1", "169.254.169.254"], id="hidden behind a good one"),
        pytest.param(["::ffff:169.254.169.254"], id="mapped"),
        pytest.param(["fe80::1%lo"], id="with a zone"),
    ],
)
async def test_a_name_that_means_a_refused_address(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """A name is refused whole if any of its addresses is, and nobody is asked."""
    asked = []

    async def count(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    port = int((await serve(count)).rpartition(":")[2])

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, 0, 0, "", (one, port)) for one in addresses
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    said = await reach.get(f"http://metadata.example:{port}/", SOON)
    assert isinstance(said, reach.Silence)
    assert said.unasked
    assert "never asked" in said.why
    assert asked == []


async def test_the_name_is_resolved_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was judged, not to a second answer of the name server."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    port = int((await serve(hello)).rpartition(":")[2])
    answers = iter(["127.0.0.1", "169.254.169.254"])

    async def resolve(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, 0, 0, "", (next(answers), port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    answer = await reach.get(f"http://rebinding.example:{port}/", SOON)
    assert isinstance(answer, reach.Answer)
    assert next(answers) == "169.254.169.254"


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that does not answer is our own trouble."""

    async def fail(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", fail)
    said = await reach.get("http://nobody.invalid/", SOON)
    assert said == reach.Silence(
        unasked=True, why="the name nobody.invalid could not be resolved", sent=False
    )


@pytest.mark.parametrize(
    ("cause", "unasked"),
    [
        pytest.param(OSError(errno.ECONNREFUSED, "Connection refused"), False, id="refused"),
        pytest.param(OSError(errno.ENETUNREACH, "Network is unreachable"), True, id="no way there"),
        pytest.param(OSError(errno.EMFILE, "Too many open files"), True, id="no socket left"),
        pytest.param(OSError(), False, id="without a word"),
    ],
)
def test_whose_fault_it_is(cause: OSError, unasked: bool) -> None:
    """Where our own machine or network cannot, nothing is known of the other side."""
    key: Any = None
    said = reach._silence(aiohttp.ClientConnectorError(key, cause), SOON)
    assert said.unasked == unasked
    assert said.why.startswith("could not connect: ")


def test_a_bad_certificate() -> None:
    """A certificate that is not valid is the other side's fault."""
    key: Any = None
    error = ssl.SSLCertVerificationError("self-signed certificate")
    said = reach._silence(aiohttp.ClientConnectorCertificateError(key, error), SOON)
    assert not said.unasked
    assert "self-signed certificate" in said.why


async def test_no_proxy_is_asked(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment does not lead the question elsewhere."""

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert isinstance(await reach.get(await serve(hello), SOON), reach.Answer)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://ana:s3cret@x.example:8443/a/b?token=1#f", "https://x.example:8443/a/b"),
        ("http://[::1", "(no URL)"),
    ],
)
def test_shown(url: str, text: str) -> None:
    """What may be secret in a URL is not shown."""
    assert reach.shown(url) == text


async def test_a_put(serve: Serve) -> None:
    """The document arrives as JSON, for one version only, and the answer names the next one."""
    seen = []

    async def take(request: web.Request) -> web.Response:
        seen.append(
            (request.method, request.content_type, request.headers.get("If-Match"), await request.text())
        )
        return web.Response(headers={"ETag": '"2"'})

    address = await serve(take)
    answer = await reach.put(address, SOON, b"{}", '"1"')
    assert isinstance(answer, reach.Answer)
    assert (answer.status, answer.etag) == (200, '"2"')
    await reach.put(address, SOON, b"[]")
    assert seen == [("PUT", "application/json", '"1"', "{}"), ("PUT", "application/json", None, "[]")]


async def test_a_put_is_sent_once(serve: Serve) -> None:
    """Where the connection breaks nobody knows whether it was done, and it is not done again."""
    seen = []

    async def vanish(request: web.Request) -> web.Response:
        seen.append(request.method)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    said = await reach.put(await serve(vanish), SOON, b"{}")
    assert isinstance(said, reach.Silence)
    assert (said.sent, said.unasked, seen) == (True, False, ["PUT"])


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://169.254.169.254/", id="an address that is never asked"),
        pytest.param("ftp://example.com/", id="no web address"),
        pytest.param("http://127.0.0.1:1/", id="nobody there"),
    ],
)
async def test_a_put_that_is_not_sent(url: str) -> None:
    """It cannot have been done."""
    said = await reach.put(url, SOON, b"{}")
    assert isinstance(said, reach.Silence)
    assert not said.sent
