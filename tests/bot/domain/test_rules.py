import pytest
from pydantic import ValidationError

from bot.domain.rules import Caps, Override


@pytest.mark.parametrize(
    ("written", "share"),
    [
        pytest.param("20%", 0.2, id="percent"),
        pytest.param("12.5 %", 0.125, id="half a percent"),
        pytest.param("100%", 1.0, id="all"),
        pytest.param(0.3, 0.3, id="a part of one"),
        pytest.param("101%", None, id="more than all"),
        pytest.param(20, None, id="a whole number"),
        pytest.param(1, None, id="one"),
        pytest.param(1.5, None, id="more than one"),
        pytest.param("20", None, id="no sign"),
        pytest.param("-1%", None, id="less than nothing"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_share(written: object, share: float | None) -> None:
    """It is written so that nobody takes 1 for all."""
    if share is None:
        with pytest.raises(ValidationError, match="is no share"):
            Caps.model_validate({"share": written})
    else:
        caps = Caps.model_validate({"share": written})
        assert caps.share == share
        assert Caps.model_validate_json(caps.model_dump_json()) == caps


def test_an_override_is_written_with_the_word_class() -> None:
    """And read again."""
    override = Override.model_validate({"match": "a", "class": "standard", "because": "b"})
    assert Override.model_validate_json(override.model_dump_json(by_alias=True)) == override
