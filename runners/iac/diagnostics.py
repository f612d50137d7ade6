"""Terraform's own error messages, from JSON and from text for people."""

import re
from typing import Any

#: Longest short message, in lines and in characters.
LINES = 14
CHARACTERS = 900

_HEADLINE = re.compile(r"^(?:Error|Warning): ")
#: What `init` says first of a faulty configuration; the fault itself is the next error.
_PREAMBLE = re.compile(r"^Error: \w+ encountered problems during initiali[sz]ation")
_FRAME = re.compile(r"^\s*[│╷╵]\s?")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def told(diagnostic: dict[str, Any]) -> str:
    """Give one diagnostic of a JSON event in full: summary, detail and place."""
    parts = [str(diagnostic.get("summary") or "Error"), str(diagnostic.get("detail") or "").strip()]
    place = diagnostic.get("range")
    if isinstance(place, dict) and isinstance(place.get("start"), dict):
        snippet = diagnostic.get("snippet")
        context = snippet.get("context") if isinstance(snippet, dict) else None
        inside = f", in {context}" if context else ""
        parts.append(f"on {place.get('filename')} line {place['start'].get('line')}{inside}")
    return "\n".join(filter(None, parts))


def first_error(output: str) -> str:
    """Give the first error in Terraform's text *output*, shortened; its last lines where none says so."""
    lines = [_FRAME.sub("", line).rstrip() for line in _COLOUR.sub("", output).splitlines()]
    starts = [index for index, line in enumerate(lines) if line.startswith("Error: ")]
    if not starts:
        said = [line for line in lines if line]
        return shortened("\n".join(said[-3:])) or "Terraform ended with an error and said nothing."
    first = next((index for index in starts if not _PREAMBLE.match(lines[index])), starts[0])
    end = next((index for index in range(first + 1, len(lines)) if _HEADLINE.match(lines[index])), len(lines))
    message = "\n".join(lines[first:end]).removeprefix("Error: ").strip()
    return shortened(re.sub(r"\n{2,}", "\n", message))


def shortened(message: str) -> str:
    """Give at most `LINES` lines and `CHARACTERS` characters of *message*."""
    lines = message.splitlines()
    short = "\n".join(lines[:LINES])[:CHARACTERS]
    return short if len(short) == len(message) else f"{short}\n…"
