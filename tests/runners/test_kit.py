"""What every step works with."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_there_is_one_way_to_a_plan() -> None:
    """A plan that is made past `Kit.plan` would move the traffic of services that move by plans, by accident."""
    rooms = (path for room in ("bot", "handlers", "runners") for path in (ROOT / room).rglob("*.py"))
    makers = [str(path.relative_to(ROOT)) for path in rooms if "iac.plan(" in path.read_text("utf-8")]
    assert makers == ["runners/kit.py"]
