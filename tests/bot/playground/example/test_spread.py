from collections import Counter
from pathlib import Path

import pytest

from bot.domain.colour import Colour
from bot.domain.traffic import Weights
from bot.playground.example.spread import Spread


@pytest.fixture
def spread(tmp_path: Path) -> Spread:
    return Spread(tmp_path / "shop.json", gradual=True)


def test_in_the_beginning(spread: Spread) -> None:
    """Blue has it all, and the first request is blue's."""
    assert spread.weights == Weights(blue=100, green=0)
    assert [spread.turn() for _ in range(3)] == [Colour.BLUE] * 3


@pytest.mark.parametrize(
    ("blue", "green"),
    [
        pytest.param(90, 10, id="a tenth"),
        pytest.param(50, 50, id="half"),
        pytest.param(0, 100, id="all"),
        pytest.param(1, 0, id="all by another weight"),
        pytest.param(97, 3, id="odd"),
    ],
)
def test_shares_are_exact(spread: Spread, blue: int, green: int) -> None:
    """Of as many requests as all weights together each colour gets what it weighs, and never two too early."""
    spread.put(Weights(blue=blue, green=green))
    whole = blue + green
    turns = [spread.turn() for _ in range(3 * whole)]
    assert Counter(turns)[Colour.GREEN] == 3 * green
    for count in range(1, len(turns)):
        assert abs(turns[:count].count(Colour.GREEN) - count * green / whole) < 1


def test_remembered(spread: Spread, tmp_path: Path) -> None:
    """Whoever comes next finds the weights and the tag."""
    spread.put(Weights(blue=75, green=25))
    again = Spread(tmp_path / "shop.json", gradual=True)
    assert (again.weights, again.tag) == (Weights(blue=75, green=25), spread.tag)
    assert [path.name for path in tmp_path.iterdir()] == ["shop.json"]


def test_tags(spread: Spread) -> None:
    """Each change has a new tag, the one back too; what changes nothing has not."""
    tags = []
    for blue in (100, 90, 90, 100):
        spread.put(Weights(blue=blue, green=100 - blue))
        tags.append(spread.tag)
    assert tags == ['"0"', '"1"', '"1"', '"2"']


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"weights": {"blue": -1, "green": 0}, "revision": 1}', b"\xff"]
)
def test_a_file_that_was_spoilt(tmp_path: Path, content: bytes) -> None:
    """A file that says nothing is as none."""
    (tmp_path / "shop.json").write_bytes(content)
    assert Spread(tmp_path / "shop.json", gradual=True).weights == Weights(blue=100, green=0)


def test_read(spread: Spread) -> None:
    """Weights are read as they are written."""
    assert spread.read(b'{"green": 10, "blue": 90}') == Weights(blue=90, green=10)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"", "Write both colours", id="nothing"),
        pytest.param(b"[1, 2]", "Write both colours", id="a list"),
        pytest.param(b"[" * 100_000, "Write both colours", id="deep"),
        pytest.param(b'{"blue": 1}', "Write both colours", id="one"),
        pytest.param(b'{"blue": 1, "green": 1, "red": 1}', "Write both colours", id="three"),
        pytest.param(b'{"blue": 0.5, "green": 1}', "blue must be a whole number", id="half"),
        pytest.param(b'{"blue": 1, "green": "1"}', "green must be a whole number", id="text"),
        pytest.param(b'{"blue": true, "green": 1}', "blue must be a whole number", id="true"),
        pytest.param(b'{"blue": 101, "green": -1}', "green must be a whole number", id="below nothing"),
        pytest.param(b'{"blue": 0, "green": 0}', "nobody would be served", id="both nothing"),
    ],
)
def test_what_are_no_weights(spread: Spread, body: bytes, told: str) -> None:
    """What cannot be followed is refused in one sentence."""
    with pytest.raises(ValueError, match=told):
        spread.read(body)


def test_jobs_cannot_be_split(tmp_path: Path) -> None:
    """Jobs are on one colour, or nobody could say that none ran twice."""
    jobs = Spread(tmp_path / "jobs.json", gradual=False)
    assert jobs.read(b'{"blue": 0, "green": 100}').active is Colour.GREEN
    with pytest.raises(ValueError, match="one colour only"):
        jobs.read(b'{"blue": 90, "green": 10}')
