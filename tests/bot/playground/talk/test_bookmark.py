from pathlib import Path

from bot.playground.talk.bookmark import Bookmark, Place


def test_a_place_belongs_to_its_lines(tmp_path: Path) -> None:
    """A script that was changed begins anew, and so does one that is through."""
    bookmark = Bookmark(tmp_path / "place.json")
    place = Place(line=2, after=5, found=7)
    assert bookmark.find(["a"]) is None
    bookmark.put(["a"], place)
    assert Bookmark(tmp_path / "place.json").find(["a"]) == place
    assert bookmark.find(["b"]) is None
    bookmark.remove()
    assert bookmark.find(["a"]) is None
