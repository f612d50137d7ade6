import pytest
from pydantic import ValidationError

from bot.domain.estate import CheckSettings, WatchSettings
from bot.estate import Kinds


def test_a_model_of_another_family_is_refused() -> None:
    """A metric's settings are no check's."""
    Kinds(iac={}, checks={"x": CheckSettings}, metrics={"x": WatchSettings}, switchers={})
    with pytest.raises(ValidationError):
        Kinds(iac={}, checks={"x": WatchSettings}, metrics={}, switchers={})
