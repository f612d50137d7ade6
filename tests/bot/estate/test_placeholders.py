from typing import Any

import pytest

from bot.estate.placeholders import misfits

EVERYWHERE = ("verify", "bake", "switch.bake", "services.verify", "services.bake", "services.traffic")


def told(place: str, text: str) -> list[str]:
    """What is said where *text* stands somewhere in *place*."""
    value = {"deep": [{"url": text}]}
    match place.split("."):
        case ["services", key]:
            settings: dict[str, Any] = {"services": [{key: value}]}
        case ["switch", key]:
            settings = {"switch": {key: value}}
        case [key]:
            settings = {key: value}
    found = list(misfits({"environments": {"prod": settings}}))
    assert all(steps[-3:] == ("deep", 0, "url") for steps, _ in found)
    return [sentence for _, sentence in found]


@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("{outputs.url}/x{outputs.a-b_1}", True, id="good"),
        pytest.param("{outputs}", False, id="no name"),
        pytest.param("{output.url}", False, id="no s"),
        pytest.param("{ outputs.url }", False, id="blanks"),
        pytest.param("{outputs.url", False, id="no end"),
    ],
)
def test_outputs(place: str, text: str, right: bool) -> None:
    """Wherever texts are filled in, outputs are written in one way."""
    found = told(place, text)
    assert not found if right else len(found) == 1 and "is no placeholder: write {outputs.NAME}" in found[0]


@pytest.mark.parametrize("name", ["colour", "service", "target"])
@pytest.mark.parametrize("place", EVERYWHERE)
def test_names(place: str, name: str) -> None:
    """What is known of one colour of one service is known only where one is looked at."""
    known = {"switch.bake", "services.verify", "services.bake"}
    found = told(place, f"http://x/{{{name}}}")
    if place in known or (place == "services.traffic" and name == "service"):
        assert found == []
    else:
        (sentence,) = found
        assert sentence.startswith(f"`{{{name}}}` means nothing here")
        assert "in `verify`, `after` and `bake` of a service, and in the `bake` of `switch`." in sentence


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("{color}", "{colour}", id="as Americans write it"),
        pytest.param("{Colour}", "{colour}", id="a capital"),
        pytest.param("{ target }", "{target}", id="blanks"),
        pytest.param("{services}", "{service}", id="more than one"),
    ],
)
def test_slips(text: str, right: str) -> None:
    """A slip is told with the right word."""
    assert told("services.bake", text) == [f"`{text}` is no placeholder; did you mean `{right}`?"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('sum(rate(x{service="shop",colour=~"{colour}"}[1m]))', id="a query"),
        pytest.param("{region}", id="somebody else's"),
        pytest.param("${HOME} {} { }", id="a shell's"),
    ],
)
def test_words_of_others(text: str) -> None:
    """Braces that are none of ours are left alone."""
    assert told("switch.bake", text) == []


@pytest.mark.parametrize(
    "data", [{}, {"environments": 5}, {"environments": {"prod": {"services": {"a": 1}}}}]
)
def test_wrong_shapes(data: dict[str, Any]) -> None:
    """What has another shape is told elsewhere."""
    assert list(misfits(data)) == []
