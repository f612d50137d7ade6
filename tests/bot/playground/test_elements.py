from typing import Any

import pytest

from bot.playground import elements

OPTION = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}


@pytest.mark.parametrize(
    ("element", "wrong"),
    [
        pytest.param({"type": "static_select", "options": [OPTION] * 100}, None, id="full menu"),
        pytest.param({"type": "static_select", "options": [OPTION] * 101}, "/options", id="menu too long"),
        pytest.param({"type": "static_select", "option_groups": []}, None, id="groups instead"),
        pytest.param({"type": "overflow", "options": [OPTION]}, "/options", id="lonely option"),
        pytest.param({"type": "radio_buttons", "options": ["x"]}, "/options/0", id="no object"),
        pytest.param(
            {"type": "checkboxes", "options": [{**OPTION, "value": "x" * 151}]},
            "/options/0/value",
            id="value too long",
        ),
        pytest.param(
            {"type": "plain_text_input", "placeholder": {"type": "plain_text", "text": "x" * 151}},
            "/placeholder/text",
            id="placeholder too long",
        ),
        pytest.param("button", "", id="no element"),
    ],
)
def test_interactive(element: Any, wrong: str | None) -> None:
    """What is wrong is found where it is."""
    found = [where for where, _ in elements.interactive(element, "")]
    assert found == ([] if wrong is None else [wrong])


def test_text_knows_its_own_keys() -> None:
    """A text object with keys of its own invention is refused."""
    text = {"type": "mrkdwn", "text": "x", "colour": "red"}
    assert list(elements.text(text, "/text", 10)) == [("/text", "additional property: colour")]
