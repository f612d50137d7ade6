import time

import pytest

from bot.policy.risk.patterns import matches


@pytest.mark.parametrize(
    ("name", "pattern", "found"),
    [
        pytest.param("aws_fsx_lustre_file_system", "aws_fsx_*_file_system", True, id="star"),
        pytest.param("aws_db_instance", "aws_db_instanc?", True, id="question mark"),
        pytest.param("aws_db_instance", "db_instance", False, id="a part is not the whole"),
        pytest.param('x.y["a.b"]', 'x.y["a.b"]', True, id="brackets are brackets"),
        pytest.param("x.y0", "x.y[0]", False, id="and no classes"),
        pytest.param("x.y\n", "x.*", True, id="line breaks are characters"),
        pytest.param("AWS_x", "aws_x", False, id="case counts"),
    ],
)
def test_one_pattern(name: str, pattern: str, *, found: bool) -> None:
    """Whole names are compared."""
    assert matches(name, (pattern,)) is found
    assert matches(name, ("no", pattern)) is found
    assert not matches(name, ())


def test_many_stars_are_one() -> None:
    """Nobody can make the search take long."""
    began = time.monotonic()
    assert not matches("a" * 2000, ("*" * 50 + "b",))
    assert time.monotonic() - began < 2
