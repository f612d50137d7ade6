"""A message's blocks as lines of text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from bot.playground.talk import emoji, markup
from bot.playground.things import Json, Message
from bot.playground.workspace import Workspace

_TASKS = {"complete": "✔", "in_progress": "▶", "error": "✖", "pending": "·"}
_BUTTONS = {"primary": "bold green", "danger": "bold red"}


def lines(message: Message, workspace: Workspace) -> list[Text]:
    """What a reader sees of *message*, line by line."""
    text = blocks(message.blocks, workspace) if message.blocks else markup.mrkdwn(message.text, workspace)
    return [line for line in text.split("\n") if line.plain.strip()]


def words(message: Message, workspace: Workspace) -> str:
    """All words of *message*, of its blocks, its notification and its files, on one line."""
    parts = [markup.mrkdwn(message.text, workspace).plain, blocks(message.blocks, workspace).plain]
    parts += [f"{file.title} {file.name} {file.alt_text}" for file in message.files]
    return " ".join(" ".join(parts).split())


def blocks(held: Iterable[Json], workspace: Workspace) -> Text:
    """Blocks under one another."""
    return Text("\n").join(text for block in held if (text := _block(block, workspace)).plain)


def buttons(message: Message) -> Iterator[tuple[str, Json]]:
    """What stands on each button of *message*, and the button."""
    for block in message.blocks:
        for element in (*block.get("elements", ()), block.get("accessory")):
            if isinstance(element, dict) and element.get("type") == "button":
                yield emoji.pictured(element["text"]["text"]), element


def _block(block: Json, workspace: Workspace) -> Text:
    shape = _SHAPES.get(block["type"])
    return shape(block, workspace) if shape else Text("\n").join(_strings(block, workspace))


def _object(node: Any, workspace: Workspace, style: str = "") -> Text:
    """A text object, or a picture's words."""
    if not isinstance(node, dict):
        return Text()
    if node.get("type") == "image":
        return Text(f"[image: {node.get('alt_text', '')}]", "dim")
    source = str(node.get("text", ""))
    if node.get("type") == "mrkdwn":
        return markup.mrkdwn(source, workspace, style)
    return markup.plain(source, style)


def _section(block: Json, workspace: Workspace) -> Text:
    parts = [_object(block.get("text"), workspace)]
    parts += [_object(field, workspace) for field in block.get("fields") or ()]
    text = Text("\n").join(part for part in parts if part.plain)
    accessory = block.get("accessory")
    return Text.assemble(text, "  ", _element(accessory, workspace)) if accessory else text


def _header(block: Json, workspace: Workspace) -> Text:
    return _object(block.get("text"), workspace, "bold")


def _context(block: Json, workspace: Workspace) -> Text:
    return Text("  ").join(_object(each, workspace, "dim") for each in block["elements"])


def _actions(block: Json, workspace: Workspace) -> Text:
    return Text(" ").join(_element(each, workspace) for each in block["elements"])


def _element(node: Json, workspace: Workspace) -> Text:
    if node.get("type") == "button":
        label = markup.plain(node["text"]["text"]).plain
        return Text(f"[{label}]", _BUTTONS.get(node.get("style", ""), "bold"))
    if node.get("type") == "image":
        return _object(node, workspace)
    label = _object(node.get("placeholder"), workspace).plain or node.get("type", "")
    return Text(f"[{label} ▾]", "bold")


def _image(block: Json, workspace: Workspace) -> Text:
    title = _object(block.get("title"), workspace).plain
    return Text(f"[image: {' - '.join(part for part in (title, block.get('alt_text', '')) if part)}]", "dim")


def _markdown(block: Json, _: Workspace) -> Text:
    return markup.markdown(str(block["text"]))


def _divider(_: Json, __: Workspace) -> Text:
    return Text("─" * 24, "dim")


def _input(block: Json, workspace: Workspace) -> Text:
    field: Json = block["element"]
    hint = _object(block.get("hint"), workspace).plain or _object(field.get("placeholder"), workspace).plain
    label = _object(block["label"], workspace).plain
    return Text.assemble(
        (f"{label}: ", "bold"), "________ ", (hint, "dim"), (f" ({field['action_id']})", "dim")
    )


def _table(block: Json, workspace: Workspace) -> Text:
    rows = []
    for row in block["rows"]:
        cells = [Text(" ").join(_strings(cell, workspace)) for cell in row]
        rows.append(Text(" │ ").join(cells))
    return Text("\n").join(rows)


def _plan(block: Json, workspace: Workspace) -> Text:
    tasks = [_task(task, workspace) for task in block.get("tasks") or ()]
    return Text("\n").join([markup.plain(str(block.get("title", "")), "bold"), *tasks])


def _task(block: Json, _: Workspace) -> Text:
    mark = _TASKS.get(str(block.get("status")), "·")
    return Text(f"{mark} {markup.plain(str(block.get('title', ''))).plain}")


def _rich_text(block: Json, workspace: Workspace) -> Text:
    return Text("\n").join(_rich(each, workspace) for each in block.get("elements", ()))


def _rich(node: Json, workspace: Workspace) -> Text:
    kind, inner = node.get("type"), node.get("elements", ())
    if kind == "rich_text_list":
        return Text("\n").join(Text.assemble("• ", _rich(each, workspace)) for each in inner)
    if kind == "rich_text_preformatted":
        return markup.diff("".join(str(each.get("text", "")) for each in inner))
    if inner:
        return Text().join(_rich(each, workspace) for each in inner)
    if kind == "emoji":
        return Text(emoji.picture(str(node.get("name", ""))))
    if kind == "user":
        return markup.mrkdwn(f"<@{node.get('user_id')}>", workspace)
    style = [
        name for name, on in (node.get("style") or {}).items() if on and name in {"bold", "italic", "strike"}
    ]
    return Text(str(node.get("text") or node.get("url") or ""), " ".join(style))


def _strings(node: Any, workspace: Workspace) -> Sequence[Text]:
    """Whatever text there is in a block of a kind without a shape here."""
    if isinstance(node, list):
        return [text for each in node for text in _strings(each, workspace)]
    if not isinstance(node, dict):
        return []
    if isinstance(node.get("text"), str):
        return [_object(node, workspace)]
    return [text for each in node.values() for text in _strings(each, workspace)]


_SHAPES: Mapping[str, Callable[[Json, Workspace], Text]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "divider": _divider,
    "input": _input,
    "table": _table,
    "plan": _plan,
    "task_card": _task,
    "rich_text": _rich_text,
}
