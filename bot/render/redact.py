"""Known secrets leave nowhere: every way in which one may be written is blotted out."""

import base64
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from bot.domain.message import Message
from bot.render import text

#: Shorter than the shortest secret that is looked for, so that nothing outgrows a limit by redaction.
BLOT = "•••"
#: Shorter strings are no secrets, and blotting them out would make every sentence unreadable.
SHORTEST = 4
#: A line of a longer secret, or a part of its base64 form, that is telling enough to be looked for.
_SHORTEST_PART = 10

#: Words of Slack's own and addresses of ours, which no secret may break.
_STRUCTURE = frozenset({"type", "action_id", "block_id", "style", "value"})


def scrub(shown: str, secrets: frozenset[str]) -> str:
    """Blot every form of every secret out of *shown*."""
    for form in _forms(secrets):
        if form in shown:
            shown = shown.replace(form, BLOT)
    return shown


def redact(message: Message, secrets: frozenset[str]) -> Message:
    """Blot every form of every secret out of text, blocks and attachments."""
    if not _forms(secrets):
        return message
    return Message(
        text=scrub(message.text, secrets),
        blocks=tuple(_walk(block, secrets) for block in message.blocks),
        # The words on a picture cannot be blotted out any more: whoever has it drawn does that before.
        attachments=tuple(
            attachment.model_copy(
                update={
                    "name": scrub(attachment.name, secrets),
                    "title": scrub(attachment.title, secrets),
                    "content": scrub(attachment.content, secrets),
                }
            )
            for attachment in message.attachments
        ),
    )


def _walk(node: Any, secrets: frozenset[str]) -> Any:
    if isinstance(node, str):
        return scrub(node, secrets)
    if isinstance(node, dict):
        return {key: value if key in _STRUCTURE else _walk(value, secrets) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(item, secrets) for item in node]
    return node


@lru_cache(maxsize=32)
def _forms(secrets: frozenset[str]) -> tuple[str, ...]:
    """Every form to look for, the longest first, so that no part of one is left over."""
    found = {form for secret in secrets if len(secret) >= SHORTEST for form in _written(secret)}
    return tuple(
        sorted((form for form in found if len(form) >= SHORTEST), key=lambda form: (-len(form), form))
    )


def _written(secret: str) -> Iterator[str]:
    yield from _shown(secret)
    if "\n" in secret:
        # A diff puts a sign before each line, so the whole would never be found.
        for line in secret.splitlines():
            if len(line.strip()) >= _SHORTEST_PART:
                yield from _shown(line.strip())
    octets = secret.encode("utf-8", "surrogatepass")
    for url in (quote(octets), quote(octets, safe=""), quote_plus(octets)):
        yield url
        yield _lower_escapes(url)
    yield from _base64(octets)


def _shown(secret: str) -> Iterator[str]:
    """The secret as JSON, Slack's entities and our own cleaning would write it."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    most = len(secret) * 5 + 10
    yield text.escape(secret, most)
    yield text.escape(text.clean(secret), most)
    yield text.inline(secret, most)
    yield text.code(secret, most)[1:-1]


def _lower_escapes(url: str) -> str:
    parts = url.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def _base64(octets: bytes) -> Iterator[str]:
    """The part of base64 that the secret alone decides, at each of the three places it may begin."""
    for offset in range(3):
        padded = b"\0" * offset + octets
        for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
            written = encode(padded).decode().rstrip("=")
            # The first characters mix with what comes before the secret, the last with what comes after.
            first = (0, 2, 3)[offset]
            last = len(padded) * 8 // 6
            if last - first >= _SHORTEST_PART:
                yield written[first:last]
        if offset == 0 and len(octets) >= 6:
            yield base64.standard_b64encode(octets).decode()
