from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.estate.meaning import misfits

_KEYS = st.sampled_from(
    ["slack", "channels", "teams", "groups", "members", "classes", "standard", "votes", "of", "environments",
     "dev", "promotes_from", "path", "branch", "bake", "watch", "every", "for", "approvals", "approve_emoji",
     "reject_emoji", "expire", "remind", "repository", "url", "verify", "permissions", "request", "loss_confirmed_by", "channel",
     "services", "switch", "traffic", "blue", "green", "exposure", "keep_old", "look", "name", "worse_than_baseline"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _KEYS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=30,
)


@given(data=st.dictionaries(_KEYS, _VALUES, max_size=8) | _VALUES)
def test_no_shape_breaks_a_law(data: Any) -> None:
    """Whatever shape the file has, the laws answer with sentences."""
    for steps, sentence in misfits(data):
        assert isinstance(steps, tuple)
        assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("before", "told"),
    [
        pytest.param({"a": "b", "b": "a"}, ["a ← b ← a"], id="two"),
        pytest.param({"a": "b", "b": "c", "c": "a"}, ["a ← b ← c ← a"], id="three"),
        pytest.param({"x": "a", "a": "b", "b": "a"}, ["a ← b ← a"], id="with a tail"),
        pytest.param({"a": "b", "b": "a", "c": "d", "d": "c"}, ["a ← b ← a", "c ← d ← c"], id="two circles"),
        pytest.param({"a": "b", "b": None}, [], id="none"),
    ],
)
def test_circles(before: dict[str, str | None], told: list[str]) -> None:
    """Each circle of promotions is told once."""
    environments = {name: {"promotes_from": source} for name, source in before.items()}
    found = [sentence for _, sentence in misfits({"environments": environments}) if "circle" in sentence]
    assert found == [f"runs in a circle: {circle}." for circle in told]
