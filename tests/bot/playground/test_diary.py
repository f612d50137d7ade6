from pathlib import Path

from bot.playground.diary import Diary


def test_torn_line_is_cut_off(tmp_path: Path) -> None:
    """A kill within a line loses that line only, and what comes after is whole."""
    diary = Diary(tmp_path)
    diary.write("thing", {"one": 1})
    diary.close()
    with (tmp_path / "diary.jsonl").open("ab") as file:
        file.write(b'{"kind":"thing","value":{"tw')
    again = Diary(tmp_path)
    assert list(again.entries()) == [("thing", {"one": 1})]
    again.write("thing", {"three": 3})
    again.close()
    assert list(Diary(tmp_path).entries()) == [("thing", {"one": 1}), ("thing", {"three": 3})]


def test_without_a_folder_only_files_are_held() -> None:
    """Nothing is written anywhere; uploads are there while the process is."""
    diary = Diary(None)
    diary.write("thing", 1)
    diary.put("F1", b"x")
    assert list(diary.entries()) == []
    assert (diary.get("F1"), diary.get("F2")) == (b"x", None)
    assert diary.place("F1") is None


def test_a_file_lies_where_programs_find_it(tmp_path: Path) -> None:
    """A terminal shows no pictures, but others can."""
    diary = Diary(tmp_path)
    diary.put("F1", b"x")
    place = diary.place("F1")
    assert place is not None
    assert (place.read_bytes(), diary.get("F1"), diary.get("F2")) == (b"x", b"x", None)
