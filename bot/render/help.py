"""The words the bot knows."""

from bot.domain.message import Message
from bot.domain.value import Value
from bot.render import blocks, refusal, text


class CommandHelp(Value):
    """One command, as it is explained."""

    #: `deploy`, `status` …
    name: str
    #: `/deploy ENV [REF] [--dry-run]`.
    usage: str
    #: What it does, in one sentence.
    sentence: str


def message(commands: tuple[CommandHelp, ...], topic: str | None = None) -> Message:
    """Explain every command, or the one that *topic* names."""
    if topic is None:
        spoken = f"I know {text.listed(tuple(text.inline(command.name, 40) for command in commands), 40)}."
        return blocks.compose(spoken, [blocks.section("*What I understand*"), *_sections(commands)])
    wanted = topic.strip().lstrip("/").lower()
    meant = tuple(command for command in commands if command.name == wanted)
    if not meant:
        return refusal.unknown_word(topic, tuple(command.name for command in commands))
    spoken = f"{text.inline(meant[0].usage, 200)}: {text.inline(meant[0].sentence, 250)}"
    return blocks.compose(spoken, _sections(meant))


def _sections(commands: tuple[CommandHelp, ...]) -> list[blocks.Block]:
    lines = [f"{text.code(each.usage, 200)}\n{text.inline(each.sentence, 250)}" for each in commands]
    return [blocks.section("\n".join(lines[at : at + 5])) for at in range(0, len(lines), 5)]
