import pytest

from bot.render import blocks
from tests.fakes.limits import breaches, shown


def test_a_message_that_is_too_long_says_so() -> None:
    """Parts are left out from the end, a line says how many, and the last ones stay."""
    parts = [blocks.section(f"{index} {'x' * 1000}") for index in range(30)]
    message = blocks.compose("text", parts, last=[blocks.section("the end")])
    lines = shown(message).splitlines()
    assert breaches(message) == []
    assert lines[0].startswith("0 x")
    assert lines[-1] == "the end"
    assert lines[-2] == f"… {30 - (len(lines) - 2)} more parts of this message found no room."


@pytest.mark.parametrize(
    ("lines", "sizes"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param(["a", "b"], [3], id="together"),
        pytest.param(["a" * 1499, "b" * 1500], [3000], id="as much as one holds"),
        pytest.param(["a" * 1500, "b" * 1500], [1500, 1500], id="one letter more"),
        pytest.param(["a" * 3000, "b", "c"], [3000, 3], id="a full one, and the rest"),
    ],
)
def test_lines_are_packed(lines: list[str], sizes: list[int]) -> None:
    """Into as few paragraphs as Slack takes, with none of them lost."""
    packed = [block["text"]["text"] for block in blocks.sections(lines)]
    assert [len(one) for one in packed] == sizes
    assert "\n".join(packed) == "\n".join(lines)


def test_never_more_than_fifty_blocks() -> None:
    """Small blocks are counted too."""
    message = blocks.compose("text", [blocks.context("x")] * 80)
    assert len(message.blocks) == 50


def test_nobody_is_called_twice() -> None:
    """A person's second mention is the bare id; plain text is nobody's mention."""
    button = blocks.button("<@U1>", "a", "v")
    message = blocks.compose(
        "text",
        [blocks.section("<@U1> and <@U1>"), blocks.context("<@U1> <@U2>"), blocks.actions("b", button)],
    )
    assert shown(message) == "<@U1> and U1\nU1 <@U2>\n[<@U1>]"
