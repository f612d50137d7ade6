from datetime import timedelta

from bot.estate.raw import listing, mapping, span, words


def test_any_shape_can_be_looked_into() -> None:
    """What has another shape is empty."""
    assert (mapping({"a": 1}), mapping([1]), mapping(None)) == ({"a": 1}, {}, {})
    assert (listing([1]), listing("ab"), listing({})) == ([1], [], [])
    assert list(words(["a", 1, "b"])) == [(0, "a"), (2, "b")]


def test_span() -> None:
    """A duration is a time; what is none is nothing."""
    assert span("90s") == timedelta(seconds=90)
    assert [span(written) for written in ("soon", 5, None, ["1s"])] == [None] * 4
