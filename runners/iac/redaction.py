"""Takes secrets out of texts, by their value.

Terraform's own masks are not enough: a value that is masked in one attribute can stand in clear in another.
Known forms of a secret are the string itself, its JSON escape, and each long line of a longer text. A secret
that was base64- or URL-encoded outside of Terraform is not recognised.
"""

import json
from collections.abc import Iterable
from typing import Any

#: What stands for a secret.
SENSITIVE = "(sensitive)"
#: Shorter strings would be found in every other word.
SHORTEST = 4
#: Shorter lines of a secret text (`}`, `---`, `apiVersion: v1`) are no secrets by themselves.
_SHORTEST_LINE = 16
_WORDS = frozenset({"true", "false", "null", "none", SENSITIVE})


def leaves(value: Any, mask: Any) -> Iterable[str]:
    """Every string in *value* that *mask* covers and that is long enough to be recognised."""
    if mask is True:
        yield from _strings(value)
    elif isinstance(mask, dict) and isinstance(value, dict):
        for key, inner in mask.items():
            yield from leaves(value.get(key), inner)
    elif isinstance(mask, list) and isinstance(value, list):
        for item, inner in zip(value, mask, strict=False):
            yield from leaves(item, inner)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if len(value) >= SHORTEST and value not in _WORDS:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


class Redactor:
    """Replaces a set of secrets wherever they appear, in time that depends on the text alone."""

    def __init__(self, secrets: Iterable[str]) -> None:
        #: As they were given.
        self.secrets = frozenset(secrets)
        by_start: dict[str, set[str]] = {}
        for secret in self.secrets:
            for form in _forms(secret):
                by_start.setdefault(form[:SHORTEST], set()).add(form)
        self._by_start = {
            start: sorted(forms, key=lambda form: (-len(form), form)) for start, forms in by_start.items()
        }

    def text(self, text: str) -> str:
        """Give *text* without the secrets; of two that overlap, the longer one that begins first goes."""
        if not self._by_start or len(text) < SHORTEST:
            return text
        kept: list[str] = []
        copied = at = 0
        candidates = self._by_start.get
        while at <= len(text) - SHORTEST:
            for form in candidates(text[at : at + SHORTEST]) or ():
                if text.startswith(form, at):
                    kept += (text[copied:at], SENSITIVE)
                    at += len(form)
                    copied = at
                    break
            else:
                at += 1
        if not kept:
            return text
        kept.append(text[copied:])
        return "".join(kept)

    def value(self, value: Any) -> Any:
        """Give a JSON *value* with the secrets gone from every string in it, keys included."""
        if not self._by_start:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        return value


def _forms(secret: str) -> Iterable[str]:
    if len(secret) < SHORTEST:
        return
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= _SHORTEST_LINE)
