"""Words made safe to show: other people's text is never markup, and numbers read like sentences."""

import re
from datetime import UTC, datetime, timedelta

from bot.domain.person import INTERLOCK, Person

#: What a plan takes away is counted with a real minus, which no list mistakes for a bullet.
MINUS = "\N{MINUS SIGN}"

#: Control, format, bidirectional, zero-width and variation characters: seen by machines, not by people.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
#: An emoji's name between colons would become a picture; the look-alike does not.
_EMOJI = re.compile(r":(?=[A-Za-z0-9_+'-]+:)")
#: An underscore inside a word is harmless, at its edge it starts italics.
_EDGE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
#: Look-alikes that Slack takes for letters.
_MARKS = str.maketrans({"*": "\N{ASTERISK OPERATOR}", "~": "\N{TILDE OPERATOR}", "`": _BACKTICK})
_LINK = re.compile(r"https?://[^\s<>|\x00-\x1f]{1,500}")
_FENCES = re.compile("``+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def clean(untrusted: str) -> str:
    """Only characters that people can see, and line breaks of one kind."""
    seen = _UNSEEN.sub("", _BREAKS.sub("\n", untrusted))
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", seen)


def one_line(untrusted: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(clean(untrusted).split())


def shorten(text: str, limit: int) -> str:
    """At most *limit* characters; an ellipsis stands for what is left out at the end."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def shorten_octets(text: str, limit: int) -> str:
    """At most *limit* octets of UTF-8, which is how Slack counts the text of an edit."""
    octets = text.encode("utf-8", "replace")
    if len(octets) <= limit:
        return text
    return f"{octets[: limit - 3].decode('utf-8', 'ignore')}…"


def shorten_middle(text: str, limit: int) -> str:
    """At most *limit* characters; an ellipsis stands for what is left out in the middle."""
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


def escape(text: str, limit: int) -> str:
    """Slack's three entities; at most *limit* characters after escaping, none cut in two."""
    whole = "".join(_ENTITIES.get(character, character) for character in text[: limit + 1])
    if len(text) <= limit and len(whole) <= limit:
        return whole
    parts: list[str] = []
    room = limit - 1
    for character in text[:limit]:
        part = _ENTITIES.get(character, character)
        if len(part) > room:
            break
        parts.append(part)
        room -= len(part)
    return f"{''.join(parts)}…"


def inline(untrusted: str, limit: int = 150) -> str:
    """Other people's words in a sentence of ours: one line, no markup, at most *limit* characters."""
    words = _EMOJI.sub("\N{RATIO}", one_line(untrusted)).translate(_MARKS)
    return escape(_EDGE_UNDERSCORE.sub("\N{MODIFIER LETTER LOW MACRON}", words), limit)


def code(untrusted: str, limit: int = 150) -> str:
    """A name as inline code, at most *limit* characters with its backticks."""
    name = one_line(untrusted).replace("`", _BACKTICK) or "(empty)"
    return f"`{escape(name, limit - 2)}`"


def fence(untrusted: str, limit: int = 2900) -> str:
    """A code block that its content cannot close, at most *limit* characters with its fences."""
    content = _FENCES.sub(lambda run: _BACKTICK * len(run[0]), clean(untrusted).expandtabs(4)).strip("\n")
    return f"```\n{escape(content or '(empty)', limit - 8)}\n```"


def mention(person: Person) -> str:
    """The token that Slack shows as the person's name, and notifies."""
    if person == INTERLOCK:
        return "Interlock"
    return f"<@{re.sub('[^A-Z0-9]', '', person.user)}>"


def clock(at: datetime) -> str:
    """The time of day in the reader's zone."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{time}}|{utc:%H:%M} UTC>"


def day(at: datetime) -> str:
    """Date and time in the reader's zone."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{{date_short_pretty}} {{time}}|{utc:%Y-%m-%d %H:%M} UTC>"


def duration(length: timedelta | float) -> str:
    """`31 s`, `4 min 12 s`, `1 h 5 min`, `2 d 3 h`; never negative."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next((index for index, (amount, _) in enumerate(parts) if amount), len(parts) - 1)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount) or "0 s"


def minutes_left(length: timedelta) -> str:
    """`12m left`, `40s left`; rounded up, never negative."""
    seconds = max(0.0, length.total_seconds())
    return f"{-int(-seconds // 60)}m left" if seconds >= 60 else f"{int(seconds)}s left"


def number(amount: int) -> str:
    """`1,200`."""
    return f"{amount:,}"


def plural(amount: int, one: str, many: str | None = None) -> str:
    """`1 vote`, `2 votes`."""
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


def bar(done: int, total: int, width: int = 10) -> str:
    """`▓▓▓░░ 31/48`; full only when all is done."""
    filled = 0 if total <= 0 else max(0, min(width, done * width // total))
    return f"{'▓' * filled}{'░' * (width - filled)} {number(done)}/{number(total)}"


def listed(items: tuple[str, ...], shown: int = 8) -> str:
    """`a, b and 3 more`: the first *shown* items, and how many are left out."""
    if len(items) <= shown:
        return ", ".join(items)
    return f"{', '.join(items[:shown])} and {number(len(items) - shown)} more"


def sentence(words: str) -> str:
    """The words with a full stop, where they do not end in a mark of their own."""
    return words if words.endswith((".", "!", "?", "…", ":")) else f"{words}."


def link(address: str, label: str) -> str:
    """A link that Slack itself gave us; empty where it is none."""
    return f"<{address.replace('&', '&amp;')}|{label}>" if _LINK.fullmatch(address) else ""
