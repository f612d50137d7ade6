import pytest

from bot.domain.errors import RefUnknown
from bot.domain.value import Commit
from runners.source import refs

_A, _B, _C = (Commit(digit * 40) for digit in "abc")
_KNOWN = refs.Refs(
    branches={"main": _A, "feature/login": _B, "abcdef1": _A, "c" * 40: _B},
    tags={"v1.0": _C, "main": _C, "deadbee": _B},
)


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param("--upload-pack=evil", "starts with `-`", id="an option"),
        pytest.param("a\x1b[31m", "not printable", id="a colour"),
        pytest.param("main\u202e", "not printable", id="a direction"),
        pytest.param("x" * 201, "longer than 200", id="too long"),
    ],
)
def test_what_is_no_name(ref: str, why: str) -> None:
    """Whatever git could take for more than a name is refused, with the reason."""
    with pytest.raises(RefUnknown, match=why) as caught:
        refs.demand_name(ref)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "ref", ["main", "feature/login", "v1.0", "a-b_c.d", "a@b", "abcdef0", "x" * 200, "#1"]
)
def test_what_is_a_name(ref: str) -> None:
    """Names that git allows are allowed."""
    refs.demand_name(ref)


@pytest.mark.parametrize(
    ("ref", "commits", "commit"),
    [
        pytest.param("main", (), _A, id="a branch before a tag"),
        pytest.param("v1.0", (), _C, id="a tag"),
        pytest.param("bbbbbbb", (_B,), _B, id="an abbreviation"),
        pytest.param("abcdef1", (), _A, id="a branch that only looks like a commit"),
        pytest.param("deadbee", (_B,), _B, id="a tag and the very commit that it points to"),
    ],
)
def test_what_is_meant(ref: str, commits: tuple[Commit, ...], commit: Commit) -> None:
    """A branch, else a tag, else a commit."""
    assert refs.choose(ref, _KNOWN, commits) == commit


@pytest.mark.parametrize(
    ("ref", "commits", "sentence"),
    [
        pytest.param(
            "abcdef1", (_B,), "is a branch, which points to a{40}, and also", id="a branch like a commit"
        ),
        pytest.param("deadbee", (_C,), "is a tag, which points to b{40}, and also", id="a tag like a commit"),
        pytest.param("c" * 40, (_C,), "named like a commit", id="a branch like a whole commit"),
        pytest.param("c" * 40, (), "named like a commit", id="a branch like a commit that does not exist"),
        pytest.param("1234567", (_A, _B), "the beginning of 2 commits", id="two commits"),
        pytest.param("1234567", (), "no commit on a branch called '1234567'", id="no commit"),
        pytest.param("mian", (), "Nearest: main", id="nearly a branch"),
        pytest.param("v1.1", (), "Nearest: v1.0", id="nearly a tag"),
        pytest.param("zzzzzz", (), "called 'zzzzzz'.$", id="nothing near"),
    ],
)
def test_what_cannot_be_told(ref: str, commits: tuple[Commit, ...], sentence: str) -> None:
    """Whatever may mean two things is refused, and the unknown gets the nearest that is known."""
    with pytest.raises(RefUnknown, match=sentence):
        refs.choose(ref, _KNOWN, commits)


def test_a_long_name_is_cut_in_the_answer() -> None:
    """Nobody can fill a channel by asking for a long name."""
    with pytest.raises(RefUnknown) as caught:
        refs.choose("x" * 200, _KNOWN, ())
    assert len(str(caught.value)) < 200
