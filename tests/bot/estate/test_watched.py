from typing import Any

import pytest

from bot.estate.watched import misfits

RATE = {"metric": "error_rate"}
CLOUD = {"metric": "latency_p50", "source": "cloudwatch"}
P99 = {"metric": "latency_p99"}


@pytest.mark.parametrize(
    ("bake", "keys"),
    [
        pytest.param({"for": "5m", "every": "30s"}, [], id="good"),
        pytest.param({"for": "60s"}, [], id="once in a minute"),
        pytest.param({"for": "59s"}, ["for"], id="shorter than what is usual between two looks"),
        pytest.param({"for": "5s", "every": "6s"}, ["every"], id="too late"),
        pytest.param({"for": "soon", "every": "6s"}, [], id="no duration, which the shape tells"),
        pytest.param({"for": "60s", "watch": [RATE, P99]}, [], id="two metrics"),
        pytest.param({"for": "60s", "watch": [RATE, P99, RATE]}, [2], id="one of them twice"),
        pytest.param({"for": "60s", "watch": [RATE, RATE, RATE]}, [1], id="told once"),
        pytest.param(
            {"for": "9m", "every": "59s", "watch": [CLOUD]}, ["every"], id="oftener than it is counted"
        ),
        pytest.param({"for": "9m", "watch": [CLOUD]}, [], id="as often as it is counted"),
        pytest.param({"watch": 5}, [], id="no list"),
    ],
)
def test_bakes(bake: dict[str, Any], keys: list[str | int]) -> None:
    """A bake looks in its time, and at each metric once."""
    assert [steps[-1] for steps, _ in misfits(bake, ("bake",))] == keys
