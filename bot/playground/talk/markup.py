"""Slack's markup as styled text; its plain text is what a reader sees."""

import re
from datetime import UTC, datetime

from rich.text import Text

from bot.playground.talk import emoji
from bot.playground.workspace import Workspace

_TOKEN = re.compile(
    r"```\n?(?P<fence>.*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?!\w)",
    re.DOTALL,
)
_WRAPPED = {"bold": "bold", "italic": "italic", "strike": "strike"}
_DATE = re.compile(r"!date\^(?P<at>\d+)\^(?P<form>[^^|]*)(?:\^[^|]*)?(?:\|(?P<otherwise>.*))?")
_MOMENTS = {"{time}": "%H:%M", "{time_secs}": "%H:%M:%S", "{date_num}": "%Y-%m-%d"}
_DIFF = {"+": "green", "-": "red", "~": "yellow", "!": "yellow", "#": "dim", "@": "cyan"}
_MINUS = "\N{MINUS SIGN}"
_MARKDOWN = re.compile(
    r"```[a-z]*\n(?P<fence>.*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|\*\*(?P<bold>[^*\n]+)\*\*"
    r"|\[(?P<label>[^\]\n]+)\]\([^)\n]+\)"
    r"|^#+ (?P<heading>[^\n]+)"
    r"|:(?P<emoji>[a-z0-9_+'-]+):",
    re.DOTALL | re.MULTILINE,
)


def mrkdwn(source: str, workspace: Workspace, style: str = "") -> Text:
    """Slack's own markup, with names and local times in the place of ids and tokens."""
    text = Text()
    at = 0
    for match in _TOKEN.finditer(source):
        text.append(_unescaped(source[at : match.start()]), style)
        text.append_text(_token(match, workspace, style))
        at = match.end()
    return text.append(_unescaped(source[at:]), style)


def _token(match: re.Match[str], workspace: Workspace, style: str) -> Text:
    kind = match.lastgroup or ""
    inner = match[kind]
    if kind == "fence":
        fenced = diff(_unescaped(inner))
        # A code block stands on lines of its own.
        before = "" if match.start() == 0 or match.string[match.start() - 1] == "\n" else "\n"
        after = "" if match.end() == len(match.string) or match.string[match.end()] == "\n" else "\n"
        return Text.assemble(before, fenced, after)
    if kind == "code":
        return Text(_unescaped(inner), f"{style} cyan".strip())
    if kind == "angle":
        return Text(_unescaped(_angle(inner, workspace)), f"{style} blue".strip())
    if kind == "emoji":
        return Text(emoji.picture(inner))
    return mrkdwn(inner, workspace, f"{style} {_WRAPPED[kind]}".strip())


def diff(source: str) -> Text:
    """A code block, coloured where its lines begin like a diff's."""
    text = Text()
    for number, line in enumerate(source.split("\n")):
        mark = line.lstrip()[:1].replace(_MINUS, "-")
        text.append("\n" * bool(number))
        text.append(line, _DIFF.get(mark, "white"))
    return text


def _angle(inner: str, workspace: Workspace) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        member = workspace.members.get(target[1:])
        return f"@{member.name if member else target[1:]}"
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return f"#{channel.name if channel else label or target[1:]}"
    if target.startswith("!subteam^"):
        group = workspace.groups.get(target.removeprefix("!subteam^"))
        return f"@{group.handle}" if group else label or target
    if date := _DATE.fullmatch(inner):
        return _dated(date)
    if target.startswith("!"):
        return f"@{label or target[1:]}"
    return label or target


def _dated(date: re.Match[str]) -> str:
    moment = datetime.fromtimestamp(int(date["at"]), UTC).astimezone()
    shown = date["form"]
    for form, pattern in _MOMENTS.items():
        shown = shown.replace(form, format(moment, pattern))
    return re.sub(r"\{date[a-z_]*\}", f"{moment:%a %d %b}", shown)


def markdown(source: str) -> Text:
    """The markup of a `markdown` block, as far as it changes how a line reads."""
    text = Text()
    at = 0
    for match in _MARKDOWN.finditer(source):
        text.append(source[at : match.start()])
        kind = match.lastgroup or ""
        if kind == "fence":
            text.append_text(diff(match[kind]))
        elif kind == "emoji":
            text.append(emoji.picture(match[kind]))
        else:
            text.append(match[kind], {"code": "cyan", "label": "blue"}.get(kind, "bold"))
        at = match.end()
    return text.append(source[at:])


def plain(source: str, style: str = "") -> Text:
    """Text without markup; only emoji become pictures."""
    return Text(emoji.pictured(_unescaped(source)), style)


def _unescaped(source: str) -> str:
    return source.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
