"""One HTTP GET or PUT for a check, a metric, a calendar or a switcher, which cannot be led to addresses that hand out credentials.

The name is resolved once, every address is judged, and the connection goes to exactly what was judged.
No redirect is followed, no proxy asked, and no more than `LARGEST` of a body is read where nobody asks for more.
"""

import asyncio
import errno
import ipaddress
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import AfterValidator

#: Bytes of a body that are read.
LARGEST = 64 * 1024


def _asked(url: str) -> str:
    if not url.startswith(("http://", "https://", "{outputs.")):
        msg = "is no address that can be asked: write http://… or https://…, or begin with {outputs.NAME}."
        raise ValueError(msg)
    return url


#: An address as an estate writes it.
Url = Annotated[str, AfterValidator(_asked)]

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Where clouds answer with credentials, outside the link-local ranges.
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: Our own network is in the way, not the other side.
_OURS = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EMFILE, errno.ENFILE})


class RefusedAddressError(OSError):
    """An address that is never asked."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    #: At most as many bytes as were asked for.
    body: bytes
    #: There was no more to read.
    whole: bool
    #: Seconds from the question to the end of the body.
    seconds: float
    #: What the other side calls this version of what it answered; empty where it has no name for it.
    etag: str = ""


@dataclass(frozen=True)
class Silence:
    """Nothing came back."""

    #: The question could not be put: a name that does not resolve, an address that is refused, no way there.
    unasked: bool
    #: What happened, as the end of a sentence.
    why: str
    #: The question may have arrived.
    sent: bool = True


async def get(
    url: str, within: timedelta, *, largest: int = LARGEST, link_local: bool = False
) -> Answer | Silence:
    """Ask *url* once, and wait no longer than *within* for the whole answer, or the first *largest* bytes of it.

    With *link_local*, which only an estate may say, link-local and metadata addresses are asked like any other.
    """
    return await _ask("GET", url, within, {}, None, largest, link_local=link_local)


async def put(url: str, within: timedelta, document: bytes, etag: str = "") -> Answer | Silence:
    """Put a JSON *document* to *url* once; where there is an *etag*, only if that version still stands there."""
    headers = {"Content-Type": "application/json", **({"If-Match": etag} if etag else {})}
    return await _ask("PUT", url, within, headers, document, LARGEST, link_local=False)


async def _ask(
    method: str,
    url: str,
    within: timedelta,
    more: dict[str, str],
    body: bytes | None,
    largest: int,
    *,
    link_local: bool,
) -> Answer | Silence:
    if fault := _fault(url, link_local=link_local):
        return Silence(unasked=True, why=fault, sent=False)
    began = time.monotonic()
    connector = aiohttp.TCPConnector(
        resolver=_Judging(link_local=link_local), use_dns_cache=False, force_close=True
    )
    limit = aiohttp.ClientTimeout(total=within.total_seconds())
    headers = {"User-Agent": "interlock", "Accept-Encoding": "identity", **more}
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=limit, auto_decompress=False, middlewares=(_once,)
            ) as session,
            session.request(method, url, allow_redirects=False, headers=headers, data=body) as response,
        ):
            read, whole = await _read(response, largest)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return _silence(error, within)
    return Answer(response.status, read, whole, time.monotonic() - began, response.headers.get("ETag", ""))


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from putting the question again by itself, which it does where a connection breaks."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error)) from error


def _silence(error: Exception, within: timedelta) -> Silence:
    """Say what an *error* means; what is not plainly our own inability is the other side's."""
    unasked = False
    match error:
        case TimeoutError():
            why = f"no answer within {within.total_seconds():g} s"
        case aiohttp.InvalidURL():
            unasked, why = True, "the address is no URL"
        case aiohttp.ClientConnectorDNSError(os_error=RefusedAddressError() as refused):
            unasked, why = True, str(refused)
        case aiohttp.ClientConnectorDNSError():
            unasked, why = True, f"the name {error.host} could not be resolved"
        case aiohttp.ClientConnectorCertificateError():
            why = f"its certificate is not valid: {error.certificate_error}"
        case aiohttp.ClientConnectorError(os_error=cause):
            unasked = cause.errno in _OURS
            why = f"could not connect: {(cause.strerror or type(cause).__name__).lower()}"
        case _:
            why = f"the answer broke off: {type(error).__name__}"
    sent = not unasked and not isinstance(error, aiohttp.ClientConnectorError)
    return Silence(unasked=unasked, why=why, sent=sent)


def shown(url: str) -> str:
    """Write *url* without what may be secret in it: user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))
    except ValueError:
        return "(no URL)"


def _fault(url: str, *, link_local: bool) -> str:
    """Say why *url* is not asked; empty where it is."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "the address is no URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "only http and https addresses are asked"
    # A literal address is never resolved, so the resolver below does not see it.
    with suppress(ValueError):
        return _refusal(ipaddress.ip_address(host), link_local=link_local)
    return ""


def _refusal(address: _Address, *, link_local: bool) -> str:
    """Say why *address* is refused; empty where it is not."""
    if not link_local and any(form.is_link_local or form in _METADATA for form in _forms(address)):
        return f"{address} is a link-local or metadata address, which is never asked without allow_link_local"
    return ""


def _forms(address: _Address) -> tuple[_Address, ...]:
    """List the address and what it stands for, since IPv6 has several ways to write an IPv4 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    plain = ipaddress.IPv6Address(int(address))
    inside = [address.ipv4_mapped, address.sixtofour]
    if plain in _NAT64:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return (plain, *(form for form in inside if form is not None))


class _Judging(AbstractResolver):
    """Resolves a name and refuses it whole if any of its addresses is refused."""

    def __init__(self, *, link_local: bool) -> None:
        self._link_local = link_local

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        results: list[ResolveResult] = []
        for kind, _, _, _, place in found:
            if refusal := _refusal(ipaddress.ip_address(str(place[0])), link_local=self._link_local):
                raise RefusedAddressError(refusal)
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(place[0]),
                    port=port,
                    family=kind,
                    proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Hold nothing."""


async def _read(response: aiohttp.ClientResponse, largest: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > largest:
            return bytes(body[:largest]), False
    return bytes(body), True
