import pytest

from bot.domain.nearest import hint, nearest


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("brnch", "branch"),
        ("BRANCH", "branch"),
        ("Prod", "Prod"),
        ("zzz", None),
        ("", None),
        ("branch" * 50, None),
    ],
)
def test_nearest(word: str, found: str | None) -> None:
    """A slip finds its word; what is far from all finds none."""
    assert nearest(word, ["branch", "path", "Prod"]) == found


@pytest.mark.parametrize(
    ("word", "known", "told"),
    [
        pytest.param("brnch", ["branch", "path"], "did you mean `branch`?", id="near"),
        pytest.param("zzz", ["branch", "path"], "known: `branch`, `path`.", id="far"),
        pytest.param("zzz", [], "none is known.", id="nothing to choose from"),
        pytest.param("zzz", [f"{n:02}" for n in range(22)], f"known: {', '.join(f'`{n:02}`' for n in range(20))} and 2 more.", id="many"),
    ],
)  # fmt: skip
def test_hint(word: str, known: list[str], told: str) -> None:
    """A hint names the nearest word, else what there is."""
    assert hint(word, known) == told
